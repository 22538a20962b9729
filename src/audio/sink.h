/* sink.h - where the bytes of a sound file go: a file that appears when complete, a device, a pipe, standard output.
 *
 * Encoders write through a sink and may seek. The first failed write is remembered with its errno, because some encoders
 * ignore what a write tells them: whoever finishes the file asks the sink, not the encoder. */
#ifndef SX_AUDIO_SINK_H
#define SX_AUDIO_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

struct sx_sink {
    struct sx_atomic_file file;     /* path NULL: bytes go straight to `fd` */
    char *name;                     /* for messages */
    int fd;
    bool seekable;                  /* false for pipes and devices, and where the file is only appended to */
    int64_t base;                   /* offset in `fd` where our file begins */
    int64_t position, end;          /* bytes from there */
    int failed;                     /* errno of the first failed write, 0 */
};

/* "-" is standard output. What exists and is no regular file (a FIFO, /dev/null) is written in place; a symbolic link stays one and
 * its target is replaced. NOT_FOUND, IO, MEMORY. */
int sx_sink_open(const char *path, struct sx_sink *sink, struct sx_error *error);
/* Writes at the position; 0 or -1. On a pipe, bytes that lie before the end (a header mended afterwards) are dropped: they are gone. */
int sx_sink_write(struct sx_sink *sink, const void *bytes, size_t length);
/* Returns the new position or -1. */
int64_t sx_sink_seek(struct sx_sink *sink, int64_t position);
/* The remembered failure as an error; SYRINX_OK when there is none. */
int sx_sink_check(const struct sx_sink *sink, struct sx_error *error);
/* Checks, syncs, closes, gives the file its name. In any case the sink is done with; on failure no file is left. */
int sx_sink_commit(struct sx_sink *sink, struct sx_error *error);
void sx_sink_abandon(struct sx_sink *sink);

#endif
