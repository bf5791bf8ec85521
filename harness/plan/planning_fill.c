#include "base/error.h"
#include "inventory/sandbox.h"
#include "plan/parameter_uses.h"
#include "plan/planning_state.h"
#include "project/system.h"

#include <string.h>

/* ---- which tables ---- */

static gboolean
add_plan_table(const PgsPlanNode *node, gpointer data)
{
    GPtrArray *names = data;
    if (node->schema != NULL && node->relation != NULL) {
        PgsStatementTable *table = g_new0(PgsStatementTable, 1);
        table->schema = g_strdup(node->schema);
        table->name = g_strdup(node->relation);
        g_ptr_array_add(names, table);
    }
    return TRUE;
}

/*
 * What the plan of the query reads, as the database is now: what functions that are inlined read is
 * seen only there.  The values do not matter to a generic plan.  A refusal is told when it is
 * asked.
 */
static gboolean
add_planned(PgsPlanning *planning, const PgsPlanQuery *query, GPtrArray *tables, GError **error)
{
    g_autoptr(GPtrArray) uses = pgs_parameter_uses(query->sql);
    guint n = MAX(uses->len, query->parameters->len);
    g_autofree const char **values = g_new0(const char *, n + 1);
    const PgsQuery asked = {query->sql, values, n};
    g_auto(PgsSandbox) sandbox = {NULL, FALSE};
    /* More values than parameters; or a text that is not parsed here, by whose own account it goes.
     */
    if (uses->len > 0 && n > uses->len)
        return TRUE;
    if (!pgs_sandbox_begin(&sandbox, planning->connection, planning->session, error))
        return FALSE;
    g_autoptr(GError) local = NULL;
    PgsFailure *failure = NULL;
    g_autoptr(PgsPlan) plan = pgs_explain(planning->connection, &asked,
                                          n > 0 ? PGS_EXPLAIN_GENERIC : 0, &failure, &local);
    pgs_failure_free(failure);
    if (plan != NULL)
        pgs_plan_walk(plan, add_plan_table, tables);
    if (local == NULL || !pgs_planning_is_fatal(planning, local))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static void
add_named_tables(const PgsPlanning *planning, const PgsPlanQuery *query, GHashTable *relations)
{
    for (char **name = query->tables; *name != NULL; name++) {
        g_autofree char *why = NULL;
        const PgsRelation *relation = pgs_planning_find_table(planning, *name, &why);
        if (relation != NULL)
            pgs_planning_add_relation(relation, relations);
    }
}

/* An index of a materialized view has no relation: its tables are found through its name. */
static void
add_index_table(PgsPlanning *planning, const PgsIndex *index, GHashTable *relations,
                GPtrArray *names)
{
    if (index->relation != NULL)
        pgs_planning_add_relation(index->relation, relations);
    else
        g_ptr_array_add(names,
                        pgs_planning_spell(planning, index->relation_schema, index->relation_name));
}

static void
add_named_indexes(PgsPlanning *planning, const PgsPlanQuery *query, GHashTable *relations,
                  GPtrArray *names)
{
    for (char **name = query->indexes; *name != NULL; name++) {
        g_autofree char *why = NULL;
        const PgsIndex *index = pgs_indexes_find(planning->indexes, *name, &why);
        if (index != NULL)
            add_index_table(planning, index, relations, names);
    }
}

static gboolean
add_query(PgsPlanning *planning, const PgsPlanQuery *query, GHashTable *relations, GPtrArray *names,
          GError **error)
{
    g_autoptr(GPtrArray) tables = pgs_statement_tables(query->sql);
    if (!add_planned(planning, query, tables, error))
        return FALSE;
    for (guint i = 0; i < tables->len; i++) {
        const PgsStatementTable *table = tables->pdata[i];
        g_ptr_array_add(names, pgs_planning_spell(planning, table->schema, table->name));
    }
    add_named_tables(planning, query, relations);
    add_named_indexes(planning, query, relations, names);
    return TRUE;
}

static GHashTable *
find_relations(PgsPlanning *planning, const GPtrArray *queries, gboolean all, GError **error)
{
    g_autoptr(GHashTable) relations = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const GPtrArray *indexes = pgs_indexes_all(planning->indexes);
    for (guint i = 0; queries != NULL && i < queries->len; i++) {
        if (!add_query(planning, queries->pdata[i], relations, names, error))
            return NULL;
    }
    for (guint i = 0; all && i < indexes->len; i++)
        add_index_table(planning, indexes->pdata[i], relations, names);
    if (!pgs_planning_add_behind(planning, names, relations, error))
        return NULL;
    return g_steal_pointer(&relations);
}

/* In the inventory's order, so that the same queries fill in the same order. */
static GPtrArray *
not_yet_filled(const PgsPlanning *planning, GHashTable *relations)
{
    const GPtrArray *all = pgs_inventory_relations(pgs_bench_inventory(planning->bench));
    GPtrArray *missing = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        if (g_hash_table_contains(relations, all->pdata[i]) &&
            !g_hash_table_contains(planning->filled, all->pdata[i]))
            g_ptr_array_add(missing, all->pdata[i]);
    }
    return missing;
}

/* ---- what follows once the rows are there ---- */

static gboolean
refuse_fill(const PgsSqlText *sql, const char *message, GError **error)
{
    g_autofree char *place = sql->path != NULL ? g_strdup_printf("%s: ", sql->path)
                             : sql->place.file != NULL
                                 ? g_strdup_printf("%s:%u: ", sql->place.file, sql->place.line)
                                 : g_strdup("");
    pgs_error_set(error, PGS_PLANNING_ERROR, PGS_PLANNING_ERROR_FILL, NULL, "%splans: fill: %s",
                  place, message);
    return FALSE;
}

/* What the text has SET, or left open, is no matter of the plans. *was_open: a transaction was. */
static gboolean
settle_session(PgsPlanning *planning, gboolean *was_open, GError **error)
{
    PgsConnection *connection = planning->connection;
    *was_open = PQtransactionStatus(pgs_connection_raw(connection)) != PQTRANS_IDLE;
    /* VACUUM marks no page as all-visible while a commit is not written out yet. */
    return (!*was_open || pgs_connection_run(connection, "ROLLBACK", error)) &&
           pgs_connection_run(connection,
                              "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; "
                              "SET synchronous_commit = on",
                              error);
}

/* Tables before their indexes, which go with them. */
static char *
all_oids(const PgsPlanning *planning)
{
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(planning->bench));
    const GPtrArray *indexes = pgs_indexes_all(planning->indexes);
    GString *oids = g_string_new("{");
    for (guint i = 0; i < relations->len; i++)
        g_string_append_printf(oids, "%s%u", oids->len > 1 ? "," : "",
                               ((const PgsRelation *)relations->pdata[i])->oid);
    for (guint i = 0; i < indexes->len; i++)
        g_string_append_printf(oids, "%s%u", oids->len > 1 ? "," : "",
                               ((const PgsIndex *)indexes->pdata[i])->oid);
    g_string_append_c(oids, '}');
    return g_string_free(oids, FALSE);
}

static const char *
name_of(const PgsPlanning *planning, guint64 oid)
{
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(planning->bench));
    const GPtrArray *indexes = pgs_indexes_all(planning->indexes);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        if (relation->oid == oid)
            return relation->identity;
    }
    for (guint i = 0; i < indexes->len; i++) {
        const PgsIndex *index = indexes->pdata[i];
        if (index->oid == oid)
            return index->identity;
    }
    return NULL;
}

/* *gone: the table or index that is no longer the one that was read; borrowed; or NULL. */
static gboolean
find_gone(PgsPlanning *planning, const char **gone, GError **error)
{
    g_autofree char *sql = pgs_planning_sql(planning, "planning_gone.sql");
    g_autofree char *oids = all_oids(planning);
    const char *parameters[] = {oids};
    g_autoptr(PGresult) rows =
        pgs_connection_query(planning->connection, PGS_SHAPE_ANY, sql, 1, parameters, NULL, error);
    *gone = rows != NULL && PQntuples(rows) > 0
                ? name_of(planning, g_ascii_strtoull(PQgetvalue(rows, 0, 0), NULL, 10))
                : NULL;
    return rows != NULL;
}

static gboolean
run_sql_text(PgsPlanning *planning, const PgsSqlText *sql, GError **error)
{
    g_autofree char *text = g_strdup(sql->text);
    g_autoptr(GError) local = NULL;
    if (sql->path != NULL && !g_file_get_contents(sql->path, &text, NULL, &local))
        return refuse_fill(sql, local->message, error);
    pgs_connection_run(planning->connection, text, &local);
    if (local != NULL && pgs_planning_is_fatal(planning, local)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    gboolean was_open;
    const char *gone;
    if (!settle_session(planning, &was_open, error) || !find_gone(planning, &gone, error))
        return FALSE;
    if (local != NULL)
        return refuse_fill(sql, local->message, error);
    if (was_open)
        return refuse_fill(sql, "it leaves a transaction open: COMMIT is missing", error);
    if (gone == NULL)
        return TRUE;
    g_autofree char *message = g_strdup_printf(
        "it takes %s away: it may change rows, and the schema is what is judged", gone);
    return refuse_fill(sql, message, error);
}

static gboolean
run_fill_sql(PgsPlanning *planning, GError **error)
{
    planning->is_sql_run = TRUE;
    for (guint i = 0; i < planning->facts->fill->len; i++) {
        if (!run_sql_text(planning, planning->facts->fill->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

/* One that cannot be refreshed stays as it is. */
static gboolean
refresh(PgsPlanning *planning, const char *view, GError **error)
{
    g_autofree char *sql = g_strdup_printf("REFRESH MATERIALIZED VIEW %s", view);
    g_autoptr(GError) local = NULL;
    if (pgs_connection_run(planning->connection, sql, &local) ||
        !pgs_planning_is_fatal(planning, local))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static gboolean
refresh_views(PgsPlanning *planning, GPtrArray *changed, GError **error)
{
    g_autofree char *sql = pgs_planning_sql(planning, "materialized_views.sql");
    g_autoptr(PGresult) views =
        pgs_connection_query(planning->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (views == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(views); i++) {
        if (!refresh(planning, PQgetvalue(views, i, 0), error))
            return FALSE;
        g_ptr_array_add(changed, g_strdup(PQgetvalue(views, i, 0)));
    }
    return TRUE;
}

/* VACUUM as well: for the visibility map, BRIN's ranges and GIN's pending list. */
static gboolean
analyze(PgsPlanning *planning, const GPtrArray *changed, GError **error)
{
    g_autoptr(GString) sql = g_string_new("VACUUM (ANALYZE) ");
    for (guint i = 0; i < changed->len; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", (const char *)changed->pdata[i]);
    return changed->len == 0 || pgs_connection_run(planning->connection, sql->str, error);
}

/* All tables: which ones the project's SQL has changed is not known. */
static void
add_all_tables(const PgsPlanning *planning, GPtrArray *changed)
{
    const GPtrArray *all = pgs_inventory_relations(pgs_bench_inventory(planning->bench));
    for (guint i = 0; i < all->len; i++) {
        const PgsRelation *relation = all->pdata[i];
        if ((relation->kind == 'r' || relation->kind == 'p') && !relation->is_auxiliary)
            g_ptr_array_add(changed, g_strdup(relation->identity));
    }
}

/* Without the project's SQL everything is as pgs_volume_fill() has left it. */
static gboolean
finish(PgsPlanning *planning, GError **error)
{
    if (planning->facts == NULL || planning->facts->fill->len == 0 || planning->is_sql_run)
        return TRUE;
    g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func(g_free);
    if (!run_fill_sql(planning, error))
        return FALSE;
    add_all_tables(planning, changed);
    return refresh_views(planning, changed, error) && analyze(planning, changed, error);
}

/* ---- filling ---- */

static gboolean
fill(PgsPlanning *planning, const GPtrArray *relations, GError **error)
{
    PgsVolumeOptions options = {
        .rows = planning->options.rows,
        .of_table = planning->of_table,
        .progress = planning->options.progress,
        .progress_data = planning->options.progress_data,
    };
    PgsVolume *volume = pgs_volume_fill(planning->bench, relations, &options, error);
    if (volume == NULL)
        return FALSE;
    g_ptr_array_add(planning->volumes, volume);
    const GPtrArray *tables = pgs_volume_tables(volume);
    for (guint i = 0; i < tables->len; i++)
        g_ptr_array_add(planning->tables, tables->pdata[i]);
    for (guint i = 0; i < relations->len; i++)
        g_hash_table_add(planning->filled, relations->pdata[i]);
    return finish(planning, error);
}

/* What the project's SQL was refused with is told each time; it is not run again. */
static gboolean
fill_missing(PgsPlanning *planning, GHashTable *relations, GError **error)
{
    g_autoptr(GPtrArray) missing = not_yet_filled(planning, relations);
    g_autoptr(GError) local = NULL;
    if (missing->len > 0 && planning->fill_trouble == NULL && !fill(planning, missing, &local)) {
        if (local->domain != PGS_PLANNING_ERROR) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        planning->fill_trouble = g_steal_pointer(&local);
    }
    if (planning->fill_trouble != NULL)
        g_propagate_error(error, g_error_copy(planning->fill_trouble));
    return planning->fill_trouble == NULL;
}

gboolean
pgs_planning_fill(PgsPlanning *planning, const GPtrArray *queries, gboolean all, GError **error)
{
    g_autoptr(GHashTable) relations = find_relations(planning, queries, all, error);
    return relations != NULL && fill_missing(planning, relations, error);
}

gboolean
pgs_planning_fill_for_index(PgsPlanning *planning, const PgsIndex *index, GError **error)
{
    g_autoptr(GHashTable) relations = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    add_index_table(planning, index, relations, names);
    return pgs_planning_add_behind(planning, names, relations, error) &&
           fill_missing(planning, relations, error);
}
