/* ring.h - a ring of float frames between one writing and one reading thread, without locks. */
#ifndef SX_AUDIO_RING_H
#define SX_AUDIO_RING_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct sx_ring {
    float *samples;                 /* [capacity, channels] */
    uint32_t capacity, channels;    /* frames, a power of two */
    _Atomic uint64_t written, read; /* frames since the beginning; each has one thread that changes it */
};

static inline int sx_ring_init(struct sx_ring *ring, uint32_t frames, uint32_t channels)
{
    ring->capacity = 64;
    while (ring->capacity < frames)
        ring->capacity *= 2;
    ring->channels = channels;
    atomic_init(&ring->written, 0);
    atomic_init(&ring->read, 0);
    ring->samples = calloc((size_t)ring->capacity * channels, sizeof(float));
    return ring->samples ? 0 : -1;
}

static inline uint32_t sx_ring_filled(const struct sx_ring *ring)
{
    return (uint32_t)(atomic_load_explicit(&ring->written, memory_order_acquire) -
                      atomic_load_explicit(&ring->read, memory_order_acquire));
}

/* The writer's side: takes up to `frames` frames while no more than `limit` lie in the ring; returns how many. */
static inline uint32_t sx_ring_write(struct sx_ring *ring, const float *samples, uint32_t frames, uint32_t limit)
{
    uint64_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    uint32_t filled = (uint32_t)(written - atomic_load_explicit(&ring->read, memory_order_acquire));
    uint32_t room = filled < limit ? limit - filled : 0;
    uint32_t n = frames < room ? frames : room;
    for (uint32_t done = 0; done < n;) {
        uint32_t at = (uint32_t)(written + done) & (ring->capacity - 1);
        uint32_t piece = ring->capacity - at < n - done ? ring->capacity - at : n - done;
        memcpy(ring->samples + (size_t)at * ring->channels, samples + (size_t)done * ring->channels, (size_t)piece * ring->channels * sizeof(float));
        done += piece;
    }
    atomic_store_explicit(&ring->written, written + n, memory_order_release);
    return n;
}

/* The reader's side: gives up to `frames` frames; returns how many. */
static inline uint32_t sx_ring_read(struct sx_ring *ring, float *samples, uint32_t frames)
{
    uint64_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
    uint32_t filled = (uint32_t)(atomic_load_explicit(&ring->written, memory_order_acquire) - read);
    uint32_t n = frames < filled ? frames : filled;
    for (uint32_t done = 0; done < n;) {
        uint32_t at = (uint32_t)(read + done) & (ring->capacity - 1);
        uint32_t piece = ring->capacity - at < n - done ? ring->capacity - at : n - done;
        memcpy(samples + (size_t)done * ring->channels, ring->samples + (size_t)at * ring->channels, (size_t)piece * ring->channels * sizeof(float));
        done += piece;
    }
    atomic_store_explicit(&ring->read, read + n, memory_order_release);
    return n;
}

#endif
