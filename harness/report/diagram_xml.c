#include "report/diagram_xml.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

void
pgs_diagram_text(xmlNode *parent, const char *text)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    xmlAddChild(parent, xmlNewText(BAD_CAST visible));
}

void
pgs_diagram_attribute(xmlNode *node, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_autofree char *visible = pgs_text_visible(value, -1);
    xmlNewProp(node, BAD_CAST name, BAD_CAST visible);
}

xmlNode *
pgs_diagram_element(xmlNode *parent, const char *name, const char *class_name, const char *text)
{
    xmlNode *node = xmlNewNode(parent->ns, BAD_CAST name);
    pgs_diagram_attribute(node, "class", class_name);
    if (text != NULL)
        pgs_diagram_text(node, text);
    return xmlAddChild(parent, node);
}

void
pgs_diagram_append_number(GString *text, double value)
{
    long tenths = lround(value * 10);
    g_string_append_printf(text, "%s%ld", tenths < 0 ? "-" : "", labs(tenths) / 10);
    if (tenths % 10 != 0)
        g_string_append_printf(text, ".%ld", labs(tenths) % 10);
}

void
pgs_diagram_number(xmlNode *node, const char *name, double value)
{
    g_autoptr(GString) text = g_string_new(NULL);
    pgs_diagram_append_number(text, value);
    xmlNewProp(node, BAD_CAST name, BAD_CAST text->str);
}
