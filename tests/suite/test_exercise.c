/* harness/suite/expect_exercise.c: rules and cases as assertions, and what they leave. */
#include "fixture.h"

static Place place;
static PgsSuite *suite;

static int
open_suite(void **state)
{
    (void)state;
    place_open(&place);
    suite = place_suite(&place);
    return pgs_suite_connection(suite) != NULL ? 0 : -1;
}

static int
close_suite(void **state)
{
    (void)state;
    pgs_suite_close(suite);
    place_close(&place);
    return 0;
}

static int
begin(void **state)
{
    (void)state;
    return pgs_suite_reset(suite) && pgs_case_begin(suite, "a test", "S-01") &&
                   pgs_suite_begin(suite)
               ? 0
               : -1;
}

static int
end(void **state)
{
    (void)state;
    return pgs_suite_rollback(suite) ? 0 : -1;
}

/* holds / fails with these words in the error, and the place in front. */
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
        assert_text(pgs_suite_error(suite), "test_exercise.c:");                                   \
    } while (0)
#define W PGS_HERE

static void
rules(void **state)
{
    (void)state;
    HOLDS(pgs_expect_exercise(suite, W, "users"));
    HOLDS(pgs_expect_exercise(suite, W, "public.keys"));
    HOLDS(pgs_expect_exercise(suite, W, NULL));
    FAILS(pgs_expect_exercise(suite, W, "user"), "there is no table \"user\"");
    /* What the test has done is not part of it. */
    HOLDS(pgs_expect_accepted(suite, W, "DROP TABLE keys"));
    HOLDS(pgs_expect_exercise(suite, W, "keys"));
    HOLDS(pgs_expect_result(suite, W, "1", "SELECT count(*) FROM users"));
}

static void
other_revision(void **state)
{
    (void)state;
    HOLDS(pgs_suite_rollback(suite));
    HOLDS(pgs_suite_migrate(suite, "001"));
    HOLDS(pgs_expect_exercise(suite, W, "users"));
    HOLDS(pgs_suite_migrate(suite, "base"));
    FAILS(pgs_expect_exercise(suite, W, NULL), "there are no rules");
}

static void
rows(void **state)
{
    (void)state;
    HOLDS(pgs_expect_row_accepted(suite, W, "users", NULL));
    HOLDS(pgs_expect_row_accepted(suite, W, "users", "{email: abc, note: null}"));
    HOLDS(pgs_expect_row_accepted(suite, W, "public.keys", "{}"));
    HOLDS(pgs_expect_row_refused(suite, W, "users", "{email: ab}", "ck_users_email"));
    HOLDS(pgs_expect_row_refused(suite, W, "users", "{email: null}", NULL));
    HOLDS(pgs_expect_row_refused(suite, W, "users", "{mood: bored}", NULL));
    HOLDS(pgs_expect_row_refused(suite, W, "users", "{email: a@b}", "users_email_key"));
    HOLDS(pgs_expect_row_refused(suite, W, "keys", "{user_id: -77}", "fk_keys_user"));
    FAILS(pgs_expect_row_refused(suite, W, "users", "{email: abc}", "ck_users_email"), "accepted");
    FAILS(pgs_expect_row_refused(suite, W, "users", "{email: ab}", "users_email_key"),
          "another reason");
    FAILS(pgs_expect_row_refused(suite, W, "users", "{email: ab}", "ck_user_email"),
          "did you mean \"ck_users_email\"?");
    FAILS(pgs_expect_row_accepted(suite, W, "users", "{email: ab}"), "ck_users_email");
    FAILS(pgs_expect_row_accepted(suite, W, "user", "{}"), "did you mean \"users\"?");
    FAILS(pgs_expect_row_accepted(suite, W, "users", "{emial: x}"), "did you mean \"email\"?");
    FAILS(pgs_expect_row_accepted(suite, W, "users", "email"), "expected a mapping");
    FAILS(pgs_expect_row_accepted(suite, W, NULL, "{}"), "the table is not given");
    /* Nothing of it stays. */
    HOLDS(pgs_expect_result(suite, W, "1", "SELECT count(*) FROM users"));
}

/* What the test has done before is there. */
static void
rows_in_the_test(void **state)
{
    (void)state;
    HOLDS(pgs_expect_accepted(suite, W,
                              "ALTER TABLE users DROP CONSTRAINT ck_users_email;"
                              "ALTER TABLE users ADD CONSTRAINT ck_new CHECK (note <> 'x');"
                              "INSERT INTO users (id, email) VALUES (7, 'seven@x')"));
    HOLDS(pgs_expect_row_accepted(suite, W, "users", "{email: ab}"));
    HOLDS(pgs_expect_row_refused(suite, W, "users", "{note: x}", "ck_new"));
    HOLDS(pgs_expect_row_refused(suite, W, "users", "{id: 7}", "users_pkey"));
    HOLDS(pgs_expect_row_accepted(suite, W, "keys", "{user_id: 7}"));
    HOLDS(pgs_expect_accepted(suite, W,
                              "CREATE ROLE pgstair_reader2; SET ROLE pgstair_reader2;"
                              "SET search_path = nowhere"));
    HOLDS(pgs_expect_row_accepted(suite, W, "users", "{email: xyz}"));
    HOLDS(pgs_expect_result(suite, W, "nowhere", "SHOW search_path"));
}

static void
cases(void **state)
{
    (void)state;
    HOLDS(pgs_expect_case(suite, W,
                          "case: a user goes with its keys\n"
                          "given: {u: users, o: users, k: {table: keys, row: {user_id: $u.id}},\n"
                          "        other: {table: keys, row: {user_id: $o.id}}}\n"
                          "delete: u\n"
                          "gone: [u, k]\n"
                          "stays: [o, other]\n"));
    FAILS(pgs_expect_case(suite, W,
                          "{case: it stays, given: {u: users, k: {table: keys, row: {user_id: "
                          "$u.id}}}, delete: u, stays: k}"),
          "k is gone");
    FAILS(pgs_expect_case(suite, W, "{case: x}"), "the case:1:1: one key is missing here");
    FAILS(pgs_expect_case(suite, W, NULL), "the case:");
    FAILS(pgs_expect_case(suite, W, "{case: x, sql: SELECT 1, requirements: S-02}"), "PGS_CASE");
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
    assert_int_equal(pgs_expect_exercise(other, W, "users"), 1);
    assert_int_equal(pgs_expect_row_refused(other, W, "users", "{email: ab}", "ck_users_email"), 1);
    assert_int_equal(pgs_case_end(other), 1);
    assert_int_equal(pgs_suite_close(other), 1);
    g_autoptr(PgsRecord) record = pgs_record_read(path, &error);
    assert_null(error);
    const PgsFinding *check =
        only_finding(record, "exercise.check", "ck_users_email accepts and refuses rows");
    assert_string_equal(check->object, "check constraint public.users.ck_users_email");
    assert_int_equal(check->status, PGS_STATUS_PASSED);
    assert_true(serves(check, "S-01"));
    assert_text(check->file, "test_exercise.c");
    assert_text(check->detail, "refused");
    const PgsFinding *row = only_finding(record, "exercise.case", "");
    assert_int_equal(row->status, PGS_STATUS_PASSED);
    assert_text(row->title, "a row of users {email: ab}");
    assert_true(serves(row, "S-01"));
    /* Only the one table was asked for. */
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        assert_true(finding->object == NULL || strstr(finding->object, "keys") == NULL);
    }
}

static void
seed(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    g_setenv("PGSTAIR_SEED", "many", TRUE);
    PgsSuite *other = pgs_suite_open(&options);
    assert_text(pgs_suite_error(other), "PGSTAIR_SEED: \"many\" is no whole number");
    pgs_suite_close(other);
    g_setenv("PGSTAIR_SEED", "31", TRUE);
    other = pgs_suite_open(&options);
    assert_int_equal(pgs_expect_row_accepted(other, W, "users", "{}"), 1);
    pgs_suite_close(other);
    g_unsetenv("PGSTAIR_SEED");
}

#define IN_TRANSACTION(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TRANSACTION(rules),  IN_TRANSACTION(other_revision),
        IN_TRANSACTION(rows),   IN_TRANSACTION(rows_in_the_test),
        IN_TRANSACTION(cases),  cmocka_unit_test(in_the_record),
        cmocka_unit_test(seed),
    };
    return cmocka_run_group_tests(tests, open_suite, close_suite);
}
