/* Covers harness/exercise/: rule_not_null.c, rule_limit.c, rule_enum.c, rule_generated.c,
   rule_identity.c and rule_rows.c. */
#include "cmocka_all.h"

#include "rule_fixture.h"

/* ---- NOT NULL ---- */

static void
exercise_not_null(Fixture *fixture, const char *column)
{
    exercise(fixture, pgs_rule_not_null_exercise,
             rule_of(fixture, PGS_RULE_NOT_NULL, NULL, column));
}

static void
test_not_null(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN d AS text NOT NULL; CREATE TABLE t (id int GENERATED ALWAYS "
                        "AS IDENTITY PRIMARY KEY, a int NOT NULL DEFAULT 5 CHECK (a IS NOT NULL), "
                        "d d NOT NULL, b text, g text NOT NULL GENERATED ALWAYS AS (b || 'x') "
                        "STORED)");
    exercise_not_null(fixture, "a");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a = NULL", "refused: 23502 by a");
    assert_evidence(fixture, "a = NULL", "; accepted without it");
    assert_note(fixture, "accepted without it once check t_a_check on public.t is gone as well");
    exercise_not_null(fixture, "id");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "id = NULL", "; accepted without it");
    /* The domain refuses it before. */
    exercise_not_null(fixture, "d");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "d = NULL", "refused: 23502 by d");
    assert_note(fixture, "which stands before it");
    exercise_not_null(fixture, "g");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "b NULL, so that g is NULL", "refused: 23502 by g");
    assert_evidence(fixture, "b NULL, so that g is NULL", "; accepted without it");
}

static void
test_not_null_never(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (b text, g text NOT NULL GENERATED ALWAYS AS "
                        "(coalesce(b, '')) STORED)");
    exercise_not_null(fixture, "g");
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    assert_message(fixture, "its expression was NULL in none of 2 rows tried");
}

static void
test_not_null_partition_key(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (k date NOT NULL) PARTITION BY RANGE (k); CREATE TABLE t1 "
                        "PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2030-01-01')");
    exercise_not_null(fixture, "k");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "k = NULL", "; accepted without it");
}

/* A table that inherits the column has a primary key of its own. */
static void
test_not_null_inherited(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE b1 (PRIMARY KEY (id)) "
                        "INHERITS (b)");
    exercise(fixture, pgs_rule_not_null_exercise,
             relation_of(fixture, "public.b")->rules->pdata[0]);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "id = NULL", "; accepted without it");
}

/* ---- limits ---- */

static void
exercise_limit(Fixture *fixture, PgsRuleKind kind, const char *column)
{
    exercise(fixture, pgs_rule_limit_exercise, rule_of(fixture, kind, NULL, column));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
}

static void
test_length(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE p (code char(2) PRIMARY KEY); CREATE TABLE t (v varchar(1) UNIQUE, "
               "c char(3), b bit(4), w varbit(5), a varchar(3)[], k varchar(8) CHECK (k ~ "
               "'^[a-c]{2}$'), p char(2) REFERENCES p, g varchar(2) GENERATED ALWAYS AS "
               "('x'::text) STORED, l varchar(10485760))");
    exercise_limit(fixture, PGS_RULE_LENGTH, "v");
    assert_evidence(fixture, "v: 1 character", "accepted");
    assert_evidence(fixture, "v: 2 characters", "refused: 22001: ");
    assert_evidence(fixture, "v: 2 characters", "; accepted without it");
    exercise_limit(fixture, PGS_RULE_LENGTH, "c");
    assert_evidence(fixture, "c: 4 characters", "; accepted without it");
    exercise_limit(fixture, PGS_RULE_LENGTH, "b");
    assert_evidence(fixture, "b: 4 bits", "accepted");
    assert_evidence(fixture, "b: 3 bits", "refused: 22026: ");
    assert_evidence(fixture, "b: 5 bits", "; accepted without it");
    exercise_limit(fixture, PGS_RULE_LENGTH, "w");
    assert_evidence(fixture, "w: 6 bits", "refused: 22001: ");
    exercise_limit(fixture, PGS_RULE_LENGTH, "a");
    assert_evidence(fixture, "a: 4 characters", "; accepted without it");
    /* Other rules stand before both. */
    exercise_limit(fixture, PGS_RULE_LENGTH, "k");
    assert_evidence(fixture, "k: 8 characters", "accepted");
    assert_evidence(fixture, "k: 9 characters", "; accepted without it");
    assert_note(fixture, "check t_k_check on public.t");
    exercise_limit(fixture, PGS_RULE_LENGTH, "p");
    assert_evidence(fixture, "p: 2 characters", "accepted");
    assert_note(fixture, "foreign key t_p_fkey on public.t");
    exercise_limit(fixture, PGS_RULE_LENGTH, "g");
    assert_evidence(fixture, "g: 3 characters", "refused: 22001: ");
    assert_note(fixture, "generated");
    exercise_limit(fixture, PGS_RULE_LENGTH, "l");
    assert_evidence(fixture, "l: 10485761 characters", "refused: 22001: ");
}

/* A domain's limit is seen at a column that has it. */
static void
test_length_of_domain(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE DOMAIN code AS varchar(3) CHECK (VALUE <> ''); CREATE DOMAIN unused "
               "AS varchar(3); CREATE TABLE t (a int, c code)");
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(fixture->bench));
    guint n = 0;
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        if (rule->kind != PGS_RULE_LENGTH)
            continue;
        exercise(fixture, pgs_rule_limit_exercise, rule);
        n++;
        if (strcmp(rule->type->name, "code") == 0) {
            assert_verdict(fixture, PGS_VERDICT_EXERCISED);
            assert_evidence(fixture, "c: 4 characters", "; accepted without it");
        } else {
            assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
            assert_message(fixture, "no table has a column of domain public.unused");
        }
    }
    assert_int_equal(n, 2);
}

/* The server names the column; another one's name may be a part of that. */
static void
test_length_of_generated(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a jsonb, word varchar(9) GENERATED ALWAYS AS (a ->> 'w') "
                        "STORED, keyword varchar(9) GENERATED ALWAYS AS (a ->> 'k') STORED)");
    static const char *const columns[] = {"word", "keyword"};
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        exercise_limit(fixture, PGS_RULE_LENGTH, columns[i]);
        assert_evidence(fixture, "10 characters", "; accepted without it");
    }
}

static void
test_precision(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a numeric(5, 2), b numeric(3), c numeric(2, 2), "
                        "d numeric(4, 1)[], e numeric(1000, 500) CHECK (e > 0))");
    exercise_limit(fixture, PGS_RULE_PRECISION, "a");
    assert_evidence(fixture, "a: 999.99", "accepted");
    assert_evidence(fixture, "a: 1000.00", "refused: 22003: ");
    assert_evidence(fixture, "a: 1000.00", "; accepted without it");
    assert_evidence(fixture, "a: -999.99", "accepted");
    assert_evidence(fixture, "a: -1000.00", "; accepted without it");
    assert_evidence(fixture, "a: 0.015", "stored as 0.02");
    exercise_limit(fixture, PGS_RULE_PRECISION, "b");
    assert_evidence(fixture, "b: 999", "accepted");
    assert_evidence(fixture, "b: 1000", "refused: 22003: ");
    assert_evidence(fixture, "b: 1.5", "stored as 2");
    exercise_limit(fixture, PGS_RULE_PRECISION, "c");
    assert_evidence(fixture, "c: 0.99", "accepted");
    assert_evidence(fixture, "c: 1.00", "refused: 22003: ");
    exercise_limit(fixture, PGS_RULE_PRECISION, "d");
    assert_evidence(fixture, "d: 1000.0", "; accepted without it");
    exercise_limit(fixture, PGS_RULE_PRECISION, "e");
    assert_note(fixture, "check t_e_check on public.t");
    if (pgs_connection_version(fixture->connection) < 150000)
        return;
    make_bench(fixture, "CREATE TABLE t (a numeric(2, -3), b numeric(2, 4))");
    exercise_limit(fixture, PGS_RULE_PRECISION, "a");
    assert_evidence(fixture, "a: 99000", "accepted");
    assert_evidence(fixture, "a: 100000", "refused: 22003: ");
    assert_evidence(fixture, "a: 1500", "stored as 2000");
    exercise_limit(fixture, PGS_RULE_PRECISION, "b");
    assert_evidence(fixture, "b: 0.0099", "accepted");
    assert_evidence(fixture, "b: 0.0100", "; accepted without it");
}

/* ---- enums ---- */

static void
test_enum(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TYPE e AS ENUM ('a', 'b\"\\', ''); CREATE DOMAIN d AS e; CREATE TABLE t "
               "(x e NOT NULL, y d, z e[], done date, u e UNIQUE, "
               "CONSTRAINT ck CHECK ((x = 'a') = (done IS NULL)))");
    static const char *const columns[] = {"x", "y", "z", "u"};
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        exercise(fixture, pgs_rule_enum_exercise,
                 rule_of(fixture, PGS_RULE_ENUM, NULL, columns[i]));
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        g_autofree char *label = g_strdup_printf("pgstair_%u", (guint)i + 1);
        assert_evidence(fixture, label, "refused: 22P02: ");
        g_autofree char *accepted = g_strdup_printf("%s' once it is a label", label);
        g_autofree char *element = g_strdup_printf("%s\"}' once it is a label", label);
        assert_evidence(fixture, columns[i][0] == 'z' ? element : accepted, "accepted");
        assert_int_equal(fixture->result->evidence->len, 5);
    }
    exercise(fixture, pgs_rule_enum_exercise, rule_of(fixture, PGS_RULE_ENUM, NULL, "x"));
    /* The rows that go with each label were found. */
    assert_evidence(fixture, "x = 'b\"\\'", "accepted");
    assert_false(has_note(fixture->result, "seen only without check ck"));
}

/* In a transaction of the caller's no label can be added for use. */
static void
test_enum_embedded(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (x e)");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRuleResult) result =
        pgs_rule_result_new(rule_of(fixture, PGS_RULE_ENUM, NULL, "x"));
    run_sql(fixture, "BEGIN");
    assert_true(pgs_rule_enum_exercise(fixture->bench, result, &error));
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_INTRANS);
    assert_int_equal(result->verdict, PGS_VERDICT_EXERCISED);
    assert_true(has_note(result, "a transaction is open"));
    run_sql(fixture, "COMMIT");
}

/* ---- generated columns ---- */

static void
test_generated(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int NOT NULL UNIQUE, b text, g numeric(8, 1) GENERATED "
                        "ALWAYS AS (a * 1.55) STORED CHECK (g <> -1), j point GENERATED ALWAYS AS "
                        "(point(a::float8, 2)) STORED, k int GENERATED ALWAYS AS (7) STORED)");
    static const char *const columns[] = {"g", "j", "k"};
    gboolean is_old = pgs_connection_version(fixture->connection) < 140000;
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        exercise(fixture, pgs_rule_generated_exercise,
                 rule_of(fixture, PGS_RULE_GENERATED, NULL, columns[i]));
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_evidence(fixture, " as it is stored", "as its expression gives");
        assert_evidence(fixture, " left out", "accepted");
        assert_evidence(fixture, " = ", is_old ? "refused: 42601" : "refused: 428C9");
        assert_evidence(fixture, " = ", "; accepted without it");
        assert_int_equal(has_evidence(fixture->result, "after an UPDATE", "as its expression"),
                         columns[i][0] != 'k');
    }
}

/* A function that lies about being immutable gives what is stored no firm ground. */
static void
test_generated_broken(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE SEQUENCE s; CREATE FUNCTION f(int) RETURNS bigint IMMUTABLE "
                        "LANGUAGE plpgsql AS $$ BEGIN RETURN nextval('public.s'); END $$; "
                        "CREATE TABLE t (a int, g bigint GENERATED ALWAYS AS (f(a)) STORED)");
    exercise(fixture, pgs_rule_generated_exercise, rule_of(fixture, PGS_RULE_GENERATED, NULL, "g"));
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
    assert_message(fixture, "g is not what its expression gives: public.f(a)");
    assert_non_null(fixture->result->sql);
}

/* ---- identity ---- */

static void
exercise_identity(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    assert_true(pgs_rule_identity_prepare(fixture->bench, &error));
    exercise(fixture, pgs_rule_identity_exercise, rule_of(fixture, PGS_RULE_IDENTITY, NULL, NULL));
}

static void
test_identity(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (\"Id\" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                        "a text CHECK (a <> ') OVERRIDING SYSTEM VALUE VALUES ('))");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a value is given", "refused: 428C9");
    assert_evidence(fixture, "a value is given", "; accepted when BY DEFAULT");
    assert_evidence(fixture, "OVERRIDING SYSTEM VALUE", "accepted");
    assert_evidence(fixture, "two rows that leave it out", ", ");
    assert_null(strstr(fixture->result->sql, "OVERRIDING SYSTEM VALUE"));
    make_bench(fixture, "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, a text)");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a value is given", "accepted");
    make_bench(fixture, "CREATE TABLE t (id smallserial PRIMARY KEY, a text)");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "it is left out", "accepted");
    assert_evidence(fixture, "two rows that leave it out", ", ");
}

static void
test_identity_behind(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (id serial CONSTRAINT pk PRIMARY KEY, a text); "
                        "INSERT INTO t VALUES (1, 'x'), (5, 'y')");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
    assert_message(fixture, "its sequence gives 1 next, and a row has that already");
    assert_non_null(strstr(fixture->result->actual, "refused: 23505 by pk"));
    assert_non_null(strstr(fixture->result->hint, "setval('public.t_id_seq'"));
    assert_non_null(strstr(fixture->result->sql, "INSERT INTO public.t"));
    assert_true(g_str_has_prefix(fixture->result->reproduce, "BEGIN;\n"));
    /* Where it was set, or can never meet a row, nothing is wrong. */
    make_bench(fixture, "CREATE TABLE t (id serial CONSTRAINT pk PRIMARY KEY, a text); "
                        "INSERT INTO t VALUES (1, 'x'), (5, 'y'); SELECT setval('t_id_seq', 5)");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    make_bench(fixture, "CREATE TABLE t (id serial, a text); INSERT INTO t VALUES (1, 'x')");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
}

/* Rows further ahead are met as well; those that it never comes to are not. */
static void
test_identity_ahead(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a "
                        "int); INSERT INTO t VALUES (10, 1), (20, 2)");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
    assert_message(fixture, "its sequence gives 1 next and comes to 10, which a row has");
    make_bench(fixture, "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT -2 "
                        "START 8 MAXVALUE 8) PRIMARY KEY, a int); INSERT INTO t VALUES (4, 1)");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
    assert_message(fixture, "its sequence gives 8 next and comes to 4, which a row has");
    make_bench(fixture, "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT 2) "
                        "PRIMARY KEY, a int); INSERT INTO t VALUES (-1, 1), (2, 1), (5001, 1)");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
}

static void
test_identity_at_end(void **state)
{
    Fixture *fixture = *state;
    static const char *const columns[] = {
        "int GENERATED ALWAYS AS IDENTITY (MAXVALUE 3) PRIMARY KEY",
        "int GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 3)",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_autofree char *sql = g_strdup_printf(
            "CREATE TABLE t (id %s, a int); INSERT INTO t (a) VALUES (1), (2), (3)", columns[i]);
        make_bench(fixture, sql);
        exercise_identity(fixture);
        assert_verdict(fixture, PGS_VERDICT_BROKEN);
        assert_message(fixture, "its sequence has no more values");
        assert_string_equal(fixture->result->actual, "refused: 2200H");
    }
    make_bench(fixture, "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (MAXVALUE 9), a int)");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
}

/* Rows that refer to one another come together, and have to know its value. */
static void
test_identity_in_cycle(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b int NOT NULL); "
               "CREATE TABLE b (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a int NOT "
               "NULL REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; "
               "CREATE TABLE s (id serial PRIMARY KEY, root int NOT NULL REFERENCES s)");
    static const char *const tables[] = {"public.a", "public.b", "public.s"};
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        const PgsRule *rule = NULL;
        const GPtrArray *rules = relation_of(fixture, tables[i])->rules;
        for (guint k = 0; k < rules->len; k++)
            if (((const PgsRule *)rules->pdata[k])->kind == PGS_RULE_IDENTITY)
                rule = rules->pdata[k];
        exercise(fixture, pgs_rule_identity_exercise, rule);
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_evidence(fixture, "it is left out", "accepted");
        assert_note(fixture, "with the sequence set to ");
    }
}

/* What nobody can leave out is not proven by a value that is given. */
static void
test_identity_refused(void **state)
{
    Fixture *fixture = *state;
    make_bench(
        fixture,
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id > 1000))");
    exercise_identity(fixture);
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    assert_message(fixture, "a row that leaves it out: refused: 23514 by t_id_check");
}

/* ---- tables without room ---- */

static void
test_existing_row(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (id int PRIMARY KEY CHECK (id = 1), v varchar(3) NOT NULL); "
               "INSERT INTO t VALUES (1, 'x'); CREATE TABLE u (t int REFERENCES t); "
               "INSERT INTO u VALUES (1)");
    exercise_not_null(fixture, "v");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "v = NULL", "; accepted without it");
    exercise_limit(fixture, PGS_RULE_LENGTH, "v");
    /* No new row can be made; one like those that are there can, once that is out of the way. */
    make_bench(fixture, "CREATE TABLE t (v varchar(3) NOT NULL); INSERT INTO t VALUES ('x'); "
                        "ALTER TABLE t ADD CONSTRAINT shut CHECK (v IS NULL) NOT VALID");
    exercise_not_null(fixture, "v");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "with a row that is there, for there is no room for another");
    assert_note(fixture, "check shut on public.t");
}

/* From 18 on: nothing is stored, and there is no DROP EXPRESSION. */
static void
test_virtual(void **state)
{
    Fixture *fixture = *state;
    if (pgs_connection_version(fixture->connection) < 180000)
        skip();
    make_bench(fixture, "CREATE TABLE t (a int NOT NULL, g int GENERATED ALWAYS AS (a * 2) VIRTUAL "
                        "NOT NULL)");
    exercise(fixture, pgs_rule_generated_exercise, rule_of(fixture, PGS_RULE_GENERATED, NULL, "g"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "g as it is stored", "as its expression gives");
    assert_evidence(fixture, "g = ", "refused: 428C9");
    assert_evidence(fixture, "g = ", "; accepted without it");
    assert_evidence(fixture, "after an UPDATE", "as its expression gives");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_not_null),
        TEST(test_not_null_never),
        TEST(test_not_null_partition_key),
        TEST(test_not_null_inherited),
        TEST(test_length),
        TEST(test_length_of_domain),
        TEST(test_length_of_generated),
        TEST(test_precision),
        TEST(test_enum),
        TEST(test_enum_embedded),
        TEST(test_generated),
        TEST(test_generated_broken),
        TEST(test_identity),
        TEST(test_identity_behind),
        TEST(test_identity_ahead),
        TEST(test_identity_at_end),
        TEST(test_identity_refused),
        TEST(test_identity_in_cycle),
        TEST(test_existing_row),
        TEST(test_virtual),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
