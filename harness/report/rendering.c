#include "report/rendering.h"

#include "base/error.h"
#include "report/extension.h"
#include "report/report.h"
#include "report/stylesheet.h"

#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xsltTransformContext, xsltFreeTransformContext)

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

/* What libxml2 says of an XPath expression, while it is evaluated. */
static void
append_xml_error(void *data, PgsXmlError *xml_error)
{
    pgs_stylesheet_append_message(data, "XPath error: %s", xml_error->message);
}

static xmlDoc *
transform(xsltStylesheet *stylesheet, xmlDoc *document, const PgsRecord *record,
          const char *const *parameters, GString *messages)
{
    g_autoptr(PgsExtension) extension = NULL;
    g_autoptr(xsltTransformContext) context = xsltNewTransformContext(stylesheet, document);
    xsltSecurityPrefs *preferences = forbid_writing();
    xsltSetCtxtSecurityPrefs(preferences, context);
    xsltSetTransformErrorFunc(context, messages, pgs_stylesheet_append_message);
    context->xpathCtxt->error = append_xml_error;
    context->xpathCtxt->userData = messages;
    extension = pgs_extension_attach(context, record);
    /* Of this thread. */
    xmlGenericErrorFunc handler = xmlGenericError;
    void *handler_data = xmlGenericErrorContext;
    xmlSetGenericErrorFunc(messages, pgs_stylesheet_append_message);
    xmlDoc *result = xsltApplyStylesheetUser(stylesheet, document, (const char **)parameters, NULL,
                                             NULL, context);
    xmlSetGenericErrorFunc(handler_data, handler);
    gboolean succeeded = context->state == XSLT_STATE_OK;
    xsltFreeSecurityPrefs(preferences);
    if (succeeded)
        return result;
    xmlFreeDoc(result);
    return NULL;
}

static char *
serialize(xmlDoc *result, xsltStylesheet *stylesheet, const char *name, gsize *length,
          GError **error)
{
    xmlChar *bytes = NULL;
    int n = 0;
    if (xsltSaveResultToString(&bytes, &n, result, stylesheet) != 0) {
        pgs_error_set(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_STYLESHEET, NULL,
                      "%s: the report is too large", name);
        return NULL;
    }
    /* A report without a byte has no buffer either. */
    char *text = g_malloc((gsize)n + 1);
    if (n > 0)
        memcpy(text, bytes, (gsize)n);
    text[n] = '\0';
    xmlFree(bytes);
    *length = (gsize)n;
    return text;
}

char *
pgs_rendering_apply(const PgsRenderingSheet *sheet, xmlDoc *document, const PgsRecord *record,
                    gsize *length, GError **error)
{
    g_autoptr(xsltStylesheet) stylesheet = pgs_stylesheet_load(sheet->name, sheet->built_in, error);
    if (stylesheet == NULL)
        return NULL;
    g_autoptr(GString) messages = g_string_new(NULL);
    g_autoptr(xmlDoc) result = transform(stylesheet, document, record, sheet->parameters, messages);
    if (result == NULL) {
        pgs_stylesheet_set_error(error, sheet->name, messages);
        return NULL;
    }
    return serialize(result, stylesheet, sheet->name, length, error);
}
