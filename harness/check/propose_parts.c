#include "check/propose_parts.h"

#include "check/propose_yaml.h"
#include "check/redundancy_index.h"

#include <string.h>

/* ---- which form ---- */

/* Attributes that the short forms say, or that say nothing that short forms would leave open. */
static const struct {
    const char *kind;
    const char *attributes; /* blanks around each */
} said[] = {
    {"column", " type collation not-null default identity generated "},
    {"primary key", " columns "},
    {"unique constraint", " columns nulls-not-distinct deferrable initially-deferred "},
    {"foreign key",
     " columns references on-delete on-update match deferrable initially-deferred not-valid "},
    {"check constraint", " columns expression not-valid no-inherit "},
    {"index", " method unique columns include nulls-not-distinct predicate "},
    {"trigger", " timing events columns for-each when function arguments constraint deferrable "
                "initially-deferred state old-table new-table from "},
    {"enum type", " labels "},
    {"function", " arguments returns language volatility strict security-definer body "},
    {"view", " definition "},
    {"materialized view", " definition "},
};

/* What an expectation is silent about: whose it is, how it is kept, what is said of it. */
#define SILENT                                                                                     \
    " owner privileges comment index-comment options storage compression statistics-target "       \
    "foreign-options tablespace extension-needed clustered persistence access-method "             \
    "replica-identity inherited local column-order attribute-order cost rows parallel leakproof "  \
    "support transform force-row-security not-populated of-type inherits partition-by "            \
    "partition-of bound detach-pending row-security cache server "

static gboolean
is_among(const char *words, const char *word)
{
    g_autofree char *spaced = g_strdup_printf(" %s ", word);
    return strstr(words, spaced) != NULL;
}

gboolean
pgs_propose_is_short(const PgsObject *object)
{
    const char *attributes = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
        if (strcmp(said[i].kind, object->kind) == 0)
            attributes = said[i].attributes;
    }
    for (guint i = 0; attributes != NULL && i < object->n_attributes; i++) {
        const char *name = object->attributes[i].name;
        if (!is_among(attributes, name) && !is_among(SILENT, name))
            return FALSE;
    }
    /* A name with quotes at both ends of itself is only understood as SQL spells it. */
    return attributes != NULL && strstr(object->identity, ".\"\"\"") == NULL;
}

gboolean
pgs_propose_is_implied(const PgsObject *object)
{
    static const char *const signs[] = {"owned-by", "attached-to", "inherited", "inherited-from"};
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (pgs_object_get(object, signs[i]) != NULL && pgs_object_get(object, "local") == NULL)
            return TRUE;
    }
    return FALSE;
}

/* ---- names and texts ---- */

/* "order" rather than "\"order\"", unless what is in the quotes needs them here too. */
static char *
unquote(const char *identifier)
{
    gsize length = strlen(identifier);
    if (length < 3 || identifier[0] != '"' || identifier[length - 1] != '"')
        return g_strdup(identifier);
    g_autofree char *inner = g_strndup(identifier + 1, length - 2);
    return strpbrk(inner, "\".,()[] ") != NULL ? g_strdup(identifier) : g_steal_pointer(&inner);
}

char *
pgs_propose_name(const PgsObject *object)
{
    static const char prefix[] = "public.";
    if (object->parent != NULL && g_str_has_prefix(object->identity, object->parent) &&
        object->identity[strlen(object->parent)] == '.')
        return unquote(object->identity + strlen(object->parent) + 1);
    if (g_str_has_prefix(object->identity, prefix))
        return unquote(object->identity + strlen(prefix));
    return g_strdup(object->identity);
}

/* An index's own name: it lies in its table's schema. */
static char *
index_name(const PgsObject *index)
{
    gboolean quoted = FALSE;
    for (const char *at = index->identity; *at != '\0'; at++) {
        quoted ^= *at == '"';
        if (*at == '.' && !quoted)
            return unquote(at + 1);
    }
    return g_strdup(index->identity);
}

/* A list of columns, as SQL spells them, in YAML. */
static char *
column_list(const char *columns)
{
    g_autoptr(GPtrArray) names = pgs_index_split_list(columns);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *name = names->pdata[i];
        names->pdata[i] = unquote(name);
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
static char *
bare(const char *expression)
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

static void
flow_flag(GString *flow, const PgsObject *object, const char *attribute)
{
    if (is_true(object, attribute))
        pgs_yaml_flow_raw(flow, attribute, "true");
}

static void
flow_not_valid(GString *flow, const PgsObject *object)
{
    if (is_true(object, "not-valid"))
        pgs_yaml_flow_raw(flow, "validated", "false");
}

static void
add_flow(GString *out, guint indent, const char *key, GString *flow)
{
    g_autofree char *value = pgs_yaml_flow_end(flow);
    pgs_yaml_add_raw(out, indent, key, value);
}

/* ---- columns ---- */

/* Whether a default can stand behind other clauses without being taken for one. */
static gboolean
is_plain_default(const char *expression)
{
    return !g_regex_match_simple(
        "\\b(not|null|default|generated|collate|primary|unique|references|check|constraint)\\b",
        expression, G_REGEX_CASELESS, 0);
}

/* "(a + b)" of "(a + b) STORED" */
static char *
generation(const char *generated)
{
    const char *end = strrchr(generated, ' ');
    g_autofree char *expression =
        g_strndup(generated, end != NULL ? (gsize)(end - generated) : strlen(generated));
    return bare(expression);
}

static void
add_column_mapping(GString *out, guint indent, const char *name, const PgsObject *column)
{
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_text(flow, "type", pgs_object_get(column, "type"));
    pgs_yaml_flow_raw(flow, "null", is_true(column, "not-null") ? "false" : "true");
    if (is_true(column, "default"))
        pgs_yaml_flow_text(flow, "default", pgs_object_get(column, "default"));
    if (is_true(column, "collation"))
        pgs_yaml_flow_text(flow, "collation", pgs_object_get(column, "collation"));
    add_flow(out, indent, name, flow);
}

void
pgs_propose_column(GString *out, guint indent, const PgsObject *column)
{
    g_autofree char *name = pgs_propose_name(column);
    const char *expression = pgs_object_get(column, "default");
    if (expression != NULL && !is_plain_default(expression)) {
        add_column_mapping(out, indent, name, column);
        return;
    }
    g_autoptr(GString) text = g_string_new(pgs_object_get(column, "type"));
    const char *collation = pgs_object_get(column, "collation");
    const char *identity = pgs_object_get(column, "identity");
    const char *generated = pgs_object_get(column, "generated");
    if (collation != NULL)
        g_string_append_printf(text, " collate %s", collation);
    if (is_true(column, "not-null"))
        g_string_append(text, " not null");
    if (expression != NULL)
        g_string_append_printf(text, " default %s", expression);
    if (identity != NULL) {
        g_autofree char *lower = g_ascii_strdown(identity, -1);
        g_string_append_printf(text, " generated %s as identity", lower);
    }
    if (generated != NULL) {
        g_autofree char *inner = generation(generated);
        g_string_append_printf(text, " generated always as (%s)%s", inner,
                               g_str_has_suffix(generated, " STORED") ? " stored" : " virtual");
    }
    pgs_yaml_add_text(out, indent, name, text->str);
}

/* ---- constraints ---- */

void
pgs_propose_primary_key(GString *out, guint indent, const PgsObject *key)
{
    g_autofree char *columns = column_list(pgs_object_get(key, "columns"));
    pgs_yaml_add_raw(out, indent, "primary-key", columns);
}

void
pgs_propose_unique(GString *out, guint indent, const PgsObject *constraint)
{
    g_autofree char *name = pgs_propose_name(constraint);
    g_autofree char *columns = column_list(pgs_object_get(constraint, "columns"));
    if (!is_true(constraint, "nulls-not-distinct") && !is_true(constraint, "deferrable")) {
        pgs_yaml_add_raw(out, indent, name, columns);
        return;
    }
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_raw(flow, "columns", columns);
    flow_flag(flow, constraint, "nulls-not-distinct");
    flow_flag(flow, constraint, "deferrable");
    flow_flag(flow, constraint, "initially-deferred");
    add_flow(out, indent, name, flow);
}

void
pgs_propose_foreign_key(GString *out, guint indent, const PgsObject *key)
{
    static const char prefix[] = "public.";
    g_autofree char *name = pgs_propose_name(key);
    const char *columns = pgs_object_get(key, "columns");
    const char *references = pgs_object_get(key, "references");
    const char *match = pgs_object_get(key, "match");
    GString *flow = pgs_yaml_flow_new();
    g_autofree char *list = column_list(columns);
    pgs_yaml_flow_raw(flow, "columns", list);
    pgs_yaml_flow_text(flow, "references",
                       g_str_has_prefix(references, prefix) ? references + strlen(prefix)
                                                            : references);
    pgs_yaml_flow_text(flow, "on-delete", pgs_object_get(key, "on-delete"));
    if (strcmp(pgs_object_get(key, "on-update"), "NO ACTION") != 0)
        pgs_yaml_flow_text(flow, "on-update", pgs_object_get(key, "on-update"));
    if (match != NULL) {
        g_autofree char *lower = g_ascii_strdown(match, -1);
        pgs_yaml_flow_text(flow, "match", lower);
    }
    flow_not_valid(flow, key);
    flow_flag(flow, key, "deferrable");
    flow_flag(flow, key, "initially-deferred");
    add_flow(out, indent, name, flow);
}

void
pgs_propose_check(GString *out, guint indent, const PgsObject *check)
{
    g_autofree char *name = pgs_propose_name(check);
    g_autofree char *expression = bare(pgs_object_get(check, "expression"));
    if (!is_true(check, "not-valid") && !is_true(check, "no-inherit")) {
        pgs_yaml_add_text(out, indent, name, expression);
        return;
    }
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_text(flow, "expression", expression);
    flow_not_valid(flow, check);
    flow_flag(flow, check, "no-inherit");
    add_flow(out, indent, name, flow);
}

/* ---- indexes and triggers ---- */

static gboolean
is_plain_index(const PgsObject *index)
{
    return strcmp(pgs_object_get(index, "method"), "btree") == 0 && !is_true(index, "unique") &&
           !is_true(index, "predicate") && !is_true(index, "include");
}

void
pgs_propose_index(GString *out, guint indent, const PgsObject *index)
{
    g_autofree char *name = index_name(index);
    /* With their quotes: here expressions stand as well. */
    g_autoptr(GPtrArray) keys = pgs_index_split_list(pgs_object_get(index, "columns"));
    g_autofree char *columns = pgs_yaml_list(keys);
    const char *predicate = pgs_object_get(index, "predicate");
    const char *method = pgs_object_get(index, "method");
    if (is_plain_index(index)) {
        pgs_yaml_add_raw(out, indent, name, columns);
        return;
    }
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_raw(flow, "columns", columns);
    flow_flag(flow, index, "unique");
    if (strcmp(method, "btree") != 0)
        pgs_yaml_flow_text(flow, "method", method);
    if (predicate != NULL) {
        g_autofree char *where = bare(predicate);
        pgs_yaml_flow_text(flow, "where", where);
    }
    if (is_true(index, "include")) {
        g_autofree char *include = column_list(pgs_object_get(index, "include"));
        pgs_yaml_flow_raw(flow, "include", include);
    }
    flow_flag(flow, index, "nulls-not-distinct");
    add_flow(out, indent, name, flow);
}

/* "UPDATE OF a, b" among "INSERT, UPDATE" */
static char *
trigger_events(const PgsObject *trigger)
{
    g_auto(GStrv) events = g_strsplit(pgs_object_get(trigger, "events"), ", ", -1);
    const char *columns = pgs_object_get(trigger, "columns");
    for (char **event = events; *event != NULL; event++) {
        if (columns == NULL || strcmp(*event, "UPDATE") != 0)
            continue;
        g_free(*event);
        *event = g_strdup_printf("UPDATE OF %s", columns);
    }
    return g_strjoinv(" OR ", events);
}

static const char *
or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void
add_trigger_text(GString *out, guint indent, const char *name, const PgsObject *trigger)
{
    g_autofree char *events = trigger_events(trigger);
    const char *when = pgs_object_get(trigger, "when");
    const char *old_table = pgs_object_get(trigger, "old-table");
    const char *new_table = pgs_object_get(trigger, "new-table");
    const char *function = pgs_object_get(trigger, "function");
    g_autoptr(GString) text = g_string_new(pgs_object_get(trigger, "timing"));
    g_string_append_printf(text, " %s", events);
    if (old_table != NULL || new_table != NULL)
        g_string_append(text, " REFERENCING");
    if (old_table != NULL)
        g_string_append_printf(text, " OLD TABLE AS %s", old_table);
    if (new_table != NULL)
        g_string_append_printf(text, " NEW TABLE AS %s", new_table);
    g_string_append_printf(text, " FOR EACH %s", pgs_object_get(trigger, "for-each"));
    if (when != NULL) {
        g_autofree char *condition = bare(when);
        g_string_append_printf(text, " WHEN (%s)", condition);
    }
    g_string_append_printf(text, " EXECUTE FUNCTION %s(%s)",
                           g_str_has_prefix(function, "public.") ? function + strlen("public.")
                                                                 : function,
                           or_empty(pgs_object_get(trigger, "arguments")));
    pgs_yaml_add_text(out, indent, name, text->str);
}

/* The texts of "'a', 'it''s'". */
static GPtrArray *
literals(const char *list)
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

static void
add_trigger_mapping(GString *out, guint indent, const char *name, const PgsObject *trigger)
{
    const char *state = pgs_object_get(trigger, "state");
    const char *when = pgs_object_get(trigger, "when");
    const char *function = pgs_object_get(trigger, "function");
    g_autofree char *timing = g_ascii_strdown(pgs_object_get(trigger, "timing"), -1);
    g_autofree char *events = g_ascii_strdown(pgs_object_get(trigger, "events"), -1);
    g_autofree char *level = g_ascii_strdown(pgs_object_get(trigger, "for-each"), -1);
    g_autofree char *list = g_strdup_printf("[%s]", events);
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_text(flow, "timing", timing);
    pgs_yaml_flow_raw(flow, "events", list);
    if (is_true(trigger, "columns")) {
        g_autofree char *columns = column_list(pgs_object_get(trigger, "columns"));
        pgs_yaml_flow_raw(flow, "columns", columns);
    }
    pgs_yaml_flow_text(flow, "level", level);
    if (when != NULL) {
        g_autofree char *condition = bare(when);
        pgs_yaml_flow_text(flow, "when", condition);
    }
    pgs_yaml_flow_text(flow, "function",
                       g_str_has_prefix(function, "public.") ? function + strlen("public.")
                                                             : function);
    if (is_true(trigger, "arguments")) {
        g_autoptr(GPtrArray) texts = literals(pgs_object_get(trigger, "arguments"));
        g_autofree char *arguments = pgs_yaml_list(texts);
        pgs_yaml_flow_raw(flow, "arguments", arguments);
    }
    flow_flag(flow, trigger, "constraint");
    flow_flag(flow, trigger, "deferrable");
    flow_flag(flow, trigger, "initially-deferred");
    if (state != NULL)
        pgs_yaml_flow_raw(flow, "enabled", strcmp(state, "disabled") == 0 ? "false" : state);
    add_flow(out, indent, name, flow);
}

void
pgs_propose_trigger(GString *out, guint indent, const PgsObject *trigger)
{
    g_autofree char *name = pgs_propose_name(trigger);
    if (is_true(trigger, "state") || is_true(trigger, "constraint"))
        add_trigger_mapping(out, indent, name, trigger);
    else
        add_trigger_text(out, indent, name, trigger);
}

/* ---- objects of their own ---- */

void
pgs_propose_enum(GString *out, guint indent, const PgsObject *type)
{
    g_autofree char *name = pgs_propose_name(type);
    g_autoptr(GPtrArray) labels = literals(pgs_object_get(type, "labels"));
    g_autofree char *list = pgs_yaml_list(labels);
    pgs_yaml_add_raw(out, indent, name, list);
}

void
pgs_propose_function(GString *out, guint indent, const PgsObject *function)
{
    static const char prefix[] = "public.";
    const char *name = g_str_has_prefix(function->identity, prefix)
                           ? function->identity + strlen(prefix)
                           : function->identity;
    const char *volatility = pgs_object_get(function, "volatility");
    GString *flow = pgs_yaml_flow_new();
    if (is_true(function, "returns"))
        pgs_yaml_flow_text(flow, "returns", pgs_object_get(function, "returns"));
    pgs_yaml_flow_text(flow, "language", pgs_object_get(function, "language"));
    if (volatility != NULL) {
        g_autofree char *lower = g_ascii_strdown(volatility, -1);
        pgs_yaml_flow_text(flow, "volatility", lower);
    }
    flow_flag(flow, function, "strict");
    flow_flag(flow, function, "security-definer");
    add_flow(out, indent, name, flow);
}

void
pgs_propose_view(GString *out, guint indent, const PgsObject *view)
{
    g_autofree char *name = pgs_propose_name(view);
    const char *definition = pgs_object_get(view, "definition");
    g_autofree char *query =
        g_strndup(definition, strlen(definition) - (g_str_has_suffix(definition, ";") ? 1 : 0));
    if (strcmp(view->kind, "view") == 0) {
        pgs_yaml_add_text(out, indent, name, query);
        return;
    }
    pgs_yaml_add_key(out, indent, name);
    pgs_yaml_add_raw(out, indent + 2, "materialized", "true");
    pgs_yaml_add_text(out, indent + 2, "definition", query);
}

void
pgs_propose_object(GString *out, guint indent, const PgsObject *object)
{
    g_autofree char *kind = pgs_yaml_scalar(object->kind, PGS_YAML_BLOCK);
    g_string_append_printf(out, "%*s- kind: %s\n", (int)indent, "", kind);
    pgs_yaml_add_text(out, indent + 2, "name", object->identity);
    gboolean any = FALSE;
    for (guint i = 0; i < object->n_attributes; i++) {
        const PgsAttribute *attribute = &object->attributes[i];
        if (is_among(SILENT, attribute->name))
            continue;
        if (!any)
            pgs_yaml_add_key(out, indent + 2, "attributes");
        any = TRUE;
        pgs_yaml_add_text(out, indent + 4, attribute->name, attribute->value);
    }
}
