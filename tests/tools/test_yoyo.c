/* Covers harness/migration/yoyo*.c: beside the real yoyo. */
#include "tools/tool_fixture.h"

#define CALL "--batch", "--no-config-file", "--database", "{url}", "migrations"

static const char *const apply[] = {"yoyo", "apply", CALL, NULL};
static const char *const rollback[] = {"yoyo", "rollback", "--all", CALL, NULL};

typedef struct {
    const char *name, *text;
} File;

static void
write_files(const PgsToolFixture *fixture, const File *files, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path = g_build_filename("migrations", files[i].name, NULL);
        pgs_tool_write(fixture, path, files[i].text);
    }
}

/* Order by dependencies and name, comments, functions, a session for each migration, no
 * transaction, statements that sqlparse leaves together, a hook behind all. */
static void
test_up_and_down(void **state)
{
    PgsToolFixture *fixture = *state;
    static const File files[] = {
        {"01.second.sql", "-- depends: 02.first  03.third\n-- a comment\n\n"
                          "ALTER TABLE log ADD b int; -- behind it\n-- in front\n"
                          "INSERT INTO log (what) VALUES ('second; of two');\n"},
        {"01.second.rollback.sql", "DELETE FROM log WHERE b IS NULL AND what LIKE 'second%';\n"
                                   "ALTER TABLE log DROP b;\n"},
        {"02.first.sql", "SET search_path = pg_temp, public;\n"
                         "CREATE TABLE public.log (what text);"},
        {"02.first.rollback.sql", "DROP TABLE log;"},
        {"03.third.sql",
         "-- depends: 02.first\n\n"
         "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$\nDECLARE x int := 1;\nBEGIN\n"
         "  IF x > 0 THEN x := 2; END IF;\n  RETURN x;\nEND $body$;\n"
         "CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; "
         "END;\n"
         "INSERT INTO log VALUES ('third '';'' %s');\nSELECT what AS \"a;b\" FROM log;\n"},
        {"03.third.rollback.sql", "DROP FUNCTION f();\nDROP FUNCTION g();\n"},
        {"04.alone.sql", "-- transactional: False\n-- depends: 01.second\n"
                         "CREATE INDEX CONCURRENTLY log_what ON log (what);\nCOMMIT;\n"},
        {"04.alone.rollback.sql", "DROP INDEX CONCURRENTLY log_what;"},
        {"post-apply.sql", "CREATE OR REPLACE VIEW hook AS SELECT what FROM log;"},
    };
    const PgsToolTurn turns[] = {
        {apply, NULL, PGS_TOOL_HEAD, .ask = "SELECT string_agg(what, '|') FROM log"},
    };
    pgs_tool_require("yoyo");
    write_files(fixture, files, G_N_ELEMENTS(files));
    pgs_tool_assert_same(fixture, "migrations", NULL, turns, G_N_ELEMENTS(turns));
}

static void
test_down(void **state)
{
    PgsToolFixture *fixture = *state;
    static const File files[] = {
        {"1.sql", "CREATE TABLE a (a int);\nCREATE TABLE b (b int);"},
        {"1.rollback.sql", "-- in the file's order\nDROP TABLE b;\nDROP TABLE a;"},
        {"2.sql", "ALTER TABLE a ADD c int"},
        {"2.rollback.sql",
         "ALTER TABLE a ADD d int;\nALTER TABLE a DROP c;\nALTER TABLE a DROP d;"},
    };
    const PgsToolTurn turns[] = {
        {apply, NULL, PGS_TOOL_HEAD},
        {rollback, NULL, -1},
        {apply, NULL, PGS_TOOL_HEAD},
    };
    pgs_tool_require("yoyo");
    write_files(fixture, files, G_N_ELEMENTS(files));
    pgs_tool_assert_same(fixture, "migrations", NULL, turns, G_N_ELEMENTS(turns));
}

/* One file that fails: what it did before is undone, or not. */
static void
test_failures(void **state)
{
    PgsToolFixture *fixture = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"CREATE TABLE a (a int);\nCREATE TABLE b (a nothing);", "type \"nothing\" does not exist"},
        {"CREATE TABLE a (a int);\n-- the end\n", "can't execute an empty query"},
        {"CREATE TABLE a (a int);\n/* the end */\n", "can't execute an empty query"},
        {"CREATE TABLE a (a int);\nCOMMIT;\nSELECT 1;",
         "SAVEPOINT can only be used in transaction blocks"},
        {"CREATE TABLE a (a int);\nCREATE INDEX CONCURRENTLY i ON a (a);",
         "cannot run inside a transaction block"},
        {"CREATE TABLE a (a text);\nCOPY a FROM STDIN;\n",
         "can't execute COPY FROM: use the copy_from() method instead"},
        {"CREATE TABLE a (a text DEFAULT E'\\'');\nCREATE TABLE b (a text DEFAULT '\\');\nSELECT "
         "1/0;",
         NULL},
        {"-- transactional: false\nSELECT 1;\nSELECT 1/0;", "division by zero"},
        {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE a (a int);",
         "must not be called in a subtransaction"},
        {"CREATE TABLE a (a int);\nCOMMIT;\n;", "SAVEPOINT can only be used in transaction blocks"},
        {"-- a comment\rSELECT nowhere;\r", "column \"nowhere\" does not exist"},
        {"\xef\xbb\xbfSELECT 1;", "syntax error at or near"},
    };
    pgs_tool_require("yoyo");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const File files[] = {{"1.sql", "SELECT 1;"}, {"2.sql", cases[i].text}};
        const PgsToolTurn turn = {apply, NULL, 1, .fails = TRUE, .says = cases[i].says};
        write_files(fixture, files, G_N_ELEMENTS(files));
        pgs_tool_assert_same(fixture, "migrations", "yoyo", &turn, 1);
        assert_int_equal(pgs_tool_tear_down(state) | pgs_tool_set_up(state), 0);
    }
}

/* What ends the file's transaction last passes: yoyo's own COMMIT then only warns. */
static void
test_commit_at_the_end(void **state)
{
    PgsToolFixture *fixture = *state;
    static const File files[] = {{"1.sql", "BEGIN;\nCREATE TABLE a (a int);\nCOMMIT;"}};
    const PgsToolTurn turns[] = {{apply, NULL, PGS_TOOL_HEAD}};
    pgs_tool_require("yoyo");
    write_files(fixture, files, G_N_ELEMENTS(files));
    pgs_tool_assert_same(fixture, "migrations", "yoyo", turns, G_N_ELEMENTS(turns));
}

/* A file has as many steps as the longer of its two: yoyo's savepoints go on behind its COMMIT. */
static void
test_longer_rollback(void **state)
{
    PgsToolFixture *fixture = *state;
    static const File files[] = {
        {"1.sql", "BEGIN;\nCREATE TABLE a (a int);\nCOMMIT;"},
        {"1.rollback.sql", "BEGIN;\nDELETE FROM a;\nDROP TABLE a;\nCOMMIT;"},
    };
    const PgsToolTurn turns[] = {{apply, NULL, PGS_TOOL_HEAD, .fails = TRUE,
                                  .says = "SAVEPOINT can only be used in transaction blocks"}};
    pgs_tool_require("yoyo");
    write_files(fixture, files, G_N_ELEMENTS(files));
    pgs_tool_assert_same(fixture, "migrations", "yoyo", turns, G_N_ELEMENTS(turns));
}

/* Read as text: what ends a line in the file is \n to the server. */
static void
test_line_ends(void **state)
{
    PgsToolFixture *fixture = *state;
    static const File files[] = {
        {"1.sql", "-- depends:\rCREATE TABLE a (a text);\rINSERT INTO a VALUES ('x\ry');"},
        {"2.sql", "-- depends: 1\r\nINSERT INTO a VALUES ('x\r\n\r\ny');\r\nCOMMIT AND CHAIN;\r\n"
                  "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\r\nSELECT 1\r\n$$;\r\n"},
        {"3.sql", "\xc2\xa0\n--\xc2\xa0"
                  "depends\xc2\xa0: 2\xc2\xa0"
                  "1\nSELECT 1;"},
    };
    const PgsToolTurn turns[] = {
        {apply, NULL, PGS_TOOL_HEAD, .ask = "SELECT string_agg(a, ';' ORDER BY a) FROM a"}};
    pgs_tool_require("yoyo");
    write_files(fixture, files, G_N_ELEMENTS(files));
    pgs_tool_assert_same(fixture, "migrations", "yoyo", turns, G_N_ELEMENTS(turns));
}

/* Folders of which yoyo runs nothing. */
static void
test_refused(void **state)
{
    PgsToolFixture *fixture = *state;
    static const struct {
        File file;
        const char *says;
    } cases[] = {
        {{"2.sql", "-- depends: 3\nSELECT 1;"}, "/2.sql:1: "},
        {{"1.sql", "-- depends: 1\nSELECT 1;"}, "circular dependencies among these migrations: 1"},
        {{"2.sql", "-- transactional: no\nSELECT 1;"}, "/2.sql:1: "},
        {{"2.sql", "\n-- transactional: false \nSELECT 1;"}, "/2.sql:2: "},
    };
    pgs_tool_require("yoyo");
    fixture->database = pgs_server_create_database(fixture->server, "tool", NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const File first = {"1.sql", "SELECT 1;"};
        g_autofree char *path = g_build_filename(fixture->folder, "migrations", NULL);
        g_autoptr(GError) error = NULL;
        write_files(fixture, &first, 1);
        write_files(fixture, &cases[i].file, 1);
        int status = pgs_tool_run(fixture, fixture->database, apply, NULL, NULL);
        g_autoptr(PgsHistory) history = pgs_history_read(path, "yoyo", &error);
        if (status == 0 || history != NULL || strstr(error->message, cases[i].says) == NULL)
            fail_msg("%s: yoyo: %d, %s; pgstair: %s", cases[i].file.text, status, fixture->log->str,
                     history != NULL ? "reads it" : error->message);
        assert_true(pgs_fs_remove_tree(path, NULL));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_up_and_down),     PGS_TOOL_TEST(test_down),
        PGS_TOOL_TEST(test_failures),        PGS_TOOL_TEST(test_commit_at_the_end),
        PGS_TOOL_TEST(test_longer_rollback), PGS_TOOL_TEST(test_line_ends),
        PGS_TOOL_TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}
