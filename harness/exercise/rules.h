#ifndef PGS_EXERCISE_RULES_H
#define PGS_EXERCISE_RULES_H

#include "exercise/result.h"
#include "inventory/bench.h"

/*
 * How each kind of rule is exercised: one function each, in a file of its own.  Outside of a
 * transaction: each begins its own and rolls it back.  result comes new, with its rule; it is
 * judged on return.  FALSE with error as pgs_batch_run().
 */
typedef gboolean (*PgsRuleFunc)(PgsBench *bench, PgsRuleResult *result, GError **error);

gboolean pgs_rule_check_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
gboolean pgs_rule_domain_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
gboolean pgs_rule_not_null_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
/* PRIMARY KEY, UNIQUE */
gboolean pgs_rule_key_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
gboolean pgs_rule_exclusion_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
gboolean pgs_rule_foreign_key_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
/* Needs a transaction that is committed (a label is added): run last. */
gboolean pgs_rule_enum_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
/* LENGTH, PRECISION */
gboolean pgs_rule_limit_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
gboolean pgs_rule_generated_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
gboolean pgs_rule_identity_exercise(PgsBench *bench, PgsRuleResult *result, GError **error);
/* Looks which sequences are behind rows that are there: before anything takes a value from one. */
gboolean pgs_rule_identity_prepare(PgsBench *bench, GError **error);

#endif
