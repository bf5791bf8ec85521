/* plan/declared.c, declared_infer.c: values of a query's parameters, given or told by its text. */
#include "cmocka_all.h"

#include "plan/planning_fixture.h"

#include <string.h>

/* Rows that are there, so that it is known what is picked from them. */
#define SCHEMA                                                                                     \
    "CREATE TABLE t (id int PRIMARY KEY, email text NOT NULL, n int, state text, tags text[],"     \
    " doc jsonb, at timestamptz, nothing int, \"order\" int, during tstzrange);"                   \
    "INSERT INTO t SELECT i, 'User_' || pg_catalog.lpad(i::text, 4, '0'), i / 10,"                 \
    " CASE WHEN i % 50 = 0 THEN 'rare' ELSE 'often' END, ARRAY['all', 'tag' || i % 500],"          \
    " pg_catalog.jsonb_build_object('k', i % 500), '2024-01-01Z'::timestamptz"                     \
    " + i * interval '1 hour', NULL, i, tstzrange('2024-01-01Z', '2025-01-01Z') FROM "             \
    "pg_catalog.generate_series(1, 2000) AS i;"                                                    \
    "CREATE INDEX ix_email ON t (pg_catalog.lower(email) text_pattern_ops);"                       \
    "CREATE TABLE other (id int PRIMARY KEY, t_id int REFERENCES t (id), kind text);"              \
    "INSERT INTO other SELECT i, i, 'kind ' || i FROM pg_catalog.generate_series(1, 2000) AS i;"   \
    "ALTER TABLE other ADD grade text; UPDATE other SET grade = CASE WHEN id % 100 = 0 THEN "      \
    "'least'"                                                                                      \
    " WHEN id % 50 = 1 THEN 'seldom' ELSE 'often' END;"                                            \
    "CREATE INDEX ix_least ON other (id) WHERE grade = 'least';"                                   \
    "CREATE INDEX ix_less ON other (id) WHERE grade <> 'seldom';"                                  \
    "CREATE SCHEMA app; CREATE TABLE app.\"Odd\" (\"A\" int); INSERT INTO app.\"Odd\""             \
    " SELECT 7 FROM pg_catalog.generate_series(1, 2000)"

static int
set_up_rows(void **state)
{
    if (set_up(state) != 0)
        return -1;
    run_sql(*state, SCHEMA);
    return 0;
}

/* "a, b, NULL", or the trouble. */
static char *
parameters_of(PgsPlanning *planning, const char *yaml)
{
    g_autoptr(PgsPlanQuery) query = read_query(yaml);
    g_autoptr(PgsPlanResult) result = ask_query(planning, query);
    if (result->trouble != NULL)
        return g_strdup_printf("%s%s", result->is_fault ? "fault: " : "", result->trouble);
    const PgsJudgement *judgement = result->judgements->pdata[0];
    if (judgement->failure != NULL)
        return g_strdup(judgement->failure->message);
    const PgsQuestion *question = result->questions->pdata[0];
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < question->parameters->len; i++) {
        const char *value = question->parameters->pdata[i];
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", value != NULL ? value : "NULL");
    }
    return g_string_free(text, FALSE);
}

typedef struct {
    const char *yaml, *parameters; /* parameters: what they begin with */
} Case;

static void
check_cases(const Fixture *fixture, const Case *cases, guint n)
{
    g_autoptr(PgsPlanning) planning = open_planning(fixture, NULL);
    for (guint i = 0; i < n; i++) {
        g_autofree char *found = parameters_of(planning, cases[i].yaml);
        if (!g_str_has_prefix(found, cases[i].parameters))
            fail_msg("%s\n  expected: %s\n  found:    %s", cases[i].yaml, cases[i].parameters,
                     found);
    }
}

static void
test_inferred(void **state)
{
    static const Case cases[] = {
        {"{query: SELECT * FROM t WHERE state = $1}", "rare"},
        {"{query: SELECT * FROM other WHERE grade = $1}", "seldom"},
        {"{query: SELECT * FROM other WHERE grade = $1, index: ix_least}", "least"},
        {"{query: SELECT * FROM t WHERE state <> $1}", "often"},
        {"{query: 'SELECT * FROM t WHERE state IN ($1, $2)'}", "rare, rare"},
        {"{query: SELECT * FROM t WHERE state = ANY($1)}", "{\"rare\"}"},
        {"{query: 'SELECT * FROM t WHERE state <> ALL($1)'}", "{\"often\"}"},
        {"{query: SELECT * FROM t WHERE $1 = ANY(tags)}", "tag0"},
        {"{query: 'SELECT * FROM t WHERE tags @> $1'}", "{all,tag0}"},
        {"{query: 'SELECT * FROM t WHERE doc @> $1'}", "{\"k\": 0}"},
        {"{query: SELECT * FROM t WHERE n > $1 AND id = 1}", "199"},
        {"{query: SELECT * FROM t WHERE id < $1}", "10"},
        {"{query: SELECT * FROM t WHERE id BETWEEN $1 AND $2}", "1000, 1009"},
        {"{query: SELECT * FROM t WHERE at >= $2 AND at < $1}",
         "2024-02-12 01:00:00+00, 2024-02-11 16:00:00+00"},
        /* The one value in the middle would be left out again. */
        {"{query: SELECT * FROM t WHERE n >= $1 AND n < $2}", "100, 101"},
        {"{query: SELECT * FROM t WHERE n > $1 AND n <= $2}", "99, 100"},
        {"{query: SELECT * FROM t WHERE email LIKE $1}", "User\\_100%"},
        {"{query: 'SELECT * FROM t WHERE email LIKE $1 || ''%'''}", "User\\_100"},
        {"{query: SELECT * FROM t WHERE lower(email) LIKE $1}", "user\\_100%"},
        {"{query: SELECT * FROM t WHERE lower(email) = lower($1)}", "user_0001"},
        {"{query: 'SELECT * FROM t WHERE email ^@ $1'}", "User_100"},
        {"{query: 'SELECT * FROM t WHERE email ~ $1'}", "^User_100"},
        {"{query: SELECT * FROM t WHERE state = $1 ORDER BY id LIMIT $2 OFFSET $3}", "rare, 10, 0"},
        {"{query: 'SELECT * FROM t JOIN other o ON o.t_id = t.id WHERE kind = $1'}", "kind 1"},
        {"{query: 'SELECT * FROM app.\"Odd\" WHERE \"A\" = $1'}", "7"},
        {"{query: 'SELECT * FROM t WHERE \"order\" = $1::int'}", "1"},
        {"{query: 'SELECT * FROM (SELECT state AS s FROM t) x WHERE s = $1'}", "rare"},
        {"{query: UPDATE t SET state = $1 WHERE email = $2}", "often, User_0001"},
        {"{query: DELETE FROM other WHERE kind = $1}", "kind 1"},
        {"{query: SELECT * FROM t WHERE at > now() - $1::interval}",
         "fault: the query does not tell which column $1 is compared with; write parameters:"},
        {"{query: SELECT * FROM t WHERE nothing = $1}",
         "no value for $1 could be picked: public.t holds none for nothing; write parameters:"},
        {"{query: SELECT * FROM t WHERE no_such = $1}",
         "fault: the server refuses it: column \"no_such\" does not exist"},
        {"{query: SELECT * FROM t WHERE id = $2}",
         "fault: the server refuses it: could not determine data type of parameter $1"},
        {"{query: 'SELECT * FROM t WHERE during @> $1::timestamptz'}",
         "a value was picked for a parameter that the server does not take: invalid input syntax"},
        {"{query: 'INSERT INTO other (id, t_id) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE "
         "SET kind = $3', index: other_pkey}",
         "1"},
    };
    check_cases(*state, cases, G_N_ELEMENTS(cases));
}

#define QUERY "query: SELECT * FROM t WHERE state = $1"

static void
test_given(void **state)
{
    static const Case cases[] = {
        {"{" QUERY ", parameters: [often]}", "often"},
        {"{" QUERY ", parameters: [null], table: t}", "NULL"},
        {"{" QUERY ", parameters: [{sql: 'SELECT max(state) FROM t'}]}", "rare"},
        {"{" QUERY ", parameters: [{sql: 'SELECT NULL'}], table: t}", "NULL"},
        {"{" QUERY ", parameters: [{rare: t.state}]}", "rare"},
        {"{" QUERY ", parameters: [{common: public.t.state}]}", "often"},
        {"{query: SELECT * FROM t WHERE id = $1, parameters: [{middle: t.id}]}", "1000"},
        {"{query: 'SELECT * FROM t WHERE \"order\" = $1', parameters: [{middle: t.order}]}",
         "1000"},
        {"{query: 'SELECT * FROM t WHERE id = $1', parameters: [{middle: 'app.\"Odd\".\"A\"'}]}",
         "7"},
        {"{query: SELECT * FROM t WHERE state = ANY($1), parameters: [{rare: t.state}]}",
         "{\"rare\"}"},
        {"{" QUERY ", parameters: [{sql: 'SELECT state FROM t'}]}",
         "the query for $1 gives 2000 rows of 1 column, not one value: SELECT state FROM t"},
        {"{" QUERY ", parameters: [{sql: 'SELECT 1, 2'}]}",
         "fault: the query for $1 gives 1 row of 2 columns"},
        {"{" QUERY ", parameters: [{sql: SELECT nothing at all}]}",
         "fault: the query for $1 was refused: "},
        {"{" QUERY ", parameters: [{rare: tt.state}]}",
         "fault: $1: there is no table \"tt\": did you mean \"t\"?"},
        {"{" QUERY ", parameters: [{rare: t.stat}]}",
         "fault: $1: public.t has no column \"stat\": did you mean \"state\"?"},
        {"{" QUERY ", parameters: [{rare: t.nothing}]}",
         "no value for $1 could be picked: t.nothing holds none"},
        {"{" QUERY ", parameters: [a, b]}",
         "fault: the query has 1 parameter, and 2 values are given"},
        {"{query: SELECT * FROM t WHERE id = $1, parameters: [seven]}",
         "fault: the server refuses it: invalid input syntax for type integer: \"seven\""},
    };
    check_cases(*state, cases, G_N_ELEMENTS(cases));
}

/* What a query of a value does is undone, and a refusal ends nothing. */
static void
test_undone(void **state)
{
    g_autoptr(PgsPlanning) planning = open_planning(*state, NULL);
    g_autofree char *value = parameters_of(
        planning, "{query: SELECT * FROM t WHERE id = $1, parameters:"
                  " [{sql: 'WITH d AS (DELETE FROM other RETURNING id) SELECT count(*) FROM d'}]}");
    assert_string_equal(value, "2000");
    assert_value(*state, "SELECT count(*) FROM other", "2000");
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up_rows, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_inferred),
        TEST(test_given),
        TEST(test_undone),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
