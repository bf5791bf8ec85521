#include "plan/reason_asked.h"

#include <string.h>

/* ---- names ---- */

/* A partition's alias is its parent's with a number (select_rtable_names_for_explain()). */
static char *
without_number(const char *alias)
{
    const char *end = strrchr(alias, '_');
    if (end == NULL || end == alias || end[1] == '\0' ||
        strspn(end + 1, "0123456789") != strlen(end + 1))
        return NULL;
    return g_strndup(alias, (gsize)(end - alias));
}

/* A Bitmap Index Scan has none of its own. */
char **
pgs_scan_aliases(const PgsPlanNode *node)
{
    while (node->alias == NULL && node->parent != NULL)
        node = node->parent;
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    if (node->alias != NULL) {
        g_autofree char *stem = without_number(node->alias);
        g_strv_builder_add(names, node->alias);
        if (stem != NULL)
            g_strv_builder_add(names, stem);
    }
    return g_strv_builder_end(names);
}

/* ---- what is read ---- */

typedef struct {
    const PgsTrialGround *ground;
    PgsAsked *asked;
    GPtrArray *scans; /* const PgsPlanNode *: of the table and those below it */
} Reading;

static const PgsTrialTable *
find_table(const PgsTrialGround *ground, const PgsPlanNode *node)
{
    for (guint i = 0; i < ground->tables->len; i++) {
        const PgsTrialTable *table = ground->tables->pdata[i];
        if (g_strcmp0(node->relation, table->name) == 0 &&
            (node->schema == NULL || strcmp(node->schema, table->schema) == 0))
            return table;
    }
    return NULL;
}

static void
add_once(GPtrArray *names, char *name)
{
    if (g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        g_free(name);
    else
        g_ptr_array_add(names, name);
}

static gboolean
note_scan(const PgsPlanNode *node, gpointer data)
{
    Reading *reading = data;
    if (node->relation == NULL || pgs_plan_node_scan(node) == PGS_SCAN_NONE)
        return TRUE;
    add_once(reading->asked->read, node->schema != NULL
                                       ? g_strdup_printf("%s.%s", node->schema, node->relation)
                                       : g_strdup(node->relation));
    const PgsTrialTable *table = find_table(reading->ground, node);
    if (table == NULL)
        return TRUE;
    g_ptr_array_add(reading->scans, (gpointer)node);
    reading->asked->is_read = TRUE;
    if (!table->is_indexed)
        add_once(reading->asked->unindexed, g_strdup(table->sql));
    return TRUE;
}

/* ---- conditions ---- */

static gboolean
has_condition(const GPtrArray *conditions, const PgsCondition *condition)
{
    for (guint i = 0; i < conditions->len; i++) {
        const PgsCondition *other = conditions->pdata[i];
        if (strcmp(other->text, condition->text) == 0)
            return TRUE;
    }
    return FALSE;
}

/* joined: only those that name the table; all of a scan's own are about its rows. */
static void
add_conditions(GPtrArray *conditions, const char *text, char **aliases, gboolean joined)
{
    if (text == NULL)
        return;
    g_autoptr(GPtrArray) found = pgs_conditions_parse(text, (const char *const *)aliases);
    for (guint i = 0; i < found->len; i++) {
        PgsCondition *condition = found->pdata[i];
        gboolean is_own =
            condition->operand_node != NULL && pgs_node_names_own(condition->operand_node);
        if ((joined && !is_own) || has_condition(conditions, condition))
            continue;
        g_ptr_array_add(conditions, g_ptr_array_steal_index(found, i--));
    }
}

static GPtrArray *
scan_conditions(const PgsPlanNode *scan)
{
    g_auto(GStrv) aliases = pgs_scan_aliases(scan);
    g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(scan);
    GPtrArray *conditions = pgs_conditions_parse("", (const char *const *)aliases);
    for (guint i = 0; i < nodes->len; i++)
        add_conditions(conditions, ((const PgsPlanNode *)nodes->pdata[i])->index_cond, aliases,
                       FALSE);
    add_conditions(conditions, scan->filter, aliases, FALSE);
    for (const PgsPlanNode *node = scan->parent; node != NULL; node = node->parent) {
        add_conditions(conditions, node->join_filter, aliases, TRUE);
        add_conditions(conditions, node->hash_cond, aliases, TRUE);
        add_conditions(conditions, node->merge_cond, aliases, TRUE);
    }
    return conditions;
}

/* How many of the conditions are about what the index is about. */
static guint
count_related(const GPtrArray *conditions, const PgsIndex *index)
{
    guint n = 0;
    for (guint i = 0; index != NULL && i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        g_autoptr(PgsNode) node = pgs_expression_parse(key->sql, NULL);
        for (guint j = 0; node != NULL && j < conditions->len; j++) {
            const PgsCondition *condition = conditions->pdata[j];
            if (condition->node != NULL && pgs_node_share_column(node, condition->node))
                n++;
        }
    }
    return n;
}

/* ---- order ---- */

static GPtrArray *
scan_order(const PgsPlanNode *scan)
{
    GPtrArray *order = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_sort_key_free);
    g_auto(GStrv) aliases = pgs_scan_aliases(scan);
    const PgsPlanNode *node = scan->parent;
    while (node != NULL && node->sort_key == NULL)
        node = node->parent;
    for (guint i = 0; node != NULL && strstr(node->type, "Sort") != NULL && i < node->sort_key->len;
         i++)
        g_ptr_array_add(order,
                        pgs_sort_key_parse(node->sort_key->pdata[i], (const char *const *)aliases));
    return order;
}

/* Of a table that is read more than once: the scan whose conditions the index has to do with. */
static void
read_scans(const Reading *reading, const PgsIndex *index)
{
    guint best = 0;
    for (guint i = 0; i < reading->scans->len; i++) {
        const PgsPlanNode *scan = reading->scans->pdata[i];
        GPtrArray *conditions = scan_conditions(scan);
        guint worth = (conditions->len > 0 ? 1 : 0) + 2 * count_related(conditions, index);
        if (i > 0 && worth <= best) {
            g_ptr_array_unref(conditions);
            continue;
        }
        best = worth;
        g_ptr_array_unref(reading->asked->conditions);
        reading->asked->conditions = conditions;
        g_ptr_array_unref(reading->asked->order);
        reading->asked->order = scan_order(scan);
    }
}

/* ---- all of it ---- */

PgsAsked *
pgs_asked_read(const PgsTrialGround *ground, const PgsPlan *plan, const PgsIndex *index)
{
    PgsAsked *asked = g_new0(PgsAsked, 1);
    asked->read = g_ptr_array_new_with_free_func(g_free);
    asked->unindexed = g_ptr_array_new_with_free_func(g_free);
    asked->conditions = g_ptr_array_new();
    asked->order = g_ptr_array_new();
    g_autoptr(GPtrArray) scans = g_ptr_array_new();
    Reading reading = {ground, asked, scans};
    pgs_plan_walk(plan, note_scan, &reading);
    read_scans(&reading, index);
    return asked;
}

void
pgs_asked_free(PgsAsked *asked)
{
    if (asked == NULL)
        return;
    g_ptr_array_unref(asked->read);
    g_ptr_array_unref(asked->unindexed);
    g_ptr_array_unref(asked->conditions);
    g_ptr_array_unref(asked->order);
    g_free(asked);
}

char *
pgs_asked_words(const PgsAsked *asked)
{
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < asked->conditions->len; i++)
        g_string_append_printf(words, "%s%s", i > 0 ? " and " : "",
                               ((const PgsCondition *)asked->conditions->pdata[i])->text);
    for (guint i = 0; i < asked->order->len; i++) {
        const PgsSortKey *key = asked->order->pdata[i];
        g_string_append_printf(words, "%s%s%s%s",
                               i > 0            ? ", "
                               : words->len > 0 ? ", ordered by "
                                                : "ordered by ",
                               key->sql, key->suffix[0] != '\0' ? " " : "", key->suffix);
    }
    return g_string_free(words, FALSE);
}
