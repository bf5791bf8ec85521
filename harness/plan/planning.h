#ifndef PGS_PLAN_PLANNING_H
#define PGS_PLAN_PLANNING_H

#include "plan/derive.h"
#include "plan/verdict.h"
#include "project/plan_query.h"
#include "volume/volume.h"

/*
 * Plans judged in one database that is thrown away: what it has is read, tables in question are
 * filled once, then queries are asked.  The program and suites both go through this.
 */
typedef struct _PgsPlanning PgsPlanning;

#define PGS_PLANNING_ERROR (pgs_planning_error_quark())
GQuark pgs_planning_error_quark(void);
typedef enum {
    PGS_PLANNING_ERROR_SETTING, /* the server does not take one of the project's settings */
    PGS_PLANNING_ERROR_TABLE,   /* facts->of_table names no table */
    PGS_PLANNING_ERROR_FILL,    /* facts->fill was refused */
} PgsPlanningError;

typedef struct {
    guint64 seed;              /* 0: the usual */
    guint rows;                /* 0: what facts say, or PGS_VOLUME_ROWS */
    const PgsPlanFacts *facts; /* rows, settings, fill; queries of it are not asked by themselves;
                                  borrowed until pgs_planning_free(); or NULL */
    void (*progress)(guint done, guint total, const char *what, gpointer data); /* or NULL */
    gpointer progress_data;
} PgsPlanningOptions;

/* What came of a declared query, or of an index's own queries. */
typedef struct {
    const PgsPlanQuery *query; /* or NULL: */
    const PgsIndex *index;     /* whose own queries they are; of a query NULL */
    GPtrArray *questions;      /* PgsQuestion */
    GPtrArray *judgements;     /* PgsJudgement, one for each of questions */
    char *trouble; /* why nothing could be asked ("there is no index ix_a: did you mean ix_b?"), or
                      NULL */
    gboolean is_fault;   /* trouble is the query's or the schema's own (no such index, refused);
                            FALSE: it could not be judged (no rows) */
    PgsFailure *failure; /* the server refused the query or a parameter's; or NULL */
} PgsPlanResult;
void pgs_plan_result_free(PgsPlanResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPlanResult, pgs_plan_result_free)

/* connection: borrowed until pgs_planning_free(); a database's own, not within a transaction.  NULL
 * with PGS_PLANNING_ERROR: what facts say is wrong. */
PgsPlanning *pgs_planning_new(PgsConnection *connection, const PgsPlanningOptions *options,
                              GError **error);
void pgs_planning_free(PgsPlanning *planning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPlanning, pgs_planning_free)

const PgsIndexes *pgs_planning_indexes(const PgsPlanning *planning);
/* const PgsVolumeTable *: of all fillings, in their order; never NULL. */
const GPtrArray *pgs_planning_tables(const PgsPlanning *planning);
guint64 pgs_planning_seed(const PgsPlanning *planning);
/* pgs_planner_settings(), as the verdicts are made under. */
const char *pgs_planning_settings(const PgsPlanning *planning);

/*
 * Fills what the queries (PgsPlanQuery, or NULL) read, and, all: every table that has an index;
 * what they refer to as well.  Tables that are filled stay as they are; each query below fills what
 * it still lacks, so this only makes it one piece.  FALSE with PGS_PLANNING_ERROR_FILL: facts->fill
 * was refused; nothing can be judged then.
 */
gboolean pgs_planning_fill(PgsPlanning *planning, const GPtrArray *queries, gboolean all,
                           GError **error);
/* The caller's; NULL only when the connection was lost or cancelled. */
PgsPlanResult *pgs_planning_ask(PgsPlanning *planning, const PgsPlanQuery *query, GError **error);
/*
 * Each index's own queries (only: that one's, or NULL: all): PgsPlanResult, in the indexes' order;
 * an index without any has trouble and is_fault FALSE.  g_ptr_array_unref().
 */
GPtrArray *pgs_planning_derive(PgsPlanning *planning, const PgsIndex *only, GError **error);

#endif
