/* clean.h - raw bytes to clean text: valid UTF-8 in NFC, one kind of quotation mark and space, nothing invisible; each byte knows its source. */
#ifndef SX_TEXT_CLEAN_H
#define SX_TEXT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { SX_CLEAN_END = 0x1E };      /* stands in the text where it was said to be complete */
enum { SX_CLEAN_CLOSE = 0x1D };    /* behind the end of all of it, where the other ones part it only */

struct sx_clean {
    struct sx_buffer text;      /* white space is ' ', '\n' for a line's end, "\n\n" for a paragraph's, never more */
    uint64_t *from, *to;        /* [room] source bytes of each byte of text */
    size_t room;                /* of text and from and to, all three */
    uint64_t position;          /* source bytes seen */
    char partial[4];            /* the begin of a character whose rest has not come */
    int partial_count;
    uint8_t escape;             /* inside a terminal's escape sequence */
    bool whole;                 /* every character comes from [whole_from, whole_to) */
    uint64_t whole_from, whole_to;
    size_t barrier;             /* a passage begins at this byte of text: no mark joins with what is before */
    bool backticks;             /* they stay what they are; else they are apostrophes */
    bool raw;                   /* characters stay what they are: only white space and what cannot be seen is tidied */
    bool failed;
};

/* Bytes cut anywhere; check `failed` afterwards. */
void sx_clean_push(struct sx_clean *clean, const char *bytes, size_t length);
/* Bytes that stand at [begin, end) of the source: byte for byte if as long, else all of them come from all of it. */
void sx_clean_push_at(struct sx_clean *clean, const char *bytes, size_t length, uint64_t begin, uint64_t end);
/* What follows is no part of the character before. */
void sx_clean_part(struct sx_clean *clean);
/* A line's end (1) or a paragraph's (2), wherever the source is. */
void sx_clean_space(struct sx_clean *clean, int lines);
/* The text is complete: a character that was cut is given up, SX_CLEAN_END is written. */
void sx_clean_end(struct sx_clean *clean);
/* That was the last of it: SX_CLEAN_CLOSE is written. */
void sx_clean_close(struct sx_clean *clean);
/* Forgets the first bytes of text. */
void sx_clean_drop(struct sx_clean *clean, size_t length);
void sx_clean_reset(struct sx_clean *clean);
void sx_clean_free(struct sx_clean *clean);

#endif
