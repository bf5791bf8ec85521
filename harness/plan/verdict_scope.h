#ifndef PGS_PLAN_VERDICT_SCOPE_H
#define PGS_PLAN_VERDICT_SCOPE_H

#include "plan/plan_tree.h"
#include "plan/question.h"

/* What a question is about: the table and its partitions (or what inherits from it), the indexes
 * that may serve, the others.
 */
typedef struct {
    guint32 oid;
    char *schema, *name;
    double rows; /* as ANALYZE counted them; < 0: it never did */
    gint64 pages;
    gboolean is_partition; /* or inherits */
    gboolean is_owning;    /* it has an index that may serve */
    gboolean has_rows;     /* itself: neither partitioned nor foreign */
} PgsScopeTable;

typedef struct {
    const PgsIndexes *indexes;
    const PgsIndex *index; /* the question's; NULL: any of the table */
    char *table;           /* its name, for a person */
    GPtrArray *tables;     /* PgsScopeTable, the table first */
    GHashTable *own;       /* const PgsIndex *: those that may serve, twins and parts included */
    GPtrArray *mine;       /* const PgsIndex *: the same, to be hidden: parts go with the whole */
    GPtrArray *others;     /* const PgsIndex *: the tables' other indexes, likewise */
} PgsVerdictScope;

PgsVerdictScope *pgs_verdict_scope_read(PgsConnection *connection, const PgsIndexes *indexes,
                                        const PgsQuestion *question, GError **error);
void pgs_verdict_scope_free(PgsVerdictScope *scope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsVerdictScope, pgs_verdict_scope_free)

/* Whether it is the question's index, a twin, or a part of one. */
gboolean pgs_verdict_scope_owns(const PgsVerdictScope *scope, const PgsIndex *index);
/* The one above it that belongs to the same tables: what people know a partition's index by. */
const PgsIndex *pgs_verdict_scope_whole(const PgsVerdictScope *scope, const PgsIndex *index);
/* The table that a node reads, or NULL: not one of these. */
const PgsScopeTable *pgs_verdict_scope_table(const PgsVerdictScope *scope, const PgsPlanNode *node);
/* The rows of all of them; < 0: not known. */
double pgs_verdict_scope_rows(const PgsVerdictScope *scope);
/* "theses", "app.theses": g_free(). */
char *pgs_verdict_table_name(const char *schema, const char *name);

#endif
