/* fuzz_word.c - a word through the dictionary, the rules, the networks and the syllables; and bytes as files of the letter-to-sound. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/letters.h"
#include "text/letters_ngram.h"
#include "text/letters_step.h"
#include "text/morphology.h"
#include "text/pronounce.h"
#include "text/syllable.h"
#include "text/wordbook.h"

static void check(const struct sx_phone *phones, int count)
{
    int starts[SX_WORD_PHONES], last = -1;
    if (count > SX_WORD_PHONES)
        abort();
    for (int i = 0; i < count; i++)
        if (!sx_phone_ipa(phones[i].id) || phones[i].stress > 2)
            abort();
    int n = sx_syllables(phones, count > 0 ? count : 0, starts);
    for (int i = 0; i < n; i++) {
        if (starts[i] <= last || starts[i] >= count)
            abort();
        last = starts[i];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_letters_model *model;
    static struct sx_letters *letters;
    struct sx_error error;
    if (!letters && (sx_letters_model_new(&model, &error) < 0 || sx_letters_new(model, &letters, &error) < 0))
        abort();
    if (size < 1)
        return 0;
    int kind = *data++ % 4;
    size--;
    struct sx_phone phones[SX_WORD_PHONES];
    if (kind == 0) {
        struct sx_letters_step *step;
        if (sx_letters_step_open(data, size, &step, &error) == 0)
            sx_letters_step_free(step);
    } else if (kind == 1) {
        struct sx_letters_ngram ngram;
        static struct sx_ngram_memo memo;
        static const uint16_t codes[] = {0, 256, 1023, 5000, 2 << 8 | 3, 0, 300};
        if (sx_letters_ngram_open(data, size, &ngram, &error) == 0)
            memset(&memo, 0, sizeof memo),
            sx_letters_ngram_score(&ngram, &memo, codes, sizeof codes / sizeof codes[0]);
    } else {
        const char *word = (const char *)data;
        int n = sx_wordbook_variants(word, size);
        for (int i = 0; i < n; i++) {
            int k = sx_wordbook_find(word, size, i, phones);
            if (k < 0)
                abort();
            check(phones, k);
        }
        if (sx_wordbook_has(word, size) != (n > 0))
            abort();
        if (size < 500)
            sx_pronounce_source(word, size);
        char plain[SX_LETTERS_MAX];
        size_t length = 0;
        for (; length < size && length < sizeof plain; length++)
            plain[length] = data[length] % 27 == 26 ? '\'' : (char)('a' + data[length] % 27);
        check(phones, sx_morphology_say(plain, length, phones, NULL));
        if (length && kind == 3)
            check(phones, sx_letters_say(letters, plain, length, phones, SX_WORD_PHONES, &error));
    }
    return 0;
}
