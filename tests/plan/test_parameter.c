/* plan/parameter.c: values picked from the rows that are there. */
#include "cmocka_all.h"

#include "bench_fixture.h"
#include "plan/parameter.h"

#define ROWS                                                                                       \
    "CREATE TYPE colour AS ENUM ('red', 'green', 'blue');"                                         \
    "CREATE TABLE t (id int, n int, name text, c colour, doc json, tags text[], at timestamptz,"   \
    " word text COLLATE \"C\", pair point);"                                                       \
    "INSERT INTO t SELECT i, CASE WHEN i <= 900 THEN 1 WHEN i <= 990 THEN 2 ELSE 3 END,"           \
    " 'Name ' || pg_catalog.lpad(i::text, 4, '0'),"                                                \
    " (CASE WHEN i % 100 = 0 THEN 'blue' WHEN i % 10 = 0 THEN NULL ELSE 'red' END)::colour,"       \
    " pg_catalog.json_build_object('a', i % 7), ARRAY['all', 'tag' || i % 50],"                    \
    " '2024-01-01Z'::timestamptz + i * interval '1 hour', 'w', point(i % 2, 1)"                    \
    " FROM pg_catalog.generate_series(1, 1000) AS i;"                                              \
    "CREATE TABLE empty (a int); CREATE TABLE nulls (a int); INSERT INTO nulls VALUES (NULL)"

static int
set_up_rows(void **state)
{
    if (set_up(state) != 0)
        return -1;
    run_sql(*state, ROWS);
    return 0;
}

static void
check_pick(const Fixture *fixture, PgsPick pick, const char *relation, const char *expression,
           const char *where, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_parameter_pick(fixture->connection, relation, expression, where, pick, &value, &error))
        fail_msg("%s: %s", expression, error->message);
    if (g_strcmp0(value, expected) != 0)
        fail_msg("%s: %s, not %s", expression, value != NULL ? value : "NULL", expected);
}

static void
test_pick(void **state)
{
    static const struct {
        PgsPick pick;
        const char *expression, *where, *expected;
    } rows[] = {
        {PGS_PICK_RARE, "n", NULL, "3"},
        {PGS_PICK_COMMON, "n", NULL, "1"},
        {PGS_PICK_MIDDLE, "n", NULL, "1"},
        {PGS_PICK_RARE, "n", "n < 3", "2"},
        {PGS_PICK_RARE, "c", NULL, "blue"}, /* NULL is rarer than red, but no value */
        {PGS_PICK_COMMON, "c", NULL, "red"},
        {PGS_PICK_MIDDLE, "id", NULL, "500"},
        {PGS_PICK_RARE, "id", NULL, "1"}, /* among equals the least text */
        {PGS_PICK_RARE, "pg_catalog.lower(name)", NULL, "name 0001"},
        {PGS_PICK_RARE, "doc", NULL, "{\"a\" : 0}"}, /* a type that knows no equality */
        {PGS_PICK_COMMON, "doc", NULL, "{\"a\" : 1}"},
        {PGS_PICK_MIDDLE, "doc", NULL, "{\"a\" : 3}"},
        {PGS_PICK_RARE, "pair", NULL, "(0,1)"},
        {PGS_PICK_COMMON, "pg_catalog.unnest(tags)", NULL, "all"},
        {PGS_PICK_RARE, "pg_catalog.unnest(tags)", NULL, "tag0"},
        {PGS_PICK_RARE, "n", "false", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        check_pick(*state, rows[i].pick, "public.t", rows[i].expression, rows[i].where,
                   rows[i].expected);
    check_pick(*state, PGS_PICK_RARE, "public.empty", "a", NULL, NULL);
    check_pick(*state, PGS_PICK_MIDDLE, "public.nulls", "a", NULL, NULL);
}

static void
check_range(const Fixture *fixture, const char *expression, double share, const char *low,
            const char *high)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *from = NULL, *to = NULL;
    if (!pgs_parameter_range(fixture->connection, "public.t", expression, NULL, share, &from, &to,
                             &error))
        fail_msg("%s: %s", expression, error->message);
    if (g_strcmp0(from, low) != 0 || g_strcmp0(to, high) != 0)
        fail_msg("%s: %s to %s", expression, from, to);
}

static void
test_range(void **state)
{
    check_range(*state, "id", 0.005, "500", "504");
    check_range(*state, "id", 0.0001, "500", "500");
    check_range(*state, "at", 0.002, "2024-01-21 20:00:00+00", "2024-01-21 21:00:00+00");
    /* Ten rows of 1000 are nearer to five than 90 or 900 are. */
    check_range(*state, "n", 0.005, "3", "3");
    check_range(*state, "n", 0.1, "2", "3");
    check_range(*state, "doc", 0.005, NULL, NULL);
    /* Equal ones stand at one end of the middle, then at the other, then nowhere else. */
    check_range(*state, "CASE WHEN id BETWEEN 400 AND 500 THEN 500 ELSE id END", 0.005, "501",
                "505");
    check_range(*state, "CASE WHEN id BETWEEN 504 AND 600 THEN 504 ELSE id END", 0.005, "499",
                "503");
    check_range(*state, "NULLIF(id, id)", 0.005, NULL, NULL);
    check_range(*state, "NULLIF(id, id / 2 * 2)", 0.005, "499", "503");
}

static void
check_edge(const Fixture *fixture, const char *expression, gboolean upper, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_parameter_edge(fixture->connection, "public.t", expression, NULL, 0.005, upper, &value,
                            &error))
        fail_msg("%s: %s", expression, error->message);
    if (g_strcmp0(value, expected) != 0)
        fail_msg("%s: %s, not %s", expression, value, expected);
}

static void
test_edge(void **state)
{
    check_edge(*state, "id", TRUE, "995");
    check_edge(*state, "id", FALSE, "5");
    check_edge(*state, "doc", TRUE, NULL);
}

static void
check_prefix(const Fixture *fixture, const char *relation, const char *expression,
             const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_parameter_prefix(fixture->connection, relation, expression, NULL, 0.005, &value,
                              &error))
        fail_msg("%s: %s", expression, error->message);
    if (g_strcmp0(value, expected) != 0)
        fail_msg("%s: %s, not %s", expression, value, expected);
}

static void
test_prefix(void **state)
{
    check_prefix(*state, "public.t", "name", "Name 0500");
    check_prefix(*state, "public.t", "word", "w"); /* all the same: the whole */
    check_prefix(*state, "public.empty", "a", NULL);
    run_sql(*state, "CREATE TABLE w (a text); INSERT INTO w VALUES ('äöx'), ('äüx'), ('äz')");
    check_prefix(*state, "public.w", "a", "äö"); /* characters, not bytes */
}

/* A refusal leaves the caller's transaction as it was, and so do values. */
static void
test_transaction(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    run_sql(fixture, "BEGIN; DELETE FROM t WHERE n = 3");
    check_pick(fixture, PGS_PICK_RARE, "public.t", "doc", NULL, "{\"a\" : 0}");
    assert_false(pgs_parameter_pick(fixture->connection, "public.t", "nowhere", NULL, PGS_PICK_RARE,
                                    &value, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
    check_pick(fixture, PGS_PICK_RARE, "public.t", "n", NULL, "2");
    run_sql(fixture, "ROLLBACK");
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up_rows, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_pick),   TEST(test_range),       TEST(test_edge),
        TEST(test_prefix), TEST(test_transaction),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
