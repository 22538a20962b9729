/* recall.h - words said lately: most words of a text have been said shortly before, and a look-up decodes. */
#ifndef SX_TEXT_RECALL_H
#define SX_TEXT_RECALL_H

#include "text/phones.h"

struct sx_recall;       /* of one thread */

struct sx_recall *sx_recall_new(void);      /* NULL: no memory */
void sx_recall_free(struct sx_recall *recall);

/* The phones of a word that was kept, -1 when it was not or has been replaced. `recall` may be NULL. */
int sx_recall_find(const struct sx_recall *recall, const char *word, size_t length, struct sx_phone *out);
/* Long words are not kept. */
void sx_recall_keep(struct sx_recall *recall, const char *word, size_t length, const struct sx_phone *phones, int count);

#endif
