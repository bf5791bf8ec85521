#ifndef PGS_RECORD_XML_MEMBERS_H
#define PGS_RECORD_XML_MEMBERS_H

#include <glib.h>
#include <libxml/tree.h>

/*
 * Structures as XML and back: what record_xml*.c have in common.  What is
 * put goes through pgs_text_visible(); what is got is the caller's, to g_free().
 */

/* A member by the XML name that it goes under; tables of them end with {0}, in the schema's order.
 */
typedef struct {
    const char *name;
    gsize offset; /* of a char *, where nothing else is said */
} PgsXmlMember;

void pgs_xml_put_attribute(xmlNode *node, const char *name, const char *text);
void pgs_xml_put_number(xmlNode *node, const char *name, guint number);
void pgs_xml_put_flag(xmlNode *node, const char *name, gboolean flag);
/* In seconds, which XSLT can add up and every report shows. */
void pgs_xml_put_seconds(xmlNode *node, const char *name, gint64 microseconds);
void pgs_xml_put_duration(xmlNode *node, gint64 microseconds);
void pgs_xml_put_element(xmlNode *parent, const char *name, const char *text);
/* The same; returns the new element, for attributes. */
xmlNode *pgs_xml_add_text(xmlNode *parent, const char *name, const char *text);
/* texts: char *; NULL: none. */
void pgs_xml_put_elements(xmlNode *parent, const char *name, const GPtrArray *texts);
/* put: one of the two above; members that are NULL are left out. */
void pgs_xml_put_members(xmlNode *node, gconstpointer structure, const PgsXmlMember *members,
                         void (*put)(xmlNode *, const char *, const char *));
/* Attributes that are there when they are TRUE; members: of gboolean. */
void pgs_xml_put_flags(xmlNode *node, gconstpointer structure, const PgsXmlMember *members);

gboolean pgs_xml_is_element(const xmlNode *node, const char *name);
/* libxml2's text as GLib's. */
char *pgs_xml_take_text(xmlChar *text);
char *pgs_xml_get_attribute(const xmlNode *node, const char *name);
/* 0 where it is not there. */
guint pgs_xml_get_number(const xmlNode *node, const char *name);
gboolean pgs_xml_get_flag(const xmlNode *node, const char *name);
gint64 pgs_xml_get_seconds(const xmlNode *node, const char *name);
gint64 pgs_xml_get_duration(const xmlNode *node);
/* "1.5" or "1.500000" seconds, as microseconds. */
gint64 pgs_xml_parse_seconds(const char *text);
void pgs_xml_get_attributes(const xmlNode *node, gpointer structure, const PgsXmlMember *members);
void pgs_xml_get_flags(const xmlNode *node, gpointer structure, const PgsXmlMember *members);
void pgs_xml_get_elements(const xmlNode *node, gpointer structure, const PgsXmlMember *members);
/* The texts of all child elements of that name; NULL when there are none. */
GPtrArray *pgs_xml_get_texts(const xmlNode *node, const char *name);
void pgs_xml_append_texts(GPtrArray *texts, const xmlNode *node, const char *name);

#endif
