/* letters_cache.h - what the letter-to-sound network said lately: the names of a book come again and again. */
#ifndef SX_TEXT_LETTERS_CACHE_H
#define SX_TEXT_LETTERS_CACHE_H

#include "text/phones.h"

struct sx_letters_cache;

/* The phones of a word said before, at most `room`; -1 when it is not there. `cache` may be NULL. */
int sx_letters_cache_find(const struct sx_letters_cache *cache, const char *word, size_t length, struct sx_phone *out, int room);
/* Remembers a word if it is short enough; *cache is made on first use. Without memory nothing is remembered. */
void sx_letters_cache_put(struct sx_letters_cache **cache, const char *word, size_t length, const struct sx_phone *phones, int count);
void sx_letters_cache_free(struct sx_letters_cache *cache);

#endif
