#ifndef PGS_PLAN_TRIAL_USE_H
#define PGS_PLAN_TRIAL_USE_H

#include "plan/trial.h"

/* An index that a plan is searched for, and the names of its parts. */
typedef struct {
    GPtrArray *names; /* char * */
    char *leading;    /* its first key, as SQL */
    gboolean by_any;  /* its method takes a condition on any key */
} PgsTrialTarget;

PgsTrialTarget *pgs_trial_target_new(const char *leading, const char *method);
/* index and its partitions' */
PgsTrialTarget *pgs_trial_target_of(const PgsIndex *index);
void pgs_trial_target_free(PgsTrialTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsTrialTarget, pgs_trial_target_free)

/* Whether the plan does one of the aims (PgsTrialAim) with it. */
gboolean pgs_trial_is_used(const PgsPlan *plan, const PgsTrialTarget *target, guint aims);

#endif
