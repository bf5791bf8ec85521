#include "project/attribute.h"

#include "base/text.h"
#include "project/names.h"
#include "project/short_form.h"

static const char *const actions[] = {"cascade",   "restrict", "set null", "set default",
                                      "no action", "c",        "r",        "n",
                                      "d",         "a",        "any",      NULL};
/* The columns in parentheses: PostgreSQL 15 and later. */
const PgsShape pgs_shape_action = {
    .type = PGS_SHAPE_TEXT,
    .words = actions,
    .pattern = "^(SET|set) (NULL|null|DEFAULT|default) ?\\([^()]+\\)$",
    .expected = "CASCADE, RESTRICT, SET NULL, SET DEFAULT, NO ACTION, or confdeltype's letter for "
                "it (c, r, n, d, a); or any",
};

gboolean
pgs_is_any(const PgsNode *value)
{
    return value->type == PGS_NODE_SCALAR && g_ascii_strcasecmp(value->text, "any") == 0;
}

gboolean
pgs_read_attribute(const PgsNode *value, const PgsField *field, gpointer target,
                   G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    pgs_expectation_set(target, field->detail, pgs_node_is_null(value) ? NULL : value->text);
    return TRUE;
}

gboolean
pgs_read_attribute_text(const PgsNode *value, const PgsField *field, gpointer target,
                        G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    if (!pgs_node_is_null(value))
        pgs_expectation_set(target, field->detail, value->text);
    return TRUE;
}

gboolean
pgs_read_attribute_word(const PgsNode *value, const PgsField *field, gpointer target,
                        G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    g_autofree char *upper = g_ascii_strup(value->text, -1);
    pgs_expectation_set(target, field->detail, pgs_node_is_null(value) ? NULL : upper);
    return TRUE;
}

/* What a snapshot has where the flag is present. */
static const char *
flag_value(const PgsNode *value, int present)
{
    if (pgs_is_any(value))
        return "any";
    return pgs_node_flag(value) == present ? "true" : NULL;
}

gboolean
pgs_read_attribute_flag(const PgsNode *value, const PgsField *field, gpointer target,
                        G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    pgs_expectation_set(target, field->detail, flag_value(value, 1));
    return TRUE;
}

gboolean
pgs_read_attribute_not(const PgsNode *value, const PgsField *field, gpointer target,
                       G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    pgs_expectation_set(target, field->detail, flag_value(value, 0));
    return TRUE;
}

static char *
same_text(const char *text)
{
    return g_strdup(text);
}

/* spell makes of a text what is listed of it. */
static void
set_joined(PgsExpectation *expectation, const char *attribute, const PgsNode *value,
           char *(*spell)(const char *text))
{
    g_autoptr(GString) joined = g_string_new(NULL);
    if (pgs_is_any(value)) {
        pgs_expectation_set(expectation, attribute, "any");
        return;
    }
    for (guint i = 0; i < pgs_node_count(value); i++) {
        g_autofree char *text = spell(pgs_node_at(value, i)->text);
        g_string_append_printf(joined, "%s%s", i > 0 ? ", " : "", text);
    }
    pgs_expectation_set(expectation, attribute, joined->len > 0 ? joined->str : NULL);
}

gboolean
pgs_read_attribute_columns(const PgsNode *value, const PgsField *field, gpointer target,
                           G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    set_joined(target, field->detail, value, pgs_name_listed);
    return TRUE;
}

gboolean
pgs_read_attribute_list(const PgsNode *value, const PgsField *field, gpointer target,
                        G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    set_joined(target, field->detail, value, same_text);
    return TRUE;
}

gboolean
pgs_read_attribute_literals(const PgsNode *value, const PgsField *field, gpointer target,
                            G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    set_joined(target, field->detail, value, pgs_text_literal);
    return TRUE;
}

gboolean
pgs_read_attribute_action(const PgsNode *value, const PgsField *field, gpointer target,
                          G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    g_autofree char *action = pgs_short_action(value->text);
    pgs_expectation_set(target, field->detail, action);
    return TRUE;
}

guint
pgs_entry_count(const PgsNode *value)
{
    return value->type == PGS_NODE_SCALAR ? 1 : value->values->len;
}

PgsEntry
pgs_entry_at(const PgsNode *value, guint i)
{
    if (value->type == PGS_NODE_MAPPING)
        return (PgsEntry){pgs_node_key_at(value, i), pgs_node_value_at(value, i)};
    const PgsNode *item = pgs_node_at(value, i);
    return (PgsEntry){item, item};
}

PgsExpectation *
pgs_reading_expect(PgsReading *reading, const char *kind, const char *relation, const char *name,
                   const PgsNode *place)
{
    PgsExpectation *expectation = pgs_expectation_new(kind, relation, name);
    g_strfreev(expectation->requirements);
    expectation->requirements = g_strdupv((char **)reading->inherited);
    expectation->absent = reading->absent;
    expectation->place = place->place;
    g_ptr_array_add(reading->block->items, expectation);
    return expectation;
}
