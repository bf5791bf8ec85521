#include "plan/derive_index.h"

#include <string.h>

/* ---- which index serves which foreign key ---- */

static gboolean
has_column(const PgsRule *rule, const PgsColumn *column)
{
    for (guint i = 0; i < rule->n_columns; i++) {
        if (rule->columns[i] == column)
            return TRUE;
    }
    return FALSE;
}

/* A look-up by "=" implies that the columns are not NULL (predtest.c), and nothing else. */
static gboolean
is_for_all_children(const PgsIndex *index, const PgsRule *rule)
{
    gboolean is_implied = index->predicate == NULL;
    for (guint i = 0; i < rule->n_columns && !is_implied; i++) {
        g_autofree char *predicate = g_strdup_printf("(%s IS NOT NULL)", rule->columns[i]->quoted);
        is_implied = strcmp(predicate, index->predicate) == 0;
    }
    return is_implied;
}

/* Its columns, in whatever order, are the index's first ones. */
static gboolean
leads(const PgsIndex *index, const PgsRule *rule)
{
    gboolean is_lookup = strcmp(index->method, "btree") == 0 || strcmp(index->method, "hash") == 0;
    if (!is_lookup || index->keys->len < rule->n_columns || !is_for_all_children(index, rule))
        return FALSE;
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        if (key->column == NULL || !has_column(rule, key->column))
            return FALSE;
    }
    return TRUE;
}

/* The one with the fewest keys, of such the first by name; one that is valid, if there is any. */
static const PgsIndex *
best_index(const PgsDeriving *deriving, const PgsRule *rule)
{
    g_autoptr(GPtrArray) own = pgs_indexes_of(deriving->indexes, deriving->index->relation_oid);
    const PgsIndex *best = NULL;
    for (guint i = 0; i < own->len; i++) {
        const PgsIndex *index = own->pdata[i];
        if (leads(index, rule) &&
            (best == NULL || (index->valid && !best->valid) ||
             (index->valid == best->valid && index->keys->len < best->keys->len)))
            best = index;
    }
    return best;
}

/* ---- its query ---- */

/* pg_constraint.conpfeqop of each pair, the parent's column on the left, as ri_triggers.c has it.
 */
static char *
reference_sql(const PgsDeriving *deriving, const PgsRule *rule)
{
    gboolean is_partitioned = rule->relation->kind == 'p';
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "SELECT 1 FROM %s%s x WHERE", is_partitioned ? "" : "ONLY ",
                           deriving->index->relation_sql);
    for (guint i = 0; i < rule->n_columns; i++) {
        const PgsColumn *child = rule->columns[i], *parent = rule->referenced_columns[i];
        g_string_append_printf(sql, "%s $%u", i > 0 ? " AND" : "", i + 1);
        if (pgs_type_base(parent->type) != pgs_type_base(child->type))
            g_string_append_printf(sql, "::%s", pgs_type_base(parent->type)->identity);
        g_string_append_printf(sql, " %s x.%s", (const char *)rule->operators->pdata[i],
                               child->quoted);
    }
    g_string_append(sql, " FOR KEY SHARE OF x");
    return g_string_free(sql, FALSE);
}

/* How many rows a parent has on average, which is what a plan for any of them goes by. */
static gboolean
mean_children(const PgsDeriving *deriving, const PgsRule *rule, double *mean, GError **error)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    for (guint i = 0; i < rule->n_columns; i++)
        g_ptr_array_add(columns, rule->columns[i]->quoted);
    return pgs_derive_mean(deriving, columns, NULL, mean, error);
}

/* A parent with few children: values of the child's columns, in the key's order. */
static gboolean
pick_parent(const PgsDeriving *deriving, const PgsRule *rule, PgsQuestion *question, GError **error)
{
    static const PgsOperator equal = {.sql = (char *)"=", .is_alike = TRUE};
    g_autoptr(GString) condition = g_string_new(NULL);
    for (guint i = 0; i < rule->n_columns; i++)
        g_string_append_printf(condition, "%s%s IS NOT NULL", i > 0 ? " AND " : "",
                               rule->columns[i]->quoted);
    g_autoptr(PgsInquiry) inquiry =
        pgs_inquiry_new(deriving->connection, deriving->from, condition->str);
    for (guint i = 0; i < rule->n_columns; i++) {
        char *value = NULL;
        if (!pgs_inquiry_pick(inquiry, rule->columns[i]->quoted, PGS_PICK_RARE, &value, error))
            return FALSE;
        g_ptr_array_add(question->parameters, g_strdup(value));
        if (value != NULL)
            pgs_inquiry_add(inquiry, rule->columns[i]->quoted, &equal, value);
    }
    return TRUE;
}

static gboolean
add_reference(PgsDeriving *deriving, const PgsRule *rule, GError **error)
{
    double mean;
    if (!mean_children(deriving, rule, &mean, error))
        return FALSE;
    if (mean <= 0) {
        pgs_derive_say(deriving, "no row refers to anything by %s", rule->name);
        return TRUE;
    }
    if (mean > PGS_DERIVE_MOST * (double)deriving->rows) {
        pgs_derive_say(deriving,
                       "a parent of %s has %.0f of %" G_GINT64_FORMAT
                       " rows: so many are read as well without an index",
                       rule->name, mean, deriving->rows);
        return TRUE;
    }
    g_autoptr(PgsQuestion) question = pgs_question_new(PGS_QUESTION_REFERENCE, deriving->index);
    question->reference = rule;
    question->generic = TRUE;
    question->title = g_strdup_printf("child look-up of %s", rule->name);
    question->sql = reference_sql(deriving, rule);
    if (!pick_parent(deriving, rule, question, error))
        return FALSE;
    g_ptr_array_add(deriving->questions, g_steal_pointer(&question));
    return TRUE;
}

gboolean
pgs_derive_references(PgsDeriving *deriving, GError **error)
{
    const PgsRelation *relation = deriving->index->relation;
    for (guint i = 0; relation != NULL && i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        if (rule->kind == PGS_RULE_FOREIGN_KEY && rule->enforced && !rule->period &&
            best_index(deriving, rule) == deriving->index && !add_reference(deriving, rule, error))
            return FALSE;
    }
    return TRUE;
}
