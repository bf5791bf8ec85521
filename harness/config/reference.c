#include "config/reference.h"

#include <string.h>

static char *describe(const PgsShape *shape);

/* "column" → "[column](#column)", as GitHub makes anchors. */
static char *
link_to(const PgsShape *shape)
{
    g_autofree char *anchor = g_strdelimit(g_strdup(shape->name), " ", '-');
    return g_strdup_printf("[%s](#%s)", shape->name, anchor);
}

static char *
describe_words(const char *const *words)
{
    g_autofree char *all = g_strjoinv("`, `", (char **)words);
    return g_strdup_printf("`%s`", all);
}

static char *
describe_choice(const PgsShape *shape)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    for (const PgsShape *const *choice = shape->choices; *choice != NULL; choice++)
        g_ptr_array_add(parts, describe(*choice));
    g_ptr_array_add(parts, NULL);
    return g_strjoinv(" or ", (char **)parts->pdata);
}

/* Of a list's items or a mapping's values; in parentheses where what follows could be misread. */
static char *
describe_element(const PgsShape *element)
{
    g_autofree char *text = describe(element);
    gboolean is_choice = element->type == PGS_SHAPE_CHOICE && element->name == NULL;
    return is_choice ? g_strdup_printf("(%s)", text) : g_steal_pointer(&text);
}

/* What a value looks like, in a table's cell. */
static char *
describe(const PgsShape *shape)
{
    if (shape->name != NULL)
        return link_to(shape);
    g_autofree char *element = shape->element != NULL ? describe_element(shape->element) : NULL;
    switch (shape->type) {
    case PGS_SHAPE_NOTHING:
        return g_strdup("nothing");
    case PGS_SHAPE_NUMBER:
        return shape->minimum == shape->maximum
                   ? g_strdup_printf("`%u`", shape->minimum)
                   : g_strdup_printf("number, %u to %u", shape->minimum, shape->maximum);
    case PGS_SHAPE_DURATION:
        return g_strdup(shape->or_none ? "duration or `none`" : "duration");
    case PGS_SHAPE_DATE:
        return g_strdup("day");
    case PGS_SHAPE_TEXT:
        return shape->words != NULL ? describe_words(shape->words) : g_strdup("text");
    case PGS_SHAPE_LIST:
        return g_strdup_printf("list of %s", element);
    case PGS_SHAPE_MAP:
        return g_strdup_printf("%s → %s", shape->key_name, element);
    case PGS_SHAPE_CHOICE:
        return describe_choice(shape);
    default:
        return pgs_shape_expected(shape);
    }
}

/* Named shapes in and under shape, each once, in the order in which they are met. */
static void
collect(const PgsShape *shape, GPtrArray *named)
{
    if (shape->name != NULL) {
        if (g_ptr_array_find(named, shape, NULL))
            return;
        g_ptr_array_add(named, (gpointer)shape);
    }
    if (shape->element != NULL)
        collect(shape->element, named);
    for (const PgsField *field = shape->fields; field != NULL && field->key != NULL; field++)
        collect(field->shape, named);
    for (const PgsShape *const *choice = shape->choices; choice != NULL && *choice != NULL;
         choice++)
        collect(*choice, named);
}

/* A bar would end a table's cell. */
static char *
escape_cell(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "|", -1);
    return g_strjoinv("\\|", parts);
}

static void
write_field(GString *page, const PgsField *field)
{
    g_autofree char *value = describe(field->shape);
    g_autofree char *cell = escape_cell(value);
    g_autofree char *doc = escape_cell(field->doc);
    g_string_append_printf(page, "| `%s` | %s | %s |", field->key, cell, doc);
    if (field->required)
        g_string_append(page, " required |\n");
    else
        g_string_append_printf(page, " %s |\n", field->standard != NULL ? field->standard : "");
}

static void
write_section(GString *page, const PgsShape *shape)
{
    g_string_append_printf(page, "\n## %s\n\n%s\n", shape->name, shape->doc);
    if (shape->example != NULL)
        g_string_append_printf(page, "\n```yaml\n%s```\n", shape->example);
    if (shape->fields == NULL)
        return;
    g_string_append(page, "\n| key | value | meaning | default |\n|---|---|---|---|\n");
    for (const PgsField *field = shape->fields; field->key != NULL; field++)
        write_field(page, field);
}

/* What the words in the tables' second column mean. */
static const char values[] =
    "Values: *text* is any single value, kept as it is written: `001` stays `001`, and `no` is a "
    "word. A\nlone `null`, `~` or nothing at all is *nothing*; in quotes it is text. *true or "
    "false* "
    "may be written\n`yes` or `no`, `on` or `off` as well. Words are in lower case or in upper "
    "case. "
    "A *duration* is\n`500ms`, `30s`, `10min`, `2h`, or a number of seconds; a *day* is "
    "`2027-01-31`. `a → b` is a mapping of\nnames to such values. Anchors, aliases and merge keys "
    "(`<<: *base`) work. A file has at most 1 MiB.\n";

char *
pgs_reference_make(const PgsShape *shape)
{
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    collect(shape, named);
    GString *page = g_string_new(values);
    for (guint i = 0; i < named->len; i++)
        write_section(page, g_ptr_array_index(named, i));
    return g_string_free(page, FALSE);
}
