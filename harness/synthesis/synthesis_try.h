#ifndef PGS_SYNTHESIS_SYNTHESIS_TRY_H
#define PGS_SYNTHESIS_SYNTHESIS_TRY_H

#include "synthesis/synthesis_build.h"

/* What the server said of a draft: its refusal, or that the row was swallowed. */
typedef struct _PgsTry {
    gboolean accepted;
    gboolean swallowed;  /* no refusal, and no row either */
    PgsFailure *failure; /* or NULL */
    char *words;         /* for a person: "new row for … (23514, ck_a)" */
} PgsTry;

void pgs_try_free(PgsTry *try);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsTry, pgs_try_free)

/* Each of drafts (PgsDraft) inserted, deferred rules included, and taken back.  PgsTry, one for
   each; g_ptr_array_unref().  NULL: error is set. */
GPtrArray *pgs_build_try(PgsBuild *build, const GPtrArray *drafts, GError **error);
/* Whether it is of a kind that a relation's own rules do not have. */
gboolean pgs_try_is_of_trigger(const PgsTry *try, const PgsDraft *draft);
/* Keeps in build what kinds of refusals there were. */
void pgs_build_note_refusal(PgsBuild *build, const PgsDraft *draft, const PgsTry *try);
/* Whether the server names the relation, or a partition of it. */
gboolean pgs_failure_is_about(const PgsFailure *failure, const PgsRelation *relation);
PgsTry *pgs_try_new(const PgsFailure *failure, guint64 n_rows);

#endif
