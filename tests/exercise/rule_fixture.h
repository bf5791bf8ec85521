#ifndef PGS_TESTS_RULE_FIXTURE_H
#define PGS_TESTS_RULE_FIXTURE_H

#include "exercise/rules.h"
#include "server_fixture.h"
#include "synthesis/synthesis.h"
#include "values/generator.h"

#include <string.h>

/* A server for a program's tests; for each test a schema public that is made anew. */
typedef struct {
    PgsServer *server;
    PgsConnection *connection;
    PgsBench *bench;
    PgsRuleResult *result;
} Fixture;

#include "bench_lookup.h"

static inline int
set_up_group(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    *state = fixture;
    return 0;
}

static inline int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static inline int
set_up(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server), "postgres",
                                              60 * 1000, NULL, &error);
    if (fixture->connection == NULL)
        fprintf(stderr, "%s\n", error->message);
    return fixture->connection != NULL ? 0 : -1;
}

static inline int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->result, pgs_rule_result_free);
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    g_clear_pointer(&fixture->connection, pgs_connection_close);
    return 0;
}

static inline void
run_sql(const Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(fixture->connection, sql, &error))
        fail_msg("%s", error->message);
}

/* The schema made by sql, and a bench over it. */
static inline void
make_bench(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fixture->result, pgs_rule_result_free);
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    run_sql(fixture, "SET client_min_messages = warning; DROP SCHEMA public CASCADE; "
                     "CREATE SCHEMA public");
    run_sql(fixture, sql);
    fixture->bench = pgs_bench_new(fixture->connection, 20, &error);
    if (fixture->bench == NULL || !pgs_generator_prepare(fixture->bench, &error))
        fail_msg("%s", error->message);
}

static inline void
print_result(const PgsRuleResult *result)
{
    fprintf(stderr, "verdict %d: %s\n", result->verdict, result->message);
    for (guint i = 0; i < result->evidence->len; i++) {
        const PgsEvidence *evidence = result->evidence->pdata[i];
        fprintf(stderr, "  %c %s -> %s\n", evidence->as_expected ? '+' : '-', evidence->what,
                evidence->outcome);
    }
    for (guint i = 0; i < result->notes->len; i++)
        fprintf(stderr, "  note: %s\n", (const char *)result->notes->pdata[i]);
}

static inline void
exercise(Fixture *fixture, PgsRuleFunc function, const PgsRule *rule)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fixture->result, pgs_rule_result_free);
    fixture->result = pgs_rule_result_new(rule);
    if (!function(fixture->bench, fixture->result, &error))
        fail_msg("%s", error->message);
    /* Nothing of it stays. */
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
}

static inline void
assert_verdict(const Fixture *fixture, PgsVerdict verdict)
{
    if (fixture->result->verdict != verdict)
        print_result(fixture->result);
    assert_int_equal(fixture->result->verdict, verdict);
}

/* Whether something of which that is said came out so. */
static inline gboolean
has_evidence(const PgsRuleResult *result, const char *what, const char *outcome)
{
    for (guint i = 0; i < result->evidence->len; i++) {
        const PgsEvidence *evidence = result->evidence->pdata[i];
        if (strstr(evidence->what, what) != NULL && strstr(evidence->outcome, outcome) != NULL)
            return TRUE;
    }
    return FALSE;
}

static inline void
assert_evidence(const Fixture *fixture, const char *what, const char *outcome)
{
    if (!has_evidence(fixture->result, what, outcome))
        print_result(fixture->result);
    assert_true(has_evidence(fixture->result, what, outcome));
}

static inline gboolean
has_note(const PgsRuleResult *result, const char *text)
{
    for (guint i = 0; i < result->notes->len; i++)
        if (strstr(result->notes->pdata[i], text) != NULL)
            return TRUE;
    return FALSE;
}

static inline void
assert_note(const Fixture *fixture, const char *text)
{
    if (!has_note(fixture->result, text))
        print_result(fixture->result);
    assert_true(has_note(fixture->result, text));
}

static inline void
assert_no_notes(const Fixture *fixture)
{
    if (fixture->result->notes->len > 0)
        print_result(fixture->result);
    assert_int_equal(fixture->result->notes->len, 0);
}

static inline void
assert_message(const Fixture *fixture, const char *text)
{
    if (fixture->result->message == NULL || strstr(fixture->result->message, text) == NULL)
        print_result(fixture->result);
    assert_non_null(fixture->result->message);
    assert_non_null(strstr(fixture->result->message, text));
}

#endif
