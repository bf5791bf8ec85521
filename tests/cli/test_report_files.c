/* Covers harness/cli/outputs.c, records.c and output.c: which files a command line asks for. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"
#include "record/sample.h"

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-report-files-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
    assert_true(pgs_fs_remove_tree(*state, NULL));
    g_free(*state);
    return 0;
}

static char *
path_of(void **state, const char *name)
{
    return g_build_filename(*state, name, NULL);
}

static void
assert_says(const char *output, const char *words)
{
    if (strstr(output, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, output);
}

/* A record that passed, in a file. */
static char *
save_record(void **state, const char *name, PgsStatus status)
{
    g_autoptr(PgsRecord) record = sample_record(name);
    g_autoptr(GError) error = NULL;
    sample_system(record, "canvas", 2);
    sample_finding(record, "cycle.up", status, NULL, "base to head");
    char *path = path_of(state, name);
    if (!pgs_record_write(record, path, &error))
        fail_msg("%s", error->message);
    return path;
}

/* Runs the program; only what it writes to standard output. */
static int
run_for_stdout(char **output, const char *const *arguments)
{
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    for (; *arguments != NULL; arguments++)
        pgs_process_add(process, *arguments);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    *output = g_strdup(result.output);
    return result.exit_status;
}

static void
test_every_option_writes_its_file(void **state)
{
    g_autofree char *record = save_record(state, "run.xml", PGS_STATUS_PASSED);
    static const struct {
        const char *option, *name, *begins;
    } rows[] = {
        {"--junit", "junit.xml", "<?xml"},  {"--html", "page.html", "<!DOCTYPE html>"},
        {"--markdown", "comment.md", ""},   {"--compliance", "compliance.html", "<!DOCTYPE html>"},
        {"--record", "again.xml", "<?xml"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = path_of(state, rows[i].name);
        g_autofree char *output = NULL;
        g_autofree char *text = NULL;
        assert_int_equal(RUN_PROGRAM(&output, "report", record, rows[i].option, path), 0);
        assert_says(output, "VERIFIED");
        assert_true(g_file_get_contents(path, &text, NULL, NULL));
        assert_true(g_str_has_prefix(text, rows[i].begins));
        assert_true(*text != '\0');
    }
}

/* Of every way to the Markdown. */
static void
test_the_limit_of_markdown(void **state)
{
    g_autoptr(PgsRecord) record = sample_large(500);
    g_autoptr(GError) error = NULL;
    g_autofree char *run = path_of(state, "large.xml");
    g_autofree char *path = path_of(state, "comment.md");
    g_autofree char *report = g_strconcat("markdown=", path, NULL);
    const char *const ways[][3] = {{"--markdown", path}, {"--report", report}};
    assert_true(pgs_record_write(record, run, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *text = NULL;
        RUN_PROGRAM(NULL, "report", run, ways[i][0], ways[i][1], "--markdown-limit", "3000");
        assert_true(g_file_get_contents(path, &text, NULL, NULL));
        assert_in_range(strlen(text), 2000, 3000);
    }
    g_autofree char *printed = NULL;
    run_for_stdout(&printed, (const char *[]){"report", run, "--format", "markdown",
                                              "--markdown-limit=3000", NULL});
    assert_in_range(strlen(printed), 2000, 3000);
    g_autofree char *wrong = NULL;
    assert_int_equal(RUN_PROGRAM(&wrong, "report", run, "--markdown-limit", "999"), 2);
    assert_says(wrong, "--markdown-limit: \"999\" is no whole number from 1000 to ");
}

/* The runner takes "::" at a line's start for a command, on standard error too. */
static void
test_errors_are_no_commands_on_github(void **state)
{
    g_autofree char *folder = path_of(state, "m");
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    static const char *const names[] = {"0001_x\n::error::oops.up.sql",
                                        "0001_\u202ey\n::set-output name=a::b.up.sql"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        assert_true(g_file_set_contents(path, "SELECT 1;\n", -1, NULL));
    }
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    pgs_process_add_many(process, "verify", folder, NULL);
    pgs_process_set_env(process, "GITHUB_ACTIONS", "true");
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    assert_int_equal(result.exit_status, 2);
    g_auto(GStrv) lines = g_strsplit(result.errors, "\n", -1);
    guint commands = 0;
    for (char **line = lines; *line != NULL; line++)
        commands += g_str_has_prefix(*line, "::");
    assert_int_equal(commands, 1);
    assert_says(result.errors, "\n::error title=pgstair::");
    assert_says(result.errors, "\n| ::set-output name=a::b");
    assert_says(result.errors, "\\u202Ey");
    assert_null(strstr(result.errors, "\u202e"));
}

/* Of parts that are missing each is told. */
static void
test_no_run_has_endless_parts(void **state)
{
    g_autofree char *path = path_of(state, "part.xml");
    g_autofree char *output = NULL;
    g_autofree char *text = NULL;
    g_autoptr(PgsRecord) record = sample_shard();
    assert_true(pgs_record_write(record, path, NULL));
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(GString) endless = g_string_new(text);
    assert_int_equal(g_string_replace(endless, "of=\"3\"", "of=\"4294967295\"", 0), 1);
    assert_true(g_file_set_contents(path, endless->str, -1, NULL));
    assert_int_equal(RUN_PROGRAM(&output, "report", path, "--format", "json"), 2);
    assert_says(output, "part.xml:");
}

/* Nothing but the report: what follows in a pipe can read it. */
static void
test_a_format_goes_to_standard_output_alone(void **state)
{
    g_autofree char *good = save_record(state, "good.xml", PGS_STATUS_PASSED);
    g_autofree char *bad = save_record(state, "bad.xml", PGS_STATUS_FAILED);
    g_autofree char *output = NULL;
    assert_int_equal(
        run_for_stdout(&output, (const char *[]){"report", good, "--format", "junit", NULL}), 0);
    assert_true(g_str_has_prefix(output, "<?xml"));
    assert_true(g_str_has_suffix(output, "</testsuites>\n"));
    g_clear_pointer(&output, g_free);
    /* The verdict is the exit code's. */
    assert_int_equal(
        run_for_stdout(&output, (const char *[]){"report", bad, "--format", "json", NULL}), 1);
    assert_true(g_str_has_prefix(output, "{"));
    g_clear_pointer(&output, g_free);
    /* With a report on standard output the summary is on the other. */
    assert_int_equal(
        run_for_stdout(&output, (const char *[]){"report", good, "--junit", "-", NULL}), 0);
    assert_true(g_str_has_prefix(output, "<?xml"));

    g_autofree char *file = path_of(state, "out.xml");
    g_autofree char *text = NULL;
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "report", good, "--format", "junit", "-o", file), 0);
    assert_string_equal(output, "");
    assert_true(g_file_get_contents(file, &text, NULL, NULL));
    assert_true(g_str_has_prefix(text, "<?xml"));
}

static void
test_a_stylesheet_is_a_format(void **state)
{
    g_autofree char *record = save_record(state, "run.xml", PGS_STATUS_PASSED);
    g_autofree char *sheet = path_of(state, "mine.xsl");
    g_autofree char *missing = path_of(state, "missing.xsl");
    g_autofree char *output = NULL;
    assert_true(g_file_set_contents(
        sheet,
        "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
        "<xsl:output method='text'/><xsl:template match='/'>"
        "systems: <xsl:value-of select='count(//system)'/></xsl:template></xsl:stylesheet>",
        -1, NULL));
    assert_int_equal(RUN_PROGRAM(&output, "report", record, "--format", sheet), 0);
    assert_string_equal(output, "systems: 1");
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "report", record, "--format", missing), 2);
    assert_says(output, "there is no stylesheet");
}

static void
test_what_goes_nowhere_is_refused(void **state)
{
    g_autofree char *record = save_record(state, "run.xml", PGS_STATUS_PASSED);
    g_autofree char *file = path_of(state, "a.xml");
    g_autofree char *twin = g_build_filename(*state, ".", "a.xml", NULL);
    const struct {
        const char *arguments[9];
        const char *says;
    } rows[] = {
        {{"report", record, "--junit", "-", "--html", "-", NULL},
         "--junit and --html both go to standard output"},
        {{"report", record, "--junit", "-", "--format", "json", NULL},
         "--junit and --format both go to standard output"},
        {{"report", record, "--junit", file, "--html", twin, NULL}, "both go to "},
        {{"report", record, "--html", "", NULL}, "--html is given no file"},
        {{"report", record, "--output", file, NULL}, "--format"},
        {{"report", record, "--record", "-", "--compliance", file, NULL},
         "the record goes to standard output"},
        {{"report", record, "--check", file, "--html", twin, NULL}, "--check only compares"},
        {{"report", record, "--coverage", file, "--compliance", twin, NULL},
         "needs a record that it can be held against"},
        {{"verify", *state, "--compliance", file, NULL}, "no record is written"},
        {{"verify", *state, "--record", file, "--report", "compliance=c.html", "--shard", "1/2",
          NULL},
         "a part of a run signs nothing off"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *output = NULL;
        int status = run_program(&output, rows[i].arguments);
        if (status != 2)
            fail_msg("row %zu: %d: %s", i, status, output);
        assert_says(output, rows[i].says);
        assert_says(output, "HINT: ");
    }
}

/* A disk that is full: nobody must take silence for a report. */
static void
test_a_full_disk_is_an_error(void **state)
{
    if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS))
        skip();
    g_autofree char *record = save_record(state, "run.xml", PGS_STATUS_PASSED);
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "report", record, "--junit", "/dev/full"), 3);
    assert_says(output, "/dev/full: cannot be written: No space left on device");
    g_autofree char *failed = save_record(state, "failed.xml", PGS_STATUS_FAILED);
    static const char *const commands[] = {"report 'RECORD' > /dev/full",
                                           "report 'RECORD' --format junit > /dev/full",
                                           "report 'RECORD' --format html > /dev/full",
                                           "help verify > /dev/full",
                                           "report 'FAILED' > /dev/full",
                                           "report 'FAILED' --format html > /dev/full",
                                           "report 'FAILED' --html /dev/full"};
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        GString *text = g_string_new("exec '" PGS_PROGRAM "' ");
        g_string_append(text, commands[i]);
        g_string_replace(text, "RECORD", record, 0);
        /* A run that failed has failed all the same. */
        int expected = g_string_replace(text, "FAILED", failed, 0) > 0 ? 1 : 3;
        g_autoptr(PgsProcess) process = pgs_process_new("sh");
        pgs_process_add_many(process, "-c", text->str, NULL);
        g_auto(PgsProcessResult) result = {0};
        assert_true(pgs_process_run(process, &result, NULL));
        if (result.exit_status != expected)
            fail_msg("%s: exit status %d", text->str, result.exit_status);
        g_string_free(text, TRUE);
    }
}

static void
test_a_record_comes_by_standard_input(void **state)
{
    g_autofree char *record = save_record(state, "run.xml", PGS_STATUS_PASSED);
    g_autofree char *text = NULL;
    gsize length;
    assert_true(g_file_get_contents(record, &text, &length, NULL));
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    pgs_process_add_many(process, "report", "-", NULL);
    pgs_process_set_input(process, text, (gssize)length);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    assert_int_equal(result.exit_status, 0);
    assert_says(result.output, "VERIFIED: 1 passed");
}

#define FOLDER_TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(test_every_option_writes_its_file),
        FOLDER_TEST(test_the_limit_of_markdown),
        FOLDER_TEST(test_errors_are_no_commands_on_github),
        FOLDER_TEST(test_no_run_has_endless_parts),
        FOLDER_TEST(test_a_format_goes_to_standard_output_alone),
        FOLDER_TEST(test_a_stylesheet_is_a_format),
        FOLDER_TEST(test_what_goes_nowhere_is_refused),
        FOLDER_TEST(test_a_full_disk_is_an_error),
        FOLDER_TEST(test_a_record_comes_by_standard_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
