/* fuzz_piper.c - any bytes as the .onnx.json of a Piper voice, and its phonemes for a text; and as a text on its way to libespeak-ng. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "piper/piper.h"
#include "text/foreign_tame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear(void *user, bool hint, const char *message)
{
    *(size_t *)user += strlen(message) + hint;
}

/* Letters need no libespeak-ng, whose faults are not ours to find. */
static void spell(const struct sx_piper_config *config, const char *text)
{
    struct sx_piper_speller speller = {.config = config};
    struct sx_arena arena = {0};
    struct sx_error error = {0};
    struct sx_spelled spelled = {0};
    struct sx_say_passage whole = {0, strlen(text), &sx_style_plain, 1};
    struct sx_say say = {.text = text, .length = strlen(text), .passages = &whole, .passage_count = 1, .arena = &arena};
    if (sx_piper_spell(&speller, &say, &spelled, &error) == SYRINX_OK && config->begin >= 0 && config->pad >= 0 && config->end >= 0) {
        int count = sx_piper_ids(config, spelled.tokens, spelled.token_count, NULL, NULL);
        int64_t *ids = malloc((size_t)count * sizeof *ids);
        if (ids)
            sx_piper_ids(config, spelled.tokens, spelled.token_count, ids, NULL);
        for (int i = 0; ids && i < count; i++)
            if (ids[i] < 0 || ids[i] >= config->symbols)
                abort();
        free(ids);
    }
    sx_arena_free(&arena);
}

/* Pieces cover the text in order, words are short, and no command of the library's is left. */
static void tame(const char *language, const char *text, size_t length)
{
    struct sx_tame t = {.end = 0};
    size_t before = 0;
    while (sx_tame_next(&t, language, text, length)) {
        size_t word = 0;
        if (t.end <= before || t.end > length || t.text.length == 0 || t.text.data[t.text.length - 1] != ' ')
            abort();
        for (size_t i = 0; i < t.text.length; i++) {
            unsigned char c = (unsigned char)t.text.data[i];
            word = c == ' ' || c == '\n' || c == '\t' || c >= 0x80 ? 0 : word + 1;
            if (word > 100 || (c < 0x20 && c != '\n' && c != '\t') || sx_tame_source(&t, i) > sx_tame_source(&t, i + 1) || sx_tame_source(&t, i) < before)
                abort();
        }
        before = t.end;
    }
    if (before != length && !t.text.failed && !t.from.failed)
        abort();
    sx_tame_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_piper_config config;
    struct sx_error error;
    size_t heard = 0;
    struct sx_faults faults = {.tell = hear, .user = &heard};
    sx_piper_config_read((const char *)data, size, "fuzz.json", &config, &faults);
    if (config.speaker_count) {
        (void)sx_piper_speaker(&config, "1", &error);
        (void)sx_piper_speaker(&config, "a:1,b", &error);
    }
    if (faults.count == 0 && config.type == SX_PIPER_TEXT)
        spell(&config, "Hello [[x]] \xC3\xA9t\xC3\xA9. 42!");
    sx_piper_config_free(&config);
    if (size < 4096) {
        tame("en", (const char *)data, size);
        tame("ru", (const char *)data, size);
    }
    return 0;
}
