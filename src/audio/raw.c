/* raw.c - float32 little-endian samples and nothing else, for programs that know the rate. */
#include <string.h>

#include "audio/encoder.h"

static int raw_open(struct sx_sound_file *file, void **state, struct sx_error *error)
{
    (void)error;
    *state = file;
    return SYRINX_OK;
}

static int raw_write(void *state, const float *samples, int frames, struct sx_error *error)
{
    struct sx_sound_file *file = state;
    size_t count = (size_t)frames * (size_t)file->channels;
    unsigned char bytes[4096];
    while (count > 0) {
        size_t n = count < sizeof bytes / 4 ? count : sizeof bytes / 4;
        for (size_t i = 0; i < n; i++) {
            uint32_t bits;
            memcpy(&bits, &samples[i], 4);
            for (int k = 0; k < 4; k++)
                bytes[4 * i + (size_t)k] = (unsigned char)(bits >> (8 * k) & 0xFF);
        }
        if (sx_sink_write(&file->sink, bytes, 4 * n) != 0)
            return sx_sink_check(&file->sink, error);
        samples += n;
        count -= n;
    }
    return SYRINX_OK;
}

static int raw_finish(void *state, struct sx_error *error)
{
    (void)state;
    (void)error;
    return SYRINX_OK;
}

static void raw_free(void *state)
{
    (void)state;        /* the file itself, which the writer frees */
}

const struct sx_encoder sx_encoder_raw = { raw_open, raw_write, raw_finish, raw_free };
