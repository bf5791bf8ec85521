#include "operate/ddl_ring.h"

#include <string.h>

typedef struct {
    const PgsDdlSide *side;
    const PgsSnapshot *other;
    const PgsObject *table;
    GHashTable *seen; /* keys, borrowed */
    GPtrArray *open;  /* keys whose dependents are to be looked at, borrowed */
    GPtrArray *parts; /* the answer */
} Walk;

static const PgsObject *
table_of(const Walk *walk, const PgsObject *part)
{
    return part->parent != NULL ? pgs_snapshot_find(walk->side->snapshot, "table", part->parent)
                                : NULL;
}

/* A sequence goes and comes with the column that owns it. */
static gboolean
is_own(const Walk *walk, const PgsObject *object)
{
    const char *owner = pgs_object_get(object, "owned-by");
    const PgsObject *column =
        owner != NULL ? pgs_snapshot_find(walk->side->snapshot, "column", owner) : NULL;
    const char *parent = column != NULL ? column->parent : object->parent;
    return object == walk->table || g_strcmp0(parent, walk->table->identity) == 0;
}

static gboolean
is_in_other(const Walk *walk, const PgsObject *object)
{
    return pgs_snapshot_find((PgsSnapshot *)walk->other, object->kind, object->identity) != NULL;
}

static void
visit(Walk *walk, const PgsObject *object)
{
    g_autofree char *key = pgs_ddl_key(object);
    if (g_hash_table_contains(walk->seen, key))
        return;
    g_ptr_array_add(walk->open, key);
    g_hash_table_add(walk->seen, g_steal_pointer(&key));
}

/* A table with all that goes with it. */
static void
visit_table(Walk *walk, const PgsObject *table)
{
    visit(walk, table);
    const GPtrArray *parts = pgs_ddl_side_parts(walk->side, table->identity);
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const PgsObject *part = parts->pdata[i];
        visit(walk, part);
        const PgsObject *sequence = g_hash_table_lookup(walk->side->sequences, part->identity);
        if (sequence != NULL && strcmp(part->kind, "column") == 0)
            visit(walk, sequence);
    }
}

/* is_outside: it was reached from what is not the table's own. */
static void
reach(Walk *walk, const PgsObject *object, gboolean is_outside)
{
    if (is_own(walk, object)) {
        if (is_outside && object->parent != NULL && !g_ptr_array_find(walk->parts, object, NULL))
            g_ptr_array_add(walk->parts, (gpointer)object);
        return;
    }
    const PgsObject *table = table_of(walk, object);
    if (is_in_other(walk, table != NULL ? table : object))
        return;
    if (table != NULL)
        visit_table(walk, table);
    else if (strcmp(object->kind, "table") == 0)
        visit_table(walk, object);
    else
        visit(walk, object);
}

static void
walk_on(Walk *walk)
{
    for (guint i = 0; i < walk->open->len; i++) {
        const char *key = walk->open->pdata[i];
        const PgsObject *from = pgs_ddl_side_find_key(walk->side, key);
        const GPtrArray *dependents = pgs_ddl_side_dependents(walk->side, key);
        for (guint j = 0; dependents != NULL && j < dependents->len; j++) {
            const PgsObject *object = pgs_ddl_side_find_key(walk->side, dependents->pdata[j]);
            if (object != NULL)
                reach(walk, object, from == NULL || !is_own(walk, from));
        }
    }
}

GPtrArray *
pgs_ddl_ring_parts(const PgsDdlSide *side, const PgsSnapshot *other, const PgsObject *table)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) open = g_ptr_array_new();
    Walk walk = {side, other, table, seen, open, g_ptr_array_new()};
    visit_table(&walk, table);
    walk_on(&walk);
    return walk.parts;
}
