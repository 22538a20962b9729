/* sndfile.c - FLAC, Ogg Vorbis, Opus and MP3 by libsndfile, over our own sink.
 *
 * libsndfile reports success at close on a full disk for three of the four; the sink remembers the first failed write, and that
 * is what counts here. */
#ifdef SX_HAVE_FILES
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/encoder.h"
#include "audio/ogg_serial.h"

#define SILENCE 1024            /* samples of one piece of silence */

struct encoder {
    struct sx_sound_file *file;
    SNDFILE *handle;
    struct sx_ogg_serial ogg;
    bool written;               /* at least one frame */
    bool integers;              /* FLAC gets our own 16-bit rounding, so that it holds the same samples as WAV */
};

static sf_count_t vio_length(void *user)
{
    return ((struct encoder *)user)->file->sink.end;
}

static sf_count_t vio_seek(sf_count_t offset, int whence, void *user)
{
    struct sx_sink *sink = &((struct encoder *)user)->file->sink;
    int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? sink->position : sink->end;
    return sx_sink_seek(sink, from + offset);
}

static sf_count_t vio_read(void *bytes, sf_count_t count, void *user)
{
    struct sx_sink *sink = &((struct encoder *)user)->file->sink;
    if (!sink->seekable || count <= 0)
        return 0;
    ssize_t n = read(sink->fd, bytes, (size_t)count);
    if (n > 0)
        sink->position += n;
    return n > 0 ? n : 0;
}

static sf_count_t vio_write(const void *bytes, sf_count_t count, void *user)
{
    struct encoder *encoder = user;
    struct sx_sink *sink = &encoder->file->sink;
    unsigned char header[SX_OGG_HEADER_MOST];
    if (count <= 0)
        return 0;
    bool ogg = encoder->file->format == SX_OGG || encoder->file->format == SX_OPUS;
    size_t begun = ogg ? sx_ogg_serial_page(&encoder->ogg, bytes, (size_t)count, header) : 0;
    if (begun > 0 && sx_sink_write(sink, header, begun) != 0)
        return 0;
    return sx_sink_write(sink, (const char *)bytes + begun, (size_t)count - begun) == 0 ? count : 0;
}

static sf_count_t vio_tell(void *user)
{
    return ((struct encoder *)user)->file->sink.position;
}

static int format_code(enum sx_file_format format)
{
    switch (format) {
    case SX_FLAC: return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    case SX_OGG: return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case SX_OPUS: return SF_FORMAT_OGG | SF_FORMAT_OPUS;
    default: return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    }
}

static void encoder_free(void *state)
{
    struct encoder *encoder = state;
    if (encoder->handle)
        sf_close(encoder->handle);
    free(encoder);
}

static int encoder_open(struct sx_sound_file *file, void **state, struct sx_error *error)
{
    static SF_VIRTUAL_IO io = { vio_length, vio_seek, vio_read, vio_write, vio_tell };     /* libsndfile takes no const */
    SF_INFO info = { .samplerate = file->rate, .channels = file->channels, .format = format_code(file->format) };
    struct encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", file->sink.name);
    encoder->file = file;
    encoder->ogg.serial = sx_ogg_serial_of(file->sink.name);
    encoder->integers = file->format == SX_FLAC;
    if (!sf_format_check(&info)) {
        free(encoder);
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: the format cannot have %d channels at %d Hz",
                       file->sink.name, file->channels, file->rate);
    }
    encoder->handle = sf_open_virtual(&io, SFM_WRITE, &info, encoder);
    if (!encoder->handle) {
        free(encoder);
        int code = sx_sink_check(&file->sink, error);
        return code < 0 ? code : sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: %s", file->sink.name, sf_strerror(NULL));
    }
    double latency = 200.0;     /* ms a page: Ogg's pages of a second would hold back what a listener at the pipe waits for */
    if (!file->sink.seekable && (file->format == SX_OPUS || file->format == SX_OGG))
        sf_command(encoder->handle, SFC_SET_OGG_PAGE_LATENCY_MS, &latency, sizeof latency);
    /* Without the index that is written at the end, readers guess an MP3's length by its bit rate, which then must not vary. */
    int constant = SF_BITRATE_MODE_CONSTANT;
    double compression = 0.6;   /* 64 kbit/s at 24 kHz */
    if (!file->sink.seekable && file->format == SX_MP3) {
        sf_command(encoder->handle, SFC_SET_BITRATE_MODE, &constant, sizeof constant);
        sf_command(encoder->handle, SFC_SET_COMPRESSION_LEVEL, &compression, sizeof compression);
    }
    sf_set_string(encoder->handle, SF_STR_COMMENT, file->comment);
    sf_set_string(encoder->handle, SF_STR_SOFTWARE, file->software);
    if (file->title)
        sf_set_string(encoder->handle, SF_STR_TITLE, file->title);
    if (file->artist)
        sf_set_string(encoder->handle, SF_STR_ARTIST, file->artist);
    if (file->album)
        sf_set_string(encoder->handle, SF_STR_ALBUM, file->album);
    if (file->track)
        sf_set_string(encoder->handle, SF_STR_TRACKNUMBER, file->track);
    *state = encoder;
    return SYRINX_OK;
}

static int encoder_write(void *state, const float *samples, int frames, struct sx_error *error)
{
    struct encoder *encoder = state;
    sf_count_t want = frames, done = 0;
    encoder->written = true;
    if (encoder->integers) {
        short pcm[2048];
        int channels = encoder->file->channels, piece = (int)(sizeof pcm / sizeof pcm[0]) / channels;
        for (int at = 0; at < frames; at += piece) {
            int n = frames - at < piece ? frames - at : piece;
            for (int i = 0; i < n * channels; i++)
                pcm[i] = (short)sx_pcm16(samples[at * channels + i]);
            done += sf_writef_short(encoder->handle, pcm, n);
        }
    } else {
        done = sf_writef_float(encoder->handle, samples, frames);
    }
    int code = sx_sink_check(&encoder->file->sink, error);
    if (code == SYRINX_OK && done != want)
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", encoder->file->sink.name, sf_strerror(encoder->handle));
    return code;
}

/* libsndfile makes no readable file of no samples: FLAC lacks its header until asked for it, MP3 and Opus hold 20 ms of silence instead. */
static void write_nothing(struct encoder *encoder)
{
    float silence[SILENCE] = { 0.0f };
    enum sx_file_format format = encoder->file->format;
    if (format == SX_FLAC)
        sf_command(encoder->handle, SFC_UPDATE_HEADER_NOW, NULL, 0);
    if (format != SX_MP3 && format != SX_OPUS)
        return;
    for (int left = encoder->file->rate / 50, n; left > 0; left -= n) {
        n = left < SILENCE / encoder->file->channels ? left : SILENCE / encoder->file->channels;
        sf_writef_float(encoder->handle, silence, n);
    }
}

static int encoder_finish(void *state, struct sx_error *error)
{
    struct encoder *encoder = state;
    if (!encoder->written)
        write_nothing(encoder);
    int failed = sf_close(encoder->handle);
    encoder->handle = NULL;
    int code = sx_sink_check(&encoder->file->sink, error);
    if (code == SYRINX_OK && failed)
        code = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", encoder->file->sink.name, sf_error_number(failed));
    return code;
}

const struct sx_encoder sx_encoder_sndfile = { encoder_open, encoder_write, encoder_finish, encoder_free };
#else
typedef int sx_sndfile_is_not_in_this_build;        /* ISO C wants a declaration in every file */
#endif
