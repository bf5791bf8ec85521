#include "values/candidates_document.h"

#include "values/candidates_part.h"
#include "values/candidates_said.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum {
    PRODUCT = 150, /* documents of which each combination is made */
    PAIRED = 3,    /* values of each of two places that are tried together */
    PAIRED_PLACES = 8,
    VARIANTS = 9, /* values of one place that are tried */
    XML_DEPTH = 20,
};

/* ---- one document ---- */

static gboolean
is_index(const char *name)
{
    return strspn(name, "0123456789") == strlen(name) && *name != '\0' && strlen(name) < 3;
}

/* The member or element, made when it is not there; NULL when there can be none. */
static JsonNode *
step_down(JsonNode *node, const char *name)
{
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        JsonObject *object = json_node_get_object(node);
        if (!json_object_has_member(object, name))
            json_object_set_object_member(object, name, json_object_new());
        return json_object_get_member(object, name);
    }
    if (JSON_NODE_HOLDS_ARRAY(node) && is_index(name)) {
        JsonArray *array = json_node_get_array(node);
        guint at = (guint)g_ascii_strtoull(name, NULL, 10);
        while (json_array_get_length(array) <= at)
            json_array_add_object_element(array, json_object_new());
        return json_array_get_element(array, at);
    }
    return NULL;
}

static void
put(JsonNode *parent, const char *name, JsonNode *value)
{
    if (JSON_NODE_HOLDS_OBJECT(parent)) {
        json_object_set_member(json_node_get_object(parent), name, value);
    } else if (JSON_NODE_HOLDS_ARRAY(parent) && is_index(name)) {
        JsonArray *array = json_node_get_array(parent);
        guint at = (guint)g_ascii_strtoull(name, NULL, 10);
        while (json_array_get_length(array) < at)
            json_array_add_null_element(array);
        if (json_array_get_length(array) > at)
            json_array_remove_element(array, at);
        json_array_add_element(array, value);
    } else {
        json_node_unref(value);
    }
}

static gboolean
has_deeper(const GPtrArray *places, const PgsDocumentPlace *place)
{
    for (guint i = 0; i < places->len; i++) {
        const PgsDocumentPlace *other = g_ptr_array_index(places, i);
        gboolean begins = other->path->len > place->path->len;
        for (guint k = 0; begins && k < place->path->len; k++)
            begins =
                strcmp(g_ptr_array_index(other->path, k), g_ptr_array_index(place->path, k)) == 0;
        if (begins)
            return TRUE;
    }
    return FALSE;
}

char *
pgs_document_make(const GPtrArray *places, const gint *choice)
{
    g_autoptr(JsonNode) root = json_from_string("{}", NULL);
    for (guint i = 0; i < places->len; i++) {
        const PgsDocumentPlace *place = g_ptr_array_index(places, i);
        if (choice[i] < 0 || (guint)choice[i] >= place->values->len)
            continue;
        JsonNode *value =
            json_from_string(g_ptr_array_index(place->values, (guint)choice[i]), NULL);
        if (value == NULL)
            continue;
        if (place->path->len == 0) {
            json_node_unref(root);
            root = value;
            continue;
        }
        JsonNode *at = root;
        for (guint k = 0; at != NULL && k + 1 < place->path->len; k++)
            at = step_down(at, g_ptr_array_index(place->path, k));
        if (at != NULL)
            put(at, g_ptr_array_index(place->path, place->path->len - 1), value);
        else
            json_node_unref(value);
    }
    return json_to_string(root, FALSE);
}

/* ---- documents ---- */

/* An hstore is an object of texts. */
static void
add_hstore(PgsCandidateList *list, const char *json)
{
    g_autoptr(JsonNode) root = json_from_string(json, NULL);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    JsonObjectIter iter;
    const char *name;
    JsonNode *value;
    json_object_iter_init_ordered(&iter, json_node_get_object(root));
    while (json_object_iter_next_ordered(&iter, &name, &value)) {
        g_autofree char *escaped = g_strescape(name, NULL);
        g_autofree char *inner = json_to_string(value, FALSE);
        gboolean is_string = inner[0] == '"';
        g_string_append_printf(text, "%s\"%s\"=>", text->len > 0 ? ", " : "", escaped);
        if (is_string || strcmp(inner, "null") == 0)
            g_string_append(text, is_string ? inner : "NULL");
        else
            g_string_append_printf(text, "\"%s\"", strpbrk(inner, "{[") != NULL ? "x" : inner);
    }
    pgs_candidate_list_add_text(list, text->str);
}

static void
add_document(PgsCandidateList *list, const GPtrArray *places, const gint *choice)
{
    g_autofree char *json = pgs_document_make(places, choice);
    if (pgs_candidate_list_is(list, "hstore"))
        add_hstore(list, json);
    else
        pgs_candidate_list_add_text(list, json);
}

/* A place that has others within it is an object first. */
static gint
first_choice(const GPtrArray *places, guint i)
{
    const PgsDocumentPlace *place = g_ptr_array_index(places, i);
    if (!has_deeper(places, place))
        return place->values->len > 0 ? 0 : -1;
    for (guint k = 0; k < place->values->len; k++) {
        const char *json = g_ptr_array_index(place->values, k);
        if (json[0] == '{' || json[0] == '[')
            return (gint)k;
    }
    return -1;
}

/* All combinations, when there are few. */
static void
add_product(PgsCandidateList *list, const GPtrArray *places, gint *choice, guint i)
{
    if (i == places->len) {
        add_document(list, places, choice);
        return;
    }
    const PgsDocumentPlace *place = g_ptr_array_index(places, i);
    gint kept = choice[i];
    for (gint k = -1; k < (gint)MIN(place->values->len, VARIANTS); k++) {
        choice[i] = k;
        add_product(list, places, choice, i + 1);
    }
    choice[i] = kept;
}

/* Two places at once, in each pair of them. */
static void
add_pairs(PgsCandidateList *list, const GPtrArray *places, gint *choice)
{
    guint n = MIN(places->len, PAIRED_PLACES);
    for (guint i = 0; i < n; i++) {
        for (guint k = i + 1; k < n; k++) {
            gint first = choice[i], second = choice[k];
            for (gint pair = 0; pair < PAIRED * PAIRED; pair++) {
                choice[i] = pair / PAIRED;
                choice[k] = pair % PAIRED;
                add_document(list, places, choice);
            }
            choice[i] = first;
            choice[k] = second;
        }
    }
}

void
pgs_candidates_add_documents(PgsCandidateList *list, const GPtrArray *sayings)
{
    static const char *const sorts[] = {"{}", "[]",   "null", "\"a\"",
                                        "1",  "true", "[1]",  "{\"a\": 1}"};
    g_autoptr(GPtrArray) places = pgs_document_places(list, sayings);
    g_autofree gint *choice = g_new0(gint, places->len);
    guint n_product = 1;
    for (guint i = 0; i < places->len; i++) {
        const PgsDocumentPlace *place = g_ptr_array_index(places, i);
        choice[i] = first_choice(places, i);
        n_product = MIN(n_product * (MIN(place->values->len, VARIANTS) + 1), PRODUCT + 1);
    }
    list->rank = PGS_RANK_NEXT;
    add_document(list, places, choice);
    for (guint i = 0; i < places->len; i++) {
        const PgsDocumentPlace *place = g_ptr_array_index(places, i);
        gint kept = choice[i];
        for (gint k = -1; k < (gint)MIN(place->values->len, VARIANTS + 6); k++) {
            choice[i] = k;
            add_document(list, places, choice);
        }
        choice[i] = kept;
    }
    list->rank = PGS_RANK_FORM;
    for (guint i = 0; i < G_N_ELEMENTS(sorts) && !pgs_candidate_list_is(list, "hstore"); i++)
        pgs_candidate_list_add_text(list, sorts[i]);
    list->rank = PGS_RANK_NEXT;
    if (n_product <= PRODUCT)
        add_product(list, places, choice, 0);
    else
        add_pairs(list, places, choice);
}

/* ---- XML ---- */

/* "/a/b/@c", "//d/text()": <a><b c="x"/></a>, with text at the end of the way. */
static void
add_xml_path(PgsCandidateList *list, const char *xpath, const char *text)
{
    g_auto(GStrv) steps = g_strsplit(xpath, "/", XML_DEPTH);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *attribute = NULL;
    for (guint i = 0; steps[i] != NULL; i++) {
        gsize length = strspn(steps[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789_-");
        if (steps[i][0] == '@' && attribute == NULL)
            attribute = g_strndup(steps[i] + 1, strcspn(steps[i] + 1, "[ =)"));
        else if (length > 0 && steps[i][length] != '(')
            g_ptr_array_add(names, g_strndup(steps[i], length));
    }
    g_autoptr(GString) xml = g_string_new(NULL);
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    for (guint i = 0; i < names->len; i++) {
        gboolean is_last = i + 1 == names->len;
        g_string_append_printf(xml, "<%s", (const char *)g_ptr_array_index(names, i));
        if (is_last && attribute != NULL)
            g_string_append_printf(xml, " %s=\"%s\"", attribute, escaped);
        g_string_append_c(xml, '>');
    }
    if (attribute == NULL)
        g_string_append(xml, escaped);
    for (guint i = names->len; i > 0; i--)
        g_string_append_printf(xml, "</%s>", (const char *)g_ptr_array_index(names, i - 1));
    if (names->len > 0)
        pgs_candidate_list_add_text(list, xml->str);
}

void
pgs_candidates_add_xml(PgsCandidateList *list, const GPtrArray *sayings)
{
    list->rank = PGS_RANK_NEXT;
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        for (guint k = 0; k < saying->steps->len; k++) {
            const PgsSayingStep *step = g_ptr_array_index(saying->steps, k);
            if (!g_str_has_prefix(step->name, "xpath") || step->arguments[0] == NULL)
                continue;
            add_xml_path(list, step->arguments[0], saying->text != NULL ? saying->text : "a");
            add_xml_path(list, step->arguments[0], "1");
            add_xml_path(list, step->arguments[0], "");
        }
    }
    pgs_candidate_list_add_text(list, "<a/>");
    pgs_candidate_list_add_text(list, "<a>1</a>");
}
