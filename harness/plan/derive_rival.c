#include "plan/derive_index.h"

#include <string.h>

/*
 * Two indexes that serve a query alike cost the same, and which one is taken is chance: such a
 * query is asked of that one alone which is made for it.
 */

/* Rows that a part of the keys finds: the others have nothing left to do.  On average, as the
 * planner goes by: how many one value has is chance. */
#define FEW_FOUND 3.5

static gboolean
is_lookup(const PgsIndex *index)
{
    return strcmp(index->method, "btree") == 0 || strcmp(index->method, "hash") == 0;
}

static gboolean
is_in(const GPtrArray *list, const PgsIndex *index)
{
    for (guint i = 0; i < list->len; i++) {
        if (list->pdata[i] == index)
            return TRUE;
    }
    return FALSE;
}

/* const PgsIndex *: others that could be read instead; an index that is not valid has none: what
 * it lacks is not that. */
static GPtrArray *
others_of(const PgsDeriving *deriving)
{
    const PgsIndex *index = deriving->index;
    g_autoptr(GPtrArray) all = pgs_indexes_of(deriving->indexes, index->relation_oid);
    g_autoptr(GPtrArray) twins = pgs_index_twins(deriving->indexes, index);
    GPtrArray *others = g_ptr_array_new();
    for (guint i = 0; i < all->len && index->valid; i++) {
        PgsIndex *other = all->pdata[i];
        if (other != index && other->valid && is_lookup(other) && !is_in(twins, other) &&
            (other->predicate == NULL || g_strcmp0(other->predicate, index->predicate) == 0))
            g_ptr_array_add(others, other);
    }
    return others;
}

static const PgsIndexKey *
key_of(const PgsIndex *index, guint i)
{
    return index->keys->pdata[i];
}

/* ---- the leading key ---- */

/* Whether other rather than index is for the leading key that they share. */
static gboolean
is_nearer(const PgsIndex *index, const PgsIndex *other, gboolean is_equality)
{
    guint own = index->keys->len, others = other->keys->len;
    if (!is_equality)
        return other->can_order && (others < own || (others == own && own > 1));
    if (!is_lookup(index) || others < own)
        return TRUE;
    if (others > own)
        return FALSE;
    gboolean is_hash = strcmp(other->method, "hash") == 0;
    return own > 1 || is_hash ||
           (key_of(other, 0)->opclass_is_default && !key_of(index, 0)->opclass_is_default);
}

const PgsIndex *
pgs_rival_for_leading(const PgsDeriving *deriving, gboolean is_equality)
{
    g_autoptr(GPtrArray) others = others_of(deriving);
    for (guint i = 0; i < others->len; i++) {
        const PgsIndex *other = others->pdata[i];
        if (strcmp(key_of(other, 0)->sql, key_of(deriving->index, 0)->sql) == 0 &&
            is_nearer(deriving->index, other, is_equality))
            return other;
    }
    return NULL;
}

const PgsIndex *
pgs_rival_for_predicate(const PgsDeriving *deriving)
{
    g_autoptr(GPtrArray) all = pgs_indexes_of(deriving->indexes, deriving->index->relation_oid);
    for (guint i = 0; i < all->len; i++) {
        const PgsIndex *other = all->pdata[i];
        if (other != deriving->index && other->valid &&
            (g_strcmp0(other->predicate, deriving->index->predicate) == 0 ||
             pgs_index_predicate_has(deriving->index, key_of(other, 0)->sql)))
            return other;
    }
    return NULL;
}

const PgsIndex *
pgs_rival_for_rest(const PgsDeriving *deriving)
{
    g_autoptr(GPtrArray) others = others_of(deriving);
    for (guint i = 0; i < others->len; i++) {
        const PgsIndex *other = others->pdata[i];
        if (other->can_order && strcmp(key_of(other, 0)->sql, key_of(deriving->index, 1)->sql) == 0)
            return other;
    }
    return NULL;
}

const PgsIndex *
pgs_rival_by_predicate(const PgsDeriving *deriving)
{
    const PgsIndex *index = deriving->index;
    g_autoptr(GPtrArray) all = pgs_indexes_of(deriving->indexes, index->relation_oid);
    for (guint i = 0; index->valid && i < all->len; i++) {
        const PgsIndex *other = all->pdata[i];
        if (other->valid && other->predicate == NULL && other->keys->len > 1 && is_lookup(other) &&
            pgs_index_predicate_has(index, key_of(other, 0)->sql) &&
            strcmp(key_of(other, 1)->sql, key_of(index, 0)->sql) == 0)
            return other;
    }
    return NULL;
}

/* Its first rows cost as much, and which of the two is read is chance. */
const PgsIndex *
pgs_rival_for_order(const PgsDeriving *deriving)
{
    g_autoptr(GPtrArray) others = others_of(deriving);
    guint own = deriving->index->keys->len;
    for (guint i = 0; i < others->len; i++) {
        const PgsIndex *other = others->pdata[i];
        guint same = 0;
        while (same < own && other->keys->len > own &&
               key_of(other, same)->opfamily == key_of(deriving->index, same)->opfamily &&
               strcmp(key_of(other, same)->sql, key_of(deriving->index, same)->sql) == 0)
            same++;
        if (other->can_order && same == own)
            return other;
    }
    return NULL;
}

/* ---- all keys ---- */

/* The number of the index's key that it is, or -1. */
static gint
find_key(const PgsIndex *index, const PgsIndexKey *key)
{
    for (guint i = 0; i < index->keys->len; i++) {
        if (strcmp(key_of(index, i)->sql, key->sql) == 0)
            return (gint)i;
    }
    return -1;
}

/* Whether what other's leading keys ask for leaves nothing to the remaining ones. */
static gboolean
is_rival(const PgsDeriving *deriving, guint first, const PgsIndex *other, gboolean *yes,
         GError **error)
{
    const PgsIndex *index = deriving->index;
    g_autoptr(GPtrArray) shared = g_ptr_array_new();
    while (shared->len < other->keys->len &&
           find_key(index, key_of(other, shared->len)) >= (gint)first)
        g_ptr_array_add(shared, key_of(other, shared->len)->sql);
    guint own = index->keys->len - first, n = shared->len;
    if (n == 0 || n >= own || (other->unique && n == other->keys->len)) {
        /* The same keys in another order, or more of them: who has more is not for this query. */
        *yes = n > 0 && (n < own || other->keys->len <= index->keys->len);
        return TRUE;
    }
    double mean;
    if (!pgs_derive_mean(deriving, shared, other->predicate, &mean, error))
        return FALSE;
    *yes = mean <= FEW_FOUND;
    return TRUE;
}

gboolean
pgs_rival_for_all(const PgsDeriving *deriving, guint first, const PgsIndex **rival, GError **error)
{
    g_autoptr(GPtrArray) others = others_of(deriving);
    *rival = NULL;
    for (guint i = 0; i < others->len && *rival == NULL; i++) {
        gboolean yes = FALSE;
        if (!is_rival(deriving, first, others->pdata[i], &yes, error))
            return FALSE;
        if (yes)
            *rival = others->pdata[i];
    }
    return TRUE;
}

/* ---- values that another one is made for ---- */

static gboolean
speaks_of_a_key(const PgsIndex *other, const PgsIndex *index)
{
    for (guint i = 0; i < index->keys->len; i++) {
        if (pgs_index_predicate_has(other, key_of(index, i)->sql))
            return TRUE;
    }
    return FALSE;
}

/* A predicate that many rows fulfil leaves out nothing that a fair query would ask for. */
static gboolean
is_set_aside(const PgsDeriving *deriving, const PgsIndex *other, gboolean *yes, GError **error)
{
    const PgsIndex *index = deriving->index;
    *yes = FALSE;
    if (other == index || !other->valid || !speaks_of_a_key(other, index) ||
        g_strcmp0(other->predicate, index->predicate) == 0)
        return TRUE;
    gint64 n =
        pgs_inquiry_count_rows(deriving->connection, deriving->from, other->predicate, error);
    *yes = n != G_MININT64 && (double)n <= PGS_DERIVE_MOST * (double)deriving->rows;
    return n != G_MININT64;
}

gboolean
pgs_rival_aside(const PgsDeriving *deriving, char **aside, GError **error)
{
    g_autoptr(GPtrArray) all = pgs_indexes_of(deriving->indexes, deriving->index->relation_oid);
    g_autoptr(GString) condition = g_string_new(NULL);
    *aside = NULL;
    for (guint i = 0; i < all->len; i++) {
        const PgsIndex *other = all->pdata[i];
        gboolean yes;
        if (!is_set_aside(deriving, other, &yes, error))
            return FALSE;
        if (yes)
            g_string_append_printf(condition, "%s(%s) IS NOT TRUE",
                                   condition->len > 0 ? " AND " : "", other->predicate);
    }
    if (condition->len > 0)
        *aside = g_strdup(condition->str);
    return TRUE;
}
