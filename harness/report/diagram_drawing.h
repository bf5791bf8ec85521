#ifndef PGS_REPORT_DIAGRAM_DRAWING_H
#define PGS_REPORT_DIAGRAM_DRAWING_H

#include "report/diagram_layout.h"
#include "report/diagram_model.h"

/* One drawing: tables as boxes, keys as arrows between them.  diagram_svg.h writes it. */

typedef enum {
    PGS_BOX_NAME,    /* its name alone */
    PGS_BOX_LINKED,  /* and the columns that the drawing's keys join */
    PGS_BOX_KEYS,    /* and the columns of all its keys; all columns when they are few */
    PGS_BOX_COLUMNS, /* and all columns, as far as there is room */
} PgsBoxContent;

typedef struct {
    const PgsDiagramColumn *column;
    char *name, *type; /* as they are drawn */
} PgsDrawingRow;

typedef struct {
    const PgsDiagramTable *table;
    PgsBoxContent content;
    const char *extra_class; /* "focus", "elsewhere", or NULL */
    char *link;              /* the id that it leads to; or NULL */
    char *schema;            /* "public."; NULL: not shown */
    char *name;
    char *tally;       /* "13/14": how many of its rules were exercised; or NULL */
    GPtrArray *rows;   /* PgsDrawingRow */
    double mark_width; /* where a row's name begins */
    char *more;        /* what is left out: "+ 7 columns, 12 partitions"; or NULL */
} PgsDrawingBox;

typedef struct {
    GPtrArray *keys;    /* PgsDiagramKey; several: all from one table to another */
    PgsRuleState state; /* the worst of theirs */
    char *tag;          /* "✓ CASCADE"; or NULL */
} PgsDrawingArrow;

typedef struct {
    const PgsDiagramModel *model;
    GPtrArray *boxes;    /* PgsDrawingBox; as the plan's */
    GPtrArray *arrows;   /* PgsDrawingArrow; as the plan's */
    GHashTable *places;  /* PgsDiagramTable to its box's index, plus one */
    PgsLayoutPlan *plan; /* NULL before pgs_drawing_place() */
} PgsDrawing;

#define PGS_DRAWING_ROW_HEIGHT 20.0
#define PGS_DRAWING_PADDING 8.0
/* Of a row: "PK", "FK". */
#define PGS_DRAWING_MARK_WIDTH 24.0
/* "PK FK", in boxes where a column is both. */
#define PGS_DRAWING_WIDE_MARK_WIDTH 40.0
#define PGS_DRAWING_FONT_SIZE 12.0
#define PGS_DRAWING_SMALL_FONT_SIZE 11.0
#define PGS_DRAWING_TAG_FONT_SIZE 10.0

PgsDrawing *pgs_drawing_new(const PgsDiagramModel *model);
void pgs_drawing_free(PgsDrawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDrawing, pgs_drawing_free)

/* link: copied.  A table that is there already stays as it is. */
void pgs_drawing_add_table(PgsDrawing *drawing, const PgsDiagramTable *table, PgsBoxContent content,
                           const char *extra_class, const char *link);
gboolean pgs_drawing_has_table(const PgsDrawing *drawing, const PgsDiagramTable *table);
/* Both of its tables have to be there. */
void pgs_drawing_add_key(PgsDrawing *drawing, const PgsDiagramKey *key);
/* Likewise, all keys from one table to another, as one arrow; a tag only where something is wrong.
 */
void pgs_drawing_add_keys_between(PgsDrawing *drawing, const GPtrArray *keys);

/* Places everything, and says how wide it is. */
double pgs_drawing_place(PgsDrawing *drawing, double max_width);

#endif
