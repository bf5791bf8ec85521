#ifndef PGS_SUITE_OUTCOME_TEXT_H
#define PGS_SUITE_OUTCOME_TEXT_H

#include "migration/runner.h"
#include "seed/seed.h"

/* Failures in one text for a person: "file:line: what the server said", its details and statement.
 * Free with g_free(). */
char *pgs_outcome_text(const PgsOutcome *outcome);
char *pgs_seed_failure_text(const PgsSeedFailure *failure);

#endif
