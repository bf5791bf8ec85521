#ifndef PGS_OPERATE_BACKUP_FILE_H
#define PGS_OPERATE_BACKUP_FILE_H

#include <glib.h>

/*
 * A backup's file while it is written: under a name that ends in ".partial", of which nobody takes
 * it for a backup, and whole and on the disk before it gets its own.
 */
typedef struct {
    char *path;    /* what it is to be */
    char *partial; /* what it is now; NULL once it is no more */
    int fd;
} PgsBackupFile;

/* Makes folder (0700, and in it a .gitignore) when it is missing, and the file (0600). */
PgsBackupFile *pgs_backup_file_new(const char *folder, const char *database, const char *why,
                                   GDateTime *now, GError **error);
/* Removes what is not finished. */
void pgs_backup_file_free(PgsBackupFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsBackupFile, pgs_backup_file_free)
/* A further descriptor for it, to hand on; -1 with error. */
int pgs_backup_file_lend(const PgsBackupFile *file, GError **error);
guint64 pgs_backup_file_size(const PgsBackupFile *file);
/* On the disk, and under its own name; never in another file's place. */
gboolean pgs_backup_file_finish(PgsBackupFile *file, GError **error);

/*
 * "app-20261122T001000Z-before-upgrade-to-0007": what cannot stand in a file's name everywhere is
 * written as in a URL, so that two databases never have one name.  g_free().
 */
char *pgs_backup_file_name(const char *database, const char *why, GDateTime *now);
/* The database that such a name was made of; NULL: it is none.  g_free(). */
char *pgs_backup_file_database(const char *name);

#define PGS_BACKUP_SUFFIX ".dump"
#define PGS_BACKUP_PARTIAL ".partial"
#define PGS_BACKUP_FOLDER "pgstair-backups"

#endif
