/* letters.c - letter-to-sound. */
#include "text/letters.h"

#include <stdlib.h>
#include <string.h>

struct sx_letters_model { int unused; };
struct sx_letters { int unused; };

int sx_letters_model_new(struct sx_letters_model **model, struct sx_error *error)
{
    *model = calloc(1, sizeof **model);
    return *model ? 0 : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

void sx_letters_model_free(struct sx_letters_model *model)
{
    free(model);
}

int sx_letters_new(struct sx_letters_model *model, struct sx_letters **letters, struct sx_error *error)
{
    (void)model;
    *letters = calloc(1, sizeof **letters);
    return *letters ? 0 : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

void sx_letters_free(struct sx_letters *letters)
{
    free(letters);
}

int sx_letters_say(struct sx_letters *letters, const char *word, size_t length, struct sx_phone *out, int room, struct sx_error *error)
{
    /* temporary, until the network is there */
    static const char *const sounds[] = {"AE1", "B", "K", "D", "EH1", "F", "G", "HH", "IH1", "JH", "K", "L", "M", "N", "AA1", "P", "K", "R", "S", "T",
                                         "AH1", "V", "W", "K", "IY0", "Z"};
    (void)letters;
    (void)error;
    int n = 0;
    bool stressed = false;
    for (size_t i = 0; i < length && n < room; i++) {
        if (word[i] < 'a' || word[i] > 'z')
            continue;
        const char *s = sounds[word[i] - 'a'];
        sx_phone_parse_arpabet(s, strlen(s), &out[n]);
        if (out[n].stress && stressed)
            out[n].stress = 0;
        stressed |= out[n].stress;
        n++;
    }
    return n;
}
