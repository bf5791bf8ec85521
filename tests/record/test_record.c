/* Covers harness/record/record.c. */
#include "cmocka_all.h"

#include "record/record.h"
#include "record/sample.h"

static void
test_status_names_go_both_ways(G_GNUC_UNUSED void **state)
{
    for (PgsStatus status = PGS_STATUS_PASSED; status < PGS_N_STATUSES; status++) {
        PgsStatus parsed = PGS_N_STATUSES;
        assert_true(pgs_status_parse(pgs_status_name(status), &parsed));
        assert_int_equal(parsed, status);
    }
    PgsStatus untouched = PGS_STATUS_WARNING;
    assert_false(pgs_status_parse("Passed", &untouched));
    assert_int_equal(untouched, PGS_STATUS_WARNING);
    assert_string_equal(pgs_status_name(PGS_STATUS_SKIPPED), "skipped");
}

static void
test_a_new_record_says_when_where_and_by_what(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = pgs_record_new("pgstair verify x");
    assert_string_equal(record->command, "pgstair verify x");
    assert_string_equal(record->version, PGS_VERSION);
    assert_true(strlen(record->host) > 0);
    assert_int_equal(g_date_time_get_utc_offset(record->started), 0);
    assert_int_equal(record->systems->len, 0);
    assert_int_equal(record->findings->len, 0);
}

static void
test_a_finding_copies_what_it_is_given(G_GNUC_UNUSED void **state)
{
    char check[] = "stairway.down";
    char system[] = "canvas";
    char title[] = "title";
    g_autoptr(PgsFinding) finding = pgs_finding_new(check, PGS_STATUS_FAILED, system, NULL, title);
    check[0] = system[0] = title[0] = '#';
    assert_string_equal(finding->check, "stairway.down");
    assert_ptr_equal(finding->check, g_intern_string("stairway.down"));
    assert_string_equal(finding->system, "canvas");
    assert_string_equal(finding->title, "title");
    assert_null(finding->revision);
    g_autoptr(PgsFinding) of_the_run = pgs_finding_new("a", PGS_STATUS_INFO, NULL, NULL, "t");
    assert_string_equal(of_the_run->system, "");
}

static void
test_counts_by_status_and_system(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    pgs_record_add(record,
                   pgs_finding_new("cycle.up", PGS_STATUS_PASSED, "other", NULL, "base to head"));

    PgsRecordCounts all = pgs_record_counts(record, NULL);
    assert_int_equal(all.total, 14);
    assert_int_equal(all.by_status[PGS_STATUS_PASSED], 8);
    assert_int_equal(all.by_status[PGS_STATUS_FAILED], 2);
    assert_int_equal(all.by_status[PGS_STATUS_ERROR], 1);
    assert_int_equal(all.by_status[PGS_STATUS_SKIPPED], 1);
    assert_int_equal(all.by_status[PGS_STATUS_WARNING], 1);
    assert_int_equal(all.by_status[PGS_STATUS_INFO], 1);

    PgsRecordCounts other = pgs_record_counts(record, "other");
    assert_int_equal(other.total, 1);
    assert_int_equal(other.by_status[PGS_STATUS_PASSED], 1);
    assert_int_equal(pgs_record_counts(record, "nothing").total, 0);
}

static void
test_what_counts_as_failed(G_GNUC_UNUSED void **state)
{
    static const struct {
        PgsStatus status;
        gboolean failed;
        gboolean failed_with_warnings;
    } rows[] = {
        {PGS_STATUS_PASSED, FALSE, FALSE},   {PGS_STATUS_FAILED, TRUE, TRUE},
        {PGS_STATUS_ERROR, TRUE, TRUE},      {PGS_STATUS_SKIPPED, FALSE, FALSE},
        {PGS_STATUS_WARNING, FALSE, TRUE},   {PGS_STATUS_INFO, FALSE, FALSE},
        {PGS_STATUS_ACCEPTED, FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = pgs_record_new("x");
        pgs_record_add(record, pgs_finding_new("a.b", rows[i].status, "s", NULL, "t"));
        assert_int_equal(pgs_record_has_failed(record, FALSE), rows[i].failed);
        assert_int_equal(pgs_record_has_failed(record, TRUE), rows[i].failed_with_warnings);
    }
}

static void
test_a_requirement_is_added_once(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsFinding) finding = pgs_finding_new("a.b", PGS_STATUS_PASSED, "s", NULL, "t");
    assert_null(finding->requirements);
    pgs_finding_add_requirement(finding, "R-1");
    pgs_finding_add_requirement(finding, "R-2");
    pgs_finding_add_requirement(finding, "R-1");
    assert_int_equal(finding->requirements->len, 2);
    assert_string_equal(finding->requirements->pdata[1], "R-2");
}

static void
test_a_system_is_found_by_its_name(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    sample_system(record, "canvas", 1);
    PgsRecordSystem *second = sample_system(record, "boardroom", 1);
    assert_ptr_equal(pgs_record_find_system(record, "boardroom"), second);
    assert_null(pgs_record_find_system(record, "board"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_names_go_both_ways),
        cmocka_unit_test(test_a_new_record_says_when_where_and_by_what),
        cmocka_unit_test(test_a_finding_copies_what_it_is_given),
        cmocka_unit_test(test_counts_by_status_and_system),
        cmocka_unit_test(test_what_counts_as_failed),
        cmocka_unit_test(test_a_requirement_is_added_once),
        cmocka_unit_test(test_a_system_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
