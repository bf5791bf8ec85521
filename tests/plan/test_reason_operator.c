/* harness/plan/reason_operator.c, reason_value.c: what an index's operators do not serve */
#include "cmocka_all.h"

#include "reason_fixture.h"

#define USELESS PGS_SERVED_USELESS

static const ReasonCase cases[] = {
    {"LIKE by the wrong operator class", "CREATE INDEX ix ON t (email COLLATE \"en-x-icu\")",
     "SELECT * FROM t WHERE email LIKE 'user77%'", NULL, USELESS,
     "is a pattern, which its operator class, pg_catalog.text_ops, serves only with the collation "
     "C",
     "operator class text_pattern_ops, or COLLATE \"C\"", "text_pattern_ops"},
    {"LIKE of a varchar", "CREATE INDEX ix ON t (name COLLATE \"en-x-icu\")",
     "SELECT * FROM t WHERE name LIKE 'Name 77%'", NULL, USELESS, "is a pattern",
     "varchar_pattern_ops", "varchar_pattern_ops"},
    {"LIKE by a hash", "CREATE INDEX ix ON t USING hash (email)",
     "SELECT * FROM t WHERE email LIKE 'user77%'", NULL, USELESS,
     "is a pattern, which a hash index", NULL, "btree (email text_pattern_ops)"},
    {"a regular expression", "CREATE INDEX ix ON t (email COLLATE \"en-x-icu\")",
     "SELECT * FROM t WHERE email ~ '^user77'", NULL, USELESS, "is a pattern", NULL,
     "text_pattern_ops"},
    {"a leading wildcard", "CREATE INDEX ix ON t (email text_pattern_ops)",
     "SELECT * FROM t WHERE email LIKE '%7777%'", NULL, USELESS,
     "begins with what is not known, so that there is no prefix", "trigrams", "gin_trgm_ops"},
    {"ILIKE", "CREATE INDEX ix ON t (email text_pattern_ops)",
     "SELECT * FROM t WHERE email ILIKE 'user7777%'", NULL, USELESS, "ignores case", "trigrams",
     "gin_trgm_ops"},
    {"a pattern as a parameter", "CREATE INDEX ix ON t (email text_pattern_ops)",
     "SELECT * FROM t WHERE email LIKE $1", "user77%", USELESS,
     "the pattern is a parameter (email ~~ $1)", "force_custom_plan", NULL, TRUE},
    {"jsonb_path_ops has no ?", "CREATE INDEX ix ON t USING gin (doc jsonb_path_ops)",
     "SELECT * FROM t WHERE doc ? 'z'", NULL, USELESS,
     "its operator class, pg_catalog.jsonb_path_ops (gin), does not serve the operator ?", NULL,
     "USING gin (doc)"},
    {"hash has no range", "CREATE INDEX ix ON t USING hash (big)",
     "SELECT * FROM t WHERE big > 69900", NULL, USELESS, "(hash), does not serve the operator >",
     NULL, "USING btree (big)"},
    {"hash finds no NULLs", "CREATE INDEX ix ON t USING hash (email)",
     "SELECT * FROM t WHERE email IS NULL", NULL, USELESS, "a hash index does not find NULLs", NULL,
     "USING btree (email)"},
    {"btree has no @>", "CREATE INDEX ix ON t (doc)",
     "SELECT * FROM t WHERE doc @> '{\"v\": \"x7\"}'", NULL, USELESS,
     "does not serve the operator @>", NULL, "USING gin (doc)"},
    {"an array is searched", "CREATE INDEX ix ON t USING gin (tags)",
     "SELECT * FROM t WHERE 't7' = ANY (tags)", NULL, USELESS, "looks into an array",
     "write tags @> ARRAY['t7'::text]", NULL},
    {"another collation", "CREATE INDEX ix ON t (email)",
     "SELECT * FROM t WHERE email COLLATE \"en-x-icu\" > 'user9998'", NULL, USELESS,
     "with the collation \"en-x-icu\", and it has the column's own", NULL, "COLLATE \"en-x-icu\""},
    {"the index's collation", "CREATE INDEX ix ON t (email COLLATE \"en-x-icu\")",
     "SELECT * FROM t WHERE email = 'user7@example.org'", NULL, USELESS,
     "the column's own collation, and it has", NULL, "btree (email)"},
    {"not equal", "CREATE INDEX ix ON t (status)", "SELECT * FROM t WHERE status <> 'done'", NULL,
     USELESS, "is a negation", "make the index partial", "WHERE (status <> 'done'::text)"},
    {"NOT LIKE", "CREATE INDEX ix ON t (email)", "SELECT * FROM t WHERE email NOT LIKE 'user%'",
     NULL, USELESS, "is a negation", NULL, "WHERE (email !~~ 'user%'::text)"},
    {"IS DISTINCT FROM", "CREATE INDEX ix ON t (status)",
     "SELECT * FROM t WHERE status IS DISTINCT FROM 'done'", NULL, USELESS, "is a negation", NULL,
     "WHERE (status IS DISTINCT FROM 'done'::text)"},
    {"IS NOT DISTINCT FROM", "CREATE INDEX ix ON t (n)",
     "SELECT * FROM t WHERE n IS NOT DISTINCT FROM 7", NULL, USELESS,
     "no index serves IS NOT DISTINCT FROM", "write n = …", NULL},
    {"not equal to a parameter", "CREATE INDEX ix ON t (status)",
     "SELECT * FROM t WHERE status <> $1", "done", USELESS, "is a negation",
     "make the index partial", NULL},
    {"a pattern with sides", "CREATE INDEX ix ON t (email text_pattern_ops)",
     "SELECT * FROM t WHERE email ~ '^(auser777|user888)'", NULL, USELESS,
     "begins with what is not known", "CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE INDEX",
     "gin_trgm_ops"},
    {"an optional parameter", "CREATE INDEX ix ON t (n)",
     "SELECT * FROM t WHERE ($1::int IS NULL OR n = $1)", "7", USELESS,
     "a generic plan, for any values, has to reckon with all rows", "force_custom_plan", NULL,
     TRUE},
    {"another document", "CREATE INDEX ix ON t USING gin (tags)",
     "SELECT * FROM t WHERE doc @> '{\"v\": \"x7\"}'", NULL, USELESS,
     "filters by doc, and it is on tags", NULL, "USING gin (doc)"},
    {"a search of another text", "CREATE INDEX ix ON t USING gin (tags)",
     "SELECT * FROM t WHERE email LIKE '%7777%'", NULL, USELESS,
     "filters by email, and it is on tags", NULL, "gin_trgm_ops"},
    {"another text search", "CREATE INDEX ix ON t USING gin (tags)",
     "SELECT * FROM t WHERE to_tsvector('simple', email) @@ to_tsquery('simple', 'user7')", NULL,
     USELESS, "filters by to_tsvector(", NULL, "USING gin (to_tsvector("},
    {"two columns", "CREATE INDEX ix ON t (a)", "SELECT * FROM t WHERE a = b", NULL, USELESS,
     "compares two columns of the same row", NULL, "WHERE (a = b)"},
    {"OR over two columns", "CREATE INDEX ix ON t (n)", "SELECT * FROM t WHERE n = 7 OR tenant = 9",
     NULL, USELESS, "no index serves tenant = 9", "UNION", "btree (tenant)"},
    {"a volatile function", "CREATE INDEX ix ON t (big)",
     "SELECT * FROM t WHERE big = (random() * 100)::bigint", NULL, USELESS,
     "calls random(), which is volatile", "let it be called once: (SELECT", NULL},
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
