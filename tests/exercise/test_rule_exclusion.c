/* Covers harness/exercise/rule_exclusion.c. */
#include "cmocka_all.h"

#include "rule_fixture.h"

static void
exercise_exclusion(Fixture *fixture, const char *name)
{
    exercise(fixture, pgs_rule_exclusion_exercise,
             rule_of(fixture, PGS_RULE_EXCLUSION, name, NULL));
}

static void
test_ranges(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (during tstzrange NOT NULL, "
                        "CONSTRAINT x EXCLUDE USING gist (during WITH &&))");
    exercise_exclusion(fixture, "x");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "it conflicts with a row that is there", "refused: 23P01 by x");
    assert_evidence(fixture, "it conflicts with a row that is there", "; accepted without it");
    assert_evidence(fixture, "it does not conflict", "accepted");
    assert_evidence(fixture, "another row", "accepted");
}

/* Several keys, one of them an expression of two columns, and a predicate. */
static void
test_keys(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (room int NOT NULL, a date NOT NULL, b date NOT NULL, "
               "off boolean NOT NULL DEFAULT false, CHECK (a < b), CONSTRAINT x EXCLUDE USING gist "
               "(int4range(room, room, '[]') WITH =, daterange(a, b) WITH &&) WHERE (NOT off))");
    exercise_exclusion(fixture, "x");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "it conflicts with a row that is there", "refused: 23P01 by x");
    assert_evidence(fixture, "it conflicts in all but int4range(room", "accepted");
    assert_evidence(fixture, "it conflicts in all but daterange(a", "accepted");
    assert_evidence(fixture, "the same outside of its predicate", "accepted");
}

static gboolean
has_extension(const Fixture *fixture, const char *name)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM pg_available_extensions WHERE name = '%s'", name);
    g_autofree char *count = NULL;
    return pgs_connection_value(fixture->connection, sql, &count, NULL) && *count != '0';
}

/* Here the same value is what is let in. */
static void
test_not_equal(void **state)
{
    Fixture *fixture = *state;
    if (!has_extension(fixture, "btree_gist"))
        skip();
    make_bench(fixture, "CREATE EXTENSION btree_gist; CREATE TABLE t (room int NOT NULL, who text "
                        "NOT NULL, CONSTRAINT x EXCLUDE USING gist (room WITH =, who WITH <>))");
    exercise_exclusion(fixture, "x");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "it conflicts with a row that is there", "refused: 23P01 by x");
    assert_evidence(fixture, "it conflicts in all but who", "accepted");
    assert_evidence(fixture, "it conflicts in all but room", "accepted");
}

/* What rows that are there refuse is not told of the row that was made. */
static void
test_crowded(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (r int4range NOT NULL CHECK (lower(r) >= 1 AND upper(r) <= "
                        "6), CONSTRAINT x EXCLUDE USING gist (r WITH &&) DEFERRABLE); "
                        "INSERT INTO t VALUES ('[2,3)'), ('[4,5)')");
    exercise_exclusion(fixture, "x");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "it conflicts with a row that is there", "; accepted without it");
    assert_false(has_note(fixture->result, "says nothing"));
}

/* A key that is one by not overlapping, for servers that have it. */
static void
test_without_overlaps(void **state)
{
    Fixture *fixture = *state;
    if (pgs_connection_version(fixture->connection) < 180000)
        skip();
    make_bench(fixture, "CREATE TABLE t (room int4range, during daterange, CONSTRAINT pk PRIMARY "
                        "KEY (room, during WITHOUT OVERLAPS), n int NOT NULL)");
    exercise_exclusion(fixture, "pk");
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "it conflicts with a row that is there", "refused: 23P01 by pk");
    assert_evidence(fixture, "it conflicts with a row that is there", "; accepted without it");
    assert_evidence(fixture, "it conflicts in all but room", "accepted");
    assert_evidence(fixture, "it conflicts in all but during", "accepted");
    /* Its columns' NOT NULL goes with it. */
    exercise(fixture, pgs_rule_not_null_exercise,
             rule_of(fixture, PGS_RULE_NOT_NULL, NULL, "room"));
    assert_verdict(fixture, PGS_VERDICT_EXERCISED);
    assert_evidence(fixture, "room = NULL", "; accepted without it");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ranges),           TEST(test_keys), TEST(test_not_equal), TEST(test_crowded),
        TEST(test_without_overlaps),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
