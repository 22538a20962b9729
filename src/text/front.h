/* front.h - what a sx_text is made of. */
#ifndef SX_TEXT_FRONT_H
#define SX_TEXT_FRONT_H

#include "text/letters.h"
#include "text/lexicon.h"
#include "text/text.h"

struct sx_text {
    struct sx_lexicon_watch *lexicon;       /* the user's, NULL: none */
    struct sx_letters_model *letters;
    int flags;
};

#endif
