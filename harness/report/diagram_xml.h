#ifndef PGS_REPORT_DIAGRAM_XML_H
#define PGS_REPORT_DIAGRAM_XML_H

#include <glib.h>
#include <libxml/tree.h>

/* The elements that a diagram is made of.  All text and all values are escaped by libxml2 when they
 * are written; what cannot stand in XML is made visible. */

/* An element of its parent's namespace; text NULL: none. */
xmlNode *pgs_diagram_element(xmlNode *parent, const char *name, const char *class_name,
                             const char *text);
void pgs_diagram_text(xmlNode *parent, const char *text);
/* value NULL: the attribute is left out. */
void pgs_diagram_attribute(xmlNode *node, const char *name, const char *value);
/* To a tenth. */
void pgs_diagram_number(xmlNode *node, const char *name, double value);
void pgs_diagram_append_number(GString *text, double value);

#endif
