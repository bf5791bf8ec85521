#include "report/report.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "record/output.h"
#include "record/record_xml.h"

#include <libexslt/exslt.h>
#include <libxml/parser.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <stdarg.h>
#include <string.h>

/* What libxslt says is kept up to this; a broken stylesheet can repeat itself without end. */
#define MAX_MESSAGES 4096

G_DEFINE_QUARK(pgs_report_error, pgs_report_error)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xsltStylesheet, xsltFreeStylesheet)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xsltTransformContext, xsltFreeTransformContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlParserCtxt, xmlFreeParserCtxt)

/* The embedded stylesheets: "junit.xsl". */
extern const PgsEmbedded pgs_report_files[];

/* Formats that are more, or say more, than a stylesheet of their own name.  In the order of
 * report_formats. */
typedef struct {
    const char *stylesheet;
    const char *parameters[3]; /* name, XPath expression, NULL */
} Rendering;

static const PgsReportFormat report_formats[] = {
    {"junit", "JUnit XML for Jenkins (junit step), GitLab, GitHub actions and most others"},
    {"junit-strict", "JUnit XML with no more than the schema of Jenkins' xUnit plugin allows"},
    {0},
};

static const Rendering renderings[] = {
    {"junit.xsl", {NULL}},
    {"junit.xsl", {"strict", "true()", NULL}},
};

const PgsReportFormat *
pgs_report_table(void)
{
    return report_formats;
}

static void
init_libxslt(void)
{
    static gsize once;
    if (g_once_init_enter(&once)) {
        xmlInitParser();
        exsltRegisterAll();
        g_once_init_leave(&once, 1);
    }
}

static void append_message(void *data, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
append_message(void *data, const char *format, ...)
{
    GString *messages = data;
    if (messages->len >= MAX_MESSAGES)
        return;
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(messages, format, args);
    va_end(args);
}

static void
set_stylesheet_error(GError **error, const char *stylesheet, const GString *messages)
{
    g_autofree char *folded = pgs_text_fold_space(messages->str);
    g_autofree char *visible = pgs_text_visible(folded, -1);
    pgs_error_set(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_STYLESHEET,
                  "xsltproc STYLESHEET RECORD tries a stylesheet on a record by hand",
                  "%s: the stylesheet fails: %s", stylesheet,
                  *visible != '\0' ? visible : "no reason was given");
}

static void
keep_parse_error(void *data, PgsXmlError *xml_error)
{
    GString *messages = ((xmlParserCtxt *)data)->_private;
    append_message(messages, "line %d: %s", xml_error->line, xml_error->message);
}

/* For what libxml2 says on its own account (XPath); one handler a thread. */
static void
append_xml_error(void *data, PgsXmlError *xml_error)
{
    append_message(data, "%s", xml_error->message);
}

/* text NULL: it is a file. */
static xmlDoc *
parse_stylesheet(const char *name, const char *text, GString *messages)
{
    g_autoptr(xmlParserCtxt) parser = xmlNewParserCtxt();
    parser->_private = messages;
    parser->sax->serror = keep_parse_error;
    int options = XSLT_PARSE_OPTIONS | XML_PARSE_NONET;
    return text != NULL ? xmlCtxtReadMemory(parser, text, (int)strlen(text), name, NULL, options)
                        : xmlCtxtReadFile(parser, name, NULL, options);
}

/*
 * libxslt reports what it finds while it compiles to one function of the whole process: held by one
 * thread at a time, and given back.
 */
static xsltStylesheet *
compile_stylesheet(xmlDoc *document, GString *messages)
{
    static GMutex compiling;
    g_mutex_lock(&compiling);
    xmlGenericErrorFunc handler = xsltGenericError;
    void *handler_data = xsltGenericErrorContext;
    xmlStructuredErrorFunc xml_handler = xmlStructuredError;
    void *xml_handler_data = xmlStructuredErrorContext;
    xsltSetGenericErrorFunc(messages, append_message);
    xmlSetStructuredErrorFunc(messages, append_xml_error);
    xsltStylesheet *stylesheet = xsltParseStylesheetDoc(document);
    xmlSetStructuredErrorFunc(xml_handler_data, xml_handler);
    xsltSetGenericErrorFunc(handler_data, handler);
    g_mutex_unlock(&compiling);

    if (stylesheet == NULL) {
        xmlFreeDoc(document);
        return NULL;
    }
    if (stylesheet->errors > 0) {
        xsltFreeStylesheet(stylesheet);
        return NULL;
    }
    return stylesheet;
}

static xsltStylesheet *
load_stylesheet(const char *name, const char *text, GError **error)
{
    g_autoptr(GString) messages = g_string_new(NULL);
    xmlDoc *document = parse_stylesheet(name, text, messages);
    xsltStylesheet *stylesheet = document != NULL ? compile_stylesheet(document, messages) : NULL;
    if (stylesheet == NULL)
        set_stylesheet_error(error, name, messages);
    return stylesheet;
}

static gboolean
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
    return FALSE;
}

/* *text NULL: *name is the path of a file. */
static gboolean
find_stylesheet(const char *format, char **name, const char **text, const char *const **parameters,
                GError **error)
{
    *parameters = NULL;
    for (gsize i = 0; report_formats[i].name != NULL; i++) {
        if (strcmp(report_formats[i].name, format) != 0)
            continue;
        *name = g_strdup(renderings[i].stylesheet);
        *text = pgs_embedded_find(pgs_report_files, *name);
        *parameters = renderings[i].parameters;
        return TRUE;
    }
    if (g_str_has_suffix(format, ".xsl")) {
        *name = g_strdup(format);
        *text = NULL;
        return TRUE;
    }
    g_autofree char *file = g_strconcat(format, ".xsl", NULL);
    *text = pgs_embedded_find(pgs_report_files, file);
    if (*text == NULL)
        return set_unknown_format(format, error);
    *name = g_steal_pointer(&file);
    return TRUE;
}

/* A report is read from the record alone, and goes nowhere but where the caller puts it. */
static xsltSecurityPrefs *
forbid_writing(void)
{
    static const xsltSecurityOption forbidden[] = {
        XSLT_SECPREF_WRITE_FILE,
        XSLT_SECPREF_CREATE_DIRECTORY,
        XSLT_SECPREF_READ_NETWORK,
        XSLT_SECPREF_WRITE_NETWORK,
    };
    xsltSecurityPrefs *preferences = xsltNewSecurityPrefs();
    for (gsize i = 0; i < G_N_ELEMENTS(forbidden); i++)
        xsltSetSecurityPrefs(preferences, forbidden[i], xsltSecurityForbid);
    return preferences;
}

static xmlDoc *
transform(xsltStylesheet *stylesheet, xmlDoc *document, const char *const *parameters,
          GString *messages)
{
    g_autoptr(xsltTransformContext) context = xsltNewTransformContext(stylesheet, document);
    xsltSecurityPrefs *preferences = forbid_writing();
    xsltSetCtxtSecurityPrefs(preferences, context);
    xsltSetTransformErrorFunc(context, messages, append_message);
    xmlDoc *result = xsltApplyStylesheetUser(stylesheet, document, (const char **)parameters, NULL,
                                             NULL, context);
    gboolean succeeded = context->state == XSLT_STATE_OK;
    xsltFreeSecurityPrefs(preferences);
    if (succeeded)
        return result;
    xmlFreeDoc(result);
    return NULL;
}

static gboolean
write_result(xmlDoc *result, xsltStylesheet *stylesheet, const char *path, GError **error)
{
    xmlChar *bytes = NULL;
    int length = 0;
    if (xsltSaveResultToString(&bytes, &length, result, stylesheet) != 0) {
        pgs_error_set(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_WRITE, NULL,
                      "%s: the report is too large", path);
        return FALSE;
    }
    g_autoptr(GError) local = NULL;
    /* A report without a byte has no buffer either. */
    gboolean written =
        pgs_output_write(path, bytes != NULL ? (const char *)bytes : "", (gsize)length, &local);
    xmlFree(bytes);
    if (!written)
        g_set_error_literal(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_WRITE, local->message);
    return written;
}

gboolean
pgs_report_write(const PgsRecord *record, const char *format, const char *path, GError **error)
{
    init_libxslt();
    g_autofree char *name = NULL;
    const char *text = NULL;
    const char *const *parameters = NULL;
    if (!find_stylesheet(format, &name, &text, &parameters, error))
        return FALSE;
    g_autoptr(xsltStylesheet) stylesheet = load_stylesheet(name, text, error);
    if (stylesheet == NULL)
        return FALSE;

    g_autoptr(xmlDoc) document = pgs_record_to_xml(record);
    g_autoptr(GString) messages = g_string_new(NULL);
    g_autoptr(xmlDoc) result = transform(stylesheet, document, parameters, messages);
    if (result == NULL) {
        set_stylesheet_error(error, name, messages);
        return FALSE;
    }
    return write_result(result, stylesheet, path, error);
}
