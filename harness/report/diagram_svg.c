#include "report/diagram_svg.h"

#include "base/text.h"
#include "report/diagram_text.h"
#include "report/diagram_xml.h"

#include <math.h>
#include <string.h>

/* From a row's upper edge to where its text stands. */
#define BASELINE 14.0
#define HEAD_LENGTH 9.0
#define HEAD_WIDTH 7.0
#define MAX_TITLE 1000

/* What a tooltip says; a whole name may be longer than anybody reads. */
static void
put_title(xmlNode *node, const char *text)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    g_autofree char *cut = pgs_text_ellipsize(visible, MAX_TITLE);
    pgs_diagram_element(node, "title", NULL, cut);
}

static xmlNode *
put_text(xmlNode *parent, const char *class_name, double x, double y, const char *text)
{
    xmlNode *node = pgs_diagram_element(parent, "text", class_name, text);
    pgs_diagram_number(node, "x", x);
    pgs_diagram_number(node, "y", y);
    return node;
}

/* What stands at the right end of a row. */
static void
put_right_text(xmlNode *parent, const char *class_name, double x, double y, const char *text)
{
    xmlNode *node = put_text(parent, class_name, x, y, text);
    pgs_diagram_attribute(node, "text-anchor", "end");
}

static void
put_rectangle(xmlNode *parent, const char *class_name, PgsPoint corner, double width, double height)
{
    xmlNode *node = pgs_diagram_element(parent, "rect", class_name, NULL);
    pgs_diagram_number(node, "x", corner.x);
    pgs_diagram_number(node, "y", corner.y);
    pgs_diagram_number(node, "width", width);
    pgs_diagram_number(node, "height", height);
    pgs_diagram_attribute(node, "rx", "3");
}

/* ---- tables ---- */

char *
pgs_diagram_describe_rules(const PgsDiagramTable *table)
{
    g_autoptr(GString) parts = g_string_new(NULL);
    guint total = 0;
    for (guint i = PGS_N_RULE_STATES; i-- > 0;) {
        if (table->by_state[i] == 0)
            continue;
        total += table->by_state[i];
        g_string_append_printf(parts, "%s%u %s", parts->len > 0 ? ", " : "", table->by_state[i],
                               pgs_rule_state_name(i));
    }
    if (total == 0)
        return NULL;
    g_autofree char *count = pgs_text_count(total, "rule", NULL);
    return g_strdup_printf("%s: %s", count, parts->str);
}

static char *
describe_table(const PgsDiagramTable *table)
{
    if (table->relation == NULL)
        return g_strdup_printf("%s: not in the record", table->full_name);
    g_autoptr(GString) text = g_string_new(table->full_name);
    g_autofree char *columns = pgs_text_count(table->columns->len, "column", NULL);
    g_string_append_printf(text, ": %s, %s", table->relation->kind, columns);
    if (table->n_partitions > 0) {
        g_autofree char *partitions = pgs_text_count(table->n_partitions, "partition", NULL);
        g_string_append_printf(text, ", %s", partitions);
    }
    g_autofree char *rules = pgs_diagram_describe_rules(table);
    if (rules != NULL)
        g_string_append_printf(text, "; %s", rules);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
classes_of_table(const PgsDrawingBox *box)
{
    const PgsDiagramTable *table = box->table;
    return g_strconcat("table ", pgs_rule_state_name(table->worst), table->is_view ? " view" : "",
                       table->relation == NULL ? " unknown" : "",
                       table->worst == PGS_RULE_FAILED ? " has-failed" : "",
                       box->extra_class != NULL ? " " : "", box->extra_class, NULL);
}

static gboolean
has_rules(const PgsDiagramTable *table)
{
    for (guint i = 0; i < PGS_N_RULE_STATES; i++) {
        if (table->by_state[i] > 0)
            return TRUE;
    }
    return FALSE;
}

static void
put_header(xmlNode *group, const PgsDrawingBox *box, PgsPoint corner, double width, double height)
{
    double y = corner.y + height / 2 + 4, x = corner.x + PGS_DRAWING_PADDING;
    xmlNode *text = put_text(group, "name", x, y, NULL);
    if (box->schema != NULL)
        pgs_diagram_element(text, "tspan", "schema", box->schema);
    pgs_diagram_text(text, box->name);
    double right = corner.x + width - PGS_DRAWING_PADDING;
    const char *symbol = has_rules(box->table) ? pgs_rule_state_symbol(box->table->worst) : NULL;
    if (box->tally != NULL) {
        g_autofree char *tally = g_strdup_printf("%s %s", symbol, box->tally);
        put_right_text(group, "tally", right, y, tally);
    } else if (symbol != NULL) {
        put_right_text(group, "tally", right, y, symbol);
    }
}

static void
put_row(xmlNode *parent, const PgsDrawingBox *box, const PgsDrawingRow *row, PgsPoint corner,
        double width)
{
    const PgsDiagramColumn *column = row->column;
    g_autofree char *classes = g_strconcat(
        "column", column->primary ? " key-primary" : "", column->foreign ? " key-foreign" : "",
        column->state >= PGS_RULE_ACCEPTED ? " " : "",
        column->state >= PGS_RULE_ACCEPTED ? pgs_rule_state_name(column->state) : "", NULL);
    xmlNode *group = pgs_diagram_element(parent, "g", classes, NULL);
    double y = corner.y + BASELINE, x = corner.x + PGS_DRAWING_PADDING;
    if (strcmp(row->name, column->column->name) != 0)
        put_title(group, column->column->name);
    if (column->primary || column->foreign)
        put_text(group, "mark", x, y, !column->foreign ? "PK" : !column->primary ? "FK" : "PK FK");
    put_text(group, "column-name", x + box->mark_width, y, row->name);
    g_autofree char *type =
        column->state >= PGS_RULE_ACCEPTED
            ? g_strdup_printf("%s %s", row->type, pgs_rule_state_symbol(column->state))
            : g_strdup(row->type);
    if (*type != '\0')
        put_right_text(group, "column-type", corner.x + width - PGS_DRAWING_PADDING, y, type);
}

static void
put_rows(xmlNode *group, const PgsDrawingBox *box, const PgsLayoutBox *place)
{
    PgsPoint corner = place->corner;
    for (guint i = 0; i < box->rows->len; i++) {
        corner.y += PGS_DRAWING_ROW_HEIGHT;
        put_row(group, box, box->rows->pdata[i], corner, place->width);
    }
    if (box->more != NULL)
        put_text(group, "more", corner.x + PGS_DRAWING_PADDING + box->mark_width,
                 corner.y + PGS_DRAWING_ROW_HEIGHT + BASELINE, box->more);
}

static void
put_table(xmlNode *parent, const PgsDrawingBox *box, const PgsLayoutBox *place)
{
    if (box->link != NULL) {
        g_autofree char *href = g_strconcat("#", box->link, NULL);
        parent = pgs_diagram_element(parent, "a", NULL, NULL);
        pgs_diagram_attribute(parent, "href", href);
    }
    g_autofree char *classes = classes_of_table(box);
    g_autofree char *title = describe_table(box->table);
    xmlNode *group = pgs_diagram_element(parent, "g", classes, NULL);
    put_title(group, title);
    put_rectangle(group, "box", place->corner, place->width, place->height);
    double header = place->n_rows > 1 ? PGS_DRAWING_ROW_HEIGHT : place->height;
    if (place->n_rows > 1)
        put_rectangle(group, "head", place->corner, place->width, header);
    put_header(group, box, place->corner, place->width, header);
    put_rows(group, box, place);
}

/* ---- keys ---- */

static char *
join_names(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
    return g_string_free(text, FALSE);
}

static void
append_key(GString *text, const PgsDiagramKey *key)
{
    const PgsRecordConstraint *constraint = key->constraint;
    g_autofree char *columns = join_names(constraint->columns);
    g_autofree char *referenced = join_names(constraint->referenced);
    if (text->len > 0)
        g_string_append_c(text, '\n');
    g_string_append_printf(text, "%s: %s (%s) references %s (%s)", constraint->name,
                           key->relation->name, columns, key->to->full_name, referenced);
    if (constraint->on_delete != NULL)
        g_string_append_printf(text, ", on delete %s", constraint->on_delete);
    if (constraint->on_update != NULL && strcmp(constraint->on_update, "NO ACTION") != 0)
        g_string_append_printf(text, ", on update %s", constraint->on_update);
    g_string_append_printf(text, ": %s", pgs_rule_state_name(key->state));
}

/* Of several keys, a line each, as many as one reads. */
static char *
describe_arrow(const PgsDrawingArrow *arrow)
{
    const guint max_keys = 6;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < arrow->keys->len && i < max_keys; i++)
        append_key(text, arrow->keys->pdata[i]);
    if (arrow->keys->len > max_keys)
        g_string_append_printf(text, "\n… and %u more", arrow->keys->len - max_keys);
    return g_string_free(text, FALSE);
}

static const char *
class_of_rule(const PgsDiagramKey *key)
{
    static const struct {
        const char *rule, *class_name;
    } rows[] = {
        {"CASCADE", "rule-cascade"},     {"RESTRICT", "rule-restrict"},
        {"SET NULL", "rule-set-null"},   {"SET DEFAULT", "rule-set-default"},
        {"NO ACTION", "rule-no-action"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_strcmp0(key->constraint->on_delete, rows[i].rule) == 0)
            return rows[i].class_name;
    }
    return "rule-no-action";
}

static PgsPoint
point_at(const GArray *points, guint index)
{
    return g_array_index(points, PgsPoint, index);
}

static void
append_point(GString *path, const char *command, double x, double y)
{
    g_string_append(path, command);
    pgs_diagram_append_number(path, x);
    g_string_append_c(path, ' ');
    pgs_diagram_append_number(path, y);
}

static void
put_line(xmlNode *group, const GArray *points)
{
    g_autoptr(GString) path = g_string_new(NULL);
    for (guint i = 0; i < points->len; i++) {
        PgsPoint point = point_at(points, i);
        append_point(path, i == 0 ? "M" : i == 1 ? "C" : " ", point.x, point.y);
    }
    xmlNode *line = pgs_diagram_element(group, "path", "line", NULL);
    pgs_diagram_attribute(line, "d", path->str);
}

/* A triangle whose tip is where the line ends. */
static void
put_head(xmlNode *group, const GArray *points)
{
    PgsPoint tip = point_at(points, points->len - 1), before = tip;
    for (guint i = points->len; i-- > 0 && hypot(tip.x - before.x, tip.y - before.y) < 1;)
        before = point_at(points, i);
    double length = hypot(tip.x - before.x, tip.y - before.y);
    double dx = length > 0 ? (tip.x - before.x) / length : 1;
    double dy = length > 0 ? (tip.y - before.y) / length : 0;
    double x = tip.x - dx * HEAD_LENGTH, y = tip.y - dy * HEAD_LENGTH;
    g_autoptr(GString) path = g_string_new(NULL);
    append_point(path, "M", tip.x, tip.y);
    append_point(path, "L", x - dy * HEAD_WIDTH / 2, y + dx * HEAD_WIDTH / 2);
    append_point(path, "L", x + dy * HEAD_WIDTH / 2, y - dx * HEAD_WIDTH / 2);
    g_string_append_c(path, 'Z');
    xmlNode *head = pgs_diagram_element(group, "path", "head", NULL);
    pgs_diagram_attribute(head, "d", path->str);
}

static void
put_tag(xmlNode *group, const PgsDrawingArrow *arrow, const PgsLayoutArrow *place)
{
    double width = place->label_width, height = PGS_LAYOUT_LABEL_HEIGHT;
    PgsPoint corner = {place->label.x - width / 2, place->label.y - height / 2};
    xmlNode *tag = pgs_diagram_element(group, "g", "tag", NULL);
    put_rectangle(tag, "tag-box", corner, width, height);
    xmlNode *text = put_text(tag, "tag-text", place->label.x, place->label.y + 3.5, arrow->tag);
    pgs_diagram_attribute(text, "text-anchor", "middle");
}

static void
put_arrow(xmlNode *svg, const PgsDrawingArrow *arrow, const PgsLayoutArrow *place)
{
    g_autofree char *classes = g_strjoin(" ", "edge", pgs_rule_state_name(arrow->state),
                                         class_of_rule(arrow->keys->pdata[0]), NULL);
    g_autofree char *title = describe_arrow(arrow);
    xmlNode *group = pgs_diagram_element(svg, "g", classes, NULL);
    put_title(group, title);
    if (place->points->len < 2)
        return;
    put_line(group, place->points);
    put_head(group, place->points);
    if (arrow->tag != NULL)
        put_tag(group, arrow, place);
}

/* ---- all of it ---- */

static gboolean
has_links(const PgsDrawing *drawing)
{
    for (guint i = 0; i < drawing->boxes->len; i++) {
        if (((const PgsDrawingBox *)drawing->boxes->pdata[i])->link != NULL)
            return TRUE;
    }
    return FALSE;
}

static xmlNode *
add_root(const PgsDrawing *drawing, xmlNode *parent)
{
    xmlNode *svg = xmlNewNode(NULL, BAD_CAST "svg");
    xmlSetNs(svg, xmlNewNs(svg, BAD_CAST "http://www.w3.org/2000/svg", NULL));
    xmlAddChild(parent, svg);
    g_autoptr(GString) box = g_string_new("0 0 ");
    pgs_diagram_append_number(box, ceil(drawing->plan->width));
    g_string_append_c(box, ' ');
    pgs_diagram_append_number(box, ceil(drawing->plan->height));
    double width = drawing->plan->width;
    pgs_diagram_attribute(svg, "class",
                          width > 1200   ? "schema wider"
                          : width > 1000 ? "schema wide"
                                         : "schema");
    pgs_diagram_attribute(svg, "viewBox", box->str);
    pgs_diagram_number(svg, "width", ceil(drawing->plan->width));
    pgs_diagram_number(svg, "height", ceil(drawing->plan->height));
    return svg;
}

xmlNode *
pgs_drawing_add_svg(const PgsDrawing *drawing, xmlNode *parent, const char *id, const char *title,
                    const char *description)
{
    xmlNode *svg = add_root(drawing, parent);
    g_autofree char *title_id = g_strconcat(id, "_-title", NULL);
    g_autofree char *description_id = g_strconcat(id, "_-desc", NULL);
    g_autofree char *labels = g_strjoin(" ", title_id, description_id, NULL);
    pgs_diagram_attribute(svg, "role", has_links(drawing) ? "group" : "img");
    pgs_diagram_attribute(svg, "aria-labelledby", labels);
    pgs_diagram_attribute(pgs_diagram_element(svg, "title", NULL, title), "id", title_id);
    pgs_diagram_attribute(pgs_diagram_element(svg, "desc", NULL, description), "id",
                          description_id);
    for (guint i = 0; i < drawing->arrows->len; i++)
        put_arrow(svg, drawing->arrows->pdata[i], pgs_layout_plan_arrow(drawing->plan, i));
    for (guint i = 0; i < drawing->boxes->len; i++)
        put_table(svg, drawing->boxes->pdata[i], pgs_layout_plan_box(drawing->plan, i));
    return svg;
}
