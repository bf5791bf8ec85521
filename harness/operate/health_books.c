#include "operate/health_books.h"

#include "base/embedded.h"
#include "operate/standing.h"

#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

#define READ_TIMEOUT_MS (10 * 1000)

/*
 * Migration tools' tables, as each tool makes them, for a database of which no folder is at hand.
 * needs: a column that tells it from another tool's of the same name.  sql: of the quoted table,
 * the revision that was applied last, and whether it is marked as unfinished.
 */
typedef struct {
    const char *tool, *table, *needs, *sql;
} Books;

#define HIGHEST(column) "SELECT max(" column ")::text, false FROM %s"

static const Books books[] = {
    {"golang-migrate", "schema_migrations", "dirty", "SELECT version::text, dirty FROM %s LIMIT 1"},
    {"dbmate", "schema_migrations", "version", HIGHEST("version")},
    {"goose", "goose_db_version", "is_applied",
     "SELECT version_id::text, false FROM (SELECT DISTINCT ON (version_id) * FROM %s ORDER BY "
     "version_id, id DESC) AS latest WHERE is_applied ORDER BY version_id DESC LIMIT 1"},
    {"diesel", "__diesel_schema_migrations", "run_on", HIGHEST("version")},
    {"sqlx", "_sqlx_migrations", "success",
     "SELECT version::text, NOT success FROM %s ORDER BY version DESC LIMIT 1"},
    {"node-pg-migrate", "pgmigrations", "run_on",
     "SELECT name, false FROM %s ORDER BY run_on DESC, id DESC LIMIT 1"},
    {"sqitch", "changes", "change_id",
     "SELECT change, false FROM %s ORDER BY committed_at DESC LIMIT 1"},
    {"sql-migrate", "gorp_migrations", "applied_at", HIGHEST("id")},
    {"flyway", "flyway_schema_history", "installed_rank",
     "SELECT coalesce(version, description), NOT success FROM %s"
     " ORDER BY installed_rank DESC LIMIT 1"},
    {"refinery", "refinery_schema_history", "checksum", HIGHEST("version")},
    {"prisma", "_prisma_migrations", "finished_at",
     "SELECT migration_name, finished_at IS NULL FROM %s WHERE rolled_back_at IS NULL"
     " ORDER BY started_at DESC LIMIT 1"},
    {"yoyo", "_yoyo_migration", "migration_id",
     "SELECT migration_id, false FROM %s ORDER BY applied_at_utc DESC LIMIT 1"},
    {"alembic", "alembic_version", "version_num",
     "SELECT string_agg(version_num, ' ' ORDER BY version_num), false FROM %s"},
    {"postgrator", "schemaversion", "version", HIGHEST("version")},
    {"knex", "knex_migrations", "migration_time",
     "SELECT name, false FROM %s ORDER BY id DESC LIMIT 1"},
    {"django", "django_migrations", "app",
     "SELECT app || '.' || name, false FROM %s ORDER BY id DESC LIMIT 1"},
    {"liquibase", "databasechangelog", "orderexecuted",
     "SELECT id, false FROM %s ORDER BY orderexecuted DESC LIMIT 1"},
    {"pgstair", "pgstair_migrations", "version", HIGHEST("version")},
};

PGresult *
pgs_health_ask(PgsPool *pool, const char *sql, int n, const char *const *parameters, char **why)
{
    PgsProblem *problem = NULL;
    PgsSession *session = pgs_session_begin(pool, &problem);
    PGresult *result =
        session != NULL ? pgs_session_query(session, sql, n, parameters, &problem) : NULL;
    pgs_session_rollback(session);
    if (result == NULL && why != NULL)
        *why = g_strdup(pgs_problem_message(problem));
    pgs_problem_free(problem);
    return result;
}

static void
add_text(JsonBuilder *json, const char *name, const char *value)
{
    json_builder_set_member_name(json, name);
    if (value == NULL) {
        json_builder_add_null_value(json);
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    json_builder_add_string_value(json, valid);
}

static void
add_error(JsonBuilder *json, const char *message)
{
    json_builder_begin_object(json);
    add_text(json, "error", message);
    json_builder_end_object(json);
}

/* Whether columns, with blanks between, have name. */
static gboolean
has_column(const char *columns, const char *name)
{
    g_auto(GStrv) words = g_strsplit(columns, " ", -1);
    return g_strv_contains((const char *const *)words, name);
}

static const Books *
find_books(const char *table, const char *columns)
{
    for (gsize i = 0; i < G_N_ELEMENTS(books); i++) {
        if (strcmp(books[i].table, table) == 0 && has_column(columns, books[i].needs))
            return &books[i];
    }
    return NULL;
}

/* All known names as the text of an array. */
static char *
known_names(void)
{
    g_autoptr(GString) names = g_string_new("{");
    for (gsize i = 0; i < G_N_ELEMENTS(books); i++)
        g_string_append_printf(names, "%s%s", i > 0 ? "," : "", books[i].table);
    g_string_append_c(names, '}');
    return g_string_free(g_steal_pointer(&names), FALSE);
}

static void
add_found(JsonBuilder *json, PgsPool *pool, const Books *found, const char *quoted)
{
    g_auto(GStrv) around = g_strsplit(found->sql, "%s", 2);
    g_autofree char *sql = g_strconcat(around[0], quoted, around[1], NULL);
    g_autofree char *why = NULL;
    g_autoptr(PGresult) result = pgs_health_ask(pool, sql, 0, NULL, &why);
    gboolean has_row = result != NULL && PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
    json_builder_begin_object(json);
    add_text(json, "tool", found->tool);
    add_text(json, "table", quoted);
    if (result == NULL)
        add_text(json, "error", why);
    add_text(json, "revision", has_row ? PQgetvalue(result, 0, 0) : NULL);
    json_builder_set_member_name(json, "dirty");
    json_builder_add_boolean_value(json, has_row && *PQgetvalue(result, 0, 1) == 't');
    json_builder_end_object(json);
}

/* What the database itself shows; several tools: the first that is known. */
static void
add_detected(JsonBuilder *json, PgsPool *pool)
{
    g_autofree char *names = known_names();
    g_autofree char *why = NULL;
    const char *const parameters[] = {names};
    g_autoptr(PGresult) tables = pgs_health_ask(
        pool, pgs_embedded_find(pgs_operate_files, "health_books.sql"), 1, parameters, &why);
    for (int row = 0; tables != NULL && row < PQntuples(tables); row++) {
        const Books *found = find_books(PQgetvalue(tables, row, 0), PQgetvalue(tables, row, 2));
        if (found != NULL) {
            add_found(json, pool, found, PQgetvalue(tables, row, 1));
            return;
        }
    }
    if (tables == NULL)
        add_error(json, why);
    else
        json_builder_add_null_value(json);
}

static guint
count_pending(const PgsLedgerState *state, const PgsHistory *history)
{
    guint n = 0;
    for (guint i = 0; i < state->n_revisions; i++)
        n += pgs_standing_is_pending(state, history, (gint)i) ? 1 : 0;
    return n;
}

static void
add_state(JsonBuilder *json, const PgsHealthRequest *request, const PgsLedgerState *state)
{
    gboolean is_elsewhere = pgs_standing_leads_elsewhere(state, request->history);
    gint at = is_elsewhere ? -1 : pgs_ledger_state_at(state, request->history);
    const PgsRevision *revision =
        at >= 0 ? g_ptr_array_index(request->history->revisions, (guint)at) : NULL;
    guint pending = count_pending(state, request->history);
    json_builder_begin_object(json);
    add_text(json, "tool", request->ledger->kind->format);
    add_text(json, "table", request->ledger->name);
    add_text(json, "revision", revision != NULL ? revision->id : NULL);
    json_builder_set_member_name(json, "at_head");
    json_builder_add_boolean_value(json, !is_elsewhere && pending == 0 && state->dirty < 0);
    json_builder_set_member_name(json, "pending");
    json_builder_add_int_value(json, pending);
    json_builder_set_member_name(json, "dirty");
    json_builder_add_boolean_value(json, state->dirty >= 0);
    json_builder_end_object(json);
}

/* By the books of the folder's own tool. */
static void
add_by_ledger(JsonBuilder *json, const PgsHealthRequest *request)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) reader = pgs_connection_open(
        request->conninfo, NULL, request->timeout != 0 ? request->timeout : READ_TIMEOUT_MS,
        request->cancellable, &error);
    g_autoptr(PgsLedgerState) state = NULL;
    if (reader != NULL && pgs_ledger_locate(request->ledger, reader, &error))
        state = pgs_ledger_read(request->ledger, reader, &error);
    if (state != NULL)
        add_state(json, request, state);
    else
        add_error(json, error->message);
}

void
pgs_health_add_revision(JsonBuilder *json, const PgsHealthRequest *request)
{
    json_builder_set_member_name(json, "revision");
    if (request->ledger != NULL && request->conninfo != NULL)
        add_by_ledger(json, request);
    else
        add_detected(json, request->pool);
}
