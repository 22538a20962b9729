/* wav.c - 16-bit WAV, written by hand: libsndfile writes none to a pipe, and an embedder's build has no libsndfile.
 *
 * Layout: RIFF header, [JUNK that can become ds64], fmt, LIST INFO, data. Everything stands before the samples, so a pipe carries the same
 * file as a disk, with open sizes. */
#include <stdlib.h>
#include <string.h>

#include "audio/encoder.h"
#include "base/buffer.h"

#define UNKNOWN UINT64_MAX
#define LIMIT32 0xFFFFFFFFu

struct wav {
    struct sx_sound_file *file;
    uint64_t data_bytes;
};

static void put(struct sx_buffer *buffer, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        sx_buffer_putc(buffer, (char)(value >> (8 * i) & 0xFF));
}

static void put_info(struct sx_buffer *list, const char *id, const char *text)
{
    size_t length = text ? strlen(text) + 1 : 0;        /* with its NUL */
    if (length < 2)
        return;
    sx_buffer_add(list, id, 4);
    put(list, length, 4);
    sx_buffer_add(list, text, length);
    if (length % 2)
        sx_buffer_putc(list, '\0');
}

static void put_format(struct sx_buffer *header, const struct sx_sound_file *file)
{
    bool extensible = file->channels > 2;               /* plain PCM leaves the places of more than two channels open */
    int frame = file->channels * 2;
    sx_buffer_add(header, "fmt ", 4);
    put(header, extensible ? 40 : 16, 4);
    put(header, extensible ? 0xFFFE : 1, 2);
    put(header, (uint64_t)file->channels, 2);
    put(header, (uint64_t)file->rate, 4);
    put(header, (uint64_t)file->rate * (uint64_t)frame, 4);
    put(header, (uint64_t)frame, 2);
    put(header, 16, 2);
    if (extensible) {
        put(header, 22, 2);
        put(header, 16, 2);                             /* valid bits */
        put(header, 0, 4);                              /* no speaker places */
        sx_buffer_add(header, "\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71", 16);
    }
}

void sx_wav_header(struct sx_buffer *header, const struct sx_sound_file *file, uint64_t data_bytes, bool mendable)
{
    struct sx_buffer body = { 0 }, list = { 0 };
    put_format(&body, file);
    put_info(&list, "ICMT", file->comment);
    put_info(&list, "ISFT", file->software);
    put_info(&list, "INAM", file->title);
    put_info(&list, "IART", file->artist);
    put_info(&list, "IPRD", file->album);
    put_info(&list, "ITRK", file->track);
    if (list.length) {
        sx_buffer_add(&body, "LIST", 4);
        put(&body, list.length + 4, 4);
        sx_buffer_add(&body, "INFO", 4);
        sx_buffer_add(&body, list.data, list.length);
    }
    sx_buffer_add(&body, "data", 4);

    uint64_t before = 4 + (mendable ? 36 : 0) + body.length + 4;        /* bytes that the RIFF size counts before the samples */
    bool big = data_bytes != UNKNOWN && data_bytes + before > LIMIT32 - 1;
    bool open_sizes = data_bytes == UNKNOWN || big;
    sx_buffer_add(header, big && mendable ? "RF64" : "RIFF", 4);
    put(header, open_sizes ? LIMIT32 : data_bytes + before, 4);
    sx_buffer_add(header, "WAVE", 4);
    if (mendable) {
        sx_buffer_add(header, big ? "ds64" : "JUNK", 4);
        put(header, 28, 4);
        put(header, big ? data_bytes + before : 0, 8);
        put(header, big ? data_bytes : 0, 8);
        put(header, big ? data_bytes / ((uint64_t)file->channels * 2) : 0, 8);
        put(header, 0, 4);
    }
    sx_buffer_add(header, body.data, body.length);
    put(header, open_sizes ? LIMIT32 : data_bytes, 4);
    if (body.failed || list.failed)
        header->failed = true;
    sx_buffer_free(&body);
    sx_buffer_free(&list);
}

static int put_header(struct wav *wav, uint64_t data_bytes, struct sx_error *error)
{
    struct sx_buffer header = { 0 };
    sx_wav_header(&header, wav->file, data_bytes, wav->file->sink.seekable);
    int code = SYRINX_OK;
    if (header.failed)
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", wav->file->sink.name);
    else if (sx_sink_write(&wav->file->sink, header.data, header.length) != 0)
        code = sx_sink_check(&wav->file->sink, error);
    sx_buffer_free(&header);
    return code;
}

static int wav_open(struct sx_sound_file *file, void **state, struct sx_error *error)
{
    struct wav *wav = calloc(1, sizeof *wav);
    if (!wav)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", file->sink.name);
    wav->file = file;
    int code = put_header(wav, UNKNOWN, error);
    if (code < 0) {
        free(wav);
        return code;
    }
    *state = wav;
    return SYRINX_OK;
}

static int wav_write(void *state, const float *samples, int frames, struct sx_error *error)
{
    struct wav *wav = state;
    unsigned char bytes[4096];
    size_t count = (size_t)frames * (size_t)wav->file->channels;
    while (count > 0) {
        size_t n = count < sizeof bytes / 2 ? count : sizeof bytes / 2;
        for (size_t i = 0; i < n; i++) {
            unsigned value = (unsigned)sx_pcm16(samples[i]);
            bytes[2 * i] = (unsigned char)(value & 0xFF);
            bytes[2 * i + 1] = (unsigned char)(value >> 8 & 0xFF);
        }
        if (sx_sink_write(&wav->file->sink, bytes, 2 * n) != 0)
            return sx_sink_check(&wav->file->sink, error);
        wav->data_bytes += 2 * n;
        samples += n;
        count -= n;
    }
    return SYRINX_OK;
}

static int wav_finish(void *state, struct sx_error *error)
{
    struct wav *wav = state;
    if (!wav->file->sink.seekable)
        return SYRINX_OK;
    if (sx_sink_seek(&wav->file->sink, 0) < 0)
        return sx_sink_check(&wav->file->sink, error);
    return put_header(wav, wav->data_bytes, error);
}

const struct sx_encoder sx_encoder_wav = { wav_open, wav_write, wav_finish, free };
