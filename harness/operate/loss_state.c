#include "operate/loss_state.h"

#include "base/embedded.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

static void
relation_free(PgsLossRelation *relation)
{
    g_free(relation->name);
    g_free(relation);
}

static void
column_free(PgsLossColumn *column)
{
    g_free(column->name);
    g_free(column->json);
    g_free(column->type);
    g_free(column);
}

static void
label_free(PgsLossLabel *label)
{
    g_free(label->type);
    g_free(label->label);
    g_free(label->json);
    g_free(label);
}

static void
function_free(PgsLossFunction *function)
{
    g_free(function->name);
    g_free(function->definition);
    g_free(function);
}

void
pgs_loss_state_free(PgsLossState *state)
{
    if (state == NULL)
        return;
    g_hash_table_unref(state->relations);
    g_ptr_array_unref(state->columns);
    g_ptr_array_unref(state->labels);
    g_array_unref(state->uses);
    g_ptr_array_unref(state->functions);
    g_ptr_array_unref(state->schemas);
    g_free(state);
}

static guint32
number_of(const PGresult *rows, int row, int column)
{
    return (guint32)strtoul(PQgetvalue(rows, row, column), NULL, 10);
}

static PGresult *
ask(PgsConnection *connection, const char *file, GError **error)
{
    return pgs_connection_query(connection, PGS_SHAPE_ANY,
                                pgs_embedded_find(pgs_operate_files, file), 0, NULL, NULL, error);
}

static void
take_relation(PgsLossState *state, const PGresult *rows, int row)
{
    guint32 oid = number_of(rows, row, 0);
    if (g_hash_table_contains(state->relations, GUINT_TO_POINTER(oid)))
        return;
    PgsLossRelation *relation = g_new0(PgsLossRelation, 1);
    relation->oid = oid;
    relation->name = g_strdup(PQgetvalue(rows, row, 2));
    relation->kind = *PQgetvalue(rows, row, 3);
    relation->parent = number_of(rows, row, 8);
    relation->type = number_of(rows, row, 9);
    g_hash_table_insert(state->relations, GUINT_TO_POINTER(oid), relation);
}

static void
take_column(PgsLossState *state, const PGresult *rows, int row)
{
    if (PQgetisnull(rows, row, 4))
        return;
    PgsLossColumn *column = g_new0(PgsLossColumn, 1);
    column->relation = number_of(rows, row, 0);
    column->number = atoi(PQgetvalue(rows, row, 1));
    column->name = g_strdup(PQgetvalue(rows, row, 4));
    column->json = g_strdup(PQgetvalue(rows, row, 10));
    column->type = g_strdup(PQgetvalue(rows, row, 5));
    column->type_oid = number_of(rows, row, 6);
    column->is_generated = *PQgetvalue(rows, row, 7) == 't';
    column->is_inherited = *PQgetvalue(rows, row, 11) == 't';
    g_ptr_array_add(state->columns, column);
}

static void
take_label(PgsLossState *state, const PGresult *rows, int row)
{
    PgsLossLabel *label = g_new0(PgsLossLabel, 1);
    label->type = g_strdup(PQgetvalue(rows, row, 0));
    label->type_oid = number_of(rows, row, 1);
    label->label = g_strdup(PQgetvalue(rows, row, 2));
    label->oid = number_of(rows, row, 3);
    label->json = g_strdup(PQgetvalue(rows, row, 4));
    g_ptr_array_add(state->labels, label);
}

static void
take_use(PgsLossState *state, const PGresult *rows, int row)
{
    PgsLossUse use = {
        .relation = number_of(rows, row, 0),
        .number = atoi(PQgetvalue(rows, row, 1)),
        .type_oid = number_of(rows, row, 2),
        .is_same = *PQgetvalue(rows, row, 3) == 't',
    };
    g_array_append_val(state->uses, use);
}

static void
take_function(PgsLossState *state, const PGresult *rows, int row)
{
    PgsLossFunction *function = g_new0(PgsLossFunction, 1);
    function->name = g_strdup(PQgetvalue(rows, row, 0));
    function->definition = g_strdup(PQgetvalue(rows, row, 1));
    g_ptr_array_add(state->functions, function);
}

static void
take_schema(PgsLossState *state, const PGresult *rows, int row)
{
    g_ptr_array_add(state->schemas, g_strdup(PQgetvalue(rows, row, 0)));
}

static void
take_relation_and_column(PgsLossState *state, const PGresult *rows, int row)
{
    take_relation(state, rows, row);
    take_column(state, rows, row);
}

/* What is asked, and what becomes of each row. */
static const struct {
    const char *file;
    void (*take)(PgsLossState *state, const PGresult *rows, int row);
} questions[] = {
    {"loss_relations.sql", take_relation_and_column},
    {"loss_labels.sql", take_label},
    {"loss_uses.sql", take_use},
    {"loss_functions.sql", take_function},
    {"loss_schemas.sql", take_schema},
};

static PgsLossState *
state_new(void)
{
    PgsLossState *state = g_new0(PgsLossState, 1);
    state->relations = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)relation_free);
    state->columns = g_ptr_array_new_with_free_func((GDestroyNotify)column_free);
    state->labels = g_ptr_array_new_with_free_func((GDestroyNotify)label_free);
    state->uses = g_array_new(FALSE, FALSE, sizeof(PgsLossUse));
    state->functions = g_ptr_array_new_with_free_func((GDestroyNotify)function_free);
    state->schemas = g_ptr_array_new_with_free_func(g_free);
    return state;
}

PgsLossState *
pgs_loss_state_read(PgsConnection *connection, GError **error)
{
    /* All names are told with their schemas. */
    if (!pgs_connection_run(connection, "SET search_path = ''", error))
        return NULL;
    g_autoptr(PgsLossState) state = state_new();
    for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
        g_autoptr(PGresult) rows = ask(connection, questions[i].file, error);
        if (rows == NULL)
            return NULL;
        for (int row = 0; row < PQntuples(rows); row++)
            questions[i].take(state, rows, row);
    }
    return g_steal_pointer(&state);
}

const PgsLossRelation *
pgs_loss_state_relation(const PgsLossState *state, guint32 oid)
{
    return g_hash_table_lookup(state->relations, GUINT_TO_POINTER(oid));
}

const PgsLossColumn *
pgs_loss_state_column(const PgsLossState *state, guint32 relation, int number)
{
    for (guint i = 0; i < state->columns->len; i++) {
        const PgsLossColumn *column = state->columns->pdata[i];
        if (column->relation == relation && column->number == number)
            return column;
    }
    return NULL;
}

const PgsLossColumn *
pgs_loss_state_parent(const PgsLossState *state, const PgsLossColumn *column)
{
    const PgsLossRelation *relation = pgs_loss_state_relation(state, column->relation);
    for (guint i = 0; column->is_inherited && relation != NULL && i < state->columns->len; i++) {
        const PgsLossColumn *one = state->columns->pdata[i];
        if (one->relation == relation->parent && strcmp(one->name, column->name) == 0)
            return one;
    }
    return NULL;
}
