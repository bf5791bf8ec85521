/* Covers harness/exercise/: proof.c, proof_drop.c, proof_mask.c and proof_named.c. */
#include "cmocka_all.h"

#include "exercise/proof.h"
#include "rule_fixture.h"

/* A row of literals: "a=1" sets a column, "a" alone NULL; separated by "|". */
static PgsDraft *
make_draft(const Fixture *fixture, const char *relation, const char *text)
{
    PgsDraft *draft = pgs_draft_new(relation_of(fixture, relation));
    g_auto(GStrv) parts = g_strsplit(text, "|", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        char *equals = strchr(parts[i], '=');
        PgsValue value = {.kind = PGS_VALUE_NULL};
        if (equals != NULL) {
            *equals = '\0';
            value = pgs_bench_text(fixture->bench, equals + 1);
        }
        pgs_draft_set(draft, column_of(fixture, relation, parts[i]), value);
    }
    return draft;
}

static void
begin(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_bench_begin(fixture->bench, &error))
        fail_msg("%s", error->message);
}

/* In the open transaction; rows: "+a=1" has to be accepted, "-a=2" refused. */
static void
prove_now(Fixture *fixture, const PgsRule *rule, const char *relation, const char *watched,
          const char *const *rows)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_proof_row_free);
    for (guint i = 0; rows[i] != NULL; i++) {
        PgsProofRow *row = pgs_proof_row_new(make_draft(fixture, relation, rows[i] + 1),
                                             rows[i][0] == '-', "%s", rows[i] + 1);
        row->watched = watched != NULL ? column_of(fixture, relation, watched) : NULL;
        g_ptr_array_add(list, row);
    }
    g_clear_pointer(&fixture->result, pgs_rule_result_free);
    fixture->result = pgs_rule_result_new(rule);
    gboolean ok = pgs_proof_run(fixture->bench, rule, list, fixture->result, &error);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_INTRANS);
    if (!ok)
        fail_msg("%s", error->message);
}

static void
prove(Fixture *fixture, const PgsRule *rule, const char *watched, const char *const *rows)
{
    begin(fixture);
    prove_now(fixture, rule, rule->relation != NULL ? rule->relation->identity : "public.t",
              watched, rows);
    pgs_bench_rollback(fixture->bench);
}

#define ROWS(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* ---- one rule alone ---- */

static void
test_plain(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0))");
    prove(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck", NULL), NULL,
          ROWS("+a=1", "-a=0", "-a=-1"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a=1", "accepted");
    assert_evidence(fixture, "a=0", "refused: 23514 by ck; accepted without it");
    assert_evidence(fixture, "a=-1", "; accepted without it");
    assert_no_notes(fixture);
    assert_string_equal(fixture->result->sql, "INSERT INTO public.t (a) VALUES ('0')");
}

static void
test_not_enough(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0), b int NOT NULL)");
    const PgsRule *rule = rule_of(fixture, PGS_RULE_CHECK, "ck", NULL);
    prove(fixture, rule, NULL, ROWS("+a=1|b=1"));
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    assert_message(fixture, "no row is known that has to be refused");
    /* An unknown column's value is nobody's rule. */
    prove(fixture, rule, NULL, ROWS("+a=x|b=1", "-a=0|b=1"));
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    assert_message(fixture, "no row could be shown to be accepted by it: a=x|b=1: refused: 22P02");
    /* Wrong of us, not of the server. */
    prove(fixture, rule, NULL, ROWS("+a=1|b=1", "+a=-1|b=1", "-a=0|b=1"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "a=-1|b=1 says nothing: refused: 23514 by ck");
}

static void
test_broken(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE p (id int PRIMARY KEY); "
                        "CREATE TABLE t (p int CONSTRAINT fk REFERENCES p); "
                        "ALTER TABLE t DISABLE TRIGGER ALL");
    prove(fixture, rule_of(fixture, PGS_RULE_FOREIGN_KEY, "fk", NULL), NULL, ROWS("+p", "-p=7"));
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
    assert_message(fixture, "fk lets a row in that it has to refuse: p=7");
    assert_string_equal(fixture->result->expected, "refused by fk");
    assert_string_equal(fixture->result->actual, "accepted");
    assert_string_equal(fixture->result->sql, "INSERT INTO public.t (p) VALUES ('7')");
    assert_non_null(strstr(fixture->result->reproduce, fixture->result->sql));
    run_sql(fixture, fixture->result->reproduce);
    assert_evidence(fixture, "p=7", "accepted");
}

static void
test_deferred(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (p int CONSTRAINT fk "
               "REFERENCES p DEFERRABLE INITIALLY DEFERRED, a int CONSTRAINT u UNIQUE DEFERRABLE)");
    /* What is deferred of the transaction's own rows stands in nobody's way. */
    begin(fixture);
    run_sql(fixture, "INSERT INTO public.p VALUES (1); INSERT INTO public.t VALUES (1, 1)");
    prove_now(fixture, rule_of(fixture, PGS_RULE_FOREIGN_KEY, "fk", NULL), "public.t", NULL,
              ROWS("+p=1|a=2", "-p=7|a=2"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "p=7", "; accepted without it");
    prove_now(fixture, rule_of(fixture, PGS_RULE_UNIQUE, "u", NULL), "public.t", NULL,
              ROWS("+p=1|a=2", "-p=1|a=1"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a=1", "refused: 23505 by u");
    assert_evidence(fixture, "a=1", "; accepted without it");
    pgs_bench_rollback(fixture->bench);
}

/* ---- others in front of it ---- */

static void
test_other_rules_first(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int CONSTRAINT nn NOT NULL, "
                        "CONSTRAINT ck_a CHECK (a > 0), CONSTRAINT ck_b CHECK (a > -5), "
                        "CONSTRAINT ck_c CHECK (a > -10 OR a IS NULL))");
    prove(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck_b", NULL), NULL,
          ROWS("+a=1", "-a=-6", "-a=-20"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a=-6", "refused: 23514 by ck_b");
    assert_evidence(fixture, "a=-6", "; accepted without it");
    assert_evidence(fixture, "a=-20", "refused: 23514 by ck_b");
    assert_evidence(fixture, "a=-20", "; accepted without it");
    assert_note(fixture, "seen only without check ck_a on public.t, which stands before it");
    assert_note(fixture, "accepted without it once check ck_c on public.t is gone as well");
    /* Two rules say of a row that it has to be refused; the other one's name does not count. */
    prove(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck_c", NULL), NULL, ROWS("+a=1", "-a=-6"));
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
}

/* That one row cannot be seen without the rule says nothing of those before and behind it. */
static void
test_one_of_many(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0)); "
                        "CREATE INDEX ON t ((1 / (a + 20)))");
    prove(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck", NULL), NULL,
          ROWS("+a=1", "-a=-1", "-a=-20", "-a=-2"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a=-1", "; accepted without it");
    assert_evidence(fixture, "a=-20", "refused: 23514 by ck");
    assert_note(fixture, "a=-20: could not be tried without the rule (refused: 22012");
    assert_evidence(fixture, "a=-2", "; accepted without it");
    assert_int_equal(fixture->result->notes->len, 1);
}

/* A foreign key that goes along with a key that was dropped has not let anything in. */
static void
test_gone_along(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (id int CONSTRAINT pk PRIMARY KEY, "
                        "p int CONSTRAINT fk REFERENCES t)");
    begin(fixture);
    run_sql(fixture, "INSERT INTO public.t VALUES (1, NULL)");
    prove_now(fixture, rule_of(fixture, PGS_RULE_FOREIGN_KEY, "fk", NULL), "public.t", NULL,
              ROWS("+id=2|p=1", "-id=1|p=7"));
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    pgs_bench_rollback(fixture->bench);
}

#define FUNCTION(name, body)                                                                       \
    "CREATE FUNCTION " name "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " body " END $$; "

static void
test_trigger_raises(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0));" FUNCTION(
                   "f", "IF NEW.a < 0 THEN RAISE EXCEPTION USING MESSAGE = 'no', "
                        "ERRCODE = '23514', CONSTRAINT = 'ck', TABLE = 't', "
                        "SCHEMA = 'public'; END IF; RETURN NEW;") "CREATE TRIGGER g BEFORE INSERT "
                                                                  "ON t FOR EACH ROW "
                                                                  "EXECUTE FUNCTION f()");
    const PgsRule *rule = rule_of(fixture, PGS_RULE_CHECK, "ck", NULL);
    prove(fixture, rule, NULL, ROWS("+a=1", "-a=0"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_no_notes(fixture);
    /* What calls itself by the rule's name is not the rule. */
    prove(fixture, rule, NULL, ROWS("+a=1", "-a=-1"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "seen only with the triggers of public.t switched off");
    run_sql(fixture, "ALTER TABLE public.t DROP CONSTRAINT ck");
    prove(fixture, rule, NULL, ROWS("+a=1", "-a=-1"));
    assert_verdict(fixture, PGS_VERDICT_BROKEN);
}

static void
test_trigger_rewrites(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (a int NOT NULL, b text, CONSTRAINT ck CHECK (a <> "
               "7));" FUNCTION("f", "NEW.a := coalesce(NEW.a, 5); IF NEW.a = 9 THEN "
                                    "NEW.a := 7; ELSIF NEW.a = 11 THEN NEW.a := 12; END IF; RETURN "
                                    "NEW;") "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW "
                                            "EXECUTE FUNCTION f()");
    prove(fixture, rule_of(fixture, PGS_RULE_NOT_NULL, NULL, "a"), "a", ROWS("+a=1", "-a"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a", "refused: 23502 by a");
    assert_note(fixture, "seen only with the triggers of public.t switched off");
    /* What it makes of a row that is right is not the rule's doing. */
    prove(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck", NULL), "a", ROWS("+a=9", "-a=7"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a=9", "accepted");
    /* Nor is that it is accepted, when it is another row by then. */
    prove(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck", NULL), "a", ROWS("+a=11", "-a=7"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "seen only with the triggers of public.t switched off");
}

static void
test_swallowed(void **state)
{
    Fixture *fixture = *state;
    make_bench(
        fixture,
        "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0));" FUNCTION(
            "f", "IF NEW.a = 0 THEN RETURN NEW; END IF; RETURN NULL;") "CREATE TRIGGER g BEFORE "
                                                                       "INSERT ON t FOR EACH "
                                                                       "ROW EXECUTE FUNCTION f()");
    const PgsRule *rule = rule_of(fixture, PGS_RULE_CHECK, "ck", NULL);
    prove(fixture, rule, NULL, ROWS("+a=1", "-a=0"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "switched off");
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0)); "
                        "CREATE RULE \"No\" AS ON INSERT TO t DO INSTEAD NOTHING");
    prove(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck", NULL), "a", ROWS("+a=1", "-a=0"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "switched off");
}

/* ---- partitions ---- */

static void
test_partitions(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE p (id int PRIMARY KEY); "
               "CREATE TABLE t (k int NOT NULL, a int CONSTRAINT ck CHECK (a > 0), "
               "p int CONSTRAINT fk REFERENCES p, CONSTRAINT pk PRIMARY KEY (k), b int NOT NULL) "
               "PARTITION BY RANGE (k); "
               "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100) PARTITION BY LIST (k); "
               "CREATE TABLE t11 PARTITION OF t1 FOR VALUES IN (1, 2, 3); "
               "CREATE UNIQUE INDEX u ON t (k, a)");
    begin(fixture);
    run_sql(fixture, "INSERT INTO public.p VALUES (1); INSERT INTO public.t VALUES (1, 1, 1, 1)");
    static const struct {
        PgsRuleKind kind;
        const char *name, *column, *refused;
    } cases[] = {
        {PGS_RULE_CHECK, "ck", NULL, "-k=2|a=0|b=1"},
        {PGS_RULE_FOREIGN_KEY, "fk", NULL, "-k=2|p=7|b=1"},
        {PGS_RULE_PRIMARY_KEY, "pk", NULL, "-k=1|b=1"},
        {PGS_RULE_UNIQUE, "u", NULL, "-k=1|a=1|b=1"},
        {PGS_RULE_NOT_NULL, NULL, "b", "-k=2"},
        {PGS_RULE_NOT_NULL, NULL, "k", "-k|b=1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        prove_now(fixture, rule_of(fixture, cases[i].kind, cases[i].name, cases[i].column),
                  "public.t", NULL, ROWS("+k=3|a=1|p=1|b=1", cases[i].refused));
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_evidence(fixture, cases[i].refused + 1, "; accepted without it");
    }
    assert_note(fixture, "lack of a partition");
    /* In a partition itself. */
    prove_now(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck", NULL), "public.t11", NULL,
              ROWS("+k=3|a=1|b=1", "-k=99|a=0|b=1"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "k=99|a=0|b=1", "; accepted without it");
    assert_note(fixture, "once the bounds of partition public.t11 is gone as well");
    pgs_bench_rollback(fixture->bench);
}

/* ---- taking rules away ---- */

/* Everything that may depend on a column's type. */
static void
test_dependents(void **state)
{
    Fixture *fixture = *state;
    make_bench(
        fixture,
        "CREATE TABLE t (a varchar(3), b text GENERATED ALWAYS AS (a || 'x') STORED, n int); "
        "CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT * FROM v; "
        "CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX ON t (lower(a)); "
        "CREATE POLICY \"P\" ON t USING (a = 'a'); "
        "CREATE RULE r AS ON INSERT TO t WHERE NEW.a = 'zzz' DO ALSO NOTHING; " FUNCTION(
            "f", "RETURN NEW;") "CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW "
                                "WHEN (NEW.a = 'a') EXECUTE FUNCTION f()");
    prove(fixture, rule_of(fixture, PGS_RULE_LENGTH, NULL, "a"), NULL, ROWS("+a=abc", "-a=abcd"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "a=abcd", "refused: 22001: ");
    assert_evidence(fixture, "a=abcd", "; accepted without it");
}

static void
assert_drop(const Fixture *fixture, const PgsRule *rule, const char *expected)
{
    g_autoptr(GPtrArray) statements = pgs_rule_drop(fixture->bench, rule);
    assert_non_null(statements);
    g_ptr_array_add(statements, NULL);
    g_autofree char *text = g_strjoinv("; ", (char **)statements->pdata);
    assert_string_equal(text, expected);
    begin(fixture);
    run_sql(fixture, text);
    pgs_bench_rollback(fixture->bench);
}

static void
test_drops(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE DOMAIN d AS varchar(4) NOT NULL CONSTRAINT \"C d\" CHECK (VALUE <> ''); "
               "CREATE TYPE e AS ENUM ('a'); CREATE TABLE \"T\" (id int GENERATED ALWAYS AS "
               "IDENTITY CONSTRAINT pk PRIMARY KEY, c char(2)[], d d, n numeric(4, 2), e e, "
               "g int GENERATED ALWAYS AS (1) STORED); CREATE UNIQUE INDEX \"U\" ON \"T\" (n)");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_NOT_NULL, NULL, "id"),
                "ALTER TABLE public.\"T\" DROP CONSTRAINT IF EXISTS \"pk\" CASCADE; "
                "ALTER TABLE public.\"T\" ALTER COLUMN id DROP IDENTITY IF EXISTS; "
                "ALTER TABLE public.\"T\" ALTER COLUMN id DROP NOT NULL");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_UNIQUE, "U", NULL),
                "DROP INDEX IF EXISTS public.\"U\" CASCADE");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_LENGTH, NULL, "c"),
                "ALTER TABLE public.\"T\" ALTER COLUMN c TYPE \"pg_catalog\".\"bpchar\"[]");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_PRECISION, NULL, "n"),
                "ALTER TABLE public.\"T\" ALTER COLUMN n TYPE \"pg_catalog\".\"numeric\"");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_GENERATED, NULL, "g"),
                "ALTER TABLE public.\"T\" ALTER COLUMN g DROP EXPRESSION IF EXISTS");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_IDENTITY, NULL, "id"),
                "ALTER TABLE public.\"T\" ALTER COLUMN id SET GENERATED BY DEFAULT");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_DOMAIN_CHECK, "C d", NULL),
                "ALTER DOMAIN public.d DROP CONSTRAINT IF EXISTS \"C d\" CASCADE");
    assert_drop(fixture, rule_of(fixture, PGS_RULE_DOMAIN_NOT_NULL, NULL, NULL),
                "ALTER DOMAIN public.d DROP NOT NULL");
    assert_null(pgs_rule_drop(fixture->bench, rule_of(fixture, PGS_RULE_ENUM, NULL, "e")));
}

/* One domain's name is the beginning of another's, and their constraints are called the same. */
static void
test_domains(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN mail AS text CONSTRAINT c CHECK (VALUE <> ''); "
                        "CREATE DOMAIN mail2 AS text CONSTRAINT c CHECK (VALUE <> ''); "
                        "CREATE TABLE t (a mail, b mail2)");
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(fixture->bench));
    guint n = 0;
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        if (rule->kind != PGS_RULE_DOMAIN_CHECK)
            continue;
        gboolean is_first = strcmp(rule->type->name, "mail") == 0;
        prove(fixture, rule, NULL, ROWS("+a=x|b=x", is_first ? "-a=|b=x" : "-a=x|b="));
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_no_notes(fixture);
        n++;
    }
    assert_int_equal(n, 2);
}

/* A plain owner has no power over others' tables: then the refusal alone speaks. */
static void
test_not_ours_to_drop(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0)); "
                        "DROP ROLE IF EXISTS plain; CREATE ROLE plain; "
                        "GRANT USAGE ON SCHEMA public TO plain; GRANT ALL ON t TO plain");
    begin(fixture);
    run_sql(fixture, "SET LOCAL ROLE plain");
    prove_now(fixture, rule_of(fixture, PGS_RULE_CHECK, "ck", NULL), "public.t", NULL,
              ROWS("+a=1", "-a=0"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "could not be tried without the rule (refused: 42501");
    pgs_bench_rollback(fixture->bench);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plain),      TEST(test_not_enough),        TEST(test_broken),
        TEST(test_deferred),   TEST(test_other_rules_first), TEST(test_one_of_many),
        TEST(test_gone_along), TEST(test_trigger_raises),    TEST(test_trigger_rewrites),
        TEST(test_swallowed),  TEST(test_partitions),        TEST(test_dependents),
        TEST(test_drops),      TEST(test_domains),           TEST(test_not_ours_to_drop),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
