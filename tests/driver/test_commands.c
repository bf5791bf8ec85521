/* Covers harness/driver/commands.c and command_proof.c: commands/tool as the project's own tool. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "driver/driver.h"
#include "driver/login.h"
#include "server_fixture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    PgsServer *server;
    char *folder; /* of the test, with the tool's log in it */
    char *log;
    char *database;
    const char *role; /* NULL: the superuser */
    PgsSystem *system;
    PgsHistory *history;
    PgsDriver *driver;
    guint told;
} Fixture;

static int
start(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    *state = fixture;
    return 0;
}

static int
stop(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static int
set_up(void **state)
{
    Fixture *fixture = *state;
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    fixture->log = g_build_filename(fixture->folder, "log", NULL);
    fixture->database = pgs_server_create_database(fixture->server, "commands", NULL, NULL);
    fixture->system = pgs_system_new(PGS_TEST_DIR "/commands/m");
    PgsToolSettings *tool = fixture->system->tool;
    tool->commands.files = g_strdup("*.up.sql");
    tool->commands.match = g_strdup("^\\w");
    tool->commands.up = g_strsplit("./tool to {revision}", " ", -1);
    tool->commands.down = g_strsplit("./tool to {revision}", " ", -1);
    tool->commands.folder = g_strdup(PGS_TEST_DIR "/commands");
    tool->commands.base = g_strdup("nothing");
    g_strfreev(tool->environment);
    tool->environment = g_new0(char *, 2);
    tool->environment[0] = g_strconcat("TOOL_LOG=", fixture->log, NULL);
    fixture->told = 0;
    fixture->role = NULL;
    return fixture->database != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->driver, pgs_driver_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    g_clear_pointer(&fixture->system, pgs_system_free);
    pgs_server_drop_database(fixture->server, fixture->database, NULL);
    g_clear_pointer(&fixture->database, g_free);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    g_clear_pointer(&fixture->log, g_free);
    return 0;
}

static void
open_driver(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    fixture->history = pgs_history_read_system(fixture->system, NULL, &error);
    if (fixture->history == NULL)
        fail_msg("%s", error->message);
    PgsDriverOptions options = {
        .history = fixture->history,
        .server = fixture->server,
        .role = fixture->role,
        .database = fixture->database,
    };
    fixture->driver = pgs_driver_new(&options);
}

static void
count_told(G_GNUC_UNUSED gint revision, gpointer data)
{
    ((Fixture *)data)->told++;
}

/* From revision first on, n of them; NULL with error. */
static PgsOutcome *
try_run(Fixture *fixture, gboolean up, gint first, guint n, guint *done, GError **error)
{
    gint revisions[8];
    for (guint i = 0; i < n; i++)
        revisions[i] = up ? first + (gint)i : first - (gint)i;
    PgsDriverRun run = {up, revisions, n, count_told, fixture};
    return pgs_driver_run(fixture->driver, &run, done, error);
}

static PgsOutcome *
run(Fixture *fixture, gboolean up, gint first, guint n, guint *done)
{
    g_autoptr(GError) error = NULL;
    PgsOutcome *outcome = try_run(fixture, up, first, n, done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    return outcome;
}

static void
assert_runs(Fixture *fixture, gboolean up, gint first, guint n)
{
    guint done;
    g_autoptr(PgsOutcome) outcome = run(fixture, up, first, n, &done);
    if (!outcome->succeeded)
        fail_msg("%s: %s", outcome->path, outcome->failure->message);
    assert_int_equal(done, n);
}

static void
assert_stranger(Fixture *fixture, gboolean up, const char *part)
{
    g_autoptr(GError) error = NULL;
    guint done;
    assert_null(try_run(fixture, up, 0, 1, &done, &error));
    if (!g_error_matches(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_STRANGER) ||
        strstr(error->message, part) == NULL || strstr(error->message, "url-variable:") == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(done, 0);
}

/* What the tool was asked since the last time, a line each. */
static void
assert_log(Fixture *fixture, const char *expected)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(fixture->log, &text, NULL, NULL))
        text = g_strdup("");
    assert_string_equal(text, expected);
    g_remove(fixture->log);
}

/* The tables of one letter that are there. */
static void
assert_tables(Fixture *fixture, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login(fixture->server, NULL, fixture->database, 10000, NULL, &error);
    g_autofree char *value = NULL;
    assert_true(pgs_connection_value(connection,
                                     "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), "
                                     "'') FROM pg_class WHERE relname ~ '^[a-z]$'",
                                     &value, &error));
    assert_string_equal(value, expected);
}

/* A leg is one command, a rung too. */
static void
test_legs_and_rungs(void **state)
{
    Fixture *fixture = *state;
    open_driver(fixture);
    assert_runs(fixture, TRUE, 0, 2);
    assert_tables(fixture, "a b");
    assert_int_equal(fixture->told, 2);
    assert_runs(fixture, FALSE, 1, 1);
    assert_tables(fixture, "a");
    assert_runs(fixture, FALSE, 0, 1);
    assert_tables(fixture, "");
    assert_runs(fixture, TRUE, 0, 1);
    assert_log(fixture, "to b\nto a\nto nothing\nto a\n");
}

static void
run_sql(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login(fixture->server, NULL, fixture->database, 10000, NULL, &error);
    if (connection == NULL || !pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
}

/* Nobody has logged in as the role before the tool does. */
static void
test_role(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE ROLE app_owner LOGIN; GRANT CREATE ON SCHEMA public TO app_owner");
    fixture->role = "app_owner";
    open_driver(fixture);
    assert_runs(fixture, TRUE, 0, 1);
    g_clear_pointer(&fixture->driver, pgs_driver_free);
    run_sql(fixture, "DO $$BEGIN ASSERT (SELECT tableowner FROM pg_tables WHERE tablename = 'a') = "
                     "'app_owner'; END$$");
    run_sql(fixture, "DROP OWNED BY app_owner; DROP ROLE app_owner");
}

static void
set_words(char ***place, const char *words)
{
    g_strfreev(*place);
    *place = g_strsplit(words, " ", -1);
}

static void
test_one_by_one(void **state)
{
    Fixture *fixture = *state;
    PgsCommandSettings *commands = &fixture->system->tool->commands;
    commands->one_by_one = TRUE;
    set_words(&commands->down, "./tool down {undo}");
    open_driver(fixture);
    assert_runs(fixture, TRUE, 0, 2);
    assert_runs(fixture, FALSE, 1, 2);
    assert_tables(fixture, "");
    assert_log(fixture, "to a\nto b\ndown b\ndown a\n");
}

static void
test_failure(void **state)
{
    Fixture *fixture = *state;
    open_driver(fixture);
    assert_runs(fixture, TRUE, 0, 3);
    guint done;
    g_autoptr(PgsOutcome) outcome = run(fixture, FALSE, 2, 3, &done);
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->revision, 2);
    assert_int_equal(done, 0);
    assert_true(g_str_has_suffix(outcome->path, "/commands/m/c.up.sql"));
    assert_string_equal(outcome->failure->message, "table \"nowhere\" does not exist");
    assert_non_null(strstr(outcome->failure->context, "ended with status"));
    assert_tables(fixture, "a b c");
}

/* Each series by a command of its own; base is that of the series. */
static void
test_series(void **state)
{
    Fixture *fixture = *state;
    PgsCommandSettings *commands = &fixture->system->tool->commands;
    g_clear_pointer(&commands->files, g_free);
    set_words(&commands->list, "printf %s\\n x.a y.b x.c");
    g_free(commands->match);
    commands->match = g_strdup("^(?<series>\\w)\\.(?<name>\\w)$");
    set_words(&commands->up, "./tool mark {series} {name}");
    set_words(&commands->down, "./tool mark {series} un{name}{undo}");
    open_driver(fixture);
    assert_runs(fixture, TRUE, 0, 3);
    assert_log(fixture, "mark x c\nmark y b\n");
    assert_runs(fixture, FALSE, 2, 1);
    assert_log(fixture, "mark x unax.c\n");
    assert_runs(fixture, FALSE, 2, 3);
    assert_log(fixture, "mark x unnothingx.a\nmark y unnothingy.b\n");
}

/* ---- where it goes ---- */

static void
test_stranger(void **state)
{
    Fixture *fixture = *state;
    set_words(&fixture->system->tool->commands.up, "true");
    open_driver(fixture);
    assert_stranger(fixture, TRUE, "it has changed nothing there, and succeeds while nobody");
    assert_log(fixture, "");
}

/* Nothing is undone by a tool of which nobody knows where it goes. */
static void
test_stranger_down(void **state)
{
    Fixture *fixture = *state;
    set_words(&fixture->system->tool->commands.up, "true");
    open_driver(fixture);
    assert_stranger(fixture, FALSE, "nothing was undone");
    assert_log(fixture, "");
}

/* A lane that stands somewhere already: a command that must fail comes first. */
static void
test_down_first(void **state)
{
    Fixture *fixture = *state;
    open_driver(fixture);
    assert_runs(fixture, TRUE, 0, 1);
    g_clear_pointer(&fixture->driver, pgs_driver_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    open_driver(fixture);
    assert_runs(fixture, FALSE, 0, 1);
    assert_log(fixture, "to a\nto a\nto nothing\n");
    assert_tables(fixture, "");
}

static void
test_probe(void **state)
{
    Fixture *fixture = *state;
    PgsCommandSettings *commands = &fixture->system->tool->commands;
    set_words(&commands->probe, "./tool status");
    open_driver(fixture);
    assert_runs(fixture, TRUE, 0, 1);
    assert_runs(fixture, FALSE, 0, 1);
    assert_log(fixture, "status\nstatus\nto a\nto nothing\n");
}

static void
test_probe_elsewhere(void **state)
{
    Fixture *fixture = *state;
    set_words(&fixture->system->tool->commands.probe, "true");
    open_driver(fixture);
    assert_stranger(fixture, TRUE, "true does not go to the database that it was given");
    assert_log(fixture, "");
}

static void
test_probe_fails(void **state)
{
    Fixture *fixture = *state;
    set_words(&fixture->system->tool->commands.probe, "false");
    open_driver(fixture);
    g_autoptr(GError) error = NULL;
    guint done;
    assert_null(try_run(fixture, TRUE, 0, 1, &done, &error));
    assert_true(g_error_matches(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START));
    assert_non_null(strstr(error->message, "the probe fails"));
    assert_log(fixture, "");
}

/* ---- other ends ---- */

static void
test_timeout(void **state)
{
    Fixture *fixture = *state;
    fixture->system->tool->timeout = 200;
    set_words(&fixture->system->tool->commands.up, "sleep 60");
    open_driver(fixture);
    guint done;
    g_autoptr(PgsOutcome) outcome = run(fixture, TRUE, 0, 2, &done);
    assert_false(outcome->succeeded);
    assert_string_equal(outcome->failure->sqlstate, "57014");
    assert_non_null(strstr(outcome->failure->hint, "tool-timeout"));
    assert_int_equal(outcome->revision, 0);
}

static void
test_no_program(void **state)
{
    Fixture *fixture = *state;
    set_words(&fixture->system->tool->commands.up, "./no-such-tool");
    open_driver(fixture);
    g_autoptr(GError) error = NULL;
    guint done;
    assert_null(try_run(fixture, TRUE, 0, 1, &done, &error));
    assert_non_null(strstr(error->message, "no-such-tool"));
}

#define WITH_DATABASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DATABASE(test_legs_and_rungs), WITH_DATABASE(test_one_by_one),
        WITH_DATABASE(test_role),           WITH_DATABASE(test_failure),
        WITH_DATABASE(test_series),         WITH_DATABASE(test_stranger),
        WITH_DATABASE(test_stranger_down),  WITH_DATABASE(test_down_first),
        WITH_DATABASE(test_probe),          WITH_DATABASE(test_probe_elsewhere),
        WITH_DATABASE(test_probe_fails),    WITH_DATABASE(test_timeout),
        WITH_DATABASE(test_no_program),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
