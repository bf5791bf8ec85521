#ifndef PGS_MIGRATION_MERGED_H
#define PGS_MIGRATION_MERGED_H

#include "migration/history.h"

/*
 * How a history differs from what is merged already: from the same folder in a git revision, the
 * base.  Only objects of the repository are read; no hook, filter or setting of it is run.
 */
typedef enum {
    PGS_MERGED_EDITED,   /* another upgrade than the merged one */
    PGS_MERGED_REPAIRED, /* the same upgrade, another downgrade or verify script */
    PGS_MERGED_RENAMED,  /* the same upgrade under another name or version */
    PGS_MERGED_REMOVED,  /* it is not there any more */
    PGS_MERGED_LATE,     /* new, and comes before one that is merged */
    PGS_MERGED_TWICE,    /* new, with the version of one that the base has got meanwhile */
    PGS_MERGED_FORKED,   /* of a graph: new, on a revision that has another child in the base */
    PGS_MERGED_BEHIND,   /* the base has got it meanwhile, and the folder has not */
} PgsMergedKind;

typedef struct {
    PgsMergedKind kind;
    gint revision; /* its index in the history, or -1: it is not there */
    char *label;   /* as PgsRevision has it */
    char *path;    /* of its file; of one that is not there: where it was */
    guint line;    /* of the first line that is not the same; 0: none */
    char *other;   /* the label of the other revision that it is about; or NULL */
    gboolean
        silent; /* EDITED: in comments and white space only; RENAMED: the version is the same */
} PgsMergedFact;

typedef struct {
    char *base;       /* as it was named */
    char *commit;     /* abbreviated: where this branch has left the base */
    GPtrArray *facts; /* PgsMergedFact, in the history's order, then what is not in it */
    gboolean *is_new; /* by index in the history: the base has it not */
    guint n_revisions;
    guint n_new;
    gint since; /* the index of the revision below the first that is new; -1: that is the first; the
                   last index: nothing is new */
} PgsMerged;

/*
 * Errors: PGS_GIT_ERROR (git.h); what PgsHistory cannot be read at the base is
 * PGS_MIGRATION_ERROR.  cancellable may be NULL.  Free with pgs_merged_free().
 */
PgsMerged *pgs_merged_read(const PgsHistory *history, const char *base, GCancellable *cancellable,
                           GError **error);
void pgs_merged_free(PgsMerged *merged);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsMerged, pgs_merged_free)

#endif
