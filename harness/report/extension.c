#include "report/extension.h"

#include "base/embedded.h"
#include "base/text.h"
#include "pgstair/version.h"
#include "record/proof.h"
#include "report/diagram.h"
#include "report/issue.h"

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <libxslt/variables.h>
#include <string.h>

extern const PgsEmbedded pgs_report_files[];

struct _PgsExtension {
    const PgsRecord *record;
    PgsRuleStates *states; /* made when they are asked for */
};

static PgsExtension *
find_extension(xmlXPathParserContext *parser)
{
    return xsltXPathGetTransformContext(parser)->_private;
}

static const PgsRuleStates *
find_states(PgsExtension *extension)
{
    if (extension->states == NULL)
        extension->states = pgs_rule_states_new(extension->record);
    return extension->states;
}

/* The last of so many arguments as a string; NULL, with the parser's error set: there are not so
 * many, or it cannot be one. */
static xmlChar *
pop_last_text(xmlXPathParserContext *parser, int n_arguments, int n_wanted)
{
    if (n_arguments != n_wanted) {
        xmlXPathSetArityError(parser);
        return NULL;
    }
    xmlChar *text = xmlXPathPopString(parser);
    if (!xmlXPathCheckError(parser))
        return text;
    xmlFree(text);
    return NULL;
}

static xmlChar *
pop_text(xmlXPathParserContext *parser, int n_arguments)
{
    return pop_last_text(parser, n_arguments, 1);
}

static void
push_text(xmlXPathParserContext *parser, const char *text)
{
    valuePush(parser, xmlXPathNewString(BAD_CAST text));
}

static void
push_embedded(xmlXPathParserContext *parser, int n_arguments)
{
    xmlChar *name = pop_text(parser, n_arguments);
    if (name == NULL)
        return;
    const char *text = pgs_embedded_find(pgs_report_files, (const char *)name);
    push_text(parser, text != NULL ? text : "");
    xmlFree(name);
}

static void
push_sha256(xmlXPathParserContext *parser, int n_arguments)
{
    xmlChar *text = pop_text(parser, n_arguments);
    if (text == NULL)
        return;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, text, (gssize)strlen((const char *)text));
    guint8 digest[32];
    gsize length = sizeof digest;
    g_checksum_get_digest(checksum, digest, &length);
    g_autofree char *base64 = g_base64_encode(digest, length);
    push_text(parser, base64);
    xmlFree(text);
}

/* Every other character as "_" and its bytes in hexadecimal; of what is too long, the beginning and
 * a digest. */
char *
pgs_extension_slug(const char *text)
{
    enum { MAX_LENGTH = 64, KEPT_LENGTH = 40, DIGEST_LENGTH = 16 };
    GString *slug = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at++) {
        if (g_ascii_isalpha(*at) || (at != text && (g_ascii_isdigit(*at) || *at == '-')))
            g_string_append_c(slug, *at);
        else
            g_string_append_printf(slug, "_%02x", (guchar)*at);
    }
    if (slug->len == 0)
        g_string_append_c(slug, '_');
    if (slug->len > MAX_LENGTH) {
        g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
        g_string_truncate(slug, KEPT_LENGTH);
        g_string_append_printf(slug, "__%.*s", DIGEST_LENGTH, digest);
    }
    return g_string_free(slug, FALSE);
}

static void
push_slug(xmlXPathParserContext *parser, int n_arguments)
{
    xmlChar *text = pop_text(parser, n_arguments);
    if (text == NULL)
        return;
    g_autofree char *slug = pgs_extension_slug((const char *)text);
    push_text(parser, slug);
    xmlFree(text);
}

static void
push_plain(xmlXPathParserContext *parser, int n_arguments)
{
    xmlChar *text = pop_text(parser, n_arguments);
    if (text == NULL)
        return;
    g_autofree char *plain = pgs_text_plain((const char *)text);
    push_text(parser, plain);
    xmlFree(text);
}

static const char *
verdict(const PgsRecord *record)
{
    if (pgs_record_has_failed(record, record->fail_on_warning) || pgs_proof_has_failed(record))
        return "failed";
    if (pgs_record_has_verdict(record))
        return "verified";
    return pgs_issue_is_void(record) ? "nothing" : "idle";
}

static void
push_verdict(xmlXPathParserContext *parser, int n_arguments)
{
    if (n_arguments == 0)
        push_text(parser, verdict(find_extension(parser)->record));
    else
        xmlXPathSetArityError(parser);
}

static void
push_version(xmlXPathParserContext *parser, int n_arguments)
{
    if (n_arguments == 0)
        push_text(parser, pgs_version());
    else
        xmlXPathSetArityError(parser);
}

/* ---- the diagram ---- */

/* The record's system that the first <system> of the set is the element of: they stand in one
 * order. */
static const PgsRecordSystem *
find_system(const PgsRecord *record, const xmlNodeSet *set)
{
    const xmlNode *node = set != NULL && set->nodeNr > 0 ? set->nodeTab[0] : NULL;
    if (node == NULL || node->type != XML_ELEMENT_NODE ||
        strcmp((const char *)node->name, "system") != 0)
        return NULL;
    guint index = 0;
    for (const xmlNode *before = node->prev; before != NULL; before = before->prev) {
        if (before->type == XML_ELEMENT_NODE && strcmp((const char *)before->name, "system") == 0)
            index++;
    }
    return index < record->systems->len ? record->systems->pdata[index] : NULL;
}

/* The tree that holds the nodes is the transformation's: it is freed with it. */
static xmlXPathObject *
make_diagram(xsltTransformContext *context, const PgsRecordSystem *system)
{
    const PgsRuleStates *states = find_states(context->_private);
    xmlNode *node = system != NULL ? pgs_diagram_new(system, states) : NULL;
    if (node == NULL)
        return xmlXPathNewNodeSet(NULL);
    xmlDoc *tree = xsltCreateRVT(context);
    xsltRegisterLocalRVT(context, tree);
    xmlAddChild((xmlNode *)tree, node);
    xmlSetTreeDoc(node, tree);
    return xmlXPathNewNodeSet(node);
}

static void
push_diagram(xmlXPathParserContext *parser, int n_arguments)
{
    if (n_arguments != 1) {
        xmlXPathSetArityError(parser);
        return;
    }
    xmlNodeSet *set = xmlXPathPopNodeSet(parser);
    if (!xmlXPathCheckError(parser)) {
        xsltTransformContext *context = xsltXPathGetTransformContext(parser);
        const PgsRecord *record = find_extension(parser)->record;
        valuePush(parser, make_diagram(context, find_system(record, set)));
    }
    xmlXPathFreeNodeSet(set);
}

/* ---- states ---- */

static void
push_state(xmlXPathParserContext *parser, int n_arguments)
{
    xmlChar *object = pop_last_text(parser, n_arguments, 2);
    if (object == NULL)
        return;
    xmlNodeSet *set = xmlXPathPopNodeSet(parser);
    if (!xmlXPathCheckError(parser)) {
        PgsExtension *extension = find_extension(parser);
        const PgsRecordSystem *system = find_system(extension->record, set);
        PgsRuleState state = PGS_RULE_UNTRIED;
        if (system != NULL)
            state =
                pgs_rule_states_find(find_states(extension), system->name, (const char *)object);
        push_text(parser, pgs_rule_state_name(state));
    }
    xmlXPathFreeNodeSet(set);
    xmlFree(object);
}

/* ---- ---- */

PgsExtension *
pgs_extension_attach(xsltTransformContext *context, const PgsRecord *record)
{
    static const struct {
        const char *name;
        xmlXPathFunction function;
    } functions[] = {
        {"embedded", push_embedded}, {"sha256", push_sha256},   {"slug", push_slug},
        {"diagram", push_diagram},   {"state", push_state},     {"version", push_version},
        {"plain", push_plain},       {"verdict", push_verdict},
    };
    PgsExtension *extension = g_new0(PgsExtension, 1);
    extension->record = record;
    context->_private = extension;
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++)
        xsltRegisterExtFunction(context, BAD_CAST functions[i].name, BAD_CAST PGS_REPORT_NAMESPACE,
                                functions[i].function);
    return extension;
}

void
pgs_extension_free(PgsExtension *extension)
{
    if (extension == NULL)
        return;
    pgs_rule_states_free(extension->states);
    g_free(extension);
}
