/* recording.c - libsndfile reads, dsp/resample fits the rate. */
#include "audio/recording.h"

#ifdef SX_HAVE_FILES

#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dsp/resample.h"

enum { LOWEST = 1000, HIGHEST = 400000, CHANNELS = 64, BLOCK = 4096 };

/* Bytes of the frame of MPEG audio, layer III, that begins so (ISO 11172-3, 13818-3); 0: none. */
static long mp3_frame(const unsigned char head[4])
{
    static const short first[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}, second[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
    static const int rates[] = {44100, 48000, 32000, 0};
    int version = head[1] >> 3 & 3, halvings = version == 3 ? 0 : version == 2 ? 1 : 2;
    int rate = rates[head[2] >> 2 & 3] >> halvings, kilobits = (halvings ? second : first)[head[2] >> 4];
    if (head[0] != 0xFF || head[1] >> 5 != 7 || version == 1 || (head[1] >> 1 & 3) != 1 || !rate || !kilobits)
        return 0;
    return (halvings ? 72000L : 144000L) * kilobits / rate + (head[2] >> 1 & 1);
}

/* What begins like MP3 has two frames of it in a row: libmpg123, behind libsndfile, complains on standard error about anything else. */
static bool mp3_or_other(const char *path)
{
    unsigned char head[10] = {0};
    FILE *file = fopen(path, "rbe");
    if (!file)
        return false;
    long at = 0, length = 1;
    bool any = fread(head, 1, sizeof head, file) == sizeof head, mp3 = any && ((head[0] == 0xFF && head[1] >> 5 == 7) || !memcmp(head, "ID3", 3));
    if (mp3 && *head == 'I')
        at = 10 + ((head[6] & 127L) << 21 | (head[7] & 127L) << 14 | (head[8] & 127L) << 7 | (head[9] & 127L));
    for (int i = 0; mp3 && i < 2 && length; i++, at += length)
        length = !fseek(file, at, SEEK_SET) && fread(head, 1, 4, file) == 4 ? mp3_frame(head) : 0;
    fclose(file);
    return any && length;
}

/* Only plain files: a pipe or a device would hold up the speech. */
static SNDFILE *open_file(const char *path, SF_INFO *info)
{
    struct stat status;
    *info = (SF_INFO){0};
    if (stat(path, &status) < 0 || !S_ISREG(status.st_mode) || !mp3_or_other(path))
        return NULL;
    SNDFILE *file = sf_open(path, SFM_READ, info);
    if (file && (info->channels < 1 || info->channels > CHANNELS || info->samplerate < LOWEST || info->samplerate > HIGHEST)) {
        sf_close(file);
        return NULL;
    }
    return file;
}

bool sx_recording_readable(const char *path)
{
    SF_INFO info;
    SNDFILE *file = open_file(path, &info);
    if (file)
        sf_close(file);
    return file != NULL;
}

/* Mixes up to `most` frames into fresh memory, which grows with what the file really holds, not with what its header says. */
static float *read_mono(SNDFILE *file, int channels, size_t most, size_t *count)
{
    float *block = malloc(sizeof *block * BLOCK * (size_t)channels), *mono = malloc(sizeof *mono);
    size_t room = 1;
    sf_count_t n;
    *count = 0;
    while (block && mono && *count < most && (n = sf_readf_float(file, block, BLOCK)) > 0) {
        if (*count + (size_t)n > room) {
            room = 2 * (*count + (size_t)n);
            float *more = realloc(mono, room * sizeof *more);
            if (!more) {
                free(mono);
                mono = NULL;
                break;
            }
            mono = more;
        }
        for (sf_count_t i = 0; i < n; i++) {
            float sum = 0;
            for (int c = 0; c < channels; c++)
                sum += block[i * channels + c];
            sum /= (float)channels;
            mono[(*count)++] = sum > -8 && sum < 8 ? sum : 0;       /* NaN too */
        }
    }
    free(block);
    return block ? mono : (free(mono), NULL);
}

int sx_recording_load(const char *path, int rate, float **samples, size_t *count, struct sx_error *error)
{
    SF_INFO info;
    SNDFILE *file = open_file(path, &info);
    *samples = NULL;
    *count = 0;
    if (!file)
        return sx_fail(error, SYRINX_ERROR_NOT_FOUND, "%s: there is no recording that can be read", path);
    size_t length;
    float *mono = read_mono(file, info.channels, (size_t)info.samplerate * SX_RECORDING_SECONDS, &length);
    sf_close(file);
    if (!mono)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", path);
    if (info.samplerate == rate || !length) {
        *samples = mono;
        *count = length;
        return SYRINX_OK;
    }
    size_t fitted = sx_resample_count(length, info.samplerate, rate);
    float *out = malloc((fitted + 1) * sizeof *out);
    int code = out ? sx_resample(mono, length, info.samplerate, rate, out, error) : sx_fail(error, SYRINX_ERROR_MEMORY, "%s: out of memory", path);
    free(mono);
    if (code < 0) {
        free(out);
        return code;
    }
    *samples = out;
    *count = fitted;
    return SYRINX_OK;
}

#else

bool sx_recording_readable(const char *path)
{
    (void)path;
    return false;
}

int sx_recording_load(const char *path, int rate, float **samples, size_t *count, struct sx_error *error)
{
    (void)rate;
    *samples = NULL;
    *count = 0;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: this build reads no sound files", path);
}

#endif
