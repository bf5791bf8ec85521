#ifndef PGS_MIGRATION_GIT_STATE_H
#define PGS_MIGRATION_GIT_STATE_H

#include <gio/gio.h>

/* What `git status` says of the work tree that a folder lies in. */
typedef struct {
    char *commit;       /* NULL: there is none yet */
    char *branch;       /* NULL: detached */
    GPtrArray *changed; /* char *: "M migrations/0007_x.sql", "?? notes.txt", as git orders them, of
                           the whole work tree; empty: it is clean */
} PgsGitState;

/*
 * What a repository's own configuration would run (a file system monitor, hooks, filters, what its
 * submodules have) is not run.  PGS_GIT_ERROR, PGS_PROCESS_ERROR.  Free with pgs_git_state_free().
 */
PgsGitState *pgs_git_state_read(const char *folder, GCancellable *cancellable, GError **error);
/*
 * Holds files against the commit of which git status says nothing: "!! path", it is ignored, and in
 * no commit; "h path", git was told not to look whether it has changed.  names: char *, as they are
 * seen from the folder and as pgs_text_visible() has them; those outside the repository are passed
 * over.
 */
gboolean pgs_git_state_hold(PgsGitState *state, const char *folder, const GPtrArray *names,
                            GCancellable *cancellable, GError **error);
void pgs_git_state_free(PgsGitState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsGitState, pgs_git_state_free)

#endif
