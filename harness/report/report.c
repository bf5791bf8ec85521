#include "report/report.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "record/output.h"
#include "report/rendering.h"
#include "report/writer.h"

#include <string.h>

G_DEFINE_QUARK(pgs_report_error, pgs_report_error)

/* The embedded stylesheets, and what they embed: "junit.xsl", "html.css". */
extern const PgsEmbedded pgs_report_files[];

/* How a format of the table is made: by a stylesheet, or by a writer.  In the order of
 * report_formats. */
typedef struct {
    const char *stylesheet;
    const char *parameters[3]; /* name, XPath expression, NULL */
    char *(*write)(const PgsRecord *record);
    char *(*write_within)(const PgsRecord *record, gsize limit);
} Making;

static const PgsReportFormat report_formats[] = {
    {"junit", "JUnit XML for Jenkins (junit step), GitLab, GitHub actions and most others", "xml",
     "application/xml"},
    {"junit-strict", "JUnit XML with no more than the schema of Jenkins' xUnit plugin allows",
     "xml", "application/xml"},
    {"html", "one page for people, with everything in it: verdict, steps, findings, schema", "html",
     "text/html"},
    {"compliance",
     "what was verified and with which evidence, to be signed; one page, fit for print", "html",
     "text/html"},
    {"markdown", "a comment for a merge request, within the size that forges accept", "md",
     "text/markdown"},
    {"tap",
     "TAP (version 13, and good as 14), for prove and other harnesses of the Test Anything "
     "Protocol",
     "tap", "text/plain"},
    {"sarif", "SARIF 2.1.0, for code scanning: what failed, with file and line", "sarif",
     "application/sarif+json"},
    {"json", "the whole record as JSON, for programs (reports/record.schema.json)", "json",
     "application/json"},
    {"codequality", "GitLab's Code Quality report, for the widget of a merge request", "json",
     "application/json"},
    {0},
};

static const Making makings[] = {
    {"junit.xsl"},
    {"junit.xsl", {"strict", "true()", NULL}},
    {"html.xsl"},
    {"compliance.xsl"},
    {.write_within = pgs_markdown_render},
    {"tap.xsl"},
    {.write = pgs_sarif_render},
    {.write = pgs_json_render},
    {.write = pgs_codequality_render},
};
G_STATIC_ASSERT(G_N_ELEMENTS(makings) + 1 == G_N_ELEMENTS(report_formats));

const PgsReportFormat *
pgs_report_table(void)
{
    return report_formats;
}

static char *
set_unknown_format(const char *format, GError **error)
{
    const char *names[G_N_ELEMENTS(report_formats)] = {0};
    for (gsize i = 0; report_formats[i].name != NULL; i++)
        names[i] = report_formats[i].name;
    const char *nearest = pgs_text_nearest(format, names);
    g_autofree char *known = g_strjoinv(", ", (char **)names);
    g_autofree char *hint =
        nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
                        : g_strdup_printf("formats: %s, or the path of a stylesheet (.xsl)", known);
    pgs_error_set(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_STYLESHEET, hint,
                  "there is no report format \"%s\"", format);
    return NULL;
}

/* ---- a report ---- */

struct _PgsReport {
    const PgsRecord *record;
    gsize markdown_limit; /* bytes; 0: the default */
    xmlDoc *document;     /* made when a stylesheet asks for it */
};

PgsReport *
pgs_report_new(const PgsRecord *record)
{
    PgsReport *report = g_new0(PgsReport, 1);
    report->record = record;
    return report;
}

void
pgs_report_free(PgsReport *report)
{
    if (report == NULL)
        return;
    xmlFreeDoc(report->document);
    g_free(report);
}

void
pgs_report_limit_markdown(PgsReport *report, gsize bytes)
{
    report->markdown_limit = bytes;
}

static char *
apply(PgsReport *report, const PgsRenderingSheet *sheet, gsize *length, GError **error)
{
    if (report->document == NULL)
        report->document = pgs_record_to_xml(report->record);
    return pgs_rendering_apply(sheet, report->document, report->record, length, error);
}

static char *
apply_embedded(PgsReport *report, const char *format, const char *name,
               const char *const *parameters, gsize *length, GError **error)
{
    if (pgs_embedded_find(pgs_report_files, name) == NULL)
        return set_unknown_format(format, error);
    PgsRenderingSheet sheet = {name, TRUE, parameters};
    return apply(report, &sheet, length, error);
}

static char *
make(PgsReport *report, const Making *making, const char *format, gsize *length, GError **error)
{
    if (making->stylesheet != NULL)
        return apply_embedded(report, format, making->stylesheet, making->parameters, length,
                              error);
    char *text = making->write != NULL
                     ? making->write(report->record)
                     : making->write_within(report->record, report->markdown_limit);
    *length = strlen(text);
    return text;
}

char *
pgs_report_make(PgsReport *report, const char *format, gsize *length, GError **error)
{
    gsize unused = 0;
    if (length == NULL)
        length = &unused;
    for (gsize i = 0; i < G_N_ELEMENTS(makings); i++) {
        if (strcmp(report_formats[i].name, format) == 0)
            return make(report, &makings[i], format, length, error);
    }
    if (g_str_has_suffix(format, ".xsl")) {
        PgsRenderingSheet sheet = {.name = format};
        return apply(report, &sheet, length, error);
    }
    g_autofree char *name = g_strconcat(format, ".xsl", NULL);
    return apply_embedded(report, format, name, NULL, length, error);
}

gboolean
pgs_report_save(PgsReport *report, const char *format, const char *path, GError **error)
{
    gsize length = 0;
    g_autofree char *text = pgs_report_make(report, format, &length, error);
    if (text == NULL)
        return FALSE;
    g_autoptr(GError) local = NULL;
    if (pgs_output_write(path, text, length, &local))
        return TRUE;
    g_set_error_literal(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_WRITE, local->message);
    return FALSE;
}

char *
pgs_report_render(const PgsRecord *record, const char *format, gsize *length, GError **error)
{
    g_autoptr(PgsReport) report = pgs_report_new(record);
    return pgs_report_make(report, format, length, error);
}

gboolean
pgs_report_write(const PgsRecord *record, const char *format, const char *path, GError **error)
{
    g_autoptr(PgsReport) report = pgs_report_new(record);
    return pgs_report_save(report, format, path, error);
}
