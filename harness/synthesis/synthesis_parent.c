#include "sql/expression.h"
#include "synthesis/synthesis_build.h"

#include <string.h>

enum {
    MAX_EXISTING = 50,
};

static const PgsValue null_value = {.kind = PGS_VALUE_NULL};

static void
set(PgsDraft *draft, gboolean *is_set, const PgsColumn *column, PgsValue value)
{
    if (column->generated == 0)
        pgs_draft_set(draft, column, value);
    is_set[column->index] = TRUE;
}

PgsValue
pgs_build_constant(PgsBench *bench, const char *sql)
{
    g_autoptr(PgsNode) tree = pgs_expression_parse(sql, NULL);
    const PgsNode *bare = tree != NULL ? pgs_node_strip(tree) : NULL;
    if (bare == NULL || bare->kind != PGS_NODE_CONSTANT || bare->text == NULL)
        return (PgsValue){.kind = PGS_VALUE_DEFAULT};
    return pgs_bench_text(bench, bare->text);
}

/* What the row will have there; of a generated column that is known only of a constant. */
static PgsValue
known_value(PgsBench *bench, const PgsDraft *draft, const PgsColumn *column)
{
    if (column->generated == 0 || column->generated_sql == NULL)
        return pgs_draft_get(draft, column);
    return pgs_build_constant(bench, column->generated_sql);
}

static guint
count_set(const PgsRelation *relation, const PgsRule *reference, const gboolean *is_set)
{
    guint n = 0;
    for (guint i = 0; i < reference->n_columns; i++)
        n += is_set[pgs_reference_column(relation, reference, i)->index];
    return n;
}

static gboolean
has_null(const PgsRule *reference, const PgsDraft *draft, const gboolean *is_set)
{
    for (guint i = 0; i < reference->n_columns; i++) {
        const PgsColumn *column = pgs_reference_column(draft->relation, reference, i);
        if (is_set[column->index] && pgs_draft_get(draft, column).kind == PGS_VALUE_NULL)
            return TRUE;
    }
    return FALSE;
}

/* The parent's columns as far as the row has them already. */
static PgsWish *
make_wishes(PgsBench *bench, const PgsRule *reference, const PgsDraft *draft,
            const gboolean *is_set, guint *n)
{
    PgsWish *wishes = g_new0(PgsWish, reference->n_columns);
    *n = 0;
    for (guint i = 0; i < reference->n_columns; i++) {
        const PgsColumn *column = pgs_reference_column(draft->relation, reference, i);
        PgsWish wish = {reference->referenced_columns[i], known_value(bench, draft, column)};
        if ((is_set[column->index] || column->generated != 0) &&
            (column->generated == 0 || wish.value.kind != PGS_VALUE_DEFAULT))
            wishes[(*n)++] = wish;
    }
    return wishes;
}

/* ---- rows that are there ---- */

static char *
make_condition(PgsBench *bench, const PgsRule *reference, const PgsDraft *draft,
               const gboolean *is_set)
{
    GString *sql = g_string_new(NULL);
    for (guint i = 0; i < reference->n_columns; i++) {
        const PgsColumn *column = pgs_reference_column(draft->relation, reference, i);
        const PgsColumn *referenced = reference->referenced_columns[i];
        g_string_append(sql, sql->len > 0 ? " AND " : "");
        PgsValue value = known_value(bench, draft, column);
        if (column->generated != 0 ? value.kind == PGS_VALUE_DEFAULT : !is_set[column->index]) {
            g_string_append_printf(sql, "%s IS NOT NULL", referenced->quoted);
            continue;
        }
        g_string_append_printf(sql,
                               "pg_catalog.concat(%s) OPERATOR(pg_catalog.=) "
                               "pg_catalog.concat(CAST(",
                               referenced->quoted);
        pgs_value_append(sql, value);
        g_string_append_printf(sql, " AS %s))", referenced->type_sql);
    }
    return g_string_free(sql, FALSE);
}

/* One statement by itself, the transaction as usable afterwards as before.  Its result belongs to
   the batch. */
static const PGresult *
ask(PgsBench *bench, PgsBatch *batch, const char *sql, GError **error)
{
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql);
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return NULL;
    const PgsBatchResult *result = pgs_batch_result(batch, 0);
    return result->failure == NULL ? g_ptr_array_index(result->results, 0) : NULL;
}

/* The referenced columns of rows that fulfil the condition; as pgs_build_existing(). */
static GArray *
read_rows(PgsBuild *build, const PgsRule *reference, const char *condition, guint limit,
          GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (guint i = 0; i < reference->n_columns; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "",
                               reference->referenced_columns[i]->quoted);
    g_string_append_printf(sql, " FROM %s WHERE %s ORDER BY 1 LIMIT %u",
                           reference->referenced->identity, condition, limit);
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    GError *local = NULL;
    const PGresult *result = ask(build->bench, batch, sql->str, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return NULL;
    }
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        for (guint j = 0; j < reference->n_columns; j++) {
            PgsValue value = pgs_bench_text(build->bench, PQgetvalue(result, i, (int)j));
            g_array_append_val(values, value);
        }
    }
    return values;
}

GArray *
pgs_build_existing(PgsBuild *build, const PgsRule *reference, const PgsDraft *draft,
                   const gboolean *is_set, guint limit, GError **error)
{
    g_autofree char *condition = make_condition(build->bench, reference, draft, is_set);
    return read_rows(build, reference, condition, limit, error);
}

/* ---- rows that are made ---- */

static char *
parent_key(const PgsRule *reference, const PgsWish *wishes, guint n_wishes)
{
    GString *key = g_string_new(reference->referenced->identity);
    for (guint i = 0; i < n_wishes; i++) {
        g_string_append_printf(key, " %s = ", wishes[i].column->quoted);
        pgs_value_append(key, wishes[i].value);
    }
    return g_string_free(key, FALSE);
}

#define NEEDS " needs a row of "

/* In front of why there is none; of a long way only its ends. */
static void
explain(const PgsRule *reference, char **reason)
{
    char *inner = *reason;
    const char *next = strstr(inner, NEEDS);
    const char *rest = inner;
    if (next != NULL && strstr(next + 1, NEEDS) != NULL)
        rest = strstr(next, "): ") + strlen("): ");
    *reason = g_strdup_printf("%s" NEEDS "%s (%s): %s%s", reference->relation->identity,
                              reference->referenced->identity, reference->name,
                              rest > inner && !g_str_has_prefix(rest, "…") ? "…: " : "", rest);
    g_free(inner);
}

/* The row that is inserted for others to refer to.  Belongs to the state. */
static const PgsStored *
make_parent(PgsBuild *build, const PgsRule *reference, const PgsWish *wishes, guint n_wishes,
            gboolean is_fresh, char **reason, GError **error)
{
    g_autofree char *key = parent_key(reference, wishes, n_wishes);
    const PgsStored *parent = is_fresh ? NULL : g_hash_table_lookup(build->state->parents, key);
    if (parent != NULL)
        return parent;
    PgsBuild inner;
    pgs_build_init(&inner, build->bench, build, reference->referenced, wishes, n_wishes);
    PgsStored *stored = pgs_build_stored(&inner, reason, error);
    if (stored == NULL)
        return NULL;
    if (is_fresh) {
        g_free(key);
        key = g_strdup_printf("%p", (gpointer)stored);
    }
    g_hash_table_replace(build->state->parents, g_steal_pointer(&key), stored);
    return stored;
}

static gboolean
take_existing(PgsBuild *build, const PgsRule *reference, PgsDraft *draft, gboolean *is_set, guint n,
              gboolean *found, GError **error)
{
    *found = FALSE;
    g_autoptr(GArray) values =
        pgs_build_existing(build, reference, draft, is_set, MAX_EXISTING, error);
    if (values == NULL)
        return FALSE;
    guint n_rows = values->len / reference->n_columns;
    for (guint i = 0; n_rows > 0 && i < reference->n_columns; i++)
        set(draft, is_set, pgs_reference_column(draft->relation, reference, i),
            g_array_index(values, PgsValue, (n % n_rows) * reference->n_columns + i));
    *found = n_rows > 0;
    return TRUE;
}

/* A new row for it to refer to; where there can be none, one that is there. */
static gboolean
refer_to_parent(PgsBuild *build, guint index, PgsDraft *draft, gboolean *is_set, guint n,
                char **reason, GError **error)
{
    const PgsRule *reference = g_ptr_array_index(build->relation->references, index);
    PgsParentKind *kind = &build->recipe->parents[index];
    gboolean found = FALSE;
    if (*kind == PGS_PARENT_EXISTING &&
        !take_existing(build, reference, draft, is_set, n, &found, error))
        return FALSE;
    if (found)
        return TRUE;
    guint n_wishes;
    g_autofree PgsWish *wishes = make_wishes(build->bench, reference, draft, is_set, &n_wishes);
    const PgsStored *parent =
        make_parent(build, reference, wishes, n_wishes, *kind == PGS_PARENT_FRESH, reason, error);
    if (parent == NULL && *reason == NULL)
        return FALSE;
    if (parent == NULL) {
        if (!take_existing(build, reference, draft, is_set, n, &found, error)) {
            g_clear_pointer(reason, g_free);
            return FALSE;
        }
        if (found) {
            *kind = PGS_PARENT_EXISTING;
            g_clear_pointer(reason, g_free);
        } else {
            explain(reference, reason);
        }
        return found;
    }
    for (guint i = 0; i < reference->n_columns; i++) {
        PgsValue value = pgs_stored_get(parent, reference->referenced_columns[i]);
        if (value.text != NULL)
            value.text = pgs_bench_keep(build->bench, value.text);
        set(draft, is_set, pgs_reference_column(draft->relation, reference, i), value);
    }
    return TRUE;
}

gboolean
pgs_build_ensure_parent(PgsBuild *build, const PgsRule *reference, const PgsDraft *draft,
                        char **reason, GError **error)
{
    g_autofree gboolean *is_set = g_new0(gboolean, build->relation->columns->len);
    for (guint i = 0; i < reference->n_columns; i++)
        is_set[pgs_reference_column(build->relation, reference, i)->index] = TRUE;
    g_autoptr(GArray) values = pgs_build_existing(build, reference, draft, is_set, 1, error);
    if (values == NULL)
        return FALSE;
    if (values->len > 0)
        return TRUE;
    guint n_wishes;
    g_autofree PgsWish *wishes = make_wishes(build->bench, reference, draft, is_set, &n_wishes);
    if (make_parent(build, reference, wishes, n_wishes, FALSE, reason, error) != NULL)
        return TRUE;
    if (*reason != NULL)
        explain(reference, reason);
    return FALSE;
}

/* ---- rows of the same statement ---- */

static gboolean
copy_key(const PgsRule *reference, const PgsDraft *parent, PgsDraft *draft, gboolean *is_set,
         char **reason)
{
    for (guint i = 0; i < reference->n_columns; i++) {
        const PgsColumn *referenced =
            pgs_relation_own_column(parent->relation, reference->referenced_columns[i]);
        PgsValue value = pgs_draft_get(parent, referenced);
        if (value.kind != PGS_VALUE_TEXT) {
            *reason = g_strdup_printf(
                "%s and %s refer to one another (%s), and the value of %s is not known before",
                reference->relation->identity, reference->referenced->identity, reference->name,
                referenced->quoted);
            return FALSE;
        }
        set(draft, is_set, pgs_reference_column(draft->relation, reference, i), value);
    }
    return TRUE;
}

/* A row of that table that is on its way with this one; or NULL. */
static const PgsDraft *
find_companion(const PgsBuild *build, const PgsRelation *relation)
{
    for (const PgsBuild *at = build; at != NULL; at = at->is_companion ? at->outer : NULL) {
        if (at != build && at->relation == relation)
            return at->draft;
        guint n = at->draft->companions != NULL ? at->draft->companions->len : 0;
        for (guint i = 0; i < n; i++) {
            const PgsDraft *companion = g_ptr_array_index(at->draft->companions, i);
            if (companion->relation == relation)
                return companion;
        }
    }
    return NULL;
}

/* With its own companions, which become the row's. */
static void
add_companion(PgsDraft *draft, PgsDraft *companion)
{
    if (draft->companions == NULL)
        draft->companions = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_draft_free);
    GPtrArray *further = companion->companions;
    companion->companions = NULL;
    g_ptr_array_add(draft->companions, companion);
    if (further != NULL)
        g_ptr_array_extend_and_steal(draft->companions, further);
}

static gboolean
refer_to_companion(PgsBuild *build, const PgsRule *reference, PgsDraft *draft, gboolean *is_set,
                   char **reason, GError **error)
{
    const PgsDraft *known = find_companion(build, reference->referenced);
    if (known != NULL && count_set(draft->relation, reference, is_set) == 0)
        return copy_key(reference, known, draft, is_set, reason);
    guint n_wishes;
    g_autofree PgsWish *wishes = make_wishes(build->bench, reference, draft, is_set, &n_wishes);
    PgsBuild inner;
    pgs_build_init(&inner, build->bench, build, reference->referenced, wishes, n_wishes);
    inner.is_companion = TRUE;
    PgsDraft *companion = pgs_build_draft(&inner, reason, error);
    if (companion == NULL)
        return FALSE;
    add_companion(draft, companion);
    return copy_key(reference, companion, draft, is_set, reason);
}

/* ---- each foreign key ---- */

/* FALSE: all its columns have values, so that it must refer to something. */
static gboolean
refer_to_nothing(const PgsRule *reference, PgsDraft *draft, gboolean *is_set)
{
    gboolean is_done = has_null(reference, draft, is_set);
    for (guint i = 0; i < reference->n_columns; i++) {
        const PgsColumn *column = pgs_reference_column(draft->relation, reference, i);
        if (is_set[column->index] || column->not_null)
            continue;
        set(draft, is_set, column, null_value);
        is_done = TRUE;
    }
    return is_done;
}

/* A chain, where each row may be referred to by one other row only: its end; the first row of all
   refers to nothing, or to itself. */
static gboolean
refer_to_last(PgsBuild *build, const PgsRule *reference, PgsDraft *draft, gboolean *is_set,
              char **reason, GError **error)
{
    const PgsColumn *column = pgs_reference_column(draft->relation, reference, 0);
    const PgsColumn *referenced = reference->referenced_columns[0];
    g_autofree char *condition =
        g_strdup_printf("%s IS NOT NULL AND NOT (pg_catalog.concat(%s) OPERATOR(pg_catalog.=) ANY "
                        "(SELECT pg_catalog.concat(%s) FROM %s WHERE %s IS NOT NULL))",
                        referenced->quoted, referenced->quoted, column->quoted,
                        draft->relation->identity, column->quoted);
    g_autoptr(GArray) values = read_rows(build, reference, condition, 1, error);
    if (values == NULL)
        return FALSE;
    if (values->len == 0)
        return refer_to_nothing(reference, draft, is_set) ||
               copy_key(reference, draft, draft, is_set, reason);
    set(draft, is_set, column, g_array_index(values, PgsValue, 0));
    return TRUE;
}

static gboolean
is_wished(const PgsBuild *build, const PgsRule *reference)
{
    for (guint i = 0; i < reference->n_columns; i++) {
        if (!pgs_build_is_wished(build, pgs_reference_column(build->relation, reference, i)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
refer(PgsBuild *build, guint index, PgsDraft *draft, gboolean *is_set, guint n, char **reason,
      GError **error)
{
    const PgsRule *reference = g_ptr_array_index(build->relation->references, index);
    if (is_wished(build, reference) || !reference->enforced)
        return TRUE;
    PgsParentKind kind = build->recipe->parents[index];
    if (reference->referenced == NULL && kind != PGS_PARENT_NONE) {
        *reason = g_strdup_printf("%s refers to a table that is not looked at (%s)",
                                  build->relation->identity, reference->name);
        return FALSE;
    }
    if (build->depth > 0 && build->recipe->optional[index])
        kind = PGS_PARENT_NONE;
    if (kind == PGS_PARENT_NONE || has_null(reference, draft, is_set)) {
        if (refer_to_nothing(reference, draft, is_set))
            return TRUE;
    }
    if (kind == PGS_PARENT_SELF &&
        count_set(draft->relation, reference, is_set) < reference->n_columns)
        return copy_key(reference, draft, draft, is_set, reason);
    if (kind == PGS_PARENT_LAST && count_set(draft->relation, reference, is_set) == 0)
        return refer_to_last(build, reference, draft, is_set, reason, error);
    if (kind == PGS_PARENT_COMPANION &&
        count_set(draft->relation, reference, is_set) < reference->n_columns)
        return refer_to_companion(build, reference, draft, is_set, reason, error);
    if (count_set(draft->relation, reference, is_set) == reference->n_columns)
        return pgs_build_ensure_parent(build, reference, draft, reason, error);
    return refer_to_parent(build, index, draft, is_set, n, reason, error);
}

/* Narrow ones first: what they say goes for the wider ones that share their columns; those that
   refer to nothing, or to the row itself, last. */
static gint
compare_references(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgsBuild *build = data;
    guint i = *(const guint *)a, j = *(const guint *)b;
    const PgsRule *first = g_ptr_array_index(build->relation->references, i);
    const PgsRule *second = g_ptr_array_index(build->relation->references, j);
    gint late_first = build->recipe->parents[i] == PGS_PARENT_NONE ||
                      build->recipe->parents[i] == PGS_PARENT_SELF;
    gint late_second = build->recipe->parents[j] == PGS_PARENT_NONE ||
                       build->recipe->parents[j] == PGS_PARENT_SELF;
    if (late_first != late_second)
        return late_first - late_second;
    if (first->n_columns != second->n_columns)
        return (gint)first->n_columns - (gint)second->n_columns;
    return (gint)i - (gint)j;
}

gboolean
pgs_build_refer(PgsBuild *build, PgsDraft *draft, gboolean *is_set, guint n, char **reason,
                GError **error)
{
    guint n_references = build->relation->references->len;
    g_autofree guint *order = g_new(guint, n_references + 1);
    for (guint i = 0; i < n_references; i++)
        order[i] = i;
    g_qsort_with_data(order, (gint)n_references, sizeof(guint), compare_references, build);
    for (guint i = 0; i < n_references; i++) {
        if (!refer(build, order[i], draft, is_set, n, reason, error))
            return FALSE;
    }
    return TRUE;
}
