/* Covers harness/inventory/: bench.c, sandbox.c, value.c. */
#include "base/text.h"
#include "cmocka_all.h"

#include "bench_fixture.h"

static void
begin(PgsBench *bench)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_bench_begin(bench, &error))
        fail_msg("%s", error->message);
}

/* ---- transactions ---- */

static void
test_rollback(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int PRIMARY KEY)");
    PgsBench *bench = open_bench(fixture, 1);
    begin(bench);
    run_sql(fixture, "INSERT INTO t VALUES (1)");
    pgs_bench_rollback(bench);
    assert_value(fixture, "SELECT count(*) FROM t", "0");
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    pgs_bench_rollback(bench); /* nothing is open */
    begin(bench);
    assert_false(pgs_connection_run(fixture->connection, "SELECT 1 / 0", NULL));
    pgs_bench_rollback(bench);
    assert_value(fixture, "SELECT 1", "1");
}

/* One goes on in the other's, unless that has failed. */
static void
test_kept_open(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int PRIMARY KEY)");
    PgsBench *bench = open_bench(fixture, 1);
    pgs_bench_keep_open(bench, TRUE);
    begin(bench);
    guint first = pgs_bench_transaction(bench);
    run_sql(fixture, "INSERT INTO t VALUES (1)");
    pgs_bench_rollback(bench);
    begin(bench);
    assert_int_equal(pgs_bench_transaction(bench), first);
    assert_value(fixture, "SELECT count(*) FROM t", "1");
    assert_false(pgs_connection_run(fixture->connection, "SELECT 1 / 0", NULL));
    pgs_bench_rollback(bench);
    begin(bench);
    assert_int_equal(pgs_bench_transaction(bench), first + 1);
    assert_value(fixture, "SELECT count(*) FROM t", "0");
    pgs_bench_keep_open(bench, FALSE);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
}

/* What the caller did before, and has set, is as it was. */
static void
test_inside(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int PRIMARY KEY); BEGIN; INSERT INTO t VALUES (1); "
                     "SET LOCAL search_path = pg_catalog");
    PgsBench *bench = open_bench(fixture, 1);
    for (guint i = 0; i < 2; i++) {
        begin(bench);
        run_sql(fixture, "INSERT INTO public.t VALUES (2)");
        if (i == 1)
            assert_false(pgs_connection_run(fixture->connection, "SELECT 1 / 0", NULL));
        pgs_bench_rollback(bench);
    }
    assert_value(fixture, "SHOW search_path", "pg_catalog");
    run_sql(fixture, "COMMIT");
    assert_value(fixture, "SELECT string_agg(a::text, ',') FROM public.t", "1");
}

static void
test_deferred(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE p (a int PRIMARY KEY); "
                     "CREATE TABLE c (a int REFERENCES p DEFERRABLE)");
    begin(open_bench(fixture, 1));
    run_sql(fixture, "INSERT INTO c VALUES (1); INSERT INTO p VALUES (1); "
                     "SET CONSTRAINTS ALL IMMEDIATE");
}

/* Settings of a database that would get in the way. */
static void
test_settings(void **state)
{
    Fixture *fixture = *state;
    static const char *const settings[] = {
        "default_transaction_read_only = on", "default_transaction_isolation = 'serializable'",
        "session_replication_role = replica", "search_path = \"$user\", \"O p\", public"};
    run_sql(fixture, "CREATE SCHEMA \"O p\"; CREATE SCHEMA \"Q\"; CREATE TABLE \"O p\".a (a int); "
                     "CREATE TABLE \"Q\".b (a int); CREATE TABLE e (a int PRIMARY KEY); "
                     "CREATE TABLE f (a int REFERENCES e)");
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *sql =
            g_strdup_printf("ALTER DATABASE \"%s\" SET %s", fixture->database, settings[i]);
        run_sql(fixture, sql);
        if (i == 0) /* it says so already of what follows */
            run_sql(fixture, "SET default_transaction_read_only = off");
    }
    pgs_connection_close(fixture->connection);
    fixture->connection = connect_again(fixture);
    assert_value(fixture, "SHOW session_replication_role", "replica");
    PgsBench *bench = open_bench(fixture, 1);
    begin(bench);
    assert_value(fixture, "SHOW session_replication_role", "origin");
    assert_value(fixture, "SHOW transaction_isolation", "read committed");
    assert_value(fixture, "SHOW search_path",
                 "\"$user\", \"O p\", public, \"O p\", \"Q\", \"public\"");
    run_sql(fixture, "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)");
    assert_false(pgs_connection_run(fixture->connection, "INSERT INTO f VALUES (1)", NULL));
    pgs_bench_rollback(bench);
    assert_value(fixture, "SHOW session_replication_role", "replica");
}

static void
test_event_triggers(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS "
                     "'BEGIN RAISE ''no''; END'; CREATE TABLE t (a int); "
                     "CREATE EVENT TRIGGER \"N o\" ON ddl_command_start EXECUTE FUNCTION no()");
    assert_false(pgs_connection_run(fixture->connection, "DROP TABLE t", NULL));
    PgsBench *bench = open_bench(fixture, 1);
    begin(bench);
    run_sql(fixture, "DROP TABLE t");
    pgs_bench_rollback(bench);
    assert_false(pgs_connection_run(fixture->connection, "DROP TABLE t", NULL));
    assert_value(fixture, "SELECT evtenabled FROM pg_event_trigger", "O");
}

static void
test_plain_role(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE ROLE plain; SET ROLE plain");
    begin(open_bench(fixture, 1));
    pgs_bench_rollback(fixture->bench);
    run_sql(fixture, "RESET ROLE; DROP ROLE plain");
}

static void
test_lost(void **state)
{
    Fixture *fixture = *state;
    PgsBench *bench = open_bench(fixture, 1);
    begin(bench);
    pgs_connection_run(fixture->connection, "SELECT pg_terminate_backend(pg_backend_pid())", NULL);
    assert_false(pgs_connection_is_alive(fixture->connection));
    pgs_bench_rollback(bench);
    g_autoptr(GError) error = NULL;
    assert_false(pgs_bench_begin(bench, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST));
}

/* ---- chance, memory ---- */

static void
test_random(void **state)
{
    Fixture *fixture = *state;
    guint32 first[50], second[50], other[50], seeds[50];
    PgsBench *bench = open_bench(fixture, 7);
    begin(bench);
    for (guint i = 0; i < 50; i++) {
        first[i] = pgs_bench_random(bench, "public.a", 1000);
        other[i] = pgs_bench_random(bench, "public.b", 1000);
        assert_true(first[i] < 1000 && other[i] < 1000);
    }
    assert_int_equal(pgs_bench_random(bench, "public.a", 1), 0);
    assert_int_equal(pgs_bench_random(bench, "public.a", 0), 0);
    assert_int_equal(pgs_bench_next_variant(bench), 1);
    assert_int_equal(pgs_bench_next_variant(bench), 2);
    pgs_bench_rollback(bench);
    begin(bench);
    assert_int_equal(pgs_bench_next_variant(bench), 1);
    for (guint i = 0; i < 50; i++)
        second[i] = pgs_bench_random(bench, "public.a", 1000);
    pgs_bench_rollback(bench);
    begin(open_bench(fixture, 8));
    for (guint i = 0; i < 50; i++)
        seeds[i] = pgs_bench_random(fixture->bench, "public.a", 1000);
    assert_memory_equal(first, second, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    assert_memory_not_equal(first, seeds, sizeof first);
}

/* Each of ten numbers about as often as the others. */
static void
test_spread(void **state)
{
    Fixture *fixture = *state;
    guint counts[10] = {0};
    PgsBench *bench = open_bench(fixture, 20);
    begin(bench);
    for (guint i = 0; i < 10000; i++)
        counts[pgs_bench_random(bench, "s", 10)]++;
    for (guint i = 0; i < 10; i++)
        assert_in_range(counts[i], 850, 1150);
}

static void
count_free(gpointer data)
{
    ++*(guint *)data;
}

static void
test_memory(void **state)
{
    Fixture *fixture = *state;
    guint one = 0, two = 0;
    PgsBench *bench = open_bench(fixture, 1);
    assert_null(pgs_bench_recall(bench, "k"));
    pgs_bench_remember(bench, "k", &one, count_free);
    assert_ptr_equal(pgs_bench_recall(bench, "k"), &one);
    pgs_bench_remember(bench, "k", &two, count_free);
    assert_int_equal(one, 1);
    assert_ptr_equal(pgs_bench_recall(bench, "k"), &two);
    begin(bench);
    pgs_bench_rollback(bench);
    assert_int_equal(two, 0);
    PgsValue value = pgs_bench_text(bench, "a");
    assert_string_equal(value.text, "a");
    assert_string_equal(pgs_bench_keep_printf(bench, "%d-%s", 7, "x"), "7-x");
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    assert_int_equal(two, 1);
}

/* ---- values and results ---- */

static char *
value_sql(PgsValue value)
{
    GString *sql = g_string_new(NULL);
    pgs_value_append(sql, value);
    return g_string_free(sql, FALSE);
}

static void
test_values(void **state)
{
    (void)state;
    static const char text[] = "it's";
    char copy[sizeof text];
    strcpy(copy, text);
    g_autofree char *many = g_strnfill(100001, 'x');
    const struct {
        PgsValue value;
        const char *sql, *shown;
    } values[] = {
        {{PGS_VALUE_DEFAULT, NULL}, "DEFAULT", "DEFAULT"},
        {{PGS_VALUE_NULL, NULL}, "NULL", "NULL"},
        {{PGS_VALUE_TEXT, "6"}, "'6'", "6"},
        {{PGS_VALUE_TEXT, "-1.50"}, "'-1.50'", "-1.50"},
        {{PGS_VALUE_TEXT, ""}, "''", "''"},
        {{PGS_VALUE_TEXT, "1."}, "'1.'", "'1.'"},
        {{PGS_VALUE_TEXT, "-"}, "'-'", "'-'"},
        {{PGS_VALUE_TEXT, text}, "'it''s'", "'it's'"},
        {{PGS_VALUE_TEXT, "a\\b\nc"}, "E'a\\\\b\nc'", "E'a\\\\b\\nc'"},
        {{PGS_VALUE_TEXT, "\t\xc2\xa0"}, "'\t\xc2\xa0'", "E'\\t\\u00A0'"},
        {{PGS_VALUE_EXPRESSION, "repeat('x', 3)"}, "repeat('x', 3)", "repeat('x', 3)"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *sql = value_sql(values[i].value);
        g_autofree char *shown = pgs_value_describe(values[i].value);
        assert_string_equal(sql, values[i].sql);
        assert_string_equal(shown, values[i].shown);
    }
    g_autofree char *shown = pgs_value_describe((PgsValue){PGS_VALUE_TEXT, many});
    assert_true(g_str_has_prefix(shown, "'xxxxx"));
    assert_true(g_str_has_suffix(shown, "…' (100001 characters)"));
    assert_true(strlen(shown) < 100);
    PgsValue one = {PGS_VALUE_TEXT, text}, same = {PGS_VALUE_TEXT, copy};
    assert_true(pgs_value_equal(one, same));
    assert_false(pgs_value_equal(one, (PgsValue){PGS_VALUE_EXPRESSION, text}));
    assert_false(pgs_value_equal(one, (PgsValue){PGS_VALUE_NULL, NULL}));
    assert_false(
        pgs_value_equal((PgsValue){PGS_VALUE_DEFAULT, NULL}, (PgsValue){PGS_VALUE_NULL, NULL}));
}

/* The server reads what was written. */
static void
test_literals(void **state)
{
    static const char *const texts[] = {"", "'", "\\", "a\\'b", "$$", "\t\n", "é\u2028"};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (guint on = 0; on < 2; on++) {
            g_autoptr(GString) sql = g_string_new("SELECT ");
            run_sql(*state, on ? "SET standard_conforming_strings = on"
                               : "SET standard_conforming_strings = off");
            pgs_text_append_literal(sql, texts[i]);
            assert_value(*state, sql->str, texts[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rollback, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kept_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_deferred, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_settings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_event_triggers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_plain_role, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_random, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
        cmocka_unit_test(test_values),
        cmocka_unit_test_setup_teardown(test_literals, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("bench", tests, set_up_group, tear_down_group);
}
