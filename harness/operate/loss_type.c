#include "operate/loss_state.h"

#include <stdio.h>
#include <string.h>

/* Pairs of which the second has a like for each value of the first. */
static const struct {
    const char *from, *to;
} wider[] = {
    {"smallint", "integer"},
    {"smallint", "bigint"},
    {"smallint", "numeric"},
    {"integer", "bigint"},
    {"integer", "numeric"},
    {"bigint", "numeric"},
    {"smallint", "real"},
    {"smallint", "double precision"},
    {"integer", "double precision"},
    {"real", "double precision"},
    {"date", "timestamp without time zone"},
    {"cidr", "inet"},
    {"jsonb", "json"},
    {"text", "citext"},
};

/* Types that can be cast to each other by their text: of any, as text, nothing is lost. */
static const char *const texts[] = {"text", "character varying", "citext", NULL};

typedef struct {
    char *base;
    int n, first, second; /* how many numbers it has, and which */
} Type;

static void
type_clear(Type *type)
{
    g_free(type->base);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Type, type_clear)

/* "numeric(10,2)", "timestamp(3) without time zone" */
static Type
parse(const char *text)
{
    Type type = {0};
    const char *open = strchr(text, '(');
    const char *close = open != NULL ? strchr(open, ')') : NULL;
    if (close == NULL) {
        type.base = g_strdup(text);
        return type;
    }
    type.base = g_strdup_printf("%.*s%s", (int)(open - text), text, close + 1);
    type.n = MAX(sscanf(open, "(%d,%d)", &type.first, &type.second), 0);
    return type;
}

static gboolean
holds_numbers(const Type *from, const Type *to)
{
    if (to->n == 0)
        return TRUE;
    if (from->n == 0)
        return FALSE;
    if (strcmp(from->base, "numeric") == 0)
        return to->second >= from->second && to->first - to->second >= from->first - from->second;
    return to->first >= from->first;
}

/* Of arrays, each element is cast. */
static gboolean
elements_hold(const char *from, const char *to)
{
    g_autofree char *one = g_strndup(from, strlen(from) - strlen("[]"));
    g_autofree char *other = g_strndup(to, strlen(to) - strlen("[]"));
    return pgs_loss_type_holds(one, other);
}

gboolean
pgs_loss_type_holds(const char *from, const char *to)
{
    if (g_str_has_suffix(from, "[]") && g_str_has_suffix(to, "[]"))
        return elements_hold(from, to);
    g_auto(Type) one = parse(from);
    g_auto(Type) other = parse(to);
    if (strcmp(one.base, other.base) == 0)
        return holds_numbers(&one, &other);
    if (other.n == 0 && g_strv_contains(texts, other.base))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(wider); i++) {
        if (strcmp(wider[i].from, one.base) == 0 && strcmp(wider[i].to, other.base) == 0)
            return other.n == 0;
    }
    return FALSE;
}
