/* coder.h - the writing side of text/coded.h: symbols in contexts are counted, then coded. */
#ifndef SX_TEXT_TOOL_CODER_H
#define SX_TEXT_TOOL_CODER_H

#include <stddef.h>

enum { CODER_CONTEXTS = 4096 };

/* Begins a run. */
void coder_begin(void);
void coder_put(int context, int symbol);
/* A number of so many bits as it is. */
void coder_put_raw(int bits, int value);
/* Counts the run's symbols; after all runs the frequencies are settled, and the runs are put again and written: the number of bytes. */
void coder_count(void);
void coder_settle(void);
size_t coder_write(unsigned char *out);
/* The directory of `contexts` and the rows, in memory of their own; the number of rows. */
size_t coder_tables(int contexts, unsigned char **directory, unsigned char **rows);
/* A number of `bytes` bytes, little-endian; returns `bytes`. */
size_t coder_number(unsigned char *at, size_t value, int bytes);

#endif
