#include "plan/verdict_reading.h"

#include "plan/use.h"
#include "plan/use_condition.h"

#include <string.h>

static void
scan_free(gpointer data)
{
    PgsReadScan *scan = data;
    g_free(scan->group);
    g_free(scan);
}

void
pgs_reading_free(PgsReading *reading)
{
    if (reading == NULL)
        return;
    g_ptr_array_unref(reading->scans);
    g_free(reading);
}

/* ---- one scan ---- */

/* Of tables with fewer no queries are derived either (derive.c). */
#define FEW_ROWS 1000

typedef struct {
    const PgsVerdictScope *scope;
    const PgsPlan *plan, *control;
    int version;
    PgsReading *reading;
} Reader;

/* Partitions of "t" are scanned as "t_1", "t_2" (ruleutils.c: set_rtable_names()); so is a table
 * itself that others inherit from. */
static char *
group_of(const PgsPlanNode *node, const PgsVerdictScope *scope)
{
    const char *alias = node->alias != NULL ? node->alias : node->relation;
    gsize length = strlen(alias);
    if (scope->tables->len > 1) {
        gsize stem = length;
        while (stem > 0 && g_ascii_isdigit(alias[stem - 1]))
            stem--;
        if (stem < length && stem > 1 && alias[stem - 1] == '_')
            length = stem - 1;
    }
    return g_strndup(alias, length);
}

/* Before 18 conditions on later keys alone have the whole index read (docs, "Multicolumn Indexes");
 * what is read whole serves a query that asks for all there is. */
static gboolean
is_of_use(guint use, const PgsPlanNode *node, int version)
{
    if ((use & (PGS_USE_CONDITION | PGS_USE_ORDER | PGS_USE_PREDICATE)) != 0)
        return TRUE;
    if ((use & PGS_USE_LATER) != 0)
        return version >= 180000;
    return (use & PGS_USE_WHOLE) != 0 && node->filter == NULL;
}

/* Of an index with a later key, that it is looked up by the first: what its rows are sorted by. */
static const PgsPlanNode *
find_sort(const PgsPlanNode *scan, const PgsIndex *index, guint use)
{
    if (!index->can_order || index->keys->len < 2 ||
        (use & (PGS_USE_CONDITION | PGS_USE_ORDER)) != PGS_USE_CONDITION)
        return NULL;
    const PgsPlanNode *node = scan->parent;
    while (node != NULL && (strcmp(node->type, "Append") == 0 || strcmp(node->type, "Result") == 0))
        node = node->parent;
    return node != NULL && strcmp(node->type, "Sort") == 0 && node->sort_key != NULL ? node : NULL;
}

/* The indexes that the scan reads: the one that may serve and does goes before others. */
static void
read_indexes(const Reader *reader, PgsReadScan *scan)
{
    const PgsPlanNode *node = scan->node;
    g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(node);
    for (guint i = 0; i < nodes->len; i++) {
        const PgsPlanNode *reads = nodes->pdata[i];
        const PgsIndex *index =
            pgs_indexes_find_in(reader->scope->indexes, scan->table->schema, reads->index);
        if (index == NULL)
            continue;
        guint use = pgs_plan_node_use(reader->plan, node, reads, index, reader->control);
        gboolean is_own = pgs_verdict_scope_owns(reader->scope, index);
        gboolean serves = is_of_use(use, node, reader->version);
        if (scan->index != NULL && is_own * 2 + serves <= scan->is_own * 2 + scan->is_of_use)
            continue;
        scan->index = index;
        scan->use = use;
        scan->is_own = is_own;
        scan->is_of_use = serves;
        scan->is_served = is_own && serves;
        scan->sorted = find_sort(node, index, use);
        scan->wasted = pgs_use_wasted_key(node->filter, reads->index_cond, node->alias, index);
    }
}

static gboolean
is_asking(const Reader *reader, const PgsPlanNode *node)
{
    const PgsIndex *index = reader->scope->index;
    return index != NULL ? pgs_use_is_asked(node->filter, node->alias, index)
                         : node->filter != NULL;
}

/* Indexes are not: what inherits has its own, or none.  Partitions have their parts. */
static gboolean
is_inherited(const PgsVerdictScope *scope)
{
    return scope->index != NULL && scope->index->relation != NULL &&
           scope->index->relation->kind == 'r';
}

/* A partition with its part, and whatever inherits, may be too small for it; a partition without
 * one is none the better for that. */
static gboolean
is_excused(const Reader *reader, const PgsScopeTable *table)
{
    const PgsScopeTable *whole = reader->scope->tables->pdata[0];
    return table->is_partition && (whole->has_rows || table->is_owning);
}

static gboolean
read_node(const PgsPlanNode *node, gpointer data)
{
    Reader *reader = data;
    PgsScan kind = pgs_plan_node_scan(node);
    const PgsScopeTable *table =
        kind != PGS_SCAN_NONE ? pgs_verdict_scope_table(reader->scope, node) : NULL;
    if (table == NULL)
        return TRUE;
    PgsReadScan *scan = g_new0(PgsReadScan, 1);
    scan->node = node;
    scan->table = table;
    scan->group = group_of(node, reader->scope);
    scan->kind = kind;
    scan->is_few = table->rows >= 0 && table->rows < FEW_ROWS;
    scan->is_small = scan->is_few && kind == PGS_SCAN_SEQUENTIAL && is_excused(reader, table);
    scan->is_asking = is_asking(reader, node);
    read_indexes(reader, scan);
    scan->is_free = scan->is_of_use && !table->is_owning && is_inherited(reader->scope);
    g_ptr_array_add(reader->reading->scans, scan);
    return TRUE;
}

/* ---- what is no scan ---- */

static gboolean
read_arbiters(const PgsPlanNode *node, gpointer data)
{
    Reader *reader = data;
    const PgsVerdictScope *scope = reader->scope;
    const PgsScopeTable *table =
        node->arbiters != NULL ? pgs_verdict_scope_table(scope, node) : NULL;
    for (guint i = 0; table != NULL && i < node->arbiters->len; i++) {
        const PgsIndex *index =
            pgs_indexes_find_in(scope->indexes, table->schema, node->arbiters->pdata[i]);
        if (index != NULL && pgs_verdict_scope_owns(scope, index))
            reader->reading->arbiter = index;
    }
    return reader->reading->arbiter == NULL;
}

/* "One-Time Filter: false", or a Result that stands for partitions that were all left out. */
static gboolean
read_result(const PgsPlanNode *node, gpointer data)
{
    gboolean *is_empty = data;
    *is_empty = strcmp(node->type, "Result") == 0 && node->children->len == 0 &&
                (g_strcmp0(node->one_time_filter, "false") == 0);
    return !*is_empty;
}

/* ---- all of them ---- */

gboolean
pgs_reading_serves(const PgsReading *reading, const char *group)
{
    for (guint i = 0; i < reading->scans->len; i++) {
        const PgsReadScan *scan = reading->scans->pdata[i];
        if (scan->is_served && strcmp(scan->group, group) == 0)
            return TRUE;
    }
    return FALSE;
}

/* How much a scan speaks against the index: a sequential one that filters by what the index has
 * most. */
static guint
weight_of(const PgsReadScan *scan)
{
    if (scan->is_served)
        return 0;
    if (scan->is_small)
        return 1;
    if (scan->kind != PGS_SCAN_SEQUENTIAL)
        return scan->index != NULL && scan->use != PGS_USE_WHOLE ? 3 : 2;
    return 4 + (scan->node->filter != NULL) + 2 * scan->is_asking;
}

const PgsReadScan *
pgs_reading_counter(const PgsReading *reading, const char *group)
{
    const PgsReadScan *counter = NULL;
    for (guint i = 0; i < reading->scans->len; i++) {
        const PgsReadScan *scan = reading->scans->pdata[i];
        if ((group == NULL || strcmp(scan->group, group) == 0) &&
            weight_of(scan) > (counter != NULL ? weight_of(counter) : 0))
            counter = scan;
    }
    return counter;
}

/* A table that is read twice need be served but where it is filtered by what the index has; all
 * its partitions, on the other hand. */
static gboolean
is_against(const PgsReading *reading, const PgsReadScan *scan, const PgsReading *possible)
{
    if (scan->is_served || scan->is_small || scan->is_free)
        return FALSE;
    if (pgs_reading_serves(reading, scan->group))
        return TRUE;
    return scan->kind == PGS_SCAN_SEQUENTIAL && scan->is_asking &&
           (possible == NULL || pgs_reading_serves(possible, scan->group));
}

gboolean
pgs_reading_is_chosen_where(const PgsReading *reading, const PgsReading *possible)
{
    /* Where any index will do, a reading that none serves is what was looked for. */
    if (reading->is_of_any)
        possible = NULL;
    for (guint i = 0; i < reading->scans->len; i++) {
        if (is_against(reading, reading->scans->pdata[i], possible))
            return FALSE;
    }
    return reading->is_served;
}

gboolean
pgs_read_scan_is_sequential(const PgsReadScan *scan)
{
    return scan->kind == PGS_SCAN_SEQUENTIAL ||
           (scan->kind == PGS_SCAN_INDEX_ONLY && scan->use == PGS_USE_WHOLE &&
            scan->node->filter != NULL);
}

guint
pgs_reading_use(const PgsReading *reading)
{
    guint use = PGS_USE_NONE;
    for (guint i = 0; i < reading->scans->len; i++) {
        const PgsReadScan *scan = reading->scans->pdata[i];
        use |= scan->is_served ? scan->use : 0;
    }
    return use | (reading->arbiter != NULL ? PGS_USE_ARBITER : 0);
}

PgsReading *
pgs_reading_new(const PgsVerdictScope *scope, const PgsPlan *plan, const PgsPlan *control,
                int server_version)
{
    PgsReading *reading = g_new0(PgsReading, 1);
    reading->scans = g_ptr_array_new_with_free_func(scan_free);
    Reader reader = {.scope = scope,
                     .plan = plan,
                     .control = control,
                     .version = server_version,
                     .reading = reading};
    pgs_plan_walk(plan, read_node, &reader);
    pgs_plan_walk(plan, read_arbiters, &reader);
    if (reading->scans->len == 0 && reading->arbiter == NULL)
        pgs_plan_walk(plan, read_result, &reading->is_empty);
    for (guint i = 0; reading->served == NULL && i < reading->scans->len; i++) {
        const PgsReadScan *scan = reading->scans->pdata[i];
        reading->served = scan->is_served ? scan : NULL;
    }
    reading->is_of_any = scope->index == NULL;
    reading->is_served = reading->served != NULL || reading->arbiter != NULL;
    reading->is_chosen = pgs_reading_is_chosen_where(reading, NULL);
    return reading;
}
