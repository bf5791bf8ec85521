/* harness/suite/suite.c, subject.c: what keeps a suite from being opened, and how that is told. */
#include "fixture.h"

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

/* It cannot be opened, says so in these words, and every call fails with them; the record, when
 * there is to be one, tells of it. */
static void
assert_closed(PgsSuite *suite, const char *words, gboolean has_record)
{
    assert_non_null(suite);
    assert_text(pgs_suite_error(suite), words);
    assert_null(pgs_suite_connection(suite));
    assert_null(pgs_suite_conninfo(suite));
    assert_null(pgs_suite_empty_database(suite));
    assert_int_equal(pgs_suite_reset(suite), 0);
    assert_int_equal(pgs_suite_migrate(suite, "head"), 0);
    assert_int_equal(pgs_suite_begin(suite), 0);
    assert_int_equal(pgs_suite_rollback(suite), 0);
    assert_int_equal(pgs_case_begin(suite, "x", NULL), 0);
    assert_int_equal(pgs_expect_table(suite, PGS_HERE, "users"), 0);
    assert_int_equal(pgs_expect_result(suite, PGS_HERE, "1", "SELECT 1"), 0);
    assert_int_equal(pgs_expect_drift(suite, PGS_HERE, 0, NULL), 0);
    assert_text(pgs_suite_error(suite), words);
    pgs_suite_close(suite);
    assert_int_equal(g_file_test(place.record, G_FILE_TEST_EXISTS), has_record);
    if (has_record) {
        g_autoptr(PgsRecord) record = place_record(&place);
        const PgsFinding *finding = only_finding(record, "suite.open", "is opened");
        assert_int_equal(finding->status, PGS_STATUS_ERROR);
        assert_text(finding->message, words);
    }
}

static void
assert_does_not_open(const char *words, gboolean has_record)
{
    PgsSuiteOptions options = place_options(&place);
    assert_closed(pgs_suite_open(&options), words, has_record);
}

static void
no_configuration(void **state)
{
    (void)state;
    g_autofree char *before = g_get_current_dir();
    assert_int_equal(chdir("/"), 0);
    PgsSuiteOptions options = place_options(&place);
    options.config = NULL;
    assert_closed(pgs_suite_open(&options), "no pgstair.yaml at or above \"/\"", FALSE);
    assert_int_equal(chdir(before), 0);
    options.config = "/nowhere/pgstair.yaml";
    assert_closed(pgs_suite_open(&options), "/nowhere/pgstair.yaml", FALSE);
}

static void
configuration_from_a_folder_above(void **state)
{
    (void)state;
    g_autofree char *before = g_get_current_dir();
    g_autofree char *below = g_build_filename(place.folder, "a", "b", NULL);
    assert_int_equal(g_mkdir_with_parents(below, 0700), 0);
    assert_int_equal(chdir(below), 0);
    PgsSuite *suite = pgs_suite_open(NULL);
    assert_string_equal(pgs_suite_error(suite), "");
    assert_int_equal(pgs_suite_close(suite), 1);
    assert_int_equal(chdir(before), 0);
}

static void
broken_configuration(void **state)
{
    (void)state;
    place_write(&place, "pgstair.yaml", "version: 1\nsystems:\n  small:\n    migrtions: x\n");
    assert_does_not_open("pgstair.yaml:4:5: ", FALSE);
}

static void
unknown_system_and_revision(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    options.system = "smal";
    assert_closed(pgs_suite_open(&options), "small", FALSE);
    options = place_options(&place);
    options.at = "007";
    assert_closed(pgs_suite_open(&options), "007", FALSE);
}

static void
failing_migration(void **state)
{
    (void)state;
    place_write(&place, "migrations/002_age.up.sql",
                "ALTER TABLE users ADD age integer;\n\nALTER TABLE user ADD x integer;\n");
    assert_does_not_open("002_age.up.sql:3:", TRUE);
}

static void
failing_sample(void **state)
{
    (void)state;
    place_write(&place, "sample.sql", "SELECT 1;\nINSERT INTO user_s VALUES (1);\n");
    assert_does_not_open("sample.sql:2:", TRUE);
}

static void
sample_left_out(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    place_write(&place, "sample.sql", "SELECT 1/0;\n");
    options.no_sample_data = 1;
    PgsSuite *suite = pgs_suite_open(&options);
    assert_string_equal(pgs_suite_error(suite), "");
    assert_int_equal(pgs_expect_result(suite, PGS_HERE, "0", "SELECT count(*) FROM users"), 1);
    assert_int_equal(pgs_suite_close(suite), 1);
}

static void
another_revision(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    options.at = "001";
    PgsSuite *suite = pgs_suite_open(&options);
    assert_string_equal(pgs_suite_error(suite), "");
    assert_int_equal(pgs_expect_absent(suite, PGS_HERE, "column", "users.age"), 1);
    /* Head's sample data is not loaded there. */
    assert_int_equal(pgs_expect_result(suite, PGS_HERE, "0", "SELECT count(*) FROM users"), 1);
    assert_int_equal(pgs_suite_close(suite), 1);
}

static void
unknown_server(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    options.server = "local:12";
    assert_closed(pgs_suite_open(&options), "local:12", TRUE);
}

static void
shared_server_that_is_not_there(void **state)
{
    (void)state;
    g_autofree char *file = g_build_filename(place.folder, "server", NULL);
    g_setenv("PGSTAIR_SHARED_SERVER", file, TRUE);
    assert_does_not_open("pgstair server start --shared", TRUE);
    place_write(&place, "server",
                "[pgstair shared server]\nspec=auto\nconninfo=host=/nowhere\ndescription=x\n"
                "version=15.1\nversion-number=150001\nsupervisor=2147483646\nsupervisor-start=1\n");
    assert_int_equal(chmod(file, 0600), 0);
    assert_does_not_open("is gone", TRUE);
    assert_int_equal(chmod(file, 0666), 0);
    assert_does_not_open("is not trusted", TRUE);
    assert_int_equal(chmod(file, 0600), 0);
    place_write(&place, "server", "nonsense");
    assert_does_not_open("does not tell of a shared server", TRUE);
    g_unsetenv("PGSTAIR_SHARED_SERVER");
}

static void
record_that_cannot_be_written(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    g_autofree char *blocked = g_build_filename(place.config, "record.xml", NULL);
    options.record = blocked;
    PgsSuite *suite = pgs_suite_open(&options);
    assert_text(pgs_suite_error(suite), "cannot be written");
    assert_null(pgs_suite_connection(suite));
    assert_int_equal(pgs_suite_close(suite), 0);
}

/* What an older run has left must not pass for what this one found, however it ends. */
static void
records_of_an_older_run(void **state)
{
    (void)state;
    pgs_suite_close(place_suite(&place));
    g_autoptr(PgsRecord) old = place_record(&place);
    assert_int_equal(old->findings->len, 0);
    PgsSuite *suite = place_suite(&place);
    g_autoptr(PgsRecord) meanwhile = place_record(&place);
    const PgsFinding *end = only_finding(meanwhile, "suite.end", "a suite comes to its end");
    assert_int_equal(end->status, PGS_STATUS_ERROR);
    assert_int_equal(pgs_suite_close(suite), 1);
    g_autoptr(PgsRecord) ended = place_record(&place);
    assert_int_equal(ended->findings->len, 0);
    place_write(&place, "pgstair.yaml", "systems: 1\n");
    pgs_suite_close(place_suite(&place));
    assert_false(g_file_test(place.record, G_FILE_TEST_EXISTS));
    assert_false(g_file_test(place.junit, G_FILE_TEST_EXISTS));
}

static void
paths_from_the_environment(void **state)
{
    (void)state;
    g_autofree char *records = g_build_filename(place.folder, "records", NULL);
    g_autofree char *record = g_build_filename(records, "a suite.xml", NULL);
    g_setenv("PGSTAIR_CONFIG", place.config, TRUE);
    g_setenv("PGSTAIR_RECORD_DIR", records, TRUE);
    PgsSuite *suite = pgs_suite_open(&(PgsSuiteOptions){.name = "a suite"});
    assert_string_equal(pgs_suite_error(suite), "");
    assert_int_equal(pgs_suite_close(suite), 1);
    assert_true(g_file_test(record, G_FILE_TEST_IS_REGULAR));
    assert_int_equal(pgs_suite_close(NULL), 1);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_place, close_place)
    const struct CMUnitTest tests[] = {
        TEST(no_configuration),
        TEST(configuration_from_a_folder_above),
        TEST(broken_configuration),
        TEST(unknown_system_and_revision),
        TEST(failing_migration),
        TEST(failing_sample),
        TEST(sample_left_out),
        TEST(another_revision),
        TEST(unknown_server),
        TEST(shared_server_that_is_not_there),
        TEST(record_that_cannot_be_written),
        TEST(records_of_an_older_run),
        TEST(paths_from_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
