#include "check/evidence.h"

#include "exercise/exercise.h"
#include "pg/connection.h"
#include "pgstair/version.h"
#include "sql/token.h"

#include <libxml/xmlversion.h>
#include <string.h>

/*
 * What the server was set to, beyond its defaults: not what differs from run to run (paths, ports),
 * what only says how it logs, what initdb takes from the machine, nor what may hold a secret.
 */
#define SETTINGS                                                                                   \
    "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings "                   \
    "WHERE (source NOT IN ('default', 'override', 'client', 'session', 'environment variable') "   \
    "       AND name !~ '^(log_|lc_|unix_socket|ssl_|krb_|archive_|restore_|recovery_)' "          \
    "       AND name !~ '(_directory|_file|_path|_conninfo|_command|passw|secret|token|key)' "     \
    "       AND name NOT IN ('application_name', 'client_encoding', 'cluster_name', "              \
    "                        'DateStyle', 'default_text_search_config', "                          \
    "                        'dynamic_shared_memory_type', 'external_pid_file', "                  \
    "                        'listen_addresses', 'logging_collector', 'max_wal_size', "            \
    "                        'min_wal_size', 'port', 'ssl', 'statement_timeout', "                 \
    "                        'update_process_title')) "                                            \
    "      OR name = 'fsync' ORDER BY name COLLATE \"C\""

/* New databases are copies of template0. */
#define DATABASE                                                                                   \
    "SELECT datcollate, pg_catalog.pg_encoding_to_char(encoding) FROM pg_catalog.pg_database "     \
    "WHERE datname = 'template0'"

static void
add(PgsRecordSystem *facts, const char *name, const char *value, const char *server)
{
    if (value != NULL && *value != '\0')
        g_ptr_array_add(facts->facts, pgs_record_fact_new(name, value, server));
}

static void G_GNUC_PRINTF(3, 4)
    add_text(PgsRecordSystem *facts, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *value = g_strdup_vprintf(format, args);
    va_end(args);
    add(facts, name, value, NULL);
}

/* ---- what pgstair stands on ---- */

static void
add_libraries(PgsRecordSystem *facts)
{
    int libpq = PQlibVersion();
    add(facts, "pgstair", pgs_version(), NULL);
    add_text(facts, "libpq", "%d.%d", libpq / 10000, libpq % 10000);
    add_text(facts, "GLib", "%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
    add(facts, "libxml2", LIBXML_DOTTED_VERSION, NULL);
    add_text(facts, "libpg_query", "the parser of PostgreSQL %s", pgs_token_parser_version());
    g_autofree char *os = g_get_os_info(G_OS_INFO_KEY_PRETTY_NAME);
    add(facts, "operating system", os, NULL);
}

/* ---- how it was asked ---- */

static void
add_duration(PgsRecordSystem *facts, const char *name, guint milliseconds)
{
    if (milliseconds % 1000 == 0)
        add_text(facts, name, "%u s", milliseconds / 1000);
    else
        add_text(facts, name, "%u ms", milliseconds);
}

static void
add_words(PgsRecordSystem *facts, const char *name, char *const *words)
{
    g_autofree char *joined = words != NULL ? g_strjoinv(", ", (char **)words) : NULL;
    add(facts, name, joined, NULL);
}

static void
add_options(PgsRecordSystem *facts, const PgsSystem *system, const PgsCheckSelection *checks)
{
    guint64 seed = system->exercise->seed != 0 ? system->exercise->seed : PGS_EXERCISE_SEED;
    add_duration(facts, "statement timeout", system->statement_timeout);
    add_text(facts, "seed", "%" G_GUINT64_FORMAT, seed);
    if (system->plans->rows != 0)
        add_text(facts, "rows", "%u", system->plans->rows);
    /* Named, not found: how the folder is read depends on it. */
    add(facts, "format", system->format, NULL);
    add(facts, "owner", system->owner, NULL);
    add(facts, "floor", system->floor, NULL);
    add(facts, "since", system->since, NULL);
    add(facts, "strict", system->strict ? "yes" : NULL, NULL);
    add_words(facts, "only", checks != NULL ? checks->only : system->only);
    add_words(facts, "skip", checks != NULL ? checks->skip : system->skip);
}

/* ---- the CI job ---- */

/* Variables that name a job, first the ones that say most; each CI system documents its own. */
static const struct {
    const char *fact, *variable;
} ci_variables[] = {
    {"CI job", "CI_JOB_URL"},          /* GitLab */
    {"CI job", "BUILD_URL"},           /* Jenkins */
    {"CI job", "CIRCLE_BUILD_URL"},    /* CircleCI */
    {"CI job", "BUILDKITE_BUILD_URL"}, /* Buildkite */
    {"CI commit", "GITHUB_SHA"},       {"CI commit", "CI_COMMIT_SHA"},
    {"CI commit", "GIT_COMMIT"},       {"CI commit", "CIRCLE_SHA1"},
    {"CI commit", "BUILDKITE_COMMIT"},
};

static gboolean
has_fact(const PgsRecordSystem *facts, const char *name)
{
    for (guint i = 0; i < facts->facts->len; i++) {
        const PgsRecordFact *fact = facts->facts->pdata[i];
        if (strcmp(fact->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Without user and password, which a mirror's URL may hold. */
static char *
without_credentials(const char *url)
{
    const char *host = strstr(url, "://");
    gsize length = host != NULL ? strcspn(host + 3, "/?#") : 0;
    const char *at = host != NULL ? g_strrstr_len(host + 3, (gssize)length, "@") : NULL;
    if (at == NULL)
        return g_strdup(url);
    g_autofree char *scheme = g_strndup(url, (gsize)(host + 3 - url));
    return g_strconcat(scheme, at + 1, NULL);
}

static void
add_ci(PgsRecordSystem *facts)
{
    const char *server = g_getenv("GITHUB_SERVER_URL");
    const char *repository = g_getenv("GITHUB_REPOSITORY");
    const char *run = g_getenv("GITHUB_RUN_ID");
    if (server != NULL && repository != NULL && run != NULL) {
        g_autofree char *shown = without_credentials(server);
        add_text(facts, "CI job", "%s/%s/actions/runs/%s", shown, repository, run);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(ci_variables); i++) {
        const char *value = g_getenv(ci_variables[i].variable);
        if (value == NULL || *value == '\0' || has_fact(facts, ci_variables[i].fact))
            continue;
        g_autofree char *shown = without_credentials(value);
        add(facts, ci_variables[i].fact, shown, NULL);
    }
}

/* ---- the server ---- */

static void
add_settings(PgsRecordSystem *facts, PgsConnection *connection, const char *server)
{
    g_autoptr(PGresult) rows =
        pgs_connection_query(connection, PGS_SHAPE_ANY, SETTINGS, 0, NULL, NULL, NULL);
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++) {
        g_autofree char *name = g_strconcat("setting ", PQgetvalue(rows, i, 0), NULL);
        add(facts, name, PQgetvalue(rows, i, 1), server);
    }
}

static void
add_database(PgsRecordSystem *facts, const PgsSystem *system, PgsConnection *connection,
             const char *server)
{
    g_autoptr(PGresult) row =
        pgs_connection_query(connection, PGS_SHAPE_ANY, DATABASE, 0, NULL, NULL, NULL);
    if (row == NULL || PQntuples(row) != 1)
        return;
    add(facts, "locale", system->locale != NULL ? system->locale : PQgetvalue(row, 0, 0), server);
    add(facts, "locale provider", system->locale_provider, server);
    /* pgs_server_create_database() makes nothing else. */
    add(facts, "encoding", "UTF8", server);
}

void
pgs_evidence_note_server(PgsRecordSystem *facts, const PgsSystem *system, const PgsServer *server)
{
    const PgsRecordServer *row =
        facts->servers->len > 0 ? facts->servers->pdata[facts->servers->len - 1] : NULL;
    const char *name = row != NULL ? row->name : NULL;
    add(facts, "image", pgs_server_image(server), name);
    add(facts, "image id", pgs_server_image_id(server), name);
    add(facts, "image digest", pgs_server_image_digest(server), name);
    /* A server that answers no more is told of by others. */
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), pgs_server_maintenance_database(server),
                            10 * 1000, NULL, NULL);
    if (connection == NULL)
        return;
    add_database(facts, system, connection, name);
    add_settings(facts, connection, name);
}

void
pgs_evidence_note_facts(PgsRecordSystem *facts, const PgsSystem *system,
                        const PgsCheckSelection *checks)
{
    add_libraries(facts);
    add_options(facts, system, checks);
    add_ci(facts);
}
