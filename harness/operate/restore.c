#include "base/error.h"
#include "base/text.h"
#include "driver/login.h"
#include "ledger/lock.h"
#include "operate/backup.h"
#include "operate/backup_toc.h"
#include "operate/backup_tools.h"
#include "operate/restore_place.h"

#include "base/embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const PgsEmbedded pgs_operate_files[];

enum {
    JOBS_MAX = 4,
};

static gboolean
set_failure(const PgsDatabase *target, const PgsBackup *backup, const PgsBackupTools *tools,
            const PgsProcessResult *result, GError **error)
{
    g_autofree char *words = pgs_backup_tools_words(target, result->errors);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE,
                  strstr(words, "permission denied") != NULL || strstr(words, "must be") != NULL
                      ? "connect as a superuser, or as a role that may make all that the backup has"
                      : NULL,
                  "%s could not be restored, and %s is as it was (pg_restore of version %d ended "
                  "with status %d)\n%s",
                  backup->path, target->place, tools->major, result->exit_status, words);
    return FALSE;
}

/* Takes cause over. */
static gboolean
set_unended(const PgsDatabase *target, GError *cause, GError **error)
{
    g_autoptr(GError) taken = cause;
    gboolean is_cancelled = g_error_matches(taken, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED);
    pgs_error_set(error, taken->domain, taken->code, NULL, "%s: %s is as it was",
                  is_cancelled ? "interrupted" : taken->message, target->place);
    return FALSE;
}

/* Here the file by its name, for several sessions; into a container as standard input. */
static gboolean
name_file(PgsProcess *process, const PgsBackupTools *tools, const PgsBackup *backup, GError **error)
{
    if (tools->container == NULL) {
        pgs_process_add_printf(process, "--jobs=%u", MIN(g_get_num_processors(), (guint)JOBS_MAX));
        pgs_process_add_many(process, "--", backup->path, NULL);
        return TRUE;
    }
    int fd = open(backup->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE, NULL,
                      "%s cannot be opened: %s", backup->path, g_strerror(errno));
        return FALSE;
    }
    pgs_process_take_input(process, fd);
    return TRUE;
}

static gboolean
fill(const PgsDatabase *target, const PgsBackup *backup, const PgsBackupTools *tools,
     const char *database, GError **error)
{
    g_autoptr(PgsProcess) process =
        pgs_backup_tools_command(tools, tools->restore, target, database);
    g_auto(PgsProcessResult) result = {0};
    GError *local = NULL;
    pgs_process_add_many(process, "--exit-on-error", NULL);
    pgs_process_add_printf(process, "--dbname=%s", database);
    if (!name_file(process, tools, backup, error))
        return FALSE;
    if (!pgs_process_run(process, &result, &local))
        return set_unended(target, local, error);
    return result.exit_status == 0 || set_failure(target, backup, tools, &result, error);
}

/* Nothing of what the list names is missing; and the planner knows the tables, of which a backup
 * holds no statistics. */
static gboolean
check(const PgsDatabase *target, const PgsBackup *backup, const PgsBackupToc *toc,
      const char *database, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_login(target->server, NULL, database, 0, target->cancellable, error);
    g_autofree char *number = NULL;
    if (connection == NULL ||
        !pgs_connection_value(
            connection, pgs_embedded_find(pgs_operate_files, "restore_tables.sql"), &number, error))
        return FALSE;
    guint64 n = g_ascii_strtoull(number, NULL, 10);
    if (n < toc->n_tables) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE, NULL,
                      "%s has %u tables, and only %" G_GUINT64_FORMAT
                      " of them came back: %s is as it was",
                      backup->path, toc->n_tables, n, target->place);
        return FALSE;
    }
    return pgs_connection_run(connection, "ANALYZE", error);
}

/* Those of the server's version read most; a file by a newer pg_dump may need the container's. */
static PgsBackupTools *
find_tools(const PgsDatabase *target, const char *path, PgsBackupToc **toc, GError **error)
{
    g_autoptr(GError) first = NULL;
    g_autoptr(PgsBackupTools) tools = pgs_backup_tools_find(target, error);
    if (tools == NULL)
        return NULL;
    *toc = pgs_backup_toc_read(tools, path, target->cancellable, &first);
    if (*toc == NULL && tools->container == NULL) {
        g_clear_pointer(&tools, pgs_backup_tools_free);
        tools = pgs_backup_tools_find_inside(target, NULL);
        if (tools != NULL)
            *toc = pgs_backup_toc_read(tools, path, target->cancellable, NULL);
    }
    if (*toc != NULL)
        return g_steal_pointer(&tools);
    g_propagate_error(error, g_steal_pointer(&first));
    return NULL;
}

PgsBackup *
pgs_backup_read_for(const PgsDatabase *target, const char *path, GError **error)
{
    g_autoptr(PgsBackupToc) toc = NULL;
    g_autoptr(PgsBackupTools) tools = find_tools(target, path, &toc, error);
    return tools != NULL ? pgs_backup_read_with(tools, path, target->cancellable, error) : NULL;
}

gboolean
pgs_backup_restore(const PgsDatabase *target, const PgsBackup *backup, char **kept, GError **error)
{
    g_autoptr(PgsBackupToc) toc = NULL;
    g_autoptr(PgsBackupTools) tools = find_tools(target, backup->path, &toc, error);
    if (tools == NULL ||
        !pgs_backup_toc_prove(tools, backup->path, target->environment->backup_timeout,
                              target->cancellable, error))
        return FALSE;
    g_autoptr(PgsRestorePlace) place = pgs_restore_place_open(target, error);
    g_autoptr(PgsMigrationLock) lock =
        place != NULL ? pgs_migration_lock_keep_out(target, error) : NULL;
    if (lock == NULL || !pgs_restore_place_make(place, error))
        return FALSE;
    pgs_database_tell(target, "the backup is restored into a new database, %s", place->fresh);
    if (!fill(target, backup, tools, place->fresh, error) ||
        !check(target, backup, toc, place->fresh, error))
        return FALSE;
    if (place->slots != NULL)
        pgs_database_tell(target, "replication slots stay with what was there: %s", place->slots);
    /* Nobody may be in what is put aside. */
    g_clear_pointer(&lock, pgs_migration_lock_release);
    return pgs_restore_place_swap(place, kept, error);
}
