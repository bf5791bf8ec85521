#ifndef PGS_PLAN_VERDICT_READING_H
#define PGS_PLAN_VERDICT_READING_H

#include "plan/verdict.h"
#include "plan/verdict_scope.h"

/* One scan of the question's table, or of one of its partitions, in a plan. */
typedef struct {
    const PgsPlanNode *node;
    const PgsScopeTable *table;
    char *group; /* the alias that the query gave the table: partitions share it */
    PgsScan kind;
    const PgsIndex *index;     /* that it reads: the one that may serve, if it does; or NULL */
    guint use;                 /* what that does */
    gboolean is_own;           /* it is one that may serve */
    gboolean is_of_use;        /* it serves the scan, be it one of these or not */
    gboolean is_served;        /* both */
    const PgsIndexKey *wasted; /* a key of it that is filtered by nevertheless; or NULL */
    const PgsPlanNode *sorted; /* the Sort of its rows, where a later key of it could give an order;
                                  or NULL */
    gboolean is_asking;        /* its filter holds what such an index takes */
    gboolean is_free;          /* of a table that inherits, and has an index of its own for this */
    gboolean is_few;           /* its table has so few rows that reading all costs no more */
    gboolean is_small;         /* a partition with so few: others decide */
} PgsReadScan;

/* What a plan says of the question: which scans are served by the indexes that may serve. */
typedef struct {
    GPtrArray *scans;          /* PgsReadScan, outside in */
    gboolean is_chosen;        /* all that count are */
    gboolean is_served;        /* a scan is, be there others that are not */
    const PgsReadScan *served; /* the first that is; or NULL */
    const PgsIndex *arbiter;   /* that ON CONFLICT decides by, and that may serve; or NULL */
    gboolean is_of_any;        /* any index of the table may serve */
    gboolean is_empty;         /* it has found that there can be no rows, and reads nothing */
} PgsReading;

/* control: a plan without these indexes, or NULL.  plan outlives the reading. */
PgsReading *pgs_reading_new(const PgsVerdictScope *scope, const PgsPlan *plan,
                            const PgsPlan *control, int server_version);
void pgs_reading_free(PgsReading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReading, pgs_reading_free)

/* Like is_chosen, but scans that possible, a plan with nothing but these indexes, does not serve
 * either do not count: of a table that is read twice one may have nothing that they have. */
gboolean pgs_reading_is_chosen_where(const PgsReading *reading, const PgsReading *possible);
/* Whether a scan of that group is served. */
gboolean pgs_reading_serves(const PgsReading *reading, const char *group);
/* The scan of the group, or of any (NULL), that speaks most against the index; or NULL. */
const PgsReadScan *pgs_reading_counter(const PgsReading *reading, const char *group);
/* Whether the scan reads a table, or an index in its stead, from end to end for what it filters. */
gboolean pgs_read_scan_is_sequential(const PgsReadScan *scan);
/* The use of all scans that are served. */
guint pgs_reading_use(const PgsReading *reading);

#endif
