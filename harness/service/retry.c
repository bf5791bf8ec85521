#include "service/retry.h"

#include "service/pool_backoff.h"

#include <poll.h>

void
pgs_retry_start(PgsRetry *retry, const PgsRetryPolicy *policy, guint64 seed)
{
    *retry = (PgsRetry){.attempt = 1, .state = seed != 0 ? seed : pgs_backoff_seed()};
    if (policy != NULL)
        retry->policy = *policy;
    if (retry->policy.attempts == 0)
        retry->policy.attempts = 1;
    if (retry->policy.first == 0)
        retry->policy.first = 100;
    if (retry->policy.most == 0)
        retry->policy.most = 10 * 1000;
}

gboolean
pgs_retry_next(PgsRetry *retry, guint *milliseconds)
{
    const PgsRetryPolicy *policy = &retry->policy;
    if (retry->attempt >= policy->attempts)
        return FALSE;
    uint64_t state = retry->state;
    *milliseconds = pgs_backoff(retry->attempt, policy->first, policy->most, &state);
    retry->state = state;
    retry->attempt++;
    return TRUE;
}

gboolean
pgs_retry_wait(guint milliseconds, GCancellable *cancellable, GError **error)
{
    GPollFD cancel = {.fd = -1};
    gint64 deadline = g_get_monotonic_time() + (gint64)milliseconds * 1000;
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    /* Without a descriptor it cannot be woken up, and still is heard afterwards. */
    gboolean has_fd = cancellable != NULL && g_cancellable_make_pollfd(cancellable, &cancel);
    for (;;) {
        struct pollfd fd = {.fd = cancel.fd, .events = POLLIN};
        gint64 left = (deadline - g_get_monotonic_time() + 999) / 1000;
        if (left <= 0 || poll(&fd, 1, (int)MIN(left, G_MAXINT)) > 0)
            break;
    }
    if (has_fd)
        g_cancellable_release_fd(cancellable);
    return !g_cancellable_set_error_if_cancelled(cancellable, error);
}
