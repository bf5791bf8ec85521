#include "check/propose_texts.h"

#include "check/propose_yaml.h"
#include "check/redundancy_index.h"

#include <string.h>

/* "order" rather than "\"order\"", unless what is in the quotes needs them here too. */
char *
pgs_propose_unquote(const char *identifier)
{
    gsize length = strlen(identifier);
    if (length < 3 || identifier[0] != '"' || identifier[length - 1] != '"')
        return g_strdup(identifier);
    g_autofree char *inner = g_strndup(identifier + 1, length - 2);
    return strpbrk(inner, "\".,()[] ") != NULL ? g_strdup(identifier) : g_steal_pointer(&inner);
}

/* A list of columns, as SQL spells them, in YAML. */
char *
pgs_propose_column_list(const char *columns)
{
    g_autoptr(GPtrArray) names = pgs_index_split_list(columns);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *name = names->pdata[i];
        names->pdata[i] = pgs_propose_unquote(name);
    }
    return pgs_yaml_list(names);
}

/* The position of the bracket that closes the one at the text's beginning; 0: none does. */
static gsize
find_close(const char *text)
{
    int depth = 0;
    char quote = '\0';
    for (gsize i = 0; text[i] != '\0'; i++) {
        if (quote != '\0')
            quote = text[i] == quote ? '\0' : quote;
        else if (text[i] == '\'' || text[i] == '"')
            quote = text[i];
        else if (text[i] == '(')
            depth++;
        else if (text[i] == ')' && --depth == 0)
            return i;
    }
    return 0;
}

/* "'a'" of each "'a'::text" in a list. */
static gboolean
drop_cast(const GMatchInfo *match, GString *result, G_GNUC_UNUSED gpointer data)
{
    g_autofree char *left = g_match_info_fetch_named(match, "left");
    g_autofree char *items = g_match_info_fetch_named(match, "items");
    g_autoptr(GRegex) cast =
        g_regex_new("('(?:[^']|'')*')::(?:text|character varying|bpchar)", 0, 0, NULL);
    g_autofree char *bare_items = g_regex_replace(cast, items, -1, 0, "\\1", 0, NULL);
    g_string_append_printf(result, "%s IN (%s)", left, bare_items);
    return FALSE;
}

#define NAME "(?<left>\\w+|\"(?:[^\"]|\"\")+\")"
#define ITEM(type) "'(?:[^']|'')*'::" type
#define ITEMS(type) "(?<items>" ITEM(type) "(?:, " ITEM(type) ")+)"

/*
 * "a IN ('x', 'y')" again, where the server has made "a = ANY (ARRAY[…])" of it: that is easier to
 * read, and with varchar the server's own text, given back to it, comes out as another one.
 */
static char *
restore_lists(const char *expression)
{
    static const char *const patterns[] = {
        "\\(" NAME
        "\\)::text = ANY \\(\\(ARRAY\\[" ITEMS("character varying") "\\]\\)::text\\[\\]\\)",
        "(?<![\\w\".])" NAME " = ANY \\(ARRAY\\[" ITEMS("text") "\\]\\)",
        "(?<![\\w\".])" NAME " = ANY \\(ARRAY\\[" ITEMS("bpchar") "\\]\\)",
    };
    char *text = g_strdup(expression);
    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_autoptr(GRegex) regex = g_regex_new(patterns[i], 0, 0, NULL);
        g_autofree char *old = text;
        text = g_regex_replace_eval(regex, old, -1, 0, 0, drop_cast, NULL, NULL);
    }
    return text;
}

/* An expression without the brackets that the server puts around all of it. */
char *
pgs_propose_bare(const char *expression)
{
    g_autofree char *text = restore_lists(expression);
    while (text[0] == '(' && find_close(text) == strlen(text) - 1) {
        char *inner = g_strndup(text + 1, strlen(text) - 2);
        g_free(text);
        text = inner;
    }
    return g_steal_pointer(&text);
}

static gboolean
is_true(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute) != NULL;
}

void
pgs_propose_flag(GString *flow, const PgsObject *object, const char *attribute)
{
    if (is_true(object, attribute))
        pgs_yaml_flow_raw(flow, attribute, "true");
}

/* A list whose parts are written as they are: "a=1, b=2". */
void
pgs_propose_list(GString *flow, const PgsObject *object, const char *attribute)
{
    if (!is_true(object, attribute))
        return;
    g_autoptr(GPtrArray) parts = pgs_index_split_list(pgs_object_get(object, attribute));
    g_autofree char *list = pgs_yaml_list(parts);
    pgs_yaml_flow_raw(flow, attribute, list);
}

void
pgs_propose_columns(GString *flow, const PgsObject *object, const char *attribute)
{
    if (!is_true(object, attribute))
        return;
    g_autofree char *list = pgs_propose_column_list(pgs_object_get(object, attribute));
    pgs_yaml_flow_raw(flow, attribute, list);
}

void
pgs_propose_text(GString *flow, const PgsObject *object, const char *attribute)
{
    if (is_true(object, attribute))
        pgs_yaml_flow_text(flow, attribute, pgs_object_get(object, attribute));
}

void
pgs_propose_lower(GString *flow, const PgsObject *object, const char *attribute)
{
    if (!is_true(object, attribute))
        return;
    g_autofree char *lower = g_ascii_strdown(pgs_object_get(object, attribute), -1);
    pgs_yaml_flow_text(flow, attribute, lower);
}

void
pgs_propose_not_valid(GString *flow, const PgsObject *object)
{
    if (is_true(object, "not-valid"))
        pgs_yaml_flow_raw(flow, "validated", "false");
}

/* The texts of "'a', 'it''s'". */
GPtrArray *
pgs_propose_literals(const char *list)
{
    GPtrArray *texts = pgs_index_split_list(list);
    for (guint i = 0; i < texts->len; i++) {
        g_autofree char *literal = texts->pdata[i];
        const char *start = literal[0] == 'E' ? literal + 2 : literal + 1;
        g_autofree char *inner = g_strndup(start, strlen(start) - 1);
        g_auto(GStrv) parts = g_strsplit(inner, "''", -1);
        g_autofree char *single = g_strjoinv("'", parts);
        g_auto(GStrv) slashes = g_strsplit(single, literal[0] == 'E' ? "\\\\" : "\\", -1);
        texts->pdata[i] = g_strjoinv("\\", slashes);
    }
    return texts;
}
