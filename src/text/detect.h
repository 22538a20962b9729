/* detect.h - which language a sentence is in, for text that does not say. */
#ifndef SX_TEXT_DETECT_H
#define SX_TEXT_DETECT_H

#include <stddef.h>

enum { SX_LANGUAGE_TAG = 16 };

/* The language of clean text, a sentence or a paragraph of it. `fallback` (a BCP 47 tag, at most 15 bytes of it are used) is the language around it: it stays
 * unless another one is clearly better, so a short text keeps it. Returns 1 when the text itself decided, 0 when it did not. A language that is the
 * fallback's comes out as the fallback's tag ("en-GB"). */
int sx_detect_language(const char *text, size_t length, const char *fallback, char out[SX_LANGUAGE_TAG]);

#endif
