/* harness/suite/expect_plan.c and suite_planning.c: queries and indexes as assertions. */
#include "fixture.h"

#define UP                                                                                         \
    "CREATE TYPE mood AS ENUM ('sad', 'glad');\n"                                                  \
    "CREATE TABLE users (id integer PRIMARY KEY, email varchar(40) NOT NULL, mood mood NOT "       \
    "NULL,\n"                                                                                      \
    "    left_at timestamptz);\n"                                                                  \
    "CREATE INDEX ix_users_email ON users (lower(email));\n"                                       \
    "CREATE INDEX ix_users_here ON users (email) WHERE left_at IS NULL;\n"                         \
    "CREATE INDEX ix_users_wide ON users (id, email, mood);\n"                                     \
    "CREATE TABLE keys (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES users);\n"

static Place place;
static PgsSuite *suite;

static int
open_suite(void **state)
{
    (void)state;
    place_open(&place);
    place_write(&place, "migrations/001_users.up.sql", UP);
    place_write(&place, "sample.sql", "SELECT 1;\n");
    g_setenv("PGSTAIR_ROWS", "3000", TRUE);
    suite = place_suite(&place);
    return pgs_suite_connection(suite) != NULL && pgs_case_begin(suite, "a test", "S-01") ? 0 : -1;
}

static int
close_suite(void **state)
{
    (void)state;
    pgs_suite_close(suite);
    place_close(&place);
    g_unsetenv("PGSTAIR_ROWS");
    return 0;
}

#define HOLDS(call)                                                                                \
    do {                                                                                           \
        if (!(call))                                                                               \
            fprintf(stderr, "%s\n", pgs_suite_error(suite));                                       \
        assert_string_equal(pgs_suite_error(suite), "");                                           \
    } while (0)
#define FAILS(call, words)                                                                         \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_text(pgs_suite_error(suite), words);                                                \
        assert_text(pgs_suite_error(suite), "test_plan.c:");                                       \
    } while (0)
#define W PGS_HERE

static void
index_used(void **state)
{
    (void)state;
    static const char *const three[] = {"3", NULL};
    HOLDS(
        pgs_expect_index_used(suite, W, "users_pkey", "SELECT * FROM users WHERE id = $1", three));
    HOLDS(pgs_expect_index_used(suite, W, "ix_users_email",
                                "SELECT id FROM users WHERE lower(email) = $1", NULL));
    HOLDS(pgs_expect_index_used(suite, W, NULL, "SELECT id FROM users WHERE lower(email) = $1",
                                NULL));
    FAILS(pgs_expect_index_used(suite, W, "ix_users_email",
                                "SELECT id FROM users WHERE upper(email) = $1", NULL),
          "ix_users_email");
    /* One that is wider and served by another: the program only warns. */
    FAILS(
        pgs_expect_index_used(suite, W, "ix_users_wide", "SELECT * FROM users WHERE id < 9", NULL),
        "users_pkey");
    FAILS(pgs_expect_index_used(suite, W, NULL, "SELECT id FROM keys WHERE user_id = $1", NULL),
          "keys");
    FAILS(pgs_expect_index_used(suite, W, "ix_user_email", "SELECT 1 FROM users", NULL),
          "ix_users_email");
    FAILS(pgs_expect_index_used(suite, W, "users_pkey", "SELEC 1", NULL), "");
    FAILS(pgs_expect_index_used(suite, W, "users_pkey", NULL, NULL), "the query is not given");
}

static void
plan(void **state)
{
    (void)state;
    HOLDS(pgs_expect_plan(suite, W,
                          "{query: SELECT * FROM users WHERE email = $1 AND left_at IS NULL,"
                          " index: ix_users_here, parameters: [{rare: users.email}]}"));
    HOLDS(pgs_expect_plan(suite, W,
                          "{query: SELECT * FROM users WHERE id < 9, index: ix_users_wide,"
                          " verdict: servable}"));
    FAILS(pgs_expect_plan(suite, W,
                          "{query: SELECT * FROM users WHERE email = $1, index: ix_users_here}"),
          "ix_users_here cannot serve it");
    /* Of two the first does not. */
    FAILS(pgs_expect_plan(suite, W,
                          "{query: SELECT * FROM users WHERE id = $1,"
                          " index: [ix_users_email, users_pkey]}"),
          "ix_users_email cannot serve it");
    FAILS(pgs_expect_plan(suite, W, "{index: ix_users_here}"), "the key \"query\" is missing");
    FAILS(pgs_expect_plan(suite, W, NULL), "the query");
    FAILS(pgs_expect_plan(suite, W, "{query: SELECT 1, requirements: S-02}"), "PGS_CASE");
}

static void
index_serves(void **state)
{
    (void)state;
    HOLDS(pgs_expect_index_serves(suite, W, "ix_users_here"));
    HOLDS(pgs_expect_index_serves(suite, W, "public.ix_users_email"));
    FAILS(pgs_expect_index_serves(suite, W, "ix_users_hare"), "ix_users_here");
}

/* Nothing of it is in the suite's own database. */
static void
beside(void **state)
{
    (void)state;
    HOLDS(pgs_expect_result(suite, W, "0", "SELECT count(*) FROM users"));
    HOLDS(pgs_expect_drift(suite, W, 0, NULL));
}

static void
in_the_record(void **state)
{
    (void)state;
    g_autofree char *path = g_build_filename(place.folder, "out", "other.xml", NULL);
    g_autoptr(GError) error = NULL;
    PgsSuiteOptions options = place_options(&place);
    options.record = path;
    PgsSuite *other = pgs_suite_open(&options);
    assert_int_equal(pgs_case_begin(other, "a test", "S-01"), 1);
    assert_int_equal(
        pgs_expect_index_used(other, W, "users_pkey", "SELECT * FROM users WHERE id = $1", NULL),
        1);
    assert_int_equal(pgs_case_end(other), 1);
    assert_int_equal(pgs_suite_close(other), 1);
    g_autoptr(PgsRecord) record = pgs_record_read(path, &error);
    assert_null(error);
    const PgsFinding *query = only_finding(record, "plan.query", "users_pkey");
    assert_int_equal(query->status, PGS_STATUS_PASSED);
    assert_true(serves(query, "S-01"));
    assert_text(query->file, "test_plan.c");
    assert_non_null(query->plans);
    assert_true(query->plans->len >= 2);
}

static void
rows(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    g_setenv("PGSTAIR_ROWS", "many", TRUE);
    PgsSuite *other = pgs_suite_open(&options);
    assert_text(pgs_suite_error(other), "PGSTAIR_ROWS: \"many\" is no whole number");
    pgs_suite_close(other);
    g_setenv("PGSTAIR_ROWS", "3000", TRUE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(index_used),    cmocka_unit_test(plan),
        cmocka_unit_test(index_serves),  cmocka_unit_test(beside),
        cmocka_unit_test(in_the_record), cmocka_unit_test(rows),
    };
    return cmocka_run_group_tests(tests, open_suite, close_suite);
}
