/* inspect.h - what `syrinx inspect` collects and its page shows. */
#ifndef SYRINX_CLI_INSPECT_H
#define SYRINX_CLI_INSPECT_H

#include "cli.h"

struct cli_span {
    uint64_t sample, duration, text_begin, text_end;
    char name[32];              /* of a phone */
    int stress;
};

struct cli_inspection {
    float *samples;             /* [count] */
    size_t count, capacity;
    struct cli_span *words, *phones;
    size_t word_count, word_capacity, phone_count, phone_capacity;
    syrinx_frame *frames;
    size_t frame_count, frame_capacity;
    int rate;
    const char *voice, *speaker;        /* speaker NULL: the voice's own */
};

/* Writes the page; the caller checks the stream. false without memory. */
bool cli_inspection_page(const struct cli_inspection *inspection, const struct cli_source *source, FILE *file);

/* inspect_parts.c. Text as HTML: no byte of it is markup, whatever it is. */
void cli_page_text(FILE *file, const char *text, size_t length);
void cli_page_base64(FILE *file, const unsigned char *bytes, size_t count);
/* A 16-bit WAV file that says what it is, as a data address; its samples lie cli_page_header bytes behind its beginning. */
void cli_page_audio(FILE *file, const float *samples, size_t count, int rate, bool music);
int cli_page_header(bool music);
/* The page, and where it says @NAME@ what `put` writes; false where that is. */
struct cli_page_mark { const char *name; bool (*put)(FILE *file, const void *user); };
bool cli_page_generator(FILE *file, const void *user);
bool cli_page_fill(FILE *file, const char *page, const struct cli_page_mark *marks, int count, const void *user);

/* inspect_score.c: plays a score into a page. Is a file one, by its name? */
bool cli_is_score(const char *path);
int cli_inspect_score(const char *path, uint64_t seed, const char *output);

#endif
