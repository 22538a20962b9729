/* audio.h - what the tests of the sinks share: a folder of their own, tones, and the strength of a tone in what came back. */
#ifndef SX_TESTS_AUDIO_H
#define SX_TESTS_AUDIO_H

#include "test.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syrinx.h"

#define TONE 440.0

static char audio_folder[64];

static inline int audio_setup(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    strcpy(audio_folder, "/tmp/syrinx-test-XXXXXX");
    return mkdtemp(audio_folder) ? 0 : -1;
}

/* Names in the test's folder; removes what is there when asked. */
static inline int audio_files(int remove_them)
{
    int count = 0;
    DIR *folder = opendir(audio_folder);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (remove_them) {
            char path[400];
            snprintf(path, sizeof path, "%s/%s", audio_folder, entry->d_name);
            unlink(path);
        }
    }
    if (folder)
        closedir(folder);
    return count;
}

static inline int audio_teardown(void **state)
{
    (void)state;
    audio_files(1);
    return rmdir(audio_folder);
}

static inline const char *audio_path(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", audio_folder, name);
    return path;
}

static inline void audio_tone(float *samples, int frames, int channels, int rate)
{
    for (int i = 0; i < frames; i++) {
        for (int c = 0; c < channels; c++)
            samples[i * channels + c] = 0.5f * (float)sin(2.0 * M_PI * TONE * (c + 1) * i / rate);
    }
}

/* Amplitude of the tone of `hz`, and in *rest the RMS of everything else. */
static inline double audio_amplitude(const float *samples, int frames, int stride, double hz, int rate, double *rest)
{
    double a = 0.0, b = 0.0, error = 0.0;
    for (int i = 0; i < frames; i++) {
        a += 2.0 / frames * (double)samples[i * stride] * sin(2.0 * M_PI * hz * i / rate);
        b += 2.0 / frames * (double)samples[i * stride] * cos(2.0 * M_PI * hz * i / rate);
    }
    for (int i = 0; i < frames; i++) {
        double x = (double)samples[i * stride] - a * sin(2.0 * M_PI * hz * i / rate) - b * cos(2.0 * M_PI * hz * i / rate);
        error += x * x;
    }
    if (rest)
        *rest = sqrt(error / frames);
    return sqrt(a * a + b * b);
}

#endif
