#include "report/stylesheet.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "report/report.h"

#include <libexslt/exslt.h>
#include <libxml/parser.h>
#include <libxslt/documents.h>
#include <libxslt/xsltutils.h>
#include <stdarg.h>
#include <string.h>

#define MAX_MESSAGES 4096

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlParserCtxt, xmlFreeParserCtxt)

extern const PgsEmbedded pgs_report_files[];

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

void
pgs_stylesheet_append_message(void *data, const char *format, ...)
{
    GString *messages = data;
    if (messages->len >= MAX_MESSAGES)
        return;
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(messages, format, args);
    va_end(args);
}

void
pgs_stylesheet_set_error(GError **error, const char *name, const GString *messages)
{
    g_autofree char *folded = pgs_text_fold_space(messages->str);
    g_autofree char *visible = pgs_text_visible(folded, -1);
    pgs_error_set(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_STYLESHEET,
                  "xsltproc STYLESHEET RECORD tries a stylesheet on a record by hand",
                  "%s: the stylesheet fails: %s", name,
                  *visible != '\0' ? visible : "no reason was given");
}

static void
keep_parse_error(void *data, PgsXmlError *xml_error)
{
    GString *messages = ((xmlParserCtxt *)data)->_private;
    pgs_stylesheet_append_message(messages, "line %d: %s", xml_error->line, xml_error->message);
}

/* For what libxml2 says on its own account (XPath); one handler a thread. */
static void
append_xml_error(void *data, PgsXmlError *xml_error)
{
    pgs_stylesheet_append_message(data, "%s", xml_error->message);
}

/* NULL: it is none of those that are built in. */
static const char *
find_built_in(const char *address)
{
    if (!g_str_has_prefix(address, PGS_STYLESHEET_PLACE))
        return NULL;
    return pgs_embedded_find(pgs_report_files, address + strlen(PGS_STYLESHEET_PLACE));
}

/* The file, or the built-in text, at that address. */
static xmlDoc *
read_stylesheet(xmlParserCtxt *parser, const char *address, int options)
{
    options |= XML_PARSE_NONET;
    /* Before the file is looked for: libxml2 itself sets them when it has opened it. */
    xmlCtxtUseOptions(parser, options);
    const char *text = find_built_in(address);
    return text != NULL ? xmlCtxtReadMemory(parser, text, (int)strlen(text), address, NULL, options)
                        : xmlCtxtReadFile(parser, address, NULL, options);
}

static xmlDoc *
parse_stylesheet(const char *address, GString *messages)
{
    g_autoptr(xmlParserCtxt) parser = xmlNewParserCtxt();
    parser->_private = messages;
    parser->sax->serror = keep_parse_error;
    return read_stylesheet(parser, address, XSLT_PARSE_OPTIONS);
}

/* What a stylesheet includes or imports.  Its names are kept in the including one's dictionary, as
 * libxslt expects. */
static xmlDoc *
load_included(const xmlChar *address, xmlDict *names, int options, G_GNUC_UNUSED void *context,
              G_GNUC_UNUSED xsltLoadType type)
{
    g_autoptr(xmlParserCtxt) parser = xmlNewParserCtxt();
    if (names != NULL) {
        xmlDictFree(parser->dict);
        parser->dict = names;
        xmlDictReference(names);
    }
    return read_stylesheet(parser, (const char *)address, options);
}

/*
 * libxslt reports what it finds while it compiles to one function of the whole process, and asks
 * another for what is included: held by one thread at a time, and given back.  A transformation
 * elsewhere that opens a document meanwhile loses nothing by it.
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
    xsltSetGenericErrorFunc(messages, pgs_stylesheet_append_message);
    xmlSetStructuredErrorFunc(messages, append_xml_error);
    xsltDocLoaderFunc loader = xsltDocDefaultLoader;
    xsltSetLoaderFunc(load_included);
    xsltStylesheet *stylesheet = xsltParseStylesheetDoc(document);
    xsltSetLoaderFunc(loader);
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

xsltStylesheet *
pgs_stylesheet_load(const char *name, gboolean built_in, GError **error)
{
    init_libxslt();
    g_autoptr(GString) messages = g_string_new(NULL);
    g_autofree char *address = g_strconcat(built_in ? PGS_STYLESHEET_PLACE : "", name, NULL);
    xmlDoc *document = parse_stylesheet(address, messages);
    xsltStylesheet *stylesheet = document != NULL ? compile_stylesheet(document, messages) : NULL;
    if (stylesheet == NULL)
        pgs_stylesheet_set_error(error, name, messages);
    return stylesheet;
}
