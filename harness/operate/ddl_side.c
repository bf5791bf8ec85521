#include "operate/ddl_side.h"

#include "base/embedded.h"
#include "snapshot/kinds.h"

#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

char *
pgs_ddl_key(const PgsObject *object)
{
    return g_strconcat(object->kind, " ", object->identity, NULL);
}

static void
free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

/* ---- the snapshot ---- */

static void
index_parts(PgsDdlSide *side)
{
    for (guint i = 0; i < pgs_snapshot_n_objects(side->snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(side->snapshot, i);
        const char *owner = pgs_object_get(object, "owned-by");
        if (strcmp(object->kind, "sequence") == 0 && owner != NULL)
            g_hash_table_insert(side->sequences, g_strdup(owner), (gpointer)object);
        if (object->parent == NULL)
            continue;
        GPtrArray *parts = g_hash_table_lookup(side->parts, object->parent);
        if (parts == NULL) {
            parts = g_ptr_array_new();
            g_hash_table_insert(side->parts, g_strdup(object->parent), parts);
        }
        g_ptr_array_add(parts, (gpointer)object);
    }
}

static PgsDdlSide *
new_bare(PgsSnapshot *snapshot)
{
    PgsDdlSide *side = g_new0(PgsDdlSide, 1);
    side->snapshot = pgs_snapshot_ref(snapshot);
    side->definitions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    side->dependents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    side->parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    side->sequences = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    index_parts(side);
    return side;
}

void
pgs_ddl_side_free(PgsDdlSide *side)
{
    if (side == NULL)
        return;
    g_hash_table_unref(side->definitions);
    g_hash_table_unref(side->dependents);
    g_hash_table_unref(side->parts);
    g_hash_table_unref(side->sequences);
    pgs_snapshot_unref(side->snapshot);
    g_free(side);
}

/* ---- the catalog ---- */

static PGresult *
query(PgsConnection *connection, const char *file, GError **error)
{
    return pgs_connection_query(connection, PGS_SHAPE_ANY,
                                pgs_embedded_find(pgs_operate_files, file), 0, NULL, NULL, error);
}

/* "catalog.object.part" of three columns from first on. */
static char *
place_of(const PGresult *result, int row, int first)
{
    return g_strdup_printf("%s.%s.%s", PQgetvalue(result, row, first),
                           PQgetvalue(result, row, first + 1), PQgetvalue(result, row, first + 2));
}

/* Fills side->definitions; the result: place → key. */
static GHashTable *
read_objects(PgsDdlSide *side, PgsConnection *connection, GError **error)
{
    g_autoptr(PGresult) result = query(connection, "ddl_objects.sql", error);
    if (result == NULL)
        return NULL;
    GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (int row = 0; row < PQntuples(result); row++) {
        char *key = g_strconcat(PQgetvalue(result, row, 3), " ", PQgetvalue(result, row, 4), NULL);
        if (!PQgetisnull(result, row, 5))
            g_hash_table_insert(side->definitions, g_strdup(key),
                                g_strdup(PQgetvalue(result, row, 5)));
        g_hash_table_insert(keys, place_of(result, row, 0), key);
    }
    return keys;
}

static void
add_dependent(PgsDdlSide *side, const char *on, const char *key)
{
    if (strcmp(on, key) == 0)
        return;
    GPtrArray *list = g_hash_table_lookup(side->dependents, on);
    if (list == NULL) {
        list = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(side->dependents, g_strdup(on), list);
    }
    if (!g_ptr_array_find_with_equal_func(list, key, g_str_equal, NULL))
        g_ptr_array_add(list, g_strdup(key));
}

static gboolean
read_dependencies(PgsDdlSide *side, GHashTable *keys, PgsConnection *connection, GError **error)
{
    g_autoptr(PGresult) result = query(connection, "ddl_dependencies.sql", error);
    if (result == NULL)
        return FALSE;
    for (int row = 0; row < PQntuples(result); row++) {
        g_autofree char *place = place_of(result, row, 0);
        g_autofree char *on = place_of(result, row, 3);
        const char *key = g_hash_table_lookup(keys, place);
        const char *on_key = g_hash_table_lookup(keys, on);
        if (key != NULL && on_key != NULL)
            add_dependent(side, on_key, key);
        /* On a column of a view is on the view. */
        g_autofree char *whole =
            g_strdup_printf("%s.%s.0", PQgetvalue(result, row, 3), PQgetvalue(result, row, 4));
        const char *whole_key = g_hash_table_lookup(keys, whole);
        if (key != NULL && whole_key != NULL && strcmp(whole, on) != 0 &&
            !g_str_has_prefix(whole_key, "table "))
            add_dependent(side, whole_key, key);
    }
    return TRUE;
}

PgsDdlSide *
pgs_ddl_side_new(PgsConnection *connection, PgsSnapshot *snapshot, GError **error)
{
    g_autoptr(PgsDdlSide) side = new_bare(snapshot);
    /* As the catalog's reader has it: names outside of pg_catalog appear with their schema. */
    if (!pgs_connection_run(connection, "SET search_path = ''", error))
        return NULL;
    g_autoptr(GHashTable) keys = read_objects(side, connection, error);
    if (keys == NULL || !read_dependencies(side, keys, connection, error))
        return NULL;
    return g_steal_pointer(&side);
}

/* ---- look-ups ---- */

const char *
pgs_ddl_side_definition(const PgsDdlSide *side, const PgsObject *object)
{
    g_autofree char *key = pgs_ddl_key(object);
    return g_hash_table_lookup(side->definitions, key);
}

const PgsObject *
pgs_ddl_side_find_key(const PgsDdlSide *side, const char *key)
{
    const PgsKind *kind = pgs_kind_at_start(key, strlen(key));
    return kind != NULL
               ? pgs_snapshot_find(side->snapshot, kind->kind, key + strlen(kind->kind) + 1)
               : NULL;
}

const GPtrArray *
pgs_ddl_side_dependents(const PgsDdlSide *side, const char *key)
{
    return g_hash_table_lookup(side->dependents, key);
}

const GPtrArray *
pgs_ddl_side_parts(const PgsDdlSide *side, const char *identity)
{
    return g_hash_table_lookup(side->parts, identity);
}
