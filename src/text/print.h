/* print.h - what a reader reads, printed: what `syrinx normalize` and `syrinx phonemize` show. */
#ifndef SX_TEXT_PRINT_H
#define SX_TEXT_PRINT_H

#include "text/text.h"

enum sx_print_form { SX_PRINT_WORDS, SX_PRINT_IPA, SX_PRINT_ARPABET, SX_PRINT_TOKENS };

struct sx_printer {
    enum sx_print_form form;
    bool json;              /* an array: {"text","begin","end","phones"} a word */
    bool any;               /* something was printed */
    struct sx_buffer *out;  /* appended to; `failed` tells of lacking memory */
};

/* Of SYRINX_IPA and so on. */
enum sx_print_form sx_print_form(int alphabet);
/* The phones of a word of an utterance. */
void sx_print_phones(struct sx_printer *printer, const struct sx_utterance *utterance, const struct sx_word *word);
void sx_print_begin(struct sx_printer *printer);
/* Prints all utterances that the reader has complete. 0, or the reader's failure. */
int sx_print_ready(struct sx_printer *printer, struct sx_reader *reader, struct sx_error *error);
void sx_print_end(struct sx_printer *printer);

#endif
