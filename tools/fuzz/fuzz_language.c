/* fuzz_language.c - any text in any language: detection, words of another language (with libespeak-ng where it is), other scripts with it and without. The first
 * byte chooses the language, the second the way. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/detect.h"
#include "text/foreign.h"
#include "text/say.h"
#include "text/script.h"

/* Valid UTF-8 without NUL, as the cleaner gives it. */
static size_t clean(const uint8_t *data, size_t size, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < size && n + 5 < room;) {
        uint32_t code;
        i += (size_t)sx_utf8_decode((const char *)data + i, size - i, &code);
        n += (size_t)sx_utf8_encode(code < ' ' ? ' ' : code, out + n);
    }
    out[n] = 0;
    return n;
}

static void check(const struct sx_say *say)
{
    for (int i = 0; i < say->count; i++) {
        const struct sx_spoken *w = &say->words[i];
        if (w->begin >= w->end || w->end > say->length || !w->text[0] || (w->phones && (w->phone_count < 1 || w->phone_count > SX_FOREIGN_PHONES)))
            abort();
        struct sx_known english;
        struct sx_phone out[SX_WORD_PHONES];
        sx_known_english(&english);
        if (!w->phones)
            continue;
        int n = sx_phones_fallback(&english, w->phones, w->phone_count, out, SX_WORD_PHONES);
        if (n < 1)
            abort();
        for (int k = 0; k < n; k++)
            if (!sx_known_has(&english, out[k].id))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const languages[] = {"de", "nl", "fr", "es", "it", "pt-BR", "sv", "da", "nb", "fi", "pl", "cs", "hu", "tr", "ru", "uk", "el", "he", "ar", "fa", "hi", "bn",
                                            "ta", "zh", "yue", "ja", "ko", "th", "vi", "ka", "hy", "am", "en-GB", "sr", "be", "lt", "cy", "sw", "xx"};
    static char text[1600], latin[700];
    char tag[SX_LANGUAGE_TAG];
    if (size < 2)
        return 0;
    const char *language = languages[data[0] % (sizeof languages / sizeof languages[0])];
    size_t length = clean(data + 2, size - 2, text, sizeof text);
    sx_detect_language(text, length, language, tag);
    if (!tag[0] || strlen(tag) >= sizeof tag)
        abort();
    if (sx_script_latin(text, length, latin, 1 + data[1]) > data[1])
        abort();
    struct sx_arena arena = {0};
    struct sx_say say = {.text = text, .length = length, .arena = &arena};
    sx_foreign_hide(data[1] & 1);
    if (data[1] & 2 && sx_say_foreign(&say, length, language) && say.at != length)
        abort();
    while (say.at < length) {
        size_t before = say.at;
        if (!sx_say_script(&say))
            say.at++;
        if (say.at <= before || say.at > length)
            abort();
    }
    check(&say);
    sx_arena_free(&arena);
    return 0;
}
