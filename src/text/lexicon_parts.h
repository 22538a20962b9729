/* lexicon_parts.h - inside the lexicon: what its readers fill. */
#ifndef SX_TEXT_LEXICON_PARTS_H
#define SX_TEXT_LEXICON_PARTS_H

#include <stdatomic.h>

#include "base/arena.h"
#include "text/lexicon.h"

enum { SX_LEXICON_ENTRIES = 1 << 20, SX_LEXICON_WORD = 200, SX_LEXICON_READINGS = 32 };

struct sx_lexicon_slot {
    const char *word;       /* NULL: free */
    size_t length;
    struct sx_lexicon_entry *entry;
};

struct sx_lexicon {
    atomic_int references;
    const struct sx_lexicon *first, *second;    /* of a joined one, which has nothing else */
    struct sx_arena arena;
    struct sx_lexicon_slot *slots;
    size_t room, count;     /* room is a power of two, at most half full */
    size_t longest;         /* bytes of a word */
    uint8_t begins[1 << 13];        /* bit of the first two bytes of each word, the second 0 in a word of one */
    char *path;
    uint64_t state;         /* of the file when it was read */
    uint64_t refused;       /* a later state that could not be read; 0: none */
};

/* Lower case and NFC, as the words of a text are, white space as single blanks; false when it is empty, not UTF-8 or does not fit. */
bool sx_lexicon_fold(const char *text, size_t length, char out[SX_LEXICON_WORD + 8], size_t *out_length);
/* Parts of speech without prefixes, lower case; NULL in the arena for none. False: no memory. */
bool sx_lexicon_role(struct sx_lexicon *lexicon, const char *text, size_t length, const char **role);
/* Adds a reading of a folded word unless there is one for the same part of speech; phones, words, role and language of `entry` are copied but for the last
 * two, which are in the arena already. 0, MEMORY, or INPUT without a message: too many. */
int sx_lexicon_add(struct sx_lexicon *lexicon, const char *word, size_t length, const struct sx_lexicon_entry *entry);
/* ARPAbet phones parted by blanks: their number, -1 for anything else. */
int sx_lexicon_arpabet(const char *text, size_t length, struct sx_phone out[SX_WORD_PHONES]);

/* pls.c: the text of a PLS file. */
int sx_lexicon_read_pls(struct sx_lexicon *lexicon, const char *path, const char *text, size_t length, struct sx_error *error);
/* lexicon_watch.c: what there is to know of the file without reading it; 0: it is not there. */
uint64_t sx_lexicon_state(const char *path);

#endif
