/* Covers harness/plan/: derive.c, derive_btree.c, derive_operators.c, derive_inquiry.c. */
#include "cmocka_all.h"

#include "derive_fixture.h"

static void
test_keys(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE runs (id bigint PRIMARY KEY, key uuid UNIQUE, status text, workflow int, "
        "started timestamptz, name varchar(80), note text); "
        "INSERT INTO runs SELECT i, md5(i::text)::uuid, CASE WHEN i % 100 = 0 THEN 'failed' WHEN "
        "i % 10 = 0 THEN 'open' ELSE 'done' END, 1 + hashint4(i) % 100, '2024-01-01'::timestamptz "
        "+ i * interval '1 minute', 'run ' || i, 'a note' FROM generate_series(1, 10000) i; "
        "CREATE INDEX ix_status ON runs (status); CREATE INDEX ix_note ON runs (note); "
        "CREATE INDEX ix_by ON runs (workflow, started DESC NULLS LAST); "
        "CREATE INDEX ix_lower ON runs (lower(name)); "
        "CREATE INDEX ix_include ON runs (started) INCLUDE (workflow); "
        "CREATE INDEX ix_hash ON runs USING hash (name);",
        "ix_by: equality, equality on runs.workflow\n"
        "  SELECT * FROM public.runs WHERE workflow = $1 | 52\n"
        "ix_by: range, range of runs.workflow\n"
        "  SELECT * FROM public.runs WHERE workflow >= $1 AND workflow <= $2 | -33, -33\n"
        "ix_by: order, runs in the order of workflow, started DESC NULLS LAST\n"
        "  SELECT * FROM public.runs ORDER BY workflow, started DESC NULLS LAST LIMIT 10\n"
        "ix_hash: equality, equality on runs.name\n"
        "  SELECT * FROM public.runs WHERE name = $1 | run 1\n"
        "ix_include: equality, equality on runs.started\n"
        "  SELECT started, workflow FROM public.runs WHERE started = $1 | 2024-01-01 00:01:00+00\n"
        "ix_include: range, range of runs.started\n"
        "  SELECT started, workflow FROM public.runs WHERE started >= $1 AND started <= $2 | "
        "2024-01-04 11:20:00+00, 2024-01-04 12:09:00+00\n"
        "ix_include: order, runs in the order of started\n"
        "  SELECT started, workflow FROM public.runs ORDER BY started LIMIT 10\n"
        "ix_lower: equality, equality on runs (lower((name)::text))\n"
        "  SELECT * FROM public.runs WHERE lower((name)::text) = $1 | run 1\n"
        "ix_lower: range, range of runs (lower((name)::text))\n"
        "  SELECT * FROM public.runs WHERE lower((name)::text) >= $1 AND lower((name)::text) <= $2 "
        "| run 5498, run 5541\n"
        "ix_lower: order, runs in the order of lower((name)::text)\n"
        "  SELECT * FROM public.runs ORDER BY lower((name)::text) LIMIT 10\n"
        "ix_status: equality, equality on runs.status\n"
        "  SELECT * FROM public.runs WHERE status = $1 | failed\n"
        "ix_status: range, range of runs.status\n"
        "  SELECT * FROM public.runs WHERE status >= $1 AND status <= $2 | failed, failed\n"
        "ix_status: order, runs in the order of status\n"
        "  SELECT * FROM public.runs ORDER BY status LIMIT 10\n"
        "runs_key_key: equality, equality on runs.key\n"
        "  SELECT * FROM public.runs WHERE key = $1 | 00003e3b-9e53-3668-5200-ae85d21b4f5e\n"
        "runs_key_key: order, runs in the order of key\n"
        "  SELECT * FROM public.runs ORDER BY key LIMIT 10\n"
        "runs_pkey: equality, equality on runs.id\n"
        "  SELECT * FROM public.runs WHERE id = $1 | 1\n"
        "runs_pkey: range, range of runs.id\n"
        "  SELECT * FROM public.runs WHERE id >= $1 AND id <= $2 | 5000, 5049\n"
        "runs_pkey: order, runs in the order of id\n"
        "  SELECT * FROM public.runs ORDER BY id LIMIT 10\n"
        "ix_note without: its leading key's rarest value a note finds 10000 of 10000 rows (100 %): "
        "so many are read as well without an index\n");
}

static void
test_partial(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE outbox (id int PRIMARY KEY, topic text, created timestamptz, published "
        "timestamptz, attempts int, is_dead boolean); "
        "INSERT INTO outbox SELECT i, 'topic ' || i % 50, '2024-01-01'::timestamptz + i * interval "
        "'1 minute', CASE WHEN i % 40 > 0 THEN '2025-01-01'::timestamptz END, i % 7, i % 100 = 0 "
        "FROM generate_series(1, 10000) i; "
        "CREATE INDEX ix_pending ON outbox (created) WHERE published IS NULL; "
        "CREATE INDEX ix_null ON outbox (published) WHERE published IS NULL; "
        "CREATE INDEX ix_topic ON outbox (topic, created) WHERE topic = 'topic 3'; "
        "CREATE INDEX ix_most ON outbox (topic) WHERE NOT is_dead; "
        "CREATE INDEX ix_dead ON outbox (is_dead) WHERE is_dead; "
        "CREATE INDEX ix_none ON outbox (topic) WHERE attempts > 100; "
        "CREATE UNIQUE INDEX ix_attempts ON outbox (attempts, id) WHERE published IS NOT NULL",
        "ix_attempts: order, outbox in the order of attempts, id\n"
        "  SELECT * FROM public.outbox WHERE (published IS NOT NULL) ORDER BY attempts, id LIMIT "
        "10\n"
        "ix_dead: predicate, rows of outbox that fulfil is_dead\n"
        "  SELECT * FROM public.outbox WHERE is_dead\n"
        "ix_most: equality, equality on outbox.topic\n"
        "  SELECT * FROM public.outbox WHERE (NOT is_dead) AND topic = $1 | topic 0\n"
        "ix_most: range, range of outbox.topic\n"
        "  SELECT * FROM public.outbox WHERE (NOT is_dead) AND topic >= $1 AND topic <= $2 | topic "
        "0, topic 0\n"
        "ix_most: order, outbox in the order of topic\n"
        "  SELECT * FROM public.outbox WHERE (NOT is_dead) ORDER BY topic LIMIT 10\n"
        "ix_null: predicate, rows of outbox that fulfil (published IS NULL)\n"
        "  SELECT * FROM public.outbox WHERE (published IS NULL)\n"
        "ix_pending: equality, equality on outbox.created\n"
        "  SELECT * FROM public.outbox WHERE (published IS NULL) AND created = $1 | 2024-01-01 "
        "00:40:00+00\n"
        "ix_pending: range, range of outbox.created\n"
        "  SELECT * FROM public.outbox WHERE (published IS NULL) AND created >= $1 AND created <= "
        "$2 | 2024-01-04 11:20:00+00, 2024-01-04 14:00:00+00\n"
        "ix_pending: order, outbox in the order of created\n"
        "  SELECT * FROM public.outbox WHERE (published IS NULL) ORDER BY created LIMIT 10\n"
        "ix_topic: equality, equality on outbox (topic, created)\n"
        "  SELECT * FROM public.outbox WHERE (topic = 'topic 3'::text) AND created = $1 | "
        "2024-01-01 00:03:00+00\n"
        "ix_topic: order, outbox in the order of topic, created\n"
        "  SELECT * FROM public.outbox WHERE (topic = 'topic 3'::text) ORDER BY topic, created "
        "LIMIT 10\n"
        "outbox_pkey: equality, equality on outbox.id\n"
        "  SELECT * FROM public.outbox WHERE id = $1 | 1\n"
        "outbox_pkey: range, range of outbox.id\n"
        "  SELECT * FROM public.outbox WHERE id >= $1 AND id <= $2 | 5000, 5049\n"
        "outbox_pkey: order, outbox in the order of id\n"
        "  SELECT * FROM public.outbox ORDER BY id LIMIT 10\n"
        "ix_none without: none of the 10000 rows of public.outbox fulfils its predicate (attempts "
        "> 100)\n");
}

static void
test_classes(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE t (id int, name text, code varchar(40), c text COLLATE \"C\", e text); "
        "INSERT INTO t SELECT i, md5(i::text), 'a%_\\b' || i, md5((-i)::text), md5((i % 500)::text)"
        "FROM generate_series(1, 10000) i; "
        "CREATE INDEX ix_name ON t (name); CREATE INDEX ix_pattern ON t (name text_pattern_ops); "
        "CREATE INDEX ix_code ON t (code varchar_pattern_ops, id); CREATE INDEX ix_c ON t (c); "
        "CREATE INDEX ix_e ON t (e COLLATE \"C\" DESC); "
        "CREATE OPERATOR CLASS backwards FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, "
        "OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int); "
        "CREATE INDEX ix_backwards ON t (id backwards, e); "
        "CREATE INDEX ix_alias ON t (id, code varchar_ops)",
        "ix_alias: equality, equality on t (id, code)\n"
        "  SELECT * FROM public.t WHERE id = $1 AND code = $2 | 1, a%_\\b1\n"
        "ix_backwards: equality, equality on t (id, e)\n"
        "  SELECT * FROM public.t WHERE id = $1 AND e = $2 | 1, "
        "c4ca4238a0b923820dcc509a6f75849b\n"
        "ix_c: equality, equality on t.c\n"
        "  SELECT * FROM public.t WHERE c = $1 | 00065f61688bf266d956b14d1efa0d07\n"
        "ix_c: search, LIKE a prefix: t.c\n"
        "  SELECT * FROM public.t WHERE c LIKE $1 | 7e%\n"
        "ix_c: range, range of t.c\n"
        "  SELECT * FROM public.t WHERE c >= $1 AND c <= $2 | "
        "7edde33fc26018050c0d72e237c2ce83, 802019e12dac6d07257bd885cb93fa08\n"
        "ix_c: order, t in the order of c\n"
        "  SELECT * FROM public.t ORDER BY c LIMIT 10\n"
        "ix_code: equality, equality on t.code\n"
        "  SELECT * FROM public.t WHERE code = $1 | a%_\\b1\n"
        "ix_code: search, LIKE a prefix: t.code\n"
        "  SELECT * FROM public.t WHERE code LIKE $1 | a\\%\\_\\\\b549%\n"
        "ix_e: equality, equality on t.e\n"
        "  SELECT * FROM public.t WHERE (e COLLATE pg_catalog.\"C\") = $1 | "
        "00411460f7c92d2124a67ea0f4cb5f85\n"
        "ix_e: search, LIKE a prefix: t.e\n"
        "  SELECT * FROM public.t WHERE e LIKE $1 | 7fe%\n"
        "ix_e: range, range of t.e\n"
        "  SELECT * FROM public.t WHERE (e COLLATE pg_catalog.\"C\") >= $1 AND (e COLLATE "
        "pg_catalog.\"C\") <= $2 | 812b4ba287f5ee0bc9d43bbf5bbe87fb, "
        "819f46e52c25763a55cc642422644317\n"
        "ix_e: order, t in the order of (e COLLATE pg_catalog.\"C\") DESC\n"
        "  SELECT * FROM public.t ORDER BY (e COLLATE pg_catalog.\"C\") DESC LIMIT 10\n"
        "ix_name: equality, equality on t.name\n"
        "  SELECT * FROM public.t WHERE name = $1 | 00003e3b9e5336685200ae85d21b4f5e\n"
        "ix_name: range, range of t.name\n"
        "  SELECT * FROM public.t WHERE name >= $1 AND name <= $2 | "
        "8051a3c40561002834e59d566b7430cf, 818de4d2ec21cfcb149ced7a5bed25ab\n"
        "ix_name: order, t in the order of name\n"
        "  SELECT * FROM public.t ORDER BY name LIMIT 10\n"
        "ix_pattern: search, LIKE a prefix: t.name\n"
        "  SELECT * FROM public.t WHERE name LIKE $1 | 80%\n");
}

static void
test_rivals(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE t (id int PRIMARY KEY, tenant int, email text, created timestamptz, score "
        "int); "
        "INSERT INTO t SELECT i, i % 30, 'user' || i, '2024-01-01'::timestamptz + i * interval "
        "'1 minute', hashint4(i) FROM generate_series(1, 10000) i; "
        "CREATE INDEX ix_tenant ON t (tenant); "
        "CREATE INDEX ix_tenant_created ON t (tenant, created); "
        "CREATE INDEX ix_created_tenant ON t (created, tenant); "
        "CREATE UNIQUE INDEX uq_email ON t (email); "
        "CREATE INDEX ix_tenant_email ON t (tenant, email); "
        "CREATE INDEX ix_id_tenant ON t (id, tenant); "
        "CREATE INDEX ix_tenant_score ON t (tenant, score DESC); "
        "CREATE INDEX ix_hash ON t USING hash (created)",
        "ix_created_tenant: range, range of t.created\n"
        "  SELECT * FROM public.t WHERE created >= $1 AND created <= $2 | 2024-01-04 11:20:00+00, "
        "2024-01-04 12:09:00+00\n"
        "ix_created_tenant: order, t in the order of created, tenant\n"
        "  SELECT * FROM public.t ORDER BY created, tenant LIMIT 10\n"
        "ix_hash: equality, equality on t.created\n"
        "  SELECT * FROM public.t WHERE created = $1 | 2024-01-01 00:01:00+00\n"
        "ix_id_tenant: equality, equality on t (id, tenant)\n"
        "  SELECT * FROM public.t WHERE id = $1 AND tenant = $2 | 1, 1\n"
        "ix_tenant: equality, equality on t.tenant\n"
        "  SELECT * FROM public.t WHERE tenant = $1 | 0\n"
        "ix_tenant: range, range of t.tenant\n"
        "  SELECT * FROM public.t WHERE tenant >= $1 AND tenant <= $2 | 15, 15\n"
        "ix_tenant_created: equality, equality on t (tenant, created)\n"
        "  SELECT * FROM public.t WHERE tenant = $1 AND created = $2 | 1, 2024-01-01 00:01:00+00\n"
        "ix_tenant_email: equality, equality on t (tenant, email)\n"
        "  SELECT * FROM public.t WHERE tenant = $1 AND email = $2 | 1, user1\n"
        "ix_tenant_score: equality, equality on t (tenant, score)\n"
        "  SELECT * FROM public.t WHERE tenant = $1 AND score = $2 | 1, -1023721345\n"
        "ix_tenant_score: order, equality on t.tenant, in the order of score DESC\n"
        "  SELECT * FROM public.t WHERE tenant = $1 ORDER BY score DESC LIMIT 10 | 1\n"
        "t_pkey: equality, equality on t.id\n"
        "  SELECT * FROM public.t WHERE id = $1 | 1\n"
        "t_pkey: range, range of t.id\n"
        "  SELECT * FROM public.t WHERE id >= $1 AND id <= $2 | 5000, 5049\n"
        "uq_email: equality, equality on t.email\n"
        "  SELECT * FROM public.t WHERE email = $1 | user1\n"
        "uq_email: range, range of t.email\n"
        "  SELECT * FROM public.t WHERE email >= $1 AND email <= $2 | user5498, user5541\n"
        "uq_email: order, t in the order of email\n"
        "  SELECT * FROM public.t ORDER BY email LIMIT 10\n");
}

static void
test_names(void **state)
{
    assert_derived(
        *state,
        "CREATE SCHEMA \"S 1\"; CREATE EXTENSION citext SCHEMA \"S 1\"; "
        "CREATE TYPE \"S 1\".\"Kind\" AS ENUM ('it''s', 'B'); "
        "CREATE DOMAIN \"S 1\".name AS text CHECK (VALUE <> ''); "
        "CREATE TABLE \"S 1\".\"T\" (\"I d\" int PRIMARY KEY, kind \"S 1\".\"Kind\", "
        "mail \"S 1\".citext, d \"S 1\".name, fixed char(8), \"order\" numeric(8, 2), is_on "
        "boolean); "
        "INSERT INTO \"S 1\".\"T\" SELECT i, CASE WHEN i % 50 = 0 THEN 'it''s' ELSE 'B' "
        "END::\"S 1\".\"Kind\", 'It''s ' || i, 'd' || i, 'x' || i, i / 10.0, i % 50 = 0 "
        "FROM generate_series(1, 10000) i; "
        "CREATE INDEX \"I \"\"1\" ON \"S 1\".\"T\" (kind); "
        "CREATE UNIQUE INDEX i_mail ON \"S 1\".\"T\" (mail); "
        "CREATE INDEX i_domain ON \"S 1\".\"T\" (d); "
        "CREATE INDEX i_fixed ON \"S 1\".\"T\" (fixed bpchar_pattern_ops); "
        "CREATE INDEX i_order ON \"S 1\".\"T\" (\"order\" DESC, mail NULLS FIRST); "
        "CREATE INDEX i_on ON \"S 1\".\"T\" ((kind = 'it''s'::\"S 1\".\"Kind\")); "
        "CREATE INDEX i_boolean ON \"S 1\".\"T\" (is_on)",
        "I \"1: equality, equality on T.kind\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE kind = $1 | it's\n"
        "I \"1: order, T in the order of kind\n"
        "  SELECT * FROM \"S 1\".\"T\" ORDER BY kind LIMIT 10\n"
        "T_pkey: equality, equality on T.\"I d\"\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE \"I d\" = $1 | 1\n"
        "T_pkey: range, range of T.\"I d\"\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE \"I d\" >= $1 AND \"I d\" <= $2 | 5000, 5049\n"
        "T_pkey: order, T in the order of \"I d\"\n"
        "  SELECT * FROM \"S 1\".\"T\" ORDER BY \"I d\" LIMIT 10\n"
        "i_boolean: equality, equality on T.is_on\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE is_on = $1 | true\n"
        "i_boolean: order, T in the order of is_on\n"
        "  SELECT * FROM \"S 1\".\"T\" ORDER BY is_on LIMIT 10\n"
        "i_domain: equality, equality on T.d\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE d = $1 | d1\n"
        "i_domain: range, range of T.d\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE d >= $1 AND d <= $2 | d5498, d5541\n"
        "i_domain: order, T in the order of d\n"
        "  SELECT * FROM \"S 1\".\"T\" ORDER BY d LIMIT 10\n"
        "i_fixed: equality, equality on T.fixed\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE fixed = $1 | x1\n"
        "i_fixed: search, LIKE a prefix: T.fixed\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE fixed LIKE $1 | x549%\n"
        "i_mail: equality, equality on T.mail\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE mail OPERATOR(\"S 1\".=) $1 | It's 1\n"
        "i_mail: range, range of T.mail\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE mail OPERATOR(\"S 1\".>=) $1 AND mail "
        "OPERATOR(\"S 1\".<=) $2 | It's 5498, It's 5541\n"
        "i_mail: order, T in the order of mail\n"
        "  SELECT * FROM \"S 1\".\"T\" ORDER BY mail LIMIT 10\n"
        "i_on: equality, equality on T (((kind = 'it''s'::\"S 1\".\"Kind\")))\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE ((kind = 'it''s'::\"S 1\".\"Kind\")) = $1 | "
        "true\n"
        "i_on: order, T in the order of ((kind = 'it''s'::\"S 1\".\"Kind\"))\n"
        "  SELECT * FROM \"S 1\".\"T\" ORDER BY ((kind = 'it''s'::\"S 1\".\"Kind\")) LIMIT "
        "10\n"
        "i_order: equality, equality on T.\"order\"\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE \"order\" = $1 | 0.10\n"
        "i_order: range, range of T.\"order\"\n"
        "  SELECT * FROM \"S 1\".\"T\" WHERE \"order\" >= $1 AND \"order\" <= $2 | 500.00, "
        "504.90\n"
        "i_order: order, T in the order of \"order\" DESC, mail NULLS FIRST\n"
        "  SELECT * FROM \"S 1\".\"T\" ORDER BY \"order\" DESC, mail NULLS FIRST LIMIT 10\n");
}

/* What is left behind INVALID is asked like any other: the verdict says why it is useless. */
static void
test_invalid(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    run_sql(fixture, "CREATE TABLE t (a int, b int); "
                     "INSERT INTO t SELECT i / 2, i FROM generate_series(1, 4000) i");
    assert_false(pgs_connection_run(fixture->connection,
                                    "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)", &error));
    g_clear_error(&error);
    run_sql(fixture, "CREATE TABLE few (a int); INSERT INTO few VALUES (1), (1)");
    assert_false(pgs_connection_run(
        fixture->connection, "CREATE UNIQUE INDEX CONCURRENTLY broken_too ON few (a)", &error));
    assert_derived(fixture, "SELECT",
                   "broken_too: equality, rows of few (useless, -)\n"
                   "  SELECT * FROM public.few\n"
                   "broken: equality, equality on t.a (useless, -)\n"
                   "  SELECT * FROM public.t WHERE a = $1 | 0\n"
                   "broken: range, range of t.a (useless, -)\n"
                   "  SELECT * FROM public.t WHERE a >= $1 AND a <= $2 | 1000, 1009\n"
                   "broken: order, t in the order of a (useless, -)\n"
                   "  SELECT * FROM public.t ORDER BY a LIMIT 10\n");
}

static void
test_few(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE small (a int PRIMARY KEY); INSERT INTO small VALUES (1); "
        "CREATE TABLE t (a boolean, b int, c int, d int); INSERT INTO t SELECT i % 4 = 0, "
        "NULL, 5, i FROM generate_series(1, 2000) i; "
        "CREATE INDEX ix_d ON t USING hash (d); CREATE INDEX ix_bd ON t (c, d, b); "
        "CREATE INDEX ix_a ON t (a); CREATE INDEX ix_b ON t (b); "
        "CREATE INDEX ix_c ON t (c); CREATE INDEX ix_ac ON t (a, c); "
        "CREATE MATERIALIZED VIEW v AS SELECT * FROM t WITH NO DATA; "
        "CREATE INDEX ix_v ON v (a); "
        "CREATE MATERIALIZED VIEW w AS SELECT i FROM generate_series(1, 2000) i; "
        "CREATE INDEX ix_w ON w (i)",
        "ix_d: equality, equality on t.d\n"
        "  SELECT * FROM public.t WHERE d = $1 | 1\n"
        "ix_w: equality, equality on w (i)\n"
        "  SELECT * FROM public.w WHERE i = $1 | 1\n"
        "ix_w: range, range of w (i)\n"
        "  SELECT * FROM public.w WHERE i >= $1 AND i <= $2 | 1000, 1009\n"
        "ix_w: order, w in the order of i\n"
        "  SELECT * FROM public.w ORDER BY i LIMIT 10\n"
        "small_pkey without: public.small holds 1 row: below 1000, reading all of them "
        "costs no more\n"
        "ix_a without: its leading key's rarest value true finds 500 of 2000 rows (25 %): "
        "so many are read as well without an index\n"
        "ix_ac without: equality on all its keys finds 500 of 2000 rows (25 %): so many "
        "are read as well without an index\n"
        "ix_b without: its leading key b is NULL in each row\n"
        "ix_bd without: its key b is NULL in each row\n"
        "ix_c without: its leading key's rarest value 5 finds 2000 of 2000 rows (100 %): "
        "so many are read as well without an index\n"
        "ix_v without: its rows cannot be asked: ERROR:  materialized view \"v\" has not "
        "been populated (SQLSTATE 55000)\n");
}

static void
test_partitions(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE p (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); "
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2024-02-01'); "
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2024-02-01') TO ('2024-03-01'); "
        "INSERT INTO p SELECT i, '2024-01-01'::date + i % 60 FROM generate_series(1, 10000) i; "
        "CREATE INDEX ix_at ON p (at); CREATE INDEX ix_own ON p1 (at DESC, id); "
        "CREATE TABLE parent (a int); CREATE TABLE child () INHERITS (parent); "
        "INSERT INTO parent SELECT i FROM generate_series(1, 3000) i; "
        "INSERT INTO child SELECT i FROM generate_series(1, 3000) i; "
        "CREATE INDEX ix_parent ON parent (a); "
        "CREATE TABLE few (id int PRIMARY KEY) PARTITION BY RANGE (id); "
        "CREATE TABLE few_1 PARTITION OF few FOR VALUES FROM (1) TO (9001); "
        "CREATE TABLE few_2 PARTITION OF few FOR VALUES FROM (9001) TO (10001); "
        "CREATE TABLE few_3 PARTITION OF few FOR VALUES FROM (10001) TO (20001); "
        "INSERT INTO few SELECT i FROM generate_series(1, 9999) i",
        "ix_at: equality, equality on p.at\n"
        "  SELECT * FROM public.p WHERE at = $1 | 2024-01-01\n"
        "ix_at: range, range of p.at\n"
        "  SELECT * FROM public.p WHERE at >= $1 AND at <= $2 | 2024-02-11, 2024-02-11\n"
        "ix_at: order, p in the order of at\n"
        "  SELECT * FROM public.p ORDER BY at LIMIT 10\n"
        "p_pkey: equality, equality on p.id\n"
        "  SELECT * FROM public.p WHERE id = $1 | 1\n"
        "p_pkey: range, range of p.id\n"
        "  SELECT * FROM public.p WHERE id >= $1 AND id <= $2 | 5000, 5023\n"
        "p_pkey: equality, equality on p (id, at)\n"
        "  SELECT * FROM public.p WHERE id = $1 AND at = $2 | 1, 2024-01-02\n"
        "p_pkey: order, p in the order of id, at\n"
        "  SELECT * FROM public.p ORDER BY id, at LIMIT 10\n"
        "ix_own: equality, equality on p1 (at, id)\n"
        "  SELECT * FROM public.p1 WHERE at = $1 AND id = $2 | 2024-01-02, 1\n"
        "ix_parent: equality, equality on parent.a\n"
        "  SELECT * FROM ONLY public.parent WHERE a = $1 | 1\n"
        "ix_parent: range, range of parent.a\n"
        "  SELECT * FROM ONLY public.parent WHERE a >= $1 AND a <= $2 | 1500, 1514\n"
        "ix_parent: order, parent in the order of a\n"
        "  SELECT * FROM ONLY public.parent ORDER BY a LIMIT 10\n"
        "few_pkey without: public.few holds 9999 rows in 2 partitions, and public.few_2 but 999 "
        "rows: below 1000, reading all of them costs no more\n");
}

/* Of the rarest values each has a partial index of its own: what is left is asked of the other. */
static void
test_values(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE runs (id int, status text, kind int, team int); "
        "INSERT INTO runs SELECT i, CASE WHEN i % 200 = 0 THEN 'queued' WHEN i % 100 = 1 THEN "
        "'held' WHEN i % 50 = 2 THEN 'failed' ELSE 'done' END, i % 40, hashint4(i) % 20 "
        "FROM generate_series(1, 10000) i; "
        "CREATE INDEX ix_status ON runs (status); "
        "CREATE INDEX ix_queued ON runs (id) WHERE status = 'queued'; "
        "CREATE INDEX ix_held ON runs (id) WHERE status = 'held' AND kind < 100; "
        "CREATE INDEX ix_most ON runs (kind) WHERE status <> 'failed'; "
        "CREATE INDEX ix_team ON runs (team, kind); "
        "CREATE INDEX ix_failed ON runs (kind) WHERE team = 5",
        "ix_held: equality, equality on runs.id\n"
        "  SELECT * FROM public.runs WHERE ((status = 'held'::text) AND (kind < 100)) AND id = $1 "
        "| 1\n"
        "ix_held: range, range of runs.id\n"
        "  SELECT * FROM public.runs WHERE ((status = 'held'::text) AND (kind < 100)) AND id >= $1 "
        "AND id <= $2 | 4901, 5301\n"
        "ix_held: order, runs in the order of id\n"
        "  SELECT * FROM public.runs WHERE ((status = 'held'::text) AND (kind < 100)) ORDER BY id "
        "LIMIT 10\n"
        "ix_most: equality, equality on runs.kind\n"
        "  SELECT * FROM public.runs WHERE (status <> 'failed'::text) AND kind = $1 | 1\n"
        "ix_most: range, range of runs.kind\n"
        "  SELECT * FROM public.runs WHERE (status <> 'failed'::text) AND kind >= $1 AND kind <= "
        "$2 | 22, 22\n"
        "ix_most: order, runs in the order of kind\n"
        "  SELECT * FROM public.runs WHERE (status <> 'failed'::text) ORDER BY kind LIMIT 10\n"
        "ix_queued: equality, equality on runs.id\n"
        "  SELECT * FROM public.runs WHERE (status = 'queued'::text) AND id = $1 | 1000\n"
        "ix_queued: range, range of runs.id\n"
        "  SELECT * FROM public.runs WHERE (status = 'queued'::text) AND id >= $1 AND id <= $2 | "
        "5000, 5800\n"
        "ix_queued: order, runs in the order of id\n"
        "  SELECT * FROM public.runs WHERE (status = 'queued'::text) ORDER BY id LIMIT 10\n"
        "ix_status: equality, equality on runs.status\n"
        "  SELECT * FROM public.runs WHERE status = $1 | failed\n"
        "ix_status: range, range of runs.status\n"
        "  SELECT * FROM public.runs WHERE status >= $1 AND status <= $2 | queued, queued\n"
        "ix_status: order, runs in the order of status\n"
        "  SELECT * FROM public.runs ORDER BY status LIMIT 10\n"
        "ix_team: equality, equality on runs.team\n"
        "  SELECT * FROM public.runs WHERE team = $1 | -17\n"
        "ix_team: range, range of runs.team\n"
        "  SELECT * FROM public.runs WHERE team >= $1 AND team <= $2 | -17, -17\n"
        "ix_team: equality, equality on runs (team, kind)\n"
        "  SELECT * FROM public.runs WHERE team = $1 AND kind = $2 | 0, 23\n"
        "ix_team: order, runs in the order of team, kind\n"
        "  SELECT * FROM public.runs ORDER BY team, kind LIMIT 10\n"
        "ix_failed without: what it is for public.ix_team serves as well: which one is taken is "
        "chance\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partial, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_classes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rivals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_invalid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_few, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
