#ifndef PGS_PLAN_PLAN_TREE_H
#define PGS_PLAN_PLAN_TREE_H

#include <glib.h>

/*
 * A plan as EXPLAIN (FORMAT JSON, VERBOSE) prints it, of servers 13 to 18; what it does not know it
 * leaves aside, so that a line that a newer server prints changes nothing.
 */
typedef struct _PgsPlanNode PgsPlanNode;
struct _PgsPlanNode {
    char *type;         /* "Index Scan", "Bitmap Heap Scan", … */
    char *relationship; /* "Outer", "Inner", "InitPlan", "SubPlan", "Member", "Subquery"; or NULL */
    char *subplan;      /* "CTE recent", "SubPlan 1"; or NULL */
    char *schema, *relation, *alias; /* of what it scans; or NULL */
    char *index;                     /* its name, without schema; or NULL */
    char *index_cond, *recheck_cond, *order_by, *filter, *join_filter, *hash_cond, *merge_cond;
    char *scan_direction, *join_type;
    char *operation;       /* of ModifyTable, Foreign Scan: "Update", "Merge"; or NULL */
    char *strategy;        /* of Aggregate, SetOp: "Sorted", "Hashed", "Plain", "Mixed"; or NULL */
    char *one_time_filter; /* of Result; or NULL */
    GPtrArray *sort_key, *presorted_key; /* char *; or NULL */
    GPtrArray *arbiters; /* char *: ModifyTable's "Conflict Arbiter Indexes"; or NULL */
    gboolean is_parallel, is_disabled; /* "Parallel Aware"; "Disabled" (18) */
    double startup_cost, total_cost, rows;
    guint width;
    gboolean is_analyzed; /* what follows is there */
    double actual_rows, loops;
    gint64 index_searches;          /* from 18 on; -1: not said */
    gint64 shared_hit, shared_read; /* blocks; -1: not said */
    gint64 rows_removed;            /* by the filter; -1: not said */
    const PgsPlanNode *parent;
    GPtrArray *children; /* PgsPlanNode; never NULL */
};

typedef struct {
    PgsPlanNode *root;
    char *json, *text; /* as the server printed it; text: FORMAT TEXT of the same */
    char *settings; /* "random_page_cost = 1.1, …": EXPLAIN's own, but plan_cache_mode; ordered by
                       name; or NULL */
    double cost;    /* the root's, without what is added for disabled nodes */
    gboolean is_generic;
    gint64 planning_time, execution_time; /* microseconds; execution -1: it was not run */
} PgsPlan;

#define PGS_PLAN_ERROR (pgs_plan_error_quark())
GQuark pgs_plan_error_quark(void);
typedef enum {
    PGS_PLAN_ERROR_FORM, /* not the JSON that EXPLAIN prints */
} PgsPlanError;

/* text: FORMAT TEXT of the same plan, or NULL.  Of several queries, as rules make them, the plans
 * stand below a root of our own, "Rewritten Queries".  g_autoptr. */
PgsPlan *pgs_plan_parse(const char *json, const char *text, GError **error);
void pgs_plan_free(PgsPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPlan, pgs_plan_free)

/* Called for each node, outside in; FALSE ends it. */
typedef gboolean (*PgsPlanFunc)(const PgsPlanNode *node, gpointer data);
void pgs_plan_walk(const PgsPlan *plan, PgsPlanFunc func, gpointer data);

/* What a node does with the table that it reads; NONE: it reads none (Sort, Append, …). */
typedef enum {
    PGS_SCAN_NONE,
    PGS_SCAN_SEQUENTIAL,
    PGS_SCAN_INDEX,      /* Index Scan */
    PGS_SCAN_INDEX_ONLY, /* Index Only Scan */
    PGS_SCAN_BITMAP,     /* Bitmap Heap Scan; its indexes are below it */
    PGS_SCAN_OTHER,      /* Tid Scan, Sample Scan, Foreign Scan, Custom Scan */
} PgsScan;
PgsScan pgs_plan_node_scan(const PgsPlanNode *node);
/* const PgsPlanNode *: the nodes that name an index for a scanning node: itself, or the Bitmap
 * Index Scans below it (BitmapAnd, BitmapOr).  g_ptr_array_unref(). */
GPtrArray *pgs_plan_node_index_nodes(const PgsPlanNode *node);
/* const PgsPlanNode *: all nodes of the plan that read this very relation.  g_ptr_array_unref(). */
GPtrArray *pgs_plan_scans_of(const PgsPlan *plan, const char *schema, const char *relation);
/* What disabling adds to a cost before 18 (1e10 a node) taken away. */
double pgs_plan_real_cost(double cost);
/* "Index Scan using ix_a on theses", "Seq Scan on theses t": one line; g_free(). */
char *pgs_plan_node_describe(const PgsPlanNode *node);

#endif
