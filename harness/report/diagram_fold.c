#include "report/diagram_fold.h"

#include "base/text.h"
#include "report/diagram_drawing.h"
#include "report/diagram_groups.h"
#include "report/diagram_svg.h"
#include "report/diagram_text.h"
#include "report/diagram_xml.h"
#include "report/extension.h"

/* Tables of one overview, and arrows that a reader can still follow. */
#define MAX_GROUP 30
#define MAX_SCRAP 5
#define MAX_ARROWS 120
/* Neighbours on each side of a table's own drawing. */
#define MAX_NEIGHBOURS 16
/* Of all drawings, as they are written; of which an overview takes so many for a table. */
#define MAX_BYTES (3 * 1024 * 1024)
#define OVERVIEW_BYTES 1200

typedef struct {
    const PgsDiagramModel *model;
    const char *prefix;
    xmlNode *parent;
    GPtrArray *linked; /* PgsDiagramTable */
    xmlNode **details; /* by the table's index: its <details>; NULL: none */
    guint n_without;   /* linked tables that have no drawing of their own */
    guint n_overviews;
} Folding;

/* ---- parts ---- */

static char *
make_anchor(const Folding *folding, const PgsDiagramTable *table)
{
    g_autofree char *slug = pgs_extension_slug(table->full_name);
    return g_strconcat(folding->prefix, "_-t-", slug, NULL);
}

/* Its own drawing's, where it has one. */
static char *
find_anchor(const Folding *folding, const PgsDiagramTable *table)
{
    return folding->details[table->index] != NULL ? make_anchor(folding, table) : NULL;
}

/* ---- a table's own drawing ---- */

static void
add_neighbour(const Folding *folding, PgsDrawing *drawing, const PgsDiagramTable *table)
{
    g_autofree char *anchor = pgs_diagram_table_is_linked(table) && table->relation != NULL
                                  ? make_anchor(folding, table)
                                  : NULL;
    pgs_drawing_add_table(drawing, table, PGS_BOX_LINKED, NULL, anchor);
}

/* Those of its own come first: each key is drawn where it belongs. */
static guint
add_neighbours(const Folding *folding, PgsDrawing *drawing, const PgsDiagramTable *table,
               const GPtrArray *keys)
{
    guint n_before = drawing->boxes->len, n_left = 0;
    for (guint i = 0; i < keys->len; i++) {
        const PgsDiagramKey *key = keys->pdata[i];
        const PgsDiagramTable *other = key->from == table ? key->to : key->from;
        if (keys == table->keys_in && other == table)
            continue;
        if (!pgs_drawing_has_table(drawing, other) &&
            drawing->boxes->len - n_before >= MAX_NEIGHBOURS) {
            n_left++;
            continue;
        }
        add_neighbour(folding, drawing, other);
        pgs_drawing_add_key(drawing, key);
    }
    return n_left;
}

/* "1 foreign key, referenced by 3; 5 rules: 5 exercised". */
static char *
describe_links(const PgsDiagramTable *table)
{
    GString *text = g_string_new(NULL);
    if (table->keys_out->len > 0) {
        g_autofree char *keys = pgs_text_count(table->keys_out->len, "foreign key", NULL);
        g_string_append(text, keys);
    }
    if (table->keys_in->len > 0)
        g_string_append_printf(text, "%sreferenced by %u", text->len > 0 ? ", " : "",
                               table->keys_in->len);
    g_autofree char *rules = pgs_diagram_describe_rules(table);
    if (rules != NULL)
        g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", rules);
    return g_string_free(text, FALSE);
}

static xmlNode *
add_details(const Folding *folding, const PgsDiagramTable *table)
{
    g_autofree char *name = pgs_diagram_text_cut(table->full_name, 100);
    g_autofree char *links = describe_links(table);
    g_autofree char *anchor = make_anchor(folding, table);
    g_autofree char *title = g_strdup_printf("%s and its neighbours", name);
    g_autofree char *class_name =
        g_strconcat("diagram-table unprinted ", pgs_rule_state_name(table->worst), NULL);

    g_autoptr(PgsDrawing) drawing = pgs_drawing_new(folding->model);
    pgs_drawing_add_table(drawing, table, PGS_BOX_COLUMNS, "focus", NULL);
    guint n_left = add_neighbours(folding, drawing, table, table->keys_out) +
                   add_neighbours(folding, drawing, table, table->keys_in);
    pgs_drawing_place(drawing, PGS_DIAGRAM_MAX_WIDTH);

    xmlNode *details = pgs_diagram_element(folding->parent, "details", class_name, NULL);
    xmlNode *summary = pgs_diagram_element(details, "summary", NULL, NULL);
    pgs_diagram_element(summary, "bdi", "diagram-name", name);
    pgs_diagram_text(summary, " ");
    pgs_diagram_element(summary, "span", "diagram-links", links);
    xmlNode *box = pgs_diagram_add_figure(details, "diagram", anchor, NULL, name);
    pgs_drawing_add_svg(drawing, box, anchor, title, links);
    if (n_left > 0) {
        g_autofree char *left =
            pgs_text_count(n_left, "more foreign key is", "more foreign keys are");
        g_autofree char *text = g_strdup_printf("%s in the list of the schema.", left);
        pgs_diagram_element(details, "p", "diagram-note", text);
    }
    return details;
}

static gsize
measure(xmlNode *node)
{
    xmlBuffer *buffer = xmlBufferCreate();
    int length = xmlNodeDump(buffer, NULL, node, 0, 0);
    xmlBufferFree(buffer);
    return length > 0 ? (gsize)length : 0;
}

/* What failed first, then what has most to do with others. */
static int
compare_importance(gconstpointer a, gconstpointer b)
{
    const PgsDiagramTable *first = *(PgsDiagramTable *const *)a;
    const PgsDiagramTable *second = *(PgsDiagramTable *const *)b;
    gboolean first_fails = first->worst >= PGS_RULE_ACCEPTED;
    gboolean second_fails = second->worst >= PGS_RULE_ACCEPTED;
    if (first_fails != second_fails)
        return second_fails - first_fails;
    guint one = first->keys_out->len + first->keys_in->len;
    guint other = second->keys_out->len + second->keys_in->len;
    if (one != other)
        return one > other ? -1 : 1;
    return (first->index > second->index) - (first->index < second->index);
}

/* Made in the order of their importance until the budget is used up, kept aside, unlinked. */
static void
make_details(Folding *folding)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy(folding->linked, NULL, NULL);
    g_ptr_array_sort(sorted, compare_importance);
    gsize bytes = (gsize)sorted->len * OVERVIEW_BYTES;
    for (guint i = 0; i < sorted->len; i++) {
        const PgsDiagramTable *table = sorted->pdata[i];
        if (table->relation == NULL)
            continue;
        if (bytes > MAX_BYTES) {
            folding->n_without++;
            continue;
        }
        xmlNode *details = add_details(folding, table);
        xmlUnlinkNode(details);
        bytes += measure(details);
        folding->details[table->index] = details;
    }
}

/* A neighbour that has no drawing of its own leads nowhere. */
static void
drop_dead_links(const Folding *folding, xmlNode *node, GHashTable *anchors)
{
    for (xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type != XML_ELEMENT_NODE)
            continue;
        if (xmlStrEqual(child->name, BAD_CAST "a")) {
            xmlChar *href = xmlGetNoNsProp(child, BAD_CAST "href");
            if (href != NULL && !g_hash_table_contains(anchors, href + 1))
                xmlUnsetProp(child, BAD_CAST "href");
            xmlFree(href);
        } else {
            drop_dead_links(folding, child, anchors);
        }
    }
}

static void
attach_details(Folding *folding)
{
    g_autoptr(GHashTable) anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < folding->model->tables->len; i++) {
        if (folding->details[i] != NULL)
            g_hash_table_add(anchors, make_anchor(folding, folding->model->tables->pdata[i]));
    }
    for (guint i = 0; i < folding->model->tables->len; i++) {
        if (folding->details[i] == NULL)
            continue;
        xmlAddChild(folding->parent, folding->details[i]);
        if (folding->n_without > 0)
            drop_dead_links(folding, folding->details[i], anchors);
    }
}

/* ---- overviews ---- */

/* Its keys, those to one table together: GPtrArray of PgsDiagramKey. */
static GPtrArray *
collect_keys(const PgsDiagramTable *table)
{
    GPtrArray *bundles = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) by_table = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < table->keys_out->len; i++) {
        PgsDiagramKey *key = table->keys_out->pdata[i];
        GPtrArray *bundle = g_hash_table_lookup(by_table, key->to);
        if (bundle == NULL) {
            bundle = g_ptr_array_new();
            g_ptr_array_add(bundles, bundle);
            g_hash_table_insert(by_table, key->to, bundle);
        }
        g_ptr_array_add(bundle, key);
    }
    return bundles;
}

/* Within the group, or to tables that are elsewhere; returns how many were left out. */
static guint
add_bundles(const Folding *folding, PgsDrawing *drawing, const GPtrArray *group, gboolean elsewhere)
{
    guint n_left = 0;
    for (guint i = 0; i < group->len; i++) {
        g_autoptr(GPtrArray) bundles = collect_keys(group->pdata[i]);
        for (guint j = 0; j < bundles->len; j++) {
            GPtrArray *bundle = bundles->pdata[j];
            const PgsDiagramTable *to = ((const PgsDiagramKey *)bundle->pdata[0])->to;
            if (g_ptr_array_find((GPtrArray *)group, to, NULL) == elsewhere)
                continue;
            if (drawing->arrows->len >= MAX_ARROWS) {
                n_left++;
                continue;
            }
            g_autofree char *anchor = find_anchor(folding, to);
            pgs_drawing_add_table(drawing, to, PGS_BOX_NAME, "elsewhere", anchor);
            pgs_drawing_add_keys_between(drawing, bundle);
        }
    }
    return n_left;
}

static PgsDrawing *
draw_group(const Folding *folding, const GPtrArray *group, guint *n_left)
{
    PgsDrawing *drawing = pgs_drawing_new(folding->model);
    for (guint i = 0; i < group->len; i++) {
        g_autofree char *anchor = find_anchor(folding, group->pdata[i]);
        pgs_drawing_add_table(drawing, group->pdata[i], PGS_BOX_NAME, NULL, anchor);
    }
    *n_left = add_bundles(folding, drawing, group, FALSE);
    *n_left += add_bundles(folding, drawing, group, TRUE);
    pgs_drawing_place(drawing, PGS_DIAGRAM_MAX_WIDTH);
    return drawing;
}

static void
add_overview(Folding *folding, const GPtrArray *group, const PgsDrawing *drawing, guint n_left)
{
    const PgsDiagramTable *hub = pgs_diagram_find_hub(group);
    g_autofree char *name = pgs_diagram_text_cut(hub->full_name, 100);
    g_autofree char *count = pgs_text_count(group->len, "table", NULL);
    guint n_others = drawing->boxes->len - group->len;
    g_autofree char *others = pgs_text_count(n_others, "neighbour", NULL);
    g_autofree char *around = g_strdup_printf("%s%s%s around ", count, n_others > 0 ? " and " : "",
                                              n_others > 0 ? others : "");
    g_autofree char *title = g_strconcat(around, name, NULL);
    g_autofree char *arrows = pgs_text_count(drawing->arrows->len, "arrow", NULL);
    g_autofree char *left = n_left > 0 ? g_strdup_printf(", %u more left out", n_left) : NULL;
    g_autofree char *description = g_strdup_printf("%s%s. A name leads to the table's own drawing.",
                                                   arrows, left != NULL ? left : "");
    g_autofree char *id = g_strdup_printf("%s_-o-%u", folding->prefix, folding->n_overviews++);
    xmlNode *box = pgs_diagram_add_figure(folding->parent, "diagram overview", id, around, name);
    pgs_drawing_add_svg(drawing, box, id, title, description);
    if (left != NULL)
        pgs_diagram_element(box->parent, "p", "diagram-note", description);
}

/* What turns out too wide is cut further; the scraps that this leaves are kept for later (scraps
 * NULL: there is no later). */
static void
add_overviews(Folding *folding, const GPtrArray *tables, guint max_size, GPtrArray *scraps)
{
    g_autoptr(GPtrArray) groups = pgs_diagram_group(tables, max_size);
    for (guint i = 0; i < groups->len; i++) {
        GPtrArray *group = groups->pdata[i];
        if (scraps != NULL && max_size < MAX_GROUP && group->len <= MAX_SCRAP) {
            g_ptr_array_extend(scraps, group, NULL, NULL);
            continue;
        }
        guint n_left = 0;
        g_autoptr(PgsDrawing) drawing = draw_group(folding, group, &n_left);
        if (drawing->plan->width > PGS_DIAGRAM_MAX_WIDTH && group->len > 3)
            add_overviews(folding, group, MIN(group->len, max_size) / 2, scraps);
        else
            add_overview(folding, group, drawing, n_left);
    }
}

static void
add_all_overviews(Folding *folding)
{
    g_autoptr(GPtrArray) scraps = g_ptr_array_new();
    add_overviews(folding, folding->linked, MAX_GROUP, scraps);
    if (scraps->len > 0)
        add_overviews(folding, scraps, MAX_GROUP / 2, NULL);
}

/* ---- the rest ---- */

static void
add_list(const Folding *folding, const GPtrArray *tables, const char *heading)
{
    if (tables->len == 0)
        return;
    xmlNode *section = pgs_diagram_element(folding->parent, "div", "diagram-alone", NULL);
    pgs_diagram_element(section, "p", "diagram-heading", heading);
    xmlNode *list = pgs_diagram_element(section, "ul", NULL, NULL);
    for (guint i = 0; i < tables->len; i++) {
        const PgsDiagramTable *table = tables->pdata[i];
        g_autofree char *name = pgs_diagram_text_cut(table->full_name, 100);
        g_autofree char *rules = pgs_diagram_describe_rules(table);
        xmlNode *item = pgs_diagram_element(list, "li", pgs_rule_state_name(table->worst), NULL);
        pgs_diagram_element(item, "bdi", "diagram-name", name);
        pgs_diagram_text(item, " ");
        if (rules != NULL)
            pgs_diagram_element(item, "span", "diagram-links", rules);
    }
}

static void
sort_out(Folding *folding, GPtrArray *alone, GPtrArray *views)
{
    for (guint i = 0; i < folding->model->tables->len; i++) {
        PgsDiagramTable *table = folding->model->tables->pdata[i];
        gboolean linked = pgs_diagram_table_is_linked(table);
        g_ptr_array_add(linked ? folding->linked : table->is_view ? views : alone, table);
    }
}

static void
add_note(const Folding *folding, guint n_alone, guint n_views)
{
    g_autofree char *linked = pgs_text_count(folding->linked->len, "table", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text,
                           "%s with foreign keys, drawn by name in parts that belong together; "
                           "each name leads to the table with its columns and its neighbours.",
                           linked);
    if (n_alone > 0) {
        g_autofree char *alone = pgs_text_count(n_alone, "table", NULL);
        g_string_append_printf(text, " %s without any %s listed below.", alone,
                               n_alone == 1 ? "is" : "are");
    }
    if (n_views > 0) {
        g_autofree char *views = pgs_text_count(n_views, "view", NULL);
        g_string_append_printf(text, " So %s %s.", n_views == 1 ? "is" : "are", views);
    }
    if (folding->n_without > 0)
        g_string_append_printf(text,
                               " To keep the page small, %u of them have no drawing of their own: "
                               "what failed and what has most keys comes first.",
                               folding->n_without);
    pgs_diagram_element(folding->parent, "p", "diagrams-note", text->str);
}

void
pgs_diagram_fold(const PgsDiagramModel *model, const char *prefix, xmlNode *parent)
{
    g_autoptr(GPtrArray) linked = g_ptr_array_new();
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    g_autoptr(GPtrArray) views = g_ptr_array_new();
    g_autofree xmlNode **details = g_new0(xmlNode *, model->tables->len);
    Folding folding = {
        .model = model, .prefix = prefix, .parent = parent, .linked = linked, .details = details};
    sort_out(&folding, alone, views);
    make_details(&folding);
    add_note(&folding, alone->len, views->len);
    if (linked->len > 0)
        add_all_overviews(&folding);
    add_list(&folding, alone, "Tables without any foreign key");
    add_list(&folding, views, "Views");
    attach_details(&folding);
}
