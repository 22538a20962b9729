/* writer.c - the file writer of syrinx.h: picks the format, checks what it can hold, resamples, and lets the file appear when it is whole. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audio/encoder.h"
#include "audio/loudness.h"
#include "audio/resample.h"
#include "base/ascii.h"

#define PIECE 1024              /* samples of one piece, all channels together */
#define MAX_CHANNELS 64
#define MAX_RATE 384000
#define TEXTS 6

struct syrinx_writer {
    struct sx_sound_file file;
    const struct sx_encoder *encoder;
    void *state;                        /* of the encoder */
    struct sx_resampler *resampler;     /* NULL where both rates are the same */
    struct sx_loudness *loudness;       /* NULL where the samples stay as loud as they are */
    char *text[TEXTS];                  /* comment, software, title, artist, album, track */
    struct sx_error error;              /* the first failure; later calls repeat it */
};

static const struct { const char *name, *ending; enum sx_file_format format; } formats[] = {
    { "wav", ".wav", SX_WAV }, { "wav", ".wave", SX_WAV }, { "flac", ".flac", SX_FLAC }, { "ogg", ".ogg", SX_OGG }, { "ogg", ".oga", SX_OGG },
    { "opus", ".opus", SX_OPUS }, { "mp3", ".mp3", SX_MP3 }, { "raw", ".raw", SX_RAW }, { "raw", ".f32", SX_RAW },
};
static const int opus_rates[] = { 8000, 12000, 16000, 24000, 48000, 0 };
static const int mp3_rates[] = { 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 0 };

void syrinx_writer_options_init(syrinx_writer_options *options)
{
    if (!options)
        return;
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
    options->sample_rate = 24000;
    options->channels = 1;
    options->peak = -1;
}

static int find_format(const char *path, const char *name, enum sx_file_format *format, struct sx_error *error)
{
    size_t count = sizeof formats / sizeof formats[0];
    struct stat info;
    if (!name && (strcmp(path, "-") == 0 || (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))))
        name = "wav";               /* pipes and devices, whose names tell nothing */
    const char *base = strrchr(path, '/');
    const char *ending = strrchr(base ? base : path, '.');
    for (size_t i = 0; i < count; i++) {
        if (name ? sx_ascii_compare(name, formats[i].name) == 0 : ending && sx_ascii_compare(ending, formats[i].ending) == 0) {
            *format = formats[i].format;
#ifndef SX_HAVE_FILES
            if (*format != SX_WAV && *format != SX_RAW)
                return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: this build of Syrinx writes wav and raw only, not %s", path, formats[i].name);
#endif
            return SYRINX_OK;
        }
    }
    if (name)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "unknown sound format \"%s\": wav, flac, ogg, opus, mp3 or raw", name);
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: the name's ending tells no sound format (.wav .flac .ogg .opus .mp3 .raw)", path);
}

/* The rate of the file: the one asked for, or the nearest that the format has and that loses nothing. */
static int find_rate(const char *path, const syrinx_writer_options *options, enum sx_file_format format, int *rate, struct sx_error *error)
{
    const int *known = format == SX_OPUS ? opus_rates : format == SX_MP3 ? mp3_rates : NULL;
    *rate = options->output_rate ? options->output_rate : options->sample_rate;
    if (*rate > MAX_RATE)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: %d Hz is more than %d Hz", path, *rate, MAX_RATE);
    for (; known && *known; known++) {
        if (*known == *rate)
            return SYRINX_OK;
        if (format == SX_OPUS && !options->output_rate && (*known > *rate || !known[1])) {
            *rate = *known;
            return SYRINX_OK;
        }
    }
    if (!known)
        return SYRINX_OK;
    if (format == SX_OPUS)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: Opus has 8000, 12000, 16000, 24000 and 48000 Hz, not %d", path, *rate);
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: MP3 has 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100 and 48000 Hz, not %d", path, *rate);
}

/* "synthetic speech, Syrinx 0.1.0" (or music), with the caller's comment behind. */
static int make_texts(syrinx_writer *writer, const syrinx_writer_options *options)
{
    const char *always = options->music ? "synthetic music, Syrinx " SX_VERSION : "synthetic speech, Syrinx " SX_VERSION;
    const char *comment = options->comment ? options->comment : "";
    size_t length = strlen(always) + strlen(comment) + 3;
    writer->text[0] = malloc(length);
    writer->text[1] = strdup("Syrinx " SX_VERSION);
    writer->text[2] = options->title ? strdup(options->title) : NULL;
    writer->text[3] = options->artist ? strdup(options->artist) : NULL;
    writer->text[4] = options->album ? strdup(options->album) : NULL;
    if (options->track > 0) {
        char track[16];
        snprintf(track, sizeof track, "%d", options->track);
        writer->text[5] = strdup(track);
    }
    if (!writer->text[0] || !writer->text[1] || (options->title && !writer->text[2]) || (options->artist && !writer->text[3]) ||
        (options->album && !writer->text[4]) || (options->track > 0 && !writer->text[5]))
        return SYRINX_ERROR_MEMORY;
    strcpy(writer->text[0], always);
    if (*comment) {
        strcat(writer->text[0], "; ");
        strcat(writer->text[0], comment);
    }
    writer->file.comment = writer->text[0];
    writer->file.software = writer->text[1];
    writer->file.title = writer->text[2];
    writer->file.artist = writer->text[3];
    writer->file.album = writer->text[4];
    writer->file.track = writer->text[5];
    return SYRINX_OK;
}

static void writer_free(syrinx_writer *writer)
{
    if (writer->state)
        writer->encoder->free(writer->state);
    sx_resampler_free(writer->resampler);
    sx_loudness_free(writer->loudness);
    for (int i = 0; i < TEXTS; i++)
        free(writer->text[i]);
    free(writer);
}

int syrinx_writer_open(const char *path, const syrinx_writer_options *given, syrinx_writer **result)
{
    struct sx_error *error = sx_thread_error();
    syrinx_writer_options options;
    sx_error_clear(error);
    if (result)
        *result = NULL;
    if (!path || !*path || !given || !result)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_writer_open: a path, options and a place for the result are needed");
    syrinx_writer_options_init(&options);
    memcpy(&options, given, given->size < sizeof options ? given->size : sizeof options);
    if (options.sample_rate < 1000 || options.output_rate < 0 || (options.output_rate && options.output_rate < 1000) ||
        options.channels < 1 || options.channels > MAX_CHANNELS)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "%s: %d channels, %d Hz to %d Hz: out of range",
                       path, options.channels, options.sample_rate, options.output_rate);
    if (options.loudness != 0 && !(options.loudness >= -70 && options.loudness <= -5 && options.peak >= -20 && options.peak <= 0))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "%s: a loudness is -70 to -5 LUFS, a peak -20 to 0 dBTP", path);

    syrinx_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", path);
    writer->file.channels = options.channels;
    int code = find_format(path, options.format, &writer->file.format, error);
    if (code == SYRINX_OK)
        code = find_rate(path, &options, writer->file.format, &writer->file.rate, error);
    if (code == SYRINX_OK && make_texts(writer, &options) < 0)
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", path);
    if (code == SYRINX_OK && writer->file.rate != options.sample_rate)
        code = sx_resampler_new(options.sample_rate, writer->file.rate, options.channels, &writer->resampler, error);
    if (code == SYRINX_OK)
        code = sx_sink_open(path, &writer->file.sink, error);
    if (code < 0) {
        writer_free(writer);
        return code;
    }
    writer->encoder = writer->file.format == SX_WAV ? &sx_encoder_wav : &sx_encoder_raw;
#ifdef SX_HAVE_FILES
    if (writer->file.format != SX_WAV && writer->file.format != SX_RAW)
        writer->encoder = &sx_encoder_sndfile;
#endif
    if (options.loudness != 0)
        code = sx_loudness_new((double)options.loudness, (double)options.peak, writer->file.rate, options.channels, writer->file.sink.file.temporary,
                               &writer->loudness, error);
    if (code == SYRINX_OK)
        code = writer->encoder->open(&writer->file, &writer->state, error);
    if (code < 0) {
        sx_sink_abandon(&writer->file.sink);
        writer_free(writer);
        return code;
    }
    *result = writer;
    return SYRINX_OK;
}

/* Samples at the file's rate to the encoder. Encoders may crash on NaN and wrap around beyond 1, so none gets either. */
static int encode(syrinx_writer *writer, const float *samples, int frames)
{
    float clean[PIECE];
    int channels = writer->file.channels, piece = PIECE / channels;
    if (writer->file.format == SX_RAW)
        return writer->encoder->write(writer->state, samples, frames, &writer->error);
    for (int at = 0; at < frames; at += piece) {
        int n = frames - at < piece ? frames - at : piece;
        for (int i = 0; i < n * channels; i++) {
            float x = samples[(size_t)at * (size_t)channels + (size_t)i];
            clean[i] = x > 1.0f ? 1.0f : x < -1.0f ? -1.0f : isnan(x) ? 0.0f : x;
        }
        int code = writer->encoder->write(writer->state, clean, n, &writer->error);
        if (code < 0)
            return code;
    }
    return SYRINX_OK;
}

/* Samples at the file's rate to where they wait for their loudness, or straight on. */
static int deliver(syrinx_writer *writer, const float *samples, int frames)
{
    float clean[PIECE];
    int channels = writer->file.channels, piece = PIECE / channels;
    if (!writer->loudness)
        return encode(writer, samples, frames);
    for (int from = 0; from < frames; from += piece) {      /* a NaN would spoil the measure of all */
        int n = frames - from < piece ? frames - from : piece;
        for (int i = 0; i < n * channels; i++) {
            float x = samples[(size_t)from * (size_t)channels + (size_t)i];
            clean[i] = isfinite(x) ? x : 0.0f;
        }
        int code = sx_loudness_write(writer->loudness, clean, n, &writer->error);
        if (code < 0)
            return code;
    }
    return SYRINX_OK;
}

static int encode_levelled(void *user, const float *samples, int frames)
{
    return encode(user, samples, frames);
}

/* input NULL: the resampler's rest */
static int resample(syrinx_writer *writer, const float *input, int frames)
{
    float output[PIECE];
    int channels = writer->file.channels;
    for (;;) {
        int used, made;
        int code = sx_resampler_run(writer->resampler, input, frames, &used, output, PIECE / channels, &made, &writer->error);
        if (code == SYRINX_OK && made > 0)
            code = deliver(writer, output, made);
        if (code < 0)
            return code;
        if (input) {
            input += (size_t)used * (size_t)channels;
            frames -= used;
        }
        if (input ? frames == 0 : made == 0)
            return SYRINX_OK;
    }
}

int syrinx_writer_write(syrinx_writer *writer, const float *samples, int frames)
{
    if (!writer)
        return SYRINX_ERROR_ARGUMENT;
    if (writer->error.code < 0)
        return writer->error.code;
    if (frames < 0 || (frames > 0 && !samples))     /* the file may go on after such a mistake */
        return SYRINX_ERROR_ARGUMENT;
    if (frames == 0)
        return SYRINX_OK;
    return writer->resampler ? resample(writer, samples, frames) : deliver(writer, samples, frames);
}

const char *syrinx_writer_message(const syrinx_writer *writer)
{
    return writer ? writer->error.message : "";
}

int syrinx_writer_close(syrinx_writer *writer)
{
    if (!writer)
        return SYRINX_OK;
    if (writer->error.code == SYRINX_OK && writer->resampler)
        resample(writer, NULL, 0);
    if (writer->error.code == SYRINX_OK && writer->loudness)
        sx_loudness_finish(writer->loudness, encode_levelled, writer, &writer->error);
    if (writer->error.code == SYRINX_OK)
        writer->encoder->finish(writer->state, &writer->error);
    int code = writer->error.code;
    *sx_thread_error() = writer->error;
    /* The encoder goes first: some write once more when freed, and that must not hit a file that has its name already. */
    writer->encoder->free(writer->state);
    writer->state = NULL;
    if (code < 0)
        sx_sink_abandon(&writer->file.sink);
    else
        code = sx_sink_commit(&writer->file.sink, sx_thread_error());
    writer_free(writer);
    return code;
}

void syrinx_writer_abandon(syrinx_writer *writer)
{
    if (!writer)
        return;
    writer->encoder->free(writer->state);
    writer->state = NULL;
    sx_sink_abandon(&writer->file.sink);
    writer_free(writer);
}
