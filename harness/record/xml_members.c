#include "record/xml_members.h"

#include "base/text.h"

#include <string.h>

/* ---- writing ---- */

void
pgs_xml_put_attribute(xmlNode *node, const char *name, const char *text)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    xmlNewProp(node, BAD_CAST name, BAD_CAST visible);
}

void
pgs_xml_put_number(xmlNode *node, const char *name, guint number)
{
    char digits[16];
    g_snprintf(digits, sizeof digits, "%u", number);
    xmlNewProp(node, BAD_CAST name, BAD_CAST digits);
}

void
pgs_xml_put_flag(xmlNode *node, const char *name, gboolean flag)
{
    xmlNewProp(node, BAD_CAST name, BAD_CAST(flag ? "true" : "false"));
}

void
pgs_xml_put_seconds(xmlNode *node, const char *name, gint64 microseconds)
{
    gint64 time = CLAMP(microseconds, 0, G_GINT64_CONSTANT(999999999) * G_USEC_PER_SEC);
    g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT ".%06d", time / G_USEC_PER_SEC,
                                               (int)(time % G_USEC_PER_SEC));
    xmlNewProp(node, BAD_CAST name, BAD_CAST seconds);
}

void
pgs_xml_put_duration(xmlNode *node, gint64 microseconds)
{
    pgs_xml_put_seconds(node, "duration", microseconds);
}

xmlNode *
pgs_xml_add_text(xmlNode *parent, const char *name, const char *text)
{
    g_autofree char *visible = pgs_text_visible(text != NULL ? text : "", -1);
    return xmlNewTextChild(parent, NULL, BAD_CAST name, BAD_CAST visible);
}

void
pgs_xml_put_element(xmlNode *parent, const char *name, const char *text)
{
    pgs_xml_add_text(parent, name, text);
}

void
pgs_xml_put_elements(xmlNode *parent, const char *name, const GPtrArray *texts)
{
    for (guint i = 0; texts != NULL && i < texts->len; i++)
        pgs_xml_put_element(parent, name, texts->pdata[i]);
}

void
pgs_xml_put_members(xmlNode *node, gconstpointer structure, const PgsXmlMember *members,
                    void (*put)(xmlNode *, const char *, const char *))
{
    for (; members->name != NULL; members++) {
        const char *text = G_STRUCT_MEMBER(const char *, structure, members->offset);
        if (text != NULL)
            put(node, members->name, text);
    }
}

void
pgs_xml_put_flags(xmlNode *node, gconstpointer structure, const PgsXmlMember *members)
{
    for (; members->name != NULL; members++) {
        if (G_STRUCT_MEMBER(gboolean, structure, members->offset))
            pgs_xml_put_flag(node, members->name, TRUE);
    }
}

/* ---- reading ---- */

gboolean
pgs_xml_is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

char *
pgs_xml_take_text(xmlChar *text)
{
    char *copy = g_strdup((const char *)text);
    xmlFree(text);
    return copy;
}

char *
pgs_xml_get_attribute(const xmlNode *node, const char *name)
{
    return pgs_xml_take_text(xmlGetNoNsProp((xmlNode *)node, BAD_CAST name));
}

guint
pgs_xml_get_number(const xmlNode *node, const char *name)
{
    g_autofree char *digits = pgs_xml_get_attribute(node, name);
    return digits != NULL ? (guint)MIN(g_ascii_strtoull(digits, NULL, 10), G_MAXUINT) : 0;
}

gint64
pgs_xml_parse_seconds(const char *text)
{
    char *end = NULL;
    guint64 whole = g_ascii_strtoull(text, &end, 10);
    gint64 fraction = 0;
    gint64 unit = G_USEC_PER_SEC;
    if (*end == '.') {
        for (end++; g_ascii_isdigit(*end) && unit > 1; end++) {
            unit /= 10;
            fraction += (*end - '0') * unit;
        }
    }
    return (gint64)MIN(whole, (guint64)G_MAXINT32) * G_USEC_PER_SEC + fraction;
}

gboolean
pgs_xml_get_flag(const xmlNode *node, const char *name)
{
    g_autofree char *value = pgs_xml_get_attribute(node, name);
    /* The schema's boolean has two spellings. */
    return g_strcmp0(value, "true") == 0 || g_strcmp0(value, "1") == 0;
}

gint64
pgs_xml_get_seconds(const xmlNode *node, const char *name)
{
    g_autofree char *seconds = pgs_xml_get_attribute(node, name);
    return pgs_xml_parse_seconds(seconds);
}

gint64
pgs_xml_get_duration(const xmlNode *node)
{
    return pgs_xml_get_seconds(node, "duration");
}

void
pgs_xml_get_attributes(const xmlNode *node, gpointer structure, const PgsXmlMember *members)
{
    for (; members->name != NULL; members++) {
        char **member = &G_STRUCT_MEMBER(char *, structure, members->offset);
        char *text = pgs_xml_get_attribute(node, members->name);
        if (text == NULL)
            continue;
        g_free(*member);
        *member = text;
    }
}

void
pgs_xml_get_flags(const xmlNode *node, gpointer structure, const PgsXmlMember *members)
{
    for (; members->name != NULL; members++)
        G_STRUCT_MEMBER(gboolean, structure, members->offset) =
            pgs_xml_get_flag(node, members->name);
}

void
pgs_xml_get_elements(const xmlNode *node, gpointer structure, const PgsXmlMember *members)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        for (const PgsXmlMember *member = members; member->name != NULL; member++) {
            if (!pgs_xml_is_element(child, member->name))
                continue;
            char **text = &G_STRUCT_MEMBER(char *, structure, member->offset);
            g_free(*text);
            *text = pgs_xml_take_text(xmlNodeGetContent(child));
        }
    }
}

GPtrArray *
pgs_xml_get_texts(const xmlNode *node, const char *name)
{
    GPtrArray *texts = NULL;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (!pgs_xml_is_element(child, name))
            continue;
        if (texts == NULL)
            texts = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(texts, pgs_xml_take_text(xmlNodeGetContent(child)));
    }
    return texts;
}

void
pgs_xml_append_texts(GPtrArray *texts, const xmlNode *node, const char *name)
{
    g_autoptr(GPtrArray) more = pgs_xml_get_texts(node, name);
    if (more != NULL)
        g_ptr_array_extend_and_steal(texts, g_steal_pointer(&more));
}
