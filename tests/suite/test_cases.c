/* harness/suite/journal.c: cases, the requirements they serve, and the record they end up in. */
#include "fixture.h"

#include "record/proof.h"

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
close_place(void **state)
{
    (void)state;
    place_close(&place);
    return 0;
}

static void
holds(const char *sql)
{
    assert_int_equal(pgs_expect_accepted(suite, PGS_HERE, sql), 1);
}

static PgsRecord *
close_suite(void)
{
    assert_int_equal(pgs_suite_close(suite), 1);
    return place_record(&place);
}

static void
passed_case(void **state)
{
    (void)state;
    assert_int_equal(pgs_case_begin(suite, "users_have_keys", "S-01, S-02"), 1);
    holds("SELECT 1");
    assert_int_equal(pgs_case_requirements(suite, "S-02"), 1);
    holds("SELECT 2");
    assert_int_equal(pgs_case_requirements(suite, NULL), 1);
    holds("SELECT 3");
    assert_int_equal(pgs_case_end(suite), 1);
    assert_int_equal(pgs_suite_failures(suite), 0);
    g_autoptr(PgsRecord) record = close_suite();
    const PgsFinding *verdict = only_finding(record, "suite.case", "users have keys");
    assert_int_equal(verdict->status, PGS_STATUS_PASSED);
    assert_true(serves(verdict, "S-01") && serves(verdict, "S-02"));
    const PgsFinding *first = only_finding(record, "suite.accepted", "accepted: SELECT 1");
    assert_string_equal(first->title, "users have keys: accepted: SELECT 1");
    assert_true(serves(first, "S-01") && serves(first, "S-02"));
    assert_text(first->file, "test_cases.c");
    assert_true(first->line > 0);
    assert_string_equal(first->revision, "002_age");
    assert_string_equal(first->sql, "SELECT 1");
    const PgsFinding *second = only_finding(record, "suite.accepted", "accepted: SELECT 2");
    assert_true(!serves(second, "S-01") && serves(second, "S-02"));
    assert_true(serves(only_finding(record, "suite.accepted", "SELECT 3"), "S-01"));
}

static void
failed_case(void **state)
{
    (void)state;
    assert_int_equal(pgs_case_begin(suite, "it fails", "S-01"), 1);
    holds("SELECT 1");
    assert_int_equal(pgs_expect_result(suite, PGS_HERE, "2", "SELECT 1"), 0);
    assert_int_equal(pgs_case_end(suite), 0);
    assert_text(pgs_suite_error(suite), "it fails");
    assert_int_equal(pgs_suite_failures(suite), 1);
    g_autoptr(PgsRecord) record = close_suite();
    const PgsFinding *verdict = only_finding(record, "suite.case", "it fails");
    assert_int_equal(verdict->status, PGS_STATUS_FAILED);
    assert_string_equal(verdict->message, "1 of its 2 assertions failed");
    const PgsFinding *failure = only_finding(record, "suite.result", "SELECT 1");
    assert_int_equal(failure->status, PGS_STATUS_FAILED);
    assert_string_equal(failure->expected, "2");
    assert_string_equal(failure->actual, "1");
}

/* Neither a jump out of the test nor the end of the suite makes a case that held. */
static void
cases_that_end_early(void **state)
{
    (void)state;
    assert_int_equal(pgs_case_begin(suite, "the first", "S-01"), 1);
    holds("SELECT 1");
    assert_int_equal(pgs_suite_migrate(suite, "nonsense"), 0);
    assert_int_equal(pgs_case_begin(suite, "the second", "S-02"), 1);
    assert_int_equal(pgs_suite_failures(suite), 1);
    g_autoptr(PgsRecord) record = close_suite();
    const PgsFinding *first = only_finding(record, "suite.case", "the first");
    assert_int_equal(first->status, PGS_STATUS_FAILED);
    assert_text(first->message, "ended early");
    assert_text(first->detail, "nonsense");
    assert_true(serves(first, "S-01"));
    assert_text(first->file, "test_cases.c");
    assert_int_equal(only_finding(record, "suite.case", "the second")->status, PGS_STATUS_FAILED);
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    assert_int_equal(proofs->len, 2);
    for (guint i = 0; i < proofs->len; i++)
        assert_int_equal(((PgsProof *)g_ptr_array_index(proofs, i))->state, PGS_PROOF_FAILED);
}

/* What held before a case was skipped proves nothing. */
static void
skipped_case(void **state)
{
    (void)state;
    assert_int_equal(pgs_case_begin(suite, "not here", "S-01"), 1);
    holds("SELECT 1");
    assert_int_equal(pgs_case_skip(suite, "the server is too old"), 1);
    assert_int_equal(pgs_case_begin(suite, "the next", "S-02"), 1);
    assert_int_equal(pgs_case_end(suite), 1);
    assert_int_equal(pgs_suite_failures(suite), 0);
    g_autoptr(PgsRecord) record = close_suite();
    const PgsFinding *verdict = only_finding(record, "suite.case", "not here");
    assert_int_equal(verdict->status, PGS_STATUS_SKIPPED);
    assert_string_equal(verdict->message, "the server is too old");
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    assert_int_equal(((PgsProof *)g_ptr_array_index(proofs, 0))->state, PGS_PROOF_UNCOVERED);
    assert_int_equal(((PgsProof *)g_ptr_array_index(proofs, 1))->state, PGS_PROOF_PROVEN);
}

static void
unknown_requirements(void **state)
{
    (void)state;
    assert_int_equal(pgs_case_begin(suite, "mistyped", "S-01 S-03"), 0);
    assert_text(pgs_suite_error(suite), "no requirement \"S-03\"");
    assert_text(pgs_suite_error(suite), "did you mean \"S-0");
    holds("SELECT 1");
    assert_int_equal(pgs_case_end(suite), 0);
    assert_int_equal(pgs_case_begin(suite, "later", "S-02"), 1);
    assert_int_equal(pgs_case_requirements(suite, "X"), 0);
    assert_int_equal(pgs_case_end(suite), 0);
    g_autoptr(PgsRecord) record = close_suite();
    const PgsFinding *verdict = only_finding(record, "suite.case", "mistyped");
    assert_int_equal(verdict->status, PGS_STATUS_FAILED);
    assert_text(verdict->message, "S-03");
    assert_true(serves(verdict, "S-01") && !serves(verdict, "S-03"));
    assert_int_equal(only_finding(record, "suite.case", "later")->status, PGS_STATUS_FAILED);
}

static void
renamed_case(void **state)
{
    (void)state;
    assert_int_equal(pgs_case_rename(suite, "none is open", NULL), 0);
    assert_int_equal(pgs_case_end(suite), 0);
    assert_text(pgs_suite_error(suite), "no case is open");
    assert_int_equal(pgs_case_begin(suite, "before", NULL), 1);
    assert_int_equal(pgs_case_rename(suite, "after", "S-01"), 1);
    assert_int_equal(pgs_case_end(suite), 1);
    g_autoptr(PgsRecord) record = close_suite();
    assert_int_equal(record->findings->len, 1);
    assert_true(serves(only_finding(record, "suite.case", "after"), "S-01"));
}

/* The record is one that the program's own can be merged with. */
static void
facts_of_the_system(void **state)
{
    (void)state;
    g_autoptr(PgsRecord) record = close_suite();
    assert_int_equal(record->systems->len, 1);
    const PgsRecordSystem *system = g_ptr_array_index(record->systems, 0);
    assert_string_equal(system->name, "small");
    assert_int_equal(system->n_revisions, 2);
    assert_string_equal(system->format, "plain");
    assert_non_null(system->server);
    assert_non_null(system->server_version);
    assert_int_equal(system->requirements->len, 2);
    assert_true(g_file_test(place.junit, G_FILE_TEST_IS_REGULAR));
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_suite, close_place)
    const struct CMUnitTest tests[] = {
        TEST(passed_case),         TEST(failed_case),          TEST(cases_that_end_early),
        TEST(skipped_case),        TEST(unknown_requirements), TEST(renamed_case),
        TEST(facts_of_the_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
