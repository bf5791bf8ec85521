#ifndef PGS_EXERCISE_PROOF_H
#define PGS_EXERCISE_PROOF_H

#include "exercise/result.h"
#include "inventory/bench.h"
#include "synthesis/draft.h"

/*
 * That a rule, and no other, is what refuses a row.  Rows are tried by inserting them, deferred
 * rules included; triggers act as they would, and what counts is what is stored.
 */

/* A row to be tried. */
typedef struct {
    PgsDraft *draft;
    char *what;               /* for a person: "order = 6" */
    gboolean refused;         /* whether the rule has to refuse it; else all have to accept it */
    const PgsColumn *watched; /* whose stored value has to be the draft's, else the row says nothing
                                 (a trigger has rewritten it); or NULL */
} PgsProofRow;

PgsProofRow *pgs_proof_row_new(PgsDraft *draft, gboolean refused, const char *format, ...)
    G_GNUC_PRINTF(3, 4); /* takes draft over */
void pgs_proof_row_free(PgsProofRow *row);

/*
 * Tries all rows (PgsProofRow) in one batch, and each refused one again with the rule dropped: then
 * it has to be accepted.  Where another rule refuses a row first, that one is dropped too and the
 * row tried again, and the result says so in a note; a trigger that stands in the way is switched
 * off likewise.  Appends evidence and judges result: EXERCISED when there was at least one refused
 * row that came out as it should, and (unless none was given) one that was accepted; BROKEN when
 * the server accepts what the rule should refuse.  Rows of which it was thought wrongly that the
 * rule accepts them, and rows that cannot be seen past other rules, are noted.
 * FALSE with error as pgs_batch_run().
 */
gboolean pgs_proof_run(PgsBench *bench, const PgsRule *rule, const GPtrArray *rows,
                       PgsRuleResult *result, GError **error);

/* What leads to a statement in the open transaction, and it, each on its line, to be rolled back.
 * g_free(). */
char *pgs_proof_reproduce(PgsBench *bench, const char *statement);

/*
 * The statements (char *, g_ptr_array_unref()) that take a rule away, whatever depends on it; NULL:
 * there are none for its kind, or for it.
 */
GPtrArray *pgs_rule_drop(PgsBench *bench, const PgsRule *rule);
/*
 * Whether the server's words are this rule's: SQLSTATE, constraint, table, column, type.  What a
 * partition has of it counts as the rule.
 */
gboolean pgs_rule_is_named(PgsBench *bench, const PgsRule *rule, const PgsFailure *failure);
/* The rule of the inventory that the server names, or NULL. */
const PgsRule *pgs_rule_find_named(PgsBench *bench, const PgsFailure *failure);
/* "refused: 23514 by ck_a", "refused: 22001: value too long for type …", "accepted"; g_free(). */
char *pgs_outcome_describe(const PgsBatchResult *result);

#endif
