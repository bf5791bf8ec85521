#include "report/diagram.h"

#include "base/text.h"
#include "report/diagram_drawing.h"
#include "report/diagram_fold.h"
#include "report/diagram_graphviz.h"
#include "report/diagram_svg.h"
#include "report/diagram_text.h"
#include "report/diagram_xml.h"
#include "report/extension.h"

/*
 * Up to so many tables make one drawing, with columns, unless it is too wide.  Beyond that, or with
 * more keys than one can follow, the schema is folded (diagram_fold.h).  So Graphviz never gets
 * more than a few dozen boxes and a hundred arrows at a time, and its time is bounded.
 */
#define MAX_TABLES 12
#define MAX_VIEWS 12
#define MAX_KEYS 40

/* An element of its own, in no namespace. */
static xmlNode *
make_root(void)
{
    xmlNode *root = xmlNewNode(NULL, BAD_CAST "div");
    pgs_diagram_attribute(root, "class", "diagrams");
    return root;
}

xmlNode *
pgs_diagram_add_figure(xmlNode *parent, const char *class_name, const char *id, const char *caption,
                       const char *name)
{
    xmlNode *figure = pgs_diagram_element(parent, "figure", class_name, NULL);
    pgs_diagram_attribute(figure, "id", id);
    if (caption != NULL) {
        xmlNode *node = pgs_diagram_element(figure, "figcaption", NULL, caption);
        pgs_diagram_element(node, "bdi", NULL, name);
    }
    g_autofree char *label = g_strconcat(caption != NULL ? caption : "Neighbours of ", name, NULL);
    xmlNode *box = pgs_diagram_element(figure, "div", "diagram-scroll", NULL);
    pgs_diagram_attribute(box, "tabindex", "0");
    pgs_diagram_attribute(box, "role", "group");
    pgs_diagram_attribute(box, "aria-label", label);
    return box;
}

/* ---- what the drawings' signs mean ---- */

static void
add_sign(xmlNode *list, PgsRuleState state, guint n_keys)
{
    static const char *const words[PGS_N_RULE_STATES] = {
        [PGS_RULE_UNTRIED] = "not tried on rows",
        [PGS_RULE_SKIPPED] = "skipped",
        [PGS_RULE_EXERCISED] = "seen at work on rows",
        [PGS_RULE_ACCEPTED] = "failed, which the project accepts",
        [PGS_RULE_FAILED] = "failed",
    };
    g_autofree char *count = pgs_text_count(n_keys, "foreign key", NULL);
    g_autofree char *text = g_strdup_printf(" %s %s", count, words[state]);
    xmlNode *item = pgs_diagram_element(list, "li", pgs_rule_state_name(state), NULL);
    xmlNode *symbol = pgs_diagram_element(item, "span", "symbol", pgs_rule_state_symbol(state));
    pgs_diagram_attribute(symbol, "aria-hidden", "true");
    pgs_diagram_text(item, text);
}

static gboolean
has_rules(const PgsDiagramModel *model)
{
    for (guint i = 0; i < model->tables->len; i++) {
        const PgsDiagramTable *table = model->tables->pdata[i];
        for (guint state = 0; state < PGS_N_RULE_STATES; state++) {
            if (table->by_state[state] > 0)
                return TRUE;
        }
    }
    return FALSE;
}

/* What the arrows' looks mean, and how many there are of each. */
static void
add_legend(const PgsDiagramModel *model, xmlNode *parent)
{
    if (!has_rules(model))
        return;
    guint counts[PGS_N_RULE_STATES] = {0};
    for (guint i = 0; i < model->keys->len; i++)
        counts[((const PgsDiagramKey *)model->keys->pdata[i])->state]++;
    xmlNode *list = pgs_diagram_element(parent, "ul", "diagram-legend", NULL);
    for (guint i = PGS_N_RULE_STATES; i-- > 0;) {
        if (counts[i] > 0)
            add_sign(list, i, counts[i]);
    }
    xmlNode *item = pgs_diagram_element(list, "li", NULL, NULL);
    pgs_diagram_element(item, "span", "symbol", "n/m");
    pgs_diagram_text(item, " beside a table: n of its m rules (keys, unique, checks, what must "
                           "not be NULL) were seen at work");
}

/* Where Graphviz is half there. */
static void
add_missing(const PgsDiagramModel *model, xmlNode *parent)
{
    g_autofree char *path = model->keys->len > 0 ? pgs_graphviz_missing() : NULL;
    if (path == NULL)
        return;
    xmlNode *note = pgs_diagram_element(
        parent, "p", "diagrams-note",
        "The tables stand in a plain grid, since Graphviz\xe2\x80\x99s plugin for the layout "
        "cannot be "
        "loaded. It comes with Debian\xe2\x80\x99s and Ubuntu\xe2\x80\x99s libgvc6, with other "
        "systems\xe2\x80\x99 graphviz; it was looked for in ");
    pgs_diagram_element(note, "code", NULL, path);
}

/* ---- one drawing of everything ---- */

static gboolean
is_small(const PgsDiagramModel *model)
{
    guint n_views = 0;
    for (guint i = 0; i < model->tables->len; i++)
        n_views += ((const PgsDiagramTable *)model->tables->pdata[i])->is_view;
    return model->tables->len - n_views <= MAX_TABLES && n_views <= MAX_VIEWS &&
           model->keys->len <= MAX_KEYS;
}

static PgsDrawing *
draw_whole(const PgsDiagramModel *model)
{
    PgsDrawing *drawing = pgs_drawing_new(model);
    for (guint i = 0; i < model->tables->len; i++)
        pgs_drawing_add_table(drawing, model->tables->pdata[i], PGS_BOX_KEYS, NULL, NULL);
    for (guint i = 0; i < model->keys->len; i++)
        pgs_drawing_add_key(drawing, model->keys->pdata[i]);
    pgs_drawing_place(drawing, PGS_DIAGRAM_MAX_WIDTH);
    return drawing;
}

static char *
describe_whole(const PgsDiagramModel *model)
{
    g_autofree char *tables = pgs_text_count(model->tables->len, "table", NULL);
    g_autofree char *keys = pgs_text_count(model->keys->len, "foreign key", NULL);
    return g_strdup_printf("%s as boxes with their columns, %s as arrows to what they reference.",
                           tables, keys);
}

/* FALSE: it would be too wide. */
static gboolean
add_whole(const PgsDiagramModel *model, const char *name, const char *prefix, xmlNode *parent)
{
    g_autoptr(PgsDrawing) drawing = draw_whole(model);
    if (drawing->plan->width > PGS_DIAGRAM_MAX_WIDTH)
        return FALSE;
    g_autofree char *cut = pgs_diagram_text_cut(name, 100);
    g_autofree char *title = g_strconcat("Schema of ", cut, NULL);
    g_autofree char *description = describe_whole(model);
    xmlNode *box = pgs_diagram_add_figure(parent, "diagram", prefix, "Schema of ", cut);
    pgs_drawing_add_svg(drawing, box, prefix, title, description);
    return TRUE;
}

xmlNode *
pgs_diagram_new(const PgsRecordSystem *system, const PgsRuleStates *states)
{
    g_autoptr(PgsDiagramModel) model = pgs_diagram_model_new(system, states);
    if (model->tables->len == 0)
        return NULL;
    g_autofree char *slug = pgs_extension_slug(system->name);
    g_autofree char *prefix = g_strconcat("schema-", slug, NULL);
    xmlNode *root = make_root();
    add_legend(model, root);
    add_missing(model, root);
    if (!is_small(model) || !add_whole(model, system->name, prefix, root))
        pgs_diagram_fold(model, prefix, root);
    return root;
}
