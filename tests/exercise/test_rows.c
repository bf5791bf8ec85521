/* Covers harness/exercise/: rows.c, rows_condition.c, rows_key.c. */
#include "cmocka_all.h"

#include "exercise/exercise.h"
#include "exercise_fixture.h"

/* Past all triggers, as a replica's session, or a superuser, lets rows in. */
#define PAST(sql)                                                                                  \
    "SET session_replication_role = replica; " sql "; RESET session_replication_role; "

static const PgsRuleResult *
look(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    run_sql(fixture, sql);
    read_inventory(fixture);
    if (!pgs_exercise_existing_rows(fixture->connection, fixture->inventory, fixture->results,
                                    &error))
        fail_msg("%s", error->message);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    assert_true(fixture->results->len > 0);
    return fixture->results->pdata[fixture->results->len - 1];
}

/* A line for each result: what is wrong, or what was held against how many rules; then its notes.
 */
static char *
results_text(const GPtrArray *results)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = results->pdata[i];
        const PgsEvidence *evidence = result->evidence->len > 0 ? result->evidence->pdata[0] : NULL;
        assert_string_equal(result->check, "exercise.rows");
        /* Each is a rule's but the last. */
        assert_int_equal(result->rule == NULL,
                         strcmp(result->subject, "the rows that are there") == 0);
        static const char *const verdicts[] = {"ok", "skipped", "broken", "?", "?"};
        g_string_append_printf(text, "%s: ", verdicts[result->verdict]);
        if (result->message != NULL)
            g_string_append(text, result->message);
        else
            g_string_append_printf(text, "%s %s", evidence->what, evidence->outcome);
        g_string_append_c(text, '\n');
        for (guint j = 0; j < result->notes->len; j++)
            g_string_append_printf(text, "  %s\n", (const char *)result->notes->pdata[j]);
    }
    return g_string_free(text, FALSE);
}

static void
assert_results(Fixture *fixture, const char *sql, const char *expected)
{
    look(fixture, sql);
    g_autofree char *text = results_text(fixture->results);
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "%s---\n", text);
    assert_string_equal(text, expected);
}

#define TREE                                                                                       \
    "CREATE TABLE p (id int PRIMARY KEY, name text NOT NULL CHECK (name <> '')); "                 \
    "CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT fk REFERENCES p); "

static void
test_kept(void **state)
{
    assert_results(*state,
                   TREE "INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), "
                        "(2, NULL), (3, 2)",
                   "ok: 5 rows in 2 tables obey 7 rules\n");
}

static void
test_no_rows(void **state)
{
    assert_results(*state, TREE "ALTER TABLE c ADD CONSTRAINT soft CHECK (id > 0) NOT VALID",
                   "skipped: no table holds rows\n"
                   "  check soft on public.c is NOT VALID, but all rows obey it: VALIDATE "
                   "CONSTRAINT would pass\n");
}

static void
test_orphans(void **state)
{
    Fixture *fixture = *state;
    const char *sql = TREE "INSERT INTO p VALUES (1, 'a'); INSERT INTO c VALUES (1, 1); " PAST(
        "INSERT INTO c VALUES (7, 9), (8, 9), (9, NULL)");
    assert_results(fixture, sql,
                   "broken: 2 of 4 rows in public.c do not obey foreign key fk on public.c: id = "
                   "7, p = 9\n"
                   "ok: 5 rows in 2 tables obey 6 rules\n");
    const PgsRuleResult *result = fixture->results->pdata[0];
    assert_string_equal(result->subject, "foreign key fk on public.c");
    assert_string_equal(result->actual, "2 rows, for example id = 7, p = 9");
    assert_non_null(strstr(result->expected, "REFERENCES"));
    assert_non_null(strstr(result->hint, "session_replication_role"));
    g_autofree char *counted = g_strdup_printf("SELECT count(*) FROM (%s) AS x", result->sql);
    assert_value(fixture, counted, "2");
}

static void
test_not_valid(void **state)
{
    Fixture *fixture = *state;
    assert_results(
        fixture,
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int, n int); "
        "INSERT INTO c VALUES (1, 1), (2, -1); INSERT INTO p VALUES (1); "
        "ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p NOT VALID, "
        "ADD CONSTRAINT pos CHECK (n > 0) NOT VALID, ADD CONSTRAINT big CHECK (n > -9) NOT VALID",
        "broken: 1 of 2 rows in public.c does not obey check pos on public.c: n = -1\n"
        "broken: 1 of 2 rows in public.c does not obey foreign key fk on public.c: p = 2\n"
        "ok: 3 rows in 2 tables obey 3 rules\n"
        "  check big on public.c is NOT VALID, but all rows obey it: VALIDATE CONSTRAINT would "
        "pass\n");
    const PgsRuleResult *result = fixture->results->pdata[0];
    assert_non_null(strstr(result->hint, "VALIDATE CONSTRAINT pos"));
}

/* Composite keys, MATCH FULL, a collation of the key's, a type whose operator is an extension's. */
static void
test_keys(void **state)
{
    assert_results(
        *state,
        "CREATE EXTENSION citext; "
        "CREATE TABLE p (a int, b int, c citext UNIQUE, d text COLLATE \"C\" UNIQUE, UNIQUE (a, "
        "b)); "
        "CREATE TABLE q (id serial PRIMARY KEY, x int, y int, CONSTRAINT simple FOREIGN KEY (x, y) "
        "REFERENCES p (a, b), v int, w int, CONSTRAINT \"full\" FOREIGN KEY (v, w) REFERENCES p "
        "(a, b) MATCH FULL, c citext REFERENCES p (c), d text COLLATE \"POSIX\" REFERENCES p (d), "
        "self int "
        "REFERENCES q); "
        "INSERT INTO p VALUES (1, 2, 'K', 'k'); INSERT INTO q (x, y, v, w, c, d, self) VALUES "
        "(1, 2, 1, 2, 'k', 'k', 1), (5, NULL, NULL, NULL, NULL, NULL, NULL); " PAST(
            "INSERT INTO q (x, y) VALUES (2, 1); INSERT INTO q (v) VALUES (1); "
            "INSERT INTO q (self) VALUES (99)"),
        "broken: 1 of 5 rows in public.q does not obey foreign key full on public.q: id = 4, v = "
        "1, w = NULL\n"
        "broken: 1 of 5 rows in public.q does not obey foreign key q_self_fkey on public.q: id = "
        "5, self = 99\n"
        "broken: 1 of 5 rows in public.q does not obey foreign key simple on public.q: id = 3, x "
        "= 2, y = 1\n"
        "ok: 6 rows in 2 tables obey 7 rules\n");
}

/* What a snapshot leaves out is not looked at, whoever refers to it; a column that is inherited is
 * looked at with the parent's. */
static void
test_once(void **state)
{
    assert_results(*state,
                   "CREATE DOMAIN d AS int CHECK (VALUE > 0); "
                   "CREATE TABLE schema_migrations (v int PRIMARY KEY, CHECK (v > 0)); "
                   "CREATE TABLE a (v int REFERENCES schema_migrations, d d); "
                   "CREATE TABLE b (e d) INHERITS (a); "
                   "INSERT INTO schema_migrations VALUES (1); INSERT INTO b VALUES (1, 2, 3)",
                   "ok: 1 row in 1 table obeys 3 rules\n");
}

/* The rules of a partitioned table are asked of all its rows once; those of an inheriting table
 * too, but for its foreign keys, which its parent does not share. */
static void
test_families(void **state)
{
    assert_results(
        *state,
        "CREATE TABLE r (id int PRIMARY KEY); "
        "CREATE TABLE p (k int PRIMARY KEY, r int CONSTRAINT fk REFERENCES r) PARTITION BY LIST "
        "(k); CREATE TABLE p1 PARTITION OF p (CONSTRAINT own CHECK (r < 9)) FOR VALUES IN (1, 2); "
        "CREATE TABLE a (n int CONSTRAINT pos CHECK (n > 0), r int CONSTRAINT ar REFERENCES r, "
        "CONSTRAINT alone CHECK (n < 3) NO INHERIT); CREATE TABLE b () INHERITS (a); "
        "INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (5, 5); "
        "INSERT INTO r VALUES (1); INSERT INTO p VALUES (1, 1); " PAST("INSERT INTO p VALUES (2, "
                                                                       "7)"),
        "broken: 1 of 2 rows in public.p does not obey foreign key fk on public.p: k = 2, r = 7\n"
        "ok: 5 rows in 3 tables obey 8 rules\n");
}

static void
test_domains(void **state)
{
    assert_results(
        *state,
        "CREATE DOMAIN small AS int; CREATE DOMAIN smaller AS small; "
        "CREATE TABLE t (id int, \"value\" small, b smaller, d small NOT NULL DEFAULT 1); "
        "CREATE TABLE u (e smaller); INSERT INTO u VALUES (1); "
        "INSERT INTO t VALUES (1, 5, 5), (2, 1, 1), (3, NULL, NULL); "
        "ALTER DOMAIN small ADD CONSTRAINT low CHECK (VALUE < 5) NOT VALID; "
        "ALTER DOMAIN smaller ADD CONSTRAINT odd CHECK (VALUE % 2 = 1) NOT VALID",
        "broken: 1 of 3 rows in public.t does not obey domain check low of public.small "
        "(public.t.value): value = 5\n"
        "broken: 1 of 3 rows in public.t does not obey domain check low of public.small "
        "(public.t.b): b = 5\n"
        "ok: 4 rows in 2 tables obey 5 rules\n"
        "  domain check odd of public.smaller is NOT VALID, but all rows obey it: VALIDATE "
        "CONSTRAINT would pass\n");
}

/* The server changes no domain that stands in an array; a function may change its mind. */
static void
test_arrays_of_domains(void **state)
{
    assert_results(
        *state,
        "CREATE FUNCTION fine(int) RETURNS bool LANGUAGE sql AS 'SELECT true'; "
        "CREATE DOMAIN d AS int CONSTRAINT fine CHECK (public.fine(VALUE)); "
        "CREATE DOMAIN ds AS d[]; CREATE TABLE t (id int, a d[], b ds); INSERT INTO t VALUES "
        "(1, '{1,5}', '{}'), (2, NULL, '{{1,2},{3,7}}'), (3, '{NULL}', '{2}'); "
        "CREATE OR REPLACE FUNCTION fine(int) RETURNS bool LANGUAGE sql AS 'SELECT $1 < 5'",
        "broken: 1 of 3 rows in public.t does not obey domain check fine of public.d "
        "(public.t.a): a = '{1,5}'\n"
        "broken: 1 of 3 rows in public.t does not obey domain check fine of public.d "
        "(public.t.b): b = '{{1,2},{3,7}}'\n");
}

/* A NULL that came into a column of a domain past its NOT NULL; a row's NULL is not a row of NULLs.
 */
static void
test_nulls(void **state)
{
    assert_results(
        *state,
        "CREATE DOMAIN d AS int NOT NULL; CREATE TYPE pair AS (a int, b int); "
        "CREATE TABLE t (id int PRIMARY KEY, d d, p pair NOT NULL, j json NOT NULL); "
        "INSERT INTO t SELECT 1, (SELECT 1::d WHERE false), ROW(NULL, NULL)::pair, 'null'",
        "broken: 1 of 1 row in public.t does not obey domain not null of public.d "
        "(public.t.d): id = 1, d = NULL\n"
        "ok: 1 row in 1 table obeys 4 rules\n");
}

/* What the server will not say of one rule says nothing of the others. */
static void
test_unknown(void **state)
{
    Fixture *fixture = *state;
    assert_results(
        fixture,
        "CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT ratio CHECK (1 / b > 0), CONSTRAINT "
        "pos CHECK (a > 0), CONSTRAINT whole CHECK (t IS NOT NULL)); "
        "INSERT INTO t VALUES (1, 1); "
        "ALTER TABLE t DROP CONSTRAINT ratio; UPDATE t SET b = 0; "
        "ALTER TABLE t ADD CONSTRAINT ratio CHECK (1 / b > 0) NOT VALID",
        "skipped: the rows of public.t could not be held against it: division by zero (22012)\n"
        "ok: 1 row in 1 table obeys 3 rules\n");
}

static void
test_limit(void **state)
{
    Fixture *fixture = *state;
    const PgsRuleResult *last = look(
        fixture, "CREATE FUNCTION slow(int) RETURNS bool LANGUAGE plpgsql AS 'BEGIN IF "
                 "current_setting(''statement_timeout'') = ''20ms'' THEN PERFORM pg_sleep(60); END "
                 "IF; RETURN true; END'; "
                 "CREATE TABLE t (a int CONSTRAINT slow CHECK (slow(a)), b int NOT NULL); "
                 "INSERT INTO t VALUES (1, 1); SET statement_timeout = '20ms'");
    assert_int_equal(fixture->results->len, 2);
    const PgsRuleResult *result = fixture->results->pdata[0];
    assert_int_equal(result->verdict, PGS_VERDICT_NOT_EXERCISED);
    assert_non_null(strstr(result->message, "57014"));
    assert_int_equal(last->verdict, PGS_VERDICT_EXERCISED);
}

/* A policy that hides rows is no reason to say that all is well. */
static void
test_hidden(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE ROLE plain; GRANT CREATE ON SCHEMA public TO plain; SET ROLE plain");
    look(fixture, "CREATE TABLE t (a int NOT NULL); INSERT INTO t VALUES (1); "
                  "ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; "
                  "CREATE POLICY p ON t USING (a > 0)");
    const PgsRuleResult *result = fixture->results->pdata[0];
    assert_int_equal(result->verdict, PGS_VERDICT_NOT_EXERCISED);
    assert_non_null(strstr(result->message, "row-level security"));
    run_sql(fixture, "RESET ROLE; DROP OWNED BY plain; DROP ROLE plain");
}

/* A PERIOD may be covered by several rows; what is not enforced may be as it likes. */
static void
test_from_18(void **state)
{
    Fixture *fixture = *state;
    if (pgs_connection_version(fixture->connection) < 180000)
        skip();
    assert_results(
        fixture,
        "CREATE EXTENSION btree_gist; CREATE TABLE p (a int, d int4range, PRIMARY KEY (a, d "
        "WITHOUT OVERLAPS)); CREATE TABLE q (id int, a int CONSTRAINT soft CHECK (a > 99) NOT "
        "ENFORCED, d int4range, n int, CONSTRAINT fk FOREIGN KEY (a, PERIOD d) REFERENCES p (a, "
        "PERIOD d)); INSERT INTO p VALUES (1, '[1,5)'), (1, '[5,9)'), (2, '[1,9)'); "
        "INSERT INTO q VALUES (1, 1, '[2,8)', 1), (2, NULL, '[2,8)', 1), (3, 2, '[1,9)', 1); " PAST(
            "INSERT INTO q VALUES (4, 1, '[2,10)', NULL), (5, 3, '[1,2)', 1)") "ALTER TABLE q ADD "
                                                                               "CONSTRAINT filled "
                                                                               "NOT NULL n NOT "
                                                                               "VALID",
        "broken: 1 of 5 rows in public.q does not obey not null on public.q.n: n = NULL\n"
        "broken: 2 of 5 rows in public.q do not obey foreign key fk on public.q: a = 1, d = "
        "'[2,10)'\n"
        "ok: 8 rows in 2 tables obey 3 rules\n");
}

/* What a unique index does not know: a function that was replaced, a build that failed. */
static void
test_duplicates(void **state)
{
    Fixture *fixture = *state;
    assert_results(
        fixture,
        "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'; "
        "CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text); "
        "CREATE UNIQUE INDEX ua ON t (f(a)); CREATE UNIQUE INDEX ub ON t (f(b), c) WHERE a > 0; "
        "CREATE INDEX uc ON t (c); "
        "INSERT INTO t VALUES (1, 5, 1, 'x'), (2, -5, 1, 'x'), (3, NULL, 1, 'x'), (4, NULL, 1, "
        "'y'); CREATE OR REPLACE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT "
        "abs($1)'; UPDATE pg_index SET indisunique = true, indisvalid = false WHERE indexrelid = "
        "'uc'::regclass",
        "broken: 2 of 4 rows in public.t do not obey unique ua on public.t: id = 1, f(a) = "
        "5; id = 2, f(a) = 5\n"
        "broken: 3 of 4 rows in public.t do not obey unique uc on public.t: id = 1, c = 'x'; "
        "id = 2, c = 'x'\n"
        "ok: 4 rows in 1 table obey 3 rules\n");
    const PgsRuleResult *function = fixture->results->pdata[0], *build = fixture->results->pdata[1];
    assert_non_null(strstr(function->hint, "then REINDEX INDEX public.ua"));
    assert_non_null(strstr(build->hint, "invalid, as a CREATE INDEX CONCURRENTLY leaves it"));
    g_autofree char *counted = g_strdup_printf("SELECT count(*) FROM (%s) AS x", build->sql);
    assert_value(fixture, counted, "3");
}

/* A primary key, its index's own view left aside; one that is invalid, though nothing breaks it. */
static void
test_duplicates_of_keys(void **state)
{
    assert_results(
        *state,
        "CREATE TABLE t (id int CONSTRAINT pk PRIMARY KEY, n int); "
        "UPDATE pg_index SET indisready = false WHERE indexrelid = 'pk'::regclass; "
        "INSERT INTO t SELECT g % 50, g FROM generate_series(1, 51) AS g; "
        "UPDATE pg_index SET indisready = true WHERE indexrelid = 'pk'::regclass; "
        "CREATE TABLE u (n int CONSTRAINT un UNIQUE, s varchar(9) UNIQUE); "
        "INSERT INTO u VALUES (1, 'a'), (NULL, 'A'), (NULL, NULL); "
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'un'::regclass",
        "broken: 2 of 51 rows in public.t do not obey primary key pk on public.t: id = 1; id = 1\n"
        "ok: 54 rows in 2 tables obey 3 rules\n"
        "  the index of unique un on public.u is invalid, but all rows obey it: REINDEX INDEX "
        "public.un would pass\n");
}

/* Equal is what the index's operator class and collation say, not the column's. */
static void
test_equality_of_indexes(void **state)
{
    assert_results(
        *state,
        "CREATE EXTENSION citext; "
        "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false); "
        "CREATE TABLE t (a citext, b text COLLATE ci, c text COLLATE ci UNIQUE, d text, e bpchar, "
        "f point, EXCLUDE USING gist (f WITH ~=), \"Odd\" text); "
        "CREATE UNIQUE INDEX ua ON t (a text_ops); CREATE UNIQUE INDEX ub ON t (b COLLATE \"C\"); "
        "CREATE UNIQUE INDEX ud ON t (d text_pattern_ops); CREATE UNIQUE INDEX ue ON t (e); "
        "CREATE UNIQUE INDEX uo ON t (upper(\"Odd\"), lower(d)) INCLUDE (f); "
        "INSERT INTO t VALUES ('a', 'a', 'a', 'a', 'ab', '(1,1)', 'a'), ('A', 'A', 'b', 'A', 'ac', "
        "'(2,2)', 'b')",
        "ok: 2 rows in 1 table obey 7 rules\n");
}

static void
test_exclusions(void **state)
{
    assert_results(
        *state,
        "CREATE EXTENSION btree_gist; CREATE TABLE t (id int PRIMARY KEY, r int, d int4range, "
        "CONSTRAINT ex EXCLUDE USING gist (r WITH =, d WITH &&) WHERE (r > 0)); "
        "UPDATE pg_index SET indisready = false WHERE indexrelid = 'ex'::regclass; "
        "INSERT INTO t VALUES (1, 1, '[1,9)'), (2, 1, '[9,10)'), (3, 1, '[8,10)'), (4, 0, "
        "'[1,9)'), "
        "(5, 0, '[1,9)'), (6, NULL, '[1,9)'), (7, 2, '[1,9)'); "
        "UPDATE pg_index SET indisready = true WHERE indexrelid = 'ex'::regclass; "
        "CREATE TABLE u (n int, EXCLUDE (n WITH =)); INSERT INTO u SELECT generate_series(1, 3001)",
        "broken: 3 of 7 rows in public.t do not obey exclusion ex on public.t: id = 1, r = 1, d = "
        "'[1,9)', id = 3, r = 1, d = '[8,10)'; id = 2, r = 1, d = '[9,10)', id = 3, r = 1, d = "
        "'[8,10)'\n"
        "skipped: the rows of public.u are not held against it: they are too many to compare each "
        "with each\n"
        "ok: 3008 rows in 2 tables obey 2 rules\n");
}

/* NULLS NOT DISTINCT; a key WITHOUT OVERLAPS. */
static void
test_keys_from_15(void **state)
{
    Fixture *fixture = *state;
    if (pgs_connection_version(fixture->connection) < 150000)
        skip();
    assert_results(
        fixture,
        "CREATE TABLE t (id int PRIMARY KEY, a int, b int CONSTRAINT one UNIQUE); "
        "CREATE INDEX ua ON t (a); INSERT INTO t VALUES (1), (2), (3); "
        "UPDATE pg_index SET indisunique = true, indnullsnotdistinct = true WHERE indexrelid = "
        "'ua'::regclass",
        "broken: 3 of 3 rows in public.t do not obey unique ua on public.t: id = 1, a = "
        "NULL; id = 2, a = NULL\n"
        "ok: 3 rows in 1 table obey 3 rules\n");
}

/* Rows of a partitioned table are compared over all partitions, an inheriting table's are not. */
static void
test_keys_of_families(void **state)
{
    assert_results(*state,
                   "CREATE TABLE a (n int PRIMARY KEY); CREATE TABLE b () INHERITS (a); "
                   "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1), (1); "
                   "CREATE TABLE p (k int PRIMARY KEY) PARTITION BY LIST (k); "
                   "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); "
                   "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); "
                   "INSERT INTO p VALUES (1), (2)",
                   "ok: 5 rows in 2 tables obey 4 rules\n");
}

/* What is stored is not what the expression gives any more. */
static void
test_generated(void **state)
{
    Fixture *fixture = *state;
    assert_results(
        fixture,
        "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1'; "
        "CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (f(a)) STORED, "
        "j json GENERATED ALWAYS AS (('{\"a\": 1}'::json)) STORED, "
        "v varchar(3) GENERATED ALWAYS AS ('a') STORED, c char(4) GENERATED ALWAYS AS ('b') "
        "STORED, n numeric(9,2) GENERATED ALWAYS AS (1.0 / 3) STORED, r float8 GENERATED ALWAYS AS "
        "(0.1 + 0.2) STORED); INSERT INTO t VALUES (1, 1), (2, NULL); "
        "CREATE OR REPLACE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 2'",
        "broken: 1 of 2 rows in public.t does not obey generated on public.t.g: id = 1, g = 2, now "
        "generated = 3\n"
        "ok: 2 rows in 1 table obey 7 rules\n");
    const PgsRuleResult *result = fixture->results->pdata[0];
    assert_non_null(strstr(result->hint, "replaced after the rows were stored"));
}

/* Within a transaction of the caller's, whose own rows are seen. */
static void
test_inside(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, TREE "BEGIN; INSERT INTO p VALUES (1, 'a')");
    g_autoptr(GError) error = NULL;
    read_inventory(fixture);
    assert_true(pgs_exercise_existing_rows(fixture->connection, fixture->inventory,
                                           fixture->results, &error));
    g_autofree char *text = results_text(fixture->results);
    assert_string_equal(text, "ok: 1 row in 1 table obeys 4 rules\n");
    run_sql(fixture, "COMMIT");
    assert_value(fixture, "SELECT count(*) FROM p", "1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kept, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_no_rows, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_orphans, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_not_valid, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_keys, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_families, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_once, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_domains, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_arrays_of_domains, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_nulls, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_limit, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_hidden, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_from_18, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_duplicates, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_duplicates_of_keys, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_equality_of_indexes, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_exclusions, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_from_15, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_of_families, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_generated, set_up_results, tear_down),
        cmocka_unit_test_setup_teardown(test_inside, set_up_results, tear_down),
    };
    return cmocka_run_group_tests_name("rows", tests, set_up_group, tear_down_group);
}
