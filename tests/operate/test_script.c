/* Covers harness/operate/script.c, script_step.c, script_guard.c and script_psql.c. */
#include "cmocka_all.h"

#include "check/system_words.h"
#include "cycle/lane.h"
#include "diff/diff.h"
#include "script_fixture.h"

static int
start(void **state)
{
    return pgs_fixture_start_server(state);
}

static int
stop(void **state)
{
    pgs_server_stop(*state);
    return 0;
}

static void
assert_same(PgsSnapshot *should, PgsSnapshot *is, const char *what)
{
    g_autoptr(PgsDiff) diff = pgs_diff_new(should, is, 0);
    if (pgs_diff_counts(diff).real == 0)
        return;
    g_autofree char *text = pgs_diff_to_text(diff, FALSE);
    fail_msg("%s:\n%s", what, text);
}

static PgsSnapshot *
climb(PgsServer *server, const PgsHistory *history, gint revision)
{
    g_autoptr(PgsSystem) system = pgs_system_new(history->folder);
    PgsStageOptions options = pgs_system_stage_options(system);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsStage) stage = pgs_stage_new(&options, history, server, FALSE, NULL);
    g_autoptr(PgsLane) lane = pgs_lane_new(stage, "lane", &error);
    g_autoptr(PgsOutcome) failure = NULL;
    if (lane == NULL || !pgs_lane_climb(lane, revision, &failure, &error))
        fail_msg("%s: %s", history->folder,
                 failure != NULL ? failure->failure->message : error->message);
    return script_snapshot(server, pgs_lane_database(lane), history);
}

static char *
write_script(const PgsHistory *history, const PgsLedger *ledger, gint from, gint to)
{
    g_autoptr(GError) error = NULL;
    char *script = pgs_script_write(history, ledger, from, to, NULL, &error);
    if (script == NULL)
        fail_msg("%s: %s", history->folder, error->message);
    return script;
}

/* At its end too, whatever the tool's sessions end with. */
static const char lock_is_held[] =
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND"
    " pid = pg_backend_pid() AND classid = 1885827956 AND objid = 1) THEN"
    " RAISE 'the lock is lost'; END IF; END $$;\n";

static void
run(PgsServer *server, const char *database, const PgsLedger *ledger, gint from, gint to)
{
    g_autofree char *script = write_script(ledger->history, ledger, from, to);
    g_autofree char *said = NULL;
    g_autofree char *held = g_strconcat(script, lock_is_held, NULL);
    if (script_run(server, database, held, &said) != 0)
        fail_msg("%s, %d to %d: %s\n%s", ledger->history->folder, from, to, said, script);
    assert_int_equal(script_at(server, database, ledger), to);
    /* A second time, nothing happens to it. */
    g_clear_pointer(&said, g_free);
    assert_int_equal(script_run(server, database, script, &said), 3);
    if (strstr(said, "nothing was changed") == NULL)
        fail_msg("%s: %s", ledger->history->folder, said);
    assert_int_equal(script_at(server, database, ledger), to);
}

/* Up in two scripts, and down again in two. */
static void
test_folders(void **state)
{
    PgsServer *server = *state;
    const char *only = g_getenv("PGSTAIR_TEST_FOLDER");
    for (gsize i = 0; i < G_N_ELEMENTS(script_folders); i++) {
        if (only != NULL && strstr(script_folders[i], only) == NULL)
            continue;
        g_autofree char *folder =
            g_build_filename(PGS_SOURCE_DIR, "migrations", script_folders[i], NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = pgs_history_read(folder, NULL, &error);
        if (history == NULL)
            fail_msg("%s", error->message);
        g_autoptr(PgsLedger) ledger = pgs_ledger_new(history, &error);
        if (ledger == NULL)
            fail_msg("%s", error->message);
        gint head = (gint)history->revisions->len - 1, half = head / 2;
        g_autofree char *database = script_database(server);
        g_autoptr(PgsSnapshot) base = climb(server, history, -1);
        if (half >= 0 && half < head)
            run(server, database, ledger, -1, half);
        run(server, database, ledger, half < head ? half : -1, head);
        g_autoptr(PgsSnapshot) should = climb(server, history, head);
        g_autoptr(PgsSnapshot) is = script_snapshot(server, database, history);
        assert_same(should, is, script_folders[i]);
        if (!script_goes_down(history))
            continue;
        run(server, database, ledger, head, -1);
        g_autoptr(PgsSnapshot) again = script_snapshot(server, database, history);
        assert_same(base, again, script_folders[i]);
    }
}

/* ---- texts that psql must not take for its own ---- */

/* Folders of pairs, made for a test. */
static char *
make_folder(const char *up)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *first = g_build_filename(folder, "001_hostile.up.sql", NULL);
    g_autofree char *second = g_build_filename(folder, "001_hostile.down.sql", NULL);
    assert_true(g_file_set_contents(first, up, -1, NULL));
    assert_true(g_file_set_contents(second, "DROP TABLE hostile", -1, NULL));
    return folder;
}

static void
test_hostile_text(void **state)
{
    PgsServer *server = *state;
    g_autofree char *folder = make_folder(
        "-- \\connect nowhere; :HOST\n"
        "CREATE TABLE hostile (a text, \":USER\" int[] DEFAULT ARRAY[1, 2, 3]) ;\n;\n"
        "INSERT INTO hostile VALUES (E'\\\\connect x', '{1}'), (':HOST', '{2}'), ('it''s', '{3}'),"
        " ($q$\\! rm :'DBNAME' ; \\q$q$, '{4}'), ('a;\n\\c x\n', '{5}');\n"
        "CREATE FUNCTION f(b int) RETURNS int[] LANGUAGE sql AS $$ SELECT (ARRAY[1,2])[1:b] $$;\n"
        "UPDATE hostile SET \":USER\" = (ARRAY[7,8,9])[1:array_length(ARRAY[1,2],1)]\n"
        "/* ; \\q :HOST */ -- no semicolon, no new line");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(folder, "plain", &error);
    assert_non_null(history);
    g_autoptr(PgsLedger) ledger = pgs_ledger_new(history, &error);
    assert_non_null(ledger);
    g_autofree char *database = script_database(server);
    run(server, database, ledger, -1, 0);
    g_autoptr(PgsConnection) connection = script_connect(server, database);
    g_autofree char *rows = NULL;
    assert_true(pgs_connection_value(
        connection,
        "SELECT string_agg(a || \":USER\"::text, '|' ORDER BY a COLLATE \"C\") FROM hostile", &rows,
        &error));
    assert_string_equal(rows, ":HOST{7,8}|\\! rm :'DBNAME' ; \\q{7,8}|\\connect x{7,8}|"
                              "a;\n\\c x\n{7,8}|it's{7,8}");
    g_clear_pointer(&connection, pgs_connection_close);
    run(server, database, ledger, 0, -1);
    pgs_fs_remove_tree(folder, NULL);
}

/* What cannot be a script is refused, with file and line. */
static void
test_refusals(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *up, *message;
    } cases[] = {
        {"CREATE TABLE hostile ();\n\\connect x\n", "001_hostile.up.sql:2"},
        {"CREATE TABLE hostile (a text);\nCOPY hostile FROM STDIN;\n", "COPY"},
        {"SET standard_conforming_strings = off;\nSELECT 'a'", "standard_conforming_strings"},
        {"BEGIN;\nCREATE TABLE hostile ();\n", "001_hostile.up.sql"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = make_folder(cases[i].up);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = pgs_history_read(folder, "golang-migrate", &error);
        assert_non_null(history);
        g_autoptr(PgsLedger) ledger = pgs_ledger_new(history, &error);
        assert_non_null(ledger);
        g_autofree char *script = pgs_script_write(history, ledger, -1, 0, NULL, &error);
        assert_null(script);
        if (strstr(error->message, cases[i].message) == NULL)
            fail_msg("%s", error->message);
        pgs_fs_remove_tree(folder, NULL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
