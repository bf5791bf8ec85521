#ifndef PGS_OPERATE_BACKUP_TOC_H
#define PGS_OPERATE_BACKUP_TOC_H

#include "operate/backup.h"
#include "operate/backup_tools.h"

/* What "pg_restore --list" says of a file. */
typedef struct {
    char *database;       /* that it was made of */
    char *made_at;        /* "2026-11-22 00:10:00 UTC" */
    char *server_version; /* "15.18" */
    char *dump_version;   /* pg_dump's own */
    guint n_entries;
    guint n_tables;   /* TABLE */
    guint n_contents; /* TABLE DATA */
} PgsBackupToc;

void pgs_backup_toc_free(PgsBackupToc *toc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsBackupToc, pgs_backup_toc_free)

/* PGS_OPERATE_ERROR_BACKUP says what the file is instead: no archive, plain SQL, one by a newer
 * pg_dump, one that is cut off. */
PgsBackupToc *pgs_backup_toc_read(const PgsBackupTools *tools, const char *path,
                                  GCancellable *cancellable, GError **error);
/* Of pg_restore's own text. */
PgsBackupToc *pgs_backup_toc_parse(const char *list);

/*
 * Reads all of the file, as a restoration would: the list stands at its beginning, and says nothing
 * of what is cut off or damaged behind it.  timeout: milliseconds; 0: none.
 */
gboolean pgs_backup_toc_prove(const PgsBackupTools *tools, const char *path, guint timeout,
                              GCancellable *cancellable, GError **error);

#endif
