#ifndef PGS_TESTS_REPORT_DIAGRAM_FIXTURE_H
#define PGS_TESTS_REPORT_DIAGRAM_FIXTURE_H

#include "cmocka_all.h"

#include "record/record_xml.h"
#include "record/sample_hostile.h"
#include "report/diagram.h"
#include "report/diagram_graphviz.h"
#include "report/diagram_text.h"
#include "report/large_record.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

/* ---- what is drawn, as a document ---- */

static inline xmlDoc *
draw_system(const PgsRecord *record, guint index)
{
    g_autoptr(PgsRuleStates) states = pgs_rule_states_new(record);
    xmlNode *root = pgs_diagram_new(record->systems->pdata[index], states);
    if (root == NULL)
        return NULL;
    xmlDoc *document = xmlNewDoc(BAD_CAST "1.0");
    xmlDocSetRootElement(document, root);
    return document;
}

static inline xmlDoc *
draw(const PgsRecord *record)
{
    return draw_system(record, 0);
}

static inline char *
to_text(xmlDoc *document)
{
    xmlChar *bytes = NULL;
    int length = 0;
    xmlDocDumpMemory(document, &bytes, &length);
    char *text = g_strdup((const char *)bytes);
    xmlFree(bytes);
    return text;
}

static inline xmlXPathObject *
evaluate(xmlDoc *document, const char *xpath)
{
    xmlXPathContext *context = xmlXPathNewContext(document);
    xmlXPathRegisterNs(context, BAD_CAST "s", BAD_CAST "http://www.w3.org/2000/svg");
    xmlXPathObject *value = xmlXPathEvalExpression(BAD_CAST xpath, context);
    xmlXPathFreeContext(context);
    assert_non_null(value);
    return value;
}

static inline double
number(xmlDoc *document, const char *xpath)
{
    xmlXPathObject *value = evaluate(document, xpath);
    double result = xmlXPathCastToNumber(value);
    xmlXPathFreeObject(value);
    return result;
}

/* How many of the class there are. */
static inline guint
count(xmlDoc *document, const char *element, const char *class_name)
{
    g_autofree char *xpath = g_strdup_printf(
        "count(//%s[contains(concat(' ', @class, ' '), ' %s ')])", element, class_name);
    return (guint)number(document, xpath);
}

static inline void
assert_text(xmlDoc *document, const char *xpath, const char *expected)
{
    xmlXPathObject *value = evaluate(document, xpath);
    xmlChar *text = xmlXPathCastToString(value);
    assert_string_equal(text, expected);
    xmlFree(text);
    xmlXPathFreeObject(value);
}

/* ---- what holds of every diagram ---- */

static inline void
collect_ids(xmlDoc *document, GHashTable *ids)
{
    xmlXPathObject *found = evaluate(document, "//@id");
    for (int i = 0; i < found->nodesetval->nodeNr; i++) {
        xmlChar *id = xmlNodeGetContent(found->nodesetval->nodeTab[i]);
        if (xmlValidateNCName(id, 0) != 0)
            fail_msg("\"%s\" is no name", id);
        if (!g_hash_table_add(ids, g_strdup((const char *)id)))
            fail_msg("the id \"%s\" is there twice", id);
        xmlFree(id);
    }
    xmlXPathFreeObject(found);
}

static inline void
assert_references(xmlDoc *document, GHashTable *ids)
{
    xmlXPathObject *found = evaluate(document, "//@href | //@aria-labelledby");
    for (int i = 0; i < found->nodesetval->nodeNr; i++) {
        xmlChar *value = xmlNodeGetContent(found->nodesetval->nodeTab[i]);
        g_auto(GStrv) names = g_strsplit((const char *)value, " ", -1);
        for (char **name = names; *name != NULL; name++) {
            if (!g_hash_table_contains(ids, **name == '#' ? *name + 1 : *name))
                fail_msg("nothing has the id \"%s\"", *name);
        }
        xmlFree(value);
    }
    xmlXPathFreeObject(found);
}

/* Numbers are plain, nothing has a style or a handler of its own, and no drawing is too wide. */
static inline void
assert_sound(xmlDoc *document)
{
    static const char *const none[] = {
        "count(//@style)",
        "count(//@*[starts-with(name(), 'on')])",
        "count(//s:script | //script | //s:foreignObject | //s:image | //s:use)",
        "count(//s:svg[@width > 1400])",
        "count(//@x[string(number(.)) = 'NaN'] | //@y[string(number(.)) = 'NaN'])",
        "count(//s:path[contains(@d, 'nan') or contains(@d, 'inf')])",
        "count(//s:svg[not(s:title) or not(s:desc) or not(@role)])",
        "count(//s:svg[@role = 'img']//s:a)",
        "count(//a[@href[not(starts-with(., '#'))]])",
        "count(//div[@tabindex][not(@aria-label) or not(@role)])",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++) {
        if (number(document, none[i]) != 0)
            fail_msg("%s is not 0", none[i]);
    }
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    collect_ids(document, ids);
    assert_references(document, ids);
}

/* Every box lies within its drawing, and no two in one drawing overlap. */
static inline void
assert_apart(xmlDoc *document)
{
    xmlXPathObject *drawings = evaluate(document, "//s:svg");
    for (int d = 0; d < drawings->nodesetval->nodeNr; d++) {
        g_autofree char *path = g_strdup_printf("(//s:svg)[%d]//s:rect[@class = 'box']", d + 1);
        xmlXPathObject *boxes = evaluate(document, path);
        int n = boxes->nodesetval->nodeNr;
        g_autofree double(*places)[4] = g_malloc0(sizeof *places * (gsize)MAX(n, 1));
        for (int i = 0; i < n; i++) {
            static const char *const names[] = {"x", "y", "width", "height"};
            for (int k = 0; k < 4; k++) {
                xmlChar *value = xmlGetNoNsProp(boxes->nodesetval->nodeTab[i], BAD_CAST names[k]);
                places[i][k] = g_ascii_strtod((const char *)value, NULL);
                xmlFree(value);
            }
            assert_true(places[i][0] >= 0 && places[i][1] >= 0);
            for (int j = 0; j < i; j++) {
                gboolean aside = places[i][0] >= places[j][0] + places[j][2] ||
                                 places[j][0] >= places[i][0] + places[i][2];
                gboolean below = places[i][1] >= places[j][1] + places[j][3] ||
                                 places[j][1] >= places[i][1] + places[i][3];
                if (!aside && !below)
                    fail_msg("two boxes of drawing %d overlap", d);
            }
        }
        xmlXPathFreeObject(boxes);
    }
    xmlXPathFreeObject(drawings);
}

#endif
