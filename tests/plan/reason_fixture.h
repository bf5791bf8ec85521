#ifndef PGS_TESTS_PLAN_REASON_FIXTURE_H
#define PGS_TESTS_PLAN_REASON_FIXTURE_H

#include "bench_fixture.h"
#include "plan/verdict.h"

/* What an index and a query give: words that must be in the reason, the hint, the trial. */
typedef struct {
    const char *name;
    const char *index; /* "CREATE INDEX ix …"; it is called ix; or several statements */
    const char *query;
    const char *parameter; /* $1; or NULL */
    PgsServed served;
    const char *reason; /* or NULL: nothing is looked for */
    const char *hint;
    const char *trial; /* NULL: no index was tried with success */
    gboolean generic;
    gboolean skips; /* from 18 on a skip scan serves */
} ReasonCase;

/* 10,000 rows of which every value is known. */
#define REASON_TABLE                                                                               \
    "CREATE TABLE t (id integer, n integer, big bigint, email text, name varchar(60), "            \
    "tenant integer, status text, created timestamptz, day date, price numeric, doc jsonb, "       \
    "tags text[], a integer, b integer);"                                                          \
    "INSERT INTO t SELECT i, i % 2000, i * 7, 'user' || i || '@example.org', 'Name ' || i, "       \
    "i % 2500, CASE WHEN i % 400 = 0 THEN 'open' ELSE 'done' END, "                                \
    "timestamptz '2024-01-01 00:00+00' + i * interval '1 hour', date '2024-01-01' + i, i / 4.0, "  \
    "pg_catalog.jsonb_build_object('k', i % 3000, 'v', 'x' || i), "                                \
    "ARRAY['t' || i % 700, 'u' || i % 900], i % 100, "                                             \
    "CASE WHEN i % 2000 = 0 THEN i % 100 ELSE 100 + i END "                                        \
    "FROM pg_catalog.generate_series(1, 10000) AS i;"                                              \
    "ANALYZE t;"

static inline PgsQuestion *
reason_question(const ReasonCase *expected, const PgsIndex *index)
{
    PgsQuestion *question = pgs_question_new(PGS_QUESTION_DECLARED, index);
    question->sql = g_strdup(expected->query);
    question->title = g_strdup(expected->name);
    question->generic = expected->generic;
    if (expected->parameter != NULL)
        g_ptr_array_add(question->parameters, g_strdup(expected->parameter));
    return question;
}

static inline PgsJudgement *
reason_judge(Fixture *fixture, const ReasonCase *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsIndexes) indexes =
        pgs_indexes_read(fixture->connection, read_inventory(fixture), &error);
    if (indexes == NULL)
        fail_msg("%s", error->message);
    const PgsIndex *index = pgs_indexes_find(indexes, "ix", NULL);
    if (index == NULL)
        fail_msg("%s: there is no index ix", expected->name);
    g_autoptr(PgsQuestion) question = reason_question(expected, index);
    PgsJudgement *judgement = pgs_plan_judge(fixture->connection, indexes, question, "", &error);
    if (judgement == NULL)
        fail_msg("%s: %s", expected->name, error->message);
    return judgement;
}

static inline gboolean
reason_has(const char *text, const char *words)
{
    return words == NULL || (text != NULL && strstr(text, words) != NULL);
}

static inline gboolean
reason_is_as_expected(const ReasonCase *expected, const PgsJudgement *judgement, int version)
{
    if (expected->skips && version >= 180000)
        return judgement->served != PGS_SERVED_USELESS;
    return judgement->served == expected->served &&
           reason_has(judgement->reason, expected->reason) &&
           reason_has(judgement->hint, expected->hint) &&
           (expected->served != PGS_SERVED_USELESS ||
            (expected->trial != NULL) == (judgement->trial_sql != NULL)) &&
           reason_has(judgement->trial_sql, expected->trial);
}

/* Returns whether it is; the words of all that are not are printed. */
static inline gboolean
reason_check(Fixture *fixture, const ReasonCase *expected)
{
    run_sql(fixture, expected->index);
    g_autoptr(PgsJudgement) judgement = reason_judge(fixture, expected);
    gboolean is_right =
        reason_is_as_expected(expected, judgement, pgs_connection_version(fixture->connection));
    if (!is_right || g_getenv("PGSTAIR_TEST_SHOW") != NULL)
        fprintf(stderr, "%s %s: %s\n  reason: %s\n  hint: %s\n  trial: %s\n",
                is_right ? "as expected:" : "NOT as expected:", expected->name,
                pgs_served_name(judgement->served), judgement->reason, judgement->hint,
                judgement->trial_sql);
    /* Nothing stays. */
    assert_value(fixture,
                 "SELECT count(*) FROM pg_catalog.pg_class WHERE relname LIKE 'pgs\\_trial%'", "0");
    run_sql(fixture, "DROP INDEX IF EXISTS ix");
    return is_right;
}

static inline void
reason_check_all(Fixture *fixture, const ReasonCase *cases, gsize n)
{
    guint wrong = 0;
    /* What is visible to all is marked only once its commit is flushed. */
    run_sql(fixture, "SET synchronous_commit = on");
    run_sql(fixture, REASON_TABLE);
    run_sql(fixture, "VACUUM ANALYZE t");
    for (gsize i = 0; i < n; i++)
        wrong += reason_check(fixture, &cases[i]) ? 0 : 1;
    assert_int_equal(wrong, 0);
}

#endif
