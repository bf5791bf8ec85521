#ifndef PGS_REPORT_DIAGRAM_GRAPHVIZ_H
#define PGS_REPORT_DIAGRAM_GRAPHVIZ_H

#include "report/diagram_layout.h"

/*
 * Graphviz's dot for coordinates alone: it gets sizes, never a text, and draws nothing.  One thread
 * at a time is in it; it writes nothing to standard error.
 *
 * Arrows begin at their row and go to the left or, downwards, up.  FALSE: Graphviz' plugin for dot
 * is not there, or it has given up; the plan is as it was.
 */
gboolean pgs_graphviz_place(PgsLayoutPlan *plan, gboolean downwards);

/* The file that the layout plugin was looked for in and that cannot be loaded; g_free().  NULL: it
 * is there. */
char *pgs_graphviz_missing(void);

#endif
