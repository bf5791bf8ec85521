#include "report/diagram_drawing.h"

#include "base/text.h"
#include "report/diagram_text.h"

#include <string.h>

#define MAX_NAME 40
#define MAX_TYPE 24
/* A table with no more columns than this shows all of them beside its keys'. */
#define FEW_COLUMNS 8
#define MAX_ROWS 40
#define NAME_HEIGHT 26.0
#define MIN_WIDTH 60.0
/* Between a column's name and its type. */
#define COLUMN_GAP 14.0
/* A header's text is bold. */
#define BOLD 1.08
#define SYMBOL_WIDTH 16.0

static void
row_free(PgsDrawingRow *row)
{
    g_free(row->name);
    g_free(row->type);
    g_free(row);
}

static void
box_free(PgsDrawingBox *box)
{
    g_free(box->link);
    g_free(box->schema);
    g_free(box->name);
    g_free(box->tally);
    g_ptr_array_unref(box->rows);
    g_free(box->more);
    g_free(box);
}

static void
arrow_free(PgsDrawingArrow *arrow)
{
    g_ptr_array_unref(arrow->keys);
    g_free(arrow->tag);
    g_free(arrow);
}

PgsDrawing *
pgs_drawing_new(const PgsDiagramModel *model)
{
    PgsDrawing *drawing = g_new0(PgsDrawing, 1);
    drawing->model = model;
    drawing->boxes = g_ptr_array_new_with_free_func((GDestroyNotify)box_free);
    drawing->arrows = g_ptr_array_new_with_free_func((GDestroyNotify)arrow_free);
    drawing->places = g_hash_table_new(NULL, NULL);
    return drawing;
}

void
pgs_drawing_free(PgsDrawing *drawing)
{
    if (drawing == NULL)
        return;
    g_ptr_array_unref(drawing->boxes);
    g_ptr_array_unref(drawing->arrows);
    g_hash_table_unref(drawing->places);
    pgs_layout_plan_free(drawing->plan);
    g_free(drawing);
}

/* ---- what is in it ---- */

static char *
tally_rules(const PgsDiagramTable *table)
{
    guint total = 0;
    for (guint i = 0; i < PGS_N_RULE_STATES; i++)
        total += table->by_state[i];
    guint exercised = table->by_state[PGS_RULE_EXERCISED];
    return total > 0 ? g_strdup_printf("%u/%u", exercised, total) : NULL;
}

void
pgs_drawing_add_table(PgsDrawing *drawing, const PgsDiagramTable *table, PgsBoxContent content,
                      const char *extra_class, const char *link)
{
    if (pgs_drawing_has_table(drawing, table))
        return;
    PgsDrawingBox *box = g_new0(PgsDrawingBox, 1);
    box->table = table;
    box->content = content;
    box->extra_class = extra_class;
    box->link = g_strdup(link);
    box->name = pgs_diagram_text_cut(table->name, MAX_NAME);
    if (drawing->model->several_schemas && table->schema != NULL) {
        g_autofree char *schema = pgs_diagram_text_cut(table->schema, MAX_NAME / 2);
        box->schema = g_strconcat(schema, ".", NULL);
    }
    if (content >= PGS_BOX_KEYS)
        box->tally = tally_rules(table);
    box->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    g_ptr_array_add(drawing->boxes, box);
    g_hash_table_insert(drawing->places, (gpointer)table, GUINT_TO_POINTER(drawing->boxes->len));
}

static guint
find_place(const PgsDrawing *drawing, const PgsDiagramTable *table)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(drawing->places, table)) - 1;
}

gboolean
pgs_drawing_has_table(const PgsDrawing *drawing, const PgsDiagramTable *table)
{
    return g_hash_table_contains(drawing->places, table);
}

static PgsDrawingArrow *
add_arrow(PgsDrawing *drawing)
{
    PgsDrawingArrow *arrow = g_new0(PgsDrawingArrow, 1);
    arrow->keys = g_ptr_array_new();
    g_ptr_array_add(drawing->arrows, arrow);
    return arrow;
}

/* What most keys say is said in a low voice. */
static char *
make_tag(const PgsDiagramKey *key)
{
    const char *rule = key->constraint->on_delete;
    if (rule == NULL || strcmp(rule, "NO ACTION") == 0)
        rule = "no action";
    g_autofree char *cut = pgs_diagram_text_cut(rule, MAX_TYPE);
    return g_strdup_printf("%s %s", pgs_rule_state_symbol(key->state), cut);
}

void
pgs_drawing_add_key(PgsDrawing *drawing, const PgsDiagramKey *key)
{
    PgsDrawingArrow *arrow = add_arrow(drawing);
    g_ptr_array_add(arrow->keys, (gpointer)key);
    arrow->state = key->state;
    arrow->tag = make_tag(key);
}

void
pgs_drawing_add_keys_between(PgsDrawing *drawing, const GPtrArray *keys)
{
    PgsDrawingArrow *arrow = add_arrow(drawing);
    for (guint i = 0; i < keys->len; i++) {
        const PgsDiagramKey *key = keys->pdata[i];
        g_ptr_array_add(arrow->keys, (gpointer)key);
        arrow->state = MAX(arrow->state, key->state);
    }
    if (arrow->state >= PGS_RULE_ACCEPTED)
        arrow->tag = g_strdup(pgs_rule_state_symbol(arrow->state));
}

/* ---- rows ---- */

static gboolean
names_column(const GPtrArray *names, const char *column)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)names, column, g_str_equal, NULL);
}

/* Whether an arrow of the drawing begins or ends at that column. */
static gboolean
is_joined(const PgsDrawing *drawing, const PgsDiagramTable *table, const char *column)
{
    for (guint i = 0; i < drawing->arrows->len; i++) {
        const PgsDrawingArrow *arrow = drawing->arrows->pdata[i];
        const PgsDiagramKey *key = arrow->keys->pdata[0];
        if ((key->from == table && names_column(key->constraint->columns, column)) ||
            (key->to == table && names_column(key->constraint->referenced, column)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
shows_column(const PgsDrawing *drawing, const PgsDrawingBox *box, const PgsDiagramColumn *column)
{
    switch (box->content) {
    case PGS_BOX_NAME:
        return FALSE;
    case PGS_BOX_LINKED:
        return is_joined(drawing, box->table, column->column->name);
    case PGS_BOX_KEYS:
        return column->primary || column->foreign || column->state >= PGS_RULE_ACCEPTED ||
               box->table->columns->len <= FEW_COLUMNS;
    case PGS_BOX_COLUMNS:
        return TRUE;
    }
    return FALSE;
}

/* As people write them: the server prints the standard's names, which take the most room. */
static char *
shorten_type(const char *type)
{
    static const char *const rows[][2] = {
        {"character varying", "varchar"},
        {"timestamp without time zone", "timestamp"},
        {"time without time zone", "time"},
        {"double precision", "float8"},
    };
    static const char with_zone[] = " with time zone";
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_str_has_prefix(type, rows[i][0]))
            return g_strconcat(rows[i][1], type + strlen(rows[i][0]), NULL);
    }
    const char *zone = g_str_has_prefix(type, "time") ? strstr(type, with_zone) : NULL;
    if (zone == NULL)
        return g_strdup(type);
    return g_strdup_printf("%.*stz%s", (int)(zone - type), type, zone + strlen(with_zone));
}

/* A type of the table's own schema goes without that. */
static const char *
skip_schema(const PgsDrawingBox *box, const char *type)
{
    const char *schema = box->schema == NULL ? box->table->schema : NULL;
    if (schema == NULL || !g_str_has_prefix(type, schema) || type[strlen(schema)] != '.')
        return type;
    return type + strlen(schema) + 1;
}

static void
add_row(PgsDrawingBox *box, const PgsDiagramColumn *column)
{
    PgsDrawingRow *row = g_new0(PgsDrawingRow, 1);
    row->column = column;
    row->name = pgs_diagram_text_cut(column->column->name, MAX_NAME);
    const char *type = column->column->type;
    g_autofree char *shorter = shorten_type(type != NULL ? skip_schema(box, type) : "");
    row->type = pgs_diagram_text_cut(shorter, MAX_TYPE);
    g_ptr_array_add(box->rows, row);
}

static char *
describe_rest(const PgsDrawingBox *box, guint n_left)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    gboolean is_whole = box->content >= PGS_BOX_KEYS;
    if (n_left > 0 && is_whole)
        g_ptr_array_add(parts, pgs_text_count(n_left, "column", NULL));
    if (box->table->n_partitions > 0 && is_whole)
        g_ptr_array_add(parts, pgs_text_count(box->table->n_partitions, "partition", NULL));
    if (parts->len == 0)
        return NULL;
    g_ptr_array_add(parts, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)parts->pdata);
    return g_strconcat("+ ", list, NULL);
}

static void
fill_rows(const PgsDrawing *drawing, PgsDrawingBox *box)
{
    guint n_left = 0;
    for (guint i = 0; i < box->table->columns->len; i++) {
        const PgsDiagramColumn *column = &g_array_index(box->table->columns, PgsDiagramColumn, i);
        if (box->rows->len < MAX_ROWS && shows_column(drawing, box, column))
            add_row(box, column);
        else
            n_left++;
    }
    box->more = describe_rest(box, n_left);
    box->mark_width = PGS_DRAWING_MARK_WIDTH;
    for (guint i = 0; i < box->rows->len; i++) {
        const PgsDiagramColumn *column = ((const PgsDrawingRow *)box->rows->pdata[i])->column;
        if (column->primary && column->foreign)
            box->mark_width = PGS_DRAWING_WIDE_MARK_WIDTH;
    }
}

/* ---- sizes ---- */

static double
width_of_header(const PgsDrawingBox *box)
{
    double width = pgs_diagram_text_width(box->name, PGS_DRAWING_FONT_SIZE * BOLD) + SYMBOL_WIDTH;
    if (box->schema != NULL)
        width += pgs_diagram_text_width(box->schema, PGS_DRAWING_FONT_SIZE);
    if (box->tally != NULL)
        width += pgs_diagram_text_width(box->tally, PGS_DRAWING_SMALL_FONT_SIZE) + COLUMN_GAP;
    return width;
}

static double
width_of_row(const PgsDrawingBox *box, const PgsDrawingRow *row)
{
    double width = box->mark_width + COLUMN_GAP;
    width += pgs_diagram_text_width(row->name, PGS_DRAWING_FONT_SIZE);
    width += pgs_diagram_text_width(row->type, PGS_DRAWING_SMALL_FONT_SIZE);
    return row->column->state >= PGS_RULE_ACCEPTED ? width + SYMBOL_WIDTH : width;
}

static double
width_of_box(const PgsDrawingBox *box)
{
    double width = MAX(MIN_WIDTH, width_of_header(box));
    for (guint i = 0; i < box->rows->len; i++)
        width = MAX(width, width_of_row(box, box->rows->pdata[i]));
    if (box->more != NULL)
        width = MAX(width, box->mark_width +
                               pgs_diagram_text_width(box->more, PGS_DRAWING_SMALL_FONT_SIZE));
    return width + 2 * PGS_DRAWING_PADDING;
}

static void
plan_box(PgsDrawing *drawing, PgsDrawingBox *box)
{
    fill_rows(drawing, box);
    guint n_rows = 1 + box->rows->len + (box->more != NULL);
    double height = n_rows > 1 ? n_rows * PGS_DRAWING_ROW_HEIGHT : NAME_HEIGHT;
    pgs_layout_plan_add_box(drawing->plan, width_of_box(box), height, n_rows);
}

/* The row that the key's first column has; the header's when it is not shown. */
static guint
find_row(const PgsDrawingBox *box, const PgsDiagramKey *key)
{
    for (guint i = 0; i < box->rows->len; i++) {
        const PgsDrawingRow *row = box->rows->pdata[i];
        if (names_column(key->constraint->columns, row->column->column->name))
            return i + 1;
    }
    return 0;
}

static void
plan_arrow(PgsDrawing *drawing, const PgsDrawingArrow *arrow)
{
    const PgsDiagramKey *key = arrow->keys->pdata[0];
    guint from = find_place(drawing, key->from), to = find_place(drawing, key->to);
    guint row = arrow->keys->len == 1 ? find_row(drawing->boxes->pdata[from], key) : 0;
    double width = 0;
    if (arrow->tag != NULL)
        width = pgs_diagram_text_width(arrow->tag, PGS_DRAWING_TAG_FONT_SIZE) + PGS_DRAWING_PADDING;
    pgs_layout_plan_add_arrow(drawing->plan, from, row, to, width);
}

double
pgs_drawing_place(PgsDrawing *drawing, double max_width)
{
    drawing->plan = pgs_layout_plan_new();
    for (guint i = 0; i < drawing->boxes->len; i++)
        plan_box(drawing, drawing->boxes->pdata[i]);
    for (guint i = 0; i < drawing->arrows->len; i++)
        plan_arrow(drawing, drawing->arrows->pdata[i]);
    pgs_layout_plan_place(drawing->plan, max_width);
    return drawing->plan->width;
}
