#include "values/generator_unknown.h"

#include "base/text.h"
#include "values/generator_types.h"

#include <string.h>

/* Texts that an input function may take. */
static const char *const pool[] = {"1",
                                   "2",
                                   "3",
                                   "0",
                                   "-1",
                                   "10",
                                   "100",
                                   "1.5",
                                   "2.5",
                                   "0.5",
                                   "a",
                                   "b",
                                   "a1",
                                   "a2",
                                   "a3",
                                   "abc",
                                   "A",
                                   "",
                                   " ",
                                   "a b",
                                   "true",
                                   "false",
                                   "t",
                                   "2020-01-01",
                                   "2020-01-02",
                                   "2020-01-01 10:00:00",
                                   "2020-01-01 10:00:00+00",
                                   "10:00",
                                   "1 day",
                                   "2 days",
                                   "{}",
                                   "{1}",
                                   "{1,2}",
                                   "{a}",
                                   "[]",
                                   "[1]",
                                   "[1,2]",
                                   "[1,2,3]",
                                   "[1,2)",
                                   "{\"a\": 1}",
                                   "{\"a\": 2}",
                                   "(1)",
                                   "(1,2)",
                                   "(1,2,3)",
                                   "(0,0)",
                                   "(1,2),(3,4)",
                                   "<(0,0),1>",
                                   "1,2",
                                   "1 2",
                                   "1/2",
                                   "1:2",
                                   "1.2.3",
                                   "1.0.0",
                                   "2.0.0",
                                   "a.b",
                                   "a:1",
                                   "a=1",
                                   "a=>1",
                                   "a@example.org",
                                   "b@example.org",
                                   "https://example.org/",
                                   "https://example.org/a",
                                   "10.0.0.1",
                                   "10.0.0.2",
                                   "10.0.0.0/8",
                                   "::1",
                                   "2001:db8::1",
                                   "2001:db8::/64",
                                   "2001:db8:1::/64",
                                   "08:00:2b:01:02:03",
                                   "00000000-0000-4000-8000-000000000001",
                                   "00000000-0000-4000-8000-000000000002",
                                   "USD 1.00",
                                   "EUR 1",
                                   "1 USD",
                                   "1 kg",
                                   "1 m",
                                   "2 m",
                                   "\\x00",
                                   "\\x01",
                                   "00",
                                   "01",
                                   "ff",
                                   "x1",
                                   "/a",
                                   "/a/b",
                                   "*",
                                   "<a/>",
                                   "<a>1</a>",
                                   "POINT(1 1)",
                                   "POINT(2 1)",
                                   "LINESTRING(0 0,1 1)",
                                   "+4930123456",
                                   "+15551234567",
                                   "de",
                                   "DE",
                                   "en_US",
                                   "Mon",
                                   "ACGT",
                                   "C",
                                   "CC",
                                   "8928308280fffff",
                                   "8928308280bffff",
                                   "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                                   "{1:1}/3",
                                   "#ff0000",
                                   "1970-01-01T00:00:00Z"};

static char *
key_of(const PgsType *type)
{
    return g_strdup_printf("generator.unknown.%u", type->oid);
}

/* Types seen on the way, so that one that holds itself comes to an end. */
static void
collect_type(const PgsType *type, GHashTable *seen, GPtrArray *unknown)
{
    if (type == NULL || !g_hash_table_add(seen, (gpointer)type))
        return;
    collect_type(type->element, seen, unknown);
    collect_type(type->base, seen, unknown);
    collect_type(type->subtype, seen, unknown);
    for (guint i = 0; type->fields != NULL && i < type->fields->len; i++)
        collect_type(((const PgsColumn *)g_ptr_array_index(type->fields, i))->type, seen, unknown);
    if (type->kind == 'b' && type->element == NULL && pgs_scalar_find(type) == NULL)
        g_ptr_array_add(unknown, (gpointer)type);
}

static GPtrArray *
collect_unknown(const PgsInventory *inventory)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    GPtrArray *unknown = g_ptr_array_new();
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = g_ptr_array_index(relations, i);
        for (guint j = 0; j < relation->columns->len; j++)
            collect_type(((const PgsColumn *)g_ptr_array_index(relation->columns, j))->type, seen,
                         unknown);
    }
    const GPtrArray *domains = pgs_inventory_domains(inventory);
    for (guint i = 0; i < domains->len; i++)
        collect_type(g_ptr_array_index(domains, i), seen, unknown);
    return unknown;
}

static void
add_attempts(PgsBatch *batch, const PgsType *type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pool); i++) {
        g_autoptr(GString) sql = g_string_new("SELECT pg_catalog.format('%s', ");
        pgs_text_append_literal(sql, pool[i]);
        g_string_append_printf(sql, "::%s)", type->sql);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, sql->str);
    }
}

/* What the server writes for each text that it took, each once. */
static GPtrArray *
accepted_texts(const PgsBatch *batch, guint first)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(pool); i++) {
        const PgsBatchResult *result = pgs_batch_result(batch, first + (guint)i);
        if (result->failure != NULL || result->results->len == 0)
            continue;
        PGresult *row = g_ptr_array_index(result->results, 0);
        if (PQntuples(row) != 1 || PQgetisnull(row, 0, 0))
            continue;
        const char *text = PQgetvalue(row, 0, 0);
        if (!g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
            g_ptr_array_add(texts, g_strdup(text));
    }
    return texts;
}

static void
free_texts(gpointer texts)
{
    g_ptr_array_unref(texts);
}

gboolean
pgs_generator_prepare(PgsBench *bench, GError **error)
{
    g_autoptr(GPtrArray) unknown = collect_unknown(pgs_bench_inventory(bench));
    if (unknown->len == 0)
        return TRUE;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < unknown->len; i++)
        add_attempts(batch, g_ptr_array_index(unknown, i));
    if (!pgs_bench_begin(bench, error))
        return FALSE;
    gboolean ok = pgs_batch_run(batch, pgs_bench_connection(bench), error);
    pgs_bench_rollback(bench);
    for (guint i = 0; ok && i < unknown->len; i++) {
        g_autofree char *key = key_of(g_ptr_array_index(unknown, i));
        pgs_bench_remember(bench, key, accepted_texts(batch, i * (guint)G_N_ELEMENTS(pool)),
                           free_texts);
    }
    return ok;
}

char *
pgs_unknown_nth(PgsBench *bench, const PgsType *type, guint n, guint *n_distinct)
{
    g_autofree char *key = key_of(type);
    const GPtrArray *texts = pgs_bench_recall(bench, key);
    *n_distinct = texts != NULL ? texts->len : 0;
    return *n_distinct > 0 ? g_strdup(g_ptr_array_index(texts, n % texts->len)) : NULL;
}
