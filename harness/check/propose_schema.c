#include "check/propose_schema.h"

#include "check/propose_parts.h"
#include "check/propose_yaml.h"
#include "check/redundancy_index.h"

#include <string.h>

typedef struct {
    GString *out;
    guint indent;
    const PgsSnapshot *head;
    GHashTable *parts; /* identity of a relation → GPtrArray of const PgsObject *, in order */
    GPtrArray *others; /* const PgsObject *: what no short form has */
} Writer;

static gboolean
is_kind(const PgsObject *object, const char *kind)
{
    return strcmp(object->kind, kind) == 0;
}

/* What no expectation is made of: it belongs to the server or to those who run it, or a short form
 * says it elsewhere. */
static gboolean
is_left_out(const PgsObject *object)
{
    static const char *const kinds[] = {
        "database",
        "parameter",
        "role",
        "role membership",
        "tablespace",
        "default privileges",
        "system privileges",
        "security label",
        "large objects",
        "user mapping",
        "subscription",
        "not-null constraint",
        NULL,
    };
    return g_strv_contains(kinds, object->kind) || pgs_propose_is_implied(object);
}

/* ---- lists ---- */

typedef void (*WriteObject)(GString *out, guint indent, const PgsObject *object);

/* A mapping of all objects of a kind that have a short form. */
static void
write_kind(Writer *writer, const char *key, const char *const *kinds, WriteObject write)
{
    gboolean any = FALSE;
    for (guint i = 0; i < pgs_snapshot_n_objects(writer->head); i++) {
        const PgsObject *object = pgs_snapshot_object(writer->head, i);
        if (!g_strv_contains(kinds, object->kind) || is_left_out(object))
            continue;
        if (!pgs_propose_is_short(object)) {
            g_ptr_array_add(writer->others, (gpointer)object);
            continue;
        }
        if (!any)
            pgs_yaml_add_key(writer->out, writer->indent, key);
        any = TRUE;
        write(writer->out, writer->indent + 2, object);
    }
}

/* A list of names in one line. */
static void
write_names(Writer *writer, const char *key, const char *kind, const char *without)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < pgs_snapshot_n_objects(writer->head); i++) {
        const PgsObject *object = pgs_snapshot_object(writer->head, i);
        if (!is_kind(object, kind) || is_left_out(object) || strcmp(object->identity, without) == 0)
            continue;
        /* Without a schema in front, a dot in a name would be taken for the end of one. */
        if (strchr(object->identity, '.') != NULL)
            g_ptr_array_add(writer->others, (gpointer)object);
        else
            g_ptr_array_add(names, pgs_propose_name(object));
    }
    if (names->len == 0)
        return;
    g_autofree char *list = pgs_yaml_list(names);
    pgs_yaml_add_raw(writer->out, writer->indent, key, list);
}

/* ---- tables ---- */

static void
collect_parts(Writer *writer)
{
    for (guint i = 0; i < pgs_snapshot_n_objects(writer->head); i++) {
        const PgsObject *object = pgs_snapshot_object(writer->head, i);
        if (object->parent == NULL || is_left_out(object))
            continue;
        GPtrArray *parts = g_hash_table_lookup(writer->parts, object->parent);
        if (parts == NULL) {
            parts = g_ptr_array_new();
            g_hash_table_insert(writer->parts, object->parent, parts);
        }
        g_ptr_array_add(parts, (gpointer)object);
    }
}

/* The parts of a kind that have a short form. */
static GPtrArray *
short_parts(const GPtrArray *parts, const char *kind)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const PgsObject *part = parts->pdata[i];
        if (is_kind(part, kind) && pgs_propose_is_short(part))
            g_ptr_array_add(found, (gpointer)part);
    }
    return found;
}

/* Columns in the order of the table, which a snapshot has as a list of their names. */
static void
sort_columns(GPtrArray *columns, const PgsObject *table)
{
    g_autoptr(GPtrArray) order = pgs_index_split_list(pgs_object_get(table, "column-order"));
    guint next = 0;
    for (guint i = 0; i < order->len; i++) {
        g_autofree char *identity =
            g_strdup_printf("%s.%s", table->identity, (char *)order->pdata[i]);
        for (guint j = next; j < columns->len; j++) {
            const PgsObject *column = columns->pdata[j];
            if (strcmp(column->identity, identity) != 0)
                continue;
            columns->pdata[j] = columns->pdata[next];
            columns->pdata[next++] = (gpointer)column;
            break;
        }
    }
}

/* What a table's entry has below it, in this order. */
static const struct {
    const char *key; /* NULL: the line says its own */
    const char *kind;
    WriteObject write;
} sections[] = {
    {"columns", "column", pgs_propose_column},
    {NULL, "primary key", pgs_propose_primary_key},
    {"unique", "unique constraint", pgs_propose_unique},
    {"foreign-keys", "foreign key", pgs_propose_foreign_key},
    {"checks", "check constraint", pgs_propose_check},
    {"indexes", "index", pgs_propose_index},
    {"triggers", "trigger", pgs_propose_trigger},
};

static void
write_section(GString *out, guint indent, const char *key, const GPtrArray *objects,
              WriteObject write)
{
    if (objects->len == 0)
        return;
    if (key != NULL)
        pgs_yaml_add_key(out, indent, key);
    for (guint i = 0; i < objects->len; i++)
        write(out, key != NULL ? indent + 2 : indent, objects->pdata[i]);
}

static void
write_table(Writer *writer, guint indent, const PgsObject *table)
{
    g_autofree char *name = pgs_propose_name(table);
    const GPtrArray *parts = g_hash_table_lookup(writer->parts, table->identity);
    g_autoptr(GString) below = g_string_new(NULL);
    pgs_propose_table(below, indent + 2, table);
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        g_autoptr(GPtrArray) found = short_parts(parts, sections[i].kind);
        if (is_kind(table, "table") && strcmp(sections[i].kind, "column") == 0)
            sort_columns(found, table);
        write_section(below, indent + 2, sections[i].key, found, sections[i].write);
    }
    /* Without anything below it is a table that exists. */
    pgs_yaml_add_raw(writer->out, indent, name, below->len > 0 ? "" : "null");
    g_string_append(writer->out, below->str);
}

static void
write_tables(Writer *writer)
{
    gboolean any = FALSE;
    for (guint i = 0; i < pgs_snapshot_n_objects(writer->head); i++) {
        const PgsObject *object = pgs_snapshot_object(writer->head, i);
        if (!is_kind(object, "table"))
            continue;
        if (!any)
            pgs_yaml_add_key(writer->out, writer->indent, "tables");
        any = TRUE;
        write_table(writer, writer->indent + 2, object);
    }
}

/* ---- everything else ---- */

/* Whether another section has it. */
static gboolean
is_written(const Writer *writer, const PgsObject *object)
{
    static const char *const listed[] = {"table",    "schema", "extension",         "enum type",
                                         "function", "view",   "materialized view", "sequence",
                                         NULL};
    if (g_strv_contains(listed, object->kind))
        return TRUE;
    const PgsObject *table =
        object->parent != NULL ? pgs_snapshot_find(writer->head, "table", object->parent) : NULL;
    for (gsize i = 0; table != NULL && i < G_N_ELEMENTS(sections); i++) {
        if (is_kind(object, sections[i].kind) && pgs_propose_is_short(object))
            return TRUE;
    }
    return FALSE;
}

/* A view's columns follow from its query. */
static gboolean
is_view_column(const Writer *writer, const PgsObject *object)
{
    return is_kind(object, "column") &&
           (pgs_snapshot_find(writer->head, "view", object->parent) != NULL ||
            pgs_snapshot_find(writer->head, "materialized view", object->parent) != NULL);
}

static void
write_others(Writer *writer)
{
    for (guint i = 0; i < pgs_snapshot_n_objects(writer->head); i++) {
        const PgsObject *object = pgs_snapshot_object(writer->head, i);
        if (!is_left_out(object) && !is_written(writer, object) && !is_view_column(writer, object))
            g_ptr_array_add(writer->others, (gpointer)object);
    }
    if (writer->others->len == 0)
        return;
    pgs_yaml_add_key(writer->out, writer->indent, "objects");
    for (guint i = 0; i < writer->others->len; i++)
        pgs_propose_object(writer->out, writer->indent + 2, writer->others->pdata[i]);
}

void
pgs_propose_schema(GString *out, guint indent, const PgsSnapshot *head)
{
    static const char *const enums[] = {"enum type", NULL};
    static const char *const functions[] = {"function", NULL};
    static const char *const sequences[] = {"sequence", NULL};
    static const char *const views[] = {"view", "materialized view", NULL};
    g_autoptr(GHashTable) parts =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    Writer writer = {out, indent, head, parts, others};
    gsize before = out->len;
    collect_parts(&writer);
    write_names(&writer, "schemas", "schema", "public");
    write_names(&writer, "extensions", "extension", "plpgsql");
    write_kind(&writer, "enums", enums, pgs_propose_enum);
    write_kind(&writer, "functions", functions, pgs_propose_function);
    write_kind(&writer, "sequences", sequences, pgs_propose_sequence);
    write_tables(&writer);
    write_kind(&writer, "views", views, pgs_propose_view);
    write_others(&writer);
    if (out->len == before)
        pgs_yaml_add_comment(out, indent, "Head is an empty schema.");
}
