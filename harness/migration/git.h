#ifndef PGS_MIGRATION_GIT_H
#define PGS_MIGRATION_GIT_H

#include "base/process.h"

/*
 * A folder's git repository, read by the git program.  Only commits, trees and blobs are asked for:
 * nothing that would run a hook, a filter or another program that the repository names.
 */
typedef struct _PgsGit PgsGit;

#define PGS_GIT_ERROR (pgs_git_error_quark())
GQuark pgs_git_error_quark(void);
typedef enum {
    PGS_GIT_ERROR_PROGRAM,    /* there is no git */
    PGS_GIT_ERROR_REPOSITORY, /* the folder lies in none, or git does not trust it */
    PGS_GIT_ERROR_REVISION,   /* no such revision */
    PGS_GIT_ERROR_UNRELATED,  /* two revisions have nothing in common, as in a shallow clone */
    PGS_GIT_ERROR_FAILED,     /* anything else that git says */
} PgsGitError;

/* One file of a folder in a commit. */
typedef struct {
    char *name;   /* relative to the folder */
    char *object; /* its blob's id */
    guint64 size;
} PgsGitFile;

/* folder: as the person has named it.  cancellable may be NULL.  Free with pgs_git_free(). */
PgsGit *pgs_git_open(const char *folder, GCancellable *cancellable, GError **error);
void pgs_git_free(PgsGit *git);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsGit, pgs_git_free)

/* The id of the commit that revision names.  Free with g_free(). */
char *pgs_git_commit(const PgsGit *git, const char *revision, GError **error);
/* The id of the commit where HEAD and commit part.  base: what the person calls it.  g_free(). */
char *pgs_git_merge_base(const PgsGit *git, const char *commit, const char *base, GError **error);
/* The regular files of the folder in a commit, at any depth; PgsGitFile, by name. */
GPtrArray *pgs_git_list(const PgsGit *git, const char *commit, GError **error);

/* Told of each file in turn; FALSE with error ends it. */
typedef gboolean (*PgsGitTextFunc)(const PgsGitFile *file, const char *text, gsize length,
                                   gpointer data, GError **error);
/* The bytes of each of the files. */
gboolean pgs_git_read(const PgsGit *git, const GPtrArray *files, PgsGitTextFunc take, gpointer data,
                      GError **error);

/* The git program for a folder, without a command yet: what all that is asked of git begins with.
 */
PgsProcess *pgs_git_process(const char *folder, GCancellable *cancellable);

#endif
