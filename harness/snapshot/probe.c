#include "snapshot/probe.h"

#include "base/embedded.h"
#include "base/error.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_snapshot_files[];

/* OIDs of catalogs are fixed (CATALOG() in src/include/catalog/pg_*.h). */
enum {
    CATALOG_AUTHID = 1260,
    CATALOG_NAMESPACE = 2615,
};

/* Older than any transaction: every row has changed since. */
#define SINCE_ALWAYS "3"
/* A chain of parts (trigger, constraint, relation) is never longer. */
#define MAX_ANCHOR_STEPS 4

/* One catalog's rows that are counted: key → PgsCatalogItem, the object that the row is part of. */
typedef struct {
    guint32 catalog;
    char *section;
    GHashTable *rows;
} KnownRows;

struct _PgsProbe {
    PgsConnection *connection;
    GHashTable *known; /* catalog OID → KnownRows */
    GHashTable *parts; /* packed PgsCatalogItem of a row → packed item that it is part of */
    GHashTable *faces; /* "catalog key" of a row → its face (GINT_TO_POINTER) */
    char *since; /* the first transaction that the next look must see; NULL: look at everything */
};

static gint64
pack(PgsCatalogItem item)
{
    return (gint64)(((guint64)item.class << 32) | item.object);
}

static PgsCatalogItem
unpack(gint64 packed)
{
    return (PgsCatalogItem){(guint32)((guint64)packed >> 32), (guint32)packed};
}

void
pgs_changes_clear(PgsChanges *changes)
{
    g_clear_pointer(&changes->items, g_array_unref);
    g_clear_pointer(&changes->classes, g_hash_table_unref);
}

static void
known_rows_free(gpointer data)
{
    KnownRows *known = data;
    g_hash_table_unref(known->rows);
    g_free(known->section);
    g_free(known);
}

/* The sections of _probe.sql for this server and user: names and texts, alternating. */
static GPtrArray *
read_sections(const PgsConnection *connection)
{
    static const char mark[] = "-- section: ";
    g_autofree char *chosen = pgs_query_choose(pgs_embedded_find(pgs_snapshot_files, "_probe.sql"),
                                               pgs_connection_is_superuser(connection));
    g_autofree char *text = pgs_query_expand(chosen, pgs_connection_version(connection));
    g_auto(GStrv) parts = g_strsplit(text, mark, -1);
    GPtrArray *sections = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 1; parts[i] != NULL; i++) {
        char *line_end = strchr(parts[i], '\n');
        g_ptr_array_add(sections, g_strndup(parts[i], (gsize)(line_end - parts[i])));
        g_ptr_array_add(sections, g_strdup(line_end));
    }
    return sections;
}

static gboolean
prepare(PgsConnection *connection, const char *name, const char *types, const char *sql,
        GError **error)
{
    g_autofree char *statement = g_strdup_printf("PREPARE %s (%s) AS %s", name, types, sql);
    return pgs_connection_run(connection, statement, error);
}

/* Sections whose keys are the OIDs of one catalog of the same name. */
static gboolean
has_oid_keys(const char *section)
{
    static const char *const sections[] = {"pg_class",   "pg_constraint", "pg_trigger",
                                           "pg_rewrite", "pg_policy",     "pg_type",
                                           "pg_enum",    "pg_proc",       NULL};
    return g_strv_contains(sections, section);
}

/* How all keys of a section are listed: by themselves where that is cheaper.  g_free(). */
static char *
listing_of(const char *section, const char *text)
{
    if (!has_oid_keys(section))
        return g_strdup(text);
    g_auto(GStrv) parts =
        g_strsplit(pgs_embedded_find(pgs_snapshot_files, "_keys.sql"), "pg_catalog.pg_class", 2);
    return g_strconcat(parts[0], "pg_catalog.", section, parts[1], NULL);
}

/* One statement a section, and one of them all. */
static gboolean
prepare_sections(PgsProbe *probe, GError **error)
{
    g_autoptr(GPtrArray) sections = read_sections(probe->connection);
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < sections->len; i += 2) {
        const char *text = g_ptr_array_index(sections, i + 1);
        if (i > 0)
            g_string_append(all, " UNION ALL ");
        g_string_append_printf(all, "SELECT s.*, '%s' FROM (%s) AS s",
                               (char *)g_ptr_array_index(sections, i), text);
        g_autofree char *name =
            g_strdup_printf("pgstair_probe_%s", (char *)g_ptr_array_index(sections, i));
        g_autofree char *listing = listing_of(g_ptr_array_index(sections, i), text);
        if (!prepare(probe->connection, name, "xid", listing, error))
            return FALSE;
    }
    g_string_append(all, " UNION ALL SELECT 0, NULL, pg_catalog.pg_snapshot_xmax("
                         "pg_catalog.pg_current_snapshot())::pg_catalog.text, ''");
    if (!prepare(probe->connection, "pgstair_probe", "xid", all->str, error))
        return FALSE;
    g_autofree char *dependents =
        pgs_query_expand(pgs_embedded_find(pgs_snapshot_files, "_dependents.sql"),
                         pgs_connection_version(probe->connection));
    return prepare(probe->connection, "pgstair_dependents", "oid[], oid[]", dependents, error);
}

PgsProbe *
pgs_probe_new(PgsConnection *connection, GError **error)
{
    g_autoptr(PgsProbe) probe = g_new0(PgsProbe, 1);
    probe->connection = connection;
    probe->known = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, known_rows_free);
    probe->parts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    probe->faces = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!prepare_sections(probe, error))
        return NULL;
    return g_steal_pointer(&probe);
}

void
pgs_probe_free(PgsProbe *probe)
{
    if (probe == NULL)
        return;
    g_hash_table_unref(probe->known);
    g_hash_table_unref(probe->parts);
    g_hash_table_unref(probe->faces);
    g_free(probe->since);
    g_free(probe);
}

static gint64 *
packed_copy(gint64 packed)
{
    return g_memdup2(&packed, sizeof packed);
}

PgsCatalogItem
pgs_probe_anchor(const PgsProbe *probe, PgsCatalogItem item)
{
    for (int steps = 0; steps < MAX_ANCHOR_STEPS; steps++) {
        gint64 key = pack(item);
        const gint64 *whole = g_hash_table_lookup(probe->parts, &key);
        if (whole == NULL || *whole == key)
            break;
        item = unpack(*whole);
    }
    return item;
}

/* One look: what it finds. */
typedef struct {
    PgsProbe *probe;
    PgsChanges *changes;
    GHashTable *seen; /* the items of changes, packed */
    GHashTable *gone; /* objects that were there before and are not any more, packed */
    GArray *altered;  /* PgsCatalogItem: objects that were there before and show another face */
} Look;

static void
look_clear(Look *look)
{
    g_hash_table_unref(look->seen);
    g_hash_table_unref(look->gone);
    g_array_unref(look->altered);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

static void
add_item(Look *look, PgsCatalogItem item)
{
    gint64 packed = pack(item);
    g_hash_table_add(look->changes->classes, GUINT_TO_POINTER(item.class));
    if (g_hash_table_add(look->seen, packed_copy(packed)))
        g_array_append_val(look->changes->items, item);
}

/* A changed row: "key class object face". */
typedef struct {
    const char *key; /* not NUL-terminated */
    gsize key_length;
    PgsCatalogItem item;
    gboolean has_face;
    gint face;
} ChangedRow;

/* Takes the next row off *text; FALSE at its end. */
static gboolean
next_row(const char **text, ChangedRow *row)
{
    if (**text == '\0')
        return FALSE;
    char *end;
    row->key = *text;
    row->key_length = strcspn(*text, " ");
    row->item.class = (guint32)strtoul(row->key + row->key_length, &end, 10);
    row->item.object = (guint32)strtoul(end, &end, 10);
    row->has_face = *end == ' ';
    row->face = row->has_face ? (gint)strtol(end, &end, 10) : 0;
    *text = *end == ';' ? end + 1 : end;
    return TRUE;
}

/* Schemas and roles appear, by name, in the text of anything: altering one changes it all. */
static gboolean
is_everywhere(guint32 catalog)
{
    return catalog == CATALOG_NAMESPACE || catalog == CATALOG_AUTHID;
}

/* The object that the row itself is, when its key is an OID, or else the one that it is part of. */
static PgsCatalogItem
own_object(guint32 catalog, const ChangedRow *row)
{
    if (*row->key == '-' || memchr(row->key, '/', row->key_length) != NULL)
        return row->item;
    return (PgsCatalogItem){catalog, (guint32)strtoul(row->key, NULL, 10)};
}

static KnownRows *
known_rows(PgsProbe *probe, guint32 catalog, const char *section)
{
    KnownRows *known = g_hash_table_lookup(probe->known, GUINT_TO_POINTER(catalog));
    if (known == NULL) {
        known = g_new0(KnownRows, 1);
        known->catalog = catalog;
        known->section = g_strdup(section);
        known->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_hash_table_insert(probe->known, GUINT_TO_POINTER(catalog), known);
    }
    return known;
}

/* What belongs to a gone object is gone with it: forgets such rows of the catalog. */
static void
forget_parts_of_gone(Look *look, KnownRows *known)
{
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, known->rows);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (!g_hash_table_contains(look->gone, value))
            continue;
        PgsCatalogItem own = {known->catalog, (guint32)strtoul(key, NULL, 10)};
        if (strchr(key, '/') == NULL)
            g_hash_table_add(look->gone, packed_copy(pack(own)));
        g_hash_table_add(look->changes->classes, GUINT_TO_POINTER(known->catalog));
        add_item(look, unpack(*(gint64 *)value));
        g_hash_table_iter_remove(&iter);
    }
}

/*
 * Some counted rows of the catalog are gone: asks for all that are there, forgets the others and
 * counts what they were part of as changed.
 */
static gboolean
find_gone(Look *look, KnownRows *known, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("EXECUTE pgstair_probe_%s ('" SINCE_ALWAYS "')", known->section);
    g_autoptr(PGresult) result =
        pgs_connection_query(look->probe->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return FALSE;
    g_autoptr(GHashTable) there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < PQntuples(result); i++) {
        /* The section of the small catalogs answers for all of them. */
        guint32 catalog = (guint32)strtoul(PQgetvalue(result, i, 0), NULL, 10);
        if (catalog != 0 && catalog != known->catalog)
            continue;
        const char *text = PQgetvalue(result, i, 2);
        ChangedRow row;
        while (next_row(&text, &row))
            g_hash_table_add(there, g_strndup(row.key, row.key_length));
    }
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, known->rows);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (g_hash_table_contains(there, key))
            continue;
        PgsCatalogItem own = {known->catalog, (guint32)strtoul(key, NULL, 10)};
        if (strchr(key, '/') == NULL)
            g_hash_table_add(look->gone, packed_copy(pack(own)));
        add_item(look, unpack(*(gint64 *)value));
        g_hash_table_add(look->changes->classes, GUINT_TO_POINTER(known->catalog));
        g_hash_table_iter_remove(&iter);
    }
    return TRUE;
}

/* Whether a row that was there before shows another face now; notes the face. */
static gboolean
has_new_face(Look *look, guint32 catalog, const ChangedRow *row)
{
    if (!row->has_face)
        return TRUE;
    if (row->face == 0)
        return FALSE;
    g_autofree char *name = g_strdup_printf("%u %.*s", catalog, (int)row->key_length, row->key);
    gpointer known;
    gboolean is_known = g_hash_table_lookup_extended(look->probe->faces, name, NULL, &known);
    g_hash_table_replace(look->probe->faces, g_steal_pointer(&name), GINT_TO_POINTER(row->face));
    return is_known && GPOINTER_TO_INT(known) != row->face;
}

static void
take_row(Look *look, guint32 catalog, KnownRows *known, const ChangedRow *row)
{
    PgsCatalogItem own = own_object(catalog, row);
    gboolean is_initial = *row->key == '-'; /* initdb made it */
    gboolean is_new = FALSE;
    if (!is_initial && pack(own) != pack(row->item))
        g_hash_table_replace(look->probe->parts, packed_copy(pack(own)),
                             packed_copy(pack(row->item)));
    if (!is_initial && known != NULL)
        is_new = g_hash_table_replace(known->rows, g_strndup(row->key, row->key_length),
                                      packed_copy(pack(row->item)));
    if (!is_new && is_everywhere(catalog))
        look->changes->everything = TRUE;
    if (!is_initial && has_new_face(look, catalog, row) && !is_new) {
        g_array_append_val(look->altered, own);
        /* A column's or an enum label's name shows where its relation or type is used. */
        g_array_append_val(look->altered, row->item);
    }
    add_item(look, row->item);
    g_hash_table_add(look->changes->classes, GUINT_TO_POINTER(catalog));
}

/* Takes in one section's answer. */
static void
take_section(Look *look, const PGresult *result, int i)
{
    guint32 catalog = (guint32)strtoul(PQgetvalue(result, i, 0), NULL, 10);
    gboolean is_counted = !PQgetisnull(result, i, 1);
    const char *text = PQgetvalue(result, i, 2);
    KnownRows *known =
        is_counted ? known_rows(look->probe, catalog, PQgetvalue(result, i, 3)) : NULL;
    ChangedRow row;
    while (next_row(&text, &row))
        take_row(look, catalog, known, &row);
}

/* Notes what is gone, by the number of rows that a section counted. */
static gboolean
take_count(Look *look, const PGresult *result, int i, GError **error)
{
    guint32 catalog = (guint32)strtoul(PQgetvalue(result, i, 0), NULL, 10);
    guint counted = (guint)strtoul(PQgetvalue(result, i, 1), NULL, 10);
    KnownRows *known = g_hash_table_lookup(look->probe->known, GUINT_TO_POINTER(catalog));
    if (PQgetisnull(result, i, 1) || g_hash_table_size(known->rows) <= counted)
        return TRUE;
    forget_parts_of_gone(look, known);
    return g_hash_table_size(known->rows) <= counted || find_gone(look, known, error);
}

/* A catalog of the section "small" without any row has no answer at all; its rows may be gone. */
static gboolean
find_all_gone(Look *look, GHashTable *answered, GError **error)
{
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, look->probe->known);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        KnownRows *known = value;
        if (g_hash_table_contains(answered, key) || g_hash_table_size(known->rows) == 0)
            continue;
        if (!find_gone(look, known, error))
            return FALSE;
    }
    return TRUE;
}

static char *
join_items(const GArray *items, gboolean class)
{
    GString *out = g_string_new("{");
    for (guint i = 0; i < items->len; i++) {
        const PgsCatalogItem *item = &g_array_index(items, PgsCatalogItem, i);
        g_string_append_printf(out, "%s%u", i > 0 ? "," : "", class ? item->class : item->object);
    }
    g_string_append_c(out, '}');
    return g_string_free(out, FALSE);
}

static gboolean
add_dependents(Look *look, GError **error)
{
    if (look->altered->len == 0)
        return TRUE;
    g_autofree char *classes = join_items(look->altered, TRUE);
    g_autofree char *objects = join_items(look->altered, FALSE);
    g_autofree char *sql =
        g_strdup_printf("EXECUTE pgstair_dependents ('%s', '%s')", classes, objects);
    g_autoptr(PGresult) result =
        pgs_connection_query(look->probe->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++) {
        PgsCatalogItem item = {(guint32)strtoul(PQgetvalue(result, i, 0), NULL, 10),
                               (guint32)strtoul(PQgetvalue(result, i, 1), NULL, 10)};
        add_item(look, item);
    }
    return TRUE;
}

static gboolean
look_at_all(PgsProbe *probe, const char *since, PgsChanges *changes, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("EXECUTE pgstair_probe ('%s')", since != NULL ? since : SINCE_ALWAYS);
    g_autoptr(PGresult) result =
        pgs_connection_query(probe->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error);
    if (result == NULL)
        return FALSE;
    g_auto(Look) look = {
        .probe = probe,
        .changes = changes,
        .seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
        .gone = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
        .altered = g_array_new(FALSE, FALSE, sizeof(PgsCatalogItem)),
    };
    g_autoptr(GHashTable) answered = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autofree char *next_since = NULL;
    for (int i = 0; i < PQntuples(result); i++) {
        gpointer catalog = GUINT_TO_POINTER(strtoul(PQgetvalue(result, i, 0), NULL, 10));
        if (catalog == NULL) {
            next_since = g_strdup(PQgetvalue(result, i, 2));
            continue;
        }
        take_section(&look, result, i);
        g_hash_table_add(answered, catalog);
    }
    /* In the order of the sections: relations first, so that what was part of one goes with it. */
    for (int i = 0; i < PQntuples(result); i++) {
        if (strcmp(PQgetvalue(result, i, 0), "0") != 0 && !take_count(&look, result, i, error))
            return FALSE;
    }
    if (!find_all_gone(&look, answered, error))
        return FALSE;
    changes->first = since == NULL;
    if (!changes->first && !changes->everything && !add_dependents(&look, error))
        return FALSE;
    probe->since = g_steal_pointer(&next_since);
    return TRUE;
}

gboolean
pgs_probe_look(PgsProbe *probe, PgsChanges *changes, GError **error)
{
    g_auto(PgsChanges) found = {
        .items = g_array_new(FALSE, FALSE, sizeof(PgsCatalogItem)),
        .classes = g_hash_table_new(g_direct_hash, g_direct_equal),
    };
    g_autofree char *since = g_steal_pointer(&probe->since);
    if (since == NULL) {
        g_hash_table_remove_all(probe->known);
        g_hash_table_remove_all(probe->parts);
        g_hash_table_remove_all(probe->faces);
    }
    if (!look_at_all(probe, since, &found, error))
        return FALSE;
    *changes = found;
    found = (PgsChanges){0};
    return TRUE;
}
