/* fuzz_speechd.c - any bytes as what a server says to sd_syrinx: the parser gives the same commands however they are cut, and every message becomes markup
 * of bounded size. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/speechd/config.c"
#include "../../src/speechd/protocol.c"
#include "../../src/speechd/settings.c"
#include "../../src/speechd/spoken.c"
#include "../../src/speechd/spoken_key.c"
#include "../../src/speechd/text.c"
#include "../../src/speechd/words.c"

struct run {
    uint64_t hash;
    struct sd_settings settings;
    struct sd_config config;
    struct sd_text out;
};

static void mix(struct run *run, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        run->hash = (run->hash ^ (unsigned char)bytes[i]) * 1099511628211u;
}

static void check(bool good)
{
    if (!good)
        abort();
}

static void on_begin(void *user, enum sd_verb verb)
{
    char c = (char)verb;
    mix(user, &c, 1);
}

static void on_command(void *user, enum sd_verb verb, const char *data, size_t length, size_t lines)
{
    struct run *run = user;
    on_begin(run, verb);
    check(data && data[length] == 0 && lines <= length + 1);
    mix(run, data, length);
    if (verb == SD_SET) {
        sd_settings_apply(&run->settings, data, length);
        float rate = sd_settings_rate(&run->settings, &run->config), pitch = sd_settings_pitch(&run->settings, &run->config);
        check(rate >= 0.25f && rate <= 6 && pitch >= -24 && pitch <= 24 && sd_settings_range(&run->settings) >= 0 && sd_settings_volume(&run->settings) <= 0);
    } else if (verb == SD_DEBUG) {
        char line[200];
        size_t n = length < sizeof line ? length : sizeof line - 1;
        memcpy(line, data, n);
        line[n] = 0;
        sd_config_line(&run->config, line);
    } else if (verb >= SD_SPEAK && verb <= SD_SOUND_ICON) {
        check(sd_spoken(&run->out, verb, data, length, &run->settings, &run->config));
        check(run->out.length <= 200 * length + 400);
        mix(run, run->out.bytes, run->out.length);
        check(sd_spoken_plain(&run->out, data, length));
        mix(run, run->out.bytes, run->out.length);
    }
}

static uint64_t parse(const char *bytes, size_t length, size_t step)
{
    struct run run = {0};
    struct sd_parser parser;
    const struct sd_sink sink = {&run, on_begin, on_command};
    sd_settings_init(&run.settings);
    sd_config_init(&run.config);
    sd_parser_init(&parser, &sink);
    for (size_t at = 0; at < length; at += step)
        sd_parser_push(&parser, bytes + at, length - at < step ? length - at : step);
    sd_parser_free(&parser);
    sd_text_free(&run.out);
    return run.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    uint64_t whole = parse((const char *)data, size, size);
    check(parse((const char *)data, size, 1) == whole);
    check(parse((const char *)data, size, 1 + data[0]) == whole);
    return 0;
}
