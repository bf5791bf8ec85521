#include "operate/backup.h"

#include "base/error.h"
#include "operate/backup_file.h"
#include "operate/backup_progress.h"
#include "operate/backup_toc.h"
#include "operate/backup_tools.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

void
pgs_backup_free(PgsBackup *backup)
{
    if (backup == NULL)
        return;
    g_free(backup->path);
    g_free(backup->program);
    g_free(backup->database);
    g_free(backup->made_at);
    g_free(backup);
}

/* ---- what pg_dump says ---- */

/* A word of pg_dump's or of the server's, and what a person can do. */
static const struct {
    const char *words;
    const char *hint;
} advices[] = {
    {"permission denied",
     "back up as a role that may read all (the owner, a member of pg_read_all_data), or make the "
     "backup yourself and say --no-backup"},
    {"row-level security",
     "back up as a role that row security does not apply to (the tables' owner, or one with "
     "BYPASSRLS), or make the backup yourself and say --no-backup"},
    {"statement timeout",
     "another session keeps a table locked (pg_locks tells who): try again when it has ended, or "
     "wait for longer with --lock-wait"},
    {"lock timeout",
     "another session keeps a table locked (pg_locks tells who): try again when it has ended, or "
     "wait for longer with --lock-wait"},
    {"No space left on device", "choose a folder with more room: --backup-folder FOLDER"},
    {"Disk quota exceeded", "choose a folder with more room: --backup-folder FOLDER"},
    {"server version mismatch",
     "install the client programs of the server's version, or name them with PGSTAIR_PG_DUMP=PATH"},
};

static const char *
find_advice(const char *words)
{
    for (gsize i = 0; i < G_N_ELEMENTS(advices); i++) {
        if (strcasestr(words, advices[i].words) != NULL) /* docker writes it small */
            return advices[i].hint;
    }
    return NULL;
}

/* It ended otherwise than well. */
static gboolean
set_failure(const PgsDatabase *target, const PgsBackupTools *tools, const PgsProcessResult *result,
            GError **error)
{
    g_autofree char *words = pgs_backup_tools_words(target, result->errors);
    /* 255 and the like are a program's own. */
    gboolean by_signal = result->exit_status > 128 && result->exit_status < 128 + NSIG;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_BACKUP, find_advice(words),
                  "no backup could be made of %s: %s %s %d%s%s", target->place, tools->label,
                  by_signal ? "was ended by signal" : "ended with status",
                  by_signal ? result->exit_status - 128 : result->exit_status,
                  *words != '\0' ? "\n" : "", words);
    return FALSE;
}

static gboolean
set_unended(const PgsDatabase *target, GError *cause, GError **error)
{
    g_autoptr(GError) taken = cause;
    if (g_error_matches(taken, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT))
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_BACKUP,
                      "raise backup-timeout: of the environment in pgstair.yaml",
                      "no backup could be made of %s: it took longer than its limit",
                      target->place);
    else if (g_error_matches(taken, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED))
        pgs_error_set(error, taken->domain, taken->code, NULL,
                      "interrupted while the backup was made: there is none, and %s is as it was",
                      target->place);
    else
        g_propagate_error(error, g_steal_pointer(&taken));
    return FALSE;
}

/* ---- one backup ---- */

static gboolean
run_dump(const PgsDatabase *target, const PgsBackupTools *tools, PgsBackupFile *file,
         GError **error)
{
    g_autoptr(PgsProcess) process =
        pgs_backup_tools_command(tools, tools->dump, target, target->database);
    pgs_process_add(process, "--format=custom");
    /* Nobody's ALTER TABLE is to be waited for without end, with others queueing behind. */
    if (target->environment->lock_wait > 0)
        pgs_process_add_printf(process, "--lock-wait-timeout=%u", target->environment->lock_wait);
    int fd = pgs_backup_file_lend(file, error);
    if (fd < 0)
        return FALSE;
    pgs_process_take_output(process, fd);
    g_auto(PgsProcessResult) result = {0};
    GError *local = NULL;
    g_autoptr(PgsBackupProgress) progress = pgs_backup_progress_start(target, file);
    if (!pgs_process_run(process, &result, &local))
        return set_unended(target, local, error);
    return result.exit_status == 0 || set_failure(target, tools, &result, error);
}

/* The list, and all that is behind it. */
static PgsBackupToc *
check(const PgsDatabase *target, const PgsBackupTools *tools, const char *path, GError **error)
{
    g_autoptr(PgsBackupToc) toc = pgs_backup_toc_read(tools, path, target->cancellable, error);
    if (toc == NULL || !pgs_backup_toc_prove(tools, path, target->environment->backup_timeout,
                                             target->cancellable, error)) {
        g_prefix_error(error, "the backup does not read back: ");
        return NULL;
    }
    return g_steal_pointer(&toc);
}

static PgsBackup *
describe(const PgsBackupTools *tools, PgsBackupToc *toc, const char *path, guint64 size)
{
    PgsBackup *backup = g_new0(PgsBackup, 1);
    backup->path = g_strdup(path);
    backup->size = size;
    backup->n_entries = toc->n_entries;
    backup->n_tables = toc->n_contents;
    backup->program = g_strdup(tools->label);
    backup->database = g_steal_pointer(&toc->database);
    backup->made_at = g_steal_pointer(&toc->made_at);
    return backup;
}

PgsBackup *
pgs_backup_make(const PgsDatabase *target, const char *why, GError **error)
{
    gint64 start = g_get_monotonic_time();
    const char *folder = target->environment->backup_folder;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autoptr(PgsBackupTools) tools = pgs_backup_tools_find(target, error);
    if (tools == NULL)
        return NULL;
    g_autoptr(PgsBackupFile) file = pgs_backup_file_new(folder != NULL ? folder : PGS_BACKUP_FOLDER,
                                                        target->database, why, now, error);
    if (file == NULL || !run_dump(target, tools, file, error))
        return NULL;
    g_autoptr(PgsBackupToc) toc = check(target, tools, file->partial, error);
    guint64 size = pgs_backup_file_size(file);
    if (toc == NULL || !pgs_backup_file_finish(file, error))
        return NULL;
    PgsBackup *backup = describe(tools, toc, file->path, size);
    backup->duration = g_get_monotonic_time() - start;
    return backup;
}

PgsBackup *
pgs_backup_read_with(const PgsBackupTools *tools, const char *path, GCancellable *cancellable,
                     GError **error)
{
    struct stat status;
    g_autoptr(PgsBackupToc) toc = pgs_backup_toc_read(tools, path, cancellable, error);
    if (toc == NULL)
        return NULL;
    return describe(tools, toc, path, stat(path, &status) == 0 ? (guint64)status.st_size : 0);
}
