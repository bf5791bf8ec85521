#include "snapshot/catalog.h"

#include "base/error.h"
#include "snapshot/probe.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK(pgs_catalog_error, pgs_catalog_error)

/* FirstNormalObjectId (src/include/access/transam.h): what initdb made lies below. */
#define FIRST_NORMAL_OID 16384
/* initdb alone leaves about 1,000 in a look at everything. */
#define FEW_ITEMS 1500

/* One catalog query and the objects that it gave, by the anchor that they belong to. */
typedef struct {
    const PgsCatalogQuery *query;
    guint index;          /* names its prepared statement */
    gboolean is_prepared; /* its scoped form */
    GHashTable *objects; /* anchor OID → GPtrArray of PgsObject; all under 0 when it has no scope */
} Source;

struct _PgsCatalog {
    PgsConnection *connection;
    GPtrArray *queries; /* PgsCatalogQuery */
    GArray *sources;    /* Source, one a query */
    PgsProbe *probe;
    /* Every object that was ever read, once each: what is equal is the same pointer, in all
     * snapshots. */
    GHashTable *interned;
    PgsSnapshot *last;
    char *version;
};

static guint
object_hash(gconstpointer object)
{
    return ((const PgsObject *)object)->hash;
}

static gboolean
object_equal(gconstpointer a, gconstpointer b)
{
    return pgs_object_equal(a, b);
}

static gboolean
set_session(PgsConnection *connection, const char *const *ledger, GError **error)
{
    g_autofree char *names = ledger != NULL ? g_strjoinv(",", (char **)ledger) : g_strdup("");
    const char *params[] = {names};
    g_autoptr(PGresult) set = pgs_connection_query(
        connection, PGS_SHAPE_ROW,
        "SELECT pg_catalog.set_config('pgstair.ledger', $1, false),"
        " pg_catalog.set_config('search_path', '', false),"
        /* Planning for the values of each call costs more than it can save here. */
        " pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false),"
        " pg_catalog.set_config('jit', 'off', false)",
        1, params, NULL, error);
    return set != NULL;
}

PgsCatalog *
pgs_catalog_new(PgsConnection *connection, PgsCatalogFlags flags, const char *const *ledger,
                GError **error)
{
    int version = pgs_connection_version(connection);
    if (version < 130000) {
        pgs_error_set(error, PGS_CATALOG_ERROR, PGS_CATALOG_ERROR_VERSION, NULL,
                      "PostgreSQL 13 is the oldest that pgstair reads");
        return NULL;
    }
    g_autoptr(PgsCatalog) catalog = g_new0(PgsCatalog, 1);
    catalog->connection = connection;
    catalog->queries = pgs_catalog_queries(version, (flags & PGS_CATALOG_CLUSTER) != 0);
    catalog->interned =
        g_hash_table_new_full(object_hash, object_equal, (GDestroyNotify)pgs_object_unref, NULL);
    catalog->sources = g_array_new(FALSE, TRUE, sizeof(Source));
    for (guint i = 0; i < catalog->queries->len; i++) {
        Source source = {
            .query = g_ptr_array_index(catalog->queries, i),
            .index = i,
            .objects = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
                                             (GDestroyNotify)g_ptr_array_unref),
        };
        g_array_append_val(catalog->sources, source);
    }
    catalog->version =
        g_strdup(PQparameterStatus(pgs_connection_raw(connection), "server_version"));
    /* "15.18 (Debian 15.18-0+deb12u1)": the packager's part is no part of the version. */
    if (catalog->version != NULL)
        catalog->version[strcspn(catalog->version, " ")] = '\0';
    if (!set_session(connection, ledger, error))
        return NULL;
    catalog->probe = pgs_probe_new(connection, error);
    if (catalog->probe == NULL)
        return NULL;
    return g_steal_pointer(&catalog);
}

void
pgs_catalog_free(PgsCatalog *catalog)
{
    if (catalog == NULL)
        return;
    for (guint i = 0; i < catalog->sources->len; i++)
        g_hash_table_unref(g_array_index(catalog->sources, Source, i).objects);
    g_array_unref(catalog->sources);
    g_ptr_array_unref(catalog->queries);
    g_hash_table_unref(catalog->interned);
    pgs_probe_free(catalog->probe);
    g_clear_pointer(&catalog->last, pgs_snapshot_unref);
    g_free(catalog->version);
    g_free(catalog);
}

/* Where rows go while a result is taken apart. */
typedef struct {
    PgsCatalog *catalog;
    const PgsCatalogQuery *query;
    GHashTable *objects; /* as Source.objects */
    GPtrArray *added;    /* borrowed objects, or NULL */
} Intake;

static void
take_object(guint32 anchor, PgsObject *object, gpointer data)
{
    Intake *intake = data;
    PgsObject *interned = g_hash_table_lookup(intake->catalog->interned, object);
    if (interned == NULL)
        g_hash_table_add(intake->catalog->interned, interned = pgs_object_ref(object));
    pgs_object_unref(object);
    gpointer key = GUINT_TO_POINTER(intake->query->scope != 0 ? anchor : 0);
    GPtrArray *siblings = g_hash_table_lookup(intake->objects, key);
    if (siblings == NULL) {
        siblings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
        g_hash_table_insert(intake->objects, key, siblings);
    }
    g_ptr_array_add(siblings, pgs_object_ref(interned));
    if (intake->added != NULL)
        g_ptr_array_add(intake->added, interned);
}

static gboolean
take_result(PgsCatalog *catalog, Source *source, GHashTable *objects, GPtrArray *added,
            const PGresult *result)
{
    Intake intake = {catalog, source->query, objects, added};
    return pgs_query_rows(result, take_object, &intake);
}

/* What is to be read: a source, and the anchors there (a set of OIDs; NULL: all of it). */
typedef struct {
    Source *source;
    GHashTable *anchors;
    GHashTable *objects; /* where they go: as Source.objects */
} Refresh;

static char *
anchors_to_array(GHashTable *anchors)
{
    GString *out = g_string_new("{");
    GHashTableIter iter;
    gpointer anchor;
    g_hash_table_iter_init(&iter, anchors);
    while (g_hash_table_iter_next(&iter, &anchor, NULL))
        g_string_append_printf(out, "%s%u", out->len > 1 ? "," : "", GPOINTER_TO_UINT(anchor));
    g_string_append_c(out, '}');
    return g_string_free(out, FALSE);
}

static gboolean
prepare_scoped(PgsCatalog *catalog, Source *source, GError **error)
{
    if (source->is_prepared)
        return TRUE;
    g_autofree char *prepare = g_strdup_printf("PREPARE pgstair_scoped_%u (oid[]) AS %s",
                                               source->index, source->query->scoped);
    source->is_prepared = pgs_connection_run(catalog->connection, prepare, error);
    if (!source->is_prepared)
        g_prefix_error(error, "catalog query %s: ", source->query->name);
    return source->is_prepared;
}

/* All of them in one message: a round trip each would cost more than most of the queries. */
static gboolean
send_refreshes(PgsCatalog *catalog, const GArray *refreshes, GError **error)
{
    g_autoptr(GString) message = g_string_new(NULL);
    for (guint i = 0; i < refreshes->len; i++) {
        const Refresh *refresh = &g_array_index(refreshes, Refresh, i);
        if (refresh->anchors == NULL) {
            g_string_append_printf(message, "%s;\n", refresh->source->query->whole);
            continue;
        }
        if (!prepare_scoped(catalog, refresh->source, error))
            return FALSE;
        g_autofree char *anchors = anchors_to_array(refresh->anchors);
        g_string_append_printf(message, "EXECUTE pgstair_scoped_%u ('%s');\n",
                               refresh->source->index, anchors);
    }
    return pgs_connection_send(catalog->connection, message->str, error);
}

/* Takes the objects of an anchor out of the source, noting them in removed. */
static void
forget_anchor(Source *source, gpointer anchor, GHashTable *removed)
{
    GPtrArray *objects = g_hash_table_lookup(source->objects, anchor);
    if (objects == NULL)
        return;
    for (guint i = 0; i < objects->len; i++)
        g_hash_table_add(removed, g_ptr_array_index(objects, i));
    g_hash_table_remove(source->objects, anchor);
}

/* removed NULL: the objects are not the source's own, or are all new. */
static void
forget_refreshed(const Refresh *refresh, GHashTable *removed)
{
    if (removed == NULL)
        return;
    if (refresh->anchors == NULL) {
        forget_anchor(refresh->source, NULL, removed);
        return;
    }
    GHashTableIter iter;
    gpointer anchor;
    g_hash_table_iter_init(&iter, refresh->anchors);
    while (g_hash_table_iter_next(&iter, &anchor, NULL))
        forget_anchor(refresh->source, anchor, removed);
}

/* Takes the answers in the order of the refreshes. */
static gboolean
take_refreshes(PgsCatalog *catalog, const GArray *refreshes, GHashTable *removed, GPtrArray *added,
               GError **error)
{
    g_autoptr(GError) broken = NULL; /* of the connection */
    g_autoptr(PgsFailure) refusal = NULL;
    guint n = 0;
    PGresult *next;
    while ((next = pgs_connection_next(catalog->connection, &broken)) != NULL) {
        g_autoptr(PGresult) result = next;
        if (PQresultStatus(result) != PGRES_TUPLES_OK && refusal == NULL)
            refusal = pgs_failure_new(result, NULL);
        if (refusal != NULL || n >= refreshes->len)
            continue;
        const Refresh *refresh = &g_array_index(refreshes, Refresh, n++);
        forget_refreshed(refresh, removed);
        take_result(catalog, refresh->source, refresh->objects, added, result);
    }
    if (broken == NULL && refusal != NULL) {
        g_autofree char *text = pgs_failure_to_string(refusal);
        pgs_error_set(&broken, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT, NULL, "%s", text);
    }
    if (broken == NULL)
        return TRUE;
    g_propagate_prefixed_error(
        error, g_steal_pointer(&broken), "catalog query %s: ",
        n < refreshes->len ? g_array_index(refreshes, Refresh, n).source->query->name : "?");
    return FALSE;
}

/* Everything of every source; tables: where each source's objects go. */
static PgsSnapshot *
read_whole(PgsCatalog *catalog, GHashTable **tables, GError **error)
{
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    g_autoptr(GArray) refreshes = g_array_new(FALSE, FALSE, sizeof(Refresh));
    for (guint i = 0; i < catalog->sources->len; i++) {
        Refresh refresh = {&g_array_index(catalog->sources, Source, i), NULL, tables[i]};
        g_array_append_val(refreshes, refresh);
    }
    if (!send_refreshes(catalog, refreshes, error) ||
        !take_refreshes(catalog, refreshes, NULL, added, error))
        return NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (guint i = 0; i < added->len; i++)
        g_ptr_array_add(all, pgs_object_ref(g_ptr_array_index(added, i)));
    return pgs_snapshot_new(g_steal_pointer(&all), catalog->version);
}

PgsSnapshot *
pgs_catalog_read_whole(PgsCatalog *catalog, GError **error)
{
    if (!pgs_connection_run(catalog->connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                            error))
        return NULL;
    g_autoptr(GPtrArray) tables =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    for (guint i = 0; i < catalog->sources->len; i++) {
        g_ptr_array_add(tables, g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
                                                      (GDestroyNotify)g_ptr_array_unref));
    }
    g_autoptr(PgsSnapshot) snapshot = read_whole(catalog, (GHashTable **)tables->pdata, error);
    if (!pgs_connection_run(catalog->connection, "COMMIT", snapshot != NULL ? error : NULL))
        return NULL;
    return g_steal_pointer(&snapshot);
}

static void
forget_all(PgsCatalog *catalog)
{
    for (guint i = 0; i < catalog->sources->len; i++)
        g_hash_table_remove_all(g_array_index(catalog->sources, Source, i).objects);
}

static PgsSnapshot *
read_everything(PgsCatalog *catalog, GError **error)
{
    forget_all(catalog);
    g_autofree GHashTable **tables = g_new(GHashTable *, catalog->sources->len);
    for (guint i = 0; i < catalog->sources->len; i++)
        tables[i] = g_array_index(catalog->sources, Source, i).objects;
    return read_whole(catalog, tables, error);
}

/*
 * Catalogs whose changes reach a query without a scope only by way of the objects that depend on
 * them, which the probe reports by their own catalogs.
 */
static GHashTable *
own_classes(const PgsChanges *changes)
{
    static const char *const reached_by_dependents[] = {
        "pg_class", "pg_attribute", "pg_attrdef", "pg_type",   "pg_proc",        "pg_constraint",
        "pg_index", "pg_trigger",   "pg_rewrite", "pg_depend", "pg_description",
    };
    GHashTable *classes = g_hash_table_new(g_direct_hash, g_direct_equal);
    GHashTableIter iter;
    gpointer class;
    g_hash_table_iter_init(&iter, changes->classes);
    while (g_hash_table_iter_next(&iter, &class, NULL))
        g_hash_table_add(classes, class);
    for (gsize i = 0; i < G_N_ELEMENTS(reached_by_dependents); i++)
        g_hash_table_remove(classes,
                            GUINT_TO_POINTER(pgs_query_catalog_oid(reached_by_dependents[i])));
    return classes;
}

/* For each scope (a catalog's OID) the changed anchors from a least OID on, as a set. */
static GHashTable *
changed_anchors(PgsCatalog *catalog, const PgsChanges *changes, guint32 least)
{
    GHashTable *scopes = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
                                               (GDestroyNotify)g_hash_table_unref);
    for (guint i = 0; i < changes->items->len; i++) {
        PgsCatalogItem item =
            pgs_probe_anchor(catalog->probe, g_array_index(changes->items, PgsCatalogItem, i));
        if (item.object < least)
            continue;
        GHashTable *anchors = g_hash_table_lookup(scopes, GUINT_TO_POINTER(item.class));
        if (anchors == NULL) {
            anchors = g_hash_table_new(g_direct_hash, g_direct_equal);
            g_hash_table_insert(scopes, GUINT_TO_POINTER(item.class), anchors);
        }
        g_hash_table_add(anchors, GUINT_TO_POINTER(item.object));
    }
    return scopes;
}

/* The anchors that changed: all, and those that initdb did not make. */
typedef struct {
    GHashTable *all, *users;
} Anchors;

static GArray *
plan_refreshes(PgsCatalog *catalog, const PgsChanges *changes, const Anchors *changed)
{
    GArray *refreshes = g_array_new(FALSE, FALSE, sizeof(Refresh));
    g_autoptr(GHashTable) classes = own_classes(changes);
    for (guint i = 0; i < catalog->sources->len; i++) {
        Source *source = &g_array_index(catalog->sources, Source, i);
        Refresh refresh = {source, NULL, source->objects};
        const PgsCatalogQuery *query = refresh.source->query;
        if (query->scope != PGS_QUERY_SCOPE_NONE)
            refresh.anchors = g_hash_table_lookup(query->initdb ? changed->all : changed->users,
                                                  GUINT_TO_POINTER(query->scope));
        if (refresh.anchors != NULL ||
            (query->scope == PGS_QUERY_SCOPE_NONE && pgs_query_reads_any(query, classes)))
            g_array_append_val(refreshes, refresh);
    }
    return refreshes;
}

static int
compare_objects(gconstpointer a, gconstpointer b)
{
    return pgs_object_compare(*(PgsObject *const *)a, *(PgsObject *const *)b);
}

/* The last snapshot without the removed objects and with the added ones, by a merge: both are
 * sorted. */
static PgsSnapshot *
merge(PgsCatalog *catalog, GHashTable *removed, GPtrArray *added)
{
    guint n = pgs_snapshot_n_objects(catalog->last);
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_full(n + added->len, (GDestroyNotify)pgs_object_unref);
    g_ptr_array_sort(added, compare_objects);
    guint next = 0;
    for (guint i = 0; i < n; i++) {
        PgsObject *object = (PgsObject *)pgs_snapshot_object(catalog->last, i);
        if (g_hash_table_contains(removed, object))
            continue;
        while (next < added->len && pgs_object_compare(g_ptr_array_index(added, next), object) < 0)
            g_ptr_array_add(all, pgs_object_ref(g_ptr_array_index(added, next++)));
        g_ptr_array_add(all, pgs_object_ref(object));
    }
    while (next < added->len)
        g_ptr_array_add(all, pgs_object_ref(g_ptr_array_index(added, next++)));
    return pgs_snapshot_new_sorted(g_steal_pointer(&all), catalog->version);
}

static PgsSnapshot *
read_changes(PgsCatalog *catalog, const PgsChanges *changes, GError **error)
{
    if (changes->items->len == 0 && g_hash_table_size(changes->classes) == 0)
        return pgs_snapshot_ref(catalog->last);
    g_autoptr(GHashTable) all = changed_anchors(catalog, changes, 0);
    g_autoptr(GHashTable) users = changed_anchors(catalog, changes, FIRST_NORMAL_OID);
    g_autoptr(GArray) refreshes = plan_refreshes(catalog, changes, &(Anchors){all, users});
    g_autoptr(GHashTable) removed = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    if (refreshes->len > 0 && (!send_refreshes(catalog, refreshes, error) ||
                               !take_refreshes(catalog, refreshes, removed, added, error)))
        return NULL;
    return merge(catalog, removed, added);
}

static PgsSnapshot *
read_now(PgsCatalog *catalog, GError **error)
{
    g_auto(PgsChanges) changes = {0};
    if (!pgs_probe_look(catalog->probe, &changes, error))
        return NULL;
    if (changes.first && changes.items->len <= FEW_ITEMS) {
        /* A database that is all but empty: cheaper than planning every query whole. */
        forget_all(catalog);
        g_autoptr(GPtrArray) none = g_ptr_array_new();
        g_clear_pointer(&catalog->last, pgs_snapshot_unref);
        catalog->last = pgs_snapshot_new(g_steal_pointer(&none), catalog->version);
        return read_changes(catalog, &changes, error);
    }
    if (changes.first || changes.everything || catalog->last == NULL)
        return read_everything(catalog, error);
    return read_changes(catalog, &changes, error);
}

PgsSnapshot *
pgs_catalog_read(PgsCatalog *catalog, GError **error)
{
    PgsSnapshot *snapshot = read_now(catalog, error);
    g_clear_pointer(&catalog->last, pgs_snapshot_unref);
    if (snapshot != NULL)
        catalog->last = pgs_snapshot_ref(snapshot);
    return snapshot;
}
