#ifndef PGS_TESTS_TOOL_FIXTURE_H
#define PGS_TESTS_TOOL_FIXTURE_H

#include "cmocka_all.h"

#include "base/fs.h"
#include "cycle/lane.h"
#include "diff/diff.h"
#include "driver/login.h"
#include "server_fixture.h"
#include "snapshot/catalog.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A real migration tool and pgstair, each with the same folder and a new database on one server:
 * both must come to the same catalog, and to the same verdict.  Tools are looked for in PATH and
 * where ci/install-tools puts those of npm.
 *
 *     static void
 *     test_up_and_down(void **state)
 *     {
 *         PgsToolFixture *fixture = *state;
 *         const char *const up[] = {"dbmate", "--url", "{url}&sslmode=disable", "up", NULL};
 *         const char *const down[] = {"dbmate", …, "rollback", NULL};
 *         const PgsToolTurn turns[] = {{.command = up, .revision = PGS_TOOL_HEAD},
 *                                      {.command = down, .revision = 1}};
 *         pgs_tool_require("dbmate");
 *         pgs_tool_write(fixture, "migrations/001_a.sql", "…");
 *         pgs_tool_assert_same(fixture, "migrations", "dbmate", turns, G_N_ELEMENTS(turns));
 *     }
 *     … PGS_TOOL_TEST(test_up_and_down) … cmocka_run_group_tests(tests, pgs_tool_start,
 * pgs_tool_stop)
 */
typedef struct {
    PgsServer *server; /* of the group */
    char *folder;      /* of the test, empty; tools run in it */
    char *database;    /* the tool's */
    PgsHistory *history;
    PgsStage *stage;
    PgsLane *lane; /* pgstair's */
    PgsStageOptions options;
    GString *log; /* what the tool wrote, all of it */
} PgsToolFixture;

/* One go of both: the tool's command, and to where pgstair's lane goes by pgs_lane_run(). */
typedef struct {
    const char *const *command; /* NULL-terminated; the tool first; {url}, {host}, {port}, {user},
                                   {database}, {folder} in arguments are replaced */
    const char *const *environment; /* "NAME=value", likewise; or NULL: libpq's variables and
                                       DATABASE_URL are there in any case */
    gint revision;                  /* an index; -1: base; PGS_TOOL_HEAD */
    gboolean fails;                 /* both have to refuse it; then their databases are compared */
    const char *says;               /* of a failure: in what the tool writes, and in what pgstair
                                       says; or NULL */
    const char *ask; /* SQL whose one value has to be the same in both, too; or NULL */
} PgsToolTurn;

#define PGS_TOOL_HEAD G_MAXINT
/* For one run of a tool. */
#define PGS_TOOL_TIMEOUT_MS 60000

/* ---- fixtures ---- */

static inline int
pgs_tool_start(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    PgsToolFixture *fixture = g_new0(PgsToolFixture, 1);
    fixture->server = server;
    *state = fixture;
    return 0;
}

static inline int
pgs_tool_stop(void **state)
{
    PgsToolFixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static inline int
pgs_tool_set_up(void **state)
{
    PgsToolFixture *fixture = *state;
    fixture->folder = g_dir_make_tmp("pgstair-tool-XXXXXX", NULL);
    fixture->options = (PgsStageOptions){.name = "tool", .statement_timeout = 30000};
    fixture->log = g_string_new(NULL);
    return fixture->folder != NULL ? 0 : -1;
}

static inline int
pgs_tool_tear_down(void **state)
{
    PgsToolFixture *fixture = *state;
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    if (fixture->database != NULL)
        pgs_server_drop_database(fixture->server, fixture->database, NULL);
    g_clear_pointer(&fixture->database, g_free);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    g_string_free(fixture->log, TRUE);
    fixture->log = NULL;
    return 0;
}

#define PGS_TOOL_TEST(function)                                                                    \
    cmocka_unit_test_setup_teardown(function, pgs_tool_set_up, pgs_tool_tear_down)

/* ---- tools ---- */

/* Its path (g_free()); NULL: it is not here. */
static inline char *
pgs_tool_find(const char *tool)
{
    const char *other = g_getenv("PGSTAIR_TOOLS");
    const char *const folders[] = {PGS_TOOLS_DIR, other};
    for (gsize i = 0; i < G_N_ELEMENTS(folders) && folders[i] != NULL; i++) {
        char *path = g_build_filename(folders[i], "node_modules", ".bin", tool, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            return path;
        g_free(path);
    }
    return g_find_program_in_path(tool);
}

/* Skips the test where the tool is missing, with the reason; PGSTAIR_TEST_REQUIRE_TOOLS=1: fails.
 */
static inline void
pgs_tool_require(const char *tool)
{
    g_autofree char *path = pgs_tool_find(tool);
    if (path != NULL)
        return;
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS"), "1") == 0)
        fail_msg("%s is not here: ci/install-deps --tools, ci/install-tools", tool);
    print_message("skipped: %s is not here (ci/install-deps --tools, ci/install-tools)\n", tool);
    skip();
}

/* Writes a file below the test's folder, with the folders that lead to it. */
static inline void
pgs_tool_write(const PgsToolFixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* The value of a keyword of the server's connection string; "" without one.  g_free(). */
static inline char *
pgs_tool_login_value(const PgsToolFixture *fixture, const char *keyword)
{
    PQconninfoOption *options = PQconninfoParse(pgs_server_conninfo(fixture->server), NULL);
    char *value = NULL;
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (strcmp(option->keyword, keyword) == 0)
            value = g_strdup(option->val);
    }
    PQconninfoFree(options);
    return value != NULL ? value : g_strdup("");
}

/* "postgresql://user@/database?host=/folder&port=5432": how libpq, lib/pq, pgx, node-postgres and
 * psycopg reach a server by its socket.  g_free(). */
static inline char *
pgs_tool_url(const PgsToolFixture *fixture, const char *database)
{
    g_autofree char *user = pgs_tool_login_value(fixture, "user");
    g_autofree char *host = pgs_tool_login_value(fixture, "host");
    g_autofree char *port = pgs_tool_login_value(fixture, "port");
    g_autofree char *place = g_uri_escape_string(host, NULL, FALSE);
    return g_strdup_printf("postgresql://%s@/%s?host=%s&port=%s", user, database, place, port);
}

static inline char *
pgs_tool_expand(const PgsToolFixture *fixture, const char *database, const char *text)
{
    static const char *const keywords[] = {"host", "port", "user"};
    GString *expanded = g_string_new(text);
    g_autofree char *url = pgs_tool_url(fixture, database);
    g_string_replace(expanded, "{url}", url, 0);
    g_string_replace(expanded, "{database}", database, 0);
    g_string_replace(expanded, "{folder}", fixture->folder, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++) {
        g_autofree char *word = g_strdup_printf("{%s}", keywords[i]);
        g_autofree char *value = pgs_tool_login_value(fixture, keywords[i]);
        g_string_replace(expanded, word, value, 0);
    }
    return g_string_free(expanded, FALSE);
}

static inline void
pgs_tool_set_environment(const PgsToolFixture *fixture, PgsProcess *process, const char *database,
                         const char *const *environment)
{
    pgs_login_set_environment(process, fixture->server, NULL, database);
    for (; environment != NULL && *environment != NULL; environment++) {
        g_autofree char *text = pgs_tool_expand(fixture, database, *environment);
        char *equals = strchr(text, '=');
        assert_non_null(equals);
        *equals = '\0';
        pgs_process_set_env(process, text, equals + 1);
    }
}

/*
 * Runs a tool in the test's folder against a database of the group's server: its exit status.
 * *output (or NULL): what it wrote, to both; g_free().
 */
static inline int
pgs_tool_run(PgsToolFixture *fixture, const char *database, const char *const *command,
             const char *const *environment, char **output)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = pgs_tool_find(command[0]);
    assert_non_null(path);
    g_autoptr(PgsProcess) process = pgs_process_new(path);
    for (const char *const *argument = command + 1; *argument != NULL; argument++) {
        g_autofree char *text = pgs_tool_expand(fixture, database, *argument);
        pgs_process_add(process, text);
    }
    pgs_tool_set_environment(fixture, process, database, environment);
    pgs_process_set_directory(process, fixture->folder);
    pgs_process_set_timeout(process, PGS_TOOL_TIMEOUT_MS);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s", error->message);
    g_string_append_printf(fixture->log, "%s%s", result.output, result.errors);
    if (output != NULL)
        *output = g_strconcat(result.output, result.errors, NULL);
    return result.exit_status;
}

/* ---- both ---- */

/* A database of the tool's own, and a lane of pgstair's, both at base.  history is taken over. */
static inline void
pgs_tool_open(PgsToolFixture *fixture, PgsHistory *history)
{
    g_autoptr(GError) error = NULL;
    fixture->history = history;
    fixture->stage = pgs_stage_new(&fixture->options, history, fixture->server, FALSE, NULL);
    fixture->lane = pgs_lane_new(fixture->stage, "pgstair", &error);
    if (fixture->lane != NULL)
        fixture->database = pgs_server_create_database(fixture->server, "tool", NULL, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
}

/* The test's folder, or one in it, as pgstair reads it. */
static inline PgsHistory *
pgs_tool_read(const PgsToolFixture *fixture, const char *migrations, const char *format)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, migrations, NULL);
    PgsHistory *history = pgs_history_read(path, format, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

static inline PgsSnapshot *
pgs_tool_snapshot(const PgsToolFixture *fixture, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login_reader(fixture->server, database, PGS_TOOL_TIMEOUT_MS, NULL, &error);
    g_autoptr(PgsCatalog) catalog =
        connection != NULL ? pgs_catalog_new(connection, 0, fixture->history->ledger, &error)
                           : NULL;
    PgsSnapshot *snapshot = catalog != NULL ? pgs_catalog_read_whole(catalog, &error) : NULL;
    if (snapshot == NULL)
        fail_msg("%s", error->message);
    return snapshot;
}

static inline char *
pgs_tool_ask(const PgsToolFixture *fixture, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login_reader(fixture->server, database, PGS_TOOL_TIMEOUT_MS, NULL, &error);
    char *value = NULL;
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s: %s", sql, error->message);
    return value;
}

/* The end of what the tool wrote: as much as a message of cmocka's holds. */
static inline const char *
pgs_tool_log(const PgsToolFixture *fixture)
{
    enum { SHOWN = 500 };
    gsize length = fixture->log->len;
    return fixture->log->str + (length > SHOWN ? length - SHOWN : 0);
}

static inline void
pgs_tool_assert_equal(const PgsToolFixture *fixture, guint turn, const char *ask)
{
    const char *lane = pgs_lane_database(fixture->lane);
    g_autoptr(PgsSnapshot) by_tool = pgs_tool_snapshot(fixture, fixture->database);
    g_autoptr(PgsSnapshot) by_lane = pgs_tool_snapshot(fixture, lane);
    g_autoptr(PgsDiff) diff = pgs_diff_new(by_tool, by_lane, 0);
    if (pgs_diff_n_differences(diff) > 0) {
        g_autofree char *text = pgs_diff_to_text(diff, FALSE);
        fail_msg("turn %u: by the tool, and by pgstair:\n%s\nthe tool: %s", turn, text,
                 pgs_tool_log(fixture));
    }
    if (ask == NULL)
        return;
    g_autofree char *of_tool = pgs_tool_ask(fixture, fixture->database, ask);
    g_autofree char *of_lane = pgs_tool_ask(fixture, lane, ask);
    if (g_strcmp0(of_tool, of_lane) != 0)
        fail_msg("turn %u: %s: %s by the tool, %s by pgstair\nthe tool: %s", turn, ask, of_tool,
                 of_lane, pgs_tool_log(fixture));
}

/* pgstair's part: whether it succeeded; *message (g_free()): what it says of a failure. */
static inline gboolean
pgs_tool_climb(PgsToolFixture *fixture, gint revision, char **message)
{
    g_autoptr(GError) error = NULL;
    gint head = (gint)fixture->history->revisions->len - 1;
    gint target = revision == PGS_TOOL_HEAD ? head : revision;
    /* Each of the tool's runs is a session of its own. */
    if (!pgs_lane_renew_session(fixture->lane, &error))
        fail_msg("%s", error->message);
    g_autoptr(PgsOutcome) outcome = pgs_lane_run(fixture->lane, target, NULL, NULL, &error);
    if (outcome == NULL && error != NULL)
        fail_msg("%s", error->message);
    gboolean succeeded = outcome == NULL || outcome->succeeded;
    *message = succeeded ? NULL
                         : g_strdup_printf("%s:%u:%u: %s", outcome->path, outcome->line,
                                           outcome->column, outcome->failure->message);
    return succeeded;
}

static inline void
pgs_tool_assert_verdicts(const PgsToolFixture *fixture, guint number, const PgsToolTurn *turn,
                         int status, const char *message)
{
    if ((status != 0) != turn->fails)
        fail_msg("turn %u: the tool ends with status %d: %s\npgstair: %s", number, status,
                 pgs_tool_log(fixture), message != NULL ? message : "succeeds");
    if ((message != NULL) != turn->fails)
        fail_msg("turn %u: pgstair %s\nthe tool: %s", number,
                 message != NULL ? message : "succeeds", pgs_tool_log(fixture));
    if (!turn->fails || turn->says == NULL)
        return;
    if (strstr(fixture->log->str, turn->says) == NULL || strstr(message, turn->says) == NULL)
        fail_msg("turn %u: not in both: \"%s\"\nthe tool: %s\npgstair: %s", number, turn->says,
                 pgs_tool_log(fixture), message);
}

/* The turns one after the other: both end alike, and leave the same. */
static inline void
pgs_tool_assert_turns(PgsToolFixture *fixture, const PgsToolTurn *turns, gsize n_turns)
{
    for (gsize i = 0; i < n_turns; i++) {
        g_autofree char *message = NULL;
        g_string_truncate(fixture->log, 0);
        int status =
            pgs_tool_run(fixture, fixture->database, turns[i].command, turns[i].environment, NULL);
        pgs_tool_climb(fixture, turns[i].revision, &message);
        pgs_tool_assert_verdicts(fixture, (guint)i, &turns[i], status, message);
        pgs_tool_assert_equal(fixture, (guint)i, turns[i].ask);
    }
}

/* The test's folder (migrations: within it) from base: by the tool in one database, by pgstair in
 * another.  format: as for pgs_history_read(). */
static inline void
pgs_tool_assert_same(PgsToolFixture *fixture, const char *migrations, const char *format,
                     const PgsToolTurn *turns, gsize n_turns)
{
    pgs_tool_open(fixture, pgs_tool_read(fixture, migrations, format));
    pgs_tool_assert_turns(fixture, turns, n_turns);
}

#endif
