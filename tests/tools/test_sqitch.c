/* Covers harness/migration/sqitch*.c, psql_script.c and harness/driver/psql_step.c: beside the real
 * Sqitch. */
#include "tools/tool_fixture.h"

#define AT " 2024-01-01T10:00:00Z Ada <ada@example.org> # note\n"
#define TARGET "db:pg:{database}"

/* Nothing of this machine's own settings. */
static const char *const environment[] = {"SQITCH_SYSTEM_CONFIG=/nonexistent",
                                          "SQITCH_USER_CONFIG=/nonexistent", "SQITCH_FULLNAME=Ada",
                                          "SQITCH_EMAIL=ada@example.org", NULL};
static const char *const deploy[] = {"sqitch", "deploy", "--mode", "change", TARGET, NULL};
static const char *const deploy_verified[] = {"sqitch", "deploy",   "--mode", "change",
                                              TARGET,   "--verify", NULL};
static const char *const revert[] = {"sqitch", "revert", "-y", TARGET, NULL};
static const char *const verify[] = {"sqitch", "verify", TARGET, NULL};

static void
write_plan(const PgsToolFixture *fixture, const char *changes)
{
    g_autofree char *plan = g_strconcat("%project=test\n\n", changes, NULL);
    pgs_tool_write(fixture, "sqitch.conf",
                   "[core]\n\tengine = pg\n[deploy \"variables\"]\n\tlabel = it's new\n"
                   "[revert \"variables\"]\n\tgone = label\n");
    pgs_tool_write(fixture, "sqitch.plan", plan);
}

/* A change of these scripts; NULL: it has none of that kind. */
static void
write_change(const PgsToolFixture *fixture, const char *name, const char *up, const char *down,
             const char *check)
{
    const char *const folders[] = {"deploy", "revert", "verify"};
    const char *const texts[] = {up, down, check};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_strdup_printf("%s/%s.sql", folders[i], name);
        if (texts[i] != NULL)
            pgs_tool_write(fixture, path, texts[i]);
    }
}

/* Tags, rework, what is set for a session, variables, commands of psql, COPY with its rows,
 * statements outside of any transaction. */
static void
write_project(const PgsToolFixture *fixture)
{
    write_plan(fixture, "schema" AT "t/users [schema]" AT "@v1" AT
                        "\nt/users [t/users@v1 schema]" AT "parts [t/users]" AT "rows [parts]" AT);
    write_change(fixture, "schema", "CREATE SCHEMA app;\nSET search_path = app;\n",
                 "DROP SCHEMA app;\n",
                 "SELECT 1/count(*) FROM pg_namespace WHERE nspname = 'app';");
    write_change(fixture, "t/users@v1",
                 /* The end of the file ends the rows, too. */
                 "BEGIN;\nCREATE TABLE users (id int PRIMARY KEY);\nCOMMIT;\n"
                 "COPY users FROM STDIN;\n5\n6",
                 "DROP TABLE users;", "BEGIN; SELECT id FROM users; ROLLBACK;");
    write_change(fixture, "t/users",
                 "ALTER TABLE users ADD label text DEFAULT :'label';\n"
                 "CREATE INDEX CONCURRENTLY users_label ON users (label);\n",
                 "ALTER TABLE users DROP :gone;", "BEGIN; SELECT id, label FROM users;");
    write_change(
        fixture, "parts",
        "\\set n 3\n\\i parts/a.sql\n\\ir ../parts/b.sql\n\\if true\nCREATE TABLE yes (a int);\n"
        "\\else\nCREATE TABLE no (a int);\n\\endif\n"
        "SELECT format('CREATE TABLE g%s (a int)', i) FROM generate_series(1, :n) i \\gexec\n",
        "DROP TABLE yes, g1, g2, g3, b; DROP VIEW a;", "SELECT a FROM g3;");
    pgs_tool_write(fixture, "parts/a.sql", "CREATE VIEW a AS SELECT 1 AS a;\n");
    pgs_tool_write(fixture, "parts/b.sql", "CREATE TABLE b (a int[]);\nSELECT '{1,2}'::int[];\n");
    write_change(fixture, "rows",
                 "COPY users (id, label) FROM STDIN;\n1\tone\n2\t\\N\n\\.\n"
                 "\\copy users (id) from stdin\n7\n\\.\nSELECT ('{1,2,3}'::int[])[1:2];\n",
                 "DELETE FROM users;", NULL);
}

static void
test_up_and_down(void **state)
{
    PgsToolFixture *fixture = *state;
    static const char *const to_v1[] = {"sqitch", "revert", "-y", "--to", "@v1", TARGET, NULL};
    const char *const rows = "SELECT string_agg(u::text, ';' ORDER BY id) FROM users u";
    const PgsToolTurn turns[] = {
        {deploy_verified, environment, PGS_TOOL_HEAD, .ask = rows},
        {to_v1, environment, 1},
        {revert, environment, -1},
    };
    pgs_tool_require("sqitch");
    write_project(fixture);
    pgs_tool_assert_same(fixture, ".", NULL, turns, G_N_ELEMENTS(turns));
}

/* The same by its deploy folder. */
static void
test_folder_of_scripts(void **state)
{
    PgsToolFixture *fixture = *state;
    write_project(fixture);
    g_autoptr(PgsHistory) whole = pgs_tool_read(fixture, ".", NULL);
    g_autoptr(PgsHistory) scripts = pgs_tool_read(fixture, "deploy", NULL);
    assert_int_equal(scripts->revisions->len, whole->revisions->len);
    for (guint i = 0; i < whole->revisions->len; i++) {
        const PgsRevision *wanted = g_ptr_array_index(whole->revisions, i);
        const PgsRevision *found = g_ptr_array_index(scripts->revisions, i);
        assert_string_equal(found->label, wanted->label);
        assert_true(g_bytes_equal(found->up->text, wanted->up->text));
        assert_true(g_bytes_equal(found->down->text, wanted->down->text));
    }
}

static void
test_failures(void **state)
{
    PgsToolFixture *fixture = *state;
    static const struct {
        const char *up, *says;
    } cases[] = {
        {"CREATE TABLE b (a int);\nCREATE TABLE c (a nothing);\n",
         "type \"nothing\" does not exist"},
        {"BEGIN;\nCREATE INDEX CONCURRENTLY i ON a (a);\nCOMMIT;\n",
         "cannot run inside a transaction block"},
        {"\\i nowhere.sql\n", "nowhere.sql: No such file or directory"},
        {"\\if true\nSELECT 1;\n", "without finding closing \\endif"},
        {"SELECT 'open;\n", NULL},
    };
    pgs_tool_require("sqitch");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgsToolTurn turn = {deploy, environment, 1, .fails = TRUE, .says = cases[i].says};
        /* The first change stands, the second fails. */
        write_plan(fixture, "a" AT "b" AT);
        write_change(fixture, "a", "CREATE TABLE a (a int);", "DROP TABLE a;", NULL);
        write_change(fixture, "b", cases[i].up, "SELECT 1;", NULL);
        pgs_tool_assert_same(fixture, ".", NULL, &turn, 1);
        assert_int_equal(pgs_tool_tear_down(state) | pgs_tool_set_up(state), 0);
    }
}

/* A change whose deploy script is not there: only when Sqitch comes to it. */
static void
test_missing_script(void **state)
{
    PgsToolFixture *fixture = *state;
    const PgsToolTurn turns[] = {{deploy, environment, 1, .fails = TRUE, .says = "deploy/b.sql"}};
    pgs_tool_require("sqitch");
    write_plan(fixture, "a" AT "b" AT);
    write_change(fixture, "a", "CREATE TABLE a (a int);", "DROP TABLE a;", NULL);
    pgs_tool_assert_same(fixture, ".", NULL, turns, 1);
}

/* Verify scripts of all changes, at head: one fails, and the reworked one is not asked. */
static void
test_verify(void **state)
{
    PgsToolFixture *fixture = *state;
    const PgsToolTurn turns[] = {{deploy, environment, PGS_TOOL_HEAD}};
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL;
    pgs_tool_require("sqitch");
    write_plan(fixture, "a" AT "b" AT "@v1" AT "a [a@v1]" AT "c" AT);
    write_change(fixture, "a@v1", "CREATE TABLE a (a int);", NULL, "SELECT nothing FROM a;");
    write_change(fixture, "b", "CREATE TABLE b (a int);", NULL, "SELECT nothing FROM b;");
    write_change(fixture, "a", "ALTER TABLE a ADD b int;", NULL, "BEGIN; SELECT b FROM a;");
    write_change(fixture, "c", "SELECT 1;", NULL, NULL);
    pgs_tool_assert_same(fixture, ".", NULL, turns, 1);
    assert_int_not_equal(pgs_tool_run(fixture, fixture->database, verify, environment, &output), 0);
    static const gboolean wanted[] = {FALSE, FALSE, TRUE};
    for (gint i = 0; i < 3; i++) {
        g_autoptr(PgsOutcome) outcome = pgs_lane_verify(fixture->lane, i, &error);
        const PgsRevision *revision = g_ptr_array_index(fixture->history->revisions, (guint)i);
        assert_non_null(outcome);
        assert_int_equal(outcome->succeeded, wanted[i]);
        assert_int_equal(revision->is_reworked, i == 0);
        if (!outcome->succeeded) {
            assert_string_equal(outcome->failure->sqlstate, "42703");
            assert_int_equal(outcome->line, 1);
        }
    }
    if (strstr(output, "verify/b.sql\" failed") == NULL || strstr(output, "Errors:  1") == NULL)
        fail_msg("%s", output);
    const PgsRevision *last = g_ptr_array_index(fixture->history->revisions, 3);
    assert_null(last->verify);
}

/* Plans that Sqitch refuses: pgstair does not read them, and says the line.  The reader's own test
 * has more of them. */
static void
test_refused_plans(void **state)
{
    PgsToolFixture *fixture = *state;
    static const struct {
        const char *changes, *says; /* says: in both */
        const char *place;
    } cases[] = {
        {"a" AT "@v1" AT "b" AT "@v1" AT, "duplicates earlier declaration on line 4",
         "sqitch.plan:6: "},
        {"a" AT "b [!a]" AT, NULL, "sqitch.plan:4: "},
        {"a [!x]" AT, "nable to find change \"x\" in", "sqitch.plan:3: "},
        {"a" AT "@v1" AT "a [a@v2]" AT, "a@v2", "sqitch.plan:5: "},
    };
    pgs_tool_require("sqitch");
    fixture->database = pgs_server_create_database(fixture->server, "tool", NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        write_plan(fixture, cases[i].changes);
        write_change(fixture, "a", "SELECT 1;", NULL, NULL);
        write_change(fixture, "b", "SELECT 1;", NULL, NULL);
        g_string_truncate(fixture->log, 0);
        int status = pgs_tool_run(fixture, fixture->database, deploy, environment, NULL);
        g_autoptr(PgsHistory) history = pgs_history_read(fixture->folder, "sqitch", &error);
        if (status == 0 || history != NULL)
            fail_msg("%s: Sqitch %d: %s; pgstair %s", cases[i].changes, status, fixture->log->str,
                     history != NULL ? "reads it" : error->message);
        if ((cases[i].says != NULL && (strstr(fixture->log->str, cases[i].says) == NULL ||
                                       strstr(error->message, cases[i].says) == NULL)) ||
            strstr(error->message, cases[i].place) == NULL)
            fail_msg("%s: Sqitch: %s; pgstair: %s", cases[i].changes, fixture->log->str,
                     error->message);
    }
}

/* Plans that it takes: the same changes in the same order. */
static void
test_taken_plans(void **state)
{
    PgsToolFixture *fixture = *state;
    static const char *const plans[] = {
        " +a  [!later:x] 2024-01-01T10:00:00Z Ada Lovelace  <ada@example.org>\n\n# note\n  @v1" AT
        "b [a@v1 test:a]" AT,
        "a" AT "@v1.0-beta" AT "\r\nb [@v1.0-beta]" AT "a [a@v1.0-beta]" AT,
    };
    pgs_tool_require("sqitch");
    for (gsize i = 0; i < G_N_ELEMENTS(plans); i++) {
        const PgsToolTurn turns[] = {{deploy, environment, PGS_TOOL_HEAD}};
        write_plan(fixture, plans[i]);
        write_change(fixture, "a", "CREATE TABLE IF NOT EXISTS a (a int);", NULL, NULL);
        write_change(fixture, "a@v1.0-beta", "CREATE TABLE a (b int);", NULL, NULL);
        write_change(fixture, "b", "CREATE TABLE b (LIKE a);", NULL, NULL);
        pgs_tool_assert_same(fixture, ".", NULL, turns, G_N_ELEMENTS(turns));
        assert_int_equal(pgs_tool_tear_down(state) | pgs_tool_set_up(state), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_up_and_down), PGS_TOOL_TEST(test_folder_of_scripts),
        PGS_TOOL_TEST(test_failures),    PGS_TOOL_TEST(test_missing_script),
        PGS_TOOL_TEST(test_verify),      PGS_TOOL_TEST(test_refused_plans),
        PGS_TOOL_TEST(test_taken_plans),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}
