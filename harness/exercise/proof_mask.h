#ifndef PGS_EXERCISE_PROOF_MASK_H
#define PGS_EXERCISE_PROOF_MASK_H

#include "exercise/proof.h"

/*
 * What hides the rule that is to be proven, because it refuses or rewrites the same rows: another
 * rule, triggers, a partition that there is not.  It can be taken away for an attempt.
 */
typedef struct {
    char *name;         /* for a person: "check ck_b on public.t", "triggers of public.t" */
    gconstpointer what; /* what it is: no two of one relation have the same */
    gboolean is_triggers;
    GPtrArray *statements; /* char *: that take it away */
} PgsMask;

/* A partition that was made for the rows of no other, with its parent's OID behind this. */
#define PGS_OTHER_ROWS "pgstair_other_rows_"
/* The relation that the server names, or whose such partition it names; or NULL. */
const PgsRelation *pgs_relation_find_named(PgsBench *bench, const char *schema, const char *name);

void pgs_mask_free(PgsMask *mask);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsMask, pgs_mask_free)

/* Whether users' triggers or rewrite rules act when the draft is inserted. */
gboolean pgs_mask_has_triggers(const PgsDraft *draft);
/* They; rewrite rules too. */
PgsMask *pgs_mask_new_triggers(PgsBench *bench, const PgsDraft *draft);
/*
 * What has refused the draft, when it was not the rule that is to be proven.  NULL: it cannot be
 * told, or not be taken away.  has_triggers: they are not switched off yet.
 */
PgsMask *pgs_mask_new(PgsBench *bench, const PgsDraft *draft, const PgsFailure *failure,
                      gboolean has_triggers);

#endif
