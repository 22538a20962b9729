/* markup.h - where readers of markup (SSML, documents) send what they find: text with its place, styles, ends and what stands between words.
 *
 * The calls are those of sx_reader_push_at, _style, _boundary and _point of text.h, as a table, so that a parser is tested without a reader. */
#ifndef SX_TEXT_MARKUP_H
#define SX_TEXT_MARKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "text/style.h"

/* All four are there; each returns >= 0, or a failure that ends the parsing. What they get lives until they return. `user` comes first. */
struct sx_markup_sink {
    void *user;
    /* UTF-8, whole characters, at source bytes [begin, end): byte for byte if as long, else all from all. `begin` never goes back. */
    int (*text)(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error);
    int (*style)(void *user, const struct sx_style *style, struct sx_error *error);
    int (*boundary)(void *user, enum sx_boundary boundary, struct sx_error *error);
    int (*point)(void *user, const struct sx_point *point, struct sx_error *error);
};

#endif
