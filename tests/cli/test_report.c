/* Covers harness/cli/cmd_report.c and output.c. */
#include "cmocka_all.h"

#include "cli/run_program.h"
#include "record/sample.h"

#include <glib/gstdio.h>

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-cli-report-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
    GDir *folder = g_dir_open(*state, 0, NULL);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename(*state, name, NULL);
        g_remove(path);
    }
    g_dir_close(folder);
    int status = g_rmdir(*state);
    g_free(*state);
    return status;
}

/* Takes record over; the path of its file. */
static char *
save(const char *folder, const char *name, PgsRecord *record)
{
    char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    if (!pgs_record_write(record, path, &error))
        fail_msg("%s", error->message);
    pgs_record_free(record);
    return path;
}

static PgsRecord *
record_of(const char *command, gint seconds)
{
    PgsRecord *record = sample_record(command);
    GDateTime *later = g_date_time_add_seconds(record->started, seconds);
    g_date_time_unref(record->started);
    record->started = later;
    record->duration = 1000;
    return record;
}

/* The program's: R-1 needs a suite too, R-2 asks for coverage, R-3 is deferred. */
static PgsRecord *
program_record(void)
{
    PgsRecord *record = record_of("pgstair verify canvas", 0);
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    g_ptr_array_add(sample_requirement(system, "R-1", NULL, "tables")->needs, g_strdup("suite"));
    PgsRecordRequirement *coverage = sample_requirement(system, "R-2", NULL, "coverage");
    coverage->coverage_lines = 75;
    g_ptr_array_add(coverage->coverage_files, g_strdup("suites/*.c"));
    sample_requirement(system, "R-3", NULL, "plans")->deferred = g_strdup("later");
    sample_serving(record, "expect.table", PGS_STATUS_PASSED, "users", "R-1");
    return record;
}

static PgsRecord *
suite_record(void)
{
    PgsRecord *record = record_of("suites/canvas", 1);
    pgs_record_add_system(record, "canvas", "suites/canvas");
    sample_serving(record, "suite.table", PGS_STATUS_PASSED, "test_users", "R-1");
    return record;
}

static char *
save_coverage(const char *folder, const char *name, guint from, guint to)
{
    char *path = g_build_filename(folder, name, NULL);
    GString *text = g_string_new("<coverage><class filename=\"suites/a.c\">");
    for (guint line = 1; line <= 4; line++)
        g_string_append_printf(text, "<line number=\"%u\" hits=\"%d\"/>", line,
                               line >= from && line <= to);
    g_string_append(text, "</class></coverage>");
    assert_true(g_file_set_contents(path, text->str, -1, NULL));
    g_string_free(text, TRUE);
    return path;
}

static void
assert_says(const char *output, const char *words)
{
    if (strstr(output, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, output);
}

static void
test_merged_records_prove_what_neither_does(void **state)
{
    g_autofree char *program = save(*state, "program.xml", program_record());
    g_autofree char *suite = save(*state, "suite.xml", suite_record());
    g_autofree char *half = save_coverage(*state, "half.xml", 1, 2);
    g_autofree char *rest = save_coverage(*state, "rest.xml", 3, 3);
    g_autofree char *output = NULL;

    assert_int_equal(RUN_PROGRAM(&output, "report", program), 0);
    assert_says(output, "requirements: 3 not covered (1 deferred)");
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "report", program, "--require-all"), 1);
    assert_says(output, "NOT COVERED  R-1  tables (no passed suite)");
    assert_says(output, "NOT VERIFIED: 2 requirements not proven, 1 passed");
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "report", program, suite, "--require-all"), 1);
    assert_says(output, "requirements: 1 proven, 2 not covered (1 deferred)");
    assert_says(output, "R-2  coverage (no passed coverage.lines)");
    g_clear_pointer(&output, g_free);
    assert_int_equal(
        RUN_PROGRAM(&output, "report", program, suite, "--require-all", "--coverage", half), 1);
    assert_says(output, "tests reach only 50.0 % (2 of 4 lines in 1 file)");
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "report", program, suite, "--require-all", "--coverage",
                                 half, "--coverage", rest),
                     0);
    assert_says(output, "requirements: 2 proven, 1 not covered (deferred)");
    assert_says(output, "NOT COVERED  R-3  plans (deferred: later)");
    assert_says(output, "VERIFIED: 3 passed in 2.0 ms");
}

static void
test_reports_are_written(void **state)
{
    g_autofree char *program = save(*state, "program.xml", program_record());
    g_autofree char *suite = save(*state, "suite.xml", suite_record());
    g_autofree char *merged = g_build_filename(*state, "merged.xml", NULL);
    g_autofree char *junit = g_build_filename(*state, "junit.xml", NULL);
    g_autofree char *strict = g_build_filename(*state, "strict.xml", NULL);
    g_autofree char *report = g_strconcat("junit-strict=", strict, NULL);
    assert_int_equal(RUN_PROGRAM(NULL, "report", program, suite, "--record", merged, "--junit",
                                 junit, "--report", report, "--require-all"),
                     1);
    assert_true(g_file_test(junit, G_FILE_TEST_IS_REGULAR));
    assert_true(g_file_test(strict, G_FILE_TEST_IS_REGULAR));
    g_autoptr(PgsRecord) record = pgs_record_read(merged, NULL);
    assert_non_null(record);
    assert_int_equal(record->findings->len, 2);
    assert_int_equal(record->systems->len, 1);
    assert_true(record->require_all);
    assert_true(g_str_has_prefix(record->command, "pgstair report "));
    assert_true(g_str_has_suffix(record->command, " --require-all"));

    /* What a record was told to fail on, it keeps; and what it holds counts once. */
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "report", merged, program), 1);
    assert_says(output, "NOT VERIFIED: 1 requirement not proven, 2 passed");
}

/* A single record stays what it is. */
static void
test_one_record_goes_through_unchanged(void **state)
{
    g_autofree char *before = save(*state, "before.xml", sample_requirements());
    g_autofree char *after = g_build_filename(*state, "after.xml", NULL);
    g_autofree char *text = NULL, *copy = NULL;
    assert_int_equal(RUN_PROGRAM(NULL, "report", before, "--record", after), 1);
    assert_true(g_file_get_contents(before, &text, NULL, NULL));
    assert_true(g_file_get_contents(after, &copy, NULL, NULL));
    assert_string_equal(copy, text);
}

static void
test_notes_go_to_standard_error(void **state)
{
    PgsRecord *other = suite_record();
    sample_requirement(other->systems->pdata[0], "R-1", NULL, "said otherwise");
    g_autofree char *program = save(*state, "program.xml", program_record());
    g_autofree char *suite = save(*state, "suite.xml", other);
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "report", program, suite), 0);
    assert_says(output, "suite.xml: canvas: the records differ in the text of requirement R-1");
    g_clear_pointer(&output, g_free);
    g_autofree char *same = g_build_filename(*state, "same.xml", NULL);
    assert_int_equal(RUN_PROGRAM(&output, "report", program, program, "--record", same), 0);
    g_autoptr(PgsRecord) record = pgs_record_read(same, NULL);
    assert_string_equal(record->command, "pgstair verify canvas");
    assert_says(output, "program.xml: the record of a run that was given already");
    assert_says(output, "VERIFIED: 1 passed");
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "report", program, suite, "--quiet"), 0);
    assert_string_equal(output, "");
}

static void
test_warnings_fail_when_they_shall(void **state)
{
    PgsRecord *record = record_of("x", 0);
    sample_finding(record, "redundancy.index", PGS_STATUS_WARNING, NULL, "no index twice");
    g_autofree char *path = save(*state, "warning.xml", record);
    assert_int_equal(RUN_PROGRAM(NULL, "report", path), 0);
    assert_int_equal(RUN_PROGRAM(NULL, "report", path, "--fail-on", "warning"), 1);
    assert_int_equal(RUN_PROGRAM(NULL, "report", path, "--fail-on", "notes"), 2);
}

static void
test_a_failure_in_any_record_is_one(void **state)
{
    PgsRecord *failed = record_of("b", 1);
    sample_finding(failed, "cycle.up", PGS_STATUS_FAILED, NULL, "base to head");
    PgsRecord *accepted = record_of("c", 2);
    sample_finding(accepted, "cycle.up", PGS_STATUS_ACCEPTED, NULL, "base to head");
    g_autofree char *good = save(*state, "good.xml", suite_record());
    g_autofree char *bad = save(*state, "bad.xml", failed);
    g_autofree char *known = save(*state, "known.xml", accepted);
    g_autofree char *nothing = save(*state, "nothing.xml", record_of("d", 3));
    assert_int_equal(RUN_PROGRAM(NULL, "report", good, bad), 1);
    assert_int_equal(RUN_PROGRAM(NULL, "report", good, known), 0);
    assert_int_equal(RUN_PROGRAM(NULL, "report", known), 0);
    assert_int_equal(RUN_PROGRAM(NULL, "report", nothing), 2);
}

static void
test_what_cannot_be_read(void **state)
{
    g_autofree char *good = save(*state, "good.xml", suite_record());
    g_autofree char *odd = g_build_filename(*state, "odd.xml", NULL);
    g_autofree char *junit = g_build_filename(*state, "junit.xml", NULL);
    g_autofree char *output = NULL;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"no xml", "odd.xml:1: "},
        {"<pgstair-record version=\"1\"\n pgstair=\"0\" host=\"h\">\n<odd/></pgstair-record>",
         "not valid by the record's schema"},
        {"<testsuites/>", "odd.xml: this is no run record"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_true(g_file_set_contents(odd, rows[i].text, -1, NULL));
        assert_true(g_file_set_contents(junit, "stale", -1, NULL));
        g_clear_pointer(&output, g_free);
        assert_int_equal(RUN_PROGRAM(&output, "report", good, odd, "--junit", junit), 2);
        assert_says(output, rows[i].says);
        assert_says(output, "HINT: ");
        assert_false(g_file_test(junit, G_FILE_TEST_EXISTS));
        g_clear_pointer(&output, g_free);
        assert_int_equal(RUN_PROGRAM(&output, "report", good, "--coverage", odd), 2);
        assert_says(output, "odd.xml:");
        assert_says(output, "Cobertura");
    }
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "report", "/nonexistent.xml"), 2);
    assert_says(output, "/nonexistent.xml: cannot be read");
    assert_int_equal(RUN_PROGRAM(NULL, "report"), 2);
}

/* With a wildcard for what is read, the merged record would never forget a failure. */
static void
test_a_record_is_not_read_and_written(void **state)
{
    g_autofree char *path = save(*state, "all.xml", suite_record());
    g_autofree char *twin = g_build_filename(*state, ".", "all.xml", NULL);
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "report", path, "--record", twin), 2);
    assert_says(output, "the same file is to be read");
    assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
    assert_int_equal(RUN_PROGRAM(NULL, "report", path, "--junit", path), 2);
    assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_merged_records_prove_what_neither_does, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_reports_are_written, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_one_record_goes_through_unchanged, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_notes_go_to_standard_error, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_warnings_fail_when_they_shall, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_a_failure_in_any_record_is_one, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_a_record_is_not_read_and_written, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
