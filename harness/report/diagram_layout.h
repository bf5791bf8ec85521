#ifndef PGS_REPORT_DIAGRAM_LAYOUT_H
#define PGS_REPORT_DIAGRAM_LAYOUT_H

#include <glib.h>

/* Where the boxes and arrows of one drawing are.  Lengths are pixels, y grows downwards. */

typedef struct {
    double x, y;
} PgsPoint;

typedef struct {
    double width, height;
    guint n_rows;    /* of one height; arrows begin at one */
    PgsPoint corner; /* the upper left one; set by the layout */
} PgsLayoutBox;

typedef struct {
    guint from, to;     /* boxes */
    guint from_row;     /* of from's rows; it ends at to's first */
    double label_width; /* 0: none */
    GArray *points;     /* PgsPoint: the start, and three more for each Bézier segment; set by the
                           layout */
    PgsPoint label;     /* its middle; set by the layout */
} PgsLayoutArrow;

typedef struct {
    GArray *boxes;  /* PgsLayoutBox */
    GArray *arrows; /* PgsLayoutArrow */
    double width, height;
} PgsLayoutPlan;

#define PGS_LAYOUT_LABEL_HEIGHT 16.0

PgsLayoutPlan *pgs_layout_plan_new(void);
void pgs_layout_plan_free(PgsLayoutPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLayoutPlan, pgs_layout_plan_free)
/* Return the index. */
guint pgs_layout_plan_add_box(PgsLayoutPlan *plan, double width, double height, guint n_rows);
guint pgs_layout_plan_add_arrow(PgsLayoutPlan *plan, guint from, guint from_row, guint to,
                                double label_width);
PgsLayoutBox *pgs_layout_plan_box(const PgsLayoutPlan *plan, guint index);
PgsLayoutArrow *pgs_layout_plan_arrow(const PgsLayoutPlan *plan, guint index);

/*
 * Places everything: what arrows connect, by Graphviz, from left to right or, where that is too
 * wide for a usual screen, from top to bottom; the parts beside and below each other.  Nothing
 * promises that it is no wider than max_width: see plan->width.
 */
void pgs_layout_plan_place(PgsLayoutPlan *plan, double max_width);
/* As it is done where Graphviz is not to be had: rows of boxes, and curves across. */
void pgs_layout_plan_place_simply(PgsLayoutPlan *plan, double max_width);

#endif
