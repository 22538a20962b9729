/* ssml.h - Speech Synthesis Markup Language (W3C, 1.1) to text, styles and points, bit by bit. docs/SSML.md says what is read how. */
#ifndef SX_TEXT_SSML_H
#define SX_TEXT_SSML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "text/markup.h"

struct sx_ssml;

struct sx_ssml_options {            /* zeroed: no warnings, no files, no voices; the strings are copied */
    void *user;                     /* given to the functions, each of which may be NULL */
    /* Something was not as it should be and is read as well as it can be: "line 3, column 7: ...". */
    void (*warn)(void *user, const char *message);
    /* A speaker's name for a <voice>, NULL to stay with the one that speaks. Names are parted by blanks, the best first. gender: "female", "male",
     * "neutral" or NULL; age -1 and variant 0: not given; languages: BCP 47 tags, "en-GB en", or NULL. */
    const char *(*choose_voice)(void *user, const char *names, const char *gender, int age, int variant, const char *languages);
    /* Can the recording be played? */
    bool (*playable)(void *user, const char *path);
    const char *folder;             /* where the document lies; NULL: it loads no lexicon */
    float hertz;                    /* the speaker's mean pitch, for values in Hertz; 0: 160 */
};

/* Positions that the sink gets are bytes of the document, plus `offset`. `options` may be NULL. MEMORY. */
int sx_ssml_new(const struct sx_ssml_options *options, const struct sx_markup_sink *sink, uint64_t offset, struct sx_ssml **ssml, struct sx_error *error);
/* Bytes of the document, cut anywhere. INPUT: "line 3, column 24: ..."; a document that failed fails on until the reset. How much
 * of the text right before a mistake the sink gets depends on the cuts. Failures of the sink are passed on. */
int sx_ssml_push(struct sx_ssml *ssml, const char *bytes, size_t length, struct sx_error *error);
/* The document is complete. INPUT as above. */
int sx_ssml_end(struct sx_ssml *ssml, struct sx_error *error);
/* Was anything given since the beginning, and is </speak> read? */
bool sx_ssml_begun(const struct sx_ssml *ssml);
bool sx_ssml_done(const struct sx_ssml *ssml);
/* A new document that begins `offset` bytes into the source. */
int sx_ssml_reset(struct sx_ssml *ssml, uint64_t offset, struct sx_error *error);
/* Lexica of its documents go with it: free the reader first. */
void sx_ssml_free(struct sx_ssml *ssml);

#endif
