#include "exercise/referential_variant.h"

#include "base/embedded.h"
#include "base/text.h"
#include "exercise/referential_row.h"
#include "snapshot/query.h"
#include "values/candidates.h"
#include "values/mine.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_exercise_files[];

enum {
    MAX_LEAVES = 8,      /* of each table, without the odd ones */
    MAX_ODD_LEAVES = 24, /* on which triggers are not as everywhere */
    MAX_VALUES = 8,      /* of the child, upon which triggers and rules act */
    MAX_COMPARED = 40,   /* candidates held against a constant */
};

typedef struct {
    PgsBench *bench;
    const PgsRule *rule;
    GPtrArray *variants; /* PgsReferentialVariant */
    GHashTable *seen;    /* words */
    guint n_values;
} Search;

static void
variant_free(gpointer data)
{
    PgsReferentialVariant *variant = data;
    g_free(variant->words);
    g_free(variant);
}

/* place is copied, words are taken over; FALSE: it was there. */
static gboolean
add_variant(Search *search, PgsReferentialPlace place, char *words)
{
    if (!g_hash_table_add(search->seen, g_strdup(words))) {
        g_free(words);
        return FALSE;
    }
    PgsReferentialVariant *variant = g_new0(PgsReferentialVariant, 1);
    variant->place = place;
    variant->words = words;
    g_ptr_array_add(search->variants, variant);
    return TRUE;
}

static PGresult *
ask_about(const Search *search, const char *file, const PgsRelation *relation, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_exercise_files, file),
                                            pgs_bench_server_version(search->bench));
    g_autofree char *oid = g_strdup_printf("%u", relation->oid);
    const char *const params[] = {oid};
    return pgs_connection_query(pgs_bench_connection(search->bench), PGS_SHAPE_ANY, sql, 1, params,
                                NULL, error);
}

/* ---- partitions ---- */

static const PgsRelation *
find_leaf(const PgsRelation *relation, guint32 oid)
{
    if (relation->oid == oid)
        return relation;
    for (guint i = 0; i < relation->children->len; i++) {
        const PgsRelation *leaf = find_leaf(g_ptr_array_index(relation->children, i), oid);
        if (leaf != NULL)
            return leaf;
    }
    return NULL;
}

static gboolean
add_partitions(Search *search, const PgsRelation *relation, gboolean is_child, GError **error)
{
    if (relation->kind != 'p')
        return TRUE;
    g_autoptr(PGresult) leaves = ask_about(search, "leaves.sql", relation, error);
    if (leaves == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(leaves) && i < MAX_ODD_LEAVES; i++) {
        gboolean is_odd = *PQgetvalue(leaves, i, 1) == 't';
        const PgsRelation *leaf =
            find_leaf(relation, (guint32)strtoul(PQgetvalue(leaves, i, 0), NULL, 10));
        if (leaf == NULL || leaf->kind != 'r' || (!is_odd && i >= MAX_LEAVES))
            continue;
        PgsReferentialPlace place = {.parent_part = is_child ? NULL : leaf,
                                     .child_part = is_child ? leaf : NULL};
        add_variant(search, place,
                    g_strdup_printf("the %s row in partition %s", is_child ? "child" : "parent",
                                    leaf->identity));
    }
    return TRUE;
}

/* ---- values ---- */

static void
add_value(Search *search, const PgsColumn *column, PgsValue value)
{
    gboolean is_key = FALSE;
    for (guint i = 0; i < search->rule->n_columns; i++)
        is_key = is_key || search->rule->columns[i] == column;
    gboolean is_null = value.kind == PGS_VALUE_NULL;
    if (search->n_values >= MAX_VALUES || (is_null && (is_key || column->not_null)))
        return;
    g_autofree char *text = pgs_value_describe(value);
    search->n_values +=
        (guint)add_variant(search, (PgsReferentialPlace){.column = column, .value = value},
                           g_strdup_printf("a child row with %s = %s", column->quoted, text));
}

/* The first candidate of which the comparison holds. */
static gboolean
add_compared(Search *search, const PgsColumn *column, const PgsSaying *saying, GError **error)
{
    const PgsCandidates *candidates = pgs_candidates_of_column(search->bench, column, error);
    if (candidates == NULL)
        return FALSE;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    const char *type = column->type_sql;
    for (guint i = 0; i < candidates->values->len && i < MAX_COMPARED; i++) {
        g_autoptr(GString) sql = g_string_new("SELECT CAST(");
        pgs_value_append(sql, g_array_index(candidates->values, PgsValue, i));
        g_string_append_printf(sql, " AS %s) %s CAST(", type, saying->operator);
        pgs_text_append_literal(sql, saying->text);
        g_string_append_printf(sql, " AS %s)", type);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, sql->str);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(search->bench), error))
        return FALSE;
    for (guint i = 0; i < pgs_batch_length(batch); i++) {
        const PgsBatchResult *answer = pgs_batch_result(batch, i);
        if (answer->failure != NULL ||
            *PQgetvalue(g_ptr_array_index(answer->results, 0), 0, 0) != 't')
            continue;
        add_value(search, column, g_array_index(candidates->values, PgsValue, i));
        return TRUE;
    }
    return TRUE;
}

static gboolean
is_order(const char *name)
{
    static const char *const orders[] = {"<", "<=", ">", ">="};
    for (gsize i = 0; i < G_N_ELEMENTS(orders); i++)
        if (g_strcmp0(name, orders[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
add_said(Search *search, const PgsSaying *saying, GError **error)
{
    const PgsColumn *column =
        saying->column != NULL ? pgs_relation_column(search->rule->relation, saying->column) : NULL;
    if (column == NULL || column->generated != 0)
        return TRUE;
    switch (saying->kind) {
    case PGS_SAYING_COMPARED:
        if (saying->text != NULL && is_order(saying->operator))
            return add_compared(search, column, saying, error);
        if (saying->text != NULL)
            add_value(search, column, pgs_bench_text(search->bench, saying->text));
        return TRUE;
    case PGS_SAYING_NULL:
        add_value(search, column, (PgsValue){.kind = PGS_VALUE_NULL});
        return TRUE;
    case PGS_SAYING_TRUTH:
        if (strcmp(pgs_type_base(column->type)->name, "bool") != 0)
            return TRUE;
        add_value(search, column, pgs_bench_text(search->bench, "true"));
        add_value(search, column, pgs_bench_text(search->bench, "false"));
        return TRUE;
    default:
        return TRUE;
    }
}

static gboolean
add_said_in(Search *search, const char *code, GError **error)
{
    g_autoptr(PgsMined) mined = pgs_mine_body(pgs_bench_inventory(search->bench), code);
    for (guint i = 0; i < mined->sayings->len; i++)
        if (!add_said(search, g_ptr_array_index(mined->sayings, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
deletes_children(const PgsRule *rule)
{
    return rule->on_delete == 'c';
}

static gboolean
updates_children(const PgsRule *rule)
{
    return strchr("nd", rule->on_delete) != NULL || strchr("cnd", rule->on_update) != NULL;
}

/* Triggers and rules of the child act only when its rows are changed. */
static gboolean
may_depend_on_values(const PgsRule *rule)
{
    return (deletes_children(rule) || updates_children(rule)) &&
           (rule->relation->triggers->len > 0 || rule->relation->rewrites->len > 0);
}

static gboolean
is_met(const PgsRule *rule, const PgsTriggerFacts *trigger)
{
    return trigger->enabled != 'D' && trigger->row &&
           ((trigger->on_delete && deletes_children(rule)) ||
            (trigger->on_update && updates_children(rule)));
}

static gboolean
add_values(Search *search, GError **error)
{
    const PgsRelation *relation = search->rule->relation;
    if (!may_depend_on_values(search->rule))
        return TRUE;
    g_autoptr(PGresult) conditions = ask_about(search, "conditions.sql", relation, error);
    if (conditions == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(conditions); i++) {
        g_autofree char *code = g_strdup_printf("IF %s THEN", PQgetvalue(conditions, i, 0));
        if (!add_said_in(search, code, error))
            return FALSE;
    }
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, i);
        if (trigger->body != NULL && is_met(search->rule, trigger) &&
            !add_said_in(search, trigger->body, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_variants(const PgsRule *rule)
{
    return rule->referenced->kind == 'p' || rule->relation->kind == 'p' ||
           may_depend_on_values(rule);
}

GPtrArray *
pgs_referential_variants(PgsBench *bench, const PgsRule *rule, GError **error)
{
    g_autoptr(GPtrArray) variants = g_ptr_array_new_with_free_func(variant_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Search search = {.bench = bench, .rule = rule, .variants = variants, .seen = seen};
    if (!has_variants(rule))
        return g_steal_pointer(&variants);
    if (!pgs_bench_begin(bench, error))
        return NULL;
    gboolean ok = add_partitions(&search, rule->referenced, FALSE, error) &&
                  add_partitions(&search, rule->relation, TRUE, error) &&
                  add_values(&search, error);
    pgs_bench_rollback(bench);
    return ok ? g_steal_pointer(&variants) : NULL;
}
