#include "report/diagram_layout.h"

#include "report/diagram_graphviz.h"

#include <math.h>

/* Between parts, and around all. */
#define GAP 24.0
#define MARGIN 8.0
/* Of a page on a usual screen: what is wider is scrolled sideways. */
#define COMFORTABLE_WIDTH 1000.0

PgsLayoutPlan *
pgs_layout_plan_new(void)
{
    PgsLayoutPlan *plan = g_new0(PgsLayoutPlan, 1);
    plan->boxes = g_array_new(FALSE, TRUE, sizeof(PgsLayoutBox));
    plan->arrows = g_array_new(FALSE, TRUE, sizeof(PgsLayoutArrow));
    return plan;
}

void
pgs_layout_plan_free(PgsLayoutPlan *plan)
{
    if (plan == NULL)
        return;
    for (guint i = 0; i < plan->arrows->len; i++)
        g_array_unref(pgs_layout_plan_arrow(plan, i)->points);
    g_array_unref(plan->arrows);
    g_array_unref(plan->boxes);
    g_free(plan);
}

guint
pgs_layout_plan_add_box(PgsLayoutPlan *plan, double width, double height, guint n_rows)
{
    PgsLayoutBox box = {.width = width, .height = height, .n_rows = n_rows};
    g_array_append_val(plan->boxes, box);
    return plan->boxes->len - 1;
}

guint
pgs_layout_plan_add_arrow(PgsLayoutPlan *plan, guint from, guint from_row, guint to,
                          double label_width)
{
    PgsLayoutArrow arrow = {
        .from = from, .to = to, .from_row = from_row, .label_width = label_width};
    arrow.points = g_array_new(FALSE, TRUE, sizeof(PgsPoint));
    g_array_append_val(plan->arrows, arrow);
    return plan->arrows->len - 1;
}

PgsLayoutBox *
pgs_layout_plan_box(const PgsLayoutPlan *plan, guint index)
{
    return &g_array_index(plan->boxes, PgsLayoutBox, index);
}

PgsLayoutArrow *
pgs_layout_plan_arrow(const PgsLayoutPlan *plan, guint index)
{
    return &g_array_index(plan->arrows, PgsLayoutArrow, index);
}

/* ---- parts that nothing connects ---- */

typedef struct {
    PgsLayoutPlan *plan;
    GArray *boxes;  /* guint: of the whole plan, by the part's index */
    GArray *arrows; /* likewise */
    PgsPoint corner;
} Part;

static void
part_free(Part *part)
{
    pgs_layout_plan_free(part->plan);
    g_array_unref(part->boxes);
    g_array_unref(part->arrows);
    g_free(part);
}

static guint
find_leader(guint *leaders, guint box)
{
    while (leaders[box] != box) {
        leaders[box] = leaders[leaders[box]];
        box = leaders[box];
    }
    return box;
}

static Part *
add_part(GPtrArray *parts)
{
    Part *part = g_new0(Part, 1);
    part->plan = pgs_layout_plan_new();
    part->boxes = g_array_new(FALSE, FALSE, sizeof(guint));
    part->arrows = g_array_new(FALSE, FALSE, sizeof(guint));
    g_ptr_array_add(parts, part);
    return part;
}

static GPtrArray *
take_apart(const PgsLayoutPlan *plan)
{
    guint n = plan->boxes->len;
    g_autofree guint *leaders = g_new(guint, n);
    g_autofree guint *places = g_new(guint, n);
    g_autofree Part **of_leader = g_new0(Part *, n);
    for (guint i = 0; i < n; i++)
        leaders[i] = i;
    for (guint i = 0; i < plan->arrows->len; i++) {
        const PgsLayoutArrow *arrow = pgs_layout_plan_arrow(plan, i);
        guint a = find_leader(leaders, arrow->from), b = find_leader(leaders, arrow->to);
        leaders[MAX(a, b)] = MIN(a, b);
    }
    GPtrArray *parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
    for (guint i = 0; i < n; i++) {
        Part **part = &of_leader[find_leader(leaders, i)];
        if (*part == NULL)
            *part = add_part(parts);
        const PgsLayoutBox *box = pgs_layout_plan_box(plan, i);
        places[i] = pgs_layout_plan_add_box((*part)->plan, box->width, box->height, box->n_rows);
        g_array_append_val((*part)->boxes, i);
    }
    for (guint i = 0; i < plan->arrows->len; i++) {
        const PgsLayoutArrow *arrow = pgs_layout_plan_arrow(plan, i);
        Part *part = of_leader[find_leader(leaders, arrow->from)];
        pgs_layout_plan_add_arrow(part->plan, places[arrow->from], arrow->from_row,
                                  places[arrow->to], arrow->label_width);
        g_array_append_val(part->arrows, i);
    }
    return parts;
}

/* ---- one part ---- */

static PgsPoint
row_point(const PgsLayoutBox *box, guint row, gboolean right)
{
    double height = box->height / MAX(box->n_rows, 1);
    return (PgsPoint){box->corner.x + (right ? box->width : 0),
                      box->corner.y + (row + 0.5) * height};
}

/* A curve that leaves and arrives sideways. */
static void
draw_simply(const PgsLayoutPlan *plan, PgsLayoutArrow *arrow)
{
    const PgsLayoutBox *from = pgs_layout_plan_box(plan, arrow->from);
    const PgsLayoutBox *to = pgs_layout_plan_box(plan, arrow->to);
    gboolean right = to->corner.x > from->corner.x;
    gboolean same_column = fabs(to->corner.x - from->corner.x) < 1;
    PgsPoint start = row_point(from, arrow->from_row, right);
    PgsPoint end = row_point(to, 0, right == same_column);
    double reach = GAP * (right ? 1 : -1);
    PgsPoint points[] = {
        start, {start.x + reach, start.y}, {end.x + (same_column ? reach : -reach), end.y}, end};
    g_array_set_size(arrow->points, 0);
    g_array_append_vals(arrow->points, points, G_N_ELEMENTS(points));
    arrow->label = (PgsPoint){(points[1].x + points[2].x) / 2, (points[1].y + points[2].y) / 2};
}

void
pgs_layout_plan_place_simply(PgsLayoutPlan *plan, double max_width)
{
    double gap = 3 * GAP, x = 0, y = 0, row_height = 0;
    plan->width = 0;
    for (guint i = 0; i < plan->boxes->len; i++) {
        PgsLayoutBox *box = pgs_layout_plan_box(plan, i);
        if (x > 0 && x + box->width > max_width - gap) {
            y += row_height + gap;
            x = row_height = 0;
        }
        box->corner = (PgsPoint){x + gap / 2, y};
        x += box->width + gap;
        row_height = MAX(row_height, box->height);
        plan->width = MAX(plan->width, x);
    }
    plan->height = y + row_height;
    for (guint i = 0; i < plan->arrows->len; i++)
        draw_simply(plan, pgs_layout_plan_arrow(plan, i));
}

static void
place_part(PgsLayoutPlan *plan, double max_width)
{
    if (plan->arrows->len == 0) {
        const PgsLayoutBox *box = pgs_layout_plan_box(plan, 0);
        plan->width = box->width;
        plan->height = box->height;
        return;
    }
    if (!pgs_graphviz_place(plan, FALSE)) {
        pgs_layout_plan_place_simply(plan, max_width);
        return;
    }
    double width = plan->width;
    if (width <= COMFORTABLE_WIDTH)
        return;
    pgs_graphviz_place(plan, TRUE);
    gboolean fits = width <= max_width;
    if (fits ? plan->width > COMFORTABLE_WIDTH : plan->width > width)
        pgs_graphviz_place(plan, FALSE);
}

/* ---- all of them ---- */

/* What is connected first, higher before lower; the sort keeps the order of equals. */
static int
compare_parts(gconstpointer a, gconstpointer b)
{
    const Part *first = *(Part *const *)a, *second = *(Part *const *)b;
    gboolean first_linked = first->plan->arrows->len > 0;
    gboolean second_linked = second->plan->arrows->len > 0;
    if (first_linked != second_linked)
        return second_linked - first_linked;
    if (first_linked && fabs(first->plan->height - second->plan->height) > 0.05)
        return first->plan->height > second->plan->height ? -1 : 1;
    guint one = g_array_index(first->boxes, guint, 0),
          other = g_array_index(second->boxes, guint, 0);
    return (one > other) - (one < other);
}

static void
place_on_shelves(PgsLayoutPlan *plan, GPtrArray *parts, double max_width)
{
    double x = 0, y = 0, shelf_height = 0, width = 0;
    for (guint i = 0; i < parts->len; i++) {
        Part *part = parts->pdata[i];
        if (x > 0 && x + part->plan->width > max_width - 2 * MARGIN) {
            y += shelf_height + GAP;
            x = shelf_height = 0;
        }
        part->corner = (PgsPoint){x + MARGIN, y + MARGIN};
        x += part->plan->width + GAP;
        shelf_height = MAX(shelf_height, part->plan->height);
        width = MAX(width, x - GAP);
    }
    plan->width = width + 2 * MARGIN;
    plan->height = y + shelf_height + 2 * MARGIN;
}

static PgsPoint
move(PgsPoint point, PgsPoint by)
{
    return (PgsPoint){point.x + by.x, point.y + by.y};
}

static void
take_part(PgsLayoutPlan *plan, const Part *part)
{
    for (guint i = 0; i < part->boxes->len; i++) {
        PgsLayoutBox *box = pgs_layout_plan_box(plan, g_array_index(part->boxes, guint, i));
        box->corner = move(pgs_layout_plan_box(part->plan, i)->corner, part->corner);
    }
    for (guint i = 0; i < part->arrows->len; i++) {
        PgsLayoutArrow *arrow = pgs_layout_plan_arrow(plan, g_array_index(part->arrows, guint, i));
        const PgsLayoutArrow *placed = pgs_layout_plan_arrow(part->plan, i);
        g_array_set_size(arrow->points, 0);
        for (guint j = 0; j < placed->points->len; j++) {
            PgsPoint point = move(g_array_index(placed->points, PgsPoint, j), part->corner);
            g_array_append_val(arrow->points, point);
        }
        arrow->label = move(placed->label, part->corner);
    }
}

void
pgs_layout_plan_place(PgsLayoutPlan *plan, double max_width)
{
    g_autoptr(GPtrArray) parts = take_apart(plan);
    for (guint i = 0; i < parts->len; i++)
        place_part(((Part *)parts->pdata[i])->plan, max_width - 2 * MARGIN);
    g_ptr_array_sort(parts, compare_parts);
    place_on_shelves(plan, parts, max_width);
    for (guint i = 0; i < parts->len; i++)
        take_part(plan, parts->pdata[i]);
}
