#include "synthesis/draft.h"

#include "base/text.h"

#include <string.h>

enum {
    LONG = 1000, /* bytes: a text of that size is not compared when there are others */
};

PgsDraft *
pgs_draft_new(const PgsRelation *relation)
{
    PgsDraft *draft = g_new0(PgsDraft, 1);
    draft->relation = relation;
    draft->values = g_new0(PgsValue, relation->columns->len);
    return draft;
}

static gpointer
copy_companion(gconstpointer companion, gpointer data)
{
    (void)data;
    return pgs_draft_copy(companion);
}

PgsDraft *
pgs_draft_copy(const PgsDraft *draft)
{
    PgsDraft *copy = pgs_draft_new(draft->relation);
    for (guint i = 0; i < draft->relation->columns->len; i++)
        copy->values[i] = draft->values[i];
    if (draft->companions != NULL) {
        copy->companions = g_ptr_array_copy(draft->companions, copy_companion, NULL);
        g_ptr_array_set_free_func(copy->companions, (GDestroyNotify)pgs_draft_free);
    }
    return copy;
}

void
pgs_draft_free(PgsDraft *draft)
{
    if (draft == NULL)
        return;
    if (draft->companions != NULL)
        g_ptr_array_unref(draft->companions);
    g_free(draft->values);
    g_free(draft);
}

PgsValue
pgs_draft_get(const PgsDraft *draft, const PgsColumn *column)
{
    return draft->values[column->index];
}

void
pgs_draft_set(PgsDraft *draft, const PgsColumn *column, PgsValue value)
{
    draft->values[column->index] = value;
}

PgsDraft *
pgs_draft_with(const PgsDraft *draft, const PgsColumn *column, PgsValue value)
{
    PgsDraft *copy = pgs_draft_copy(draft);
    pgs_draft_set(copy, column, value);
    return copy;
}

/* ---- statements ---- */

static void
append_insert(GString *sql, const PgsDraft *draft)
{
    g_autoptr(GString) columns = g_string_new(NULL);
    g_autoptr(GString) values = g_string_new(NULL);
    gboolean overriding = FALSE;
    for (guint i = 0; i < draft->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(draft->relation->columns, i);
        PgsValue value = draft->values[i];
        if (value.kind == PGS_VALUE_DEFAULT)
            continue;
        const char *comma = columns->len > 0 ? ", " : "";
        g_string_append_printf(columns, "%s%s", comma, column->quoted);
        g_string_append(values, comma);
        pgs_value_append(values, value);
        overriding = overriding || column->identity == 'a';
    }
    g_string_append_printf(sql, "INSERT INTO %s", draft->relation->identity);
    if (columns->len > 0)
        g_string_append_printf(sql, " (%s)%s VALUES (%s)", columns->str,
                               overriding ? " OVERRIDING SYSTEM VALUE" : "", values->str);
    else
        g_string_append(sql, " DEFAULT VALUES");
}

char *
pgs_draft_insert(const PgsDraft *draft, const char *returning)
{
    GString *sql = g_string_new(NULL);
    guint n_companions = draft->companions != NULL ? draft->companions->len : 0;
    for (guint i = 0; i < n_companions; i++) {
        g_string_append_printf(sql, "%scompanion_%u AS (", i == 0 ? "WITH " : ", ", i + 1);
        append_insert(sql, g_ptr_array_index(draft->companions, i));
        g_string_append_c(sql, ')');
    }
    if (n_companions > 0)
        g_string_append_c(sql, ' ');
    append_insert(sql, draft);
    if (returning != NULL)
        g_string_append_printf(sql, " RETURNING %s", returning);
    return g_string_free(sql, FALSE);
}

char *
pgs_draft_differences(const PgsDraft *a, const PgsDraft *b)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < a->relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(a->relation->columns, i);
        if (!pgs_value_equal(a->values[i], b->values[i]))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", column->quoted);
    }
    return g_string_free(names, FALSE);
}

/* ---- stored rows ---- */

void
pgs_stored_free(PgsStored *stored)
{
    if (stored == NULL)
        return;
    for (guint i = 0; stored->stored != NULL && i < stored->draft->relation->columns->len; i++)
        g_free(stored->stored[i]);
    g_free(stored->stored);
    g_free(stored->statement);
    pgs_draft_free(stored->draft);
    g_free(stored);
}

PgsValue
pgs_stored_get(const PgsStored *stored, const PgsColumn *column)
{
    const char *text = stored->stored[column->index];
    return (PgsValue){.kind = text != NULL ? PGS_VALUE_TEXT : PGS_VALUE_NULL, .text = text};
}

/* Whether pg_catalog has the type's "=" for certain, and no row differs from another only by what
   that does not see. */
static gboolean
is_comparable(const PgsType *type)
{
    static const char *const without[] = {"json",          "xml",       "point",    "polygon",
                                          "path",          "box",       "lseg",     "line",
                                          "circle",        "aclitem",   "jsonpath", "pg_snapshot",
                                          "txid_snapshot", "refcursor", NULL};
    type = pgs_type_base(type);
    if (type->element != NULL)
        return is_comparable(type->element);
    if (type->subtype != NULL)
        return is_comparable(type->subtype);
    if (type->kind == 'e')
        return TRUE;
    return type->kind == 'b' && strcmp(type->schema, "pg_catalog") == 0 &&
           !g_strv_contains(without, type->name);
}

static void
append_equal(GString *sql, const PgsStored *stored, const PgsColumn *column)
{
    const char *text = stored->stored[column->index];
    g_string_append(sql, sql->len > 0 ? " AND " : "");
    if (text == NULL) {
        g_string_append_printf(sql, "%s IS NULL", column->quoted);
        return;
    }
    /* concat() gives what the type's output function gives, as a cast to text does not (boolean,
       char(n)). */
    gboolean is_plain = is_comparable(column->type);
    g_string_append_printf(sql,
                           is_plain ? "%s OPERATOR(pg_catalog.=) "
                                    : "pg_catalog.concat(%s) OPERATOR(pg_catalog.=) ",
                           column->quoted);
    pgs_text_append_literal(sql, text);
}

/* Whether no two rows have the same in the key's columns, once none of them is NULL. */
static gboolean
is_whole_key(const PgsRule *rule)
{
    return (rule->kind == PGS_RULE_PRIMARY_KEY || rule->kind == PGS_RULE_UNIQUE) &&
           rule->predicate == NULL && rule->n_columns > 0 &&
           (rule->keys == NULL || rule->keys->len == rule->n_columns);
}

/* A partition's keys stand at the table that it is a partition of; their columns by name. */
static gboolean
append_key(GString *sql, const PgsStored *stored, const PgsRelation *relation, PgsRuleKind kind)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = g_ptr_array_index(relation->rules, i);
        if (rule->kind != kind || !is_whole_key(rule))
            continue;
        g_string_truncate(sql, 0);
        for (guint j = 0; j < rule->n_columns; j++) {
            const PgsColumn *column =
                pgs_relation_column(stored->draft->relation, rule->columns[j]->name);
            if (column == NULL || stored->stored[column->index] == NULL)
                break;
            append_equal(sql, stored, column);
            if (j + 1 == rule->n_columns)
                return TRUE;
        }
    }
    g_string_truncate(sql, 0);
    return relation->is_partition && relation->parent != NULL &&
           append_key(sql, stored, relation->parent, kind);
}

char *
pgs_stored_condition(const PgsStored *stored)
{
    const PgsRelation *relation = stored->draft->relation;
    GString *sql = g_string_new(NULL);
    if (append_key(sql, stored, relation, PGS_RULE_PRIMARY_KEY) ||
        append_key(sql, stored, relation, PGS_RULE_UNIQUE))
        return g_string_free(sql, FALSE);
    for (guint i = 0; i < relation->columns->len; i++) {
        const char *text = stored->stored[i];
        if (text == NULL || strlen(text) < LONG)
            append_equal(sql, stored, g_ptr_array_index(relation->columns, i));
    }
    if (sql->len == 0)
        g_string_append(sql, "true");
    return g_string_free(sql, FALSE);
}
