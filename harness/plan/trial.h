#ifndef PGS_PLAN_TRIAL_H
#define PGS_PLAN_TRIAL_H

#include "plan/question.h"

/* Indexes that are tried: built in a savepoint, planned with, gone. */

/* A table, or another one below it. */
typedef struct {
    char *schema, *name; /* not quoted */
    char *sql;
    gboolean is_indexed; /* the index has a part for it, or it holds no rows itself */
} PgsTrialTable;

/* Where it happens. */
typedef struct {
    PgsConnection *connection; /* borrowed */
    const PgsIndexes *indexes;
    const PgsQuestion *question;
    guint32 relation;  /* OID */
    GPtrArray *tables; /* PgsTrialTable: the relation, then its partitions or inheriting tables */
    const char *relation_sql;
    guint64 rows;        /* as ANALYZE counted them, in all of these */
    gboolean is_generic; /* it is the generic plan that counts */
    gboolean is_superuser;
    char *name;     /* with which no relation's begins */
    char *obstacle; /* why nothing can be built: "it holds 2000000 rows"; or NULL */
} PgsTrialGround;

/* index: whose parts are counted; or NULL. */
PgsTrialGround *pgs_trial_ground_read(PgsConnection *connection, const PgsIndexes *indexes,
                                      const PgsQuestion *question, const PgsIndex *index,
                                      GError **error);
void pgs_trial_ground_free(PgsTrialGround *ground);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsTrialGround, pgs_trial_ground_free)

/* What the plan must do with the index for the trial to count. */
typedef enum {
    PGS_TRIAL_CONDITION = 1 << 0, /* an Index Cond on the leading key (not of btree: on any) */
    PGS_TRIAL_ORDER = 1 << 1,     /* no Sort above it */
    PGS_TRIAL_PREDICATE = 1 << 2, /* it is read at all: its predicate is the condition */
} PgsTrialAim;

typedef struct {
    GPtrArray *tails; /* char *: "USING btree (lower(email))", what follows ON table; none: index is
                         looked at as it is */
    const PgsIndex *index; /* that must be taken, too; or NULL */
    const char *sql;       /* another query, without parameters, than the question's; or NULL */
    const char *extension; /* that is created first, if it is not there; or NULL */
    guint aims;            /* PgsTrialAim: any of them; 0: as the index's own kind */
    gboolean is_custom;    /* planned for these values, whatever the ground says */
} PgsTrialWish;

typedef enum {
    PGS_TRIAL_REFUSED,  /* the server does not build it, or plan with it: failure */
    PGS_TRIAL_UNUSED,   /* the planner does not take it */
    PGS_TRIAL_POSSIBLE, /* it does, with nothing else: no other index, enable_seqscan = off */
    PGS_TRIAL_ALONE,    /* it does where there is no other index */
    PGS_TRIAL_CHOSEN,   /* it does */
} PgsTrialOutcome;

typedef struct {
    PgsTrialOutcome outcome;
    char *sql;           /* "CREATE INDEX ON public.users USING btree (lower(email))", as the server
                            prints it; more of them with "; " between; NULL: nothing was built */
    PgsPlan *plan;       /* with it; NULL unless it was taken */
    PgsFailure *failure; /* or NULL */
} PgsIndexTrial;
void pgs_index_trial_free(PgsIndexTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsIndexTrial, pgs_index_trial_free)

/*
 * Within a transaction; nothing stays.  NULL only when the connection was lost or cancelled.
 */
PgsIndexTrial *pgs_index_trial_run(const PgsTrialGround *ground, const PgsTrialWish *wish,
                                   GError **error);

#endif
