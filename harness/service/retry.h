#ifndef PGS_SERVICE_RETRY_H
#define PGS_SERVICE_RETRY_H

#include <gio/gio.h>

/*
 * When to try again: exponential backoff with full jitter (a random wait between nothing and the
 * step's limit), so that many who failed together do not come back together.  Not thread-safe;
 * one for each thing that is tried.
 */
typedef struct {
    guint attempts; /* in all, the first included; 0: 1 */
    guint first;    /* milliseconds, the limit of the first wait; 0: 100 */
    guint most;     /* no wait is longer; 0: 10,000 */
} PgsRetryPolicy;

typedef struct {
    PgsRetryPolicy policy;
    guint attempt; /* that is running, from 1 */
    guint64 state; /* of the random numbers */
} PgsRetry;

/* seed 0: of the machine's own randomness. */
void pgs_retry_start(PgsRetry *retry, const PgsRetryPolicy *policy, guint64 seed);
/* FALSE: that was the last attempt.  *milliseconds: how long to wait before the next one. */
gboolean pgs_retry_next(PgsRetry *retry, guint *milliseconds);
/* Waits so long; FALSE with G_IO_ERROR_CANCELLED when it was cancelled.  cancellable may be NULL.
 */
gboolean pgs_retry_wait(guint milliseconds, GCancellable *cancellable, GError **error);

#endif
