#ifndef PGS_EXERCISE_RULE_CHECK_CONFIRM_H
#define PGS_EXERCISE_RULE_CHECK_CONFIRM_H

#include "exercise/proof.h"

/*
 * Whether pgs_proof_run() has found a CHECK broken for good: what the grid said of a row may not be
 * so any more when it is inserted (clocks, functions that read tables).  rows: those of the proof,
 * the first of the result's evidence.  An accusation that is not confirmed is withdrawn.  FALSE
 * with error as pgs_batch_run().
 */
gboolean pgs_check_confirm(PgsBench *bench, const GPtrArray *rows, PgsRuleResult *result,
                           GError **error);

#endif
