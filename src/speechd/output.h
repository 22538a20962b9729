/* output.h - what goes back to Speech Dispatcher: answers, and of the message that is spoken its events and sound. Any thread; each line or block at once. */
#ifndef SD_OUTPUT_H
#define SD_OUTPUT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "speechd/text.h"

struct sd_output {
    pthread_mutex_t lock;
    int fd;
    uint64_t live;                  /* the message that may send; 0: none, so what comes late is dropped */
    struct timespec begun;          /* when it began */
    struct sd_text block;           /* being written */
    char mark[64];                  /* the last of the server's own marks that was sent of the message; "" none */
    bool broken;                    /* nobody reads any more */
};

bool sd_output_init(struct sd_output *output, int fd);
void sd_output_free(struct sd_output *output);
void sd_output_answer(struct sd_output *output, const char *lines);

/* Message `id` begins: told, and from now on it may send. */
void sd_output_begin(struct sd_output *output, uint64_t id);
/* These three: false when the message does not live any more (or nobody reads), and then nothing was sent. */
bool sd_output_sound(struct sd_output *output, uint64_t id, const int16_t *samples, int count, int rate);
bool sd_output_mark(struct sd_output *output, uint64_t id, const char *name);
bool sd_output_end(struct sd_output *output, uint64_t id);
/* These three: from the thread that begins messages. Whichever message lives ends here, nothing of it is sent any more. False: there is none. */
bool sd_output_silence(struct sd_output *output);
/* The server is told so, at once or when 40 ms have passed since its begin. */
void sd_output_stopped(struct sd_output *output);
void sd_output_paused(struct sd_output *output);
bool sd_output_lives(struct sd_output *output, uint64_t id);
bool sd_output_busy(struct sd_output *output);

#endif
