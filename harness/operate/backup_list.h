#ifndef PGS_OPERATE_BACKUP_LIST_H
#define PGS_OPERATE_BACKUP_LIST_H

#include <glib.h>

/* A file in a folder of backups, as its name tells. */
typedef struct {
    char *path;
    guint64 size;
    gint64 changed;       /* seconds since 1970 */
    gboolean is_finished; /* FALSE: it is still written, or its writer was killed */
} PgsBackupEntry;

/* Those of the database, the newest first; a folder that is not there has none.  PgsBackupEntry;
 * g_ptr_array_unref(). */
GPtrArray *pgs_backup_list(const char *folder, const char *database);

#endif
