/* Covers harness/exercise/: rule_key.c, rule_key_rows.c, rule_index.c, rule_index_predicate.c and
   rule_index_rows.c. */
#include "cmocka_all.h"

#include "exercise/rule_index.h"
#include "rule_fixture.h"

static void
exercise_key(Fixture *fixture, PgsRuleKind kind, const char *name)
{
    exercise(fixture, pgs_rule_key_exercise, rule_of(fixture, kind, name, NULL));
}

static void
test_primary_key(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY CONSTRAINT pk "
                        "PRIMARY KEY, name text NOT NULL UNIQUE)");
    exercise_key(fixture, PGS_RULE_PRIMARY_KEY, "pk");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "another key", "accepted");
    assert_evidence(fixture, "the key of a row that is there", "refused: 23505 by pk");
    assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
    assert_no_notes(fixture);
    assert_non_null(strstr(fixture->result->sql, "OVERRIDING SYSTEM VALUE"));
}

/* Each column of it counts: with one alone being the key a row would be refused. */
static void
test_composite(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE p (id uuid PRIMARY KEY DEFAULT gen_random_uuid()); "
                        "CREATE TABLE t (p uuid NOT NULL REFERENCES p, flag boolean NOT NULL, "
                        "code char(4) NOT NULL, CONSTRAINT u UNIQUE (p, flag, code) INCLUDE (n), "
                        "n int)");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the same key but for p:", "accepted");
    assert_evidence(fixture, "the same key but for flag:", "accepted");
    assert_evidence(fixture, "the same key but for code:", "accepted");
    assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
    assert_no_notes(fixture);
}

/* Others refuse the same rows before it. */
static void
test_overlapping(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int CONSTRAINT pk PRIMARY KEY, b int NOT NULL, "
                        "CONSTRAINT u UNIQUE (a, b))");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "refused: 23505 by u");
    assert_note(fixture, "seen only without primary key pk on public.t");
}

static void
test_null(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a, b))");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "NULL as in a row that is there: a = NULL", "accepted");
    if (pgs_connection_version(fixture->connection) < 150000)
        return;
    make_bench(fixture, "CREATE TABLE t (a int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a))");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "NULL as in a row that is there: a = NULL", "refused: 23505 by u");
}

/* A row that has no other to refer to has NULL there, and would meet nothing. */
static void
test_self_reference(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (id serial PRIMARY KEY, tag int NOT NULL, previous int "
                        "REFERENCES t, CONSTRAINT u UNIQUE (tag, previous), "
                        "CONSTRAINT w UNIQUE (previous))");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "refused: 23505 by u");
    exercise_key(fixture, PGS_RULE_UNIQUE, "w");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "refused: 23505 by w");
    assert_evidence(fixture, "another key", "accepted");
}

static void
test_partial(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (email text NOT NULL, deleted timestamptz, state text "
                        "NOT NULL CHECK (state IN ('new', 'open', 'shut'))); "
                        "CREATE UNIQUE INDEX u ON t (email) WHERE deleted IS NULL AND "
                        "state <> 'shut'; CREATE UNIQUE INDEX w ON t (state) "
                        "WHERE state = 'open'");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "refused: 23505 by u");
    assert_evidence(fixture, "the same key outside of its predicate", "accepted");
    assert_evidence(fixture, "another key", "accepted");
    /* One row of that sort at most. */
    exercise_key(fixture, PGS_RULE_UNIQUE, "w");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "state = 'open'", "refused: 23505 by w");
}

/* Its predicate, the NULLs of its keys and the CHECKs are met together. */
static void
test_partial_with_checks(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE p (id uuid PRIMARY KEY DEFAULT gen_random_uuid()); CREATE TABLE q "
               "(id uuid PRIMARY KEY DEFAULT gen_random_uuid()); CREATE TABLE t (amount int NOT "
               "NULL, p uuid REFERENCES p, q uuid REFERENCES q, gone timestamptz, CHECK "
               "((p IS NOT NULL) <> (q IS NOT NULL))); CREATE UNIQUE INDEX u ON t (amount, p) "
               "WHERE gone IS NULL; CREATE UNIQUE INDEX w ON t (amount, q) WHERE gone IS NULL AND "
               "q IS NOT NULL");
    static const char *const names[] = {"u", "w"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        exercise_key(fixture, PGS_RULE_UNIQUE, names[i]);
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
        assert_evidence(fixture, "another key", "accepted");
    }
    make_bench(fixture, "CREATE TABLE t (id serial PRIMARY KEY, area int NOT NULL, locale text, "
                        "first boolean NOT NULL DEFAULT false, CHECK ((locale IS NULL AND first IS "
                        "FALSE) OR locale IS NOT NULL)); CREATE UNIQUE INDEX u ON t (area, locale) "
                        "WHERE first = true AND locale IS NOT NULL");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
}

/* What is made of a column that is never NULL may be NULL. */
static void
test_expression_that_is_null(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (id bigint PRIMARY KEY, src jsonb NOT NULL); "
                        "CREATE UNIQUE INDEX u ON t ((src ->> 'Ref'))");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
}

/* What it would have to hold is said where it holds none. */
static void
test_holds_none(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (name text NOT NULL, comment text NOT NULL); "
                        "CREATE UNIQUE INDEX u ON t (name) WHERE comment IS NULL");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_NOT_EXERCISED);
    assert_message(fixture, "no row was found that the index holds");
    assert_message(fixture, "(comment IS NULL)");
}

/* Rows of an inheriting table are none of its own. */
static void
test_inherited(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE b (id int CONSTRAINT pk PRIMARY KEY, v int); CREATE TABLE b1 "
                        "(e text) INHERITS (b); INSERT INTO b1 SELECT i, i, 'x' FROM "
                        "generate_series(-1000, 1000) i");
    exercise_key(fixture, PGS_RULE_PRIMARY_KEY, "pk");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
}

static void
test_expression(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (email text, n int, g text GENERATED ALWAYS AS "
                        "(upper(email)) STORED); CREATE UNIQUE INDEX u ON t (lower(email), n); "
                        "CREATE UNIQUE INDEX w ON t (g); CREATE UNIQUE INDEX x ON t "
                        "(lower(btrim(email))) WHERE email ~ '^[a-z]'");
    /* With another case it is outside, with a blank it is not. */
    exercise_key(fixture, PGS_RULE_UNIQUE, "x");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "another value that makes the same key", "refused: 23505 by x");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "another value that makes the same key", "refused: 23505 by u");
    assert_evidence(fixture, "the same key but for n", "accepted");
    /* A generated column takes its values from others. */
    exercise_key(fixture, PGS_RULE_UNIQUE, "w");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there: email = ", "refused: 23505 by w");
}

/* Values that differ as text may be the same for the type. */
static void
test_equal_for_the_type(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', "
                        "deterministic = false); CREATE TABLE t (a text COLLATE ci NOT NULL, "
                        "b numeric NOT NULL, CONSTRAINT u UNIQUE (a, b))");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the same key but for a", "accepted");
    assert_evidence(fixture, "the same key but for b", "accepted");
    assert_no_notes(fixture);
}

static void
test_deferrable(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a int CONSTRAINT u UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
}

/* There is room for one row only, and it may be there already. */
static void
test_single(void **state)
{
    Fixture *fixture = *state;
    static const char *const rows[] = {"", "; INSERT INTO t VALUES (true, 'x')"};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sql =
            g_strconcat("CREATE TABLE t (id boolean CONSTRAINT pk PRIMARY KEY CHECK (id), "
                        "v text NOT NULL)",
                        rows[i], NULL);
        make_bench(fixture, sql);
        exercise_key(fixture, PGS_RULE_PRIMARY_KEY, "pk");
        assert_verdict(fixture, PGS_VERDICT_EXERCISED);
        assert_evidence(fixture, "the key of a row that is there", "refused: 23505 by pk");
    }
}

/* Rows that are there already have all keys but a few. */
static void
test_crowded(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (a boolean NOT NULL, b int NOT NULL CHECK (b BETWEEN 1 "
                        "AND 3), CONSTRAINT u UNIQUE (a, b)); "
                        "INSERT INTO t VALUES (true, 1), (false, 2), (true, 3), (false, 3)");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "refused: 23505 by u");
    assert_false(has_note(fixture->result, "says nothing"));
}

static void
add_row(Fixture *fixture, GPtrArray *rows, const PgsIndexRule *index, gboolean refused,
        const char *code, const char *state)
{
    PgsDraft *draft = pgs_draft_copy(index->draft);
    pgs_draft_set(draft, column_of(fixture, "public.t", "code"),
                  pgs_bench_text(fixture->bench, code));
    pgs_draft_set(draft, column_of(fixture, "public.t", "state"),
                  pgs_bench_text(fixture->bench, state));
    g_ptr_array_add(rows, pgs_proof_row_new(draft, refused, "%s, %s", code, state));
}

/* What meets another row than ours, or none at all, proves nothing. */
static void
test_sift(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (code text NOT NULL, state text NOT NULL); "
                        "CREATE UNIQUE INDEX u ON t (code) WHERE state = 'open'; "
                        "INSERT INTO t VALUES ('x', 'open')");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRuleResult) result =
        pgs_rule_result_new(rule_of(fixture, PGS_RULE_UNIQUE, "u", NULL));
    g_auto(PgsIndexRule) index = {0};
    assert_true(pgs_bench_begin(fixture->bench, &error));
    assert_true(pgs_index_rule_prepare(&index, fixture->bench, result, &error));
    assert_non_null(index.stored);
    assert_non_null(index.draft);
    g_autoptr(GPtrArray) rows = pgs_rule_rows_new();
    add_row(fixture, rows, &index, FALSE, "x", "open");
    add_row(fixture, rows, &index, FALSE, "x", "shut");
    add_row(fixture, rows, &index, TRUE, "x", "shut");
    add_row(fixture, rows, &index, TRUE, "x", "open");
    assert_true(pgs_index_rule_sift(&index, rows, &error));
    assert_int_equal(rows->len, 2);
    const PgsProofRow *accepted = rows->pdata[0];
    const PgsProofRow *refused = rows->pdata[1];
    assert_string_equal(accepted->what, "x, shut");
    assert_string_equal(refused->what, "x, open");
    pgs_bench_rollback(fixture->bench);
}

/* A trigger that makes keys of its own. */
static void
test_trigger(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (a text CONSTRAINT u UNIQUE); CREATE FUNCTION f() RETURNS trigger "
               "LANGUAGE plpgsql AS $$ BEGIN NEW.a := NEW.a || (SELECT count(*) FROM public.t); "
               "RETURN NEW; END $$; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW "
               "EXECUTE FUNCTION f()");
    exercise_key(fixture, PGS_RULE_UNIQUE, "u");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_note(fixture, "the triggers of public.t switched off");
}

static void
test_partitioned(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (region text NOT NULL, id int NOT NULL, "
                        "CONSTRAINT pk PRIMARY KEY (region, id)) PARTITION BY LIST (region); "
                        "CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('de'); "
                        "CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('fr')");
    exercise_key(fixture, PGS_RULE_PRIMARY_KEY, "pk");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "the key of a row that is there", "; accepted without it");
    assert_evidence(fixture, "the same key but for id", "accepted");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_primary_key),
        TEST(test_composite),
        TEST(test_overlapping),
        TEST(test_null),
        TEST(test_self_reference),
        TEST(test_partial),
        TEST(test_expression),
        TEST(test_equal_for_the_type),
        TEST(test_deferrable),
        TEST(test_single),
        TEST(test_crowded),
        TEST(test_sift),
        TEST(test_trigger),
        TEST(test_partitioned),
        TEST(test_partial_with_checks),
        TEST(test_inherited),
        TEST(test_expression_that_is_null),
        TEST(test_holds_none),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
