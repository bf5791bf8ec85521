/* harness/plan/reason.c, reason_state.c, trial.c, trial_ground.c: what an index is, and where it is
 * tried */
#include "cmocka_all.h"

#include "plan/reason.h"
#include "reason_fixture.h"

static void
check(Fixture *fixture, const ReasonCase *expected)
{
    assert_true(reason_check(fixture, expected));
}

/* Left behind for real; what was tried is not unique. */
static void
test_invalid(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, REASON_TABLE);
    assert_false(pgs_connection_run(fixture->connection,
                                    "CREATE UNIQUE INDEX CONCURRENTLY ix ON t (n)", NULL));
    check(fixture,
          &(ReasonCase){"invalid", "SELECT 1", "SELECT * FROM t WHERE n = 7", NULL,
                        PGS_SERVED_USELESS, "it was left INVALID",
                        "REINDEX INDEX CONCURRENTLY public.ix, once no two rows have the same key",
                        "btree (n)"});
}

#define LEFT_INVALID "; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix'::regclass"

/* To build it again would not help. */
static void
test_invalid_and_wrong(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, REASON_TABLE);
    check(fixture,
          &(ReasonCase){
              "invalid, and on another column", "CREATE INDEX ix ON t (tenant)" LEFT_INVALID,
              "SELECT * FROM t WHERE n = 7", NULL, PGS_SERVED_USELESS,
              "and the planner does not use such; besides, the query filters by n, and it "
              "is on tenant",
              "REINDEX INDEX CONCURRENTLY public.ix, or drop it and build it again. And "
              "this would serve; tried",
              "btree (n)"});
    check(fixture,
          &(ReasonCase){"invalid, and there is another",
                        "CREATE INDEX again ON t (n); CREATE INDEX ix ON t (n)" LEFT_INVALID,
                        "SELECT * FROM t WHERE n = 7", NULL, PGS_SERVED_USELESS,
                        "it was left INVALID",
                        "drop it: DROP INDEX public.ix; again is the same, and valid", NULL});
}

/* No index was named: the INVALID one is not the reason. */
static void
test_invalid_of_any(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    run_sql(fixture, REASON_TABLE);
    run_sql(fixture, "CREATE INDEX ix ON t (tenant)" LEFT_INVALID "; CREATE INDEX ix_n ON t (n)");
    g_autoptr(PgsIndexes) indexes =
        pgs_indexes_read(fixture->connection, read_inventory(fixture), &error);
    assert_non_null(indexes);
    const ReasonCase asked = {"any index", NULL, "SELECT * FROM t WHERE n + 1 = 7", NULL,
                              PGS_SERVED_USELESS};
    g_autoptr(PgsQuestion) question = reason_question(&asked, NULL);
    question->relation = pgs_indexes_find(indexes, "ix", NULL)->relation_oid;
    g_autoptr(PgsJudgement) judgement =
        pgs_plan_judge(fixture->connection, indexes, question, "", &error);
    assert_non_null(judgement);
    assert_int_equal(judgement->served, PGS_SERVED_USELESS);
    assert_non_null(strstr(judgement->reason, "compares n + 1, and it is on n"));
}

static void
test_partitions(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE p (a integer, b integer) PARTITION BY LIST (b);"
                     "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
                     "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);"
                     "INSERT INTO p SELECT i, 1 + i % 2 FROM generate_series(1, 10000) AS i;"
                     "ANALYZE p");
    check(fixture, &(ReasonCase){"a partition without its part",
                                 "CREATE INDEX ix ON ONLY p (a); CREATE INDEX p1_ix ON p1 (a); "
                                 "ALTER INDEX ix ATTACH PARTITION p1_ix",
                                 "SELECT * FROM p WHERE a = 7", NULL, PGS_SERVED_USELESS,
                                 "there is no part of it for public.p2", "ATTACH PARTITION",
                                 "CREATE INDEX ON public.p USING btree (a)"});
    check(fixture, &(ReasonCase){"an expression of a partitioned table", "CREATE INDEX ix ON p (a)",
                                 "SELECT * FROM p WHERE a + 0 = 7", NULL, PGS_SERVED_USELESS,
                                 "compares a + 0, and it is on a", NULL,
                                 "CREATE INDEX ON public.p USING btree (((a + 0)))"});
    check(fixture, &(ReasonCase){"a pruned one", "CREATE INDEX ix ON p (a)",
                                 "SELECT * FROM p WHERE a + 0 = 7 AND b = 2", NULL,
                                 PGS_SERVED_USELESS, "compares a + 0", NULL, "public.p "});
}

static void
test_inheritance(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE above (a integer); CREATE TABLE below () INHERITS (above);"
                     "INSERT INTO above SELECT generate_series(1, 10000);"
                     "INSERT INTO below SELECT generate_series(1, 10000); ANALYZE above, below");
    run_sql(fixture, "CREATE INDEX ix ON above (a)");
    const ReasonCase asked = {
        "inherited", NULL, "SELECT * FROM above WHERE a = 7", NULL, PGS_SERVED_USELESS, NULL,
        NULL,        NULL};
    g_autoptr(PgsJudgement) judgement = reason_judge(fixture, &asked);
    if (judgement->served == PGS_SERVED_USELESS)
        assert_non_null(strstr(judgement->reason, "reads public.below as well"));
    else
        assert_int_not_equal(judgement->served, PGS_SERVED_CHOSEN);
}

/* A row that another session still sees as it was: the index of a broken HOT chain is not for
 * transactions that are older than it. */
static void
test_hot_chain(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE h (a integer, b integer) WITH (fillfactor = 50);"
                     "INSERT INTO h SELECT i, i FROM generate_series(1, 10000) AS i;"
                     "ANALYZE h");
    run_sql(fixture, "CREATE INDEX ix ON h (a)");
    g_autoptr(PgsConnection) other = connect_again(fixture);
    assert_true(pgs_connection_run(
        other, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_catalog.pg_am", NULL));
    run_sql(fixture, "UPDATE h SET b = b + 1 WHERE a % 100 = 0");
    check(fixture, &(ReasonCase){"a broken HOT chain", "SELECT 1", "SELECT * FROM h WHERE b = 7",
                                 NULL, PGS_SERVED_USELESS, "filters by b, and it is on a",
                                 "this would serve; tried", "btree (b)"});
}

static void
test_many_rows(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, REASON_TABLE);
    check(fixture, &(ReasonCase){"too many rows",
                                 "CREATE INDEX ix ON t (tenant); UPDATE pg_catalog.pg_class SET "
                                 "reltuples = 2000000 WHERE relname = 't'",
                                 "SELECT * FROM t WHERE n = 7", NULL, PGS_SERVED_USELESS,
                                 "filters by n, and it is on tenant (not tried: public.t holds "
                                 "about 2000000 rows)",
                                 NULL, NULL});
}

/* ---- called by itself ---- */

static PgsPlan *
plan_of(const Fixture *fixture, const PgsQuestion *question)
{
    g_autoptr(GError) error = NULL;
    PgsFailure *failure = NULL;
    PgsQuery query = pgs_question_query(question);
    PgsPlan *plan = pgs_explain(fixture->connection, &query, 0, &failure, &error);
    if (plan == NULL)
        fail_msg("%s", failure != NULL ? failure->message : error->message);
    return plan;
}

/* The reason of the moment, without a verdict before; "…" for a question without an index. */
static PgsJudgement *
explain(Fixture *fixture, const char *index_name, const char *table, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsIndexes) indexes =
        pgs_indexes_read(fixture->connection, read_inventory(fixture), &error);
    assert_non_null(indexes);
    const PgsIndex *index = index_name != NULL ? pgs_indexes_find(indexes, index_name, NULL) : NULL;
    g_autoptr(PgsQuestion) question = pgs_question_new(PGS_QUESTION_DECLARED, index);
    question->sql = g_strdup(sql);
    question->relation = pgs_inventory_find(fixture->inventory, table)->oid;
    g_autoptr(PgsPlan) plan = plan_of(fixture, question);
    PgsJudgement *judgement = pgs_judgement_new();
    if (!pgs_plan_explain_useless(fixture->connection, indexes, question, plan, judgement, &error))
        fail_msg("%s", error->message);
    return judgement;
}

static void
assert_reason(const PgsJudgement *judgement, const char *reason, const char *trial)
{
    if (!reason_has(judgement->reason, reason) ||
        (trial == NULL) != (judgement->trial_sql == NULL) ||
        !reason_has(judgement->trial_sql, trial))
        fail_msg("%s | %s | %s", judgement->reason, judgement->hint, judgement->trial_sql);
}

static void
test_others_table(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, REASON_TABLE "CREATE INDEX ix ON t (tenant); "
                                  "CREATE ROLE reason_reader; GRANT SELECT ON t TO reason_reader;"
                                  "BEGIN; SET LOCAL ROLE reason_reader");
    g_autoptr(PgsJudgement) judgement =
        explain(fixture, "ix", "public.t", "SELECT * FROM t WHERE n = 7");
    run_sql(fixture, "ROLLBACK");
    assert_reason(judgement,
                  "filters by n, and it is on tenant (not tried: public.t is not this user's",
                  NULL);
}

/* No superuser: nothing is marked, others are dropped, and all is there again. */
static void
test_owner(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            REASON_TABLE "CREATE INDEX ix ON t (email); CREATE INDEX rival ON t (n);"
                         "CREATE ROLE reason_owner;"
                         "GRANT ALL ON SCHEMA public TO reason_owner;"
                         "ALTER TABLE t OWNER TO reason_owner; BEGIN; SET LOCAL ROLE reason_owner");
    g_autoptr(PgsJudgement) judgement =
        explain(fixture, "ix", "public.t",
                "SELECT * FROM t WHERE n = 7 AND lower(email) > 'a' ORDER BY n LIMIT 5");
    assert_value(fixture, "SELECT count(*) FROM pg_catalog.pg_indexes WHERE tablename = 't'", "2");
    run_sql(fixture, "ROLLBACK");
    assert_reason(judgement, "compares lower(email), and it is on email", "lower(email)");
}

static void
test_any_index(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            REASON_TABLE "CREATE INDEX ix_n ON t (n); CREATE INDEX ix_m ON t (email); BEGIN");
    g_autoptr(PgsJudgement) nearest = explain(
        fixture, NULL, "public.t", "SELECT * FROM t WHERE lower(email) = 'user7@example.org'");
    g_autoptr(PgsJudgement) none =
        explain(fixture, NULL, "public.t", "SELECT * FROM t WHERE tenant = 7");
    run_sql(fixture, "ROLLBACK");
    assert_reason(nearest, "ix_m cannot serve it: the query compares lower(email)", "lower(email)");
    assert_reason(none, "no index of public.t is on what the query filters by: tenant",
                  "btree (tenant)");
}

/* What was made for a trial is not there afterwards, and settings are as they were. */
static void
test_nothing_stays(void **state)
{
    Fixture *fixture = *state;
    static const char state_sql[] =
        "SELECT pg_catalog.concat_ws(' ', (SELECT count(*) FROM pg_catalog.pg_class), (SELECT "
        "count(*) FROM pg_catalog.pg_extension), (SELECT count(*) FROM pg_catalog.pg_index WHERE "
        "NOT indisvalid OR indcheckxmin), pg_catalog.current_setting('enable_seqscan'), (SELECT "
        "reltuples || ' ' || relpages FROM pg_catalog.pg_class WHERE relname = 't'))";
    g_autoptr(GError) error = NULL;
    g_autofree char *before = NULL;
    run_sql(fixture, REASON_TABLE "CREATE INDEX ix ON t (email text_pattern_ops); CREATE INDEX "
                                  "rival ON t (n); CREATE TABLE pgs_trial (); BEGIN");
    assert_true(pgs_connection_value(fixture->connection, state_sql, &before, &error));
    g_autoptr(PgsJudgement) judgement =
        explain(fixture, "ix", "public.t", "SELECT * FROM t WHERE email LIKE '%7777%'");
    assert_value(fixture, state_sql, before);
    run_sql(fixture, "ROLLBACK");
    assert_reason(judgement, "begins with what is not known", "gin_trgm_ops");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_invalid),    TEST(test_invalid_and_wrong), TEST(test_invalid_of_any),
        TEST(test_partitions), TEST(test_inheritance),       TEST(test_hot_chain),
        TEST(test_many_rows),  TEST(test_others_table),      TEST(test_owner),
        TEST(test_any_index),  TEST(test_nothing_stays),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
