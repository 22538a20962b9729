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

#endif
