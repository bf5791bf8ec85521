/* harness/include/pgstair/cmocka.h: a suite of its macros, run as another process, and what its
 * exit status and its record say. */
#include "fixture.h"

#include "base/process.h"
#include "pgstair/cmocka.h"

#include "record/proof.h"

#include <signal.h>
#include <sys/wait.h>

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

static void
aborts(void **state)
{
    PGS_CASE(state, "S-02");
    abort();
}

static void
is_skipped_by_cmocka(void **state)
{
    PGS_CASE(state, "S-02");
    pgs_assert_true(1, "before");
    skip();
}

static void
exits(void **state)
{
    {
        PGS_CASE(state, "S-01");
        pgs_assert_true(1, "before");
    }
    PGS_CASE(state, "S-02");
    exit(0);
}

static void
leaves(void **state)
{
    PGS_CASE(state, "S-02");
    _exit(0);
}

static void
forks(void **state)
{
    PGS_CASE(state, "S-01");
    pid_t child = fork();
    if (child == 0)
        return; /* to the glue */
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    pgs_assert_result("1", "SELECT count(*) FROM users");
}

static void
closes_its_connection(void **state)
{
    PGS_CASE(state, "S-02");
    PQclear(PQexec(pgs_suite_connection(pgs_suite_),
                   "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())"));
}

static void
commits_and_begins_anew(void **state)
{
    {
        PGS_CASE(state, "S-01");
        PQclear(PQexec(pgs_suite_connection(pgs_suite_), "DELETE FROM users; COMMIT; BEGIN"));
    }
    PGS_CASE(state, "S-02");
    pgs_assert_accepted("SELECT 1");
}

static void
rolls_back_and_begins_anew(void **state)
{
    PGS_CASE(state, "S-02");
    pgs_assert_done(PQtransactionStatus(pgs_suite_connection(pgs_suite_)) == PQTRANS_INTRANS);
    PQclear(PQexec(pgs_suite_connection(pgs_suite_), "ROLLBACK; DELETE FROM users; BEGIN"));
}

static void
takes_a_fresh_database(void **state)
{
    PGS_CASE(state, "S-01");
    pgs_assert_done(pgs_suite_reset(pgs_suite_));
    pgs_assert_affected(1, "DELETE FROM users");
}

static void
chooses_its_isolation(void **state)
{
    PGS_CASE(state, "S-01");
    pgs_assert_done(PQtransactionStatus(pgs_suite_connection(pgs_suite_)) == PQTRANS_INTRANS);
    PQclear(
        PQexec(pgs_suite_connection(pgs_suite_), "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"));
    pgs_assert_result("serializable", "SHOW transaction_isolation");
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
        pgs_test(forks),
        pgs_test(takes_a_fresh_database),
        pgs_test(chooses_its_isolation),
        pgs_test(sees_nothing_of_the_one_before),
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

static int
run_worse(const PgsSuiteOptions *options)
{
    const struct CMUnitTest tests[] = {
        pgs_test(aborts),
        pgs_test(aborts),
        pgs_test(closes_its_connection),
        pgs_test(sees_nothing_of_the_one_before),
        pgs_test(commits_and_begins_anew),
        pgs_test(sees_nothing_of_the_one_before),
        pgs_test(rolls_back_and_begins_anew),
        pgs_test(sees_nothing_of_the_one_before),
    };
    return pgs_run_suite("worse", tests, options);
}

static int
run_skipping(const PgsSuiteOptions *options)
{
    const struct CMUnitTest tests[] = {pgs_test(is_skipped_by_cmocka)};
    return pgs_run_suite("skipping", tests, options);
}

static int
run_exiting(const PgsSuiteOptions *options)
{
    const struct CMUnitTest tests[] = {pgs_test(exits), pgs_test(passes)};
    return pgs_run_suite("exiting", tests, options);
}

static int
run_leaving(const PgsSuiteOptions *options)
{
    const struct CMUnitTest tests[] = {pgs_test(passes), pgs_test(leaves)};
    return pgs_run_suite("leaving", tests, options);
}

static const struct {
    const char *name;
    int (*run)(const PgsSuiteOptions *options);
} suites[] = {
    {"good", run_good},         {"bad", run_bad},         {"worse", run_worse},
    {"skipping", run_skipping}, {"exiting", run_exiting}, {"leaving", run_leaving},
};

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
    assert_int_equal(count_cases(record), 13);
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
worse_suite(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    assert_int_equal(run("worse", &result), 5);
    g_autoptr(PgsRecord) record = place_record(&place);
    const PgsFinding *aborted = NULL;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (strcmp(finding->title, "aborts") == 0)
            aborted = finding;
        if (strstr(finding->title, "sees nothing") != NULL)
            assert_int_equal(finding->status, PGS_STATUS_PASSED);
    }
    assert_non_null(aborted);
    assert_int_equal(aborted->status, PGS_STATUS_FAILED);
    assert_text(aborted->file, "test_glue.c");
    static const char *const behind[] = {"closes its connection: behind its end",
                                         "commits and begins anew: behind its end",
                                         "rolls back and begins anew: behind its end"};
    for (gsize i = 0; i < G_N_ELEMENTS(behind); i++) {
        const PgsFinding *finding = only_finding(record, "suite.case", behind[i]);
        assert_int_equal(finding->status, PGS_STATUS_FAILED);
        assert_true(serves(finding, "S-02"));
        assert_text(finding->file, "test_glue.c");
    }
    /* All cases of the test, not the last alone. */
    assert_true(serves(only_finding(record, "suite.case", behind[1]), "S-01"));
}

static void
skipping_suite(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    assert_int_equal(run("skipping", &result), 1);
    g_autoptr(PgsRecord) record = place_record(&place);
    assert_int_equal(verdict_of(record, "is skipped by cmocka"), PGS_STATUS_FAILED);
}

static void
exiting_suite(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    assert_int_equal(run("exiting", &result), 1);
    assert_text(result.errors, "a test called exit()");
    g_autoptr(PgsRecord) record = place_record(&place);
    const PgsFinding *end = only_finding(record, "suite.end", "exiting comes to its end");
    assert_int_equal(end->status, PGS_STATUS_ERROR);
    assert_true(serves(end, "S-01") && serves(end, "S-02"));
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    for (guint i = 0; i < proofs->len; i++)
        assert_int_equal(((PgsProof *)g_ptr_array_index(proofs, i))->state, PGS_PROOF_FAILED);
}

/* Nobody can hear of _exit(); the record has been there before it, and proves nothing. */
static void
leaving_suite(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    assert_int_equal(run("good", &result), 0);
    g_auto(PgsProcessResult) second = {0};
    assert_int_equal(run("leaving", &second), 0);
    g_autoptr(PgsRecord) record = place_record(&place);
    only_finding(record, "suite.end", "leaving comes to its end");
    assert_int_equal(record->findings->len, 1);
    assert_true(pgs_record_has_failed(record, FALSE));
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
        for (gsize i = 0; i < G_N_ELEMENTS(suites); i++) {
            if (strcmp(argv[1], suites[i].name) == 0)
                return suites[i].run(&options);
        }
        return 127;
    }
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_place, close_place)
    const struct CMUnitTest tests[] = {
        TEST(good_suite),
        TEST(bad_suite),
        TEST(worse_suite),
        TEST(skipping_suite),
        TEST(exiting_suite),
        TEST(leaving_suite),
        TEST(suite_that_does_not_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
