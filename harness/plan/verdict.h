#ifndef PGS_PLAN_VERDICT_H
#define PGS_PLAN_VERDICT_H

#include "plan/question.h"

/*
 * Whether an index serves a query, from the plans that the server makes: as it is, with the index
 * out of the way, and with nothing but the index.  No cost and no time is a threshold.
 */
typedef enum {
    PGS_SERVED_CHOSEN,   /* the planner takes it by itself, or a twin, or another index that is as
                            good: which of them is chance */
    PGS_SERVED_SERVABLE, /* it could serve; something else is cheaper */
    PGS_SERVED_USELESS,  /* it cannot serve: reason says why */
    PGS_SERVED_UNKNOWN,  /* it could not be judged: reason says why */
} PgsServed;
/* "chosen", …; static. */
const char *pgs_served_name(PgsServed served);

/* What an index does in a plan. */
typedef enum {
    PGS_USE_NONE = 0,
    PGS_USE_CONDITION = 1 << 0, /* an Index Cond on its leading key (of gin, brin: on any) */
    PGS_USE_LATER = 1 << 1,     /* an Index Cond, but not on its leading key: a skip scan from 18
                                   on, the whole index before */
    PGS_USE_ORDER = 1 << 2,     /* it gives an order that would have to be sorted for otherwise */
    PGS_USE_PREDICATE = 1 << 3, /* its predicate leaves out rows that the query has to leave out */
    PGS_USE_WHOLE = 1 << 4,     /* it is only read instead of the table */
    PGS_USE_ARBITER = 1 << 5,   /* ON CONFLICT decides by it */
} PgsUse;

/* A plan that was looked at, and for what. */
typedef enum {
    PGS_ROLE_VERDICT, /* as it is */
    PGS_ROLE_GENERIC, /* as it is, for any values */
    PGS_ROLE_CONTROL, /* without the index and its twins */
    PGS_ROLE_BARE,    /* without whatever served instead, too: it must be sequential */
    PGS_ROLE_ALONE,   /* with no other index of the table, and enable_seqscan = off */
    PGS_ROLE_TRIAL,   /* with an index that was built for the try */
} PgsPlanRole;
/* "verdict", "generic", "control", …; static. */
const char *pgs_plan_role_name(PgsPlanRole role);

typedef struct {
    PgsPlanRole role;
    PgsPlan *plan;
    char *what; /* one line: "without ix_a and uq_a: Seq Scan on theses, cost 255.00" */
} PgsPlanEvidence;

typedef struct {
    PgsServed served;
    guint use;              /* PgsUse bits of the index in the plan that counts */
    char *reason;           /* one line, when not CHOSEN: why, with both costs; else NULL */
    char *hint;             /* what to do; or NULL */
    char *trial_sql;        /* CREATE INDEX that was tried, and chosen; or NULL */
    gboolean is_sequential; /* the table that was filtered is read sequentially */
    const PgsIndex *taken;  /* the index that the planner took on that table; or NULL */
    double cost, alone_cost, control_cost; /* of the whole query; < 0: not known */
    GPtrArray *substitutes;    /* const PgsIndex *: that served once it and its twins were gone, one
                                  after the other; never NULL */
    gboolean turns_sequential; /* with all of these gone the table is read sequentially */
    PgsServed generic;         /* of the generic plan; UNKNOWN when there was none */
    gboolean is_by_generic;    /* it is that plan that decided, not the one for these values */
    GPtrArray *notes;          /* char *: "through its twin uq_a", "by a skip scan (18)" */
    GPtrArray *evidence;       /* PgsPlanEvidence, the verdict's plan first */
    PgsFailure *failure;       /* the server refused the query; else NULL */
    gint64 duration;           /* microseconds */
} PgsJudgement;

PgsJudgement *pgs_judgement_new(void);
void pgs_judgement_free(PgsJudgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsJudgement, pgs_judgement_free)
/* plan is taken over, what too. */
void pgs_judgement_add(PgsJudgement *judgement, PgsPlanRole role, PgsPlan *plan, char *what);

/*
 * Not within a transaction.  session: statements that set what was asked for ("SET LOCAL …"), or
 * "".  NULL with error only when the connection was lost or cancelled.
 */
PgsJudgement *pgs_plan_judge(PgsConnection *connection, const PgsIndexes *indexes,
                             const PgsQuestion *question, const char *session, GError **error);

/*
 * Runs the question's query, and undoes it: the judgement's first plan gets its rows and buffers.
 * Not within a transaction.  Pages that it leaves behind are cleaned up, but not to the last one:
 * better when no other plan follows.  pgs_plan_judge() ends with it where question->analyze says
 * so.  FALSE as there.
 */
gboolean pgs_plan_run(PgsConnection *connection, const PgsQuestion *question, const char *session,
                      PgsJudgement *judgement, GError **error);

#endif
