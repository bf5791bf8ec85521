#include "base/error.h"
#include "base/text.h"
#include "inventory/sandbox.h"
#include "plan/planning_state.h"
#include "project/names.h"

#include <string.h>

G_DEFINE_QUARK(pgs_planning_error, pgs_planning_error)

/* What exercise (exercise.h) takes as well when nothing is said. */
#define USUAL_SEED 20

void
pgs_plan_result_free(PgsPlanResult *result)
{
    if (result == NULL)
        return;
    g_ptr_array_unref(result->questions);
    g_ptr_array_unref(result->judgements);
    g_free(result->trouble);
    pgs_failure_free(result->failure);
    g_free(result);
}

void
pgs_planning_free(PgsPlanning *planning)
{
    if (planning == NULL)
        return;
    g_ptr_array_unref(planning->tables);
    g_ptr_array_unref(planning->volumes);
    g_hash_table_unref(planning->filled);
    g_hash_table_unref(planning->of_table);
    pgs_indexes_free(planning->indexes);
    pgs_bench_free(planning->bench);
    g_clear_error(&planning->fill_trouble);
    g_free(planning->session);
    g_free(planning->settings);
    g_free(planning);
}

/* ---- settings ---- */

/* A place that stands in front of a message, or "". */
static char *
place_text(const PgsPlace *place)
{
    return place->file != NULL ? g_strdup_printf("%s:%u: ", place->file, place->line)
                               : g_strdup("");
}

/* TRUE as well when the server refuses it; *failure then. */
static gboolean
try_setting(PgsConnection *connection, const char *sql, PgsFailure **failure, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_NONE, sql, 0, NULL, failure, &local);
    if (result == NULL && *failure == NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    return result != NULL || *failure != NULL;
}

static gboolean
refuse_setting(const PgsPlanning *planning, const PgsPlanSetting *setting,
               const PgsFailure *failure, GError **error)
{
    g_autofree char *place = place_text(&planning->facts->place);
    pgs_error_set(error, PGS_PLANNING_ERROR, PGS_PLANNING_ERROR_SETTING,
                  "plans: settings: has what a session may set of the planner's: "
                  "random_page_cost, effective_cache_size, work_mem, …; what only a server may is "
                  "given to the server",
                  "%sthe server does not take the setting %s = %s: %s", place, setting->name,
                  setting->value, failure->message);
    return FALSE;
}

static gboolean
add_setting(PgsPlanning *planning, const PgsPlanSetting *setting, GString *session, GError **error)
{
    g_autofree char *name = pgs_connection_quote(planning->connection, setting->name);
    g_autofree char *value = pgs_text_literal(setting->value);
    g_autofree char *sql = g_strdup_printf("SET LOCAL %s = %s", name, value);
    PgsFailure *failure = NULL;
    if (!try_setting(planning->connection, sql, &failure, error))
        return FALSE;
    g_autoptr(PgsFailure) owned = failure;
    if (owned != NULL)
        return refuse_setting(planning, setting, owned, error);
    g_string_append_printf(session, "%s; ", sql);
    return TRUE;
}

/* Each is tried, so that a wrong one is told before anything is filled. */
static gboolean
read_settings(PgsPlanning *planning, GError **error)
{
    g_auto(PgsSandbox) sandbox = {NULL, FALSE};
    g_autoptr(GString) session = g_string_new(NULL);
    if (!pgs_sandbox_begin(&sandbox, planning->connection, "", error))
        return FALSE;
    for (guint i = 0; planning->facts != NULL && i < planning->facts->settings->len; i++) {
        if (!add_setting(planning, planning->facts->settings->pdata[i], session, error))
            return FALSE;
    }
    planning->session = g_strdup(session->str);
    planning->settings = pgs_planner_settings(planning->connection, error);
    return planning->settings != NULL;
}

/* ---- rows ---- */

static gboolean
read_rows(PgsPlanning *planning, GError **error)
{
    for (guint i = 0; planning->facts != NULL && i < planning->facts->of_table->len; i++) {
        const PgsPlanRows *rows = planning->facts->of_table->pdata[i];
        g_autofree char *why = NULL;
        const PgsRelation *relation = pgs_planning_find_table(planning, rows->table, &why);
        if (relation == NULL) {
            g_autofree char *place = place_text(&rows->place);
            pgs_error_set(error, PGS_PLANNING_ERROR, PGS_PLANNING_ERROR_TABLE, NULL,
                          "%splans: tables: %s", place, why);
            return FALSE;
        }
        g_hash_table_insert(planning->of_table, (gpointer)relation, GUINT_TO_POINTER(rows->rows));
    }
    if (planning->options.rows == 0 && planning->facts != NULL)
        planning->options.rows = planning->facts->rows;
    return TRUE;
}

/* ---- the whole ---- */

PgsPlanning *
pgs_planning_new(PgsConnection *connection, const PgsPlanningOptions *options, GError **error)
{
    g_autoptr(PgsPlanning) planning = g_new0(PgsPlanning, 1);
    planning->connection = connection;
    planning->options = *options;
    planning->facts = options->facts;
    planning->seed = options->seed != 0 ? options->seed : USUAL_SEED;
    planning->of_table = g_hash_table_new(NULL, NULL);
    planning->filled = g_hash_table_new(NULL, NULL);
    planning->volumes = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_volume_free);
    planning->tables = g_ptr_array_new();
    planning->bench = pgs_bench_new(connection, planning->seed, error);
    if (planning->bench == NULL)
        return NULL;
    planning->indexes = pgs_indexes_read(connection, pgs_bench_inventory(planning->bench), error);
    if (planning->indexes == NULL || !read_settings(planning, error) || !read_rows(planning, error))
        return NULL;
    return g_steal_pointer(&planning);
}

const PgsIndexes *
pgs_planning_indexes(const PgsPlanning *planning)
{
    return planning->indexes;
}

const GPtrArray *
pgs_planning_tables(const PgsPlanning *planning)
{
    return planning->tables;
}

guint64
pgs_planning_seed(const PgsPlanning *planning)
{
    return planning->seed;
}

const char *
pgs_planning_settings(const PgsPlanning *planning)
{
    return planning->settings;
}
