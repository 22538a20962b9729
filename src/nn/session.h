/* session.h - runs inside of runs: the graphs of If, Loop and Scan have sessions of their own, which share one budget. */
#ifndef SX_NN_SESSION_H
#define SX_NN_SESSION_H

#include "nn/op.h"

/* What one run may use, with all that happens inside of it. */
struct sx_budget {
    size_t used, limit;         /* bytes of results and working areas */
    uint64_t steps;             /* nodes still to run: a loop without end stops */
};

/* A session of a bare graph; budget NULL: one of its own. */
int sx_session_open(const struct sx_graph *graph, struct sx_pool *pool, struct sx_budget *budget, struct sx_session **session, struct sx_error *error);
/* Input `index` without a look at what the graph declares, which inside of a loop is often wrong; operators check what they get. */
void sx_session_feed(struct sx_session *session, int index, const struct sx_tensor *tensor);
/* False when the budget does not allow `bytes` more; else they are taken. */
bool sx_budget_take(struct sx_budget *budget, size_t bytes);

#endif
