/* recording.c - libsndfile reads, dsp/resample fits the rate. */
#include "audio/recording.h"

#ifdef SX_HAVE_FILES

#include <sndfile.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "dsp/resample.h"

enum { LOWEST = 1000, HIGHEST = 400000, CHANNELS = 64, BLOCK = 4096 };

/* Only plain files: a pipe or a device would hold up the speech. */
static SNDFILE *open_file(const char *path, SF_INFO *info)
{
    struct stat status;
    *info = (SF_INFO){0};
    if (stat(path, &status) < 0 || !S_ISREG(status.st_mode))
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
