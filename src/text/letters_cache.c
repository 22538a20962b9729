/* letters_cache.c - a table of fixed size by a hash of the word (FNV-1a): a newer word takes the place of an older one. */
#include "text/letters_cache.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2048, WORD = 22, PHONES = 24 };

struct slot {
    uint8_t length, count;      /* length 0: empty */
    char word[WORD];
    struct sx_phone phones[PHONES];
};

struct sx_letters_cache {
    struct slot slots[SLOTS];
};

static size_t slot_of(const char *word, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    return (hash ^ hash >> 15) % SLOTS;
}

int sx_letters_cache_find(const struct sx_letters_cache *cache, const char *word, size_t length, struct sx_phone *out, int room)
{
    if (!cache || !length || length > WORD)
        return -1;
    const struct slot *slot = &cache->slots[slot_of(word, length)];
    if (slot->length != length || memcmp(slot->word, word, length) || slot->count > room)
        return -1;
    memcpy(out, slot->phones, slot->count * sizeof *out);
    return slot->count;
}

void sx_letters_cache_put(struct sx_letters_cache **cache, const char *word, size_t length, const struct sx_phone *phones, int count)
{
    if (!length || length > WORD || count < 0 || count > PHONES)
        return;
    if (!*cache && !(*cache = calloc(1, sizeof **cache)))
        return;
    struct slot *slot = &(*cache)->slots[slot_of(word, length)];
    slot->length = (uint8_t)length;
    slot->count = (uint8_t)count;
    memcpy(slot->word, word, length);
    memcpy(slot->phones, phones, (size_t)count * sizeof *phones);
}

void sx_letters_cache_free(struct sx_letters_cache *cache)
{
    free(cache);
}
