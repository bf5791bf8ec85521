/* Covers harness/synthesis/: synthesis.c and synthesis_*.c: what rules, keys and references a row
 * meets. */
#include "cmocka_all.h"

#include "synthesis_fixture.h"

static void
test_values(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t ()", 2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE t (id serial PRIMARY KEY, a text, b text NOT NULL, c int DEFAULT 5)", 3,
         "SELECT count(*) || ' ' || count(a) || ' ' || count(DISTINCT id) FROM t WHERE c = 5",
         "3 3 3"},
        {"CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int UNIQUE,"
         " b int GENERATED ALWAYS AS (a * 2) STORED UNIQUE)",
         4, "SELECT count(DISTINCT a) || ' ' || count(DISTINCT b) FROM t", "4 4"},
        {"CREATE TABLE t (\"Odd \"\"name\" int PRIMARY KEY, \"select\" text CHECK (\"select\" <> "
         "''))",
         3, "SELECT count(\"select\") FROM t", "3"},
        {"CREATE DOMAIN mail AS text NOT NULL CHECK (VALUE ~ '^[^@ ]+@[^@ ]+\\.[a-z]{2,}$');"
         "CREATE DOMAIN big AS int CHECK (VALUE > 100); CREATE DOMAIN bigger AS big CHECK (VALUE > "
         "200);"
         "CREATE TABLE t (m mail UNIQUE, b bigger, n mail)",
         20, "SELECT count(DISTINCT m) || ' ' || count(b) FROM t", "20 20"},
        {"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood, b boolean, UNIQUE (m, "
         "b))",
         4, "SELECT count(DISTINCT (m, b)) FROM t", "4"},
        {"CREATE TABLE t (u text UNIQUE, v varchar(2), w char(1) UNIQUE, s smallint UNIQUE,"
         " n numeric(3, 1) UNIQUE)",
         20, "SELECT count(DISTINCT w) FROM t", "20"},
        {"CREATE TABLE t (id int PRIMARY KEY, x int UNIQUE);"
         "INSERT INTO t SELECT i, i FROM generate_series(1, 3000) AS g (i)",
         3, "SELECT count(*) FROM t", "3003"},
        {"CREATE TABLE t (id serial PRIMARY KEY);"
         "INSERT INTO t SELECT i FROM generate_series(1, 1000) AS g (i)",
         3, "SELECT count(*) FROM t", "1003"},
        {"CREATE TABLE t (a text); CREATE UNIQUE INDEX ON t (lower(a))", 3,
         "SELECT count(DISTINCT a) FROM t", "3"},
        {"CREATE TABLE t (k int NOT NULL, live boolean NOT NULL);"
         "CREATE UNIQUE INDEX ON t (k) WHERE live",
         3, "SELECT count(*) FROM t", "3"},
        {"CREATE EXTENSION btree_gist; CREATE TABLE t (r int, d tsrange NOT NULL,"
         " EXCLUDE USING gist (r WITH =, d WITH &&))",
         5, "SELECT count(*) FROM t", "5"},
        {"CREATE TABLE t (d daterange NOT NULL, EXCLUDE USING gist (d WITH &&) DEFERRABLE)", 5,
         "SELECT count(*) FROM t", "5"},
        {"CREATE TABLE t (c circle, EXCLUDE USING gist (c WITH &&))", 4, "SELECT count(c) FROM t",
         "4"},
        {"CREATE TABLE t (j jsonb NOT NULL CHECK (jsonb_typeof(j) = 'object' AND j ? 'title'),"
         " a text[] NOT NULL CHECK (cardinality(a) BETWEEN 2 AND 3), x xml, r int4range)",
         2, "SELECT count(r) FROM t", "2"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

static void
test_checks(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t (s text UNIQUE CHECK (s ~ '^[a-z]+(-[a-z]+)*$'),"
         " h text UNIQUE CHECK (h ~ '^#[0-9a-f]{6}$'), e text UNIQUE CHECK (e LIKE '%_@_%.__%'))",
         30,
         "SELECT count(DISTINCT s) || ' ' || count(DISTINCT h) || ' ' || count(DISTINCT e) FROM t",
         "30 30 30"},
        {"CREATE TABLE t (n int UNIQUE CHECK (n BETWEEN 50 AND 60))", 11, "SELECT count(n) FROM t",
         "11"},
        {"CREATE TABLE t (n int UNIQUE CHECK (n >= 100000))", 40, "SELECT count(n) FROM t", "40"},
        {"CREATE TABLE t (a date NOT NULL, b date NOT NULL, c date, CHECK (a > b), CHECK (c > a),"
         " status text NOT NULL CHECK (status IN ('open', 'closed')), closed_at timestamptz,"
         " CHECK ((status = 'closed') = (closed_at IS NOT NULL)))",
         2, "SELECT count(c) FROM t", "2"},
        {"CREATE TABLE t (a int CHECK (a > 5), b int CHECK (b > a), c int CHECK (c > b),"
         " d int CHECK (d > c), e int CHECK (e > d), CHECK (a + b + c < 100))",
         2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE t (a int NOT NULL, b int NOT NULL,"
         " c int GENERATED ALWAYS AS (a * b) STORED CHECK (c > 10000))",
         2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE p (id int PRIMARY KEY);"
         "CREATE TABLE t (a int REFERENCES p, b int REFERENCES p, CHECK (num_nonnulls(a, b) = 1))",
         2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE p (id int PRIMARY KEY);"
         "CREATE TABLE t (a int REFERENCES p, b int REFERENCES p, PRIMARY KEY (a, b), CHECK (a > "
         "b))",
         5, "SELECT count(*) FROM t", "5"},
        {"CREATE TABLE p (code char(2) PRIMARY KEY); INSERT INTO p VALUES ('DE');"
         "CREATE TABLE t (c char(2) NOT NULL REFERENCES p CHECK (c IN ('AT', 'CH')))",
         2, "SELECT count(*) FROM t WHERE c <> 'DE'", "2"},
        /* Expressions that raise errors for most values, one behind the other. */
        {"CREATE TABLE t (a jsonb NOT NULL CHECK (a ? 'id' AND jsonb_typeof(a -> 'id') = 'number'),"
         " c json NOT NULL CHECK (json_array_length(c) > 0),"
         " d jsonb NOT NULL CHECK (jsonb_array_length(d) > 0),"
         " f jsonb NOT NULL CHECK ((f ->> 'n')::int > 5))",
         2, "SELECT count(*) FROM t", "2"},
        /* Tied over many columns: each value alone is refused. */
        {"CREATE TABLE t (a text NOT NULL CHECK (a IN ('p', 'q')), b int NOT NULL, c text, d text,"
         " CHECK (CASE a WHEN 'p' THEN b = 17 AND c = 'seventeen' AND d IS NULL"
         " ELSE b = 3 AND c IS NULL AND d = 'three' END))",
         2, "SELECT count(*) FROM t", "2"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

static void
test_references(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE g (id uuid PRIMARY KEY DEFAULT gen_random_uuid());"
         "CREATE TABLE p (id bigserial PRIMARY KEY, g uuid NOT NULL REFERENCES g);"
         "CREATE TABLE t (id serial, p bigint NOT NULL REFERENCES p, g uuid REFERENCES g)",
         3, "SELECT count(p) || ' ' || count(g) || ' ' || (SELECT count(*) FROM p) FROM t",
         "3 3 1"},
        /* One to one: a new parent each time. */
        {"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY REFERENCES p)", 3,
         "SELECT count(*) || ' ' || (SELECT count(*) FROM p) FROM t", "3 3"},
        {"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (id int PRIMARY KEY REFERENCES p);"
         "CREATE TABLE t (id int PRIMARY KEY REFERENCES p REFERENCES q)",
         3, "SELECT count(*) FROM t", "3"},
        {"CREATE TABLE a (id int PRIMARY KEY);"
         "CREATE TABLE u (a int NOT NULL REFERENCES a, id int NOT NULL, PRIMARY KEY (a, id));"
         "CREATE TABLE t (a int NOT NULL REFERENCES a, id int, o int NOT NULL, e int,"
         " PRIMARY KEY (a, id), FOREIGN KEY (a, o) REFERENCES u, FOREIGN KEY (a, e) REFERENCES u)",
         3, "SELECT count(*) || ' ' || count(e) FROM t", "3 3"},
        {"CREATE TABLE p (a int, b int, UNIQUE (a, b));"
         "CREATE TABLE t (x int, y int, FOREIGN KEY (x, y) REFERENCES p (a, b) MATCH FULL)",
         2, "SELECT count(x) || ' ' || count(y) FROM t", "2 2"},
        {"CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE NOT NULL);"
         "CREATE TABLE t (code text NOT NULL REFERENCES p (code))",
         2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (id int PRIMARY KEY);"
         "CREATE TABLE t (p int REFERENCES p, q int REFERENCES q, PRIMARY KEY (p, q))",
         3, "SELECT count(*) FROM t", "3"},
        /* The kind of row is part of the key; the first one may fit by chance. */
        {"CREATE TABLE p (kind text NOT NULL CHECK (kind IN ('car', 'bike')), id int PRIMARY KEY,"
         " UNIQUE (id, kind)); CREATE TABLE t (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'car'"
         " CHECK (kind = 'car'), doors int NOT NULL CHECK (doors IN (2, 4)),"
         " FOREIGN KEY (id, kind) REFERENCES p (id, kind) ON DELETE CASCADE)",
         3, "SELECT count(*) FROM t JOIN p USING (id, kind) WHERE kind = 'car'", "3"},
        /* Rows that are there, where there can be no others. */
        {"CREATE TABLE p (code text PRIMARY KEY CHECK (code IN ('a', 'b')));"
         "INSERT INTO p VALUES ('a'), ('b'); CREATE TABLE t (p text NOT NULL REFERENCES p)",
         3, "SELECT count(*) || ' ' || (SELECT count(*) FROM p) FROM t", "3 2"},
        {"CREATE TABLE p (code text PRIMARY KEY CHECK (code IN ('a', 'b')));"
         "INSERT INTO p VALUES ('a'), ('b'); CREATE TABLE t (p text PRIMARY KEY REFERENCES p)",
         2, "SELECT count(*) FROM t", "2"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

/* What no row without wishes has been made for is learnt from one. */
static void
test_wished_kind(void **state)
{
    Fixture *fixture = *state;
    start(fixture, "CREATE TABLE p (kind text NOT NULL CHECK (kind IN ('bike', 'car')),"
                   " id int PRIMARY KEY, UNIQUE (id, kind)); CREATE TABLE t (id int PRIMARY KEY,"
                   " kind text NOT NULL DEFAULT 'car' CHECK (kind = 'car'),"
                   " FOREIGN KEY (id, kind) REFERENCES p (id, kind))");
    PgsWish id = wish(find(fixture, "t"), "id", PGS_VALUE_TEXT, "4711");
    g_autoptr(PgsStored) t = make(fixture, "t", &id, 1);
    assert_string_equal(t->stored[0], "4711");
    assert_value(fixture, "SELECT kind FROM public.p WHERE id = 4711", "car");
    assert_value(fixture, "SELECT count(*) FROM public.p", "1");
}

static void
test_cycles(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t (id serial PRIMARY KEY, up int REFERENCES t)", 3,
         "SELECT count(*) || ' ' || count(up) FROM t", "3 0"},
        {"CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
         " up int NOT NULL REFERENCES t)",
         3, "SELECT count(*) FROM t WHERE up = id", "3"},
        {"CREATE TABLE t (a int, id int, up int NOT NULL, PRIMARY KEY (a, id),"
         " FOREIGN KEY (a, up) REFERENCES t (a, id))",
         3, "SELECT count(*) FROM t WHERE up = id", "3"},
        {"CREATE TABLE t (id int PRIMARY KEY, up int NOT NULL REFERENCES t, CHECK (up <> id))", 2,
         "SELECT count(*) FROM t", "4"},
        {"CREATE TABLE t (id serial PRIMARY KEY, b int); CREATE TABLE b (id serial PRIMARY KEY,"
         " t int NOT NULL REFERENCES t); ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES b",
         2, "SELECT count(*) || ' ' || count(b) FROM t", "2 0"},
        {"CREATE TABLE t (id serial PRIMARY KEY, b int NOT NULL); CREATE TABLE b (id serial "
         "PRIMARY KEY,"
         " t int NOT NULL REFERENCES t); ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES b",
         2, "SELECT count(*) || ' ' || (SELECT count(*) FROM b) FROM t", "2 2"},
        {"CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), b uuid NOT NULL);"
         "CREATE TABLE b (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),"
         " t uuid NOT NULL REFERENCES t DEFERRABLE INITIALLY DEFERRED);"
         "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE",
         2, "SELECT count(*) FROM t", "2"},
        /* A column of the key comes round from the row itself; from either side. */
        {"CREATE TABLE t (id text PRIMARY KEY, b text NOT NULL); CREATE TABLE b (id text PRIMARY "
         "KEY,"
         " t text NOT NULL REFERENCES t DEFERRABLE INITIALLY DEFERRED, UNIQUE (t, id));"
         "ALTER TABLE t ADD FOREIGN KEY (id, b) REFERENCES b (t, id) DEFERRABLE INITIALLY DEFERRED",
         3, "SELECT count(*) FROM t JOIN b ON (b.id, b.t) = (t.b, t.id)", "3"},
        {"CREATE TABLE b (id text PRIMARY KEY, t text NOT NULL); CREATE TABLE t (id text PRIMARY "
         "KEY,"
         " b text NOT NULL REFERENCES b DEFERRABLE INITIALLY DEFERRED, UNIQUE (b, id));"
         "ALTER TABLE b ADD FOREIGN KEY (id, t) REFERENCES t (b, id) DEFERRABLE INITIALLY DEFERRED",
         3, "SELECT count(*) >= 3 FROM t", "t"},
        /* One root, and then a chain. */
        {"CREATE TABLE t (id int PRIMARY KEY, up int UNIQUE REFERENCES t, is_root boolean NOT NULL,"
         " CHECK (is_root = (up IS NULL))); CREATE UNIQUE INDEX ON t ((true)) WHERE is_root",
         30, "SELECT count(*) || ' ' || count(up) FROM t", "30 29"},
        /* Three, with rules on each; and a row outside that needs one of them. */
        {"CREATE TABLE a (id int PRIMARY KEY, x int NOT NULL CHECK (x > 500));"
         "CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);"
         "CREATE TABLE c (id int PRIMARY KEY, b int NOT NULL REFERENCES b,"
         " y text NOT NULL CHECK (y IN ('q', 'z')));"
         "ALTER TABLE a ADD c int NOT NULL REFERENCES c;"
         "CREATE TABLE t (id int PRIMARY KEY REFERENCES c, a int NOT NULL REFERENCES a)",
         3, "SELECT count(*) || ' ' || count(DISTINCT id) FROM t", "3 3"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

static void
test_partitions(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t (id int, c text, PRIMARY KEY (id, c)) PARTITION BY LIST (c);"
         "CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('DE', 'AT');"
         "CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('US') PARTITION BY RANGE (id);"
         "CREATE TABLE t21 PARTITION OF t2 FOR VALUES FROM (1000) TO (2000)",
         5, "SELECT count(*) FROM t", "5"},
        {"CREATE TABLE r (id int, c text, PRIMARY KEY (id, c)) PARTITION BY LIST (c);"
         "CREATE TABLE t PARTITION OF r FOR VALUES IN ('US') PARTITION BY RANGE (id);"
         "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1000) TO (2000)",
         5, "SELECT count(*) FROM t1", "5"},
        {"CREATE TABLE t (at timestamptz NOT NULL, v text) PARTITION BY RANGE (at);"
         "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
         2, "SELECT count(v) FROM t", "2"},
        {"CREATE TABLE t (id int PRIMARY KEY) PARTITION BY HASH (id);"
         "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 7, REMAINDER 3)",
         12, "SELECT count(*) FROM t", "12"},
        {"CREATE TABLE t (id int) PARTITION BY LIST (id); CREATE TABLE t0 PARTITION OF t DEFAULT;"
         "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1)",
         2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE r (id int) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF r DEFAULT;"
         "CREATE TABLE t1 PARTITION OF r FOR VALUES IN (1, 2, 3)",
         2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);"
         "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (500) TO (600);"
         "CREATE TABLE r (id int, p int NOT NULL REFERENCES p) PARTITION BY LIST (id);"
         "CREATE TABLE t PARTITION OF r FOR VALUES IN (7)",
         2, "SELECT count(*) FROM t", "2"},
        {"CREATE TABLE p (id int PRIMARY KEY, n int CHECK (n BETWEEN 50 AND 60));"
         "CREATE TABLE t (extra int NOT NULL CHECK (extra > n)) INHERITS (p)",
         2, "SELECT count(n) FROM t", "2"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_checks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_references, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wished_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cycles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
