#include "base/error.h"
#include "base/text.h"
#include "cli/migrate.h"
#include "operate/backup.h"

#include <stdio.h>

/* "pgstair-backups/app-….dump", and below it "1.2 MB, 214 entries, 12 tables' rows, read back;
 * 850 ms by pg_dump (PostgreSQL) 15.18". */
static char *
describe(const PgsBackup *backup)
{
    g_autofree char *shown = pgs_text_plain(backup->path);
    g_autofree char *size = g_format_size(backup->size);
    g_autofree char *entries = pgs_text_count(backup->n_entries, "entry", "entries");
    g_autofree char *tables = pgs_text_count(backup->n_tables, "table's rows", "tables' rows");
    g_autofree char *duration = pgs_text_duration(backup->duration);
    return g_strdup_printf("%s\n  %s, %s, %s, read back; %s by %s", shown, size, entries, tables,
                           duration, backup->program);
}

int
pgs_migrate_backup_command(PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_database(migrate, error))
        return PGS_EXIT_ENVIRONMENT;
    g_autoptr(PgsBackup) backup = pgs_backup_make(migrate->target, NULL, error);
    if (backup == NULL)
        return PGS_EXIT_ENVIRONMENT;
    g_autofree char *text = describe(backup);
    g_autofree char *shown = g_shell_quote(backup->path);
    printf("backup: %s\n", text);
    if (!migrate->settings->quiet)
        printf("  to go back to it: pgstair migrate restore %s\n", shown);
    return PGS_EXIT_VERIFIED;
}
