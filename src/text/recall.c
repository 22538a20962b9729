/* recall.c - a table with one place for each hash: the later word takes the place. */
#include "text/recall.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 2048, WORD = 20, PHONES = 18 };

struct place {
    unsigned char length, count;        /* length 0: free */
    char word[WORD];
    unsigned char phones[PHONES];       /* id - 16, stress in the upper two bits */
};

struct sx_recall {
    struct place places[PLACES];
};

struct sx_recall *sx_recall_new(void)
{
    return calloc(1, sizeof(struct sx_recall));
}

void sx_recall_free(struct sx_recall *recall)
{
    free(recall);
}

/* FNV-1a (Fowler, Noll, Vo). */
static size_t place_of(const char *word, size_t length)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)word[i]) * 16777619u;
    return (h ^ h >> 16) % PLACES;
}

int sx_recall_find(const struct sx_recall *recall, const char *word, size_t length, struct sx_phone *out)
{
    if (!recall || !length || length > WORD)
        return -1;
    const struct place *p = &recall->places[place_of(word, length)];
    if (p->length != length || memcmp(p->word, word, length))
        return -1;
    for (int i = 0; i < p->count; i++)
        out[i] = (struct sx_phone){(uint8_t)(SX_PHONE_FIRST + (p->phones[i] & 0x3F)), p->phones[i] >> 6};
    return p->count;
}

void sx_recall_keep(struct sx_recall *recall, const char *word, size_t length, const struct sx_phone *phones, int count)
{
    if (!recall || !length || length > WORD || count < 0 || count > PHONES)
        return;
    struct place *p = &recall->places[place_of(word, length)];
    for (int i = 0; i < count; i++) {
        if (phones[i].id < SX_PHONE_FIRST || phones[i].id - SX_PHONE_FIRST > 0x3F) {
            p->length = 0;
            return;
        }
        p->phones[i] = (unsigned char)((phones[i].id - SX_PHONE_FIRST) | phones[i].stress << 6);
    }
    p->length = (unsigned char)length;
    p->count = (unsigned char)count;
    memcpy(p->word, word, length);
}
