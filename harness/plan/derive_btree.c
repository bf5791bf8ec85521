#include "plan/derive_index.h"
#include "plan/derive_search.h"

#include <string.h>

enum {
    MANY_ROWS = 100, /* of one value: to be sorted, they cost far more than ten that are */
};
#define RANGE_SHARE 0.005
#define PARTIAL_RANGE_SHARE 0.02
#define LEAST_RANGE 5.0 /* rows */
#define STRATEGY_LESS 1
#define STRATEGY_LESS_EQUAL 2
#define STRATEGY_EQUAL 3
#define STRATEGY_GREATER_EQUAL 4
#define STRATEGY_GREATER 5
#define HASH_STRATEGY_EQUAL 1 /* access/stratnum.h: HTEqualStrategyNumber */

/* Of pg_type: numbers, dates and times, intervals, texts: what people ask a range of. */
#define CATEGORIES_WITH_RANGES "NDTS"

/* ---- keys ---- */

static const PgsOperator *
equality_of(const PgsDeriving *deriving, const PgsIndexKey *key)
{
    gboolean is_hash = strcmp(deriving->index->method, "hash") == 0;
    return pgs_operators_strategy(deriving->operators, key,
                                  is_hash ? HASH_STRATEGY_EQUAL : STRATEGY_EQUAL);
}

/* text_pattern_ops and its like sort by bytes, for LIKE alone. */
static gboolean
is_pattern(const PgsDeriving *deriving, const PgsIndexKey *key)
{
    const PgsOperator *less = pgs_operators_strategy(deriving->operators, key, STRATEGY_LESS);
    return less != NULL && strcmp(less->name, "~<~") == 0;
}

/* One value in all rows of a partial index: its predicate says which. */
static gboolean
is_fixed(const PgsDeriving *deriving, const PgsIndexKey *key, const char *value, gboolean *fixed,
         GError **error)
{
    g_autofree char *sql = pgs_derive_key_sql(key);
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    pgs_inquiry_add(inquiry, sql, equality_of(deriving, key), g_strdup(value));
    gint64 n = pgs_inquiry_count(inquiry, error);
    *fixed = n == deriving->n_indexed;
    return n != G_MININT64;
}

/* ---- equality ---- */

static gboolean
add_leading(PgsDeriving *deriving, char *value, GError **error)
{
    const PgsIndexKey *key = deriving->index->keys->pdata[0];
    g_autofree char *sql = pgs_derive_key_sql(key);
    g_autofree char *what =
        g_strdup_printf("its leading key's rarest value%s %s",
                        deriving->aside != NULL ? " that no other index is for," : "", value);
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    pgs_inquiry_add(inquiry, sql, equality_of(deriving, key), value);
    return pgs_derive_add_fair(deriving, PGS_QUESTION_EQUALITY, inquiry,
                               pgs_derive_key_title("equality on", deriving->index, 0), what,
                               error);
}

/* The condition that no key from first on is NULL, of a row whose values are all asked for. */
static char *
not_null(const PgsDeriving *deriving, guint first)
{
    const PgsIndex *index = deriving->index;
    GString *condition = g_string_new(index->predicate);
    for (guint i = first; i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        g_string_append_printf(condition, "%s(%s) IS NOT NULL", condition->len > 0 ? " AND " : "",
                               key->sql);
    }
    return g_string_free(condition, FALSE);
}

/* Behind "rows". */
static const char *
of_them(const PgsIndex *index)
{
    return index->predicate != NULL ? " that fulfils its predicate" : "";
}

/* Which key is NULL in each row, where no row has all of them. */
static gboolean
say_what_is_null(PgsDeriving *deriving, guint first, GError **error)
{
    const PgsIndex *index = deriving->index;
    for (guint i = first; i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        g_autofree char *condition = g_strdup_printf(
            "%s%s(%s) IS NOT NULL", index->predicate != NULL ? index->predicate : "",
            index->predicate != NULL ? " AND " : "", key->sql);
        gint64 n = pgs_inquiry_count_rows(deriving->connection, deriving->from, condition, error);
        if (n == G_MININT64)
            return FALSE;
        if (n == 0)
            pgs_derive_say(deriving, "its key %s is NULL in each row%s", key->sql, of_them(index));
    }
    pgs_derive_say(deriving, "no row%s has a value in all of its keys", of_them(index));
    return TRUE;
}

/*
 * Equality on the keys from first on, with values of a row that is there: a common one of the first
 * of several, so that it is the others that make the rows few, and rare ones of those.  *inquiry
 * NULL: there is none without a NULL.
 */
static gboolean
inquire_all(PgsDeriving *deriving, guint first, PgsPick pick, PgsInquiry **inquiry, GError **error)
{
    const PgsIndex *index = deriving->index;
    g_autofree char *condition = not_null(deriving, first);
    /* The one finds values, the other is the question. */
    g_autoptr(PgsInquiry) finder = pgs_inquiry_new(deriving->connection, deriving->from, condition);
    g_autoptr(PgsInquiry) asked = pgs_derive_inquiry(deriving);
    *inquiry = NULL;
    for (guint i = first; i < index->keys->len; i++) {
        const PgsIndexKey *key = index->keys->pdata[i];
        const PgsOperator *equal = equality_of(deriving, key);
        g_autofree char *sql = pgs_derive_key_sql(key);
        g_autofree char *value = NULL;
        if (!pgs_derive_pick(deriving, finder->literal->str, sql, i == first ? pick : PGS_PICK_RARE,
                             &value, error))
            return FALSE;
        if (value == NULL)
            return say_what_is_null(deriving, first, error);
        if (equal == NULL)
            return TRUE;
        pgs_inquiry_add(finder, sql, equal, g_strdup(value));
        pgs_inquiry_add(asked, sql, equal, g_steal_pointer(&value));
    }
    *inquiry = g_steal_pointer(&asked);
    return TRUE;
}

/* Where the common one's rows are too many still: the rare one's.  *all NULL: there is none. */
static gboolean
find_all(PgsDeriving *deriving, guint first, PgsInquiry **all, GError **error)
{
    static const PgsPick picks[] = {PGS_PICK_COMMON, PGS_PICK_RARE};
    for (guint i = deriving->index->keys->len > first + 1 ? 0 : 1; i < G_N_ELEMENTS(picks); i++) {
        g_autoptr(PgsInquiry) inquiry = NULL;
        *all = NULL;
        if (!inquire_all(deriving, first, picks[i], &inquiry, error))
            return FALSE;
        if (inquiry == NULL)
            return TRUE;
        gint64 n = pgs_inquiry_count(inquiry, error);
        if (n == G_MININT64)
            return FALSE;
        if ((double)n <= PGS_DERIVE_MOST * (double)deriving->fewest ||
            i + 1 == G_N_ELEMENTS(picks)) {
            *all = g_steal_pointer(&inquiry);
            return TRUE;
        }
    }
    return TRUE;
}

static void
add_all(PgsDeriving *deriving, const PgsInquiry *all)
{
    const PgsIndex *index = deriving->index;
    g_autofree char *keys = pgs_derive_keys_title(index, index->keys->len);
    pgs_derive_add(deriving, PGS_QUESTION_EQUALITY, all, "",
                   index->keys->len > 1 ? g_strdup_printf("equality on %s", keys)
                                        : pgs_derive_key_title("equality on", index, 0));
}

/* ---- ranges and patterns ---- */

/* Few of the partition that they may all be in, and of those that a partial index is for: others
 * may be for them as well. */
static double
range_share(const PgsDeriving *deriving)
{
    double indexed = (double)deriving->n_indexed;
    double rows = MIN(RANGE_SHARE * (double)deriving->fewest, PARTIAL_RANGE_SHARE * indexed);
    return MIN(MAX(rows, LEAST_RANGE) / indexed, 0.5);
}

gboolean
pgs_derive_range(PgsDeriving *deriving, guint i, GError **error)
{
    const PgsIndex *index = deriving->index;
    const PgsIndexKey *key = index->keys->pdata[i];
    const PgsOperator *from =
        pgs_operators_strategy(deriving->operators, key, STRATEGY_GREATER_EQUAL);
    const PgsOperator *to = pgs_operators_strategy(deriving->operators, key, STRATEGY_LESS_EQUAL);
    if (from == NULL || to == NULL || strcmp(from->name, ">=") != 0 || from->category == '\0' ||
        strchr(CATEGORIES_WITH_RANGES, from->category) == NULL)
        return TRUE;
    g_autofree char *sql = pgs_derive_key_sql(key), *low = NULL, *high = NULL;
    if (!pgs_parameter_range(deriving->connection, deriving->from, sql, index->predicate,
                             range_share(deriving), &low, &high, error))
        return FALSE;
    /* Both may be the same one: whether they are is chance, and whether it is asked must not be. */
    if (low == NULL || high == NULL)
        return TRUE;
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    pgs_inquiry_add(inquiry, sql, from, g_steal_pointer(&low));
    pgs_inquiry_add(inquiry, sql, to, g_steal_pointer(&high));
    return pgs_derive_add_fair(deriving, PGS_QUESTION_RANGE, inquiry,
                               pgs_derive_key_title("range of", index, i), "the narrowest range",
                               error);
}

static gboolean
add_prefix(PgsDeriving *deriving, GError **error)
{
    const PgsIndexKey *key = deriving->index->keys->pdata[0];
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    g_autofree char *value = NULL;
    /* LIKE takes no heed of the index's collation. */
    if (!pgs_search_prefix(inquiry, key->sql, &value, error))
        return FALSE;
    if (value == NULL)
        return TRUE;
    pgs_inquiry_add(inquiry, key->sql, pgs_search_like(), g_steal_pointer(&value));
    return pgs_derive_add_fair(deriving, PGS_QUESTION_SEARCH, inquiry,
                               pgs_derive_key_title("LIKE a prefix:", deriving->index, 0),
                               "the rarest prefix", error);
}

/* Texts by their bytes, said so in the index or its column: a database's own default is no sign of
 * what the index is for. */
static gboolean
is_for_prefixes(const PgsDeriving *deriving, const PgsIndexKey *key)
{
    const PgsOperator *equal = equality_of(deriving, key);
    gboolean is_said =
        key->collation_sql != NULL || (key->column != NULL && key->column->collation != NULL);
    return is_pattern(deriving, key) ||
           (key->collation_is_c && is_said && equal != NULL && equal->category == 'S');
}

/* ---- order ---- */

static gboolean
append_order(const PgsDeriving *deriving, const PgsIndexKey *key, GString *order)
{
    guint strategy = key->descending ? STRATEGY_GREATER : STRATEGY_LESS;
    const PgsOperator *oper = pgs_operators_strategy(deriving->operators, key, strategy);
    g_autofree char *sql = pgs_derive_key_sql(key);
    /* A class that sorts otherwise has an order that no type's own operator names. */
    if (oper == NULL || strcmp(oper->name, key->descending ? ">" : "<") != 0)
        return FALSE;
    g_string_append_printf(order, "%s%s", order->len > 0 ? ", " : "", sql);
    if (!key->opclass_is_default) {
        /* pg_catalog's stand without OPERATOR(), which USING takes as well. */
        g_string_append_printf(order, " USING %s", oper->sql);
    } else if (key->descending) {
        g_string_append(order, " DESC");
    }
    if (key->nulls_first != key->descending)
        g_string_append(order, key->nulls_first ? " NULLS FIRST" : " NULLS LAST");
    return TRUE;
}

/* The keys from first on; NULL: one of them gives no order that could be asked for. */
static char *
order_of(const PgsDeriving *deriving, guint first)
{
    const PgsIndex *index = deriving->index;
    g_autoptr(GString) order = g_string_new(NULL);
    for (guint i = first; i < index->keys->len; i++) {
        if (!append_order(deriving, index->keys->pdata[i], order))
            return NULL;
    }
    return g_string_free(g_steal_pointer(&order), FALSE);
}

static void
add_order(PgsDeriving *deriving)
{
    g_autofree char *order = order_of(deriving, 0);
    if (order == NULL)
        return;
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    g_autofree char *tail = g_strdup_printf(" ORDER BY %s LIMIT 10", order);
    pgs_derive_add(deriving, PGS_QUESTION_ORDER, inquiry, tail,
                   g_strdup_printf("%s in the order of %s", deriving->index->relation_name, order));
}

/*
 * Where another index has the leading key as well: the order of the others among the rows of one
 * value of it, which many have.
 */
static gboolean
add_order_within(PgsDeriving *deriving, GError **error)
{
    const PgsIndex *index = deriving->index;
    const PgsIndexKey *key = index->keys->pdata[0];
    if (index->keys->len < 2 || pgs_rival_for_rest(deriving) != NULL)
        return TRUE;
    g_autofree char *order = order_of(deriving, 1), *sql = pgs_derive_key_sql(key), *value = NULL;
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    if (order == NULL)
        return TRUE;
    if (!pgs_derive_pick(deriving, index->predicate, sql, PGS_PICK_COMMON, &value, error))
        return FALSE;
    pgs_inquiry_add(inquiry, sql, equality_of(deriving, key), g_steal_pointer(&value));
    gint64 n = pgs_inquiry_count(inquiry, error);
    if (n < MANY_ROWS)
        return n != G_MININT64;
    g_autofree char *tail = g_strdup_printf(" ORDER BY %s LIMIT 10", order);
    g_autofree char *title = pgs_derive_key_title("equality on", index, 0);
    pgs_derive_add(deriving, PGS_QUESTION_ORDER, inquiry, tail,
                   g_strdup_printf("%s, in the order of %s", title, order));
    return TRUE;
}

/* ---- all ---- */

/* By its leading key alone, unless another index is for that. */
static gboolean
add_by_leading(PgsDeriving *deriving, const char *value, GError **error)
{
    const PgsIndexKey *key = deriving->index->keys->pdata[0];
    if (pgs_rival_for_leading(deriving, TRUE) == NULL &&
        !add_leading(deriving, g_strdup(value), error))
        return FALSE;
    if (is_for_prefixes(deriving, key) && !add_prefix(deriving, error))
        return FALSE;
    return !deriving->index->can_order || is_pattern(deriving, key) ||
           pgs_rival_for_leading(deriving, FALSE) != NULL || pgs_derive_range(deriving, 0, error);
}

static gboolean
add_by_all(PgsDeriving *deriving, const PgsInquiry *all, guint first, GError **error)
{
    const PgsIndex *rival = NULL;
    if (deriving->index->keys->len < 2)
        return TRUE;
    if (!pgs_rival_for_all(deriving, first, &rival, error))
        return FALSE;
    if (rival == NULL)
        add_all(deriving, all);
    return TRUE;
}

static gboolean
add_by_order(PgsDeriving *deriving, gboolean fixed, GError **error)
{
    if (!deriving->index->can_order)
        return TRUE;
    if (!fixed && pgs_rival_for_leading(deriving, FALSE) != NULL)
        return add_order_within(deriving, error);
    if (deriving->questions->len == deriving->n_before || pgs_rival_for_order(deriving) == NULL)
        add_order(deriving);
    return TRUE;
}

/* fixed: the leading key has one value, which the predicate says. */
static gboolean
add_by_keys(PgsDeriving *deriving, const char *value, gboolean fixed, GError **error)
{
    guint first = fixed ? 1 : 0;
    g_autoptr(PgsInquiry) all = NULL;
    gboolean fair = FALSE;
    if (!fixed && !add_by_leading(deriving, value, error))
        return FALSE;
    if (deriving->index->keys->len == first)
        return TRUE;
    if (!find_all(deriving, first, &all, error))
        return FALSE;
    if (all != NULL && !pgs_derive_is_fair(deriving, all, "equality on all its keys", &fair, error))
        return FALSE;
    /* Where so many rows are alike, their order is nobody's wish either. */
    if (!fair)
        return TRUE;
    if (!add_by_all(deriving, all, first, error) || !add_by_order(deriving, fixed, error))
        return FALSE;
    /* What is always better served by another index is to be seen as such. */
    if (deriving->questions->len == deriving->n_before)
        add_all(deriving, all);
    return TRUE;
}

gboolean
pgs_derive_btree(PgsDeriving *deriving, GError **error)
{
    const PgsIndex *index = deriving->index;
    const PgsIndexKey *key = index->keys->pdata[0];
    g_autofree char *sql = pgs_derive_key_sql(key), *value = NULL;
    gboolean fixed = FALSE;
    if (!pgs_derive_pick(deriving, index->predicate, sql, PGS_PICK_RARE, &value, error))
        return FALSE;
    if (value == NULL || equality_of(deriving, key) == NULL) {
        if (value == NULL)
            pgs_derive_say(deriving, "its leading key %s is NULL in each row%s", key->sql,
                           of_them(index));
        else
            pgs_derive_say(deriving, "its leading key %s has no equality", key->sql);
        return TRUE;
    }
    const PgsIndex *rival = pgs_rival_by_predicate(deriving);
    if (rival != NULL) {
        pgs_derive_say(deriving, "what it is for %s serves as well: which one is taken is chance",
                       rival->identity);
        return TRUE;
    }
    if (index->predicate != NULL && !is_fixed(deriving, key, value, &fixed, error))
        return FALSE;
    return add_by_keys(deriving, value, fixed, error);
}
