#include "plan/verdict_words.h"

#include <math.h>

/* Of dozens nobody reads the names. */
#define MOST_NAMES 5

/* "ix_a", "an index of theses" */
static char *
name_index(const PgsVerdictScope *scope, const PgsIndex *index)
{
    return index != NULL ? g_strdup(pgs_verdict_scope_whole(scope, index)->name)
                         : g_strdup_printf("an index of %s", scope->table);
}

char *
pgs_words_indexes(const GPtrArray *indexes)
{
    GString *text = g_string_new(NULL);
    guint told = indexes->len > MOST_NAMES + 1 ? MOST_NAMES : indexes->len;
    for (guint i = 0; i < told; i++) {
        const PgsIndex *index = indexes->pdata[i];
        const char *before = i == 0 ? "" : i + 1 < indexes->len ? ", " : " and ";
        g_string_append_printf(text, "%s%s", before, index->name);
    }
    if (told < indexes->len)
        g_string_append_printf(text, " and %u more", indexes->len - told);
    return g_string_free(text, FALSE);
}

char *
pgs_words_scan(const PgsVerdictScope *scope, const PgsReadScan *scan)
{
    if (scan == NULL)
        return g_strdup("another plan");
    g_autofree char *table = pgs_verdict_table_name(scan->table->schema, scan->table->name);
    if (scan->kind == PGS_SCAN_SEQUENTIAL)
        return g_strdup_printf("a sequential scan of %s", table);
    g_autofree char *index = scan->index != NULL ? name_index(scope, scan->index) : NULL;
    if (index != NULL && !scan->is_of_use)
        return g_strdup_printf("reading all of %s", index);
    if (index != NULL)
        return g_steal_pointer(&index);
    return pgs_plan_node_describe(scan->node);
}

char *
pgs_words_sort(const PgsPlanNode *sort)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < sort->sort_key->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               (const char *)sort->sort_key->pdata[i]);
    return g_string_free(text, FALSE);
}

char *
pgs_words_plan(const PgsPlan *plan, const PgsReading *reading)
{
    const PgsReadScan *scan = reading->served;
    if (scan == NULL || !reading->is_chosen)
        scan = pgs_reading_counter(reading, NULL);
    g_autofree char *text = pgs_plan_node_describe(scan != NULL ? scan->node : plan->root);
    return g_strdup_printf("%s, cost %.2f", text, plan->cost);
}

/* "enable_indexscan = off, …" of "enable_indexscan = off, jit = off"; or NULL */
static char *
forbidding_settings(const char *settings)
{
    g_auto(GStrv) all = g_strsplit(settings != NULL ? settings : "", ", ", -1);
    g_autoptr(GStrvBuilder) some = g_strv_builder_new();
    for (guint i = 0; all[i] != NULL; i++) {
        if (g_str_has_prefix(all[i], "enable_"))
            g_strv_builder_add(some, all[i]);
    }
    g_auto(GStrv) kept = g_strv_builder_end(some);
    return kept[0] != NULL ? g_strjoinv(", ", kept) : NULL;
}

char *
pgs_words_servable(const PgsVerdictScope *scope, const PgsIndex *index, const PgsReadScan *counter,
                   double cost, double alone_cost, const char *settings)
{
    g_autofree char *name = name_index(scope, index);
    g_autofree char *other = pgs_words_scan(scope, counter);
    /* As EXPLAIN prints them: what looks the same is. */
    gboolean is_same = fabs(cost - alone_cost) < 0.005;
    /* Among such the planner takes one for another reason (pathnode.c: STD_FUZZ_FACTOR). */
    if (!is_same && fabs(cost - alone_cost) <= MIN(cost, alone_cost) * 0.01)
        return g_strdup_printf("%s can serve it, but %s costs as much, and was taken: %.2f "
                               "against %.2f",
                               name, other, cost, alone_cost);
    if (is_same)
        return g_strdup_printf("%s can serve it, but %s is as cheap, and was taken: %.2f both",
                               name, other, cost);
    g_autofree char *forbidding = forbidding_settings(settings);
    if (cost > alone_cost && forbidding != NULL)
        return g_strdup_printf("%s can serve it, and would be cheaper, but %s is taken: %.2f "
                               "against %.2f, under the settings %s",
                               name, other, alone_cost, cost, forbidding);
    return g_strdup_printf("%s can serve it, but %s is %s: %.2f against %.2f", name, other,
                           cost > alone_cost ? "taken all the same" : "cheaper", cost, alone_cost);
}

/* What is read in place of rows that an index would find. */
static char *
describe_counter(const PgsVerdictScope *scope, const PgsReadScan *counter)
{
    const PgsIndex *index = counter->index;
    if (index != NULL && (counter->use & PGS_USE_LATER) != 0) {
        const PgsIndexKey *leading = index->keys->pdata[0];
        return g_strdup_printf("the query does not restrict %s, so that all of it is read",
                               leading->sql);
    }
    g_autofree char *table = pgs_verdict_table_name(counter->table->schema, counter->table->name);
    if (counter->node->filter != NULL)
        return g_strdup_printf("%s is filtered by %s", table, counter->node->filter);
    return g_strdup_printf("the query restricts nothing of %s", scope->table);
}

char *
pgs_words_useless(const PgsVerdictScope *scope, const PgsReading *reading)
{
    const PgsReadScan *counter = pgs_reading_counter(reading, NULL);
    g_autofree char *why = counter != NULL
                               ? describe_counter(scope, counter)
                               : g_strdup_printf("the query does not read %s", scope->table);
    if (scope->index == NULL)
        return g_strdup_printf("no index of %s can serve it: %s", scope->table, why);
    return g_strdup_printf("%s cannot serve it: %s", scope->index->name, why);
}
