/* manner.h - how the structure of a text is said: brackets, quotations, the first and last sentence of a paragraph, headings, items of lists.
 * The networks know commas and end marks only; these rules change what they say by a little (docs/PROSODY.md; sizes.h has the numbers). */
#ifndef SX_ACOUSTIC_MANNER_H
#define SX_ACOUSTIC_MANNER_H

#include <stdbool.h>

#include "text/text.h"

/* Where the utterance stands. */
enum sx_standing {
    SX_STANDING_START,             /* nothing was said before it */
    SX_STANDING_OPENS,             /* it begins a paragraph behind another one */
    SX_STANDING_WITHIN             /* behind another sentence of its paragraph */
};

/* What is done to a token. */
struct sx_manner {
    float tempo, range;         /* factors */
    float energy;               /* added, ln */
    float pitch[3];             /* semitones added at its three points */
    int gap;                    /* of a mark: frames that it has at least */
};

/* Is there anything to be done? */
bool sx_manner_any(const struct sx_utterance *utterance, enum sx_standing place);
/* Fills manner[token_count]; there are words. */
void sx_manner_fill(const struct sx_utterance *utterance, enum sx_standing place, struct sx_manner *manner);

#endif
