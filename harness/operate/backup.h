#ifndef PGS_OPERATE_BACKUP_H
#define PGS_OPERATE_BACKUP_H

#include "ledger/database.h"
#include "operate/operate_error.h"

/* Backups of a whole database by pg_dump (custom format), and back. */

typedef struct {
    char *path;
    guint64 size;    /* bytes */
    guint n_entries; /* that pg_restore --list found */
    guint n_tables;  /* with data */
    gint64 duration; /* microseconds */
    char *program;   /* "pg_dump (PostgreSQL) 15.8", and where it ran */
    char *database;  /* of a backup that is read: what it was made of */
    char *made_at;
} PgsBackup;
void pgs_backup_free(PgsBackup *backup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsBackup, pgs_backup_free)

/* Makes one of the target, into its environment's folder (made when missing, 0700; files 0600),
 * named after database, UTC time and why ("before-upgrade-to-0007"); checks it with pg_restore
 * --list. */
PgsBackup *pgs_backup_make(const PgsDatabase *target, const char *why, GError **error);
/* What a file is, by the pg_restore --list of these programs. */
struct _PgsBackupTools;
PgsBackup *pgs_backup_read_with(const struct _PgsBackupTools *tools, const char *path,
                                GCancellable *cancellable, GError **error);
/* By those that can read it and run against the target: of its server's version, or in its
 * container. */
PgsBackup *pgs_backup_read_for(const PgsDatabase *target, const char *path, GError **error);
/*
 * Makes the target's database what the backup has: restored whole into a new database beside it,
 * checked, then put in its place; what was there stays under another name, *kept (g_free()).  The
 * caller holds no connection to it.
 */
gboolean pgs_backup_restore(const PgsDatabase *target, const PgsBackup *backup, char **kept,
                            GError **error);

#endif
