/* fuzz_card.c - any bytes as a voice card: for the library, for a check that goes on behind faults, and for the command's cursor that shows cards to people
 * (which need not understand a broken one, only end). */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/card.c"
#include "voice/voice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int cli_columns(FILE *file)
{
    (void)file;
    return 80;
}

static void hear(void *user, bool hint, const char *message)
{
    *(size_t *)user += strlen(message) + hint;
}

static void walk(const char *value, int depth)
{
    const char *item = NULL;
    char *key, *text = card_text(value);
    if (text && (size_t)card_width(text) > strlen(text))
        abort();
    for (const unsigned char *c = (const unsigned char *)text; c && *c; c++)
        if (*c < 0x20 || *c == 0x7F)        /* the screen gets no control characters */
            abort();
    free(text);
    for (int i = 0; i < 50 && depth < 8 && (item = card_next(value, item, &key)); i++) {
        walk(item, depth + 1);
        free(key);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t heard = 0;
    struct sx_card card;
    struct sx_error error;
    struct sx_faults faults = {.tell = hear, .user = &heard};
    if (sx_card_parse((const char *)data, size, "fuzz", &card, &error) == SYRINX_OK)
        sx_card_free(&card);
    sx_card_read((const char *)data, size, "fuzz", &card, &faults);
    sx_card_free(&card);
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    walk(text, 0);
    card_member(text, "training");
    free(text);
    return 0;
}
