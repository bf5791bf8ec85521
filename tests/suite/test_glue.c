/* harness/include/pgstair/cmocka.h: a suite of its macros, run as another process, and what its
 * exit status and its record say. */
#include "fixture.h"

#include "base/process.h"
#include "pgstair/cmocka.h"

#include <signal.h>

/* ---- the suite that is looked at ---- */

static void
passes(void **state)
{
    PGS_CASE(state, "S-01");
    pgs_assert_affected(1, "DELETE FROM users");
}

static void
sees_nothing_of_the_one_before(void **state)
{
    PGS_CASE(state, "S-01");
    pgs_assert_result("1", "SELECT count(*) FROM users");
}

static void
fails_by_an_assertion(void **state)
{
    PGS_CASE(state, "S-02");
    pgs_assert_result("2", "SELECT count(*) FROM users");
    pgs_assert_true(0, "this is not reached");
}

static void
fails_by_cmocka(void **state)
{
    PGS_CASE(state, "S-02");
    pgs_assert_result("1", "SELECT count(*) FROM users");
    assert_int_equal(1, 2);
}

static void
crashes(void **state)
{
    PGS_CASE(state, "S-02");
    pgs_assert_result("1", "SELECT count(*) FROM users");
    raise(SIGSEGV);
}

static void
goes_on_after_a_failure(void **state)
{
    PGS_CASE(state, "S-02");
    pgs_expect_true(pgs_suite_, PGS_HERE, 0, "nobody looks at this");
}

static void
has_no_case(void **state)
{
    assert_non_null(pgs_suite_connection(pgs_suite_of(state)));
}

static void
has_no_case_and_fails(void **state)
{
    (void)state;
    assert_true(0);
}

static void
is_skipped(void **state)
{
    PGS_CASE(state, "S-02");
    pgs_skip_case("the moon is full");
}

static void
names_an_unknown_requirement(void **state)
{
    PGS_CASE(state, "S-99");
    pgs_assert_true(0, "nor is this");
}

static void
has_two_cases(void **state)
{
    {
        PGS_CASE(state, "S-01");
        pgs_assert_true(1, "in the first");
    }
    {
        PGS_CASE(state, "S-02");
        pgs_assert_true(1, "in the second");
        pgs_for_requirements("S-01");
        pgs_assert_true(1, "of the first again");
    }
}

static void
commits_alone(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_affected(1, "DELETE FROM users");
    pgs_assert_migrated("001");
    pgs_assert_done(pgs_suite_migrate(pgs_suite_, "head"));
}

static void
commits_in_its_transaction(void **state)
{
    PGS_CASE(state, "S-01");
    PQclear(PQexec(pgs_suite_connection(pgs_suite_), "DELETE FROM users; COMMIT"));
}

static int
run_good(const PgsSuiteOptions *options)
{
    const struct CMUnitTest tests[] = {
        pgs_test(passes),
        pgs_test(sees_nothing_of_the_one_before),
        pgs_test(has_no_case),
        pgs_test_alone(commits_alone),
        pgs_test(sees_nothing_of_the_one_before),
        pgs_test_alone(sees_nothing_of_the_one_before),
        pgs_test(is_skipped),
        pgs_test(has_two_cases),
    };
    return pgs_run_suite("good", tests, options);
}

static int
run_bad(const PgsSuiteOptions *options)
{
    const struct CMUnitTest tests[] = {
        pgs_test(fails_by_an_assertion),
        pgs_test(sees_nothing_of_the_one_before),
        pgs_test(fails_by_cmocka),
        pgs_test(crashes),
        pgs_test(goes_on_after_a_failure),
        pgs_test(has_no_case_and_fails),
        pgs_test(names_an_unknown_requirement),
        pgs_test(commits_in_its_transaction),
        pgs_test(sees_nothing_of_the_one_before),
    };
    return pgs_run_suite("bad", tests, options);
}

/* ---- the tests ---- */

static Place place;

static int
open_place(void **state)
{
    (void)state;
    place_open(&place);
    return 0;
}

static int
close_place(void **state)
{
    (void)state;
    place_close(&place);
    return 0;
}

/* This program again, as the suite of that name: its exit status. */
static int
run(const char *suite, PgsProcessResult *result)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autoptr(PgsProcess) child = pgs_process_new(self);
    pgs_process_add_many(child, suite, place.config, place.record, NULL);
    if (!pgs_process_run(child, result, &error))
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
    return result->exit_status;
}

static PgsStatus
verdict_of(const PgsRecord *record, const char *title)
{
    return only_finding(record, "suite.case", title)->status;
}

static guint
count_cases(const PgsRecord *record)
{
    guint n = 0;
    for (guint i = 0; i < record->findings->len; i++)
        n += strcmp(((PgsFinding *)g_ptr_array_index(record->findings, i))->check, "suite.case") ==
             0;
    return n;
}

static void
good_suite(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    int status = run("good", &result);
    if (status != 0)
        fprintf(stderr, "%s%s\n", result.output, result.errors);
    assert_int_equal(status, 0);
    g_autoptr(PgsRecord) record = place_record(&place);
    assert_int_equal(count_cases(record), 9);
    assert_int_equal(verdict_of(record, "passes"), PGS_STATUS_PASSED);
    assert_int_equal(verdict_of(record, "has no case"), PGS_STATUS_PASSED);
    assert_int_equal(verdict_of(record, "is skipped"), PGS_STATUS_SKIPPED);
    const PgsFinding *again = only_finding(record, "suite.true", "of the first again");
    assert_true(serves(again, "S-01") && !serves(again, "S-02"));
    assert_false(pgs_record_has_failed(record, TRUE));
}

static void
bad_suite(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    assert_int_equal(run("bad", &result), 7);
    assert_text(result.errors, "test_glue.c");
    assert_text(result.errors, "expected: 2");
    g_autoptr(PgsRecord) record = place_record(&place);
    assert_int_equal(count_cases(record), 10);
    static const char *const failed[] = {
        "fails by an assertion",   "fails by cmocka",       "crashes",
        "goes on after a failure", "has no case and fails", "names an unknown requirement",
        "behind its end",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(failed); i++)
        assert_int_equal(verdict_of(record, failed[i]), PGS_STATUS_FAILED);
    assert_true(serves(only_finding(record, "suite.case", "behind its end"), "S-01"));
    assert_text(only_finding(record, "suite.case", "fails by cmocka")->message, "ended early");
    assert_text(only_finding(record, "suite.case", "crashes")->message, "ended early");
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        assert_null(strstr(finding->title, "this is not reached"));
        /* What a test before it committed is not seen by the next. */
        if (strstr(finding->title, "sees nothing") != NULL)
            assert_int_equal(finding->status, PGS_STATUS_PASSED);
    }
}

static void
suite_that_does_not_open(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    place_write(&place, "pgstair.yaml", "version: 2000\n");
    assert_int_equal(run("good", &result), 1);
    assert_text(result.errors, "pgstair.yaml:1:");
}

int
main(int argc, char **argv)
{
    if (argc == 4) {
        PgsSuiteOptions options = {.config = argv[2], .record = argv[3]};
        return strcmp(argv[1], "good") == 0 ? run_good(&options) : run_bad(&options);
    }
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_place, close_place)
    const struct CMUnitTest tests[] = {
        TEST(good_suite),
        TEST(bad_suite),
        TEST(suite_that_does_not_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
