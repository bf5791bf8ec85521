#include "cycle/ground.h"

#include "base/embedded.h"
#include "base/error.h"
#include "cycle/psql.h"
#include "driver/login.h"
#include "snapshot/catalog.h"

#include <string.h>

extern const PgsEmbedded pgs_cycle_files[];

gboolean
pgs_ground_is_wanted(const PgsStageOptions *options)
{
    return (options->prepare != NULL && options->prepare->len > 0) || options->owner != NULL ||
           options->start != NULL;
}

static PgsConnection *
connect_superuser(const PgsStageOptions *options, PgsServer *server, const char *database,
                  GCancellable *cancellable, GError **error)
{
    return pgs_login(server, NULL, database, options->statement_timeout, cancellable, error);
}

PgsConnection *
pgs_ground_connect(const PgsStageOptions *options, PgsServer *server, const char *database,
                   GCancellable *cancellable, GError **error)
{
    return pgs_login(server, options->owner, database, options->statement_timeout, cancellable,
                     error);
}

/* ---- SQL of the project ---- */

static gboolean
read_text(const char *path, char **text, gsize *length, GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (g_file_get_contents(path, text, length, &cause))
        return TRUE;
    pgs_error_set(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_SQL, NULL, "%s", cause->message);
    return FALSE;
}

/* what: "prepare"; outcome: taken over. */
static gboolean
take_outcome(PgsOutcome *outcome, const char *what, GError **error)
{
    g_autoptr(PgsOutcome) taken = outcome;
    if (taken == NULL || taken->succeeded)
        return taken != NULL;
    g_autofree char *text = pgs_psql_describe_failure(taken);
    pgs_error_set(error, PGS_STAGE_ERROR, PGS_STAGE_ERROR_SQL, NULL,
                  "%s\nSTATEMENT:  %.500s\n"
                  "(%s)",
                  text, taken->statement != NULL ? taken->statement : "(not known)", what);
    return FALSE;
}

#define PREPARE_WHAT "prepare: is run by the superuser in an empty database"

static gboolean
run_prepare(PgsConnection *connection, const PgsSqlText *sql, GError **error)
{
    if (sql->path != NULL) {
        g_autofree char *text = NULL;
        gsize length;
        return read_text(sql->path, &text, &length, error) &&
               take_outcome(
                   pgs_psql_run(connection, sql->path, text, length, PGS_PSQL_KEEP_ROLES, error),
                   PREPARE_WHAT, error);
    }
    PgsOutcome *outcome =
        pgs_psql_run(connection, sql->place.file != NULL ? sql->place.file : "prepare", sql->text,
                     strlen(sql->text), PGS_PSQL_KEEP_ROLES, error);
    if (outcome != NULL && sql->place.line > 0) { /* where in the YAML text it lies is not known */
        outcome->line = sql->place.line;
        outcome->column = sql->place.column;
    }
    return take_outcome(outcome, PREPARE_WHAT, error);
}

/* ---- the owner ---- */

/* Whether prepare makes the role itself; then with the attributes that it gives it. */
static gboolean
prepare_makes(const PgsStageOptions *options, const char *role)
{
    g_autofree char *escaped = g_regex_escape_string(role, -1);
    g_autofree char *pattern =
        g_strdup_printf("\\bCREATE\\s+(ROLE|USER|GROUP)\\s+\"?%s(\"|\\b)", escaped);
    for (guint i = 0; options->prepare != NULL && i < options->prepare->len; i++) {
        const PgsSqlText *sql = options->prepare->pdata[i];
        g_autofree char *text = NULL;
        if (sql->path != NULL && !g_file_get_contents(sql->path, &text, NULL, NULL))
            continue;
        if (g_regex_match_simple(pattern, sql->path != NULL ? text : sql->text, G_REGEX_CASELESS,
                                 0))
            return TRUE;
    }
    return FALSE;
}

typedef enum {
    ROLE_MISSING,
    ROLE_NO_LOGIN,
    ROLE_READY,
} RoleState;

static gboolean
look_at_role(PgsConnection *connection, const char *role, RoleState *state, GError **error)
{
    g_autoptr(PGresult) result = pgs_connection_query(
        connection, PGS_SHAPE_ANY,
        "SELECT rolcanlogin FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) $1", 1,
        &role, NULL, error);
    if (result == NULL)
        return FALSE;
    *state = PQntuples(result) == 0                       ? ROLE_MISSING
             : strcmp(PQgetvalue(result, 0, 0), "t") == 0 ? ROLE_READY
                                                          : ROLE_NO_LOGIN;
    return TRUE;
}

/* An ordinary role that can log in; one that is there already only learns to log in. */
static gboolean
ensure_owner(PgsConnection *connection, const char *role, GError **error)
{
    RoleState state;
    if (!look_at_role(connection, role, &state, error))
        return FALSE;
    if (state == ROLE_READY)
        return TRUE;
    g_autofree char *quoted = pgs_connection_quote(connection, role);
    g_autofree char *sql =
        g_strdup_printf("%s ROLE %s LOGIN", state == ROLE_MISSING ? "CREATE" : "ALTER", quoted);
    g_autoptr(GError) cause = NULL;
    if (pgs_connection_run(connection, sql, &cause))
        return TRUE;
    /* Another run on the same server may have done it at this very moment. */
    if (!look_at_role(connection, role, &state, error))
        return FALSE;
    if (state != ROLE_READY)
        g_propagate_error(error, g_steal_pointer(&cause));
    return state == ROLE_READY;
}

/* From PostgreSQL 15 on it is who owns the database that may create in the schema public; before
 * that everybody may. */
static gboolean
give_database(PgsConnection *connection, const char *role, const char *database, GError **error)
{
    g_autofree char *quoted = pgs_connection_quote(connection, role);
    g_autofree char *name = pgs_connection_quote(connection, database);
    g_autofree char *sql = g_strdup_printf("ALTER DATABASE %s OWNER TO %s", name, quoted);
    return pgs_connection_run(connection, sql, error);
}

gboolean
pgs_ground_prepare(const PgsStageOptions *options, PgsServer *server, const char *database,
                   GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) connection =
        connect_superuser(options, server, database, cancellable, error);
    if (connection == NULL)
        return FALSE;
    gboolean before = options->owner != NULL && !prepare_makes(options, options->owner);
    if (before && !ensure_owner(connection, options->owner, error))
        return FALSE;
    for (guint i = 0; options->prepare != NULL && i < options->prepare->len; i++) {
        if (!run_prepare(connection, options->prepare->pdata[i], error))
            return FALSE;
        /* What one text sets in the session is not the next one's. */
        if (!pgs_connection_run(connection, "DISCARD ALL", error))
            return FALSE;
    }
    return options->owner == NULL || (ensure_owner(connection, options->owner, error) &&
                                      give_database(connection, options->owner, database, error));
}

/* ---- the dump ---- */

/* Whether a dump says who owns what (pg_dump without --no-owner). */
static gboolean
names_owners(const char *text)
{
    return g_regex_match_simple("^ALTER [^;]* OWNER TO ", text, G_REGEX_MULTILINE, 0);
}

/* Runs each statement that a query of sql/ gives. */
static gboolean
run_generated(PgsConnection *connection, const char *file, int n_params, const char *const *params,
              GError **error)
{
    if (!pgs_connection_run(connection, "SET search_path = ''", error))
        return FALSE;
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, pgs_embedded_find(pgs_cycle_files, file),
                             n_params, params, NULL, error);
    for (int i = 0; result != NULL && i < PQntuples(result); i++) {
        if (!pgs_connection_run(connection, PQgetvalue(result, i, 0), error))
            return FALSE;
    }
    return result != NULL;
}

/* An OID of this moment: what is made from now on has greater ones. */
static gboolean
take_oid(PgsConnection *connection, char **oid, GError **error)
{
    g_autofree char *gone = NULL;
    if (!pgs_connection_value(connection, "SELECT pg_catalog.lo_create(0)", oid, error))
        return FALSE;
    g_autofree char *unlink = g_strdup_printf("SELECT pg_catalog.lo_unlink(%s)", *oid);
    return pgs_connection_value(connection, unlink, &gone, error);
}

gboolean
pgs_ground_start(const PgsStageOptions *options, PgsServer *server, const char *database,
                 GCancellable *cancellable, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    if (options->start == NULL)
        return TRUE;
    if (!read_text(options->start, &text, &length, error))
        return FALSE;
    g_autoptr(PgsConnection) connection =
        connect_superuser(options, server, database, cancellable, error);
    g_autofree char *mark = NULL;
    if (connection == NULL || !take_oid(connection, &mark, error) ||
        !take_outcome(pgs_psql_run(connection, options->start, text, length, 0, error),
                      "start: is loaded by the superuser, behind prepare:", error))
        return FALSE;
    if (options->owner == NULL || names_owners(text))
        return TRUE;
    /* As "pg_restore --no-owner --role" would. */
    const char *params[] = {options->owner, mark};
    return pgs_connection_run(connection, "DISCARD ALL", error) &&
           run_generated(connection, "ownerless.sql", G_N_ELEMENTS(params), params, error);
}

gboolean
pgs_ground_complete_copy(const PgsStageOptions *options, PgsServer *server, const char *from,
                         const char *copy, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) connection = connect_superuser(
        options, server, pgs_server_maintenance_database(server), cancellable, error);
    const char *params[] = {from, copy};
    /* from may be the database that it is asked in, and one that is only read. */
    return connection != NULL &&
           pgs_connection_run(connection, "SET default_transaction_read_only = off", error) &&
           run_generated(connection, "database_properties.sql", G_N_ELEMENTS(params), params,
                         error);
}

PgsSnapshot *
pgs_ground_read(const PgsStageOptions *options, PgsServer *server, const char *database,
                GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) connection =
        connect_superuser(options, server, database, cancellable, error);
    if (connection == NULL)
        return NULL;
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(connection, PGS_CATALOG_CLUSTER, NULL, error);
    return catalog != NULL ? pgs_catalog_read_whole(catalog, error) : NULL;
}
