/* sizes.h - how much the structure of a text changes its speech: every number of docs/PROSODY.md, in one table.
 *
 * Semitones (st) are added to the contour, a tempo is a factor of the rate, energy is in ln (0.115 is 1 dB), gaps are frames at rate 1. */
#ifndef SX_ACOUSTIC_SIZES_H
#define SX_ACOUSTIC_SIZES_H

/* words within brackets that stand apart */
#define SX_PAREN_PITCH (-1.5f)
#define SX_PAREN_RANGE 0.8f             /* of the movement about the speaker's mean */
#define SX_PAREN_TEMPO 1.08f
#define SX_PAREN_ENERGY (-0.23f)
#define SX_PAREN_GAP 12                 /* silence before and after, at least */

/* words within quotation marks */
#define SX_QUOTE_PITCH 1.0f             /* at the first word, 0 at the last */
#define SX_QUOTE_WORDS 3                /* shorter ones are names and doubts: no silence around them */
#define SX_QUOTE_GAP 6
#define SX_BLOCK_PITCH 0.4f             /* a document's quotation, all of it */
#define SX_BLOCK_TEMPO 0.97f

/* sentences of a paragraph */
#define SX_FIRST_PITCH 1.0f             /* first sentence behind another paragraph: at its first word, 0 at its last */
#define SX_LAST_PITCH (-1.0f)           /* last one: at its last word, 0 at LAST_FROM */
#define SX_LAST_FROM 0.5f               /* part of the sentence */
#define SX_LAST_TEMPO 0.92f             /* from the last stressed vowel on */
#define SX_CLOSE_PITCH (-1.5f)          /* the same of a section */
#define SX_CLOSE_TEMPO 0.87f

/* headings */
#define SX_HEADING_PITCH 0.5f
#define SX_HEADING_RANGE 1.1f
#define SX_HEADING_TEMPO 0.92f
#define SX_HEADING_ENERGY 0.06f

/* items of a list without a mark at their end that others follow */
#define SX_ITEM_RISE 5.0f               /* at the end, 0 at the last stressed vowel: the voice falls by as much there */

/* silence between sentences: syrinx_options.sentence_pause, and how many times that behind a paragraph and a section */
#define SX_PAUSE_SENTENCE 0.4f          /* seconds, the default */
#define SX_PAUSE_CUE 0.25f              /* between sentences of subtitles, at most: the next one may be due */
#define SX_PAUSE_PARAGRAPH 2
#define SX_PAUSE_SECTION 3

/* The networks know the pitches that their speakers have: a shift by more than a little reaches them only in part (the renderer gets all of it). */
#define SX_SHIFT_LIMIT 3.0f             /* semitones */

#endif
