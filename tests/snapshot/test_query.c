/* Covers harness/snapshot/query.c and harness/snapshot/sql/. */
#include "snapshot/everything.h"

#include "base/embedded.h"
#include "snapshot/kinds.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_snapshot_files[];

#define OLDEST 13
#define NEWEST 18

static int
group_setup(void **state)
{
    Everything *everything = everything_new();
    everything_fill(everything);
    *state = everything;
    return 0;
}

static int
group_teardown(void **state)
{
    everything_free(*state);
    return 0;
}

/* --------------------------------------------------------------------------- the loader -- */

static void
test_expand(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *text;
        int version;
        const char *expanded;
    } expansions[] = {
        {"a", 150004, "a"},
        {"a /*>=14*/b/*end*/ c", 130022, "a  c"},
        {"a /*>=14*/b/*end*/ c", 140000, "a b c"},
        {"a /*<14: b */c", 130022, "a  b c"},
        {"a /*<14: b */c", 140000, "a c"},
        {"/*>=14 <16*/b/*end*/", 130001, ""},
        {"/*>=14 <16*/b/*end*/", 150001, "b"},
        {"/*>=14 <16*/b/*end*/", 160001, ""},
        {"/*>=15 <17: b*/", 160001, " b"},
        {"/*>=14*/a/*>=16*/b/*end*/c/*end*/d", 150001, "acd"},
        {"/*>=14*/a/*>=16*/b/*end*/c/*end*/d", 170001, "abcd"},
        {"/*>=14*/a/*>=12*/b/*end*/c/*end*/d", 130001, "d"},
        {"a /*scope: b*/c", 150001, "a c"},
        {"WHERE /*include: _user_schema(x)*/ true /*end*/ OR", 150001,
         "WHERE x.nspname NOT LIKE 'pg\\_%' AND x.nspname NOT IN ('information_schema', "
         "'sqitch')\nAND (x.nspname || '.' <> ALL (pg_catalog.string_to_array(\n"
         "       pg_catalog.current_setting('pgstair.ledger', true), ','))) IS NOT FALSE\n OR"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(expansions); i++) {
        char *expanded = pgs_query_expand(expansions[i].text, expansions[i].version);
        assert_string_equal(expanded, expansions[i].expanded);
        g_free(expanded);
    }
}

static gboolean
is_query(const PgsEmbedded *file)
{
    return *file->name != '_';
}

static const PgsCatalogQuery *
find_query(const GPtrArray *queries, const char *name)
{
    for (guint i = 0; i < queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(queries, i);
        if (strcmp(query->name, name) == 0)
            return query;
    }
    return NULL;
}

/* Every file is a query of each version, with nothing left in it that the loader should have
 * taken. */
static void
test_all_versions(G_GNUC_UNUSED void **state)
{
    for (int major = OLDEST; major <= NEWEST; major++) {
        GPtrArray *queries = pgs_catalog_queries(major * 10000 + 2, TRUE);
        guint n = 0;
        for (const PgsEmbedded *file = pgs_snapshot_files; file->name != NULL; file++)
            n += is_query(file);
        assert_int_equal(queries->len, n);
        for (guint i = 0; i < queries->len; i++) {
            const PgsCatalogQuery *query = g_ptr_array_index(queries, i);
            assert_null(strstr(query->whole, "/*"));
            assert_null(strstr(query->whole, "*/"));
            assert_null(strstr(query->whole, "$1"));
            assert_non_null(strstr(query->whole, "-- serves: 13 to 18\n"));
            assert_int_equal(query->scoped != NULL, query->scope != PGS_QUERY_SCOPE_NONE);
            if (query->scoped != NULL)
                assert_non_null(strstr(query->scoped, "= ANY ($1::pg_catalog.oid[])"));
            assert_true(query->catalogs->len > 0);
        }
        g_ptr_array_unref(queries);
    }
}

static void
test_cluster(G_GNUC_UNUSED void **state)
{
    GPtrArray *all = pgs_catalog_queries(150004, TRUE);
    GPtrArray *own = pgs_catalog_queries(150004, FALSE);
    assert_int_equal(own->len, all->len - 1);
    assert_true(find_query(all, "cluster")->cluster);
    assert_null(find_query(own, "cluster"));
    assert_false(find_query(own, "table")->cluster);
    g_ptr_array_unref(all);
    g_ptr_array_unref(own);
}

static void
test_directives(G_GNUC_UNUSED void **state)
{
    GPtrArray *queries = pgs_catalog_queries(150004, FALSE);
    const PgsCatalogQuery *table = find_query(queries, "table");
    const PgsCatalogQuery *type = find_query(queries, "type");
    const PgsCatalogQuery *cast = find_query(queries, "cast");
    assert_int_equal(table->scope, pgs_query_catalog_oid("pg_class"));
    assert_int_equal(type->scope, pgs_query_catalog_oid("pg_type"));
    assert_int_equal(cast->scope, PGS_QUERY_SCOPE_NONE);
    GHashTable *classes = g_hash_table_new(g_direct_hash, g_direct_equal);
    assert_false(pgs_query_reads_any(table, classes));
    g_hash_table_add(classes, GUINT_TO_POINTER(pgs_query_catalog_oid("pg_cast")));
    assert_false(pgs_query_reads_any(table, classes));
    assert_true(pgs_query_reads_any(cast, classes));
    /* From its second line of catalogs. */
    g_hash_table_add(classes, GUINT_TO_POINTER(pgs_query_catalog_oid("pg_foreign_table")));
    assert_true(pgs_query_reads_any(table, classes));
    assert_int_equal(pgs_query_catalog_oid("pg_nothing"), 0);
    g_hash_table_unref(classes);
    g_ptr_array_unref(queries);
}

/* What a query reads from is among its catalogs, but for what feeds them all. */
static void
test_catalogs_are_named(G_GNUC_UNUSED void **state)
{
    GRegex *regex = g_regex_new("(?:FROM|JOIN|,) pg_catalog\\.(pg_\\w+)(?![\\w(])", 0, 0, NULL);
    GPtrArray *queries = pgs_catalog_queries(NEWEST * 10000, TRUE);
    guint n = 0;
    for (const PgsEmbedded *file = pgs_snapshot_files; file->name != NULL; file++) {
        char *name = g_strndup(file->name, strlen(file->name) - strlen(".sql"));
        const PgsCatalogQuery *query = find_query(queries, name);
        g_free(name);
        if (query == NULL)
            continue;
        GMatchInfo *match;
        for (g_regex_match(regex, file->text, 0, &match); g_match_info_matches(match);
             g_match_info_next(match, NULL)) {
            char *catalog = g_match_info_fetch(match, 1);
            guint32 oid = pgs_query_catalog_oid(catalog);
            GHashTable *classes = g_hash_table_new(g_direct_hash, g_direct_equal);
            g_hash_table_add(classes, GUINT_TO_POINTER(oid));
            gboolean member = strcmp(catalog, "pg_depend") == 0;
            if (oid != 0 && !member && !pgs_query_reads_any(query, classes))
                fail_msg("%s reads %s and does not say so", file->name, catalog);
            n++;
            g_hash_table_unref(classes);
            g_free(catalog);
        }
        g_match_info_free(match);
    }
    assert_true(n > 100);
    g_regex_unref(regex);
    g_ptr_array_unref(queries);
}

/* -------------------------------------------------------------------------- on a server -- */

static PGresult *
ask(Everything *everything, const char *sql)
{
    GError *error = NULL;
    PGresult *result =
        pgs_connection_query(everything->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, &error);
    if (result == NULL)
        fail_msg("%s: %s", sql, error->message);
    return result;
}

static void
test_catalog_oids(void **state)
{
    PGresult *result = ask(*state, "SELECT relname, oid FROM pg_catalog.pg_class"
                                   " WHERE relnamespace = 11 AND relkind = 'r'");
    guint n = 0;
    for (int i = 0; i < PQntuples(result); i++) {
        guint32 oid = pgs_query_catalog_oid(PQgetvalue(result, i, 0));
        if (oid == 0)
            continue;
        assert_int_equal(oid, strtoul(PQgetvalue(result, i, 1), NULL, 10));
        n++;
    }
    assert_true(n > 50);
    PQclear(result);
    for (const PgsKind *kind = pgs_kind_table(); kind->kind != NULL; kind++)
        assert_int_not_equal(pgs_query_catalog_oid(kind->catalog), 0);
}

/* The files run in psql as they stand. */
static void
test_plain_files(void **state)
{
    Everything *everything = *state;
    if (!everything_is_15(everything))
        skip();
    for (const PgsEmbedded *file = pgs_snapshot_files; file->name != NULL; file++) {
        if (!is_query(file))
            continue;
        PQclear(ask(everything, file->text));
    }
}

static void
add_row(guint32 anchor, PgsObject *object, gpointer rows)
{
    if (anchor != 0)
        g_hash_table_add(rows, GUINT_TO_POINTER(anchor));
    pgs_object_unref(object);
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The rows of a result as text, sorted: which order they come in is not promised. */
static GPtrArray *
sorted_rows(const PGresult *result, const GHashTable *anchors)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < PQntuples(result); i++) {
        gpointer anchor = GUINT_TO_POINTER(strtoul(PQgetvalue(result, i, 0), NULL, 10));
        if (anchors != NULL && !g_hash_table_contains((GHashTable *)anchors, anchor))
            continue;
        GString *row = g_string_new(NULL);
        for (int j = 0; j < PQnfields(result); j++)
            g_string_append_printf(row, "%s|",
                                   PQgetisnull(result, i, j) ? "-" : PQgetvalue(result, i, j));
        g_ptr_array_add(rows, g_string_free(row, FALSE));
    }
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static void
assert_same_rows(const char *name, const PGresult *whole, const PGresult *scoped,
                 const GHashTable *anchors)
{
    GPtrArray *expected = sorted_rows(whole, anchors);
    GPtrArray *found = sorted_rows(scoped, NULL);
    if (expected->len != found->len)
        fail_msg("%s: %u rows whole, %u scoped", name, expected->len, found->len);
    for (guint i = 0; i < expected->len; i++)
        assert_string_equal(expected->pdata[i], found->pdata[i]);
    g_ptr_array_unref(expected);
    g_ptr_array_unref(found);
}

static PGresult *
ask_scoped(Everything *everything, guint i, GHashTable *anchors)
{
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "EXECUTE scoped_%u ('{", i);
    GHashTableIter iter;
    gpointer anchor;
    g_hash_table_iter_init(&iter, anchors);
    for (gboolean first = TRUE; g_hash_table_iter_next(&iter, &anchor, NULL); first = FALSE)
        g_string_append_printf(sql, "%s%u", first ? "" : ",", GPOINTER_TO_UINT(anchor));
    g_string_append(sql, "}')");
    PGresult *result = ask(everything, sql->str);
    g_string_free(sql, TRUE);
    return result;
}

/* Scoped over all anchors a query gives what it gives whole; over some, what belongs to them. */
static void
test_scoped(void **state)
{
    Everything *everything = *state;
    for (guint i = 0; i < everything->queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(everything->queries, i);
        if (query->scoped == NULL)
            continue;
        char *execute = g_strdup_printf("EXECUTE whole_%u", i);
        PGresult *whole = ask(everything, execute);
        g_free(execute);
        GHashTable *anchors = g_hash_table_new(g_direct_hash, g_direct_equal);
        assert_true(pgs_query_rows(whole, add_row, anchors));
        assert_true(g_hash_table_size(anchors) > 0);
        PGresult *scoped = ask_scoped(everything, i, anchors);
        assert_same_rows(query->name, whole, scoped, NULL);
        PQclear(scoped);

        GHashTableIter iter;
        g_hash_table_iter_init(&iter, anchors);
        for (guint n = 0; g_hash_table_iter_next(&iter, NULL, NULL); n++) {
            if (n % 2 == 0)
                g_hash_table_iter_remove(&iter);
        }
        scoped = ask_scoped(everything, i, anchors);
        assert_same_rows(query->name, whole, scoped, anchors);
        PQclear(scoped);
        g_hash_table_remove_all(anchors);
        scoped = ask_scoped(everything, i, anchors);
        assert_int_equal(PQntuples(scoped), 0);
        PQclear(scoped);
        g_hash_table_unref(anchors);
        PQclear(whole);
    }
}

/* An ordinary role reads it all, but for what only superusers may see: the cluster's. */
static void
test_ordinary_role(void **state)
{
    Everything *everything = *state;
    everything_run(everything, "SET ROLE \"Pgs Auditor\"");
    for (guint i = 0; i < everything->queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(everything->queries, i);
        char *execute = g_strdup_printf("EXECUTE whole_%u", i);
        GError *error = NULL;
        PGresult *result = pgs_connection_query(everything->connection, PGS_SHAPE_ANY, execute, 0,
                                                NULL, NULL, &error);
        g_free(execute);
        if (result == NULL && !query->cluster)
            fail_msg("%s: %s", query->name, error->message);
        g_clear_pointer(&result, PQclear);
        g_clear_error(&error);
    }
    everything_run(everything, "RESET ROLE");
}

/* Further bookkeeping tables go with all that hangs on them. */
static void
test_ledger(void **state)
{
    Everything *everything = *state;
    everything_run(everything, "SET pgstair.ledger = 'serial,users'");
    PgsSnapshot *snapshot = everything_read(everything);
    everything_run(everything, "SET pgstair.ledger = ''");
    guint n_users = 0;
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (g_strcmp0(object->parent, "app.users") == 0 ||
            g_strcmp0(object->parent, "public.serial") == 0)
            fail_msg("%s %s", object->kind, object->identity);
        n_users += g_strcmp0(pgs_object_get(object, "references"), "app.users (id)") == 0;
    }
    assert_null(pgs_snapshot_find(snapshot, "table", "app.users"));
    assert_null(pgs_snapshot_find(snapshot, "sequence", "public.serial_id_seq"));
    assert_null(pgs_snapshot_find(snapshot, "sequence", "app.users_id_seq"));
    assert_non_null(pgs_snapshot_find(snapshot, "table", "app.plain"));
    assert_int_equal(n_users, 2); /* the references of others stay */
    pgs_snapshot_unref(snapshot);
}

/* ------------------------------------------------------------------------------ the rows -- */

static void
note_object(guint32 anchor, PgsObject *object, gpointer data)
{
    GPtrArray *objects = data;
    assert_int_equal(anchor, 4000000000u + objects->len);
    g_ptr_array_add(objects, object);
}

static void
test_rows(void **state)
{
    PGresult *result =
        ask(*state, "SELECT '4000000000'::pg_catalog.oid, 'table', 'a', NULL, 'me' AS owner,"
                    " NULL AS not_null, '' AS row_security UNION ALL "
                    "SELECT '4000000001', 'gnu', 'b', 'a', NULL, 'true', NULL");
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    assert_true(pgs_query_rows(result, note_object, objects));
    PQclear(result);
    assert_int_equal(objects->len, 2);
    const PgsObject *table = objects->pdata[0];
    const PgsObject *gnu = objects->pdata[1];
    assert_string_equal(table->kind, "table");
    assert_string_equal(table->identity, "a");
    assert_null(table->parent);
    assert_int_equal(table->n_attributes, 2);
    assert_string_equal(pgs_object_get(table, "owner"), "me");
    assert_string_equal(pgs_object_get(table, "row-security"), "");
    assert_string_equal(gnu->kind, "gnu");
    assert_string_equal(gnu->parent, "a");
    assert_string_equal(pgs_object_get(gnu, "not-null"), "true");
    assert_true(pgs_object_compare(table, gnu) < 0);
    g_ptr_array_unref(objects);

    result = ask(*state, "SELECT 1, 'table', 'a'");
    assert_false(pgs_query_rows(result, note_object, NULL));
    PQclear(result);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expand),
        cmocka_unit_test(test_all_versions),
        cmocka_unit_test(test_cluster),
        cmocka_unit_test(test_directives),
        cmocka_unit_test(test_catalogs_are_named),
        cmocka_unit_test(test_catalog_oids),
        cmocka_unit_test(test_plain_files),
        cmocka_unit_test(test_scoped),
        cmocka_unit_test(test_ordinary_role),
        cmocka_unit_test(test_ledger),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
