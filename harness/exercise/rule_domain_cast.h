#ifndef PGS_EXERCISE_RULE_DOMAIN_CAST_H
#define PGS_EXERCISE_RULE_DOMAIN_CAST_H

#include "exercise/proof.h"

/*
 * That a domain's rule is what refuses values, by casts: what pgs_proof_run() is for rows.
 * rows (PgsProofRow): drafts of a relation whose only column holds the value.  may_accuse: what the
 * rule has to say of each is certain.  Appends evidence, judges result.  FALSE with error as
 * pgs_batch_run().
 */
gboolean pgs_domain_casts_run(PgsBench *bench, const PgsRule *rule, const PgsColumn *column,
                              const GPtrArray *rows, gboolean may_accuse, PgsRuleResult *result,
                              GError **error);

#endif
