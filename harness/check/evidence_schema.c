#include "check/evidence.h"
#include "snapshot/words.h"

#include <string.h>

/* Kinds of the snapshot that a diagram shows as boxes, and what it writes in them. */
static const char *const relation_kinds[] = {"table", "foreign table", "view", "materialized view"};
static const char *const constraint_kinds[] = {
    "primary key", "unique constraint",    "foreign key", "check constraint",
    "index",       "exclusion constraint",
};

static gboolean
is_one_of(const char *kind, const char *const *kinds, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (strcmp(kinds[i], kind) == 0)
            return TRUE;
    }
    return FALSE;
}

static char *
object_name(const PgsObject *object)
{
    return g_strdup_printf("%s %s", object->kind, object->identity);
}

/* ---- columns ---- */

/* Its own name, as SQL writes it, behind its relation's. */
static const char *
name_below(const PgsObject *object, const char *parent)
{
    gsize length = strlen(parent);
    return strncmp(object->identity, parent, length) == 0 && object->identity[length] == '.'
               ? object->identity + length + 1
               : object->identity;
}

static PgsRecordColumn *
make_column(const PgsObject *object)
{
    const char *type = pgs_object_get(object, "type");
    const char *generated = pgs_object_get(object, "generated");
    const char *identity = pgs_object_get(object, "identity");
    PgsRecordColumn *column =
        pgs_record_column_new(name_below(object, object->parent), type != NULL ? type : "");
    column->not_null = pgs_object_get(object, "not-null") != NULL;
    column->generated = generated != NULL;
    column->identity = identity != NULL;
    column->value = g_strdup(generated != NULL ? generated : pgs_object_get(object, "default"));
    return column;
}

/* Where the order names it; behind all others when it does not. */
static guint
place_in(const GPtrArray *order, const char *name)
{
    for (guint i = 0; i < order->len; i++) {
        if (strcmp(order->pdata[i], name) == 0)
            return i;
    }
    return order->len;
}

static gint
compare_places(gconstpointer a, gconstpointer b, gpointer order)
{
    guint one = place_in(order, (*(PgsRecordColumn *const *)a)->name);
    guint other = place_in(order, (*(PgsRecordColumn *const *)b)->name);
    return (one > other) - (one < other);
}

/* A view's columns have no order in the snapshot: they stay sorted by name. */
static void
sort_columns(PgsRecordRelation *relation, const PgsObject *object)
{
    const char *names = pgs_object_get(object, "column-order");
    if (names == NULL)
        return;
    g_autoptr(GPtrArray) order = pgs_words_split(names);
    g_ptr_array_sort_with_data(relation->columns, compare_places, order);
}

/* ---- constraints and indexes ---- */

/*
 * Names of columns in a list of index columns or of key columns; what is an expression is left
 * out.
 */
static void
take_columns(GPtrArray *columns, const char *list)
{
    g_autoptr(GPtrArray) parts = pgs_words_split(list);
    for (guint i = 0; i < parts->len; i++) {
        const char *part = parts->pdata[i];
        /* The last of a temporal foreign key. */
        if (g_str_has_prefix(part, "PERIOD "))
            part += strlen("PERIOD ");
        gsize length = pgs_words_name_length(part);
        if (length > 0 && (part[length] == '\0' || part[length] == ' '))
            g_ptr_array_add(columns, g_strndup(part, length));
    }
}

/* "public.\"a (b\" (id, \"x, y\")": the name, and the columns between the last parentheses. */
static void
take_references(PgsRecordConstraint *row, const char *references)
{
    const char *at = references;
    gsize length;
    while ((length = pgs_words_name_length(at)) > 0) {
        at += length;
        if (*at == '.')
            at++;
    }
    row->references = g_strndup(references, (gsize)(at - references));
    if (!g_str_has_prefix(at, " (") || !g_str_has_suffix(at, ")"))
        return;
    g_autofree char *list = g_strndup(at + 2, strlen(at + 2) - 1);
    take_columns(row->referenced, list);
}

static PgsRecordConstraint *
make_constraint(const PgsObject *object)
{
    g_autofree char *name = object_name(object);
    /* An index has its schema's name in front, not its relation's. */
    const char *own =
        strcmp(object->kind, "index") != 0 ? name_below(object, object->parent) : object->identity;
    const char *columns = pgs_object_get(object, "columns");
    const char *references = pgs_object_get(object, "references");
    PgsRecordConstraint *row = pgs_record_constraint_new(object->kind, own, name);
    row->definition = pgs_object_define(object);
    if (columns != NULL)
        take_columns(row->columns, columns);
    if (references != NULL)
        take_references(row, references);
    row->on_delete = g_strdup(pgs_object_get(object, "on-delete"));
    row->on_update = g_strdup(pgs_object_get(object, "on-update"));
    row->unique = strcmp(object->kind, "index") == 0 && pgs_object_get(object, "unique") != NULL;
    return row;
}

/* ---- relations ---- */

static PgsRecordRelation *
make_relation(const PgsObject *object)
{
    g_autofree char *name = object_name(object);
    gboolean partitioned = pgs_object_get(object, "partition-by") != NULL;
    PgsRecordRelation *relation = pgs_record_relation_new(
        partitioned ? "partitioned table" : object->kind, object->identity, name);
    relation->parent = g_strdup(pgs_object_get(object, "partition-of"));
    relation->comment = g_strdup(pgs_object_get(object, "comment"));
    return relation;
}

/* Relations first: their parts come behind them in a snapshot. */
static void
take_object(PgsRecordSystem *facts, GHashTable *relations, const PgsObject *object)
{
    if (is_one_of(object->kind, relation_kinds, G_N_ELEMENTS(relation_kinds))) {
        PgsRecordRelation *relation = make_relation(object);
        g_ptr_array_add(facts->relations, relation);
        g_hash_table_insert(relations, object->identity, relation);
        return;
    }
    PgsRecordRelation *parent =
        object->parent != NULL ? g_hash_table_lookup(relations, object->parent) : NULL;
    if (parent == NULL)
        return;
    if (strcmp(object->kind, "column") == 0)
        g_ptr_array_add(parent->columns, make_column(object));
    else if (is_one_of(object->kind, constraint_kinds, G_N_ELEMENTS(constraint_kinds)))
        g_ptr_array_add(parent->constraints, make_constraint(object));
}

static gint
compare_relations(gconstpointer a, gconstpointer b)
{
    return strcmp((*(PgsRecordRelation *const *)a)->name, (*(PgsRecordRelation *const *)b)->name);
}

void
pgs_evidence_note_schema(PgsRecordSystem *facts, const PgsSnapshot *head)
{
    g_autoptr(GHashTable) relations = g_hash_table_new(g_str_hash, g_str_equal);
    g_clear_pointer(&facts->relations, g_ptr_array_unref);
    facts->relations = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_relation_free);
    for (guint i = 0; i < pgs_snapshot_n_objects(head); i++)
        take_object(facts, relations, pgs_snapshot_object(head, i));
    for (guint i = 0; i < facts->relations->len; i++) {
        PgsRecordRelation *relation = facts->relations->pdata[i];
        const PgsObject *object = pgs_snapshot_find(
            head, strcmp(relation->kind, "partitioned table") == 0 ? "table" : relation->kind,
            relation->name);
        if (object != NULL)
            sort_columns(relation, object);
    }
    g_ptr_array_sort(facts->relations, compare_relations);
}
