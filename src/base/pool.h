/* pool.h - a few threads that share one loop at a time. */
#ifndef SX_BASE_POOL_H
#define SX_BASE_POOL_H

struct sx_pool;

/* `threads` workers in all, the caller included; 0: one a core. NULL when there is no memory. A pool of one starts no thread. */
struct sx_pool *sx_pool_new(int threads);
int sx_pool_threads(const struct sx_pool *pool);
/* Calls task(user, i) for i in [0, count), each once, in any order and on any of the threads; returns when all are done. One loop at a
 * time: a second thread that calls it waits. Which thread does which piece must not change any result. pool may be NULL: a plain loop. */
void sx_pool_run(struct sx_pool *pool, int count, void (*task)(void *user, int index), void *user);
void sx_pool_free(struct sx_pool *pool);

#endif
