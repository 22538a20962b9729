/* document.h - what a document is to the rest of Syrinx: a title, an author, a language, and chapters that are read into a sink.
 *
 * Positions are bytes of the file as UTF-8 (what is not UTF-8 is converted first); of an EPUB, bytes of its chapters' XHTML one behind another. */
#ifndef SX_DOCUMENT_DOCUMENT_H
#define SX_DOCUMENT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "text/markup.h"

struct sx_document;

/* kind: SYRINX_DOCUMENT_… of syrinx.h. `name` (may be NULL) tells the kind by its ending where kind is AUTO. The bytes are copied where they have
 * to stay. FORMAT (damaged), INPUT (too large), UNSUPPORTED (protected), MEMORY. */
int sx_document_read(const char *name, const void *bytes, size_t length, int kind, struct sx_document **document, struct sx_error *error);
/* NOT_FOUND and IO, too. */
int sx_document_open(const char *path, int kind, struct sx_document **document, struct sx_error *error);
void sx_document_free(struct sx_document *document);

int sx_document_kind(const struct sx_document *document);
/* NULL where the document does not tell. */
const char *sx_document_title(const struct sx_document *document);
const char *sx_document_author(const struct sx_document *document);
const char *sx_document_language(const struct sx_document *document);
/* At least one, unless there is nothing to read. */
int sx_document_chapters(const struct sx_document *document);
/* Never NULL; 1 is the outermost level. */
const char *sx_document_chapter_title(const struct sx_document *document, int chapter);
int sx_document_chapter_level(const struct sx_document *document, int chapter);
/* Reads a chapter into the sink; -1: all of them. */
int sx_document_play(const struct sx_document *document, int chapter, const struct sx_markup_sink *sink, struct sx_error *error);
/* What positions count in, with blanks for what is not read and newlines for ends of paragraphs; fresh memory, NUL-terminated. */
int sx_document_text(const struct sx_document *document, char **text, size_t *length, struct sx_error *error);
/* Where a position is, for people: "12:5" (line and column), in an EPUB "chapter 3: Title". Positions that never go back; begin with a zeroed cursor. */
struct sx_place { uint64_t position, line, line_begin; };
struct sx_buffer;
void sx_document_place(const struct sx_document *document, uint64_t position, struct sx_place *cursor, struct sx_buffer *out);

#endif
