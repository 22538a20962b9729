/* player.c - the player of syrinx.h: a ring between the caller and PortAudio's callback, and what follows from it: position, underruns,
 * an end that is heard and a stop that is not. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

void syrinx_player_options_init(syrinx_player_options *options)
{
    if (!options)
        return;
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
    options->latency = 0.05f;
}

#ifdef SX_HAVE_DEVICE
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "audio/device.h"
#include "audio/resample.h"
#include "audio/ring.h"

#define PIECE 512               /* frames converted at a time */
#define RING_SECONDS 2.5        /* room for devices that take much at once */
#define STUCK_SECONDS 5.0       /* a device that takes nothing for so long has failed */

struct syrinx_player {
    struct sx_device device;
    struct sx_ring ring;                /* at the device's rate and channels */
    struct sx_resampler *resampler;     /* NULL: the device takes our rate */
    int rate, channels;                 /* of the samples given */
    double latency;                     /* seconds that PortAudio says the device holds */
    sem_t moved;                        /* the callback took samples */
    pthread_mutex_t lock;               /* starting and stopping; not taken while samples flow */
    bool running;                       /* under lock */
    _Atomic unsigned stops;             /* calls of stop, so that a write that waits notices */
    unsigned stops_seen;                /* the writing thread's copy */
    _Atomic bool draining;              /* nothing more comes: an empty ring is the end */
    _Atomic uint32_t limit;             /* frames that may lie in the ring */
    _Atomic uint64_t underruns;
    _Atomic uint64_t heard;             /* the largest position reported, so that it never goes back */
    /* For the position: what was heard before this start, and the callback's last block. A sequence lock, odd while it changes. */
    _Atomic unsigned sequence;
    _Atomic uint64_t settled;           /* frames, at the device's rate */
    _Atomic uint64_t block_begin;       /* frames taken before it, since the start */
    _Atomic uint32_t block_frames;
    _Atomic double block_time;          /* when its first frame is heard, in the stream's clock */
    _Atomic bool halting;
    _Atomic uint64_t halted_at;         /* the position while the device is being stopped */
    bool flowing;                       /* the callback's own: samples go out */
    uint32_t held;                      /* frames for which they were held back to fill the ring */
    struct sx_error error;
};

static void publish(syrinx_player *player, uint32_t frames, double when)
{
    uint64_t begin = atomic_load_explicit(&player->block_begin, memory_order_relaxed) +
                     atomic_load_explicit(&player->block_frames, memory_order_relaxed);
    atomic_fetch_add(&player->sequence, 1);
    atomic_store(&player->block_begin, begin);
    atomic_store(&player->block_frames, frames);
    atomic_store(&player->block_time, when);
    atomic_fetch_add(&player->sequence, 1);
}

static int callback(const void *input, void *output, unsigned long count, const PaStreamCallbackTimeInfo *time,
                    PaStreamCallbackFlags flags, void *user)
{
    syrinx_player *player = user;
    uint32_t frames = (uint32_t)count, channels = player->ring.channels, filled = sx_ring_filled(&player->ring);
    float *out = output;
    bool draining = atomic_load(&player->draining);
    (void)input;
    if (2 * frames > atomic_load(&player->limit)) {         /* the device takes more at once than the caller's latency allows */
        atomic_store(&player->limit, 2 * frames < player->ring.capacity ? 2 * frames : player->ring.capacity);
        sem_post(&player->moved);
    }
    uint32_t limit = atomic_load(&player->limit);
    if (!player->flowing) {
        if (draining || filled >= limit / 2 || player->held >= limit) {
            player->flowing = true;
            player->held = 0;
        } else {
            if (filled)
                player->held += frames;
            memset(out, 0, count * channels * sizeof *out);
            return paContinue;
        }
    } else if (flags & paOutputUnderflow) {
        atomic_fetch_add(&player->underruns, 1);
    }
    uint32_t n = sx_ring_read(&player->ring, out, frames);
    memset(out + (size_t)n * channels, 0, (size_t)(frames - n) * channels * sizeof *out);
    if (n > 0)
        publish(player, n, time->outputBufferDacTime);
    sem_post(&player->moved);
    if (n == frames)
        return paContinue;
    if (draining)
        return paComplete;
    if (!atomic_load(&player->draining)) {                  /* set meanwhile: the next block sees the end */
        player->flowing = false;
        atomic_fetch_add(&player->underruns, 1);
    }
    return paContinue;
}

/* Frames heard in all, at the device's rate. The clock is read before the block that it is compared with: a thread that is held up in
 * between then tells an old position, never one that is not reached yet. */
static uint64_t heard_now(const syrinx_player *player)
{
    uint64_t begin, settled;
    uint32_t frames;
    double now, when;
    unsigned before;
    do {
        before = atomic_load(&player->sequence);
        if (atomic_load(&player->halting))
            return atomic_load(&player->halted_at);
        now = Pa_GetStreamTime(player->device.stream);
        settled = atomic_load(&player->settled);
        begin = atomic_load(&player->block_begin);
        frames = atomic_load(&player->block_frames);
        when = atomic_load(&player->block_time);
    } while (before % 2 || before != atomic_load(&player->sequence) || atomic_load(&player->halting));
    double since = (now - when) * player->device.rate;
    if (frames == 0 || !(since > -(double)begin))
        return settled;
    return settled + begin + frames - (since < frames ? (uint64_t)((double)frames - since) : 0);
}

static void wait_moved(syrinx_player *player)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 20 * 1000 * 1000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (sem_timedwait(&player->moved, &until) != 0 && errno == EINTR)
        continue;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Under the lock: the device falls silent; what was heard is kept. */
static void halt(syrinx_player *player, bool abort)
{
    if (!player->running)
        return;
    uint64_t taken = atomic_load(&player->settled) + atomic_load(&player->block_begin) + atomic_load(&player->block_frames);
    uint64_t heard = abort ? heard_now(player) : taken;
    atomic_store(&player->halted_at, heard);
    atomic_store(&player->halting, true);       /* the clock goes on while the device stops, the position does not */
    if (abort)
        Pa_AbortStream(player->device.stream);
    else
        Pa_StopStream(player->device.stream);
    atomic_fetch_add(&player->sequence, 1);
    atomic_store(&player->settled, heard);
    atomic_store(&player->block_begin, 0);
    atomic_store(&player->block_frames, 0);
    atomic_fetch_add(&player->sequence, 1);
    atomic_store(&player->halting, false);
    player->running = false;
}

/* The writing thread: makes the device run; drops first what a stop left behind. */
static int start(syrinx_player *player)
{
    int code = SYRINX_OK;
    pthread_mutex_lock(&player->lock);
    unsigned stops = atomic_load(&player->stops);
    if (stops != player->stops_seen) {
        player->stops_seen = stops;
        if (player->resampler)
            sx_resampler_reset(player->resampler);
    }
    if (!player->running) {
        atomic_store(&player->ring.read, atomic_load(&player->ring.written));
        atomic_store(&player->draining, false);
        player->flowing = false;
        player->held = 0;
        PaError why = Pa_StartStream(player->device.stream);
        if (why != paNoError)
            code = sx_fail(&player->error, SYRINX_ERROR_DEVICE, "the audio device does not start: %s", Pa_GetErrorText(why));
        else
            player->running = true;
    }
    pthread_mutex_unlock(&player->lock);
    return code;
}

/* After a stop by another thread: CANCELLED. After the device's own end: DEVICE. */
static int check_alive(syrinx_player *player, uint64_t *progress, double *since)
{
    if (atomic_load(&player->stops) != player->stops_seen)
        return sx_fail(&player->error, SYRINX_ERROR_CANCELLED, "stopped");
    if (Pa_IsStreamActive(player->device.stream) != 1) {
        pthread_mutex_lock(&player->lock);
        halt(player, true);
        pthread_mutex_unlock(&player->lock);
        return sx_fail(&player->error, SYRINX_ERROR_DEVICE, "the audio device went away");
    }
    uint64_t taken = atomic_load(&player->ring.read);
    double now = seconds_now();
    if (taken != *progress) {
        *progress = taken;
        *since = now;
    } else if (now - *since > STUCK_SECONDS) {
        return sx_fail(&player->error, SYRINX_ERROR_DEVICE, "the audio device takes no more samples");
    }
    return SYRINX_OK;
}

/* frames at the device's rate and with the caller's channels, to the ring */
static int push(syrinx_player *player, const float *samples, int frames)
{
    float wide[PIECE * 2];
    uint64_t progress = atomic_load(&player->ring.read);
    double since = seconds_now();
    while (frames > 0) {
        const float *from = samples;
        int n = frames;
        if (player->device.channels != player->channels) {      /* mono to both sides */
            n = frames < PIECE ? frames : PIECE;
            for (int i = 0; i < n; i++)
                wide[2 * i] = wide[2 * i + 1] = samples[i];
            from = wide;
        }
        int done = (int)sx_ring_write(&player->ring, from, (uint32_t)n, atomic_load(&player->limit));
        samples += (size_t)done * (size_t)player->channels;
        frames -= done;
        int code = check_alive(player, &progress, &since);
        if (code < 0)
            return code;
        if (done == 0)
            wait_moved(player);
    }
    return SYRINX_OK;
}

/* input NULL: the resampler's rest */
static int push_resampled(syrinx_player *player, const float *input, int frames)
{
    float output[PIECE * 8];
    int capacity = (int)(sizeof output / sizeof output[0]) / player->channels;
    for (;;) {
        int used, made;
        int code = sx_resampler_run(player->resampler, input, frames, &used, output, capacity, &made, &player->error);
        if (code == SYRINX_OK)
            code = push(player, output, made);
        if (code < 0)
            return code;
        if (input) {
            input += (size_t)used * (size_t)player->channels;
            frames -= used;
        }
        if (input ? frames == 0 : made == 0)
            return SYRINX_OK;
    }
}

int syrinx_player_new(int sample_rate, int channels, const syrinx_player_options *given, syrinx_player **result)
{
    struct sx_error *error = sx_thread_error();
    syrinx_player_options options;
    sx_error_clear(error);
    if (result)
        *result = NULL;
    syrinx_player_options_init(&options);
    if (given)
        memcpy(&options, given, given->size < sizeof options ? given->size : sizeof options);
    if (!result || sample_rate < 1000 || sample_rate > 384000 || channels < 1 || channels > 8 ||
        !(options.latency >= 0.005f && options.latency <= 2.0f))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "player: %d Hz, %d channels, latency %g s: out of range", sample_rate, channels, (double)options.latency);
    syrinx_player *player = calloc(1, sizeof *player);
    if (!player)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "player: out of memory");
    player->rate = sample_rate;
    player->channels = channels;
    pthread_mutex_init(&player->lock, NULL);
    sem_init(&player->moved, 0, 0);
    int code = sx_device_open(options.device, sample_rate, channels, options.latency, callback, player, &player->device, error);
    if (code == SYRINX_OK && player->device.rate != sample_rate)
        code = sx_resampler_new(sample_rate, player->device.rate, channels, &player->resampler, error);
    if (code == SYRINX_OK) {
        const PaStreamInfo *info = Pa_GetStreamInfo(player->device.stream);
        player->latency = info ? info->outputLatency : options.latency;
        atomic_store(&player->limit, (uint32_t)(options.latency * (float)player->device.rate) + 1);
        if (sx_ring_init(&player->ring, (uint32_t)(RING_SECONDS * player->device.rate), (uint32_t)player->device.channels) != 0)
            code = sx_fail(error, SYRINX_ERROR_MEMORY, "player: out of memory");
    }
    if (code < 0) {
        syrinx_player_free(player);
        return code;
    }
    *result = player;
    return SYRINX_OK;
}

int syrinx_player_write(syrinx_player *player, const float *samples, int frames)
{
    if (!player || frames < 0 || (frames > 0 && !samples))
        return SYRINX_ERROR_ARGUMENT;
    if (frames == 0)
        return SYRINX_OK;
    int code = start(player);
    if (code < 0)
        return code;
    return player->resampler ? push_resampled(player, samples, frames) : push(player, samples, frames);
}

int syrinx_player_drain(syrinx_player *player)
{
    if (!player)
        return SYRINX_ERROR_ARGUMENT;
    pthread_mutex_lock(&player->lock);
    bool running = player->running;
    pthread_mutex_unlock(&player->lock);
    if (!running)
        return SYRINX_OK;
    int code = SYRINX_OK;
    if (player->resampler) {
        code = push_resampled(player, NULL, 0);
        sx_resampler_reset(player->resampler);
    }
    atomic_store(&player->draining, true);
    double since = seconds_now();
    uint64_t progress = atomic_load(&player->ring.read);
    while (code == SYRINX_OK && Pa_IsStreamActive(player->device.stream) == 1) {
        wait_moved(player);
        if (Pa_IsStreamActive(player->device.stream) == 1)
            code = check_alive(player, &progress, &since);
    }
    if (code == SYRINX_OK && atomic_load(&player->stops) != player->stops_seen)
        code = sx_fail(&player->error, SYRINX_ERROR_CANCELLED, "stopped");
    if (code == SYRINX_OK && sx_ring_filled(&player->ring) > 0)
        code = sx_fail(&player->error, SYRINX_ERROR_DEVICE, "the audio device went away");
    pthread_mutex_lock(&player->lock);
    halt(player, code < 0);
    pthread_mutex_unlock(&player->lock);
    return code;
}

int syrinx_player_stop(syrinx_player *player)
{
    if (!player)
        return SYRINX_ERROR_ARGUMENT;
    pthread_mutex_lock(&player->lock);
    atomic_fetch_add(&player->stops, 1);
    halt(player, true);
    pthread_mutex_unlock(&player->lock);
    sem_post(&player->moved);
    return SYRINX_OK;
}

uint64_t syrinx_player_position(const syrinx_player *player)
{
    if (!player)
        return 0;
    uint64_t frames = heard_now(player);
    if (player->resampler)
        frames = (uint64_t)((double)frames * player->rate / player->device.rate);
    /* The sound system's clock may jump back by a little; a position does not. */
    _Atomic uint64_t *highest = (_Atomic uint64_t *)&player->heard;
    uint64_t before = atomic_load(highest);
    while (before < frames && !atomic_compare_exchange_weak(highest, &before, frames))
        continue;
    return before > frames ? before : frames;
}

uint64_t syrinx_player_underruns(const syrinx_player *player)
{
    return player ? atomic_load(&player->underruns) : 0;
}

const char *syrinx_player_message(const syrinx_player *player)
{
    return player ? player->error.message : "";
}

void syrinx_player_free(syrinx_player *player)
{
    if (!player)
        return;
    if (player->running)
        syrinx_player_stop(player);
    sx_device_close(&player->device);
    sx_resampler_free(player->resampler);
    free(player->ring.samples);
    sem_destroy(&player->moved);
    pthread_mutex_destroy(&player->lock);
    free(player);
}

#else
/* A build without speakers. */
int syrinx_player_new(int sample_rate, int channels, const syrinx_player_options *options, syrinx_player **player)
{
    (void)sample_rate, (void)channels, (void)options;
    if (player)
        *player = NULL;
    return sx_fail(sx_thread_error(), SYRINX_ERROR_UNSUPPORTED, "this build of Syrinx has no speakers (DEVICE=0)");
}

int syrinx_player_write(syrinx_player *player, const float *samples, int frames)
{
    (void)player, (void)samples, (void)frames;
    return SYRINX_ERROR_UNSUPPORTED;
}

int syrinx_player_drain(syrinx_player *player)
{
    (void)player;
    return SYRINX_ERROR_UNSUPPORTED;
}

int syrinx_player_stop(syrinx_player *player)
{
    (void)player;
    return SYRINX_ERROR_UNSUPPORTED;
}

uint64_t syrinx_player_position(const syrinx_player *player)
{
    (void)player;
    return 0;
}

uint64_t syrinx_player_underruns(const syrinx_player *player)
{
    (void)player;
    return 0;
}

const char *syrinx_player_message(const syrinx_player *player)
{
    (void)player;
    return "this build of Syrinx has no speakers (DEVICE=0)";
}

void syrinx_player_free(syrinx_player *player)
{
    (void)player;
}
#endif
