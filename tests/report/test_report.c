/* Covers harness/report/report.c and rendering.c. */
#include "report/junit_fixture.h"

#include <fcntl.h>
#include <unistd.h>

/* ---- stylesheets of others ---- */

#define STYLESHEET(body)                                                                           \
    "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'"               \
    " xmlns:exsl='http://exslt.org/common' extension-element-prefixes='exsl'>"                     \
    "<xsl:output method='text'/><xsl:template match='/'>" body "</xsl:template></xsl:stylesheet>"

static char *
write_stylesheet(const char *folder, const char *text)
{
    char *path = g_build_filename(folder, "own.xsl", NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
test_a_stylesheet_of_the_users(void **state)
{
    g_autofree char *path =
        write_stylesheet(*state, STYLESHEET("<xsl:value-of select='count(//finding)'/> findings"));
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = render(*state, record, path);
    assert_string_equal(text, "13 findings");
}

static void
assert_stylesheet_fails(const char *folder, const char *stylesheet, const char *says)
{
    g_autofree char *path = write_stylesheet(folder, stylesheet);
    g_autofree char *output = g_build_filename(folder, "unwritten", NULL);
    g_autoptr(PgsRecord) record = sample_passing();
    g_autoptr(GError) error = NULL;
    assert_false(pgs_report_write(record, path, output, &error));
    assert_true(g_error_matches(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_STYLESHEET));
    if (strstr(error->message, says) == NULL || !g_str_has_prefix(error->message, path))
        fail_msg("%s", error->message);
    assert_false(g_file_test(output, G_FILE_TEST_EXISTS));
}

static void
test_broken_stylesheets_say_why(void **state)
{
    g_autofree char *escape = g_build_filename(*state, "escaped.txt", NULL);
    g_autofree char *document =
        g_strdup_printf(STYLESHEET("<exsl:document href='%s'>x</exsl:document>"), escape);
    assert_stylesheet_fails(*state, "<xsl:stylesheet", "line 1: ");
    assert_stylesheet_fails(*state, STYLESHEET("<xsl:value-of/>"), "value-of");
    assert_stylesheet_fails(*state, STYLESHEET("<xsl:value-of select='1 +'/>"), "1 +");
    assert_stylesheet_fails(
        *state, STYLESHEET("<xsl:message terminate='yes'>the reason</xsl:message>"), "the reason");
    assert_stylesheet_fails(*state, document, "escaped.txt");
    assert_false(g_file_test(escape, G_FILE_TEST_EXISTS));
}

static void
assert_no_format(const char *format, const char *says)
{
    g_autoptr(PgsRecord) record = sample_passing();
    g_autoptr(GError) error = NULL;
    assert_false(pgs_report_write(record, format, "/nonexistent/x", &error));
    assert_true(g_error_matches(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_STYLESHEET));
    if (strstr(error->message, says) == NULL)
        fail_msg("%s", error->message);
}

static void
test_unknown_formats(G_GNUC_UNUSED void **state)
{
    assert_no_format("junti", "HINT: did you mean \"junit\"?");
    assert_no_format("pdf-with-pictures", "codequality, or the path of a stylesheet");
    assert_no_format("/nonexistent/own.xsl", "/nonexistent/own.xsl: the stylesheet fails");
}

static void
test_every_format_of_the_table_renders(void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    for (const PgsReportFormat *format = pgs_report_table(); format->name != NULL; format++) {
        g_autofree char *text = render(*state, record, format->name);
        assert_true(strlen(text) > 100);
        assert_true(strlen(format->summary) > 10);
    }
}

/* Several reports of one record are what each is by itself, in whatever order: no stylesheet
 * changes the document that the next one gets. */
static void
test_reports_of_one_record(void **state)
{
    static const char *const formats[] = {"junit", "html", "json", "junit-strict", "tap", "junit"};
    g_autoptr(PgsRecord) record = sample_failing();
    g_autoptr(PgsReport) report = pgs_report_new(record);
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        gsize length = 0;
        g_autoptr(GError) error = NULL;
        g_autofree char *text = pgs_report_make(report, formats[i], &length, &error);
        g_autofree char *alone = render(*state, record, formats[i]);
        if (text == NULL)
            fail_msg("%s", error->message);
        assert_string_equal(text, alone);
        assert_int_equal(length, strlen(text));
    }
    g_autofree char *path = g_build_filename(*state, "junit.xml", NULL);
    assert_true(pgs_report_save(report, "junit", path, NULL));
    assert_false(pgs_report_save(report, "junti", path, NULL));
}

static void
test_the_table_says_what_files_are_called(G_GNUC_UNUSED void **state)
{
    for (const PgsReportFormat *format = pgs_report_table(); format->name != NULL; format++) {
        assert_true(*format->suffix != '\0' && strchr(format->suffix, '.') == NULL);
        assert_non_null(strchr(format->media_type, '/'));
    }
}

/* ---- where it goes ---- */

static void
test_an_unwritable_path(void **state)
{
    g_autofree char *file = g_build_filename(*state, "file", NULL);
    g_autofree char *below = g_build_filename(file, "below.xml", NULL);
    assert_true(g_file_set_contents(file, "", -1, NULL));
    g_autoptr(PgsRecord) record = sample_passing();
    g_autoptr(GError) error = NULL;
    assert_false(pgs_report_write(record, "junit", below, &error));
    assert_true(g_error_matches(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_WRITE));
    assert_true(g_str_has_prefix(error->message, below));
}

static void
test_standard_output(void **state)
{
    g_autoptr(PgsRecord) record = sample_passing();
    g_autofree char *path = g_build_filename(*state, "stdout.xml", NULL);
    g_autofree char *expected = render(*state, record, "junit");
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(dup2(file, STDOUT_FILENO), STDOUT_FILENO);
    gboolean written = pgs_report_write(record, "junit", "-", NULL);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(file);
    assert_true(written);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_string_equal(text, expected);
}

static gpointer
render_often(gpointer folder)
{
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *name = g_strdup_printf("thread-%p.xml", (void *)g_thread_self());
    g_autofree char *path = g_build_filename(folder, name, NULL);
    for (guint i = 0; i < 20; i++) {
        if (!pgs_report_write(record, i % 2 == 0 ? "junit" : "junit-strict", path, NULL))
            return GUINT_TO_POINTER(FALSE);
    }
    return GUINT_TO_POINTER(TRUE);
}

static void
test_threads_do_not_meet(void **state)
{
    GThread *threads[4];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("report", render_often, *state);
    gboolean all = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        all = GPOINTER_TO_UINT(g_thread_join(threads[i])) && all;
    assert_true(all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stylesheet_of_the_users),
        cmocka_unit_test(test_broken_stylesheets_say_why),
        cmocka_unit_test(test_unknown_formats),
        cmocka_unit_test(test_every_format_of_the_table_renders),
        cmocka_unit_test(test_reports_of_one_record),
        cmocka_unit_test(test_the_table_says_what_files_are_called),
        cmocka_unit_test(test_an_unwritable_path),
        cmocka_unit_test(test_standard_output),
        cmocka_unit_test(test_threads_do_not_meet),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
