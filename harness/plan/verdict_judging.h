#ifndef PGS_PLAN_VERDICT_JUDGING_H
#define PGS_PLAN_VERDICT_JUDGING_H

#include "plan/verdict_reading.h"

/* A judgement while it is made.  Everything is borrowed. */
typedef struct {
    PgsConnection *connection;
    const PgsIndexes *indexes;
    const PgsQuestion *question;
    const PgsVerdictScope *scope;
    PgsJudgement *judgement;
} PgsJudging;

/* FALSE: error is one that ends the judgement (the connection was lost, cancelled); else it
 * becomes *failure, unless that is set. */
gboolean pgs_judging_goes_on(const PgsJudging *judging, PgsFailure **failure, GError **error);

/* The question's plan; *plan NULL: *failure (pgs_failure_free()) says why.  FALSE only when the
 * connection was lost or cancelled. */
gboolean pgs_judging_explain(const PgsJudging *judging, PgsExplainFlags flags, PgsPlan **plan,
                             PgsFailure **failure, GError **error);
/* Whether it is for any values that the question's plan is made. */
PgsExplainFlags pgs_judging_flags(const PgsQuestion *question);
PgsReading *pgs_judging_read(const PgsJudging *judging, const PgsPlan *plan,
                             const PgsPlan *control);

/* The transaction, with session's settings, in which all is done, and undone. */
gboolean pgs_judging_begin_all(const PgsJudging *judging, const char *session, GError **error);
void pgs_judging_undo_all(const PgsJudging *judging);
/* A savepoint around what is tried. */
gboolean pgs_judging_begin(const PgsJudging *judging, GError **error);
gboolean pgs_judging_undo(const PgsJudging *judging, GError **error);

/* text: taken over */
void pgs_judging_note(const PgsJudging *judging, char *text);

#endif
