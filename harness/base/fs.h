#ifndef PGS_BASE_FS_H
#define PGS_BASE_FS_H

#include <glib.h>
#include <sys/types.h>

#define PGS_FS_ERROR (pgs_fs_error_quark())
GQuark pgs_fs_error_quark(void);
typedef enum {
    PGS_FS_ERROR_FAILED,
} PgsFsError;

/*
 * Copies a tree of folders and regular files (symbolic links are copied as links) to a path that
 * does not exist yet, with the same modes.  uid and gid: the owner of the copy, or -1 to leave it.
 * What was copied so far stays behind on failure.
 */
gboolean pgs_fs_copy_tree(const char *from, const char *to, uid_t uid, gid_t gid, GError **error);

/* Removes a tree; never follows a symbolic link.  TRUE as well when it is not there. */
gboolean pgs_fs_remove_tree(const char *path, GError **error);

/* Free bytes for this user on the file system that holds path; 0 when that cannot be told. */
guint64 pgs_fs_free_bytes(const char *path);

/* Whether path lies on a file system in memory (tmpfs or ramfs). */
gboolean pgs_fs_is_memory(const char *path);

/* Whether this user can make files in the folder path (tried, not guessed from its mode). */
gboolean pgs_fs_is_writable(const char *path);

/*
 * Whether path is a folder that belongs to uid and that nobody else can write to: safe to trust
 * what lies in it.
 */
gboolean pgs_fs_is_private(const char *path, uid_t uid);

#endif
