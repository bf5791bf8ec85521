#ifndef PGS_TESTS_VOLUME_FIXTURE_H
#define PGS_TESTS_VOLUME_FIXTURE_H

#include "bench_fixture.h"
#include "volume/volume.h"

/* The database's tables (named: those whose names are in it, NULL: all) filled with rows each. */
static inline PgsVolume *
fill(Fixture *fixture, guint64 seed, guint rows, const char *const *named)
{
    g_autoptr(GError) error = NULL;
    const PgsVolumeOptions options = {.rows = rows};
    PgsBench *bench = open_bench(fixture, seed);
    g_autoptr(GPtrArray) relations = g_ptr_array_new();
    const GPtrArray *all = pgs_inventory_relations(pgs_bench_inventory(bench));
    for (guint i = 0; i < all->len; i++) {
        const PgsRelation *relation = all->pdata[i];
        if (named == NULL || g_strv_contains(named, relation->name))
            g_ptr_array_add(relations, (gpointer)relation);
    }
    PgsVolume *volume = pgs_volume_fill(bench, relations, &options, &error);
    if (volume == NULL)
        fail_msg("%s", error->message);
    return volume;
}

static inline const PgsVolumeTable *
table_of(const Fixture *fixture, const PgsVolume *volume, const char *name)
{
    const PgsRelation *relation = pgs_inventory_find(pgs_bench_inventory(fixture->bench), name);
    const PgsVolumeTable *table = relation != NULL ? pgs_volume_find(volume, relation) : NULL;
    if (table == NULL)
        fail_msg("there is no %s", name);
    return table;
}

/* Which foreign keys have rows that refer to none; "" is hoped for.  The servers' own check is not
 * asked: it trusts constraints that say that they are valid. */
static inline void
assert_no_orphans(const Fixture *fixture)
{
    assert_value(
        fixture,
        "SELECT coalesce(string_agg(q.conname, ', '), '') FROM (SELECT k.conname,"
        " (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s %s AS c"
        " WHERE (%s) AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)',"
        " CASE c.relkind WHEN 'r' THEN 'ONLY' END, k.conrelid::regclass,"
        " (SELECT string_agg(format('c.%I IS NOT NULL', a.attname),"
        "         CASE k.confmatchtype WHEN 'f' THEN ' OR ' ELSE ' AND ' END)"
        "  FROM unnest(k.conkey) AS n JOIN pg_attribute AS a"
        "  ON a.attrelid = k.conrelid AND a.attnum = n),"
        " k.confrelid::regclass, (SELECT string_agg(format('p.%I = c.%I', b.attname, a.attname),"
        " ' AND ') FROM unnest(k.conkey, k.confkey) AS n (c, p)"
        "  JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = n.c"
        "  JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = n.p)),"
        " false, true, '')))[1]::text::bigint AS orphans"
        " FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid"
        " WHERE k.contype = 'f' AND k.conparentid = 0) AS q WHERE q.orphans > 0",
        "");
}

/* Which CHECKs some row breaks. */
static inline void
assert_checks_hold(const Fixture *fixture)
{
    assert_value(
        fixture,
        "SELECT coalesce(string_agg(q.conname, ', '), '') FROM (SELECT k.conname,"
        " (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s WHERE NOT "
        "(%s)',"
        " k.conrelid::regclass, pg_get_expr(k.conbin, k.conrelid)), false, true, '')))[1]::text::"
        "bigint AS broken FROM pg_constraint AS k WHERE k.contype = 'c' AND k.conrelid <> 0) AS q"
        " WHERE q.broken > 0",
        "");
}

/* All rows of a table as one number. */
static inline char *
checksum(const Fixture *fixture, const char *name)
{
    g_autoptr(GError) error = NULL;
    char *sum = NULL;
    g_autofree char *sql =
        g_strdup_printf("SELECT md5(string_agg(x::text, ';' ORDER BY x.ctid)) FROM %s AS x", name);
    if (!pgs_connection_value(fixture->connection, sql, &sum, &error))
        fail_msg("%s", error->message);
    return sum;
}

#endif
