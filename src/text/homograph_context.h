/* homograph_context.h - a place in a sentence as the features that the homograph model weighs. */
#ifndef SX_TEXT_HOMOGRAPH_CONTEXT_H
#define SX_TEXT_HOMOGRAPH_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

enum { SX_HOMOGRAPH_REACH = 256 };      /* bytes of the sentence that are looked at on each side */
enum { SX_HOMOGRAPH_FEATURES = 64 + 2 * SX_HOMOGRAPH_REACH / 5 + 2 };      /* a word of the neighbourhood has four letters and a neighbour */

/* A static map without keys, see tools/train/homographs/fuse.py: the value of a 64-bit key, -1 where there is none. */
struct sx_fuse {
    uint64_t seed;
    uint32_t size, segments;        /* slots of a segment, a power of two; segments a key may begin in */
    int bits;                       /* of a value; the other ones of a slot are a fingerprint */
    const unsigned char *slots;     /* [(segments + 2) * size] u16, little-endian */
};
int sx_fuse_find(const struct sx_fuse *map, uint64_t key);

/* The model's map of word classes. */
struct sx_fuse sx_homograph_classes(void);

/* FNV-1a, 64 bits, begun with SX_FNV. */
#define SX_FNV UINT64_C(0xCBF29CE484222325)
uint64_t sx_fnv(uint64_t hash, const char *bytes, size_t length);

/* Hashes of the features of the word at sentence[begin..end), begin < end <= length. `classes` maps words to word classes. Returns their count; *shared is
 * how many of them, the first ones, words of a kind share. */
int sx_homograph_context(const char *sentence, size_t length, size_t begin, size_t end, const struct sx_fuse *classes,
                         uint64_t features[SX_HOMOGRAPH_FEATURES], int *shared);

#endif
