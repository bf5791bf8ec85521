#include "base/error.h"
#include "base/text.h"
#include "cli/migrate.h"
#include "ledger/ledger_rows.h"
#include "ledger/lock.h"
#include "operate/backup.h"
#include "operate/backup_list.h"

#include <stdio.h>
#include <string.h>

/* ---- without FILE ---- */

static void
print_entry(const PgsBackupEntry *entry)
{
    g_autofree char *shown = pgs_text_plain(entry->path);
    g_autofree char *size = g_format_size(entry->size);
    g_autoptr(GDateTime) changed = g_date_time_new_from_unix_utc(entry->changed);
    g_autofree char *time = g_date_time_format(changed, "%F %TZ");
    printf("  %s  %10s  %s%s\n", time, size, shown,
           entry->is_finished ? "" : "  (not finished: still written, or broken off)");
}

static int
list_backups(const PgsMigrate *migrate)
{
    const char *folder = migrate->environment->backup_folder;
    g_autofree char *shown = pgs_text_plain(folder);
    g_autoptr(GPtrArray) list = pgs_backup_list(folder, migrate->target->database);
    g_autofree char *count = pgs_text_count(list->len, "backup", NULL);
    printf("%s: %s in %s\n", migrate->target->place, count, shown);
    for (guint i = 0; i < list->len; i++)
        print_entry(list->pdata[i]);
    return PGS_EXIT_VERIFIED;
}

/* ---- with it ---- */

static void
print_backup(const PgsBackup *backup)
{
    g_autofree char *path = pgs_text_plain(backup->path);
    g_autofree char *size = g_format_size(backup->size);
    g_autofree char *database = pgs_text_plain(backup->database != NULL ? backup->database : "?");
    printf("%s: of the database %s, made %s; %s, %u entries, rows of %u table%s\n", path, database,
           backup->made_at != NULL ? backup->made_at : "at an unknown time", size,
           backup->n_entries, backup->n_tables, backup->n_tables == 1 ? "" : "s");
}

/*
 * A backup of another database than the target by its name puts other data in its place: that is
 * never meant by a mistyped file or environment, and --yes, which a script says always, is no word
 * for it.
 */
static gboolean
check_origin(const PgsMigrate *migrate, const PgsBackup *backup, GError **error)
{
    const char *said = migrate->settings->of;
    const char *expected = said != NULL ? said : migrate->target->database;
    if (backup->database == NULL || strcmp(backup->database, expected) == 0)
        return TRUE;
    g_autofree char *of = pgs_text_plain(backup->database);
    g_autofree char *quoted = g_shell_quote(backup->database);
    g_autofree char *shown = pgs_text_plain(expected);
    g_autofree char *hint = g_strdup_printf(
        "if its data are to take the place of %s, say so: --of %s", migrate->target->place, quoted);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_REFUSED, hint,
                  "the backup is of the database %s, not of %s: nothing was changed", of, shown);
    return FALSE;
}

static gboolean
ask(const PgsMigrate *migrate, GError **error)
{
    g_autofree char *question =
        g_strdup_printf("Restore this backup in the place of %s? Who is connected to it is "
                        "disconnected; what was written since the backup is then only in the "
                        "database that is kept.",
                        migrate->target->place);
    return pgs_migrate_confirm_change(migrate, "restore", error) &&
           pgs_migrate_confirm(migrate, question, error);
}

static void
print_kept(const PgsMigrate *migrate, const char *kept, gint64 duration)
{
    g_autofree char *time = pgs_text_duration(duration);
    g_autofree char *quoted = pgs_text_identifier(kept);
    g_autofree char *shown = pgs_text_plain(quoted);
    printf("restored: %s is what the backup has, after %s\n", migrate->target->place, time);
    printf("what was there is kept as the database %s\n"
           "  to remove it once nobody misses anything: DROP DATABASE %s;\n",
           shown, shown);
}

/* A run of migrations would be ended in the midst of its work. */
static gboolean
check_idle(const PgsMigrate *migrate, GError **error)
{
    g_autoptr(PgsConnection) reader = pgs_database_reader(migrate->target, error);
    g_autoptr(GError) local = NULL;
    if (reader == NULL)
        return FALSE;
    g_autofree char *holder =
        pgs_migration_lock_holder(reader, NULL, migrate->target->database, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (holder == NULL)
        return TRUE;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "wait until it has ended, or end it", "migrations are run on %s now: %s",
                  migrate->target->place, holder);
    return FALSE;
}

static int
restore(PgsMigrate *migrate, const char *path, GError **error)
{
    g_autoptr(PgsBackup) backup = pgs_backup_read_for(migrate->target, path, error);
    if (backup == NULL)
        return PGS_EXIT_ENVIRONMENT;
    if (!migrate->settings->quiet)
        print_backup(backup);
    if (!check_origin(migrate, backup, error))
        return PGS_EXIT_USAGE;
    if (migrate->settings->dry_run) {
        printf("it would take the place of %s\n", migrate->target->place);
        return PGS_EXIT_VERIFIED;
    }
    if (!check_idle(migrate, error) || !ask(migrate, error))
        return PGS_EXIT_ENVIRONMENT;
    gint64 start = g_get_monotonic_time();
    g_autofree char *kept = NULL;
    if (!pgs_backup_restore(migrate->target, backup, &kept, error))
        return PGS_EXIT_ENVIRONMENT;
    print_kept(migrate, kept, g_get_monotonic_time() - start);
    return PGS_EXIT_VERIFIED;
}

int
pgs_migrate_restore(PgsMigrate *migrate, GError **error)
{
    const char *path = migrate->arguments[0];
    /* Before anything is waited for: a slip of the keyboard. */
    if (path != NULL && !g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_autofree char *shown = pgs_text_plain(path);
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "\"pgstair migrate restore\" alone lists the backups that there are",
                      "there is no file %s", shown);
        return PGS_EXIT_USAGE;
    }
    if (!pgs_migrate_database(migrate, error))
        return PGS_EXIT_ENVIRONMENT;
    return path == NULL ? list_backups(migrate) : restore(migrate, path, error);
}
