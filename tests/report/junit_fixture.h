#ifndef PGS_TESTS_REPORT_JUNIT_FIXTURE_H
#define PGS_TESTS_REPORT_JUNIT_FIXTURE_H

#include "cmocka_all.h"

#include "record/golden.h"
#include "record/record_xml.h"
#include "record/sample.h"
#include "report/report.h"

#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xpath.h>
#include <string.h>

/* A folder for a test program, and JUnit that is read and held against its schemas. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

static inline int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-report-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static inline int
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

static inline char *
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
static inline xmlDoc *
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

static inline double
number(xmlDoc *document, const char *xpath)
{
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);
    g_autoptr(xmlXPathObject) value = xmlXPathEvalExpression(BAD_CAST xpath, context);
    assert_non_null(value);
    return xmlXPathCastToNumber(value);
}

static inline char *
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
static inline void
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

#endif
