#ifndef PGS_REPORT_DIAGRAM_STATE_H
#define PGS_REPORT_DIAGRAM_STATE_H

#include "record/record.h"

/* What became of a rule that the schema has (a foreign key, a check, a column's NOT NULL) when it
 * was exercised.  Of several findings, on several servers, the last of these that one says. */
typedef enum {
    PGS_RULE_UNTRIED, /* no finding at all */
    PGS_RULE_SKIPPED,
    PGS_RULE_EXERCISED,
    PGS_RULE_ACCEPTED,
    PGS_RULE_FAILED, /* also of an error, and where the project's file made it a warning */
} PgsRuleState;
#define PGS_N_RULE_STATES (PGS_RULE_FAILED + 1)

/* "untried", …: a class of what is drawn; static. */
const char *pgs_rule_state_name(PgsRuleState state);
/* "?", "✓", "✗": so that colour is not the only sign; static. */
const char *pgs_rule_state_symbol(PgsRuleState state);

/* The exercise.* findings of a record, by what they are about. */
typedef struct _PgsRuleStates PgsRuleStates;

PgsRuleStates *pgs_rule_states_new(const PgsRecord *record);
void pgs_rule_states_free(PgsRuleStates *states);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRuleStates, pgs_rule_states_free)

/* object as findings name it: "foreign key public.a.a_b_fkey". */
PgsRuleState pgs_rule_states_find(const PgsRuleStates *states, const char *system,
                                  const char *object);

#endif
