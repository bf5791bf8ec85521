#ifndef PGS_EXERCISE_CASES_H
#define PGS_EXERCISE_CASES_H

#include "exercise/result.h"
#include "inventory/bench.h"
#include "project/exercise_case.h"

/*
 * An explicit case, tried in a transaction of its own that is rolled back.  The result
 * (exercise.case) says what was tried and what came of it; what the case names and the schema has
 * not is a BROKEN one with a hint.  NULL with error as pgs_batch_run().
 */
PgsRuleResult *pgs_exercise_case_run(PgsBench *bench, const PgsExerciseCase *exercise_case,
                                     GError **error);

#endif
