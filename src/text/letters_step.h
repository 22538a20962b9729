/* letters_step.h - the step of a letter-to-sound network: a letter's column, the last graphones written and the stress given -> what may be written next.
 *
 * File, little-endian, written by tools/train/letters/export.py: "SXL1"; u16 outputs, hidden, embed, history; graphones: i8 [outputs + 2][embed], f32 gain
 * [embed]; for each place of the history, the newest first, i8 [embed][hidden], f32 gain [hidden]; f32 state [3][hidden], bias, gain and shift of
 * the norm [hidden] each; i8 [hidden][outputs], f32 gain [outputs], bias [outputs].
 * y = column + bias + the sum of the history's rows + state; logits = W norm(silu(y)) + bias. The column is the encoder's, multiplied already. */
#ifndef SX_TEXT_LETTERS_STEP_H
#define SX_TEXT_LETTERS_STEP_H

#include <stddef.h>

#include "base/error.h"

enum { SX_STEP_HISTORY = 4, SX_STEP_STATE = 3, SX_STEP_ROWS = 64, SX_STEP_HIDDEN = 256, SX_STEP_OUTPUTS = 256 };

struct sx_letters_step;     /* immutable, shared */

int sx_letters_step_open(const unsigned char *data, size_t size, struct sx_letters_step **step, struct sx_error *error);
void sx_letters_step_free(struct sx_letters_step *step);
int sx_letters_step_hidden(const struct sx_letters_step *step);
int sx_letters_step_outputs(const struct sx_letters_step *step);

struct sx_step_row {
    const float *column;                    /* [hidden] */
    int history[SX_STEP_HISTORY];           /* newest first: 1 before the word, else output + 2 */
    float state[SX_STEP_STATE];
};

/* Logits [count][outputs] of 1 to SX_STEP_ROWS rows; `scratch` is as long as [count][hidden]. */
void sx_letters_step_run(const struct sx_letters_step *step, const struct sx_step_row *rows, int count, float *scratch, float *logits);

#endif
