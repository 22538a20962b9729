/* fuzz_say.c - normalisation alone, without the networks: any bytes through cleaning and sentence ends to words; the first byte chooses a language and
 * whether the text is a passage of a kind that markup told. */
#include <stdlib.h>
#include <string.h>

#include "text/clean.h"
#include "text/say.h"
#include "text/sentence.h"

static void check(const struct sx_say *say, size_t length)
{
    for (int i = 0; i < say->count; i++) {
        const struct sx_spoken *w = &say->words[i];
        if (w->begin >= w->end || w->end > length || !w->text[0] || strpbrk(w->text, " 0123456789\n"))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const languages[] = {NULL, "en-GB", "en-DE", "en-150"};
    static const char *const formats[] = {NULL, "mdy", "ymd", "my", "hms12", "ms", "glyphs", "EUR"};
    struct sx_clean clean = {0};
    struct sx_arena arena = {0};
    struct sx_error error;
    if (!size)
        return 0;
    int mode = data[0];
    sx_clean_push(&clean, (const char *)data + 1, size - 1);
    sx_clean_end(&clean);
    while (clean.text.length) {
        struct sx_sentence sentence;
        size_t skip = 0;
        while (skip < clean.text.length && strchr(" \n\x1E", clean.text.data[skip]))
            skip++;
        sx_clean_drop(&clean, skip);
        if (!clean.text.length || !sx_sentence_find(clean.text.data, clean.text.length, &sentence))
            break;
        if (!sentence.consumed || sentence.length > sentence.consumed)
            abort();
        char *text = sx_arena_strdup(&arena, clean.text.data, sentence.length);
        struct sx_say say = {.text = text, .length = sentence.length, .arena = &arena, .style = &sx_style_plain, .language = languages[mode & 3]};
        if (mode & 4) {
            bool done = sx_say_as(&say, sentence.length, (mode >> 3) % (SX_AS_EXPLETIVE + 1), formats[(mode >> 5) & 7], NULL);
            if (done ? say.at != sentence.length : say.at || say.count)
                abort();
        } else if (sx_say_sentence(&say, &error) < 0) {
            abort();
        }
        check(&say, sentence.length);
        if (strlen(text) > sentence.length || text[sentence.length])
            abort();
        sx_arena_reset(&arena);
        sx_clean_drop(&clean, sentence.consumed);
    }
    sx_arena_free(&arena);
    sx_clean_free(&clean);
    return 0;
}
