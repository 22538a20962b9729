/* speechd.h - the server's side of the module protocol: starts build/sd_syrinx (or another module), talks to it, reads its answers, events and sound with the
 * time at which they came. For the tests and for tools/bench/speechd. */
#ifndef SX_TESTS_SPEECHD_H
#define SX_TESTS_SPEECHD_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SD_REPLY = 1, SD_SOUND, SD_MARK, SD_BEGIN, SD_END, SD_STOPPED, SD_PAUSED, SD_GONE, SD_LATE };
enum { SD_SAMPLES = 8192 };

struct sd_server {
    pid_t child;
    int in, out;                    /* of the module */
    char *bytes;                    /* [room]: read and not taken yet: [first, first + count) */
    size_t first, count, room;
    /* the last event */
    char line[1024];                /* of a reply, or a mark's name */
    int16_t samples[SD_SAMPLES];    /* of sound */
    int sample_count, rate;
    double time;                    /* seconds, when the last of its bytes was read */
};

static inline double sd_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline bool sd_server_start(struct sd_server *server, const char *program, const char *config)
{
    int in[2], out[2];
    memset(server, 0, sizeof *server);
    signal(SIGPIPE, SIG_IGN);
    if (pipe(in) || pipe(out))
        return false;
    server->child = fork();
    if (server->child == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[0]);
        close(in[1]);
        close(out[0]);
        close(out[1]);
        execl(program, program, config, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    server->in = in[1];
    server->out = out[0];
    return server->child > 0;
}

/* False: the module does not read. */
static inline bool sd_server_send(struct sd_server *server, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(server->in, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

static inline bool sd_server_say(struct sd_server *server, const char *text)
{
    return sd_server_send(server, text, strlen(text));
}

/* The next line with its feed within the time: its bytes, 0 late, -1 the module is gone. It is at bytes + first. */
static inline long sd_server_line(struct sd_server *server, double seconds)
{
    double end = sd_time() + seconds;
    size_t seen = 0;
    for (;;) {
        char *feed = server->count > seen ? memchr(server->bytes + server->first + seen, '\n', server->count - seen) : NULL;
        if (feed)
            return feed - (server->bytes + server->first) + 1;
        seen = server->count;
        if (server->first + server->count + 65536 > server->room) {
            size_t room = server->count + 131072;
            char *bytes = malloc(room);
            if (!bytes)
                return -1;
            if (server->count)
                memcpy(bytes, server->bytes + server->first, server->count);
            free(server->bytes);
            server->bytes = bytes;
            server->first = 0;
            server->room = room;
        }
        struct pollfd poll_one = {server->out, POLLIN, 0};
        double left = end - sd_time();
        int ready = poll(&poll_one, 1, left > 0 ? (int)(left * 1000) + 1 : 0);
        if (ready == 0)
            return 0;
        ssize_t n = ready < 0 ? -1 : read(server->out, server->bytes + server->first + server->count, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        server->count += (size_t)n;
    }
}

static inline void sd_server_take(struct sd_server *server, long n)
{
    server->first += (size_t)n;
    server->count -= (size_t)n;
}

static inline void sd_server_sound(struct sd_server *server, const char *bytes, long length)
{
    int count = 0;
    long at = 0;
    unsigned char pair[2] = {0, 0};
    while (at < length) {
        for (int k = 0; k < 2 && at < length; k++) {
            pair[k] = (unsigned char)bytes[at++];
            if (pair[k] == 0x7D && at < length)
                pair[k] = (unsigned char)bytes[at++] ^ 0x20;
        }
        if (count < SD_SAMPLES)
            server->samples[count++] = (int16_t)(pair[0] | pair[1] << 8);
    }
    server->sample_count = count;
}

/* The next thing that the module tells. */
static inline int sd_server_next(struct sd_server *server, double seconds)
{
    int told = -1;
    for (;;) {
        long n = sd_server_line(server, seconds);
        if (n <= 0)
            return n ? SD_GONE : SD_LATE;
        server->time = sd_time();
        const char *line = server->bytes + server->first;
        size_t k = (size_t)n - 1 < sizeof server->line ? (size_t)n - 1 : sizeof server->line - 1;
        if (n > 10 && !memcmp(line, "705-AUDIO", 10)) {
            sd_server_sound(server, line + 10, n - 11);
            sd_server_take(server, n);
            if (told >= 0 && told != server->sample_count)
                return SD_GONE;     /* it lies about its sound */
            continue;
        }
        if (!strncmp(line, "705-sample_rate=", 16))
            server->rate = atoi(line + 16);
        if (!strncmp(line, "705-num_samples=", 16))
            told = atoi(line + 16);
        bool sound = !strncmp(line, "705 AUDIO\n", 10), event = *line == '7';
        if (event && !strncmp(line, "700-", 4)) {
            memcpy(server->line, line + 4, k - 4);
            server->line[k - 4] = 0;
        } else if (!event) {
            memcpy(server->line, line, k);
            server->line[k] = 0;
        }
        int code = event ? atoi(line) : 0;
        bool last = n > 3 && line[3] == ' ';
        sd_server_take(server, n);
        if (!event)
            return SD_REPLY;
        if (sound)
            return SD_SOUND;
        if (last)
            return code == 700 ? SD_MARK : code == 701 ? SD_BEGIN : code == 702 ? SD_END : code == 703 ? SD_STOPPED : code == 704 ? SD_PAUSED : SD_GONE;
    }
}

/* Sends a verb and its block as the server does, each after the answer to what came before; the last answer is in line. */
static inline bool sd_server_block(struct sd_server *server, const char *verb, const char *data)
{
    if (!sd_server_say(server, verb) || !sd_server_say(server, "\n") || sd_server_next(server, 20) != SD_REPLY || *server->line != '2')
        return false;
    return sd_server_say(server, data) && sd_server_say(server, "\n.\n") && sd_server_next(server, 20) == SD_REPLY;
}

/* Says goodbye; the module's exit status, -1 when it had to be killed or crashed. */
static inline int sd_server_stop(struct sd_server *server, bool quit)
{
    int status = -1;
    if (quit)
        sd_server_say(server, "QUIT\n");
    close(server->in);
    for (double end = sd_time() + 20; sd_server_next(server, end - sd_time()) != SD_GONE && sd_time() < end;)
        ;
    close(server->out);
    for (int i = 0; i < 400; i++) {
        if (waitpid(server->child, &status, WNOHANG) == server->child)
            break;
        if (i == 399) {
            kill(server->child, SIGKILL);
            waitpid(server->child, &status, 0);
        }
        usleep(5000);
    }
    free(server->bytes);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
