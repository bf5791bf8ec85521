#include "report/diagram_graphviz.h"

#include <dlfcn.h>
#include <graphviz_version.h>
#include <gvc.h>
#include <gvplugin.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

/* Of a label's letter: Courier, 10 points, is 0.6 wide by Graphviz' own table. */
#define LABEL_LETTER_WIDTH 6.0

/* Beside libgvc, in graphviz/, unless Graphviz' own variable for that says another folder. */
static char *
find_plugin(void)
{
    const char *set = g_getenv("GVBINDIR");
    Dl_info info = {0};
    if (set == NULL)
        dladdr((void *)(guintptr)&gvContextPlugins, &info);
    g_autofree char *beside = g_path_get_dirname(info.dli_fname != NULL ? info.dli_fname : "");
    g_autofree char *folder =
        set != NULL ? g_strdup(set) : g_build_filename(beside, "graphviz", NULL);
    return g_strdup_printf("%s/libgvplugin_dot_layout.so.%d", folder, GVPLUGIN_VERSION);
}

/* It is loaded by name: neither the list that "dot -c" writes at installation nor any other plugin
 * (cairo, X11) has to be there. */
static gvplugin_library_t *
load_plugin(void)
{
    g_autofree char *path = find_plugin();
    /* Stays loaded: other threads may be in it. */
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    return library != NULL ? dlsym(library, "gvplugin_dot_layout_LTX_library") : NULL;
}

char *
pgs_graphviz_missing(void)
{
    return load_plugin() != NULL ? NULL : find_plugin();
}

/* In this thread while Graphviz works: it reads and writes numbers by the C library. */
static locale_t
enter_c_locale(locale_t *previous)
{
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    *previous = uselocale(plain);
    return plain;
}

static void
leave_c_locale(locale_t plain, locale_t previous)
{
    uselocale(previous);
    if (plain != (locale_t)0)
        freelocale(plain);
}

static int
keep_silent(G_GNUC_UNUSED char *message)
{
    return 0;
}

/* ---- the graph ---- */

static void
set(void *object, const char *name, const char *value)
{
    agsafeset(object, (char *)name, (char *)value, (char *)"");
}

/* A size; Graphviz counts in inches, and a point is a pixel here. */
static void
set_inches(void *object, const char *name, double pixels)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    set(object, name, g_ascii_formatd(text, sizeof text, "%.4f", pixels / POINTS_PER_INCH));
}

static void
declare_attributes(Agraph_t *graph, gboolean downwards)
{
    static const struct {
        int kind;
        const char *name, *value;
    } rows[] = {
        {AGRAPH, "nodesep", "0.3"}, {AGRAPH, "ranksep", "0.7"},      {AGRAPH, "splines", "true"},
        {AGRAPH, "nslimit", "20"}, /* of the network simplex: see diagram.c for what it gets */
        {AGRAPH, "nslimit1", "20"}, {AGNODE, "shape", "record"},     {AGNODE, "fixedsize", "true"},
        {AGNODE, "fontsize", "1"},  {AGNODE, "fontname", "Courier"}, {AGNODE, "label", ""},
        {AGEDGE, "dir", "none"},    {AGEDGE, "fontname", "Courier"}, {AGEDGE, "fontsize", "10"},
        {AGEDGE, "label", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        agattr(graph, rows[i].kind, (char *)rows[i].name, (char *)rows[i].value);
    agattr(graph, AGRAPH, (char *)"rankdir", (char *)(downwards ? "TB" : "LR"));
}

static Agnode_t *
add_node(Agraph_t *graph, guint index, const PgsLayoutBox *box, gboolean downwards)
{
    g_autofree char *name = g_strdup_printf("n%u", index);
    Agnode_t *node = agnode(graph, name, 1);
    set_inches(node, "width", box->width);
    set_inches(node, "height", box->height);
    g_autoptr(GString) label = g_string_new(NULL);
    for (guint row = 0; row < box->n_rows; row++)
        g_string_append_printf(label, "%s<r%u>", row > 0 ? "|" : downwards ? "{" : "", row);
    if (downwards)
        g_string_append_c(label, '}');
    set(node, "label", label->str);
    return node;
}

/* Downwards and to the right stands what is referenced first: the tables that others rest on. */
static Agedge_t *
add_edge(Agraph_t *graph, Agnode_t **nodes, guint index, const PgsLayoutPlan *plan,
         gboolean downwards)
{
    const PgsLayoutArrow *arrow = pgs_layout_plan_arrow(plan, index);
    guint n_rows = pgs_layout_plan_box(plan, arrow->from)->n_rows;
    g_autofree char *name = g_strdup_printf("e%u", index);
    Agedge_t *edge = agedge(graph, nodes[arrow->to], nodes[arrow->from], name, 1);
    /* The last row is open below too: an arrow that left there would turn back at once. */
    gboolean is_last = downwards && arrow->from_row > 0 && arrow->from_row + 1 == n_rows;
    g_autofree char *row = g_strdup_printf("r%u%s", arrow->from_row, is_last ? ":e" : "");
    set(edge, "headport", row);
    if (!downwards)
        set(edge, "tailport", "r0");
    if (arrow->label_width > 0) {
        gsize letters = (gsize)ceil(arrow->label_width / LABEL_LETTER_WIDTH);
        g_autofree char *label = g_strnfill(letters, 'x');
        set(edge, "label", label);
    }
    return edge;
}

/* ---- what came of it ---- */

static PgsPoint
turn_over(const Agraph_t *graph, pointf point)
{
    boxf bounds = GD_bb((Agraph_t *)graph);
    return (PgsPoint){point.x - bounds.LL.x, bounds.UR.y - point.y};
}

static void
take_box(const Agraph_t *graph, Agnode_t *node, PgsLayoutBox *box)
{
    PgsPoint middle = turn_over(graph, ND_coord(node));
    box->corner = (PgsPoint){middle.x - box->width / 2, middle.y - box->height / 2};
}

/* The spline goes from the referenced table to the one that references. */
static void
take_arrow(const Agraph_t *graph, Agedge_t *edge, PgsLayoutArrow *arrow)
{
    const splines *spline = ED_spl(edge);
    g_array_set_size(arrow->points, 0);
    if (spline == NULL || spline->size == 0)
        return;
    const bezier *curve = &spline->list[0];
    for (int i = (int)curve->size - 1; i >= 0; i--) {
        PgsPoint point = turn_over(graph, curve->list[i]);
        g_array_append_val(arrow->points, point);
    }
    if (ED_label(edge) != NULL)
        arrow->label = turn_over(graph, ED_label(edge)->pos);
    else
        arrow->label = g_array_index(arrow->points, PgsPoint, arrow->points->len / 2);
}

static void
take_all(PgsLayoutPlan *plan, const Agraph_t *graph, Agnode_t **nodes, Agedge_t **edges)
{
    for (guint i = 0; i < plan->boxes->len; i++)
        take_box(graph, nodes[i], pgs_layout_plan_box(plan, i));
    for (guint i = 0; i < plan->arrows->len; i++)
        take_arrow(graph, edges[i], pgs_layout_plan_arrow(plan, i));
    boxf bounds = GD_bb((Agraph_t *)graph);
    plan->width = bounds.UR.x - bounds.LL.x;
    plan->height = bounds.UR.y - bounds.LL.y;
}

/* Graphviz 2.42 loses a copy of each row's (empty) label: a few bytes a drawing, which the leak
 * checker of a sanitized build is not to hear of. */
static void
allow_leaks(gboolean allowed)
{
#ifdef __SANITIZE_ADDRESS__
    if (allowed)
        __lsan_disable();
    else
        __lsan_enable();
#else
    (void)allowed;
#endif
}

static gboolean
lay_out(GVC_t *graphviz, PgsLayoutPlan *plan, gboolean downwards)
{
    Agraph_t *graph = agopen((char *)"schema", Agdirected, NULL);
    declare_attributes(graph, downwards);
    g_autofree Agnode_t **nodes = g_new0(Agnode_t *, plan->boxes->len);
    g_autofree Agedge_t **edges = g_new0(Agedge_t *, plan->arrows->len);
    for (guint i = 0; i < plan->boxes->len; i++)
        nodes[i] = add_node(graph, i, pgs_layout_plan_box(plan, i), downwards);
    for (guint i = 0; i < plan->arrows->len; i++)
        edges[i] = add_edge(graph, nodes, i, plan, downwards);
    allow_leaks(TRUE);
    gboolean placed = gvLayout(graphviz, graph, "dot") == 0;
    allow_leaks(FALSE);
    if (placed)
        take_all(plan, graph, nodes, edges);
    gvFreeLayout(graphviz, graph);
    agclose(graph);
    return placed;
}

gboolean
pgs_graphviz_place(PgsLayoutPlan *plan, gboolean downwards)
{
    static GMutex busy;
    g_mutex_lock(&busy);
    gvplugin_library_t *plugin = load_plugin();
    gboolean placed = FALSE;
    if (plugin != NULL) {
        lt_symlist_t builtin[] = {{"gvplugin_dot_layout_LTX_library", plugin}, {NULL, NULL}};
        locale_t previous;
        locale_t plain = enter_c_locale(&previous);
        agusererrf handler = agseterrf(keep_silent);
        GVC_t *graphviz = gvContextPlugins(builtin, 0);
        placed = lay_out(graphviz, plan, downwards);
        gvFreeContext(graphviz);
        agseterrf(handler);
        leave_c_locale(plain, previous);
    }
    g_mutex_unlock(&busy);
    return placed;
}
