/* card.h - reads a voice's card for people: a cursor over JSON text that the library has checked already. It only has to end, whatever comes. */
#ifndef SYRINX_CLI_CARD_H
#define SYRINX_CLI_CARD_H

#include "cli.h"

/* The value of an object's member, NULL when there is none or `object` is none. */
const char *card_member(const char *object, const char *key);
/* Walks through an object's members or an array's elements: the one behind `at` (NULL: the first), NULL behind the last. *key (may be NULL) gets the
 * member's name in fresh memory. */
const char *card_next(const char *container, const char *at, char **key);
bool card_is_container(const char *value);
/* A string without its quotes and escapes, a number or a word as it stands, in fresh memory and without control characters; NULL for anything else. */
char *card_text(const char *value);
/* Characters of UTF-8 text, which is how many columns it takes in most scripts. */
int card_width(const char *text);

/* Prints "  label  text", the text wrapped under itself at the terminal's width; nothing when text is NULL or "". Frees text. */
void card_paragraph(int indent, int width, const char *label, char *text);

/* A value of any kind under a label, as paragraphs and lists. */
void card_outline(int indent, int width, const char *label, const char *value);

/* The card as a person reads it. */
void card_print(const syrinx_voice *voice);
void card_print_instrument(const syrinx_instrument *instrument);

#endif
