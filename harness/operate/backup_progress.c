#include "operate/backup_progress.h"

#define FIRST_US (5 * G_USEC_PER_SEC)
#define NEXT_US (30 * G_USEC_PER_SEC)

struct _PgsBackupProgress {
    const PgsDatabase *target;
    const PgsBackupFile *file;
    GMutex mutex;
    GCond cond;
    gboolean has_ended;
    GThread *thread;
};

static void
tell(const PgsBackupProgress *progress)
{
    g_autofree char *size = g_format_size(pgs_backup_file_size(progress->file));
    pgs_database_tell(progress->target, "the backup of %s goes on: %s so far",
                      progress->target->place, size);
}

static gpointer
run(gpointer data)
{
    PgsBackupProgress *progress = data;
    gint64 next = g_get_monotonic_time() + FIRST_US;
    g_mutex_lock(&progress->mutex);
    while (!progress->has_ended) {
        if (g_cond_wait_until(&progress->cond, &progress->mutex, next))
            continue;
        if (!progress->has_ended)
            tell(progress);
        next = g_get_monotonic_time() + NEXT_US;
    }
    g_mutex_unlock(&progress->mutex);
    return NULL;
}

PgsBackupProgress *
pgs_backup_progress_start(const PgsDatabase *target, const PgsBackupFile *file)
{
    PgsBackupProgress *progress = g_new0(PgsBackupProgress, 1);
    progress->target = target;
    progress->file = file;
    g_mutex_init(&progress->mutex);
    g_cond_init(&progress->cond);
    progress->thread = g_thread_new("backup", run, progress);
    return progress;
}

void
pgs_backup_progress_end(PgsBackupProgress *progress)
{
    if (progress == NULL)
        return;
    g_mutex_lock(&progress->mutex);
    progress->has_ended = TRUE;
    g_cond_signal(&progress->cond);
    g_mutex_unlock(&progress->mutex);
    g_thread_join(progress->thread);
    g_cond_clear(&progress->cond);
    g_mutex_clear(&progress->mutex);
    g_free(progress);
}
