#ifndef PGS_CHECK_EXERCISE_FINDINGS_H
#define PGS_CHECK_EXERCISE_FINDINGS_H

#include "exercise/exercise.h"
#include "project/exercise_case.h"
#include "record/record.h"

/* What exercising rules has shown, as findings. */

typedef struct {
    const char *system;
    const char *revision; /* the label of the one at which it was done, or NULL */
    /*
     * PgsFinding, or NULL: what was found of expectations about that schema.  What an expectation
     * about an object serves, that object's rules serve too.
     */
    const GPtrArray *expectations;
} PgsExerciseContext;

/* Of one rule, or of what else was looked at.  The caller's. */
PgsFinding *pgs_exercise_finding(const PgsRuleResult *result, const PgsExerciseContext *context);
/* Of a case; place and requirements are the case's. */
PgsFinding *pgs_exercise_case_finding(const PgsRuleResult *result, const PgsExerciseCase *of,
                                      const PgsExerciseContext *context);
#define PGS_EXERCISE_COVERAGE_TITLE "all rules are exercised on rows"
/* exercise.coverage: how many of the rules were, and which were not, and why. */
PgsFinding *pgs_exercise_coverage_finding(const PgsExercise *exercise,
                                          const PgsExerciseContext *context);

#endif
