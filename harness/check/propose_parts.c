#include "check/propose_parts.h"

#include "check/expect_rows.h"
#include "check/propose_texts.h"
#include "check/propose_yaml.h"
#include "check/redundancy_index.h"

#include <string.h>

/* ---- which form ---- */

/* Attributes that the short forms say. */
static const struct {
    const char *kind;
    const char *attributes; /* blanks around each */
} said[] = {
    {"column", " type collation not-null default identity generated options "},
    {"primary key", " columns include deferrable initially-deferred options "},
    {"unique constraint",
     " columns include nulls-not-distinct deferrable initially-deferred options "},
    {"foreign key",
     " columns references on-delete on-update match deferrable initially-deferred not-valid "},
    {"check constraint", " columns expression not-valid no-inherit "},
    {"index", " method unique columns include nulls-not-distinct predicate options "},
    {"trigger", " timing events columns for-each when function arguments constraint deferrable "
                "initially-deferred state old-table new-table from "},
    {"enum type", " labels "},
    {"function", " returns language volatility strict security-definer settings parallel leakproof "
                 "body "},
    {"sequence", " type start increment minimum maximum cycle "},
    {"view", " definition "},
    {"materialized view", " definition "},
};

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
        if (!is_among(attributes, name) && !pgs_expect_is_unasked(name))
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

/* ---- what they share ---- */

char *
pgs_propose_name(const PgsObject *object)
{
    static const char prefix[] = "public.";
    if (object->parent != NULL && g_str_has_prefix(object->identity, object->parent) &&
        object->identity[strlen(object->parent)] == '.')
        return pgs_propose_unquote(object->identity + strlen(object->parent) + 1);
    if (g_str_has_prefix(object->identity, prefix))
        return pgs_propose_unquote(object->identity + strlen(prefix));
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
            return pgs_propose_unquote(at + 1);
    }
    return g_strdup(index->identity);
}

static gboolean
is_true(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute) != NULL;
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
    return pgs_propose_bare(expression);
}

static void
add_column_mapping(GString *out, guint indent, const char *name, const PgsObject *column)
{
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_text(flow, "type", pgs_object_get(column, "type"));
    pgs_yaml_flow_raw(flow, "null", is_true(column, "not-null") ? "false" : "true");
    pgs_propose_text(flow, column, "default");
    pgs_propose_text(flow, column, "collation");
    pgs_propose_lower(flow, column, "identity");
    if (is_true(column, "generated")) {
        g_autofree char *inner = generation(pgs_object_get(column, "generated"));
        pgs_yaml_flow_text(flow, "generated", inner);
    }
    pgs_propose_list(flow, column, "options");
    add_flow(out, indent, name, flow);
}

void
pgs_propose_column(GString *out, guint indent, const PgsObject *column)
{
    g_autofree char *name = pgs_propose_name(column);
    const char *expression = pgs_object_get(column, "default");
    if ((expression != NULL && !is_plain_default(expression)) || is_true(column, "options")) {
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

/* A key under that name in YAML: its columns, or a mapping when there is more to say. */
static void
add_key(GString *out, guint indent, const char *name, const PgsObject *key)
{
    static const char *const flags[] = {"nulls-not-distinct", "deferrable", "initially-deferred"};
    g_autofree char *columns = pgs_propose_column_list(pgs_object_get(key, "columns"));
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_raw(flow, "columns", columns);
    gsize plain = flow->len;
    pgs_propose_columns(flow, key, "include");
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
        pgs_propose_flag(flow, key, flags[i]);
    pgs_propose_list(flow, key, "options");
    gboolean is_plain = flow->len == plain;
    g_autofree char *mapping = pgs_yaml_flow_end(flow);
    pgs_yaml_add_raw(out, indent, name, is_plain ? columns : mapping);
}

void
pgs_propose_primary_key(GString *out, guint indent, const PgsObject *key)
{
    add_key(out, indent, "primary-key", key);
}

void
pgs_propose_unique(GString *out, guint indent, const PgsObject *constraint)
{
    g_autofree char *name = pgs_propose_name(constraint);
    add_key(out, indent, name, constraint);
}

void
pgs_propose_foreign_key(GString *out, guint indent, const PgsObject *key)
{
    static const char prefix[] = "public.";
    g_autofree char *name = pgs_propose_name(key);
    const char *columns = pgs_object_get(key, "columns");
    const char *references = pgs_object_get(key, "references");
    GString *flow = pgs_yaml_flow_new();
    g_autofree char *list = pgs_propose_column_list(columns);
    pgs_yaml_flow_raw(flow, "columns", list);
    pgs_yaml_flow_text(flow, "references",
                       g_str_has_prefix(references, prefix) ? references + strlen(prefix)
                                                            : references);
    pgs_yaml_flow_text(flow, "on-delete", pgs_object_get(key, "on-delete"));
    if (strcmp(pgs_object_get(key, "on-update"), "NO ACTION") != 0)
        pgs_yaml_flow_text(flow, "on-update", pgs_object_get(key, "on-update"));
    pgs_propose_lower(flow, key, "match");
    pgs_propose_not_valid(flow, key);
    pgs_propose_flag(flow, key, "deferrable");
    pgs_propose_flag(flow, key, "initially-deferred");
    add_flow(out, indent, name, flow);
}

void
pgs_propose_check(GString *out, guint indent, const PgsObject *check)
{
    g_autofree char *name = pgs_propose_name(check);
    g_autofree char *expression = pgs_propose_bare(pgs_object_get(check, "expression"));
    if (!is_true(check, "not-valid") && !is_true(check, "no-inherit")) {
        pgs_yaml_add_text(out, indent, name, expression);
        return;
    }
    GString *flow = pgs_yaml_flow_new();
    pgs_yaml_flow_text(flow, "expression", expression);
    pgs_propose_not_valid(flow, check);
    pgs_propose_flag(flow, check, "no-inherit");
    add_flow(out, indent, name, flow);
}

/* ---- indexes and triggers ---- */

static gboolean
is_plain_index(const PgsObject *index)
{
    return strcmp(pgs_object_get(index, "method"), "btree") == 0 && !is_true(index, "unique") &&
           !is_true(index, "predicate") && !is_true(index, "include") && !is_true(index, "options");
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
    pgs_propose_flag(flow, index, "unique");
    if (strcmp(method, "btree") != 0)
        pgs_yaml_flow_text(flow, "method", method);
    if (predicate != NULL) {
        g_autofree char *where = pgs_propose_bare(predicate);
        pgs_yaml_flow_text(flow, "where", where);
    }
    pgs_propose_columns(flow, index, "include");
    pgs_propose_flag(flow, index, "nulls-not-distinct");
    pgs_propose_list(flow, index, "options");
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
        g_autofree char *condition = pgs_propose_bare(when);
        g_string_append_printf(text, " WHEN (%s)", condition);
    }
    g_string_append_printf(text, " EXECUTE FUNCTION %s(%s)",
                           g_str_has_prefix(function, "public.") ? function + strlen("public.")
                                                                 : function,
                           or_empty(pgs_object_get(trigger, "arguments")));
    pgs_yaml_add_text(out, indent, name, text->str);
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
    pgs_propose_columns(flow, trigger, "columns");
    pgs_yaml_flow_text(flow, "level", level);
    if (when != NULL) {
        g_autofree char *condition = pgs_propose_bare(when);
        pgs_yaml_flow_text(flow, "when", condition);
    }
    pgs_yaml_flow_text(flow, "function",
                       g_str_has_prefix(function, "public.") ? function + strlen("public.")
                                                             : function);
    if (is_true(trigger, "arguments")) {
        g_autoptr(GPtrArray) texts = pgs_propose_literals(pgs_object_get(trigger, "arguments"));
        g_autofree char *arguments = pgs_yaml_list(texts);
        pgs_yaml_flow_raw(flow, "arguments", arguments);
    }
    pgs_propose_text(flow, trigger, "old-table");
    pgs_propose_text(flow, trigger, "new-table");
    pgs_propose_flag(flow, trigger, "constraint");
    pgs_propose_text(flow, trigger, "from");
    pgs_propose_flag(flow, trigger, "deferrable");
    pgs_propose_flag(flow, trigger, "initially-deferred");
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

/* ---- tables ---- */

void
pgs_propose_table(GString *out, guint indent, const PgsObject *table)
{
    static const char *const flags[] = {"row-security", "force-row-security"};
    static const char *const texts[] = {"partition-by", "partition-of", "bound", "of-type",
                                        "access-method"};
    static const char *const lists[] = {"inherits", "options"};
    if (is_true(table, "persistence"))
        pgs_yaml_add_raw(out, indent, "unlogged", "true");
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (is_true(table, flags[i]))
            pgs_yaml_add_raw(out, indent, flags[i], "true");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (is_true(table, texts[i]))
            pgs_yaml_add_text(out, indent, texts[i], pgs_object_get(table, texts[i]));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (!is_true(table, lists[i]))
            continue;
        g_autoptr(GPtrArray) parts = pgs_index_split_list(pgs_object_get(table, lists[i]));
        g_autofree char *list = pgs_yaml_list(parts);
        pgs_yaml_add_raw(out, indent, lists[i], list);
    }
}

/* ---- objects of their own ---- */

void
pgs_propose_enum(GString *out, guint indent, const PgsObject *type)
{
    g_autofree char *name = pgs_propose_name(type);
    g_autoptr(GPtrArray) labels = pgs_propose_literals(pgs_object_get(type, "labels"));
    g_autofree char *list = pgs_yaml_list(labels);
    pgs_yaml_add_raw(out, indent, name, list);
}

/* How an attribute's value is written. */
typedef enum {
    WRITE_TEXT,
    WRITE_LOWER, /* a word of SQL's */
    WRITE_RAW,   /* a number or a flag */
} Writing;

typedef struct {
    const char *attribute; /* the key's name too */
    Writing writing;
} Line;

/* name: and below it a line for each attribute that the object has. */
static void
add_lines(GString *out, guint indent, const char *name, const PgsObject *object, const Line *lines,
          gsize n_lines)
{
    pgs_yaml_add_key(out, indent, name);
    for (gsize i = 0; i < n_lines; i++) {
        const char *value = pgs_object_get(object, lines[i].attribute);
        if (value == NULL)
            continue;
        g_autofree char *lower = g_ascii_strdown(value, -1);
        if (lines[i].writing == WRITE_RAW)
            pgs_yaml_add_raw(out, indent + 2, lines[i].attribute, value);
        else
            pgs_yaml_add_text(out, indent + 2, lines[i].attribute,
                              lines[i].writing == WRITE_LOWER ? lower : value);
    }
}

void
pgs_propose_function(GString *out, guint indent, const PgsObject *function)
{
    static const char prefix[] = "public.";
    static const Line lines[] = {
        {"returns", WRITE_TEXT},   {"language", WRITE_TEXT},        {"volatility", WRITE_LOWER},
        {"strict", WRITE_RAW},     {"security-definer", WRITE_RAW}, {"settings", WRITE_TEXT},
        {"parallel", WRITE_LOWER}, {"leakproof", WRITE_RAW},        {"body", WRITE_TEXT},
    };
    const char *name = g_str_has_prefix(function->identity, prefix)
                           ? function->identity + strlen(prefix)
                           : function->identity;
    add_lines(out, indent, name, function, lines, G_N_ELEMENTS(lines));
}

void
pgs_propose_sequence(GString *out, guint indent, const PgsObject *sequence)
{
    static const Line lines[] = {
        {"type", WRITE_TEXT},   {"start", WRITE_RAW},   {"increment", WRITE_RAW},
        {"minimum", WRITE_RAW}, {"maximum", WRITE_RAW}, {"cycle", WRITE_RAW},
    };
    g_autofree char *name = pgs_propose_name(sequence);
    add_lines(out, indent, name, sequence, lines, G_N_ELEMENTS(lines));
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
        gboolean of_trigger =
            strcmp(object->kind, "trigger") == 0 && strcmp(attribute->name, "arguments") == 0;
        if (pgs_expect_is_unasked(attribute->name) && !of_trigger)
            continue;
        if (!any)
            pgs_yaml_add_key(out, indent + 2, "attributes");
        any = TRUE;
        pgs_yaml_add_text(out, indent + 4, attribute->name, attribute->value);
    }
}
