#include "exercise/referential_turn.h"

#include "exercise/referential_row.h"
#include "synthesis/synthesis_state.h"

static void
append_pair(PgsBench *bench, GString *sql, const char *before, const PgsColumn *column,
            const char *text)
{
    g_string_append_printf(sql, "%s%s = ", before, column->quoted);
    pgs_value_append(sql, pgs_referential_value(bench, text));
}

/* The statement; NULL: the parent refers to nothing by this reference. */
static char *
update_of(PgsBench *bench, const PgsRule *rule, const PgsRule *reference, const PgsStored *parent,
          const GPtrArray *key)
{
    g_autofree char *target = pgs_referential_target(rule->relation);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "UPDATE %s ", target);
    for (guint i = 0; i < rule->n_columns; i++)
        append_pair(bench, sql, i == 0 ? "SET " : ", ", rule->columns[i],
                    g_ptr_array_index(key, i));
    for (guint i = 0; i < reference->n_columns; i++) {
        const char *text = parent->stored[reference->columns[i]->index];
        if (text == NULL)
            return NULL;
        append_pair(bench, sql, i == 0 ? " WHERE " : " AND ", reference->referenced_columns[i],
                    text);
    }
    return g_strdup(sql->str);
}

/* It was tried before, for a refusal would end the transaction. */
static gboolean
run(PgsBench *bench, const char *update, gboolean *is_done, GError **error)
{
    g_autofree char *sql = g_strconcat(update, " RETURNING 1", NULL);
    g_autoptr(GPtrArray) row = NULL;
    if (!pgs_referential_ask(bench, sql, &row, error))
        return FALSE;
    if (row == NULL)
        return TRUE;
    if (!pgs_connection_run(pgs_bench_connection(bench), update, error))
        return FALSE;
    pgs_synthesis_state_log(pgs_synthesis_state(bench), update);
    *is_done = TRUE;
    return TRUE;
}

gboolean
pgs_referential_turn(PgsBench *bench, const PgsRule *rule, const PgsStored *parent,
                     const GPtrArray *key, gboolean *is_done, GError **error)
{
    *is_done = FALSE;
    const GPtrArray *references = rule->referenced->references;
    for (guint i = 0; i < references->len && !*is_done; i++) {
        const PgsRule *reference = g_ptr_array_index(references, i);
        if (reference->referenced != rule->relation || reference->relation != rule->referenced)
            continue;
        g_autofree char *update = update_of(bench, rule, reference, parent, key);
        if (update != NULL && !run(bench, update, is_done, error))
            return FALSE;
    }
    return TRUE;
}
