#include "config/field.h"

#include "base/text.h"
#include "config/scalar.h"

#include <string.h>

static gboolean
is_word(const char *const *words, const char *text)
{
    for (; *words != NULL; words++) {
        g_autofree char *upper = g_ascii_strup(*words, -1);
        if (strcmp(*words, text) == 0 || strcmp(upper, text) == 0)
            return TRUE;
    }
    return FALSE;
}

static const PgsField *
find_field(const PgsField *fields, const char *key)
{
    for (; fields->key != NULL; fields++) {
        if (strcmp(fields->key, key) == 0)
            return fields;
    }
    return NULL;
}

/* ---- What is expected, in words ---- */

static char *
join_or(char *const *words)
{
    GString *text = g_string_new(words[0]);
    for (guint i = 1; words[0] != NULL && words[i] != NULL; i++) {
        g_string_append(text, words[i + 1] != NULL ? ", " : " or ");
        g_string_append(text, words[i]);
    }
    return g_string_free(text, FALSE);
}

/* Of choices among choices all are listed side by side. */
static void
add_expected(const PgsShape *shape, GPtrArray *words)
{
    if (shape->type == PGS_SHAPE_CHOICE) {
        for (const PgsShape *const *choice = shape->choices; *choice != NULL; choice++)
            add_expected(*choice, words);
        return;
    }
    g_autofree char *word = pgs_shape_expected(shape);
    if (!g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
        g_ptr_array_add(words, g_steal_pointer(&word));
}

static char *
expected_choice(const PgsShape *shape)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    add_expected(shape, words);
    g_ptr_array_add(words, NULL);
    return join_or((char *const *)words->pdata);
}

char *
pgs_shape_expected(const PgsShape *shape)
{
    switch (shape->type) {
    case PGS_SHAPE_NOTHING:
        return g_strdup("nothing");
    case PGS_SHAPE_FLAG:
        return g_strdup("true or false");
    case PGS_SHAPE_NUMBER:
        return g_strdup_printf("a whole number from %u to %u", shape->minimum, shape->maximum);
    case PGS_SHAPE_DURATION:
        return g_strdup(shape->or_none ? "a duration such as 500ms, 30s, 10min or 2h, or none"
                                       : "a duration such as 500ms, 30s, 10min or 2h");
    case PGS_SHAPE_DATE:
        return g_strdup("a day such as 2027-01-31");
    case PGS_SHAPE_LIST:
        return g_strdup("a list");
    case PGS_SHAPE_MAP:
    case PGS_SHAPE_RECORD:
        return g_strdup("a mapping");
    case PGS_SHAPE_CHOICE:
        return expected_choice(shape);
    case PGS_SHAPE_TEXT:
        break;
    }
    if (shape->expected != NULL)
        return g_strdup(shape->expected);
    return shape->words != NULL ? join_or((char *const *)shape->words) : g_strdup("text");
}

/* ---- Checking ---- */

/* Whether a node of that type can be meant as shape at all; what is in it is asked later. */
static gboolean
takes(const PgsShape *shape, const PgsNode *node)
{
    switch (shape->type) {
    case PGS_SHAPE_NOTHING:
        return pgs_node_is_null(node);
    case PGS_SHAPE_FLAG:
        return pgs_node_flag(node) >= 0;
    case PGS_SHAPE_NUMBER:
    case PGS_SHAPE_DURATION:
    case PGS_SHAPE_DATE:
    case PGS_SHAPE_TEXT:
        return node->type == PGS_NODE_SCALAR && !pgs_node_is_null(node);
    case PGS_SHAPE_LIST:
        return node->type == PGS_NODE_LIST;
    case PGS_SHAPE_MAP:
    case PGS_SHAPE_RECORD:
        return node->type == PGS_NODE_MAPPING;
    case PGS_SHAPE_CHOICE:
        break;
    }
    for (const PgsShape *const *choice = shape->choices; *choice != NULL; choice++) {
        if (takes(*choice, node))
            return TRUE;
    }
    return FALSE;
}

static gboolean
fail_type(const PgsShape *shape, const PgsNode *node, const char *hint, GError **error)
{
    g_autofree char *expected = pgs_shape_expected(shape);
    if (pgs_node_is_null(node) && node->text[0] != '\0')
        hint = "a word that stands for nothing in YAML needs quotes to be text";
    else if (shape->type == PGS_SHAPE_FLAG && node->type == PGS_NODE_SCALAR && !node->is_plain)
        hint = "without quotes";
    return pgs_node_error(node, PGS_CONFIG_ERROR_VALUE, error, hint, "expected %s, found %s",
                          expected, pgs_node_type_name(node));
}

/* What is said of a shape, or of the first of its choices of which something is. */
static const char *
doc_of(const PgsShape *shape)
{
    const char *doc = shape->doc;
    for (const PgsShape *const *choice = shape->choices;
         doc == NULL && choice != NULL && *choice != NULL; choice++)
        doc = (*choice)->doc;
    return doc;
}

static gboolean
fail_text(const PgsShape *shape, const PgsNode *node, GError **error)
{
    g_autofree char *expected = pgs_shape_expected(shape);
    g_autofree char *found = pgs_text_ellipsize(node->text, 40);
    g_autofree char *lower = g_ascii_strdown(node->text, -1);
    const char *nearest = shape->words != NULL ? pgs_text_nearest(lower, shape->words) : NULL;
    g_autofree char *hint =
        nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest) : NULL;
    return pgs_node_error(node, PGS_CONFIG_ERROR_VALUE, error, hint, "expected %s, found \"%s\"",
                          expected, found);
}

/* Whether a scalar that shape takes says what it may. */
static gboolean
is_good_scalar(const PgsShape *shape, const char *text)
{
    guint number;
    switch (shape->type) {
    case PGS_SHAPE_NUMBER:
        return pgs_scalar_number(text, shape->minimum, shape->maximum, &number);
    case PGS_SHAPE_DURATION:
        return shape->or_none ? pgs_scalar_limit(text, &number)
                              : pgs_scalar_duration(text, &number);
    case PGS_SHAPE_DATE:
        return pgs_scalar_is_date(text);
    case PGS_SHAPE_TEXT:
        return (shape->words == NULL && shape->pattern == NULL) ||
               (shape->words != NULL && is_word(shape->words, text)) ||
               (shape->pattern != NULL &&
                g_regex_match_simple(shape->pattern, text, G_REGEX_DOLLAR_ENDONLY, 0));
    default:
        return TRUE;
    }
}

static gboolean
check_list(const PgsShape *shape, const PgsNode *node, GError **error)
{
    if (node->values->len < shape->minimum)
        return pgs_node_error(node, PGS_CONFIG_ERROR_VALUE, error, NULL, "the list is empty");
    for (guint i = 0; i < node->values->len; i++) {
        if (!pgs_shape_check(shape->element, pgs_node_at(node, i), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_map(const PgsShape *shape, const PgsNode *node, GError **error)
{
    for (guint i = 0; i < node->keys->len; i++) {
        if (!pgs_shape_check(shape->element, pgs_node_value_at(node, i), error))
            return FALSE;
    }
    return TRUE;
}

static char *
hint_at_keys(const PgsField *fields, const PgsNode *key, const PgsNode *value)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    for (; fields->key != NULL; fields++)
        g_ptr_array_add(keys, (gpointer)fields->key);
    g_ptr_array_add(keys, NULL);
    const char *nearest = pgs_text_nearest(key->text, (const char *const *)keys->pdata);
    if (nearest != NULL)
        return g_strdup_printf("did you mean \"%s\"?", nearest);
    /* What {type: numeric(10, 2)} has as its second pair. */
    if (pgs_node_is_null(value) && value->text[0] == '\0')
        return g_strdup("in braces, text with a comma in it needs quotes");
    g_autofree char *all = g_strjoinv(", ", (char **)keys->pdata);
    return g_strdup_printf("there are: %s", all);
}

static gboolean
fail_unknown_key(const PgsField *fields, const PgsNode *key, const PgsNode *value, GError **error)
{
    g_autofree char *hint = hint_at_keys(fields, key, value);
    g_autofree char *found = pgs_text_ellipsize(key->text, 40);
    return pgs_node_error(key, PGS_CONFIG_ERROR_KEY, error, hint, "there is no key \"%s\" here",
                          found);
}

static gboolean
check_required(const PgsField *fields, const PgsNode *node, GError **error)
{
    for (; fields->key != NULL; fields++) {
        if (fields->required && pgs_node_get(node, fields->key) == NULL)
            return pgs_node_error(node, PGS_CONFIG_ERROR_KEY, error, fields->doc,
                                  "the key \"%s\" is missing here", fields->key);
    }
    return TRUE;
}

static gboolean
check_one_of(const char *const *one_of, const PgsNode *node, GError **error)
{
    const char *first = NULL;
    for (const char *const *key = one_of; *key != NULL; key++) {
        const PgsNode *value = pgs_node_get(node, *key);
        if (value != NULL && first != NULL)
            return pgs_node_error(value, PGS_CONFIG_ERROR_KEY, error, "keep one of them",
                                  "\"%s\" and \"%s\" cannot stand together", first, *key);
        if (value != NULL)
            first = *key;
    }
    if (first != NULL)
        return TRUE;
    g_autofree char *keys = join_or((char *const *)one_of);
    return pgs_node_error(node, PGS_CONFIG_ERROR_KEY, error, NULL, "one key is missing here: %s",
                          keys);
}

static gboolean
check_record(const PgsShape *shape, const PgsNode *node, GError **error)
{
    for (guint i = 0; i < node->keys->len; i++) {
        const PgsNode *key = pgs_node_key_at(node, i);
        const PgsNode *value = pgs_node_value_at(node, i);
        const PgsField *field = find_field(shape->fields, key->text);
        if (field == NULL)
            return fail_unknown_key(shape->fields, key, value, error);
        if (!takes(field->shape, value))
            return fail_type(field->shape, value, field->doc, error);
        if (!pgs_shape_check(field->shape, value, error))
            return FALSE;
    }
    return check_required(shape->fields, node, error) &&
           (shape->one_of == NULL || check_one_of(shape->one_of, node, error));
}

static gboolean
check_choice(const PgsShape *shape, const PgsNode *node, GError **error)
{
    const PgsShape *const *choice = shape->choices;
    while (!takes(*choice, node))
        choice++;
    return pgs_shape_check(*choice, node, error);
}

gboolean
pgs_shape_check(const PgsShape *shape, const PgsNode *node, GError **error)
{
    if (!takes(shape, node))
        return fail_type(shape, node, doc_of(shape), error);
    switch (shape->type) {
    case PGS_SHAPE_LIST:
        return check_list(shape, node, error);
    case PGS_SHAPE_MAP:
        return check_map(shape, node, error);
    case PGS_SHAPE_RECORD:
        return check_record(shape, node, error);
    case PGS_SHAPE_CHOICE:
        return check_choice(shape, node, error);
    default:
        return is_good_scalar(shape, node->text) || fail_text(shape, node, error);
    }
}

/* ---- Reading ---- */

char **
pgs_node_texts(const PgsNode *node)
{
    guint n = pgs_node_count(node);
    char **texts = g_new0(char *, n + 1);
    for (guint i = 0; i < n; i++)
        texts[i] = g_strdup(pgs_node_at(node, i)->text);
    return texts;
}

static void
keep_text(char **place, const char *text)
{
    g_free(*place);
    *place = g_strdup(text);
}

static void
keep_texts(char ***place, const PgsNode *node)
{
    g_strfreev(*place);
    *place = pgs_node_texts(node);
}

void
pgs_field_keep(const PgsField *field, const PgsNode *value, gpointer target)
{
    gpointer place = G_STRUCT_MEMBER_P(target, field->offset);
    switch (field->shape->type) {
    case PGS_SHAPE_FLAG:
        *(gboolean *)place = pgs_node_flag(value);
        break;
    case PGS_SHAPE_NUMBER:
        pgs_scalar_number(value->text, field->shape->minimum, field->shape->maximum, place);
        break;
    case PGS_SHAPE_DURATION:
        pgs_scalar_limit(value->text, place);
        break;
    case PGS_SHAPE_TEXT:
    case PGS_SHAPE_DATE:
        keep_text(place, value->text);
        break;
    default:
        keep_texts(place, value);
        break;
    }
}

static gboolean
read_fields(const PgsField *fields, gboolean early, const PgsNode *mapping, gpointer target,
            gpointer context, GError **error)
{
    for (guint i = 0; i < mapping->keys->len; i++) {
        const PgsField *field = find_field(fields, pgs_node_key_at(mapping, i)->text);
        const PgsNode *value = pgs_node_value_at(mapping, i);
        if (field == NULL || field->early != early)
            continue;
        if (field->read == NULL)
            pgs_field_keep(field, value, target);
        else if (!field->read(value, field, target, context, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_fields_read(const PgsField *fields, const PgsNode *mapping, gpointer target, gpointer context,
                GError **error)
{
    return read_fields(fields, TRUE, mapping, target, context, error) &&
           read_fields(fields, FALSE, mapping, target, context, error);
}
