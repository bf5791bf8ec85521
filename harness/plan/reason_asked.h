#ifndef PGS_PLAN_REASON_ASKED_H
#define PGS_PLAN_REASON_ASKED_H

#include "plan/reason_condition.h"
#include "plan/trial.h"

/* What a query asks of a table, as a plan of it tells. */
typedef struct {
    gboolean is_read;      /* the plan reads the table, or one below it */
    GPtrArray *read;       /* char *: "archive.users": what it reads, of this table's tree or not */
    GPtrArray *unindexed;  /* char *: tables of the tree that are read and for which the index has
                              no part */
    GPtrArray *conditions; /* PgsCondition: all of them hold for the rows that are looked for */
    GPtrArray *order;      /* PgsSortKey: what is sorted above the scan; or empty */
} PgsAsked;

/* index: of its keys' conditions, where the table is read more than once; or NULL. */
PgsAsked *pgs_asked_read(const PgsTrialGround *ground, const PgsPlan *plan, const PgsIndex *index);
void pgs_asked_free(PgsAsked *asked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsAsked, pgs_asked_free)

/* Names that stand for the table that a node reads; g_strfreev(). */
char **pgs_scan_aliases(const PgsPlanNode *node);
/* "a = 1 and b > 2", for a person; g_free(). */
char *pgs_asked_words(const PgsAsked *asked);

#endif
