#ifndef PGS_MIGRATION_MERGED_BASE_H
#define PGS_MIGRATION_MERGED_BASE_H

#include "migration/git.h"
#include "migration/merged.h"
#include "migration/reader.h"

/* The git side of merged.h: the base, and the folder as it is in it. */

typedef struct {
    const PgsHistory *history; /* borrowed */
    PgsGit *git;
    char *tip;    /* the commit that the base names */
    char *parted; /* where HEAD has left it */
} PgsMergedBase;

gboolean pgs_merged_base_open(PgsMergedBase *base, const PgsHistory *history, const char *folder,
                              const char *name, GCancellable *cancellable, GError **error);
void pgs_merged_base_clear(PgsMergedBase *base);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsMergedBase, pgs_merged_base_clear)

/* The files of the folder, as like has it, in a commit: those that a reader looks at. */
PgsFolder *pgs_merged_base_folder(const PgsMergedBase *base, const char *commit,
                                  const PgsFolder *like, GError **error);
/* The history that they make; NULL without error: there is none. */
PgsHistory *pgs_merged_base_history(const PgsMergedBase *base, PgsFolder *files, GError **error);

/* Whether two texts are the same but for the way in which lines end, which a checkout may change.
 * *line: of the first difference in the first one, from 1. */
gboolean pgs_merged_same_text(const char *first, gsize first_length, const char *second,
                              gsize second_length, guint *line);

/* Adds a fact; label, path and other are copied. */
PgsMergedFact *pgs_merged_add(PgsMerged *merged, PgsMergedKind kind, gint revision,
                              const char *label, const char *path, const char *other);

/* Of a history whose revisions the project's tool runs: told by their files alone. */
gboolean pgs_merged_read_tool(PgsMerged *merged, const PgsHistory *history,
                              GCancellable *cancellable, GError **error);

#endif
