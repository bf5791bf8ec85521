#include "values/candidates_document.h"

#include "values/candidates_said.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum {
    LENGTH_LIMIT = 1000, /* of arrays and texts that are made for a size */
    EXAMPLES = 6,
};

static void
place_free(gpointer data)
{
    PgsDocumentPlace *place = data;
    g_ptr_array_unref(place->path);
    g_ptr_array_unref(place->values);
    g_free(place);
}

static gboolean
is_same_path(const GPtrArray *a, const GPtrArray *b)
{
    for (guint i = 0; a->len == b->len && i < a->len; i++) {
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return FALSE;
    }
    return a->len == b->len;
}

/* The place of the path, made when it is not there; path is copied. */
static PgsDocumentPlace *
find_place(GPtrArray *places, const GPtrArray *path)
{
    for (guint i = 0; i < places->len; i++) {
        PgsDocumentPlace *place = g_ptr_array_index(places, i);
        if (is_same_path(place->path, path))
            return place;
    }
    PgsDocumentPlace *place = g_new0(PgsDocumentPlace, 1);
    place->path = g_ptr_array_new_with_free_func(g_free);
    place->values = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < path->len; i++)
        g_ptr_array_add(place->path, g_strdup(g_ptr_array_index(path, i)));
    g_ptr_array_add(places, place);
    return place;
}

static void
add_json(PgsDocumentPlace *place, const char *json)
{
    for (guint i = 0; i < place->values->len; i++) {
        if (strcmp(g_ptr_array_index(place->values, i), json) == 0)
            return;
    }
    g_ptr_array_add(place->values, g_strdup(json));
}

static void
add_string(PgsDocumentPlace *place, const char *text)
{
    g_autoptr(JsonNode) node = json_node_alloc();
    json_node_init_string(node, text);
    g_autofree char *json = json_to_string(node, FALSE);
    add_json(place, json);
}

/* ---- what is said of a place ---- */

/* "string", "number", …: what jsonb_typeof() gives. */
static const struct {
    const char *type, *json;
} sorts[] = {
    {"string", "\"a\""}, {"number", "1"},     {"object", "{}"},
    {"array", "[]"},     {"boolean", "true"}, {"null", "null"},
};

static void
add_sort(PgsDocumentPlace *place, const char *type)
{
    for (guint i = 0; i < G_N_ELEMENTS(sorts); i++) {
        if (g_strcmp0(type, sorts[i].type) == 0)
            add_json(place, sorts[i].json);
    }
}

/* First what the comparison, as it stands, is true of. */
static void
add_number(PgsDocumentPlace *place, double number, const char *operator)
{
    static const double offsets[] = {0, 1, -1};
    static const double above[] = {1, 0, -1};
    static const double below[] = {-1, 0, 1};
    const double *order = g_strcmp0(operator, ">") == 0 || g_strcmp0(operator, "<>") == 0 ? above
                          : g_strcmp0(operator, "<") == 0                                 ? below
                                                                                          : offsets;
    for (guint i = 0; i < G_N_ELEMENTS(offsets); i++) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        add_json(place, g_ascii_formatd(text, sizeof text, "%.15g", number + order[i]));
    }
}

static void
add_sized(PgsDocumentPlace *place, gint64 size, gboolean is_array)
{
    for (gint64 n = MAX(size - 1, 0); n <= MIN(size + 1, LENGTH_LIMIT); n++) {
        g_autoptr(GString) json = g_string_new(is_array ? "[" : "\"");
        for (gint64 i = 0; i < n; i++)
            g_string_append(json, !is_array ? "a" : i == 0 ? "1" : ",1");
        g_string_append_c(json, is_array ? ']' : '"');
        add_json(place, json->str);
    }
}

static void
add_examples(PgsCandidateList *list, PgsDocumentPlace *place, const PgsSaying *saying)
{
    guint64 seed = pgs_bench_seed(list->bench);
    g_autoptr(GPtrArray) good = pgs_pattern_examples(saying->syntax, saying->text, seed, EXAMPLES);
    g_autoptr(GPtrArray) bad = pgs_pattern_near_misses(saying->syntax, saying->text, seed, 2);
    for (guint i = 0; i < good->len; i++)
        add_string(place, g_ptr_array_index(good, i));
    for (guint i = 0; i < bad->len; i++)
        add_string(place, g_ptr_array_index(bad, i));
}

/* A constant that stands there as JSON, or as a text or number of it. */
static void
add_constant(PgsDocumentPlace *place, const PgsSaying *saying, gboolean is_json)
{
    double number;
    g_autoptr(JsonNode) node = is_json ? json_from_string(saying->text, NULL) : NULL;
    if (node != NULL) {
        add_json(place, saying->text);
        return;
    }
    gboolean is_number = pgs_text_number(saying->text, &number);
    gboolean is_truth = strcmp(saying->text, "true") == 0 || strcmp(saying->text, "false") == 0;
    if (is_number)
        add_number(place, number, saying->operator);
    if (is_truth) {
        add_json(place, "true");
        add_json(place, "false");
    }
    if (g_strcmp0(saying->operator, "<>") == 0)
        add_string(place, "a");
    add_string(place, saying->text);
}

/* ---- paths ---- */

/* Members' names in a jsonpath: "$.a.\"b c\"[*] ? (@.d > 3)" → a, b c; then d. */
static void
add_jsonpath_names(GPtrArray *path, const char *jsonpath)
{
    g_autoptr(GRegex) regex =
        g_regex_new("\\.(?:([A-Za-z_]\\w*)(?!\\w*\\()|\"([^\"]*)\")", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_regex_match(regex, jsonpath, 0, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
        g_autofree char *plain = g_match_info_fetch(match, 1);
        g_autofree char *quoted = g_match_info_fetch(match, 2);
        const char *name = plain != NULL && *plain != '\0' ? plain : quoted;
        g_ptr_array_add(path, g_strdup(name != NULL ? name : ""));
    }
}

/* Whether the step goes down into a document, and then where. */
static gboolean
go_down(const PgsSayingStep *step, GPtrArray *path)
{
    static const char *const ways[] = {"->",
                                       "->>",
                                       "#>",
                                       "#>>",
                                       "[]",
                                       "json_extract_path",
                                       "jsonb_extract_path",
                                       "json_extract_path_text",
                                       "jsonb_extract_path_text",
                                       NULL};
    static const char *const by_jsonpath[] = {"json_value", "json_query", "jsonb_path_query_first",
                                              NULL};
    if (step->position != 0)
        return FALSE;
    if (g_strv_contains(by_jsonpath, step->name) && step->arguments[0] != NULL) {
        add_jsonpath_names(path, step->arguments[0]);
        return TRUE;
    }
    if (!g_strv_contains(ways, step->name))
        return FALSE;
    for (guint i = 0; step->arguments[i] != NULL; i++) {
        g_autoptr(GPtrArray) parts = step->name[0] == '#' || step->arguments[i][0] == '{'
                                         ? pgs_array_literal_split(step->arguments[i])
                                         : NULL;
        for (guint k = 0; parts != NULL && k < parts->len; k++)
            g_ptr_array_add(path, g_strdup(g_ptr_array_index(parts, k)));
        if (parts == NULL)
            g_ptr_array_add(path, g_strdup(step->arguments[i]));
    }
    return TRUE;
}

static void
add_jsonpath(GPtrArray *places, const GPtrArray *front, const char *jsonpath)
{
    g_autoptr(GPtrArray) path = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < front->len; i++)
        g_ptr_array_add(path, g_strdup(g_ptr_array_index(front, i)));
    add_jsonpath_names(path, jsonpath);
    PgsDocumentPlace *place = find_place(places, path);
    g_autoptr(GPtrArray) constants = pgs_expression_scan_constants(jsonpath);
    for (guint i = 0; i < constants->len; i++) {
        const PgsNode *constant = g_ptr_array_index(constants, i);
        double number;
        if (pgs_text_number(constant->text, &number))
            add_number(place, number, ">");
    }
    for (const char *at = strchr(jsonpath, '"'); at != NULL; at = strchr(at + 1, '"')) {
        const char *end = strchr(at + 1, '"');
        if (end == NULL)
            break;
        g_autofree char *text = g_strndup(at + 1, (gsize)(end - at - 1));
        add_string(place, text);
        at = end;
    }
}

/* x ? 'k', x ?| '{a,b}' */
static void
add_members(GPtrArray *places, const GPtrArray *path, const PgsSaying *saying)
{
    g_autoptr(GPtrArray) names =
        saying->operator[1] != '\0' ? pgs_array_literal_split(saying->text) : NULL;
    for (guint i = 0; i < (names != NULL ? names->len : 1); i++) {
        const char *name = names != NULL ? g_ptr_array_index(names, i) : saying->text;
        g_autoptr(GPtrArray) below = g_ptr_array_new();
        for (guint k = 0; k < path->len; k++)
            g_ptr_array_add(below, g_ptr_array_index(path, k));
        if (name != NULL)
            g_ptr_array_add(below, (gpointer)name);
        find_place(places, below);
    }
}

/* ---- a saying ---- */

/* By the function that is the outermost but for casts. */
static void
add_compared(PgsDocumentPlace *place, const PgsSaying *saying, const PgsSayingStep *last)
{
    gint64 size;
    gboolean is_plain = last == NULL || strchr("-#[", last->name[0]) != NULL;
    if (saying->text == NULL)
        return;
    if (last != NULL && g_str_has_suffix(last->name, "_typeof"))
        add_sort(place, saying->text);
    else if (last != NULL && pgs_saying_step_is_size(last) && pgs_text_integer(saying->text, &size))
        add_sized(place, size, strstr(last->name, "array") != NULL);
    else
        add_constant(place, saying,
                     is_plain && (last == NULL || !g_str_has_suffix(last->name, ">>")));
}

static void
add_saying(PgsCandidateList *list, GPtrArray *places, const PgsSaying *saying)
{
    g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
    g_autoptr(GPtrArray) path = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < steps->len; i++) {
        if (!go_down(g_ptr_array_index(steps, i), path))
            break;
    }
    const PgsSayingStep *last = steps->len > 0 ? g_ptr_array_index(steps, steps->len - 1) : NULL;
    const char *operator= saying->operator!= NULL ? saying->operator: "";
    PgsDocumentPlace *place = find_place(places, path);
    if (last != NULL && g_str_has_prefix(last->name, "jsonb_path_") && path->len == 0 &&
        last->arguments[0] != NULL)
        add_jsonpath(places, path, last->arguments[0]);
    else if (saying->kind == PGS_SAYING_PATTERN)
        add_examples(list, place, saying);
    else if (saying->kind == PGS_SAYING_TRUTH && path->len > 0)
        add_sort(place, "boolean");
    else if (saying->kind != PGS_SAYING_COMPARED || saying->text == NULL)
        return;
    else if (operator[0] == '?')
        add_members(places, path, saying);
    else if (g_str_equal(operator, "@?") || g_str_equal(operator, "@@"))
        add_jsonpath(places, path, saying->text);
    else
        add_compared(place, saying, last);
}

/* Casts to numbers and the like: what must be there for them. */
static void
add_cast(GPtrArray *places, const PgsSaying *saying)
{
    static const char *const numbers[] = {"int2",   "int4",   "int8", "numeric",
                                          "float4", "float8", NULL};
    g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
    g_autoptr(GPtrArray) path = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < steps->len && go_down(g_ptr_array_index(steps, i), path); i++)
        ;
    for (guint i = 0; path->len > 0 && i < saying->steps->len; i++) {
        const PgsSayingStep *step = g_ptr_array_index(saying->steps, i);
        if (!g_str_equal(step->name, "cast") || step->arguments[0] == NULL)
            continue;
        if (g_strv_contains(numbers, step->arguments[0]))
            add_json(find_place(places, path), "1");
        else if (g_str_equal(step->arguments[0], "bool"))
            add_json(find_place(places, path), "true");
    }
}

static gint
compare_places(gconstpointer a, gconstpointer b)
{
    const PgsDocumentPlace *const *first = a, *const *second = b;
    return (gint)(*first)->path->len - (gint)(*second)->path->len;
}

GPtrArray *
pgs_document_places(PgsCandidateList *list, const GPtrArray *sayings)
{
    GPtrArray *places = g_ptr_array_new_with_free_func(place_free);
    for (guint i = 0; i < sayings->len; i++) {
        add_saying(list, places, g_ptr_array_index(sayings, i));
        add_cast(places, g_ptr_array_index(sayings, i));
    }
    for (guint i = 0; i < places->len; i++) {
        PgsDocumentPlace *place = g_ptr_array_index(places, i);
        for (guint k = 0; place->path->len > 0 && k < G_N_ELEMENTS(sorts); k++)
            add_json(place, sorts[k].json);
        if (place->path->len > 0)
            add_json(place, "\"\"");
    }
    g_ptr_array_sort(places, compare_places);
    return places;
}
