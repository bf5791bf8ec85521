/* Covers harness/volume/: fill_key.c, fill_link.c, fill_statement.c, fill_limit.c, volume_order.c,
 * volume_late.c: keys and foreign keys of every make. */
#include "cmocka_all.h"

#include "volume_fixture.h"

/* A schema, the table asked for, how many rows of 500 it gets (0: it depends on chance), and what
 * is true of them. */
typedef struct {
    const char *sql, *table;
    gint64 rows;
    const char *query, *expected;
    const char *reason; /* a part of it; NULL: there is none */
} Construct;

static void
try_constructs(Fixture *fixture, const Construct *constructs, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        const Construct *construct = &constructs[i];
        const char *const named[] = {construct->table, NULL};
        run_sql(fixture, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        run_sql(fixture, construct->sql);
        g_autoptr(PgsVolume) volume = fill(fixture, i + 1, 500, named);
        const PgsVolumeTable *table = table_of(fixture, volume, construct->table);
        if ((construct->rows > 0 && table->rows != construct->rows) ||
            (table->reason == NULL) != (construct->reason == NULL))
            fail_msg("%s: %d rows; %s\n%s", construct->sql, (int)table->rows, table->reason,
                     table->sql);
        if (construct->reason != NULL && strstr(table->reason, construct->reason) == NULL)
            fail_msg("%s: %s", construct->sql, table->reason);
        g_autoptr(GError) error = NULL;
        g_autofree char *value = NULL;
        if (!pgs_connection_value(fixture->connection, construct->query, &value, &error))
            fail_msg("%s", error->message);
        if (g_strcmp0(value, construct->expected) != 0)
            fail_msg("%s: %s rather than %s\n%s", construct->query, value, construct->expected,
                     table->sql);
        assert_no_orphans(fixture);
        assert_checks_hold(fixture);
    }
}

static void
test_keys(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t (id serial PRIMARY KEY, u uuid UNIQUE, e varchar(40) UNIQUE, n int)", "t",
         500, "SELECT count(*) || ' ' || (nextval('t_id_seq') > max(id)) FROM t", "500 true", NULL},
        {"CREATE SEQUENCE small MAXVALUE 200; CREATE TABLE t (id smallint PRIMARY KEY"
         " DEFAULT nextval('small'), n text NOT NULL)",
         "t", 500, "SELECT count(DISTINCT n) > 20 FROM t", "t", NULL},
        {"CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text)", "t", 500,
         "SELECT min(id) || ' ' || max(id) FROM t", "1 500", NULL},
        {"CREATE TABLE t (a text); CREATE UNIQUE INDEX ON t (lower(a))", "t", 500,
         "SELECT count(DISTINCT lower(a)) FROM t", "500", NULL},
        {"CREATE TABLE t (a int, b boolean, c char(1), PRIMARY KEY (b, c))", "t", 52,
         "SELECT count(DISTINCT (b, c)) FROM t", "52", "allows 52 rows"},
        {"CREATE TABLE t (n int UNIQUE CHECK (n BETWEEN 50 AND 60))", "t", 11,
         "SELECT count(n) FROM t", "11", "11 different values"},
        {"CREATE TABLE t (k int NOT NULL, live boolean NOT NULL);"
         "CREATE UNIQUE INDEX ON t (k) WHERE live",
         "t", 500, "SELECT count(*) > 5 FROM t WHERE live", "t", NULL},
        /* Whatever a predicate says, there are as many different values as rows. */
        {"CREATE TABLE t (id bigserial PRIMARY KEY, token varchar, s int);"
         "CREATE UNIQUE INDEX ON t (token) WHERE token IS NOT NULL",
         "t", 500, "SELECT count(DISTINCT token) > 450 FROM t", "t", NULL},
        {"CREATE TABLE t (team int NOT NULL, name text NOT NULL, iv jsonb);"
         "CREATE UNIQUE INDEX ON t (team, name) WHERE iv IS NULL;"
         "CREATE UNIQUE INDEX ON t (team, name, iv) WHERE iv IS NOT NULL",
         "t", 500, "SELECT count(iv) BETWEEN 3 AND 497 FROM t", "t", NULL},
        {"CREATE TABLE t (id serial PRIMARY KEY, token varchar(255));"
         "CREATE UNIQUE INDEX ON t (token) WHERE token !~ '^[0-9 ]*$'",
         "t", 500, "SELECT count(*) > 400 FROM t WHERE token !~ '^[0-9 ]*$'", "t", NULL},
        {"CREATE TABLE t (id serial PRIMARY KEY, tx text NOT NULL);"
         "CREATE UNIQUE INDEX ON t (tx) WHERE tx IS NOT NULL AND tx <> 'none'",
         "t", 500, "SELECT count(DISTINCT tx) >= 499 FROM t", "t", NULL},
        /* Of several columns the last one differs: the others are what many rows have. */
        {"CREATE TABLE t (ns char(64), run_id char(64), n int, PRIMARY KEY (ns, run_id))", "t", 500,
         "SELECT count(DISTINCT ns) < 100 AND count(DISTINCT run_id) = 500 FROM t", "t", NULL},
        {"CREATE TABLE t (a int, b int, UNIQUE (a, b) DEFERRABLE)", "t", 500,
         "SELECT count(DISTINCT (a, b)) FROM t", "500", NULL},
        /* What is there stays, and keys go round it. */
        {"CREATE TABLE t (id int PRIMARY KEY, a text);"
         "INSERT INTO t SELECT i * 3, 'mine' FROM generate_series(1, 40) AS g (i)",
         "t", 500, "SELECT count(*) || ' ' || count(*) FILTER (WHERE a = 'mine') FROM t", "500 40",
         NULL},
        {"CREATE TABLE t (id int UNIQUE DEFERRABLE, a text);"
         "INSERT INTO t SELECT i * 3, 'mine' FROM generate_series(1, 40) AS g (i)",
         "t", 500, "SELECT count(DISTINCT id) FROM t", "500", NULL},
        {"CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE TABLE t (room int NOT NULL,"
         " during tstzrange NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&))",
         "t", 500, "SELECT count(*) FROM t", "500", NULL},
        {"CREATE TABLE t (one boolean PRIMARY KEY DEFAULT true CHECK (one))", "t", 1,
         "SELECT count(*) FROM t", "1", "allows 1 row"},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

static void
test_references(void **state)
{
    static const Construct constructs[] = {
        /* Some have many children, most have few, a few rows have none. */
        {"CREATE TABLE p (id uuid PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY,"
         " p uuid REFERENCES p)",
         "t", 500,
         "SELECT (count(*) BETWEEN 5 AND 60) || ' ' || (SELECT max(n) BETWEEN 8 AND 60 AND "
         "min(n) = 1 FROM (SELECT count(*) AS n FROM t WHERE p IS NOT NULL GROUP BY p) AS q) "
         "FROM t WHERE p IS NULL",
         "true true", NULL},
        {"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY REFERENCES p)",
         "t", 500, "SELECT count(*) FROM t", "500", NULL},
        {"CREATE TABLE p (id int PRIMARY KEY CHECK (id BETWEEN 1 AND 7));"
         "CREATE TABLE t (p int UNIQUE NOT NULL REFERENCES p)",
         "t", 7, "SELECT count(*) FROM t", "7", "7 rows to refer to"},
        {"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (p int NOT NULL REFERENCES p,"
         " \"order\" int NOT NULL CHECK (\"order\" BETWEEN 1 AND 5), UNIQUE (p, \"order\"))",
         "t", 500,
         "SELECT max(n) || ' ' || (count(*) > 150) FROM (SELECT count(*) AS n FROM t GROUP BY p) "
         "AS q",
         "5 true", NULL},
        {"CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id uuid PRIMARY KEY);"
         "CREATE TABLE t (a int REFERENCES a, b uuid REFERENCES b, PRIMARY KEY (a, b))",
         "t", 500, "SELECT (count(DISTINCT a) > 100) || ' ' || (count(DISTINCT b) > 100) FROM t",
         "true true", NULL},
        {"CREATE TABLE a (id int PRIMARY KEY CHECK (id < 4 AND id > 0));"
         "CREATE TABLE t (a int REFERENCES a, b int REFERENCES a, PRIMARY KEY (a, b))",
         "t", 9, "SELECT count(*) FROM t", "9", "allows 9 rows"},
        /* What a predicate wants is among the names. */
        {"CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (p bigint REFERENCES p,"
         " name text, value text NOT NULL, PRIMARY KEY (p, name));"
         "CREATE UNIQUE INDEX ON t (value) WHERE name = 'customDomain'",
         "t", 500, "SELECT count(*) BETWEEN 5 AND 400 FROM t WHERE name = 'customDomain'", "t",
         NULL},
        /* Keys that share a column. */
        {"CREATE TABLE tenant (id int PRIMARY KEY CHECK (id BETWEEN 1 AND 20));"
         "CREATE TABLE project (tenant int REFERENCES tenant, id int, PRIMARY KEY (tenant, id));"
         "CREATE TABLE member (tenant int REFERENCES tenant, id int, PRIMARY KEY (tenant, id));"
         "CREATE TABLE t (tenant int NOT NULL REFERENCES tenant, project int NOT NULL, member int,"
         " place int NOT NULL CHECK (place BETWEEN 0 AND 99), PRIMARY KEY (tenant, project, place),"
         " FOREIGN KEY (tenant, project) REFERENCES project,"
         " FOREIGN KEY (tenant, member) REFERENCES member)",
         "t", 500, "SELECT count(member) BETWEEN 400 AND 499 FROM t", "t", NULL},
        {"CREATE TABLE p (tenant int, id int, PRIMARY KEY (tenant, id));"
         "CREATE TABLE t (tenant int NOT NULL, id int, p int, PRIMARY KEY (tenant, id),"
         " FOREIGN KEY (tenant, p) REFERENCES p)",
         "t", 500, "SELECT count(p) BETWEEN 400 AND 499 FROM t", "t", NULL},
        {"CREATE TABLE p (a int, b int, UNIQUE (a, b));"
         "CREATE TABLE t (x int, y int, FOREIGN KEY (x, y) REFERENCES p (a, b) MATCH FULL)",
         "t", 500, "SELECT count(*) BETWEEN 5 AND 60 FROM t WHERE x IS NULL AND y IS NULL", "t",
         NULL},
        {"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES p,"
         " b int REFERENCES p, CHECK (num_nonnulls(a, b) = 1))",
         "t", 500, "SELECT count(a) > 50 AND count(b) > 50 FROM t", "t", NULL},
        {"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES p, b int "
         "REFERENCES "
         "p, PRIMARY KEY (a, b), CHECK (a <> b))",
         "t", 500, "SELECT count(*) FROM t", "500", NULL},
        {"CREATE TABLE p (kind text NOT NULL CHECK (kind IN ('car', 'bike')), id int PRIMARY KEY,"
         " UNIQUE (id, kind)); CREATE TABLE t (id int PRIMARY KEY, kind text NOT NULL"
         " CHECK (kind = 'bike'), FOREIGN KEY (id, kind) REFERENCES p (id, kind))",
         "t", 0, "SELECT count(*) = (SELECT count(*) FROM p WHERE kind = 'bike') FROM t", "t",
         "rows to refer to"},
        {"CREATE TABLE p (id int PRIMARY KEY);"
         "CREATE TABLE q (id int PRIMARY KEY CHECK (id > 100));"
         "CREATE TABLE t (id int PRIMARY KEY REFERENCES p REFERENCES q)",
         "t", 400, "SELECT count(*) FROM t", "400", "400 rows to refer to"},
        {"CREATE TABLE p (code text PRIMARY KEY CHECK (code IN ('a', 'b')));"
         "INSERT INTO p VALUES ('a'), ('b'); CREATE TABLE t (p text NOT NULL REFERENCES p)",
         "t", 500, "SELECT count(DISTINCT p) FROM t", "2", NULL},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

/* CHECKs that bind columns to each other. */
static void
test_bound(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t (id bigserial PRIMARY KEY, action text NOT NULL, file_id bigint,"
         " CHECK ((action IN ('REMOVE', 'DELETE_SUGGESTED') AND file_id IS NOT NULL)"
         " OR action NOT IN ('REMOVE', 'DELETE_SUGGESTED')));"
         "CREATE INDEX ON t (id) WHERE action IN ('REMOVE', 'DELETE_SUGGESTED')",
         "t", 500,
         "SELECT count(*) FILTER (WHERE action = 'REMOVE') > 5 AND count(*) FILTER (WHERE action"
         " NOT IN ('REMOVE', 'DELETE_SUGGESTED')) > 5 FROM t",
         "t", NULL},
        {"CREATE TABLE t (id bigserial PRIMARY KEY, state varchar NOT NULL CHECK (state IN"
         " ('pending', 'running', 'complete')), runtime_ms int, n int, z int,"
         " CHECK (state <> 'complete' OR runtime_ms IS NOT NULL),"
         " CHECK (state <> 'complete' OR n IS NOT NULL))",
         "t", 500, "SELECT count(DISTINCT state) = 3 AND count(DISTINCT runtime_ms) > 10 FROM t",
         "t", NULL},
        /* Members that are read of a document. */
        {"CREATE TABLE t (id serial PRIMARY KEY, d jsonb NOT NULL, n int, kw varchar(40) GENERATED"
         " ALWAYS AS (d ->> 'Keyword01') STORED); CREATE INDEX ON t ((d ->> 'name'));"
         "CREATE INDEX ON t (((d -> 'at' ->> 'zip')::int))",
         "t", 500,
         "SELECT count(kw) > 400 AND count(DISTINCT d ->> 'name') > 20 AND"
         " count((d -> 'at' ->> 'zip')::int) > 400 FROM t",
         "t", NULL},
        /* What is broken so seldom that no sample tells. */
        {"CREATE TABLE t (id serial PRIMARY KEY CHECK (id <> 332))", "t", 500,
         "SELECT count(*) FROM t WHERE id = 332", "0", NULL},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

static void
test_cycles(void **state)
{
    static const Construct constructs[] = {
        {"CREATE TABLE t (id uuid PRIMARY KEY, up uuid REFERENCES t)", "t", 500,
         "SELECT (count(*) FILTER (WHERE up IS NULL) BETWEEN 5 AND 60) || ' ' ||"
         " count(*) FILTER (WHERE up = id) FROM t",
         "true 0", NULL},
        {"CREATE TABLE t (id int PRIMARY KEY, up int NOT NULL REFERENCES t)", "t", 500,
         "SELECT count(*) FROM t WHERE up = id", "1", NULL},
        {"CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t, CHECK (up <> id))", "t", 500,
         "SELECT count(up) > 400 FROM t", "t", NULL},
        {"CREATE TABLE t (a int, id int, up int, PRIMARY KEY (a, id),"
         " FOREIGN KEY (a, up) REFERENCES t (a, id))",
         "t", 500, "SELECT count(*) FROM t", "500", NULL},
        {"CREATE TABLE o (id serial PRIMARY KEY, owner int);"
         "CREATE TABLE t (id serial PRIMARY KEY, o int NOT NULL REFERENCES o);"
         "ALTER TABLE o ADD CONSTRAINT owner FOREIGN KEY (owner) REFERENCES t",
         "t", 500, "SELECT count(owner) BETWEEN 400 AND 499 FROM o", "t", NULL},
        {"CREATE TABLE t (id uuid PRIMARY KEY, b uuid NOT NULL);"
         "CREATE TABLE b (id uuid PRIMARY KEY,"
         " t uuid NOT NULL REFERENCES t DEFERRABLE INITIALLY DEFERRED);"
         "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE",
         "t", 500, "SELECT count(*) FROM b", "500", NULL},
        {"CREATE TABLE t (id int PRIMARY KEY, b int NOT NULL UNIQUE);"
         "CREATE TABLE b (id int PRIMARY KEY, t int NOT NULL REFERENCES t);"
         "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES b",
         "t", 500, "SELECT count(DISTINCT b) FROM t", "500", NULL},
    };
    try_constructs(*state, constructs, G_N_ELEMENTS(constructs));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_references, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cycles, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
