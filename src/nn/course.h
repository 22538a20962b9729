/* course.h - runs whose end is a stream: what does not go along time runs whole, the longest end that does (of a VITS: the flow and the decoder) makes its output
 * piece by piece. Pieces never change a bit (flow.h). */
#ifndef SX_NN_COURSE_H
#define SX_NN_COURSE_H

#include "nn/nn.h"

struct sx_suffix;       /* which nodes of a model are that end: immutable, shared by threads */
struct sx_course;       /* runs, one at a time; belongs to one thread */

/* Finds the end of `model` that makes output `output`, in which all values along time depend on input `source` (of a VITS: the phonemes). A run with `inputs` (one for each
 * of the model's) shows where time is: it should last some columns. *suffix is NULL when the model has no such end; an error is that of the run. */
int sx_suffix_find(const struct sx_model *model, int output, int source, const struct sx_tensor *inputs, struct sx_suffix **suffix, struct sx_error *error);
int sx_suffix_rate(const struct sx_suffix *suffix);        /* elements of the output for each column */
void sx_suffix_free(struct sx_suffix *suffix);

/* `max_columns`: the most that one step takes. Model and suffix outlive it. */
int sx_course_new(const struct sx_model *model, const struct sx_suffix *suffix, struct sx_pool *pool, int max_columns, struct sx_course **course,
                  struct sx_error *error);
/* Inputs, seed and limit are set there, and the other outputs read; never to be run. */
struct sx_session *sx_course_session(struct sx_course *course);
/* Runs what is before the end. *columns: how long the run is. The inputs may be forgotten afterwards, except where the end itself reads them. */
int sx_course_begin(struct sx_course *course, int64_t *columns, struct sx_error *error);
int sx_course_look_ahead(const struct sx_course *course);   /* columns that a piece of output needs from the future; known after a begin */
/* The next columns: at most so many go in; behind the last, virtual ones. Writes what is complete then, at most max_columns * rate elements, and returns their number, 0 while
 * the look-ahead fills. *last: nothing comes any more. */
int sx_course_step(struct sx_course *course, int columns, float *out, bool *last, struct sx_error *error);
void sx_course_free(struct sx_course *course);

#endif
