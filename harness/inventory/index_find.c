#include "inventory/index_reader.h"

#include "base/text.h"

#include <string.h>

/* ---- names as SQL spells them ---- */

/* One identifier from *text on, which is moved behind it; NULL: there is none.  Without quotes it
 * is folded to lower case, ASCII letters alone, as a UTF-8 server does. */
static char *
take_identifier(const char **text)
{
    g_autoptr(GString) name = g_string_new(NULL);
    const char *p = *text;
    if (*p == '"') {
        for (p++; *p != '\0' && (*p != '"' || p[1] == '"'); p += *p == '"' ? 2 : 1)
            g_string_append_c(name, *p);
        if (*p++ != '"')
            return NULL;
    } else {
        for (; *p != '\0' && *p != '.' && *p != '"'; p++)
            g_string_append_c(name, g_ascii_tolower(*p));
    }
    *text = p;
    return name->len > 0 ? g_string_free(g_steal_pointer(&name), FALSE) : NULL;
}

/* "name" or "schema.name"; *schema NULL: not said.  FALSE: it is neither. */
static gboolean
split_name(const char *text, char **schema, char **name)
{
    g_autofree char *first = take_identifier(&text);
    if (first == NULL)
        return FALSE;
    if (*text == '\0') {
        *name = g_steal_pointer(&first);
        return TRUE;
    }
    if (*text++ != '.' || (*name = take_identifier(&text)) == NULL)
        return FALSE;
    *schema = g_steal_pointer(&first);
    return *text == '\0';
}

/* ---- what is near ---- */

static char *
nearest_name(const PgsIndexes *indexes, const char *name)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; i < indexes->all->len; i++) {
        const PgsIndex *index = indexes->all->pdata[i];
        g_ptr_array_add(words, index->name);
    }
    g_ptr_array_add(words, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)words->pdata);
    for (guint i = 0; nearest != NULL && i < indexes->all->len; i++) {
        const PgsIndex *index = indexes->all->pdata[i];
        if (index->name == nearest)
            return g_strdup(index->identity);
    }
    return NULL;
}

static char *
why_none(const PgsIndexes *indexes, const char *text, const char *name)
{
    g_autofree char *nearest = name != NULL ? nearest_name(indexes, name) : NULL;
    return nearest != NULL
               ? g_strdup_printf("there is no index %s: did you mean %s?", text, nearest)
               : g_strdup_printf("there is no index %s", text);
}

static char *
why_several(const GPtrArray *found, const char *text)
{
    GString *why = g_string_new(NULL);
    g_string_append_printf(why, "there are several indexes %s: ", text);
    for (guint i = 0; i < found->len; i++) {
        const PgsIndex *index = found->pdata[i];
        g_string_append_printf(why, "%s%s", i > 0 ? ", " : "", index->identity);
    }
    return g_string_free(why, FALSE);
}

/* ---- looking things up ---- */

const GPtrArray *
pgs_indexes_all(const PgsIndexes *indexes)
{
    return indexes->all;
}

const PgsIndex *
pgs_indexes_find_in(const PgsIndexes *indexes, const char *schema, const char *name)
{
    for (guint i = 0; i < indexes->all->len; i++) {
        const PgsIndex *index = indexes->all->pdata[i];
        if (strcmp(index->schema, schema) == 0 && strcmp(index->name, name) == 0)
            return index;
    }
    return NULL;
}

const PgsIndex *
pgs_indexes_find(const PgsIndexes *indexes, const char *name, char **why)
{
    g_autofree char *schema = NULL, *own = NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    gboolean is_name = split_name(name, &schema, &own);
    for (guint i = 0; is_name && i < indexes->all->len; i++) {
        PgsIndex *index = indexes->all->pdata[i];
        if (strcmp(index->name, own) == 0 && (schema == NULL || strcmp(index->schema, schema) == 0))
            g_ptr_array_add(found, index);
    }
    if (found->len == 1)
        return found->pdata[0];
    if (why != NULL)
        *why = found->len > 1 ? why_several(found, name) : why_none(indexes, name, own);
    return NULL;
}

GPtrArray *
pgs_indexes_of(const PgsIndexes *indexes, guint32 relation_oid)
{
    GPtrArray *own = g_ptr_array_new();
    for (guint i = 0; i < indexes->all->len; i++) {
        PgsIndex *index = indexes->all->pdata[i];
        if (index->relation_oid == relation_oid)
            g_ptr_array_add(own, index);
    }
    return own;
}

gboolean
pgs_index_is_part_of(const PgsIndex *part, const PgsIndex *index)
{
    while (part != NULL && part != index)
        part = part->parent;
    return part != NULL;
}

gboolean
pgs_index_predicate_has(const PgsIndex *index, const char *sql)
{
    if (index->predicate == NULL)
        return FALSE;
    g_autofree char *escaped = g_regex_escape_string(sql, -1);
    g_autofree char *pattern =
        g_strdup_printf("(?<![[:alnum:]_.$\"])%s(?![[:alnum:]_$\"])", escaped);
    return g_regex_match_simple(pattern, index->predicate, 0, 0);
}

/* ---- twins ---- */

/* An alias of an opclass ("varchar_ops") has its family. */
static gboolean
is_same_key(const PgsIndexKey *one, const PgsIndexKey *other)
{
    return one->opfamily == other->opfamily && one->type == other->type &&
           one->collation == other->collation && strcmp(one->sql, other->sql) == 0;
}

/* Whether key is read the same way in an index that is read forwards, or backwards. */
static gboolean
has_direction(const PgsIndexKey *key, const PgsIndexKey *other, gboolean backwards)
{
    return (key->descending != other->descending) == backwards &&
           (key->nulls_first != other->nulls_first) == backwards;
}

static gboolean
is_ordered_alike(const PgsIndex *one, const PgsIndex *other, gboolean backwards)
{
    for (guint i = 0; i < one->keys->len; i++) {
        if (!has_direction(one->keys->pdata[i], other->keys->pdata[i], backwards))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_twin(const PgsIndex *one, const PgsIndex *other)
{
    if (one == other || !other->valid || one->relation_oid != other->relation_oid ||
        one->keys->len != other->keys->len || strcmp(one->method, other->method) != 0 ||
        g_strcmp0(one->predicate, other->predicate) != 0)
        return FALSE;
    for (guint i = 0; i < one->keys->len; i++) {
        if (!is_same_key(one->keys->pdata[i], other->keys->pdata[i]))
            return FALSE;
    }
    return !one->can_order || is_ordered_alike(one, other, FALSE) ||
           is_ordered_alike(one, other, TRUE);
}

GPtrArray *
pgs_index_twins(const PgsIndexes *indexes, const PgsIndex *index)
{
    GPtrArray *twins = g_ptr_array_new();
    for (guint i = 0; i < indexes->all->len; i++) {
        PgsIndex *other = indexes->all->pdata[i];
        if (is_twin(index, other))
            g_ptr_array_add(twins, other);
    }
    return twins;
}
