#include "report/diagram_model.h"

#include <string.h>

typedef struct {
    PgsDiagramModel *model;
    const PgsRecordSystem *system;
    const PgsRuleStates *states;
    GHashTable *relations; /* name to PgsRecordRelation */
    GHashTable *tables;    /* name to PgsDiagramTable, partitions' names too */
    GHashTable *seen_keys; /* what tells a key from what its table's partitions inherit of it, to
                              PgsDiagramKey */
} Making;

static void
table_free(PgsDiagramTable *table)
{
    g_free(table->schema);
    g_free(table->name);
    g_ptr_array_unref(table->keys_out);
    g_ptr_array_unref(table->keys_in);
    g_array_unref(table->columns);
    g_free(table);
}

/* Where the schema's name ends: at the first dot outside of quotes. */
static const char *
find_dot(const char *name)
{
    gboolean quoted = FALSE;
    for (; *name != '\0'; name++) {
        if (*name == '"')
            quoted = !quoted;
        else if (*name == '.' && !quoted)
            return name;
    }
    return NULL;
}

static PgsDiagramTable *
add_table(Making *making, const char *full_name, const PgsRecordRelation *relation)
{
    PgsDiagramTable *table = g_new0(PgsDiagramTable, 1);
    const char *dot = find_dot(full_name);
    table->index = making->model->tables->len;
    table->relation = relation;
    table->full_name = full_name;
    table->schema = dot != NULL ? g_strndup(full_name, (gsize)(dot - full_name)) : NULL;
    table->name = g_strdup(dot != NULL ? dot + 1 : full_name);
    table->is_view = relation != NULL && strstr(relation->kind, "view") != NULL;
    table->keys_out = g_ptr_array_new();
    table->keys_in = g_ptr_array_new();
    table->columns = g_array_new(FALSE, TRUE, sizeof(PgsDiagramColumn));
    g_ptr_array_add(making->model->tables, table);
    g_hash_table_insert(making->tables, (gpointer)full_name, table);
    return table;
}

/* The relation that it is a part of, at any depth; itself when it is none, or when the record does
 * not have that.  A record that goes in circles is no reason to. */
static const PgsRecordRelation *
find_root(const Making *making, const PgsRecordRelation *relation)
{
    for (guint steps = 0; relation->parent != NULL && steps < 64; steps++) {
        const PgsRecordRelation *parent = g_hash_table_lookup(making->relations, relation->parent);
        if (parent == NULL || parent == relation)
            break;
        relation = parent;
    }
    return relation;
}

static gboolean
is_kind(const PgsRecordConstraint *constraint, const char *kind)
{
    return strcmp(constraint->kind, kind) == 0;
}

static void
count_rule(PgsDiagramTable *table, PgsRuleState state)
{
    table->by_state[state]++;
    table->worst = MAX(table->worst, state);
}

/* What a column's own rules are called in findings: "column public.users.email". */
static PgsRuleState
find_column_state(const Making *making, const PgsRecordRelation *relation, const char *column)
{
    g_autofree char *object = g_strdup_printf("column %s.%s", relation->name, column);
    return pgs_rule_states_find(making->states, making->system->name, object);
}

static void
add_columns(Making *making, PgsDiagramTable *table)
{
    const PgsRecordRelation *relation = table->relation;
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsRecordColumn *column = relation->columns->pdata[i];
        PgsDiagramColumn row = {.column = column};
        row.state = find_column_state(making, relation, column->name);
        if (row.state != PGS_RULE_UNTRIED)
            count_rule(table, row.state);
        g_array_append_val(table->columns, row);
    }
}

static void
mark_columns(PgsDiagramTable *table, const PgsRecordConstraint *constraint)
{
    gboolean primary = is_kind(constraint, "primary key");
    for (guint i = 0; i < table->columns->len; i++) {
        PgsDiagramColumn *row = &g_array_index(table->columns, PgsDiagramColumn, i);
        if (!g_ptr_array_find_with_equal_func(constraint->columns, row->column->name, g_str_equal,
                                              NULL))
            continue;
        row->primary |= primary;
        row->foreign |= !primary;
    }
}

/* ---- keys ---- */

static char *
describe_key(const PgsDiagramTable *from, const PgsRecordConstraint *constraint,
             const PgsDiagramTable *to)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%u %u", from->index, to->index);
    for (guint i = 0; i < constraint->columns->len; i++)
        g_string_append_printf(text, "\n%s", (const char *)constraint->columns->pdata[i]);
    for (guint i = 0; i < constraint->referenced->len; i++)
        g_string_append_printf(text, "\n>%s", (const char *)constraint->referenced->pdata[i]);
    return g_string_free(text, FALSE);
}

static PgsDiagramKey *
add_key(Making *making, PgsDiagramTable *from, PgsDiagramTable *to,
        const PgsRecordConstraint *constraint)
{
    PgsDiagramKey *key = g_new0(PgsDiagramKey, 1);
    key->index = making->model->keys->len;
    key->constraint = constraint;
    key->from = from;
    key->to = to;
    g_ptr_array_add(making->model->keys, key);
    g_ptr_array_add(from->keys_out, key);
    g_ptr_array_add(to->keys_in, key);
    return key;
}

/* A partition's key that is its table's is told by the table's; the worst of both is its state. */
static void
take_key(Making *making, PgsDiagramTable *from, const PgsRecordRelation *relation,
         const PgsRecordConstraint *constraint)
{
    const char *name = constraint->references != NULL ? constraint->references : "?";
    PgsDiagramTable *to = g_hash_table_lookup(making->tables, name);
    if (to == NULL)
        to = add_table(making, name, NULL);
    PgsRuleState state =
        pgs_rule_states_find(making->states, making->system->name, constraint->object);
    gboolean own = relation == from->relation;
    char *description = describe_key(from, constraint, to);
    PgsDiagramKey *key = own ? NULL : g_hash_table_lookup(making->seen_keys, description);
    gboolean added = key == NULL;
    if (added) {
        key = add_key(making, from, to, constraint);
        key->relation = relation;
        g_hash_table_insert(making->seen_keys, description, key);
    } else {
        g_free(description);
    }
    if (added || state != PGS_RULE_UNTRIED)
        count_rule(from, state);
    key->state = MAX(key->state, state);
}

static void
take_constraints(Making *making, PgsDiagramTable *table, const PgsRecordRelation *relation)
{
    gboolean own = relation == table->relation;
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgsRecordConstraint *constraint = relation->constraints->pdata[i];
        if (is_kind(constraint, "foreign key")) {
            take_key(making, table, relation, constraint);
            if (own)
                mark_columns(table, constraint);
            continue;
        }
        if (own && is_kind(constraint, "primary key"))
            mark_columns(table, constraint);
        PgsRuleState state =
            pgs_rule_states_find(making->states, making->system->name, constraint->object);
        /* A plain index is no rule, and a partition's rules are mostly its table's: they count when
         * something was tried on them. */
        gboolean is_rule = own && !(is_kind(constraint, "index") && !constraint->unique);
        if (is_rule || state != PGS_RULE_UNTRIED)
            count_rule(table, state);
    }
}

/* ---- ---- */

static void
add_relations(Making *making)
{
    GPtrArray *relations = making->system->relations;
    for (guint i = 0; i < relations->len; i++) {
        PgsRecordRelation *relation = relations->pdata[i];
        g_hash_table_insert(making->relations, relation->name, relation);
    }
    for (guint i = 0; i < relations->len; i++) {
        PgsRecordRelation *relation = relations->pdata[i];
        if (find_root(making, relation) == relation)
            add_columns(making, add_table(making, relation->name, relation));
    }
    for (guint i = 0; i < relations->len; i++) {
        PgsRecordRelation *relation = relations->pdata[i];
        const PgsRecordRelation *root = find_root(making, relation);
        if (root == relation)
            continue;
        PgsDiagramTable *table = g_hash_table_lookup(making->tables, root->name);
        if (table == NULL)
            continue;
        table->n_partitions++;
        g_hash_table_insert(making->tables, relation->name, table);
    }
}

/* A table's own before its partitions'. */
static void
add_constraints(Making *making)
{
    GPtrArray *relations = making->system->relations;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < relations->len; i++) {
            const PgsRecordRelation *relation = relations->pdata[i];
            PgsDiagramTable *table = g_hash_table_lookup(making->tables, relation->name);
            if (table != NULL && (table->relation == relation) == (pass == 0))
                take_constraints(making, table, relation);
        }
    }
}

static gboolean
has_several_schemas(const PgsDiagramModel *model)
{
    const PgsDiagramTable *first = model->tables->len > 0 ? model->tables->pdata[0] : NULL;
    for (guint i = 1; i < model->tables->len; i++) {
        const PgsDiagramTable *table = model->tables->pdata[i];
        if (g_strcmp0(table->schema, first->schema) != 0)
            return TRUE;
    }
    return FALSE;
}

PgsDiagramModel *
pgs_diagram_model_new(const PgsRecordSystem *system, const PgsRuleStates *states)
{
    PgsDiagramModel *model = g_new0(PgsDiagramModel, 1);
    model->tables = g_ptr_array_new_with_free_func((GDestroyNotify)table_free);
    model->keys = g_ptr_array_new_with_free_func(g_free);
    if (system->relations == NULL)
        return model;
    g_autoptr(GHashTable) relations = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) tables = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) seen_keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Making making = {model, system, states, relations, tables, seen_keys};
    add_relations(&making);
    add_constraints(&making);
    model->several_schemas = has_several_schemas(model);
    return model;
}

void
pgs_diagram_model_free(PgsDiagramModel *model)
{
    if (model == NULL)
        return;
    g_ptr_array_unref(model->keys);
    g_ptr_array_unref(model->tables);
    g_free(model);
}

gboolean
pgs_diagram_table_is_linked(const PgsDiagramTable *table)
{
    return table->keys_out->len > 0 || table->keys_in->len > 0;
}
