/* Covers harness/driver/psql_step.c and psql_report.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "driver/psql_report.h"
#include "driver/psql_step.h"
#include "server_fixture.h"

#include <string.h>

#define LIMIT_MS 20000

typedef struct {
    PgsServer *server;
    char *folder, *database;
} Fixture;

static int
start(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    fixture->database = pgs_server_create_database(fixture->server, "psql", NULL, NULL);
    *state = fixture;
    return fixture->database != NULL ? 0 : -1;
}

static int
stop(void **state)
{
    Fixture *fixture = *state;
    pgs_fs_remove_tree(fixture->folder, NULL);
    pgs_server_stop(fixture->server);
    g_free(fixture->folder);
    g_free(fixture->database);
    g_free(fixture);
    return 0;
}

static void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* A project of Sqitch with that one script, read. */
static PgsHistory *
read_script(const Fixture *fixture, const char *script)
{
    write_file(fixture, "sqitch.conf",
               "[core]\nengine = pg\n[deploy \"variables\"]\nname = it's\nbig = 7\n");
    write_file(fixture, "sqitch.plan",
               "%project=x\n\na 2024-01-01T10:00:00Z Ada <ada@example.org>\n");
    write_file(fixture, "deploy/a.sql", script);
    g_autoptr(GError) error = NULL;
    PgsHistory *history = pgs_history_read(fixture->folder, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

static PgsOutcome *
run_script(const Fixture *fixture, const char *script, guint timeout)
{
    g_autoptr(PgsHistory) history = read_script(fixture, script);
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    g_autoptr(GError) error = NULL;
    assert_int_equal(revision->up->send, PGS_SEND_PSQL);
    PgsOutcome *outcome = pgs_psql_step_run(fixture->server, NULL, fixture->database, history,
                                            revision->up, timeout, NULL, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_non_null(outcome->notices);
    assert_int_equal(outcome->revision, -1);
    assert_false(outcome->connection_lost);
    assert_int_equal(outcome->succeeded, outcome->failure == NULL);
    return outcome;
}

static void
test_success(void **state)
{
    const Fixture *fixture = *state;
    write_file(fixture, "parts/one.sql", "SELECT :big + 1 AS eight \\gset\n\\ir two.sql\n");
    write_file(fixture, "parts/two.sql", "CREATE TABLE two AS SELECT :eight AS n;\n");
    g_autoptr(PgsOutcome) outcome = run_script(
        fixture,
        "\\i parts/one.sql\nDO $$BEGIN RAISE WARNING 'two\nlines'; RAISE NOTICE 'quiet'; END$$;\n"
        "SELECT 1 / (n = 8 AND :'name' = 'it''s' AND :'DBNAME' = current_database())::int FROM "
        "two;\n",
        LIMIT_MS);
    assert_true(outcome->succeeded);
    assert_int_equal(outcome->notices->len, 1);
    assert_string_equal(g_ptr_array_index(outcome->notices, 0), "WARNING:  two\nlines");
    assert_int_equal(outcome->n_statements, 2);
}

/* Where, and what the server said of it. */
static void
test_places(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *script, *file;
        guint line, column;
        const char *sqlstate, *message, *statement;
    } cases[] = {
        {"\\set x 1\n\nSELECT 1; SELECT\n\t1,\n\tnothing\n  FROM pg_class;\n", "/deploy/a.sql", 5,
         2, "42703", "column \"nothing\" does not exist",
         "SELECT\n\t1,\n\tnothing\n  FROM pg_class"},
        {"\\set x 1\nSELECT 'ä', 1/0;\n", "/deploy/a.sql", 2, 1, "22012", "division by zero",
         "SELECT 'ä', 1/0"},
        {"\\echo x\nDO $$\nBEGIN\n  RAISE EXCEPTION 'no\nand no'\n    USING DETAIL = 'why', HINT = "
         "'what';\nEND$$;\n",
         "/deploy/a.sql", 4, 0, "P0001", "no\nand no", NULL},
        {"\\i parts/bad.sql\n", "/parts/bad.sql", 2, 8, "42703", "column \"worse\" does not exist",
         "SELECT worse"},
        {"\\i parts/nowhere.sql\n", "/deploy/a.sql", 1, 0, "42601",
         "parts/nowhere.sql: No such file or directory", NULL},
        {"SELECT 1;\n\\nonsense x\n", "/deploy/a.sql", 2, 0, "42601", "invalid command \\nonsense",
         NULL},
        {"\\set x 1\nBEGIN;\nCREATE INDEX CONCURRENTLY i ON pg_class (oid);\n", "/deploy/a.sql", 3,
         1, "25001", "CREATE INDEX CONCURRENTLY cannot run inside a transaction block",
         "CREATE INDEX CONCURRENTLY i ON pg_class (oid)"},
        {"\\set x 1\nSELECT very_long_words_that_are_cut_by_libpq_1, "
         "very_long_words_that_are_cut_2, "
         "worst FROM (SELECT 1 AS very_long_words_that_are_cut_by_libpq_1, 2 AS "
         "very_long_words_that_are_cut_2) t;\n",
         "/deploy/a.sql", 2, 81, "42703", "column \"worst\" does not exist", NULL},
    };
    write_file(fixture, "parts/bad.sql", "\nSELECT worse;\n");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsOutcome) outcome = run_script(fixture, cases[i].script, LIMIT_MS);
        assert_false(outcome->succeeded);
        if (!g_str_has_suffix(outcome->path, cases[i].file) || outcome->line != cases[i].line ||
            outcome->column != cases[i].column)
            fail_msg("%s: %s:%u:%u", cases[i].script, outcome->path, outcome->line,
                     outcome->column);
        assert_true(g_str_has_prefix(outcome->path, fixture->folder));
        assert_string_equal(outcome->failure->sqlstate, cases[i].sqlstate);
        assert_string_equal(outcome->failure->message, cases[i].message);
        if (cases[i].statement != NULL)
            assert_string_equal(outcome->statement, cases[i].statement);
        if (strcmp(cases[i].sqlstate, "P0001") == 0) {
            assert_string_equal(outcome->failure->detail, "why");
            assert_string_equal(outcome->failure->hint, "what");
        }
    }
}

/* A statement's limit is the server's, a script's that of a run of the tool. */
static void
test_limits(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(PgsOutcome) slow = run_script(fixture, "\\set x 1\nSELECT pg_sleep(60);\n", 50);
    assert_string_equal(slow->failure->sqlstate, "57014");
    assert_int_equal(slow->line, 2);

    g_autoptr(PgsHistory) history = read_script(fixture, "\\set x 1\nSELECT pg_sleep(60);\n");
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    history->own_settings->timeout = 200;
    g_autoptr(PgsOutcome) outcome = pgs_psql_step_run(fixture->server, NULL, fixture->database,
                                                      history, revision->up, 3000, NULL, NULL);
    assert_string_equal(outcome->failure->sqlstate, "57014");
    assert_non_null(strstr(outcome->failure->message, "did not end within 200 ms"));

    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    g_cancellable_cancel(cancellable);
    assert_null(pgs_psql_step_run(fixture->server, NULL, fixture->database, history, revision->up,
                                  LIMIT_MS, cancellable, &error));
    assert_non_null(error);
}

static void
test_no_database(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(PgsHistory) history = read_script(fixture, "\\set x 1\n");
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    g_autoptr(PgsOutcome) outcome = pgs_psql_step_run(fixture->server, NULL, "nowhere", history,
                                                      revision->up, LIMIT_MS, NULL, NULL);
    assert_false(outcome->succeeded);
    assert_true(outcome->connection_lost);
    assert_non_null(strstr(outcome->failure->message, "\"nowhere\" does not exist"));
}

/* Another language, a file's name with colons. */
static void
test_report(void **state)
{
    (void)state;
    g_autoptr(PgsPsqlReport) report = pgs_psql_report_new(
        "psql:a:1: b.sql:3: HINWEIS:  00000: Tabelle\nLOCATION:  x\n"
        "psql:a:1: b.sql:12: FEHLER:  42P01: Relation »x« existiert nicht\n"
        "LINE 1: ...ELECT * FROM x;\n                        ^\nDETAIL:  eins\nzwei\n"
        "CONTEXT:  drei\nLOCATION:  parserOpenTable, parse_relation.c:1384\n");
    assert_string_equal(report->file, "a:1: b.sql");
    assert_int_equal(report->line, 12);
    assert_string_equal(report->failure->sqlstate, "42P01");
    assert_string_equal(report->failure->detail, "eins\nzwei");
    assert_string_equal(report->failure->context, "drei");
    assert_string_equal(report->excerpt, "ELECT * FROM x;");
    assert_int_equal(report->caret, 13);
    assert_int_equal(report->notices->len, 0);
    g_autoptr(PgsPsqlReport) nothing = pgs_psql_report_new("what\n\npsql: that\n");
    assert_null(nothing->failure);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_success), cmocka_unit_test(test_places),
        cmocka_unit_test(test_limits),  cmocka_unit_test(test_no_database),
        cmocka_unit_test(test_report),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
