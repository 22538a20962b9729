/* handles.h - what stands behind the opaque handles of syrinx.h. */
#ifndef SX_API_HANDLES_H
#define SX_API_HANDLES_H

#include <stdatomic.h>

#include "score/perform.h"
#include "syrinx.h"
#include "instrument/instrument.h"
#include "text/markup.h"
#include "text/text.h"
#include "voice/voice.h"

struct syrinx_voice {
    struct sx_voice *voice;
    struct sx_text *text;           /* front end without a user's lexicon, shared by its streams */
};

struct syrinx_instrument {
    struct sx_instrument *instrument;
};

struct syrinx_document {
    struct sx_document *document;
};

/* What a score was last performed as; music that plays it keeps it when the score is performed anew. */
struct sx_shared_performance {
    atomic_int users;
    struct sx_performance performance;
};
void sx_performance_drop(struct sx_shared_performance *shared);

struct syrinx_score {
    struct sx_score *score;
    struct sx_shared_performance *shared;
};

/* A reader's calls as a sink whose positions never go back: chapters may be given in any order. */
void sx_document_sink(struct sx_reader *reader, struct sx_markup_sink *sink);

/* The reader of a front end, fresh, and the text and the place for messages that belong to it. */
struct sx_reader *sx_front_reader(syrinx_front *front, struct sx_text **text, struct sx_error **error);

/* Copies a caller's options of any known size over the defaults: fields behind the caller's `size` keep theirs. ARGUMENT when `size` is too
 * small to be one of ours. `smallest` is the size of the first published version. */
int sx_options_copy(void *options, size_t size, size_t smallest, const void *given, const char *what, struct sx_error *error);

/* Limits of the live settings, shared by options and syrinx_stream_set. NULL when value is within its range, else what is allowed. */
const char *sx_setting_refused(int what, float value);

/* ARGUMENT when it is no level of punctuation. */
int sx_punctuation_check(int level, struct sx_error *error);

#endif
