/* Fuzzes instruments: input that begins with '{' is a card; anything else is events for a sounder of a small instrument, 12 bytes each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/instrument.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void play(const uint8_t *data, size_t size)
{
    static struct sx_instrument *instrument;        /* opened once: it is never written */
    struct sx_sounder_options options = { .seed = size, .group = 1 << (size % 4), .limit = 1 + (int)(size % 40) };
    struct sx_sounder *sounder;
    struct sx_error error;
    float samples[SX_SOUND_GROUP * SX_SOUND_HOP];
    if (!instrument && sx_instrument_open("tests/data/instrument/instruments/pling", &instrument, &error) < 0) return;      /* run it at the repository's root */
    if (sx_sounder_new(instrument, &options, &sounder, &error) < 0) return;
    int64_t at = 0, id = 0;
    for (size_t i = 0; i + 12 <= size && i < 12 * 200; i += 12) {
        const uint8_t *e = data + i;
        float value;
        memcpy(&value, e + 4, 4);
        at += e[1] * 16 - 512;
        struct sx_sound sound = { .pitch = (float)e[2], .velocity = (float)e[3] / 127.0f, .from = e[8] & 1 ? id : 0 };
        switch (e[0] % 5) {
        case 0: sx_sounder_on(sounder, at, &sound, &id, &error); break;
        case 1: sx_sounder_off(sounder, at, id - e[2] % 8, &error); break;
        case 2: sx_sounder_cut(sounder, at, e[2] ? id : 0, value, &error); break;
        case 3: sx_sounder_control(sounder, at, e[2] % (SX_SOUND_CONTROLS + 1), value, &error); break;
        default:
            memcpy((char *)&sound + e[9] % (sizeof sound - 4) / 4 * 4, &value, 4);
            sx_sounder_on(sounder, at, &sound, &id, &error);
        }
        if (e[10] & 1) {
            sx_sounder_render(sounder, samples);
            for (int n = 0; n < options.group * SX_SOUND_HOP; n++)
                if (!isfinite(samples[n])) abort();
        }
    }
    for (int i = 0; i < 16; i++) sx_sounder_render(sounder, samples);
    sx_sounder_free(sounder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == '{') {
        struct sx_instrument_card card;
        struct sx_error error;
        if (sx_instrument_card_parse((const char *)data, size, "card", &card, &error) == SYRINX_OK) sx_instrument_card_free(&card);
    } else {
        play(data, size);
    }
    return 0;
}
