/* harness/plan/reason.c, reason_state.c, reason_operand.c, reason_column.c: what an index is, and
 * what it is on */
#include "cmocka_all.h"

#include "reason_fixture.h"

#define USELESS PGS_SERVED_USELESS

static const ReasonCase cases[] = {
    {"wrong column", "CREATE INDEX ix ON t (tenant)", "SELECT * FROM t WHERE n = 7", NULL, USELESS,
     "filters by n, and it is on tenant", "this would serve; tried: CREATE INDEX ON", "btree (n)"},
    {"wrong column, two conditions", "CREATE INDEX ix ON t (day)",
     "SELECT * FROM t WHERE big > 69000 AND tenant = 7", NULL, USELESS,
     "filters by tenant, big, and it is on day", NULL, "(tenant, big)"},
    {"later key", "CREATE INDEX ix ON t (status, tenant)", "SELECT * FROM t WHERE tenant = 7", NULL,
     USELESS, "restricts tenant, a later key of it, but not status, its first", "restrict status",
     "(tenant, status)", .skips = TRUE},
    {"predicate not implied", "CREATE INDEX ix ON t (n) WHERE status = 'open'",
     "SELECT * FROM t WHERE n = 7", NULL, USELESS,
     "does not imply its predicate: status = 'open'::text", "add AND status = 'open'::text",
     "btree (n)"},
    {"one part of a predicate", "CREATE INDEX ix ON t (n) WHERE status = 'open' AND tenant > 5",
     "SELECT * FROM t WHERE n = 7 AND tenant = 9", NULL, USELESS,
     "does not imply one part of its predicate: status = 'open'::text", NULL,
     "btree (n) WHERE (tenant > 5)"},
    {"predicate that is excluded", "CREATE INDEX ix ON t (n) WHERE status = 'open'",
     "SELECT * FROM t WHERE n = 7 AND status = 'done'", NULL, USELESS,
     "wants just the rows that are left out by its predicate: status = 'open'::text",
     "this would serve; tried", "btree (n)"},
    {"a WITH query", "CREATE INDEX ix ON t (n)",
     "WITH x AS MATERIALIZED (SELECT * FROM t) SELECT * FROM x WHERE n = 7", NULL, USELESS,
     "filters what its WITH query gives (x, by n = 7), not public.t itself", "NOT MATERIALIZED",
     NULL},
    {"char(n) against varchar", "CREATE INDEX ix ON t (name)",
     "SELECT * FROM t WHERE name = $1::bpchar", "Name 7", USELESS,
     "name is compared with a value of type bpchar, to which the server casts it",
     "without the cast", "((name)::bpchar)"},
    {"predicate and a generic plan", "CREATE INDEX ix ON t (n) WHERE status = 'open'",
     "SELECT * FROM t WHERE status = $1 AND n = 400", "open", USELESS,
     "only by some values of the parameters", "write the value", NULL, TRUE},
    {"cast to text", "CREATE INDEX ix ON t (n)", "SELECT * FROM t WHERE n::text = '7'", NULL,
     USELESS, "casts n to text", "compare n without the cast, with a value of its own type",
     "((n)::text)"},
    {"numeric against integer", "CREATE INDEX ix ON t (n)", "SELECT * FROM t WHERE n = 7.0", NULL,
     USELESS, "compared with a value of type numeric, to which the server casts it",
     "own type (integer)", "((n)::numeric)"},
    {"float parameter", "CREATE INDEX ix ON t (n)", "SELECT * FROM t WHERE n = $1::float8", "7",
     USELESS, "with a value of type double precision", "own type (integer)", "double precision"},
    {"date of a timestamptz", "CREATE INDEX ix ON t (created)",
     "SELECT * FROM t WHERE created::date = '2024-03-01'", NULL, USELESS, "casts created to date",
     "ask for a range of created", NULL},
    {"function around the column", "CREATE INDEX ix ON t (email)",
     "SELECT * FROM t WHERE lower(email) = 'user7@example.org'", NULL, USELESS,
     "compares lower(email), and it is on email", "compare email itself", "lower(email)"},
    {"the function is the index's", "CREATE INDEX ix ON t (lower(email))",
     "SELECT * FROM t WHERE email = 'user7@example.org'", NULL, USELESS,
     "compares email, and it is on lower(email)", "write lower(email) in the query", "(email)"},
    {"another function", "CREATE INDEX ix ON t (lower(email))",
     "SELECT * FROM t WHERE upper(email) = 'USER7@EXAMPLE.ORG'", NULL, USELESS,
     "compares upper(email), and it is on lower(email)", NULL, "upper(email)"},
    {"arithmetic", "CREATE INDEX ix ON t (n)", "SELECT * FROM t WHERE n + 0 = 7", NULL, USELESS,
     "compares n + 0, and it is on n", NULL, "((n + 0))"},
    {"coalesce", "CREATE INDEX ix ON t (name)",
     "SELECT * FROM t WHERE coalesce(name, '') = 'Name 7'", NULL, USELESS, "COALESCE(name", NULL,
     "COALESCE(name"},
    {"a key of a document", "CREATE INDEX ix ON t USING gin (doc)",
     "SELECT * FROM t WHERE doc ->> 'v' = 'x7'", NULL, USELESS, "compares doc ->> 'v'", NULL,
     "btree (((doc ->> 'v'::text)))"},
    {"a function that is not immutable", "CREATE INDEX ix ON t (created)",
     "SELECT * FROM t WHERE to_char(created, 'YYYY-MM-DD') = '2024-03-01'", NULL, USELESS,
     "cannot be indexed", "ask for a range of created", NULL},
    {"a join by another type",
     "CREATE TABLE IF NOT EXISTS codes AS SELECT i::text AS code FROM generate_series(1, 3) AS i; "
     "ANALYZE codes; CREATE INDEX ix ON t (n)",
     "SELECT * FROM codes c JOIN t x ON x.n::text = c.code", NULL, USELESS,
     "casts n to text and compares that ((n)::text = c.code)", NULL, "((n)::text)"},
    {"an update", "CREATE INDEX ix ON t (email)",
     "UPDATE t SET a = 1 WHERE lower(email) = 'user7@example.org'", NULL, USELESS,
     "compares lower(email)", NULL, "lower(email)"},
    {"one of two scans", "CREATE INDEX ix ON t (email)",
     "SELECT * FROM t AS x JOIN t AS y ON y.big = x.n WHERE lower(x.email) = 'user7@example.org'",
     NULL, USELESS, "compares lower(email)", NULL, "lower(email)"},
    {"a quoted name",
     "CREATE TABLE IF NOT EXISTS \"Odd\" AS SELECT id AS \"I d\", email AS \"E.mail\" FROM t; "
     "ANALYZE \"Odd\"; CREATE INDEX ix ON \"Odd\" (\"E.mail\")",
     "SELECT * FROM \"Odd\" AS \"o.o\" WHERE upper(\"o.o\".\"E.mail\") = 'USER7@EXAMPLE.ORG'", NULL,
     USELESS, "compares upper(\"E.mail\"), and it is on \"E.mail\"", NULL, "upper(\"E.mail\")"},
    {"a value of another query", "CREATE INDEX ix ON t (n)",
     "SELECT * FROM t WHERE n::text = (SELECT max(status) FROM t)", NULL, USELESS,
     "casts n to text", NULL, "((n)::text)"},
    {"nothing is asked", "CREATE INDEX ix ON t (n)", "SELECT n, email FROM t", NULL, USELESS,
     "the query asks nothing of public.t that an index could answer", NULL, NULL},
    {"a function",
     "CREATE OR REPLACE FUNCTION find_t(integer) RETURNS SETOF t LANGUAGE plpgsql AS 'BEGIN RETURN "
     "QUERY "
     "SELECT * FROM t WHERE n = $1; END'; CREATE INDEX ix ON t (n)",
     "SELECT * FROM find_t(7)", NULL, USELESS, "the query's plan reads no table",
     "statements of a function are planned apart", NULL},
    {"another table",
     "CREATE TABLE IF NOT EXISTS other (id integer); CREATE INDEX ix ON other (id)",
     "SELECT * FROM t WHERE n = 7", NULL, USELESS,
     "does not read its table, public.other, but public.t", NULL, NULL},
    {"a table of the same name",
     "CREATE SCHEMA IF NOT EXISTS old; CREATE TABLE IF NOT EXISTS old.t (n integer); DROP INDEX IF "
     "EXISTS old.ix; CREATE INDEX ix ON old.t (n)",
     "SELECT * FROM t WHERE n = 7", NULL, USELESS, "old.t, but public.t", NULL, NULL},
};

static void
test_cases(void **state)
{
    reason_check_all(*state, cases, G_N_ELEMENTS(cases));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_cases)};
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
