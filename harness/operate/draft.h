#ifndef PGS_OPERATE_DRAFT_H
#define PGS_OPERATE_DRAFT_H

#include "check/verify.h"
#include "migration/history.h"
#include "operate/operate_error.h"

/* A new revision's files, named and laid out as the folder's own tool would. */
typedef struct {
    GPtrArray *paths; /* char *: files that were written */
    GPtrArray
        *unsaid; /* char *: differences that it does not write: "kind identity: attribute: …" */
    guint n_written;    /* differences that it does */
    gboolean is_proven; /* up made the model's schema and down head's, on a throwaway server */
    char *proof;        /* what of that did not hold, or NULL */
} PgsRevisionDraft;
PgsRevisionDraft *pgs_revision_draft_new(void);
void pgs_revision_draft_free(PgsRevisionDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRevisionDraft, pgs_revision_draft_free)

/* up, down: SQL, or NULL for an empty revision with a comment on what belongs there.  Never
 * overwrites a file.  note: a comment that stands at its head, or NULL. */
PgsRevisionDraft *pgs_revision_draft_write(const PgsSystem *system, const PgsHistory *history,
                                           const char *description, const char *note,
                                           const char *up, const char *down,
                                           GCancellable *cancellable, GError **error);

/* The same without writing anything: paths are what would be written, and what would be changed. */
PgsRevisionDraft *pgs_revision_draft_name(const PgsSystem *system, const PgsHistory *history,
                                          const char *description, GError **error);

/* The difference between head and a model (a folder, a .sql file, a snapshot's …, or a database's
 * URL) as SQL, both ways, tried on a throwaway server; up and down g_free(); unsaid as in
 * PgsRevisionDraft. *up NULL: there is no difference. */
gboolean pgs_revision_draft_from_model(const PgsSystem *system, const PgsHistory *history,
                                       const char *model, const PgsVerifyOptions *options,
                                       char **up, char **down, PgsRevisionDraft *draft,
                                       GError **error);

#endif
