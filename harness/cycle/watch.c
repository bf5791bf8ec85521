#include "cycle/watch.h"

#define INTERVAL_US (3 * G_USEC_PER_SEC)

struct _PgsWatch {
    PgsServer *server;
    GCancellable *cancellable;
    GThread *thread;
    GMutex mutex;
    GCond ending;
    gboolean ends;
    char *gone;
};

/* FALSE when the watch ends meanwhile. */
static gboolean
rest(PgsWatch *watch)
{
    gint64 until = g_get_monotonic_time() + INTERVAL_US;
    g_mutex_lock(&watch->mutex);
    while (!watch->ends && g_cond_wait_until(&watch->ending, &watch->mutex, until))
        continue;
    gboolean goes_on = !watch->ends;
    g_mutex_unlock(&watch->mutex);
    return goes_on;
}

/* Twice in a row, since an engine may be slow for a moment. */
static gpointer
watch_in_thread(gpointer data)
{
    PgsWatch *watch = data;
    gboolean was_gone = FALSE;
    while (rest(watch)) {
        char *gone = pgs_server_diagnose(watch->server);
        if (gone != NULL && was_gone) {
            watch->gone = gone;
            g_cancellable_cancel(watch->cancellable);
            break;
        }
        was_gone = gone != NULL;
        g_free(gone);
    }
    return NULL;
}

PgsWatch *
pgs_watch_begin(PgsServer *server, GCancellable *cancellable)
{
    PgsWatch *watch = g_new0(PgsWatch, 1);
    watch->server = server;
    watch->cancellable = cancellable;
    g_mutex_init(&watch->mutex);
    g_cond_init(&watch->ending);
    watch->thread = g_thread_new("watch", watch_in_thread, watch);
    return watch;
}

char *
pgs_watch_end(PgsWatch *watch)
{
    g_mutex_lock(&watch->mutex);
    watch->ends = TRUE;
    g_cond_signal(&watch->ending);
    g_mutex_unlock(&watch->mutex);
    g_thread_join(watch->thread);
    char *gone = watch->gone;
    g_mutex_clear(&watch->mutex);
    g_cond_clear(&watch->ending);
    g_free(watch);
    return gone;
}
