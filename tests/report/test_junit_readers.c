/* Covers reports/junit.xsl, as other programs read it: tests/report/readers/junit.mjs, junit.py. */
#include "report/reader_fixture.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

typedef struct {
    const char *name;
    gboolean knows_errors; /* else an error is a failure to it */
} Reader;

static char *
xpath_text(xmlNode *node, const char *expression)
{
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(node->doc);
    context->node = node;
    g_autoptr(xmlXPathObject) value = xmlXPathEvalExpression(BAD_CAST expression, context);
    xmlChar *text = xmlXPathCastToString(value);
    char *copy = g_strdup((const char *)text);
    xmlFree(text);
    return copy;
}

static void
append_case(GString *lines, xmlNode *node, const Reader *reader)
{
    g_autofree char *kind = xpath_text(node, "name(failure | error | skipped)");
    g_autofree char *suite = xpath_text(node, "normalize-space(../@name)");
    g_autofree char *name = xpath_text(node, "normalize-space(@name)");
    g_autofree char *time = xpath_text(node, "@time");
    const char *status = "passed";
    if (strcmp(kind, "skipped") == 0)
        status = "skipped";
    else if (strcmp(kind, "error") == 0 && reader->knows_errors)
        status = "error";
    else if (*kind != '\0')
        status = "failed";
    g_string_append_printf(lines, "%s\t%s\t%s\t%.6f\n", status, suite, name,
                           g_ascii_strtod(time, NULL));
}

/* The cases as the file has them. */
static char *
expected_cases(const char *path, const Reader *reader)
{
    g_autoptr(xmlDoc) document = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);
    g_autoptr(xmlXPathObject) cases = xmlXPathEvalExpression(BAD_CAST "//testcase", context);
    GString *lines = g_string_new(NULL);
    for (int i = 0; i < cases->nodesetval->nodeNr; i++)
        append_case(lines, cases->nodesetval->nodeTab[i], reader);
    return g_string_free(lines, FALSE);
}

/* Without the messages. */
static char *
cases_of(const char *output)
{
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    GString *cases = g_string_new(NULL);
    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        char *message = strrchr(*line, '\t');
        g_string_append_len(cases, *line, message - *line);
        g_string_append_c(cases, '\n');
    }
    return g_string_free(cases, FALSE);
}

static void
assert_same_cases(const char *sample, const char *reader, const char *read, const char *expected)
{
    g_auto(GStrv) left = reader_sorted(read);
    g_auto(GStrv) right = reader_sorted(expected);
    for (guint i = 0; left[i] != NULL || right[i] != NULL; i++) {
        if (g_strcmp0(left[i], right[i]) != 0)
            fail_msg("%s, %s reads\n%.300s\nwhere the file has\n%.300s", sample, reader,
                     left[i] != NULL ? left[i] : "nothing",
                     right[i] != NULL ? right[i] : "nothing");
    }
}

/* What the record says, not the file. */
static void
assert_counts(const char *sample, const PgsRecord *record, const char *read, const Reader *reader)
{
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    guint failed = counts.by_status[PGS_STATUS_FAILED];
    guint errors = counts.by_status[PGS_STATUS_ERROR];
    guint read_failed = reader_count(read, "failed\t"), read_errors = reader_count(read, "error\t");
    guint requirements = 0, failing = 0;
    g_auto(GStrv) lines = g_strsplit(read, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        gboolean is_requirement = strstr(*line, ".requirements\t") != NULL;
        requirements += is_requirement;
        failing += is_requirement && g_str_has_prefix(*line, "failed\t");
    }
    if (!reader->knows_errors) {
        failed += errors;
        errors = 0;
    }
    if (read_failed != failed + failing || read_errors != errors)
        fail_msg("%s, %s: %u failed, %u errors; the record has %u and %u", sample, reader->name,
                 read_failed, read_errors, failed + failing, errors);
    assert_int_equal(g_strv_length(lines) - 1, counts.total + requirements);
}

/* A failure's message is the finding's. */
static void
assert_messages(const PgsRecord *record, const char *output)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        gboolean failed =
            finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_ERROR;
        if (failed && finding->message != NULL && g_str_is_ascii(finding->message) &&
            strpbrk(finding->message, "\r\n\t\002") == NULL &&
            strstr(output, finding->message) == NULL)
            fail_msg("\"%s\" is not in:\n%s", finding->message, output);
    }
}

static void
check_sample(const char *folder, const ReaderSample *sample, const Reader *reader,
             char *(*read)(const char *path, const char *reader))
{
    g_autoptr(PgsRecord) record = sample->make();
    g_autofree char *path = reader_report(folder, record, "junit");
    g_autofree char *output = read(path, reader->name);
    g_autofree char *cases = cases_of(output);
    g_autofree char *expected = expected_cases(path, reader);
    assert_same_cases(sample->name, reader->name, cases, expected);
    assert_counts(sample->name, record, cases, reader);
    assert_messages(record, output);
}

static char *
read_by_node(const char *path, const char *reader)
{
    int status;
    g_autofree char *modules = reader_modules(reader);
    g_autofree char *script = reader_script("junit.mjs");
    char *output = reader_run(&status, "node", script, modules, reader, path, NULL);
    assert_int_equal(status, 0);
    return output;
}

static void
check_reader(const char *folder, const Reader *reader,
             char *(*read)(const char *path, const char *reader))
{
    for (gsize i = 0; i < G_N_ELEMENTS(reader_samples); i++)
        check_sample(folder, &reader_samples[i], reader, read);
}

static void
test_junit2json(void **state)
{
    const Reader reader = {"junit2json", TRUE};
    check_reader(*state, &reader, read_by_node);
}

static void
test_test_results_parser(void **state)
{
    const Reader reader = {"test-results-parser", FALSE};
    check_reader(*state, &reader, read_by_node);
}

static void
test_xunit_viewer(void **state)
{
    const Reader reader = {"xunit-viewer", TRUE};
    check_reader(*state, &reader, read_by_node);
}

/* Debian's python3, whatever other comes first in PATH. */
#define PYTHON "/usr/bin/python3"

static char *
read_by_python(const char *path, const char *reader)
{
    (void)reader;
    int status;
    g_autofree char *script = reader_script("junit.py");
    char *output = reader_run(&status, PYTHON, script, path, NULL);
    assert_int_equal(status, 0);
    return output;
}

static void
test_python_junitparser(void **state)
{
    const Reader reader = {"python3-junitparser", TRUE};
    int status;
    g_autofree char *none = reader_run(
        &status, PYTHON, "-c",
        "import importlib.util, sys; sys.exit(importlib.util.find_spec('junitparser') is None)",
        NULL);
    if (status != 0)
        reader_missing("python3-junitparser");
    check_reader(*state, &reader, read_by_python);
}

static void
test_the_commit_is_among_the_properties(void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    g_autofree char *path = reader_report(*state, record, "junit");
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    const PgsRecordSystem *system = record->systems->pdata[0];
    g_autofree char *commit =
        g_strdup_printf("<property name=\"commit\" value=\"%s\"/>", system->git->commit);
    assert_non_null(strstr(text, commit));
    assert_non_null(strstr(text, "<property name=\"clean\" value=\"false\"/>"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_junit2json),
        READER_TEST(test_test_results_parser),
        READER_TEST(test_xunit_viewer),
        READER_TEST(test_python_junitparser),
        READER_TEST(test_the_commit_is_among_the_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
