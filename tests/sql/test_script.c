/* Covers harness/sql/script.c, harness/sql/split.c and harness/sql/token.c. */
#include "cmocka_all.h"

#include "sql/script.h"

#include <string.h>
#include <sys/resource.h>

static PgsScript *
split_bytes(const char *text, gsize length, gboolean copy_data)
{
    PgsPosition position = {0};
    g_autoptr(GError) error = NULL;
    PgsScript *script = pgs_script_new(text, length, copy_data, &position, &error);
    if (script == NULL)
        fail_msg("%u:%u: %s", position.line, position.column, error->message);
    return script;
}

static PgsScript *
split(const char *text)
{
    return split_bytes(text, strlen(text), FALSE);
}

/* The statements' texts, each in brackets. */
static char *
listed(const PgsScript *script)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        g_autofree char *text = pgs_script_statement_text(script, pgs_script_statement(script, i));
        g_string_append_printf(list, "[%s]", text);
    }
    return g_string_free(list, FALSE);
}

static void
assert_split(const char *text, const char *expected)
{
    g_autoptr(PgsScript) script = split(text);
    g_autofree char *list = listed(script);
    assert_string_equal(list, expected);
}

static void
assert_refused(const char *text, gsize length, gboolean copy_data, PgsSqlError code, guint line,
               guint column, const char *message)
{
    PgsPosition position = {0};
    g_autoptr(GError) error = NULL;
    PgsScript *script = pgs_script_new(text, length, copy_data, &position, &error);
    assert_null(script);
    assert_true(g_error_matches(error, PGS_SQL_ERROR, (int)code));
    assert_int_equal(position.line, line);
    assert_int_equal(position.column, column);
    if (strstr(error->message, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, error->message);
}

static void
test_statements(void **state)
{
    (void)state;
    assert_split("", "");
    assert_split(" \n\t", "");
    assert_split("SELECT 1; SELECT 2;", "[SELECT 1][SELECT 2]");
    assert_split("SELECT 1;;; ;SELECT 2", "[SELECT 1][SELECT 2]");
    assert_split("-- only a comment\n/* and /* one more */ */", "");
    assert_split("SELECT 1 -- a; b\n + 2; -- c", "[SELECT 1 -- a; b\n + 2]");
    assert_split("/* in front */ SELECT 1 /* behind */;", "[SELECT 1]");
    assert_split("SELECT ';', \";\", $$;$$, $a$ $$;$a$, E'\\';', 'it''s;';SELECT 2",
                 "[SELECT ';', \";\", $$;$$, $a$ $$;$a$, E'\\';', 'it''s;'][SELECT 2]");
    assert_split("SELECT 'a;'\n  'b;'; SELECT 2", "[SELECT 'a;'\n  'b;'][SELECT 2]");
    assert_split("SELECT '\\'; SELECT 2", "[SELECT '\\'][SELECT 2]");
    assert_split("SELECT U&'a;' ; SELECT u&\"b;\"\n;SELECT U&'c'\n'd;' -- e\n;SELECT U&'\\0041'",
                 "[SELECT U&'a;'][SELECT u&\"b;\"][SELECT U&'c'\n'd;'][SELECT U&'\\0041']");
    assert_split("SELECT B'1', X'f', N'n', $1, 1.5e3 ;", "[SELECT B'1', X'f', N'n', $1, 1.5e3]");
}

/* Where a statement ends is psql's rule: psqlscan.l. */
static void
test_nesting(void **state)
{
    (void)state;
    assert_split("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b); SELECT 1",
                 "[CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)]"
                 "[SELECT 1]");
    assert_split("SELECT 1); SELECT 2", "[SELECT 1)][SELECT 2]");
    assert_split(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN "
        "2 ELSE 3 END; END; SELECT 4",
        "[CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true "
        "THEN 2 ELSE 3 END; END][SELECT 4]");
    assert_split("create or replace procedure p() begin atomic insert into t values (1); end; "
                 "SELECT 2",
                 "[create or replace procedure p() begin atomic insert into t values (1); end]"
                 "[SELECT 2]");
    /* Elsewhere BEGIN and CASE open nothing. */
    assert_split("BEGIN; SELECT CASE WHEN true THEN 1 END; END; SELECT 2",
                 "[BEGIN][SELECT CASE WHEN true THEN 1 END][END][SELECT 2]");
    assert_split("CREATE TABLE begin (a int); SELECT 1", "[CREATE TABLE begin (a int)][SELECT 1]");
}

static void
test_places(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbfSELECT 1;\r\n\r\n  /* \xc3\xb6\n */ SELECT '\xc3\xb6';"
                               " SELECT\r\n 2; SELECT 3";
    g_autoptr(PgsScript) script = split(text);
    static const struct {
        guint line, column;
        const char *text;
    } expected[] = {
        {1, 1, "SELECT 1"},
        {4, 5, "SELECT '\xc3\xb6'"},
        {4, 17, "SELECT\r\n 2"},
        {5, 5, "SELECT 3"},
    };
    assert_int_equal(pgs_script_n_statements(script), G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        g_autofree char *sql = pgs_script_statement_text(script, statement);
        assert_string_equal(sql, expected[i].text);
        assert_int_equal(statement->line, expected[i].line);
        assert_int_equal(statement->column, expected[i].column);
    }
    gsize length;
    assert_memory_equal(pgs_script_text(script, &length), text, sizeof text);
    assert_int_equal(length, sizeof text - 1);
}

static void
test_statement_at(void **state)
{
    (void)state;
    g_autoptr(PgsScript) script = split("SELECT 1;  SELECT 2;");
    assert_ptr_equal(pgs_script_statement_at(script, 0), pgs_script_statement(script, 0));
    assert_ptr_equal(pgs_script_statement_at(script, 7), pgs_script_statement(script, 0));
    assert_ptr_equal(pgs_script_statement_at(script, 8), pgs_script_statement(script, 1));
    assert_ptr_equal(pgs_script_statement_at(script, 18), pgs_script_statement(script, 1));
    assert_null(pgs_script_statement_at(script, 19));
}

static void
test_copy_data(void **state)
{
    (void)state;
    static const char text[] = "COPY t FROM STDIN;\n"
                               "1\tit's\n"
                               "2\t/* $$ ; \\d\n"
                               "\\.\n"
                               "SELECT 1;\n"
                               "copy t (a, b) from stdin with (format csv); -- and on this line\r\n"
                               "\\.\r\n"
                               "SELECT 2;\n"
                               "COPY a FROM stdin; COPY b FROM stdin; SELECT 3;\n"
                               "one\n\\.\ntwo\n\\.\n"
                               "SELECT 'stdin';\n"
                               "COPY (SELECT * FROM stdin) TO STDOUT; SELECT 4;\n"
                               "COPY t FROM stdin;\n"
                               "last\n\\.";
    g_autoptr(PgsScript) script = split_bytes(text, sizeof text - 1, TRUE);
    g_autofree char *list = listed(script);
    assert_string_equal(list, "[COPY t FROM STDIN][SELECT 1]"
                              "[copy t (a, b) from stdin with (format csv)][SELECT 2]"
                              "[COPY a FROM stdin][COPY b FROM stdin][SELECT 3]"
                              "[SELECT 'stdin'][COPY (SELECT * FROM stdin) TO STDOUT][SELECT 4]"
                              "[COPY t FROM stdin]");
    static const struct {
        guint index;
        const char *data;
    } expected[] = {
        {0, "1\tit's\n2\t/* $$ ; \\d\n"}, {2, ""}, {4, "one\n"}, {5, "two\n"}, {10, "last\n"}};
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const PgsStatement *statement = pgs_script_statement(script, expected[i].index);
        g_autofree char *data =
            g_strndup(text + statement->data_start, statement->data_end - statement->data_start);
        assert_string_equal(data, expected[i].data);
        assert_true(statement->data_start > statement->end);
    }
    assert_int_equal(pgs_script_statement(script, 3)->line, 8);
    assert_int_equal(pgs_script_statement(script, 1)->data_end, 0);
}

/* "stdin" where no data follows, with pieces that end within quotes and comments there. */
static void
test_copy_lookalikes(void **state)
{
    (void)state;
    static const char text[] = "SELECT 'stdin;\n', $$ stdin;\n $$ /* stdin;\n */;\n-- stdin;\n"
                               "COPY t FROM stdin;\n1\n\\.\n"
                               "SELECT \"stdin;\n\"";
    g_autoptr(PgsScript) script = split_bytes(text, sizeof text - 1, TRUE);
    g_autofree char *list = listed(script);
    assert_string_equal(list, "[SELECT 'stdin;\n', $$ stdin;\n $$][COPY t FROM stdin]"
                              "[SELECT \"stdin;\n\"]");
}

static void
test_copy_without_data(void **state)
{
    (void)state;
    /* Nobody feeds data: the lines are SQL, good or bad. */
    g_autoptr(PgsScript) script = split("COPY t FROM STDIN; SELECT 1;");
    assert_int_equal(pgs_script_n_statements(script), 2);
    assert_int_equal(pgs_script_statement(script, 0)->data_end, 0);
    static const char data[] = "COPY t FROM STDIN;\n1\n\\.\n";
    assert_refused(data, sizeof data - 1, FALSE, PGS_SQL_ERROR_META_COMMAND, 3, 1,
                   "the data of COPY … FROM STDIN is no SQL");
}

static void
test_refused_copy_data(void **state)
{
    (void)state;
#define REFUSED(text, code, line, column, message)                                                 \
    assert_refused(text, sizeof text - 1, TRUE, code, line, column, message)
    REFUSED("SELECT 1;\n COPY t FROM STDIN;\n1\n2\n", PGS_SQL_ERROR_UNTERMINATED, 2, 2,
            "has no end");
    REFUSED("COPY t FROM STDIN", PGS_SQL_ERROR_UNTERMINATED, 1, 1, "has no end");
    REFUSED("COPY t FROM STDIN; SELECT\n1\n\\.\n 1;", PGS_SQL_ERROR_LEXICAL, 1, 20,
            "does not end on it");
    REFUSED("COPY t FROM STDIN; SELECT 'a\n1\n\\.\n';", PGS_SQL_ERROR_UNTERMINATED, 1, 27,
            "unterminated quoted string");
    REFUSED("SELECT 1;\n\\.\n", PGS_SQL_ERROR_META_COMMAND, 2, 1, "no COPY … FROM STDIN in front");
#undef REFUSED
}

static void
test_refused(void **state)
{
    (void)state;
#define REFUSED(text, code, line, column, message)                                                 \
    assert_refused(text, sizeof text - 1, FALSE, code, line, column, message)
    REFUSED("SELECT 1;\nSELECT '\xc3\xb6', 'abc;\n\n", PGS_SQL_ERROR_UNTERMINATED, 2, 13,
            "unterminated quoted string");
    REFUSED("SELECT \"abc", PGS_SQL_ERROR_UNTERMINATED, 1, 8, "unterminated quoted identifier");
    REFUSED("\n/* /* */ abc", PGS_SQL_ERROR_UNTERMINATED, 2, 1, "unterminated /* comment");
    REFUSED("DO $a$ BEGIN $b$ END $$;", PGS_SQL_ERROR_UNTERMINATED, 1, 4,
            "unterminated dollar-quoted string");
    REFUSED("SELECT 1;\n  \\connect other\n", PGS_SQL_ERROR_META_COMMAND, 2, 3,
            "\\connect is a psql meta-command");
    REFUSED("SELECT 1 \\gexec", PGS_SQL_ERROR_META_COMMAND, 1, 10, "\\gexec");
    REFUSED("SELECT \"\"", PGS_SQL_ERROR_LEXICAL, 1, 8, "zero-length delimited identifier");
    REFUSED("SELECT 1;\n\xc3\xb6 '\xff'", PGS_SQL_ERROR_ENCODING, 2, 4, "0xff");
    REFUSED("SELECT\n \0 1", PGS_SQL_ERROR_ENCODING, 2, 2, "NUL byte");
    REFUSED("S\0E\0L\0E\0C\0T\0", PGS_SQL_ERROR_ENCODING, 1, 2, "UTF-16");
#undef REFUSED
}

/* Only libpg_query's scanner is older than the server: what it does not know is no error. */
static void
test_newer_syntax(void **state)
{
    (void)state;
    assert_split("SELECT 0x1F, 1_000, 0b1, .5_0; SELECT 0o17;",
                 "[SELECT 0x1F, 1_000, 0b1, .5_0][SELECT 0o17]");
    assert_split("CREATE TABLE t (a int, CONSTRAINT c NOT NULL a NO INHERIT, PRIMARY KEY (a, b "
                 "WITHOUT OVERLAPS)); MERGE INTO t USING s ON true WHEN NOT MATCHED BY SOURCE THEN "
                 "DELETE RETURNING merge_action();SELECT JSON_TABLE(x, '$' COLUMNS (a int))",
                 "[CREATE TABLE t (a int, CONSTRAINT c NOT NULL a NO INHERIT, PRIMARY KEY (a, b "
                 "WITHOUT OVERLAPS))][MERGE INTO t USING s ON true WHEN NOT MATCHED BY SOURCE THEN "
                 "DELETE RETURNING merge_action()][SELECT JSON_TABLE(x, '$' COLUMNS (a int))]");
}

static void
test_body_line(void **state)
{
    (void)state;
    g_autoptr(PgsScript) script = split("SELECT 1;\n\nDO $$\nBEGIN\n RAISE 'x';\nEND$$;\n"
                                        "CREATE FUNCTION f(a text DEFAULT 'x') RETURNS int\n"
                                        "LANGUAGE plpgsql AS 'BEGIN\n RETURN 1; END';\n"
                                        "DO LANGUAGE plpgsql 'BEGIN\nEND';\n"
                                        "DO LANGUAGE 'plpgsql'\n$$\nBEGIN\nEND$$");
    assert_int_equal(pgs_script_body_line(script, pgs_script_statement(script, 0), 1), 0);
    assert_int_equal(pgs_script_body_line(script, pgs_script_statement(script, 1), 1), 3);
    assert_int_equal(pgs_script_body_line(script, pgs_script_statement(script, 1), 3), 5);
    assert_int_equal(pgs_script_body_line(script, pgs_script_statement(script, 2), 2), 9);
    assert_int_equal(pgs_script_body_line(script, pgs_script_statement(script, 3), 2), 11);
    assert_int_equal(pgs_script_body_line(script, pgs_script_statement(script, 4), 2), 14);
}

static void
test_function(void **state)
{
    (void)state;
    g_autoptr(PgsScript) script =
        split("CREATE FUNCTION public.F() RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
              "CREATE OR REPLACE PROCEDURE \"a\"\".b\".\"My \"\"Proc\"() LANGUAGE sql AS '';\n"
              "SELECT f();\n"
              "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';\n");
    const PgsStatement *call = pgs_script_statement(script, 2);
    assert_ptr_equal(pgs_script_function(script, "f", call), pgs_script_statement(script, 0));
    assert_ptr_equal(pgs_script_function(script, "f", NULL), pgs_script_statement(script, 3));
    assert_ptr_equal(pgs_script_function(script, "My \"Proc", NULL),
                     pgs_script_statement(script, 1));
    assert_null(pgs_script_function(script, "F", NULL));
    assert_null(pgs_script_function(script, "public", NULL));
}

/* The lines that pg_dump writes around a dump are passed over, and nothing else of psql's is. */
static void
test_psql(void **state)
{
    (void)state;
    char dump[] = "\xef\xbb\xbf-- a dump\n\n\\restrict Q1 w2\r\nSELECT 1;\n"
                  "COPY t FROM stdin;\n\\restrict x\n\\.\nSELECT '\n\\restrict y';\n"
                  "  \\unrestrict Q1 w2";
    gsize length = sizeof dump - 1;
    PgsScript *script = pgs_script_new_psql(dump, length, NULL, NULL);
    assert_non_null(script);
    g_autofree char *list = listed(script);
    assert_string_equal(list, "[SELECT 1][COPY t FROM stdin][SELECT '\n\\restrict y']");
    const PgsStatement *copy = pgs_script_statement(script, 1);
    g_autofree char *data = g_strndup(dump + copy->data_start, copy->data_end - copy->data_start);
    assert_string_equal(data, "\\restrict x\n");
    assert_int_equal(copy->line, 5);
    pgs_script_free(script);
    assert_int_equal(strlen(dump), length);
    assert_null(strstr(dump, "Q1"));

    static const struct {
        const char *text;
        PgsSqlError code;
        guint line, column;
    } cases[] = {
        {"\\restrict a\n\\connect b\n\\unrestrict a\n", PGS_SQL_ERROR_META_COMMAND, 2, 1},
        {"\\restrict a\nSELECT 1;\n\\restricted b\n", PGS_SQL_ERROR_META_COMMAND, 3, 1},
        {"\\restrict a\nSELECT 'b", PGS_SQL_ERROR_UNTERMINATED, 2, 8},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup(cases[i].text);
        PgsPosition position = {0};
        g_autoptr(GError) error = NULL;
        assert_null(pgs_script_new_psql(text, strlen(text), &position, &error));
        assert_true(g_error_matches(error, PGS_SQL_ERROR, (int)cases[i].code));
        assert_int_equal(position.line, cases[i].line);
        assert_int_equal(position.column, cases[i].column);
    }
}

/* Larger than the pieces in which a text is scanned, with everything cut somewhere. */
static void
test_large(void **state)
{
    (void)state;
    if (g_getenv("PGSTAIR_TEST_SMALL") != NULL) /* under valgrind it would take minutes */
        skip();
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = 0;
    while (text->len < 5 * 1024 * 1024) {
        g_string_append_printf(text,
                               "INSERT INTO t VALUES (%u, 'it''s; stdin\n', $$ ;\n'$$); -- '\n"
                               "COPY t FROM stdin;\n%u\t'\n\\.\n"
                               "SELECT 0x%x /* ;\n */;",
                               n, n, n);
        n++;
    }
    g_autofree char *quoted = g_strnfill(3 * 1024 * 1024, '\n');
    g_string_append_printf(text, "SELECT $q$%s$q$; SELECT 'end'", quoted);
    g_autoptr(PgsScript) script = split_bytes(text->str, text->len, TRUE);
    assert_int_equal(pgs_script_n_statements(script), 3 * n + 2);
    const PgsStatement *last = pgs_script_statement(script, 3 * n + 1);
    g_autofree char *sql = pgs_script_statement_text(script, last);
    assert_string_equal(sql, "SELECT 'end'");
    assert_int_equal(last->line, 7 * n + 1 + 3 * 1024 * 1024);
}

/* Work per byte must not grow with the text: doubling it costs about twice the time, not four
 * times; with a wide margin, since other programs run here too. */
static gint64
time_split(const char *unit, guint n)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < n; i++)
        g_string_append(text, unit);
    gint64 best = G_MAXINT64;
    for (guint i = 0; i < 3; i++) {
        gint64 start = g_get_monotonic_time();
        g_autoptr(PgsScript) script = split_bytes(text->str, text->len, TRUE);
        best = MIN(best, g_get_monotonic_time() - start);
    }
    return best;
}

static void
test_linear(void **state)
{
    (void)state;
    if (g_getenv("PGSTAIR_TEST_SMALL") != NULL) /* under valgrind it would take minutes */
        skip();
    static const char *const units[] = {
        "SELECT 1;",                             /* all in one line */
        "COPY t FROM stdin;\n1\t'\n\\.\n",       /* data that cannot be scanned */
        "SELECT 0x1F;\n",                        /* numbers that stop the scanner */
        "SELECT $$ stdin;\n $$ /* stdin; */;\n", /* pieces that end within quotes */
    };
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        gint64 small = time_split(units[i], 6000);
        gint64 large = time_split(units[i], 48000);
        if (large > 24 * small + 20000)
            fail_msg("\"%s\": %d µs, eight times as much: %d µs", units[i], (int)small, (int)large);
    }
}

/* Lines as long as their text are scanned in pieces, which end between tokens. */
static void
test_long_line(void **state)
{
    (void)state;
    static const char *const units[] = {"1,",
                                        "a+",
                                        "1+",
                                        "'it''s; '||",
                                        "/* ; */ ",
                                        "$q$ ; $q$,",
                                        "e+",
                                        "1e+5,",
                                        "\"a;b\",",
                                        "U&'\\0041;' ",
                                        "x.y -- not ; the end\n",
                                        "1_000,"};
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) text = g_string_new("SELECT ");
        gsize size = strcmp(units[i], "1_000,") == 0 ? 20 * 1024 : 1100 * 1024;
        while (text->len < size)
            g_string_append(text, units[i]);
        g_string_append(text, "1; SELECT 2 -- ");
        for (gsize j = 0; j < size / 6; j++)
            g_string_append(text, "; word,");
        g_string_append(text, "\n; DROP TABLE t");
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsScript) script = pgs_script_new(text->str, text->len, TRUE, NULL, &error);
        if (script == NULL)
            fail_msg("%s: %s", units[i], error->message);
        assert_int_equal(pgs_script_n_statements(script), 3);
        const PgsStatement *second = pgs_script_statement(script, 1);
        g_autofree char *selected = pgs_script_statement_text(script, second);
        assert_string_equal(selected, "SELECT 2");
        assert_string_equal(pgs_script_statement(script, 2)->tag, "DROP TABLE");
    }
}

/* A scan of the whole text would take 600 MB. */
static void
test_tokens_take_little_memory(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* it keeps what was freed */
#endif
    if (g_getenv("PGSTAIR_TEST_SMALL") != NULL) /* as does valgrind */
        skip();
    enum { N = 5 * 1000 * 1000 };
    g_autofree char *text = g_malloc(2 * N + 1);
    for (gsize i = 0; i < N; i++)
        memcpy(text + 2 * i, "1,", 3);
    memcpy(text, "SELECT  ", 8);
    g_autoptr(PgsScript) script = pgs_script_new(text, 2 * N, TRUE, NULL, NULL);
    assert_non_null(script);
    assert_int_equal(pgs_script_n_statements(script), 1);
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    assert_true(usage.ru_maxrss < 300 * 1024);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_statement_at),
        cmocka_unit_test(test_copy_data),
        cmocka_unit_test(test_copy_lookalikes),
        cmocka_unit_test(test_copy_without_data),
        cmocka_unit_test(test_refused_copy_data),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_newer_syntax),
        cmocka_unit_test(test_body_line),
        cmocka_unit_test(test_function),
        cmocka_unit_test(test_psql),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_tokens_take_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
