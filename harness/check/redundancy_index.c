#include "check/redundancy_index.h"

#include <string.h>

/* How a btree's key is ordered: the bits of pg_index.indoption. */
enum {
    ORDER_DESC = 1,
    ORDER_NULLS_FIRST = 2,
    ORDER_OPPOSITE = ORDER_DESC | ORDER_NULLS_FIRST,
};

/* As snapshot/sql/_index_columns.sql writes them; the longer ones first. */
static const struct {
    const char *suffix;
    guint order;
} orders[] = {
    {" DESC NULLS LAST", ORDER_DESC},
    {" NULLS FIRST", ORDER_NULLS_FIRST},
    {" DESC", ORDER_DESC | ORDER_NULLS_FIRST},
    {"", 0},
};

/* The order of a key, and how long it is without. */
static guint
order_of(const char *key, gsize *length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(orders); i++) {
        if (!g_str_has_suffix(key, orders[i].suffix))
            continue;
        *length = strlen(key) - strlen(orders[i].suffix);
        return orders[i].order;
    }
    g_assert_not_reached();
}

GPtrArray *
pgs_index_split_list(const char *list)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    const char *start = list;
    int depth = 0;
    char quote = '\0';
    for (const char *at = list; at != NULL; at++) {
        if (*at == '\0' || (*at == ',' && quote == '\0' && depth == 0)) {
            if (at > start)
                g_ptr_array_add(parts, g_strstrip(g_strndup(start, (gsize)(at - start))));
            if (*at == '\0')
                break;
            start = at + 1;
        } else if (quote != '\0') { /* a doubled quote ends it and begins it again */
            quote = *at == quote ? '\0' : quote;
        } else if (*at == '\'' || *at == '"') {
            quote = *at;
        } else if (strchr("([", *at) != NULL) {
            depth++;
        } else if (strchr(")]", *at) != NULL) {
            depth--;
        }
    }
    return parts;
}

static gboolean
is_true(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute) != NULL;
}

PgsIndexShape *
pgs_index_shape_new(const PgsObject *object)
{
    gboolean index = strcmp(object->kind, "index") == 0;
    gboolean constraint =
        strcmp(object->kind, "primary key") == 0 || strcmp(object->kind, "unique constraint") == 0;
    if (!index && !constraint)
        return NULL;
    PgsIndexShape *shape = g_new0(PgsIndexShape, 1);
    const char *method = pgs_object_get(object, "method");
    shape->object = object;
    shape->method = method != NULL ? method : "btree"; /* a constraint's own is not told */
    shape->predicate = pgs_object_get(object, "predicate");
    shape->keys = pgs_index_split_list(pgs_object_get(object, "columns"));
    shape->included = pgs_index_split_list(pgs_object_get(object, "include"));
    shape->constraint = constraint;
    shape->unique = constraint || is_true(object, "unique");
    shape->attached = is_true(object, "attached-to");
    shape->usable = !is_true(object, "invalid") && !is_true(object, "not-ready");
    return shape;
}

void
pgs_index_shape_free(PgsIndexShape *shape)
{
    if (shape == NULL)
        return;
    g_ptr_array_unref(shape->keys);
    g_ptr_array_unref(shape->included);
    g_free(shape);
}

/* Whether two keys are the same but for their order; *turn: the bits in which that differs. */
static gboolean
key_matches(const char *a, const char *b, guint *turn)
{
    gsize a_length, b_length;
    *turn = order_of(a, &a_length) ^ order_of(b, &b_length);
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

gboolean
pgs_index_is_prefix(const PgsIndexShape *a, const PgsIndexShape *b)
{
    guint first = 0;
    if (a->keys->len > b->keys->len)
        return FALSE;
    for (guint i = 0; i < a->keys->len; i++) {
        guint turn;
        if (!key_matches(a->keys->pdata[i], b->keys->pdata[i], &turn))
            return FALSE;
        if (i == 0)
            first = turn;
        if (turn != first || (turn != 0 && turn != ORDER_OPPOSITE))
            return FALSE;
    }
    return TRUE;
}

/* Whether every part of a is one of b's, or of more's (which may be NULL). */
static gboolean
is_subset(const GPtrArray *a, const GPtrArray *b, const GPtrArray *more)
{
    for (guint i = 0; i < a->len; i++) {
        gboolean found = FALSE;
        for (guint j = 0; j < b->len && !found; j++)
            found = strcmp(a->pdata[i], b->pdata[j]) == 0;
        for (guint j = 0; more != NULL && j < more->len && !found; j++)
            found = strcmp(a->pdata[i], more->pdata[j]) == 0;
        if (!found)
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_same_ground(const PgsIndexShape *a, const PgsIndexShape *b)
{
    return strcmp(a->object->parent, b->object->parent) == 0 && strcmp(a->method, b->method) == 0 &&
           g_strcmp0(a->predicate, b->predicate) == 0;
}

/* Of two unique rules with the same keys: whether both refuse the same rows at the same time. */
static gboolean
has_same_rule(const PgsIndexShape *a, const PgsIndexShape *b)
{
    static const char *const attributes[] = {"nulls-not-distinct", "deferrable",
                                             "initially-deferred", "without-overlaps"};
    for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++) {
        if (is_true(a->object, attributes[i]) != is_true(b->object, attributes[i]))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_index_is_same(const PgsIndexShape *a, const PgsIndexShape *b)
{
    return has_same_ground(a, b) && a->keys->len == b->keys->len && pgs_index_is_prefix(a, b) &&
           is_subset(a->included, b->included, NULL) && is_subset(b->included, a->included, NULL) &&
           (!a->unique || !b->unique || has_same_rule(a, b));
}

gboolean
pgs_index_is_covered(const PgsIndexShape *a, const PgsIndexShape *b)
{
    return !a->unique && strcmp(a->method, "btree") == 0 && has_same_ground(a, b) &&
           pgs_index_is_prefix(a, b) && is_subset(a->included, b->keys, b->included);
}

/* The column that a key is, when rows can be looked up by its equality: an expression or another
 * collation does not serve, an operator class for patterns has the same equality. */
static char *
key_column(const char *key)
{
    gsize length;
    order_of(key, &length);
    g_autofree char *plain = g_strndup(key, length);
    static const char *const classes[] = {" text_pattern_ops", " varchar_pattern_ops",
                                          " bpchar_pattern_ops"};
    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (g_str_has_suffix(plain, classes[i]))
            plain[strlen(plain) - strlen(classes[i])] = '\0';
    }
    return g_steal_pointer(&plain);
}

/* A row whose column is looked up is not null: such a partial index serves as well. */
static gboolean
predicate_allows(const PgsIndexShape *shape, const GPtrArray *columns)
{
    if (shape->predicate == NULL)
        return TRUE;
    for (guint i = 0; i < columns->len; i++) {
        g_autofree char *given = g_strdup_printf("(%s IS NOT NULL)", (char *)columns->pdata[i]);
        if (strcmp(given, shape->predicate) == 0)
            return TRUE;
    }
    return FALSE;
}

/* So many of its first keys, as columns. */
static GPtrArray *
leading_columns(const PgsIndexShape *shape, guint n)
{
    GPtrArray *leading = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(leading, key_column(shape->keys->pdata[i]));
    return leading;
}

static gboolean
can_look_up(const PgsIndexShape *shape, const GPtrArray *columns)
{
    gboolean method = strcmp(shape->method, "btree") == 0 ||
                      (strcmp(shape->method, "hash") == 0 && columns->len == 1);
    return shape->usable && method && predicate_allows(shape, columns);
}

gboolean
pgs_index_serves_columns(const PgsIndexShape *shape, const GPtrArray *columns)
{
    if (!can_look_up(shape, columns))
        return FALSE;
    if (shape->keys->len >= columns->len) {
        g_autoptr(GPtrArray) leading = leading_columns(shape, columns->len);
        return is_subset(columns, leading, NULL);
    }
    /* Fewer keys do when they find one row at most. */
    g_autoptr(GPtrArray) all = leading_columns(shape, shape->keys->len);
    return shape->unique && is_subset(all, columns, NULL);
}

gboolean
pgs_index_narrows_columns(const PgsIndexShape *shape, const GPtrArray *columns)
{
    if (!can_look_up(shape, columns) || shape->keys->len == 0)
        return FALSE;
    g_autoptr(GPtrArray) first = leading_columns(shape, 1);
    return is_subset(first, columns, NULL);
}
