#include "record/record_schema.h"

#include "base/error.h"
#include "base/text.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <string.h>

#define READ_HINT "give a file that \"pgstair verify --record FILE\" wrote"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlParserCtxt, xmlFreeParserCtxt)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlRelaxNGParserCtxt, xmlRelaxNGFreeParserCtxt)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlRelaxNGValidCtxt, xmlRelaxNGFreeValidCtxt)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlRelaxNG, xmlRelaxNGFree)

/* Of several errors the first is the one nearest to the cause. */
typedef struct {
    char *text; /* one line; NULL: none yet */
    int line;
} FirstError;

static void
first_error_clear(FirstError *first)
{
    g_free(first->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirstError, first_error_clear)

static void
keep_first(void *data, PgsXmlError *xml_error)
{
    FirstError *first = data;
    if (first->text != NULL)
        return;
    g_autofree char *folded =
        pgs_text_fold_space(xml_error->message != NULL ? xml_error->message : "no reason given");
    first->text = pgs_text_visible(folded, -1);
    /* A line past 65,535 does not fit into the error; the node knows it. */
    first->line = xml_error->node != NULL ? (int)xmlGetLineNo(xml_error->node) : xml_error->line;
}

/* The parser's handlers get the parser itself as their data. */
static void
keep_first_of_parser(void *data, PgsXmlError *xml_error)
{
    keep_first(((xmlParserCtxt *)data)->_private, xml_error);
}

/* Entities can make a small file enormous, and no record has a document type. */
static void
refuse_document_type(void *data, G_GNUC_UNUSED const xmlChar *name,
                     G_GNUC_UNUSED const xmlChar *public_id, G_GNUC_UNUSED const xmlChar *system_id)
{
    xmlParserCtxt *parser = data;
    xmlStopParser(parser);
    parser->wellFormed = 0;
}

static void
set_parse_error(const xmlParserCtxt *parser, const FirstError *first, const char *path,
                GError **error)
{
    if (parser->errNo == XML_ERR_USER_STOP)
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ, READ_HINT,
                      "%s: it has a document type, which no record has", path);
    else
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ, READ_HINT, "%s:%d: %s", path,
                      MAX(first->line, 1), first->text != NULL ? first->text : "it is no XML");
}

xmlDoc *
pgs_schema_parse(const char *path, char **sha256, GError **error)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    g_autoptr(GError) local = NULL;
    if (!g_file_get_contents(path, &text, &length, &local) || length > G_MAXINT) {
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ, READ_HINT,
                      "%s: cannot be read: %s", path,
                      local != NULL ? local->message : "it is larger than 2 GB");
        return NULL;
    }
    g_autoptr(xmlParserCtxt) parser = xmlNewParserCtxt();
    g_auto(FirstError) first = {0};
    parser->_private = &first;
    parser->sax->serror = keep_first_of_parser;
    parser->sax->internalSubset = refuse_document_type;
    /* HUGE: a finding's detail may pass libxml2's 10 MB for one text. */
    xmlDoc *document = xmlCtxtReadMemory(parser, text, (int)length, path, NULL,
                                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                             XML_PARSE_HUGE | XML_PARSE_BIG_LINES);
    if (document == NULL)
        set_parse_error(parser, &first, path, error);
    else
        *sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
    return document;
}

static xmlRelaxNG *
parse_schema(const char *text)
{
    g_autoptr(xmlRelaxNGParserCtxt) parser = xmlRelaxNGNewMemParserCtxt(text, (int)strlen(text));
    return xmlRelaxNGParse(parser);
}

gboolean
pgs_schema_validate(xmlDoc *document, const char *path, const char *schema_text, GError **error)
{
    g_autoptr(xmlRelaxNG) schema = parse_schema(schema_text);
    g_autoptr(xmlRelaxNGValidCtxt) validator =
        schema != NULL ? xmlRelaxNGNewValidCtxt(schema) : NULL;
    if (validator == NULL) {
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ, NULL,
                      "%s: the schema cannot be read", path);
        return FALSE;
    }
    g_auto(FirstError) first = {0};
    xmlRelaxNGSetValidStructuredErrors(validator, keep_first, &first);
    gboolean valid = xmlRelaxNGValidateDoc(validator, document) == 0;
    if (!valid)
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ, READ_HINT,
                      "%s:%d: not valid by the record's schema: %s", path, first.line,
                      first.text != NULL ? first.text : "no reason was given");
    return valid;
}
