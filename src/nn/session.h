/* session.h - runs inside of runs: the graphs of If, Loop and Scan have sessions of their own, which share one budget. */
#ifndef SX_NN_SESSION_H
#define SX_NN_SESSION_H

#include "nn/op.h"

/* What one run may use, with all that happens inside of it. */
struct sx_budget {
    size_t used, limit;         /* bytes of results and working areas */
    uint64_t steps;             /* nodes still to run: a loop without end stops */
    const _Atomic int *stop;    /* sx_session_stop_on */
};

/* A session of a bare graph; budget NULL: one of its own. */
int sx_session_open(const struct sx_graph *graph, struct sx_pool *pool, struct sx_budget *budget, struct sx_session **session, struct sx_error *error);
/* Input `index` without a look at what the graph declares, which inside of a loop is often wrong; operators check what they get. */
void sx_session_feed(struct sx_session *session, int index, const struct sx_tensor *tensor);
/* Runs all nodes but those marked; what these read stays. Outputs that they make are not there afterwards. */
int sx_session_run_before(struct sx_session *session, const bool *marks, struct sx_error *error);
/* The same, but goes on where the last such run ended when that is possible. ran: [nodes], which have run; all false before the first. */
int sx_session_run_more(struct sx_session *session, const bool *marks, bool *ran, struct sx_error *error);
/* A value of the last run that is still there, or NULL; for sx_flow_part.known. */
const struct sx_tensor *sx_session_known(const void *session, int value);
/* False when the budget does not allow `bytes` more; else they are taken. */
bool sx_budget_take(struct sx_budget *budget, size_t bytes);

#endif
