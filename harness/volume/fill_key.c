#include "volume/fill_key.h"

#include "synthesis/synthesis_recipe.h"
#include "volume/column_predicate.h"
#include "volume/fill_part.h"

#include <string.h>

enum {
    RANKED = 1000, /* rows that have the same in the rest of a key, at most */
};

/* A key in the making. */
typedef struct {
    PgsFill *fill;
    const PgsRule *rule;
    GPtrArray *columns; /* const PgsColumn * */
    GPtrArray *links;   /* PgsFillLink *: all of whose columns are among them */
    GPtrArray *open;    /* const PgsColumn *: of which nothing is said yet */
} Key;

static void
key_clear(Key *key)
{
    g_ptr_array_unref(key->columns);
    g_ptr_array_unref(key->links);
    g_ptr_array_unref(key->open);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Key, key_clear)

/* ---- what it is about ---- */

/* What has to differ: of an exclusion, what "=" and "&&" compare. */
static gboolean
has_to_differ(const PgsRule *rule, const PgsColumn *column)
{
    for (guint i = 0; rule->operators != NULL && rule->keys != NULL && i < rule->keys->len; i++) {
        const char *operator= rule->operators->pdata[i];
        if (g_str_equal(rule->keys->pdata[i], column->quoted) && strstr(operator, ".=)") == NULL &&
            strstr(operator, "&&") == NULL)
            return FALSE;
    }
    return TRUE;
}

static GPtrArray *
differing_columns(const PgsRelation *relation, const PgsRule *rule)
{
    g_autoptr(GPtrArray) named = pgs_rule_key_columns(relation, rule);
    GPtrArray *columns = g_ptr_array_new();
    for (guint i = 0; i < named->len; i++) {
        const PgsColumn *column = named->pdata[i];
        if (column->generated != 0)
            pgs_relation_named_columns(relation, column->generated_sql, columns);
        else if (!g_ptr_array_find(columns, column, NULL) &&
                 (rule->kind != PGS_RULE_EXCLUSION || has_to_differ(rule, column)))
            g_ptr_array_add(columns, (gpointer)column);
    }
    return columns;
}

static gboolean
contains_all(const GPtrArray *columns, const GPtrArray *others)
{
    for (guint i = 0; i < others->len; i++) {
        if (!g_ptr_array_find((GPtrArray *)columns, others->pdata[i], NULL))
            return FALSE;
    }
    return TRUE;
}

static void
key_init(Key *key, PgsFill *fill, const PgsRule *rule)
{
    key->fill = fill;
    key->rule = rule;
    key->columns = differing_columns(fill->relation, rule);
    key->links = g_ptr_array_new();
    key->open = g_ptr_array_new();
    for (guint i = 0; i < key->columns->len; i++) {
        const PgsColumn *column = key->columns->pdata[i];
        PgsFillLink *link = pgs_fill_link_of(fill, column);
        if (link == NULL && pgs_fill_part_of(fill, column) == NULL)
            g_ptr_array_add(key->open, (gpointer)column);
        if (link != NULL && link->kind == PGS_LINK_SKEWED && link->n_fixed == 0 &&
            contains_all(key->columns, link->columns) && !g_ptr_array_find(key->links, link, NULL))
            g_ptr_array_add(key->links, link);
    }
}

/* ---- whether it is settled ---- */

/* How far numbers go. */
static gint64
numbers(const PgsFill *fill)
{
    return fill->rows * fill->step + fill->first;
}

static gboolean
is_settled(const Key *key)
{
    for (guint i = 0; i < key->columns->len; i++) {
        const PgsColumn *column = key->columns->pdata[i];
        const PgsFillPart *part = pgs_fill_part_of(key->fill, column);
        const PgsFillLink *link = pgs_fill_link_of(key->fill, column);
        if (part != NULL && part->is_distinct && part->rank == NULL && part->modulus == 0)
            return TRUE;
        if (link != NULL && link->kind == PGS_LINK_EACH &&
            contains_all(key->columns, link->columns))
            return TRUE;
    }
    for (guint i = 0; i < key->fill->ranks->len; i++) {
        const PgsFillRank *rank = key->fill->ranks->pdata[i];
        g_autoptr(GPtrArray) columns = differing_columns(key->fill->relation, rank->key);
        if (contains_all(key->columns, columns))
            return TRUE;
    }
    return FALSE;
}

/* ---- how it can be ---- */

static PgsFillRank *
add_rank(const Key *key, const PgsFillLink *except, gint64 capacity)
{
    PgsFillRank *rank = g_new0(PgsFillRank, 1);
    rank->key = key->rule;
    rank->links = g_ptr_array_new();
    rank->capacity = capacity;
    for (guint i = 0; i < key->links->len; i++) {
        if (key->links->pdata[i] != except)
            g_ptr_array_add(rank->links, key->links->pdata[i]);
    }
    g_ptr_array_add(key->fill->ranks, rank);
    return rank;
}

static gint64
values_of(const PgsFillPart *part)
{
    return part->proposals->len > 0 ? pgs_fill_part_choice(part)->n_distinct : 1;
}

/* A column that has enough values for all rows, the last one first: what a key begins with is what
 * many rows have.  *is_done FALSE: there is none. */
static gboolean
settle_by_column(const Key *key, gboolean *is_done, GError **error)
{
    *is_done = FALSE;
    for (guint i = key->open->len; i > 0 && !*is_done; i--) {
        g_autoptr(PgsFillPart) part =
            pgs_fill_part_new(key->fill, key->open->pdata[i - 1], numbers(key->fill), TRUE, error);
        if (part == NULL)
            return FALSE;
        *is_done = part->proposals->len > 0 && values_of(part) >= numbers(key->fill);
        for (guint j = part->proposals->len; *is_done && j > 1; j--) {
            const PgsColumnFill *proposal = part->proposals->pdata[j - 1];
            if (proposal->n_distinct < numbers(key->fill))
                g_ptr_array_remove_index(part->proposals, j - 1);
        }
        if (*is_done)
            g_ptr_array_add(key->fill->parts, g_steal_pointer(&part));
    }
    return TRUE;
}

/*
 * Its columns count, as digits do, the rows that have the same in its foreign keys.  *is_done
 * FALSE: they have one value each.
 */
static gboolean
settle_by_counting(const Key *key, gboolean *is_done, GError **error)
{
    gint64 wanted = key->links->len > 0 ? MIN(RANKED, key->fill->rows) : numbers(key->fill);
    gint64 capacity = 1;
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_fill_part_free);
    for (guint i = 0; i < key->open->len && capacity < wanted; i++) {
        PgsFillPart *part = pgs_fill_part_new(key->fill, key->open->pdata[i], wanted, TRUE, error);
        if (part == NULL)
            return FALSE;
        gint64 values = values_of(part);
        part->divisor = capacity;
        part->modulus = values > 1 && values < wanted ? values : 0;
        if (values > 1) {
            g_ptr_array_add(parts, part);
            capacity = values > G_MAXINT64 / capacity ? G_MAXINT64 : capacity * values;
            g_ptr_array_set_size(part->proposals, 1);
        } else {
            pgs_fill_part_free(part);
        }
    }
    *is_done = parts->len > 0;
    if (!*is_done)
        return TRUE;
    const PgsFillRank *rank = add_rank(key, NULL, capacity);
    g_ptr_array_set_free_func(parts, NULL);
    for (guint i = 0; i < parts->len; i++) {
        PgsFillPart *part = parts->pdata[i];
        part->rank = rank;
        g_ptr_array_add(key->fill->parts, part);
    }
    return TRUE;
}

/* A foreign key that has all of the key's columns, and others. */
static PgsFillLink *
link_around(const Key *key)
{
    for (guint i = 0; i < key->fill->links->len; i++) {
        PgsFillLink *link = key->fill->links->pdata[i];
        if (link->kind == PGS_LINK_SKEWED && link->n_fixed == 0 && key->columns->len > 0 &&
            contains_all(link->columns, key->columns))
            return link;
    }
    return NULL;
}

/* Nothing but foreign keys: the one with most rows to refer to counts. */
static void
settle_by_links(const Key *key)
{
    PgsFillLink *most = NULL;
    for (guint i = 0; i < key->links->len; i++) {
        PgsFillLink *link = key->links->pdata[i];
        if (most == NULL || link->n_parents >= most->n_parents)
            most = link;
    }
    if (most == NULL)
        most = link_around(key);
    if (most == NULL)
        return;
    if (key->links->len <= 1) {
        most->kind = PGS_LINK_EACH;
        return;
    }
    most->rank = add_rank(key, most, most->n_parents);
    most->kind = PGS_LINK_RANKED;
}

/* Within what a foreign key refers to, numbers and days are counted; names, addresses, keys and
 * moments are all different anyway. */
static gboolean
is_counted(const PgsColumn *column)
{
    static const char *const others[] = {"uuid", "timestamptz", "timestamp", "bytea", NULL};
    const PgsType *type = pgs_type_base(column->type);
    if (type->category == 'S')
        return column->typmod >= 4 && column->typmod < 4 + 12;
    return !g_strv_contains(others, type->name);
}

/* So are names that partial indexes are made for. */
static gboolean
find_counted(const Key *key, gboolean *is_all, GError **error)
{
    *is_all = key->links->len > 0 && key->open->len > 0;
    for (guint i = 0; i < key->open->len && *is_all; i++) {
        const PgsColumn *column = key->open->pdata[i];
        g_autoptr(PgsColumnPredicates) predicates =
            pgs_column_predicates_read(key->fill->bench, key->fill->relation, column, error);
        if (predicates == NULL)
            return FALSE;
        *is_all = is_counted(column) || predicates->texts->len > 0;
    }
    return TRUE;
}

static gboolean
settle(const Key *key, GError **error)
{
    gboolean is_done = FALSE, counts_first;
    if (!find_counted(key, &counts_first, error))
        return FALSE;
    if (counts_first && !settle_by_counting(key, &is_done, error))
        return FALSE;
    if (!is_done && !settle_by_column(key, &is_done, error))
        return FALSE;
    if (!is_done && !counts_first && !settle_by_counting(key, &is_done, error))
        return FALSE;
    if (!is_done)
        settle_by_links(key);
    /* Of what it is about one value is known. */
    if (!is_done && key->open->len > 0 && key->open->len == key->columns->len)
        add_rank(key, NULL, 1);
    return TRUE;
}

/* Keys of one column first, since they settle those that have it, too; last those of some rows. */
static int
compare_keys(gconstpointer a, gconstpointer b, gpointer relation)
{
    const PgsRule *first = *(PgsRule *const *)a, *second = *(PgsRule *const *)b;
    g_autoptr(GPtrArray) columns = pgs_rule_key_columns(relation, first);
    g_autoptr(GPtrArray) others = pgs_rule_key_columns(relation, second);
    if ((first->predicate != NULL) != (second->predicate != NULL))
        return first->predicate != NULL ? 1 : -1;
    if (columns->len != others->len)
        return (int)columns->len - (int)others->len;
    if (first->kind != second->kind)
        return (int)first->kind - (int)second->kind;
    return g_strcmp0(first->name, second->name);
}

gboolean
pgs_fill_settle_keys(PgsFill *fill, GError **error)
{
    g_ptr_array_sort_with_data(fill->keys, compare_keys, (gpointer)fill->relation);
    for (guint i = 0; i < fill->keys->len; i++) {
        const PgsRule *rule = fill->keys->pdata[i];
        gboolean is_partial = rule->predicate != NULL && !fill->is_strict, is_done;
        g_auto(Key) key = {0};
        key_init(&key, fill, rule);
        if (is_settled(&key))
            continue;
        /* Rows that the predicate leaves out may be the same. */
        if (!(is_partial ? settle_by_column(&key, &is_done, error) : settle(&key, error)))
            return FALSE;
    }
    return TRUE;
}
