/* manner.c - spans of an utterance (a bracket, a quotation, its end) and what each adds. All of it is a function of the utterance and of how the one
 * before it ended, so no cut of the text changes it. */
#include "acoustic/manner.h"

#include "acoustic/sizes.h"

/* Tokens [from, to). */
struct span {
    int from, to;
};

static struct span words(const struct sx_utterance *u, int first, int last)
{
    return (struct span){u->words[first].first, u->words[last].first + u->words[last].count};
}

/* The last word of the span that `kind` opens before word i, or -1: what never closes is no bracket (a face, a list's "b)"), but a quotation that
 * goes on in the next sentence. An opening within is another one. */
static int closing(const struct sx_utterance *u, int i, uint8_t kind)
{
    int depth = 0, last = kind == SX_QUOTE ? u->word_count - 1 : -1;
    for (int k = i; k < u->word_count; k++) {
        if (kind == SX_PAREN && (u->words[k].open & kind))
            depth++;
        if (!(u->words[k].close & kind))
            continue;
        last = k;
        if (--depth <= 0)
            break;
    }
    return last;
}

/* Does the bracket before word i stand apart, as "(s)" in "box(es)" does not? */
static bool apart(const struct sx_utterance *u, int i)
{
    return i == 0 || u->tokens[u->words[i].first - 1].phone != SX_PHONE_WORD;
}

/* Adds `begin` semitones at the span's first point up to `end` at its last, on a straight line over its tokens. */
static void slope(struct sx_manner *manner, struct span span, float begin, float end)
{
    float points = (float)(3 * (span.to - span.from) - 1);
    for (int i = span.from; i < span.to; i++)
        for (int k = 0; k < 3; k++)
            manner[i].pitch[k] += begin + (end - begin) * (float)(3 * (i - span.from) + k) / points;
}

static void tempo(struct sx_manner *manner, struct span span, float factor)
{
    for (int i = span.from; i < span.to; i++)
        manner[i].tempo *= factor;
}

/* The marks around the span have at least `gap` frames; those at the utterance's ends have their silence. `within`: word gaps, too. */
static void gaps(const struct sx_utterance *u, struct sx_manner *manner, struct span span, int gap, bool within)
{
    int marks[2] = {span.from - 1, span.to};
    for (int k = 0; k < 2; k++)
        if (marks[k] > 0 && marks[k] < u->token_count - 2 && manner[marks[k]].gap < gap && (within || u->tokens[marks[k]].phone != SX_PHONE_WORD))
            manner[marks[k]].gap = gap;
}

static void parenthesis(const struct sx_utterance *u, struct sx_manner *manner, struct span span)
{
    slope(manner, span, SX_PAREN_PITCH, SX_PAREN_PITCH);
    tempo(manner, span, SX_PAREN_TEMPO);
    for (int i = span.from; i < span.to; i++) {
        manner[i].range *= SX_PAREN_RANGE;
        manner[i].energy += SX_PAREN_ENERGY;
    }
    gaps(u, manner, span, SX_PAREN_GAP, false);
}

/* From the last vowel with primary stress to the end of the last word: what readers lengthen at ends (Wightman et al. 1992) and where lists rise. */
static struct span close(const struct sx_utterance *u)
{
    const struct sx_word *last = &u->words[u->word_count - 1];
    struct span span = {last->first, last->first + last->count};
    for (int i = span.from; i < span.to; i++)
        if (u->tokens[i].stress == 1)
            span.from = i;
    return span;
}

static int end_mark(const struct sx_utterance *u)
{
    return u->tokens[u->token_count - 2].phone;
}

/* Ends a paragraph or section: lower and slower. A question keeps its tune. */
static void last_sentence(const struct sx_utterance *u, struct sx_manner *manner)
{
    if (end_mark(u) != SX_PHONE_QUESTION) {
        struct span all = words(u, 0, u->word_count - 1);
        all.from += (int)((float)(all.to - all.from) * SX_LAST_FROM);
        slope(manner, all, 0, u->section ? SX_CLOSE_PITCH : SX_LAST_PITCH);
    }
    tempo(manner, close(u), u->section ? SX_CLOSE_TEMPO : SX_LAST_TEMPO);
}

/* An item of a list that others follow, and that no mark ends: the sentence has no byte behind its last word. */
static bool open_item(const struct sx_utterance *u)
{
    const struct sx_word *last = &u->words[u->word_count - 1];
    return last->style->structure == SX_STRUCTURE_ITEM && !u->paragraph && !u->section && !u->cut && end_mark(u) == SX_PHONE_STOP && u->end <= last->end;
}

/* The contour of the silences at both ends goes on from the words beside them. */
static void hold_ends(const struct sx_utterance *u, struct sx_manner *manner)
{
    struct span all = words(u, 0, u->word_count - 1);
    for (int i = 0; i < u->token_count; i++) {
        if (i >= all.from && i < all.to)
            continue;
        const struct sx_manner *word = &manner[i < all.from ? all.from : all.to - 1];
        for (int k = 0; k < 3; k++)
            manner[i].pitch[k] = word->pitch[i < all.from ? 0 : 2];
        manner[i].range = word->range;
    }
}

/* A paragraph of one sentence ends as the voice ends sentences: it has learnt from single ones. */
static bool ends(const struct sx_utterance *u, enum sx_standing place)
{
    return place == SX_STANDING_WITHIN && (u->paragraph || u->section);
}

bool sx_manner_any(const struct sx_utterance *u, enum sx_standing place)
{
    bool any = place == SX_STANDING_OPENS || ends(u, place);
    for (int i = 0; i < u->word_count && !any; i++) {
        uint8_t structure = u->words[i].style->structure;
        any = u->words[i].open || structure == SX_STRUCTURE_HEADING || structure == SX_STRUCTURE_QUOTATION || structure == SX_STRUCTURE_ITEM;
    }
    return any && u->word_count > 0 && u->token_count > 2;
}

void sx_manner_fill(const struct sx_utterance *u, enum sx_standing place, struct sx_manner *manner)
{
    for (int i = 0; i < u->token_count; i++)
        manner[i] = (struct sx_manner){.tempo = 1, .range = 1};
    for (int i = 0, inside = -1, quoted = -1; i < u->word_count; i++) {
        struct span span = words(u, i, i);
        uint8_t structure = u->words[i].style->structure;
        if (structure == SX_STRUCTURE_HEADING || structure == SX_STRUCTURE_QUOTATION) {
            bool heading = structure == SX_STRUCTURE_HEADING;
            slope(manner, span, heading ? SX_HEADING_PITCH : SX_BLOCK_PITCH, heading ? SX_HEADING_PITCH : SX_BLOCK_PITCH);
            tempo(manner, span, heading ? SX_HEADING_TEMPO : SX_BLOCK_TEMPO);
            for (int k = span.from; k < span.to && heading; k++) {
                manner[k].range *= SX_HEADING_RANGE;
                manner[k].energy += SX_HEADING_ENERGY;
            }
        }
        int last = i > inside && (u->words[i].open & SX_PAREN) && apart(u, i) ? closing(u, i, SX_PAREN) : -1;
        if (last >= 0) {            /* one within another sounds like it */
            parenthesis(u, manner, words(u, i, last));
            inside = last;
        }
        if (i > quoted && (u->words[i].open & SX_QUOTE)) {
            quoted = last = closing(u, i, SX_QUOTE);
            span = words(u, i, last);
            slope(manner, span, SX_QUOTE_PITCH, 0);
            if (last - i + 1 >= SX_QUOTE_WORDS)
                gaps(u, manner, span, SX_QUOTE_GAP, true);
        }
    }
    if (place == SX_STANDING_OPENS)
        slope(manner, words(u, 0, u->word_count - 1), SX_FIRST_PITCH, 0);
    if (ends(u, place))
        last_sentence(u, manner);
    else if (open_item(u))
        slope(manner, close(u), 0, SX_ITEM_RISE);
    hold_ends(u, manner);
}
