/* Covers harness/report/report.c, reports/junit.xsl, junit.rng and junit-strict.rng. */
#include "cmocka_all.h"

#include "record/golden.h"
#include "record/record_xml.h"
#include "record/sample.h"
#include "report/report.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xpath.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-report-XXXXXX", NULL);
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

static char *
render(const char *folder, const PgsRecord *record, const char *format)
{
    g_autofree char *path = g_build_filename(folder, "report.xml", NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    if (!pgs_report_write(record, format, path, &error))
        fail_msg("%s", error->message);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

/* What xmllint --relaxng does.  The document is the caller's. */
static xmlDoc *
assert_valid(const char *text, const char *schema_file)
{
    g_autofree char *path = g_build_filename(PGS_SOURCE_DIR, "reports", schema_file, NULL);
    xmlDoc *document = xmlReadMemory(text, (int)strlen(text), "report.xml", NULL, XML_PARSE_NONET);
    assert_non_null(document);
    xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewParserCtxt(path);
    xmlRelaxNG *schema = xmlRelaxNGParse(parser);
    assert_non_null(schema);
    xmlRelaxNGValidCtxt *validator = xmlRelaxNGNewValidCtxt(schema);
    int status = xmlRelaxNGValidateDoc(validator, document);
    xmlRelaxNGFreeValidCtxt(validator);
    xmlRelaxNGFree(schema);
    xmlRelaxNGFreeParserCtxt(parser);
    assert_int_equal(status, 0);
    return document;
}

static double
number(xmlDoc *document, const char *xpath)
{
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);
    g_autoptr(xmlXPathObject) value = xmlXPathEvalExpression(BAD_CAST xpath, context);
    assert_non_null(value);
    return xmlXPathCastToNumber(value);
}

static char *
string(xmlDoc *document, const char *xpath)
{
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);
    g_autoptr(xmlXPathObject) value = xmlXPathEvalExpression(BAD_CAST xpath, context);
    assert_non_null(value);
    xmlChar *text = xmlXPathCastToString(value);
    char *copy = g_strdup((const char *)text);
    xmlFree(text);
    return copy;
}

/* The counts are those of what is there, in each suite and in all. */
static void
assert_counts(xmlDoc *document)
{
    static const char *const rows[][2] = {
        {"/testsuites/@tests", "count(//testcase)"},
        {"/testsuites/@failures", "count(//failure)"},
        {"/testsuites/@errors", "count(//error)"},
        {"sum(//testsuite/@tests)", "count(//testcase)"},
        {"sum(//testsuite/@failures)", "count(//failure)"},
        {"sum(//testsuite/@errors)", "count(//error)"},
        {"sum(//testsuite/@skipped)", "count(//skipped)"},
        {"count(//testsuite)", "count(//testsuite[@tests = count(testcase)])"},
        {"count(//testsuite)", "count(//testsuite[@failures = count(testcase/failure)])"},
        {"count(//testcase)", "count(//testcase[@classname = ../@name])"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (number(document, rows[i][0]) != number(document, rows[i][1]))
            fail_msg("%s is not %s", rows[i][0], rows[i][1]);
    }
}

static void
test_golden_junit(void **state)
{
    static const struct {
        const char *file;
        PgsRecord *(*make)(void);
    } rows[] = {
        {"junit-passing.xml", sample_passing}, {"junit-failing.xml", sample_failing},
        {"junit-hostile.xml", sample_hostile}, {"junit-requirements.xml", sample_requirements},
        {"junit-matrix.xml", sample_matrix},   {"junit-plans.xml", sample_plans},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = rows[i].make();
        g_autofree char *text = render(*state, record, "junit");
        g_autofree char *again = render(*state, record, "junit");
        g_autofree char *golden = g_build_filename(PGS_TEST_DIR, "golden", rows[i].file, NULL);
        assert_string_equal(text, again);
        assert_golden(golden, text);
        g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
        assert_counts(document);
    }
}

static void
test_samples_render_as_their_records_do(void **state)
{
    g_autofree char *path =
        g_build_filename(PGS_SOURCE_DIR, "reports", "samples", "record-failing.xml", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRecord) sample = pgs_record_read(path, &error);
    g_autoptr(PgsRecord) record = sample_failing();
    if (sample == NULL)
        fail_msg("%s", error->message);
    g_autofree char *from_sample = render(*state, sample, "junit");
    g_autofree char *from_record = render(*state, record, "junit");
    assert_string_equal(from_sample, from_record);
}

static void
test_strict_has_only_what_the_xunit_plugin_knows(void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *text = render(*state, record, "junit-strict");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit-strict.rng");
    assert_int_equal(number(document, "count(//testcase/@file | //testcase/@line)"), 0);
    assert_int_equal(number(document, "count(/testsuites/@skipped | //testcase/properties)"), 0);
    assert_int_equal(number(document, "count(//failure)"), 2);

    g_autofree char *usual = render(*state, record, "junit");
    g_autoptr(xmlDoc) usual_document = assert_valid(usual, "junit.rng");
    assert_int_equal(number(usual_document, "count(//testcase/@file)"), 4);
    assert_int_equal(number(usual_document, "count(//testcase/@line)"), 2);
}

static void
test_a_failure_tells_the_whole_story(void **state)
{
    static const char *const needed[] = {
        "002_canvas_tables up again",
        "migrations/canvas/002_canvas_tables.up.sql:4:1: the second upgrade fails\n",
        "expected: the upgrade succeeds, as it did the first time\n",
        "actual:   type \"lifecycle_lane\" already exists\n",
        "ERROR:  type \"lifecycle_lane\" already exists\nSQLSTATE 42710",
        "statement:\nCREATE TYPE lifecycle_lane AS ENUM\n",
        "HINT: the downgrade must drop",
        "to reproduce:\npgstair verify",
    };
    g_autoptr(PgsRecord) record = sample_failing();
    PgsFinding *again = record->findings->pdata[8];
    again->reproduce = g_strdup("pgstair verify migrations/canvas --only stairway");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    g_autofree char *failure = string(document, "//failure[@type = 'stairway.again']");
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
        if (strstr(failure, needed[i]) == NULL)
            fail_msg("\"%s\" is not in: %s", needed[i], failure);
    }
    g_autofree char *file = string(document, "//testcase[failure/@type = 'stairway.again']/@file");
    assert_string_equal(file, "migrations/canvas/002_canvas_tables.up.sql");
    assert_int_equal(number(document, "//testcase[failure/@type = 'stairway.again']/@line"), 4);
    g_autofree char *skipped = string(document, "//skipped");
    assert_non_null(strstr(skipped, "no queries are given for this system"));
}

static void
test_warnings_fail_when_they_shall(void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *passed = render(*state, record, "junit");
    g_autoptr(xmlDoc) as_passed = assert_valid(passed, "junit.rng");
    assert_int_equal(number(as_passed, "/testsuites/@failures"), 2);
    g_autofree char *said = string(as_passed, "//testsuite[@name = 'canvas.index']//system-out");
    assert_non_null(strstr(said, "WARNING  index.duplicate"));

    record->fail_on_warning = TRUE;
    g_autofree char *failed = render(*state, record, "junit");
    g_autoptr(xmlDoc) as_failed = assert_valid(failed, "junit.rng");
    assert_counts(as_failed);
    assert_int_equal(number(as_failed, "/testsuites/@failures"), 3);
    assert_int_equal(number(as_failed, "count(//failure[@type = 'index.duplicate'])"), 1);
}

/* ---- requirements ---- */

#define CASE(id)                                                                                   \
    "//testsuite[@name = 'canvas.requirements']/testcase[starts-with(@name, '" id ": ')]"

static void
test_each_requirement_is_a_case(void **state)
{
    static const struct {
        const char *id, *as; /* the element in its case */
        const char *message; /* NULL: none */
        const char *as_when_all;
        const char *says;
    } rows[] = {
        {CASE("CANVAS-01"), "system-out", NULL, "system-out", "expect.column: 2 passed\n"},
        {CASE("CANVAS-02"), "failure",
         "CANVAS-02 failed: expect.foreign-key: on delete is not as expected", "failure",
         "expect.foreign-key: 1 failed\n"},
        {CASE("CANVAS-03"), "skipped",
         "expect.comment: there is no comment (its severity is lowered)", "failure",
         "expect.enum: 1 passed\nexpect.comment: 1 warning\n"},
        {CASE("CANVAS-04"), "skipped", "accepted until 2027-01-31: irreversible on purpose",
         "failure", "stairway.down: 1 accepted\n"},
        {CASE("CANVAS-05"), "skipped", "no passed suite", "failure", "needs: data suite\n"},
        {CASE("CANVAS-06"), "skipped", "a warning alone proves nothing", "failure", "NOT COVERED"},
        {CASE("CANVAS-08"), "skipped", "deferred: plans come with a later issue", "skipped",
         "deferred: plans come"},
    };
    for (gint all = 0; all <= 1; all++) {
        g_autoptr(PgsRecord) record = sample_requirements();
        record->require_all = all;
        g_autofree char *text = render(*state, record, "junit");
        g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
        assert_counts(document);
        g_autofree char *strict_text = render(*state, record, "junit-strict");
        g_autoptr(xmlDoc) strict = assert_valid(strict_text, "junit-strict.rng");
        assert_int_equal(number(strict, "count(//testcase)"),
                         number(document, "count(//testcase)"));
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            const char *as = all ? rows[i].as_when_all : rows[i].as;
            g_autofree char *element = g_strdup_printf("%s/%s", rows[i].id, as);
            g_autofree char *count = g_strdup_printf("count(%s)", element);
            g_autofree char *attribute = g_strdup_printf("%s/@message", element);
            g_autofree char *body = string(document, element);
            g_autofree char *message = string(document, attribute);
            if (number(document, count) != 1 || strstr(body, rows[i].says) == NULL ||
                (!all && rows[i].message != NULL && strcmp(message, rows[i].message) != 0))
                fail_msg("%s: %s: %s", element, message, body);
        }
    }
}

static void
test_suites_say_what_they_have_to_do_with(void **state)
{
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    g_autofree char *type = string(document, CASE("CANVAS-02") "/failure/@type");
    assert_string_equal(type, "requirement.failed");
    /* Each in the suite of requirements, and in those whose findings serve it. */
    assert_int_equal(number(document, "count(//testsuite/properties/property[@name = 'requirement' "
                                      "and @value = 'CANVAS-01: proven'])"),
                     3);
    assert_int_equal(number(document, "count(//testsuite[@name = 'canvas.cycle']/properties/"
                                      "property[@name = 'requirement'])"),
                     0);
    g_autofree char *accepted =
        string(document, "//testsuite[@name = 'canvas.stairway']//skipped/@message");
    assert_string_equal(accepted, "accepted until 2027-01-31: irreversible on purpose");
    g_autofree char *forever =
        string(document, "//testsuite[@name = 'canvas.redundancy']//skipped/@message");
    assert_string_equal(forever, "accepted: the specification asks for both");
}

static void
test_server_versions_are_told_apart(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    static const char *const versions[] = {"13.22", "17.6", "17.6"};
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++)
        sample_finding(record, "a.b", PGS_STATUS_PASSED, NULL, "same")->server_version =
            g_strdup(versions[i]);
    g_autofree char *of_one = render(*state, record, "junit");
    assert_null(strstr(of_one, "[PostgreSQL"));
    g_free(system->server_version);
    system->server_version = g_strdup("13.22, 17.6");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_int_equal(number(document, "count(//testcase[@name = 'same [PostgreSQL 13.22]'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same [PostgreSQL 17.6]'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same [PostgreSQL 17.6] (2)'])"),
                     1);
}

/* Two servers of one version too, and no two cases of one name. */
static void
test_servers_are_told_apart(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    sample_add_server(system, "docker:15", "15.18", 1);
    sample_add_server(system, "local:15", "15.18", 1);
    for (guint i = 0; i < 4; i++)
        sample_on_server(record, system, i % 2, "a.b", PGS_STATUS_PASSED, "same");
    /* What is the same on all. */
    sample_finding(record, "a.b", PGS_STATUS_PASSED, NULL, "same");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    static const char *const names[] = {"same", "same [docker:15]", "same [local:15]",
                                        "same [docker:15] (2)", "same [local:15] (2)"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strdup_printf("count(//testcase[@name = '%s'])", names[i]);
        assert_int_equal(number(document, path), 1);
    }
    assert_int_equal(number(document, "count(//property[@name = 'server'])"), 2);
}

static void
test_equal_titles_get_names_of_their_own(void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    for (guint i = 0; i < 3; i++)
        sample_finding(record, "a.b", PGS_STATUS_PASSED, NULL, "same");
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_int_equal(number(document, "count(//testcase[@name = 'same'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same (2)'])"), 1);
    assert_int_equal(number(document, "count(//testcase[@name = 'same (3)'])"), 1);
}

static void
test_bare_records_and_findings(void **state)
{
    g_autoptr(PgsRecord) empty = sample_record("x");
    g_autofree char *text = render(*state, empty, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_int_equal(number(document, "/testsuites/@tests"), 0);

    /* A finding of the run, with nothing but its check; the id has no group. */
    pgs_record_add(empty, pgs_finding_new("odd", PGS_STATUS_FAILED, NULL, NULL, NULL));
    g_autofree char *bare = render(*state, empty, "junit");
    g_autoptr(xmlDoc) bare_document = xmlReadMemory(bare, (int)strlen(bare), "x", NULL, 0);
    g_autofree char *suite = string(bare_document, "//testsuite/@name");
    g_autofree char *name = string(bare_document, "//testcase/@name");
    g_autofree char *message = string(bare_document, "//failure/@message");
    assert_string_equal(suite, "pgstair.odd");
    assert_string_equal(name, "odd");
    assert_string_equal(message, "odd");
}

static void
test_hostile_names_survive(void **state)
{
    g_autoptr(PgsRecord) record = sample_hostile();
    g_autofree char *text = render(*state, record, "junit");
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    g_autofree char *name = string(document, "//testcase[failure]/@name");
    assert_string_equal(name, "<b>&amp;\"' \\u001B[31mred\\u0007 \xf0\x9f\x98\x80 ]]>");
    g_autofree char *suite = string(document, "//testsuite[1]/@name");
    assert_string_equal(suite, "sys<tem> & \"co.\" ]]> --> \\u001B[31m.stairway");
    assert_int_equal(number(document, "string-length(//testcase[not(failure)]/@name)"), 10000);
    g_autofree char *strict = render(*state, record, "junit-strict");
    g_autoptr(xmlDoc) strict_document = assert_valid(strict, "junit-strict.rng");
    assert_counts(strict_document);
}

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
    assert_no_format("pdf-with-pictures", "HINT: formats: junit, junit-strict, or the path");
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

static void
test_six_thousand_findings(void **state)
{
    g_autoptr(PgsRecord) record = sample_large(2000);
    g_autofree char *record_path = g_build_filename(*state, "record.xml", NULL);
    gint64 start = g_get_monotonic_time();
    assert_true(pgs_record_write(record, record_path, NULL));
    gint64 written = g_get_monotonic_time();
    g_autofree char *text = render(*state, record, "junit");
    gint64 end = g_get_monotonic_time();
    g_autoptr(xmlDoc) document = assert_valid(text, "junit.rng");
    assert_counts(document);
    assert_int_equal(number(document, "count(//testcase)"), 6000);
    print_message("6,000 findings: record in %.1f ms, JUnit in %.1f ms\n",
                  (double)(written - start) / 1e3, (double)(end - written) / 1e3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_junit),
        cmocka_unit_test(test_samples_render_as_their_records_do),
        cmocka_unit_test(test_strict_has_only_what_the_xunit_plugin_knows),
        cmocka_unit_test(test_a_failure_tells_the_whole_story),
        cmocka_unit_test(test_warnings_fail_when_they_shall),
        cmocka_unit_test(test_each_requirement_is_a_case),
        cmocka_unit_test(test_suites_say_what_they_have_to_do_with),
        cmocka_unit_test(test_server_versions_are_told_apart),
        cmocka_unit_test(test_servers_are_told_apart),
        cmocka_unit_test(test_equal_titles_get_names_of_their_own),
        cmocka_unit_test(test_bare_records_and_findings),
        cmocka_unit_test(test_hostile_names_survive),
        cmocka_unit_test(test_a_stylesheet_of_the_users),
        cmocka_unit_test(test_broken_stylesheets_say_why),
        cmocka_unit_test(test_unknown_formats),
        cmocka_unit_test(test_every_format_of_the_table_renders),
        cmocka_unit_test(test_an_unwritable_path),
        cmocka_unit_test(test_standard_output),
        cmocka_unit_test(test_threads_do_not_meet),
        cmocka_unit_test(test_six_thousand_findings),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
