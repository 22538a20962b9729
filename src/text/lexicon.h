/* lexicon.h - a user's own pronunciations: plain text, W3C PLS, or a folder of both.
 *
 * A lexicon is immutable and counted: who keeps pointers into one holds a reference. A file that changes makes a new one (sx_lexicon_watch). */
#ifndef SX_TEXT_LEXICON_H
#define SX_TEXT_LEXICON_H

#include "base/error.h"
#include "text/phones.h"

struct sx_lexicon;

/* Lines `word<TAB>ARPAbet`, `word<TAB>[[IPA]]` or `word<TAB>other words`, between the two tabs a part of speech if there are three fields; "WORD  ARPABET" as in
 * cmudict; '#' begins a comment line, "\#" the word "#"; the word may be several words or a character ("New York", "→"). Case does not count; the first line
 * of a word and part of speech wins. A file that begins with '<' and a letter, '?' or '!' is XML, PLS 1.0. Of a folder, all *.txt, *.tsv and *.pls by name.
 * NOT_FOUND, IO, INPUT (the message has file and line), MEMORY. */
int sx_lexicon_open(const char *path, struct sx_lexicon **lexicon, struct sx_error *error);
/* One more reference; the lexicon itself. NULL gives NULL. */
struct sx_lexicon *sx_lexicon_ref(const struct sx_lexicon *lexicon);
/* One reference less. */
void sx_lexicon_close(struct sx_lexicon *lexicon);
/* Both in one: `first` is asked before `second`; it has references of its own. MEMORY. */
int sx_lexicon_join(const struct sx_lexicon *first, const struct sx_lexicon *second, struct sx_lexicon **lexicon, struct sx_error *error);

struct sx_lexicon_entry {
    const struct sx_phone *phones;      /* NULL: `words` instead */
    int count;
    const char *words;                  /* lower case, parted by spaces; they are pronounced without this lexicon */
    const char *role;                   /* parts of speech that it is for, lower case, parted by spaces; NULL: any */
    const char *language;               /* BCP 47 tag of a PLS file; NULL: any */
    const struct sx_lexicon_entry *next;    /* another reading of the word, for another part of speech */
};

/* NULL when the word (lower case, NFC) is not there. The reading for any part of speech. */
const struct sx_lexicon_entry *sx_lexicon_find(const struct sx_lexicon *lexicon, const char *word, size_t length);
/* The reading for a part of speech ("VBD", "VVD", "noun", "NN NNP"; NULL: not known): one that names it, one that names its class ("verb"), one for any. */
const struct sx_lexicon_entry *sx_lexicon_find_role(const struct sx_lexicon *lexicon, const char *word, size_t length, const char *role);
/* The first of all its readings. */
const struct sx_lexicon_entry *sx_lexicon_readings(const struct sx_lexicon *lexicon, const char *word, size_t length);
/* The longest entry that `text` begins with, in any case, several words included; it ends where a word ends. `text` begins where a word or a sign begins.
 * *took: bytes of the text. NULL: none. */
const struct sx_lexicon_entry *sx_lexicon_match(const struct sx_lexicon *lexicon, const char *text, size_t length, const char *role, size_t *took);
size_t sx_lexicon_count(const struct sx_lexicon *lexicon);      /* words */

/* Is the file (or one of the folder's) another one than when it was read? One stat a file. */
bool sx_lexicon_changed(const struct sx_lexicon *lexicon);
/* Reads it again if it changed: 1 and another lexicon, the old one closed; 0 nothing new; < 0 what is there now is refused, *lexicon stays (said once for
 * each such state of the file). */
int sx_lexicon_refresh(struct sx_lexicon **lexicon, struct sx_error *error);

/* A lexicon that follows its file, for any number of threads. */
struct sx_lexicon_watch;

int sx_lexicon_watch_new(const char *path, struct sx_lexicon_watch **watch, struct sx_error *error);
/* The lexicon as it is now, to be closed by the caller; never NULL. Looks at the file at most ten times a second. `warn` (may be NULL) hears once of a version
 * that is refused. */
struct sx_lexicon *sx_lexicon_watch_get(struct sx_lexicon_watch *watch, void (*warn)(void *user, const char *message), void *user);
void sx_lexicon_watch_free(struct sx_lexicon_watch *watch);

#endif
