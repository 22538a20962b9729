/* encoder.h - what a file format is to the writer, and what both know about the file being written. */
#ifndef SX_AUDIO_ENCODER_H
#define SX_AUDIO_ENCODER_H

#include "audio/sink.h"

enum sx_file_format { SX_WAV, SX_FLAC, SX_OGG, SX_OPUS, SX_MP3, SX_RAW };

/* One file on its way. The strings belong to the writer; NULL where there is nothing to say. */
struct sx_sound_file {
    struct sx_sink sink;
    enum sx_file_format format;
    int rate, channels;
    const char *comment, *software, *title, *artist, *album, *track;
};

/* Functions of one format. Each returns SYRINX_OK or a negative code with a message. */
struct sx_encoder {
    int (*open)(struct sx_sound_file *file, void **state, struct sx_error *error);
    /* samples: frames * channels, interleaved, already free of NaN and within -1..1 except for raw */
    int (*write)(void *state, const float *samples, int frames, struct sx_error *error);
    int (*finish)(void *state, struct sx_error *error);     /* the last bytes; the state is freed by free() */
    void (*free)(void *state);
};

extern const struct sx_encoder sx_encoder_wav, sx_encoder_raw;
#ifdef SX_HAVE_FILES
extern const struct sx_encoder sx_encoder_sndfile;
#endif

/* x in -1..1 as 16-bit PCM: plain rounding, 1 is 32767. */
static inline int sx_pcm16(float x)
{
    float scaled = x * 32767.0f;
    return (int)(scaled < 0.0f ? scaled - 0.5f : scaled + 0.5f);
}

/* The bytes before the samples of a WAV file. Its length depends on everything but `data_bytes`. `data_bytes` of UINT64_MAX: not known
 * (a pipe), sizes are 0xFFFFFFFF as is usual. `mendable`: leaves room that turns the header into RF64 (EBU Tech 3306) when the sizes do
 * not fit into 32 bits. Appends to `header`, which may have failed afterwards. */
struct sx_buffer;
void sx_wav_header(struct sx_buffer *header, const struct sx_sound_file *file, uint64_t data_bytes, bool mendable);

#endif
