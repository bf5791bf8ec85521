#ifndef PGS_PLAN_CONTROL_H
#define PGS_PLAN_CONTROL_H

#include "plan/verdict_judging.h"

/*
 * Plans of the same data with indexes out of the way, each within a savepoint.  FALSE only when the
 * connection was lost or cancelled; what cannot be tried becomes a note.
 */

/*
 * CONTROL and BARE: without the index and its twins, then without whatever serves instead.  Sets
 * control_cost, substitutes, turns_sequential.  verdict: the reading of the plan as it is.
 * *reference: the plan that has least of indexes, the judgement's own; NULL: there is none.
 */
gboolean pgs_control_without(const PgsJudging *judging, PgsExplainFlags flags,
                             const PgsReading *verdict, const PgsPlan **reference, GError **error);

/* What the index does when it need not compete. */
typedef struct {
    PgsPlan *plan;       /* NULL: failure says why */
    PgsReading *reading; /* of plan */
    PgsFailure *failure;
    gboolean is_alone; /* FALSE: with the table's other indexes, which it serves with, or which
                          could not be hidden */
} PgsAlone;

/* ALONE. */
PgsAlone *pgs_control_alone(const PgsJudging *judging, PgsExplainFlags flags,
                            const PgsPlan *reference, GError **error);
void pgs_alone_free(PgsAlone *alone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsAlone, pgs_alone_free)

#endif
