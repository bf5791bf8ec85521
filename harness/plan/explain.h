#ifndef PGS_PLAN_EXPLAIN_H
#define PGS_PLAN_EXPLAIN_H

#include "pg/connection.h"
#include "plan/plan_tree.h"

/* A query and its parameters' values. */
typedef struct {
    const char *sql;               /* one statement; "$1" … */
    const char *const *parameters; /* text; NULL: SQL NULL */
    guint n_parameters;
} PgsQuery;

typedef enum {
    PGS_EXPLAIN_GENERIC = 1 << 0, /* the plan for any values: plan_cache_mode = force_generic_plan;
                                     else for these: force_custom_plan */
    PGS_EXPLAIN_ANALYZE = 1 << 1, /* it is run, and what it does undone; rows and buffers, no
                                     times of nodes */
} PgsExplainFlags;

/*
 * The plan, twice, as text and as JSON, VERBOSE and with SETTINGS.  Of a query with parameters that
 * of EXPLAIN EXECUTE, on all versions.  Within a transaction that the caller has begun; nothing of
 * it stays, be it refused or not.  "EXPLAIN …" in front of the query is left aside.  *failure
 * (pgs_failure_free()): the server refused it, or it is no single query; *error stays untouched
 * then, and its position is that in query->sql, or 0.  failure NULL: it is an error instead.  NULL
 * with error and no failure: connection lost, cancelled, a shortage, PGS_PLAN_ERROR.
 */
PgsPlan *pgs_explain(PgsConnection *connection, const PgsQuery *query, PgsExplainFlags flags,
                     PgsFailure **failure, GError **error);

/* The query with its values written in, to be given to psql: "EXPLAIN …" lines; g_free(). */
char *pgs_explain_script(const PgsQuery *query, PgsExplainFlags flags);

/*
 * What decides plans and is in force for the connection: enable_*, costs, work_mem, memory, jit,
 * parallel workers, statistics target, collapse limits, server version: a line each, with
 * "(default)" or where it was set; ordered by name.  g_free().
 */
char *pgs_planner_settings(PgsConnection *connection, GError **error);

#endif
