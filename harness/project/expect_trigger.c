#include "project/expect_part.h"

#include "project/short_form.h"

#include <string.h>

static const char *const timings[] = {"before", "after", "instead of", NULL};
static const PgsShape timing = {.type = PGS_SHAPE_TEXT, .words = timings};
/* In the order in which the snapshot has them. */
static const char *const events[] = {"insert", "delete", "update", "truncate", NULL};
static const PgsShape event = {.type = PGS_SHAPE_TEXT, .words = events};
static const PgsShape event_list = {.type = PGS_SHAPE_LIST, .element = &event, .minimum = 1};
static const PgsShape *const events_choices[] = {&event, &event_list, NULL};
static const PgsShape events_shape = {.type = PGS_SHAPE_CHOICE, .choices = events_choices};
static const char *const levels[] = {"row", "statement", "any", NULL};
static const PgsShape level = {.type = PGS_SHAPE_TEXT, .words = levels};
static const char *const states[] = {"replica", "always", "any", NULL};
static const PgsShape state = {.type = PGS_SHAPE_TEXT, .words = states};
static const PgsShape *const enabled_choices[] = {&pgs_shape_flag, &state, NULL};
static const PgsShape enabled = {.type = PGS_SHAPE_CHOICE, .choices = enabled_choices};

static gboolean
lists(const PgsNode *node, const char *word)
{
    for (guint i = 0; i < pgs_node_count(node); i++) {
        if (g_ascii_strcasecmp(pgs_node_at(node, i)->text, word) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
read_events(const PgsNode *value, const PgsField *field, gpointer target,
            G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *const *word = events; *word != NULL; word++) {
        g_autofree char *upper = g_ascii_strup(*word, -1);
        if (lists(value, *word))
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", upper);
    }
    pgs_expectation_set(target, field->detail, text->str);
    return TRUE;
}

static gboolean
read_enabled(const PgsNode *value, const PgsField *field, gpointer target,
             G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    int flag = pgs_node_flag(value);
    g_autofree char *word = g_ascii_strdown(value->text, -1);
    pgs_expectation_set(target, field->detail, flag == 1 ? NULL : flag == 0 ? "disabled" : word);
    return TRUE;
}

/* The snapshot has a function's name without its arguments' types: a trigger's has none. */
static gboolean
read_function(const PgsNode *value, const PgsField *field, gpointer target,
              G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    gsize length = strlen(value->text);
    g_autofree char *name =
        g_strndup(value->text, g_str_has_suffix(value->text, "()") ? length - 2 : length);
    pgs_expectation_set(target, field->detail, name);
    return TRUE;
}

static const PgsField trigger_fields[] = {
    {"timing", &timing, "When it fires.", .read = pgs_read_attribute_word, .detail = "timing"},
    {"events", &events_shape, "On what it fires, in any order.", .read = read_events,
     .detail = "events"},
    {"columns", &pgs_shape_texts, "The columns of UPDATE OF; `[]`: it fires for all.",
     .standard = "`[]`", .read = pgs_read_attribute_columns, .detail = "columns"},
    {"level", &level, "Whether once for each row or for each statement.", .standard = "`statement`",
     .read = pgs_read_attribute_word, .detail = "for-each"},
    {"when", &pgs_shape_text_or_nothing, "Its condition; `null`: it has none.", .standard = "none",
     .read = pgs_read_attribute, .detail = "when"},
    {"function", &pgs_shape_text, "What it executes: `set_updated_at`.", .read = read_function,
     .detail = "function"},
    {"arguments", &pgs_shape_texts, "The texts that the function is given; `[]`: none.",
     .standard = "none", .read = pgs_read_attribute_literals, .detail = "arguments"},
    {"enabled", &enabled,
     "`true`, `false`, or in which replication role it fires: `replica`, "
     "`always`.",
     .standard = "`true`", .read = read_enabled, .detail = "state"},
    {"old-table", &pgs_shape_text_or_nothing, "Its transition table of rows as they were.",
     .standard = "none", .read = pgs_read_attribute, .detail = "old-table"},
    {"new-table", &pgs_shape_text_or_nothing, "Its transition table of rows as they are now.",
     .standard = "none", .read = pgs_read_attribute, .detail = "new-table"},
    {"constraint", &pgs_shape_flag_or_any, "Whether it is a constraint trigger.",
     .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "constraint"},
    {"from", &pgs_shape_text_or_nothing, "The other table that a constraint trigger refers to.",
     .standard = "none", .read = pgs_read_attribute, .detail = "from"},
    PGS_DEFERRABLE_FIELDS,
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};
static const PgsShape trigger_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "trigger",
    .doc = "A trigger. Short, as text: what follows its name in CREATE TRIGGER (`ON table` and "
           "`EXECUTE …` may be left out). Nothing at all: one of that name exists and is enabled.",
    .example = "triggers:\n  t: {timing: before, events: [update], level: row, function: f}\n"
               "  u: BEFORE UPDATE FOR EACH ROW EXECUTE FUNCTION f()\n",
    .fields = trigger_fields,
};
static const PgsShape *const trigger_choices[] = {&pgs_shape_nothing, &pgs_shape_text,
                                                  &trigger_record, NULL};
static const PgsShape trigger = {.type = PGS_SHAPE_CHOICE, .choices = trigger_choices};
const PgsShape pgs_shape_triggers = {
    .type = PGS_SHAPE_MAP, .element = &trigger, .key_name = "name"};

gboolean
pgs_read_triggers(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                  G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        PgsExpectation *expectation = pgs_expect_part(context, "trigger", entry);
        if (entry.value->type == PGS_NODE_MAPPING) {
            if (!pgs_fields_read(trigger_fields, entry.value, expectation, context, error))
                return FALSE;
        } else if (!pgs_node_is_null(entry.value) &&
                   !pgs_short_trigger(entry.value, expectation, error)) {
            return FALSE;
        }
    }
    return TRUE;
}
