/* output.c - answers, events (700 to 704) and sound (705, bytes stuffed as in HDLC) to the server.
 *
 * One lock makes a stop exact: who takes it to say "stopped" knows that nothing of the message follows. */
#include "speechd/output.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STUFF = 0x7D, FLIP = 0x20 };

/* A server that hears of two stops within a moment forgets the second one, and waits for it for ever (0.11: the thread that stops its sound has not gone back to sleep, "Cannot
 * stop now"). So the word of a stop comes no sooner than this after the message's begin; the sound ends at once all the same. */
enum { SETTLED = 40 };          /* ms: longer than that thread waits for a processor, but on the busiest machines; shorter than fingers take from key to key */

#define SERVER_MARK "__spd_"        /* how the marks begin that the server puts into texts for itself */

bool sd_output_init(struct sd_output *output, int fd)
{
    memset(output, 0, sizeof *output);
    output->fd = fd;
    return pthread_mutex_init(&output->lock, NULL) == 0;
}

void sd_output_free(struct sd_output *output)
{
    sd_text_free(&output->block);
    pthread_mutex_destroy(&output->lock);
}

/* Writes the block; the lock is held. */
static bool flush(struct sd_output *output)
{
    const char *bytes = output->block.bytes;
    size_t left = output->block.failed ? 0 : output->block.length;
    while (left > 0 && !output->broken) {
        ssize_t n = write(output->fd, bytes, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            output->broken = true;
            break;
        }
        bytes += n;
        left -= (size_t)n;
    }
    bool good = !output->broken && !output->block.failed;
    sd_text_clear(&output->block);
    return good;
}

void sd_output_answer(struct sd_output *output, const char *lines)
{
    pthread_mutex_lock(&output->lock);
    sd_text_put(&output->block, lines);
    flush(output);
    pthread_mutex_unlock(&output->lock);
}

void sd_output_begin(struct sd_output *output, uint64_t id)
{
    pthread_mutex_lock(&output->lock);
    output->live = id;
    clock_gettime(CLOCK_MONOTONIC, &output->begun);
    output->mark[0] = 0;
    sd_text_put(&output->block, "200 OK SPEAKING\n701 BEGIN\n");
    flush(output);
    pthread_mutex_unlock(&output->lock);
}

bool sd_output_sound(struct sd_output *output, uint64_t id, const int16_t *samples, int count, int rate)
{
    pthread_mutex_lock(&output->lock);
    bool good = output->live == id;
    if (good && count > 0) {
        struct sd_text *block = &output->block;
        sd_text_print(block, "705-bits=16\n705-num_channels=1\n705-sample_rate=%d\n705-num_samples=%d\n705-big_endian=0\n705-AUDIO", rate, count);
        sd_text_add(block, "", 1);
        for (int i = 0; i < count; i++) {
            unsigned value = (uint16_t)samples[i];
            char stuffed[4];
            size_t n = 0;
            for (unsigned k = 0; k < 2; k++) {
                unsigned byte = value >> (8 * k) & 0xFF;
                if (byte == '\n' || byte == STUFF) {
                    stuffed[n++] = STUFF;
                    byte ^= FLIP;
                }
                stuffed[n++] = (char)byte;
            }
            sd_text_add(block, stuffed, n);
        }
        sd_text_put(block, "\n705 AUDIO\n");
        good = flush(output);
    }
    pthread_mutex_unlock(&output->lock);
    return good;
}

/* A mark's lines; a name cannot hold what ends a line. */
static void put_mark(struct sd_output *output, const char *name)
{
    sd_text_put(&output->block, "700-");
    for (const char *c = name; *c; c++)
        sd_text_add(&output->block, *c == '\n' || *c == '\r' ? " " : c, 1);
    sd_text_put(&output->block, "\n700 INDEX MARK\n");
}

bool sd_output_mark(struct sd_output *output, uint64_t id, const char *name)
{
    pthread_mutex_lock(&output->lock);
    bool good = output->live == id;
    if (good) {
        if (!strncmp(name, SERVER_MARK, strlen(SERVER_MARK)) && strlen(name) < sizeof output->mark)
            memcpy(output->mark, name, strlen(name) + 1);
        put_mark(output, name);
        good = flush(output);
    }
    pthread_mutex_unlock(&output->lock);
    return good;
}

bool sd_output_end(struct sd_output *output, uint64_t id)
{
    pthread_mutex_lock(&output->lock);
    bool good = output->live == id;
    if (good) {
        output->live = 0;
        sd_text_put(&output->block, "702 END\n");
        flush(output);
    }
    pthread_mutex_unlock(&output->lock);
    return good;
}

bool sd_output_silence(struct sd_output *output)
{
    pthread_mutex_lock(&output->lock);
    bool good = output->live != 0;
    output->live = 0;
    pthread_mutex_unlock(&output->lock);
    return good;
}

static void settle(const struct sd_output *output)
{
    struct timespec settled = output->begun;
    settled.tv_nsec += SETTLED * 1000000L;
    settled.tv_sec += settled.tv_nsec / 1000000000;
    settled.tv_nsec %= 1000000000;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &settled, NULL) == EINTR)
        continue;
}

void sd_output_stopped(struct sd_output *output)
{
    settle(output);
    sd_output_answer(output, "703 STOP\n");
}

/* The server pauses where it hears one of its own marks, and waits for one for ever: so the last that was sent is told again, which is where it will go on;
 * before the first, a number below all of them, which is the message's begin. */
void sd_output_paused(struct sd_output *output)
{
    settle(output);
    pthread_mutex_lock(&output->lock);
    put_mark(output, output->mark[0] ? output->mark : SERVER_MARK "-1");
    sd_text_put(&output->block, "704 PAUSE\n");
    flush(output);
    pthread_mutex_unlock(&output->lock);
}

bool sd_output_lives(struct sd_output *output, uint64_t id)
{
    pthread_mutex_lock(&output->lock);
    bool lives = output->live == id && !output->broken;
    pthread_mutex_unlock(&output->lock);
    return lives;
}

bool sd_output_busy(struct sd_output *output)
{
    pthread_mutex_lock(&output->lock);
    bool busy = output->live != 0;
    pthread_mutex_unlock(&output->lock);
    return busy;
}
