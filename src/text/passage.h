/* passage.h - which bytes of the clean text are said in which style, and what stands between them. Offsets move down as text is dropped from the front. */
#ifndef SX_TEXT_PASSAGE_H
#define SX_TEXT_PASSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "text/style.h"

struct sx_passage {
    size_t at;                  /* first byte; it goes up to the next passage */
    size_t length;              /* bytes of it that sx_passages_move took */
    struct sx_style *style;     /* owned */
};

struct sx_placed_point {
    size_t at;
    struct sx_point point;      /* owns its name */
};

struct sx_passages {
    struct sx_passage *items;           /* [first, count); none: all is plain */
    size_t first, count, room;
    struct sx_placed_point *points;     /* [point_first, point_count) */
    size_t point_first, point_count, point_room;
};

/* A passage begins at byte `at`, where the text ends now. The style is copied with its strings. False: no memory. */
bool sx_passages_style(struct sx_passages *passages, size_t at, const struct sx_style *style);
bool sx_passages_point(struct sx_passages *passages, size_t at, const struct sx_point *point);
/* What lies wholly before byte `at` is not asked for again: its styles are freed. */
void sx_passages_pass(struct sx_passages *passages, size_t at);
/* The first `count` points are done with. */
void sx_passages_pass_points(struct sx_passages *passages, size_t count);
/* The text lost `length` bytes at its front, all of them passed. */
void sx_passages_move(struct sx_passages *passages, size_t length);
/* The passage that byte `at` lies in, the first one or a later one; NULL: before the first one. */
const struct sx_passage *sx_passages_find(const struct sx_passages *passages, size_t at);
/* One past its last byte; `end` is where the text ends. */
size_t sx_passages_end(const struct sx_passages *passages, const struct sx_passage *passage, size_t end);
void sx_passages_reset(struct sx_passages *passages);
void sx_passages_free(struct sx_passages *passages);

#endif
