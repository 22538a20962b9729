/* clean.h - raw bytes to clean text: valid UTF-8 in NFC, one kind of quotation mark and space, nothing invisible; each byte knows its source. */
#ifndef SX_TEXT_CLEAN_H
#define SX_TEXT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { SX_CLEAN_END = 0x1E };      /* stands in the text where it was said to be complete */

struct sx_clean {
    struct sx_buffer text;      /* white space is ' ', '\n' for a line's end, "\n\n" for a paragraph's, never more */
    uint64_t *from, *to;        /* [room] source bytes of each byte of text */
    size_t room;                /* of text and from and to, all three */
    size_t head;                /* bytes of memory in front of them that were dropped */
    uint64_t position;          /* source bytes seen */
    char partial[4];            /* the begin of a character whose rest has not come */
    int partial_count;
    uint8_t escape;             /* inside a terminal's escape sequence */
    bool failed;
};

/* Bytes cut anywhere; check `failed` afterwards. */
void sx_clean_push(struct sx_clean *clean, const char *bytes, size_t length);
/* The text is complete: a character that was cut is given up, SX_CLEAN_END is written. */
void sx_clean_end(struct sx_clean *clean);
/* Forgets the first bytes of text. */
void sx_clean_drop(struct sx_clean *clean, size_t length);
void sx_clean_reset(struct sx_clean *clean);
void sx_clean_free(struct sx_clean *clean);

#endif
