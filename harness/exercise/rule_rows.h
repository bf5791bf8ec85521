#ifndef PGS_EXERCISE_RULE_ROWS_H
#define PGS_EXERCISE_RULE_ROWS_H

#include "exercise/proof.h"
#include "synthesis/synthesis.h"

/* What the exercisers of rules have in common: rows to begin with, and rows to be proven. */

/*
 * pgs_synthesis_draft() for a rule; where there is no room for a new row the same as one that is
 * there (without wishes only): what refuses it a second time can be seen past.  *draft is NULL when
 * there is none: result is judged then. FALSE only with error.
 */
gboolean pgs_rule_draft(PgsBench *bench, PgsRuleResult *result, const PgsRelation *relation,
                        const PgsWish *wishes, guint n_wishes, PgsDraft **draft, GError **error);
/* pgs_synthesis_draft() with its reason left out; *draft NULL: there is none. */
gboolean pgs_rule_try_draft(PgsBench *bench, const PgsRelation *relation, const PgsWish *wishes,
                            guint n_wishes, PgsDraft **draft, GError **error);

/* A row that the relation has, as if this run had stored it; *stored NULL: it has none. */
gboolean pgs_rule_existing(PgsBench *bench, const PgsRelation *relation, PgsStored **stored,
                           GError **error);

/* Rows for pgs_proof_run(). */
GPtrArray *pgs_rule_rows_new(void);
/* Takes draft over; says of it "name = value" for one column. */
void pgs_rule_rows_add(GPtrArray *rows, PgsDraft *draft, gboolean refused, const PgsColumn *column);

/* The columns (const PgsColumn *) that an expression on a relation names; g_ptr_array_unref(). */
GPtrArray *pgs_rule_columns_in(const PgsRelation *relation, const char *expression);

#endif
