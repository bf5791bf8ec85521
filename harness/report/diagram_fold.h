#ifndef PGS_REPORT_DIAGRAM_FOLD_H
#define PGS_REPORT_DIAGRAM_FOLD_H

#include "report/diagram_model.h"

#include <libxml/tree.h>

/*
 * A schema that is too large for one drawing, folded: overviews of names, each leading to the
 * table's own drawing, with its columns and its neighbours; what no key joins as a list.
 */

/* No drawing is to be wider (pixels): more would be scrolled, or too small to read. */
#define PGS_DIAGRAM_MAX_WIDTH 1400.0

/*
 * prefix: what all ids begin with.  What follows it begins with "_-", which pgs_extension_slug()
 * never gives: no name of a system or a table can be taken for a part.
 */
void pgs_diagram_fold(const PgsDiagramModel *model, const char *prefix, xmlNode *parent);

/*
 * A <figure> with an empty box for a drawing, which is returned; it can be scrolled and reached by
 * the keyboard.  caption: what stands before the name, or NULL: no caption.
 */
xmlNode *pgs_diagram_add_figure(xmlNode *parent, const char *class_name, const char *id,
                                const char *caption, const char *name);

#endif
