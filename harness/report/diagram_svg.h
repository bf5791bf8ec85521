#ifndef PGS_REPORT_DIAGRAM_SVG_H
#define PGS_REPORT_DIAGRAM_SVG_H

#include "report/diagram_drawing.h"

#include <libxml/tree.h>

/*
 * A drawing that is placed, as <svg>, added to parent.  id: what the ids within begin with.  It has
 * the role of an image, or of a group when boxes lead somewhere.
 */
xmlNode *pgs_drawing_add_svg(const PgsDrawing *drawing, xmlNode *parent, const char *id,
                             const char *title, const char *description);

/* "14 rules: 13 exercised, 1 untried"; NULL: it has none.  Free with g_free(). */
char *pgs_diagram_describe_rules(const PgsDiagramTable *table);

#endif
