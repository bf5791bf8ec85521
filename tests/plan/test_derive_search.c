/* Covers harness/plan/: derive_search.c, derive_search_questions.c, derive_brin.c. */
#include "cmocka_all.h"

#include "derive_fixture.h"

static void
test_search(void **state)
{
    assert_derived(
        *state,
        "CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; CREATE EXTENSION hstore; "
        "CREATE TABLE t (id int, name text, tags text[], doc jsonb, list jsonb, body tsvector, "
        "spot point, area box, during tstzrange, room int, host inet, pairs hstore, same int[]); "
        "INSERT INTO t SELECT i, 'user ' || md5(i::text), ARRAY['all', 'tag ' || i % 200], "
        "jsonb_build_object('kind', 'x', 'id', i % 300), jsonb_build_array('y', i % 300), "
        "to_tsvector('simple', 'some word' || i % 300 || ' it''s'), point(i % 100, i / 100), "
        "box(point(i, i), point(i + 1, i + 1)), "
        "tstzrange('2024-01-01'::timestamptz + i * interval '1 hour', "
        "'2024-01-01'::timestamptz + (i + 2) * interval '1 hour'), i % 100, "
        "'10.0.0.0'::inet + i, hstore('k', (i % 300)::text), '{1,2}' "
        "FROM generate_series(1, 10000) i; "
        "CREATE INDEX g_trgm ON t USING gin (name gin_trgm_ops); "
        "CREATE INDEX g_trgm_gist ON t USING gist (name gist_trgm_ops); "
        "CREATE INDEX g_tags ON t USING gin (tags); CREATE INDEX g_doc ON t USING gin (doc); "
        "CREATE INDEX g_path ON t USING gin (doc jsonb_path_ops); "
        "CREATE INDEX g_list ON t USING gin (list, tags); "
        "CREATE INDEX g_body ON t USING gin (body); "
        "CREATE INDEX g_spot ON t USING gist (spot); CREATE INDEX g_kd ON t USING spgist (spot); "
        "CREATE INDEX g_area ON t USING gist (area); "
        "ALTER TABLE t ADD CONSTRAINT g_room EXCLUDE USING gist (room WITH =, during WITH &&); "
        "CREATE INDEX g_host ON t USING gist (host inet_ops); "
        "CREATE INDEX g_pairs ON t USING gin (pairs); CREATE INDEX g_same ON t USING gin (same); "
        "CREATE INDEX g_text ON t USING spgist (name); "
        "CREATE INDEX plain_name ON t (name); CREATE INDEX plain_room ON t (room)",
        "g_area: search, overlap with a value in t.area\n"
        "  SELECT * FROM public.t WHERE area && $1 | (10,10),(9,9)\n"
        "g_body: search, search of a word in t.body\n"
        "  SELECT * FROM public.t WHERE body @@ $1::pg_catalog.tsquery | 'word0'\n"
        "g_doc: search, search of a key and its value in t.doc (servable, g_path)\n"
        "  SELECT * FROM public.t WHERE doc @> $1 | {\"id\": 0}\n"
        "g_host: search, overlap with a value in t.host\n"
        "  SELECT * FROM public.t WHERE host && $1 | 10.0.0.1/32\n"
        "g_kd: search, points in a box of t.spot\n"
        "  SELECT * FROM public.t WHERE spot <@ $1::pg_catalog.box | (0,1),(0,1)\n"
        "g_kd: nearest, nearest to a value of t.spot\n"
        "  SELECT * FROM public.t ORDER BY spot <-> $1 LIMIT 10 | (0,1)\n"
        "g_list: search, search of a key and its value in t.list\n"
        "  SELECT * FROM public.t WHERE list @> $1 | [0]\n"
        "g_list: search, search by t (list, tags)\n"
        "  SELECT * FROM public.t WHERE list @> $1 AND tags @> $2 | [0], {\"tag 0\"}\n"
        "g_pairs: search, what contains a value in t.pairs\n"
        "  SELECT * FROM public.t WHERE pairs OPERATOR(public.@>) $1 | \"k\"=>\"0\"\n"
        "g_path: search, search of a key and its value in t.doc\n"
        "  SELECT * FROM public.t WHERE doc @> $1 | {\"id\": 0}\n"
        "g_room: search, search by t (room, during)\n"
        "  SELECT * FROM public.t WHERE room = $1 AND during && $2 | 0, [\"2024-01-05 "
        "04:00:00+00\",\"2024-01-05 06:00:00+00\")\n"
        "g_spot: search, points in a box of t.spot\n"
        "  SELECT * FROM public.t WHERE spot <@ $1::pg_catalog.box | (0,1),(0,1)\n"
        "g_spot: nearest, nearest to a value of t.spot\n"
        "  SELECT * FROM public.t ORDER BY spot <-> $1 LIMIT 10 | (0,1)\n"
        "g_tags: search, search of an element in t.tags\n"
        "  SELECT * FROM public.t WHERE tags @> $1 | {\"tag 0\"}\n"
        "g_text: search, equality on t.name\n"
        "  SELECT * FROM public.t WHERE name = $1 | user 00003e3b9e5336685200ae85d21b4f5e\n"
        "g_trgm: search, LIKE a part of t.name (servable, g_trgm_gist)\n"
        "  SELECT * FROM public.t WHERE name LIKE $1 | %00003e%\n"
        "g_trgm_gist: search, LIKE a part of t.name\n"
        "  SELECT * FROM public.t WHERE name LIKE $1 | %00003e%\n"
        "g_trgm_gist: nearest, nearest to a value of t.name\n"
        "  SELECT * FROM public.t ORDER BY name OPERATOR(public.<->) $1 LIMIT 10 | user "
        "00003e3b9e5336685200ae85d21b4f5e\n"
        "plain_name: equality, equality on t.name\n"
        "  SELECT * FROM public.t WHERE name = $1 | user 00003e3b9e5336685200ae85d21b4f5e\n"
        "plain_name: range, range of t.name\n"
        "  SELECT * FROM public.t WHERE name >= $1 AND name <= $2 | user "
        "8051a3c40561002834e59d566b7430cf, user 818de4d2ec21cfcb149ced7a5bed25ab\n"
        "plain_name: order, t in the order of name\n"
        "  SELECT * FROM public.t ORDER BY name LIMIT 10\n"
        "plain_room: equality, equality on t.room\n"
        "  SELECT * FROM public.t WHERE room = $1 | 0\n"
        "plain_room: range, range of t.room\n"
        "  SELECT * FROM public.t WHERE room >= $1 AND room <= $2 | 50, 50\n"
        "plain_room: order, t in the order of room\n"
        "  SELECT * FROM public.t ORDER BY room LIMIT 10\n"
        "g_same without: its rarest search (@> {1}) finds 10000 of 10000 rows (100 %): so many are "
        "read as well without an index\n");
}

static void
test_brin(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE t (id int, at timestamptz, scattered int, note text); "
        "INSERT INTO t SELECT i, '2024-01-01'::timestamptz + i * interval '1 minute', "
        "hashint4(i), repeat('x', 100) FROM generate_series(1, 10000) i; "
        "CREATE INDEX b_usual ON t USING brin (at); "
        "CREATE INDEX b_narrow ON t USING brin (at) WITH (pages_per_range = 4); "
        "CREATE INDEX b_both ON t USING brin (scattered, at) WITH (pages_per_range = 4); "
        "CREATE INDEX b_scattered ON t USING brin (scattered) WITH (pages_per_range = 4); "
        "CREATE TABLE p (n int, at int, note text) PARTITION BY RANGE (at); "
        "CREATE TABLE p_1 (at int, note text, n int); ALTER TABLE p ATTACH PARTITION p_1 FOR "
        "VALUES FROM (1) TO (4001); "
        "CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (4001) TO (10001); "
        "CREATE TABLE p_3 PARTITION OF p FOR VALUES FROM (10001) TO (20001); "
        "INSERT INTO p SELECT hashint4(i), i, repeat('x', 100) FROM generate_series(1, 10000) i; "
        "CREATE INDEX p_usual ON p USING brin (at); "
        "CREATE INDEX p_narrow ON p USING brin (n, at) WITH (pages_per_range = 4)",
        "p_narrow: range, range of p.at\n"
        "  SELECT * FROM public.p WHERE at >= $1 AND at <= $2 | 5000, 5019\n"
        "b_both: range, range of t.at\n"
        "  SELECT * FROM public.t WHERE at >= $1 AND at <= $2 | 2024-01-04 11:20:00+00, "
        "2024-01-04 12:09:00+00\n"
        "b_narrow: range, range of t.at\n"
        "  SELECT * FROM public.t WHERE at >= $1 AND at <= $2 | 2024-01-04 11:20:00+00, "
        "2024-01-04 12:09:00+00\n"
        "p_usual without: public.p_1 has 69 pages, and each of its ranges covers 128: too few "
        "ranges to leave any out\n"
        "b_scattered without: none of its keys follows the order of the rows in public.t\n"
        "b_usual without: public.t has 193 pages, and each of its ranges covers 128: too "
        "few ranges to leave any out\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_search, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_brin, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
