/* recording.c - reads WAV. Damaged sizes are normal here: what streams write has open ones, so the end of the file counts. */
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES ((size_t)1 << 31)

struct bytes {
    unsigned char *data;
    size_t length;
};

static int read_all(const char *path, struct bytes *bytes)
{
    size_t capacity = 0;
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), status = CLI_DONE;
    if (fd < 0) {
        cli_error("%s: %s", path, strerror(errno));
        return CLI_FAILED;
    }
    for (;;) {
        if (bytes->length == capacity) {
            capacity = capacity ? 2 * capacity : 1 << 16;
            unsigned char *grown = capacity <= MAX_BYTES ? realloc(bytes->data, capacity) : NULL;
            if (!grown) {
                cli_error("%s: too long", path);
                status = CLI_FAILED;
                break;
            }
            bytes->data = grown;
        }
        if (cli_wait_readable(fd) == 0) {
            status = cli_interrupt_status();
            break;
        }
        ssize_t n = read(fd, bytes->data + bytes->length, capacity - bytes->length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            cli_error("%s: %s", path, strerror(errno));
            status = CLI_FAILED;
        }
        if (n <= 0)
            break;
        bytes->length += (size_t)n;
    }
    if (!standard)
        close(fd);
    return status;
}

static uint32_t little(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)at[i] << (8 * i);
    return value;
}

struct format {
    int code, channels, rate, frame, bits;      /* code: 1 PCM, 3 float */
};

static bool read_format(const unsigned char *at, size_t length, struct format *format)
{
    if (length < 16)
        return false;
    format->code = (int)little(at, 2);
    format->channels = (int)little(at + 2, 2);
    format->rate = (int)little(at + 4, 4);
    format->frame = (int)little(at + 12, 2);
    format->bits = (int)little(at + 14, 2);
    if (format->code == 0xFFFE && length >= 26)         /* extensible: the code is the beginning of the subformat */
        format->code = (int)little(at + 24, 2);
    return format->channels > 0 && format->rate > 0 && format->frame == format->channels * (format->bits / 8) &&
           ((format->code == 1 && (format->bits == 8 || format->bits == 16 || format->bits == 24 || format->bits == 32)) ||
            (format->code == 3 && (format->bits == 32 || format->bits == 64)));
}

static float sample(const unsigned char *at, const struct format *format)
{
    if (format->code == 3 && format->bits == 32) {
        uint32_t bits = little(at, 4);
        float value;
        memcpy(&value, &bits, 4);
        return fabsf(value) < 1e6f ? value : 0.0f;          /* also not a number */
    }
    if (format->code == 3) {
        uint64_t bits = little(at, 4) | (uint64_t)little(at + 4, 4) << 32;
        double value;
        memcpy(&value, &bits, 8);
        return fabs(value) < 1e6 ? (float)value : 0.0f;
    }
    if (format->bits == 8)
        return (float)((int)at[0] - 128) / 128.0f;
    /* Shifted to the top of 32 bits, so that the sign is in its place. */
    return (float)(int32_t)(little(at, format->bits / 8) << (32 - format->bits)) / 2147483648.0f;
}

static int decode(const char *path, const struct bytes *bytes, struct cli_recording *recording)
{
    const unsigned char *data = bytes->data;
    struct format format = { 0 };
    size_t at = 12;
    if (bytes->length < 12 || (memcmp(data, "RIFF", 4) != 0 && memcmp(data, "RF64", 4) != 0) || memcmp(data + 8, "WAVE", 4) != 0) {
        cli_error("%s: not a WAV file", path);
        return CLI_REFUSED;
    }
    while (bytes->length - at >= 8) {
        const unsigned char *chunk = data + at;
        size_t size = little(chunk + 4, 4), rest = bytes->length - at - 8;
        size_t length = size < rest ? size : rest;
        if (memcmp(chunk, "fmt ", 4) == 0 && size > rest) {
            cli_error("%s: the WAV file is cut short in its header", path);
            return CLI_REFUSED;
        }
        if (memcmp(chunk, "fmt ", 4) == 0 && !read_format(chunk + 8, length, &format)) {
            cli_error("%s: this kind of WAV is not read (PCM of 8 to 32 bits and float are)", path);
            return CLI_REFUSED;
        }
        if (memcmp(chunk, "data", 4) == 0) {
            if (format.code == 0)
                break;
            if (size > rest && size < 0xFFFF0000u)      /* the largest sizes stand for "not known": streams, RF64 */
                cli_note("%s: the WAV file is cut short; taking the %.2f s that are there", path,
                         (double)(length / (size_t)format.frame) / format.rate);
            recording->count = length / (size_t)format.frame;
            recording->rate = format.rate;
            recording->samples = malloc((recording->count + 1) * sizeof(float));
            if (!recording->samples)
                return cli_failed(SYRINX_ERROR_MEMORY, NULL);
            for (size_t i = 0; i < recording->count; i++) {
                const unsigned char *frame = chunk + 8 + i * (size_t)format.frame;
                float sum = 0.0f;
                for (int c = 0; c < format.channels; c++)
                    sum += sample(frame + c * (format.bits / 8), &format);
                recording->samples[i] = sum / (float)format.channels;
            }
            return CLI_DONE;
        }
        if (size > rest)
            break;
        at += 8 + size + (size & 1 && size < rest);
    }
    cli_error("%s: a WAV file without samples", path);
    return CLI_REFUSED;
}

int cli_recording_read(const char *path, struct cli_recording *recording)
{
    struct bytes bytes = { 0 };
    memset(recording, 0, sizeof *recording);
    int status = read_all(path, &bytes);
    if (status == CLI_DONE)
        status = decode(path, &bytes, recording);
    free(bytes.data);
    return status;
}

void cli_recording_free(struct cli_recording *recording)
{
    free(recording->samples);
    recording->samples = NULL;
}
