/* say.c - words on standard input, one a line -> word, rule, phones by rules (the word itself is not looked up) and phones by the network. */
#include <stdio.h>
#include <string.h>

#include "text/letters.h"
#include "text/morphology.h"

static void print(const struct sx_phone *phones, int count)
{
    for (int i = 0; i < count; i++)
        printf("%s%s", i ? " " : "", sx_phone_arpabet(phones[i].id, phones[i].stress));
}

int main(void)
{
    struct sx_letters_model *model;
    struct sx_letters *letters;
    struct sx_error error;
    char word[256];
    if (sx_letters_model_new(&model, &error) < 0 || sx_letters_new(model, &letters, &error) < 0)
        return 1;
    while (fgets(word, sizeof word, stdin)) {
        struct sx_phone phones[SX_WORD_PHONES];
        const char *rule = "";
        word[strcspn(word, "\n")] = 0;
        size_t length = strlen(word);
        int n = sx_morphology_say(word, length, phones, &rule);
        if (n < 1 || length > SX_LETTERS_MAX)
            continue;
        printf("%s\t%s\t", word, rule);
        print(phones, n);
        n = sx_letters_say(letters, word, length, phones, SX_WORD_PHONES, &error);
        putchar('\t');
        print(phones, n);
        putchar('\n');
    }
    sx_letters_free(letters);
    sx_letters_model_free(model);
    return 0;
}
