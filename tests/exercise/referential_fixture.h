#ifndef PGS_TESTS_REFERENTIAL_FIXTURE_H
#define PGS_TESTS_REFERENTIAL_FIXTURE_H

#include "exercise/result.h"
#include "exercise/rules.h"
#include "inventory/bench.h"
#include "server_fixture.h"
#include "values/generator.h"

#include <string.h>

/* One server for a program's tests, and a connection; each schema is made anew in "public". */
typedef struct {
    PgsServer *server;
    PgsConnection *connection;
    PgsBench *bench;
} Fixture;

static inline int
set_up_group(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server;
    g_autoptr(GError) error = NULL;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    fixture->connection =
        pgs_connection_open(pgs_server_conninfo(fixture->server), "postgres", 60000, NULL, &error);
    *state = fixture;
    return fixture->connection != NULL ? 0 : -1;
}

static inline int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    pgs_connection_close(fixture->connection);
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static inline void
run_sql(const Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    pgs_connection_run(fixture->connection, sql, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
}

/* A schema, and a bench on it. */
static inline void
make_bench(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    run_sql(fixture, "SET client_min_messages = warning; DROP SCHEMA public CASCADE; "
                     "CREATE SCHEMA public");
    run_sql(fixture, sql);
    fixture->bench = pgs_bench_new(fixture->connection, 20, &error);
    if (fixture->bench == NULL || !pgs_generator_prepare(fixture->bench, &error))
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
}

static inline const PgsRule *
find_rule(const Fixture *fixture, const char *name)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(fixture->bench));
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = g_ptr_array_index(rules, i);
        if (rule->kind == PGS_RULE_FOREIGN_KEY && strcmp(rule->name, name) == 0)
            return rule;
    }
    fail_msg("there is no foreign key %s", name);
    return NULL;
}

static inline const char *
verdict_name(PgsVerdict verdict)
{
    static const char *const names[] = {"exercised", "not exercised", "broken", "never refuses",
                                        "never accepts"};
    return names[verdict];
}

/* "exercised" or "broken: message", a line for each note ("- …"), and for each thing that was tried
   ("+ what: outcome", "! …" when it was not as expected).  g_free(). */
static inline char *
describe_result(const PgsRuleResult *result)
{
    GString *text = g_string_new(verdict_name(result->verdict));
    if (result->message != NULL)
        g_string_append_printf(text, ": %s", result->message);
    g_string_append_c(text, '\n');
    for (guint i = 0; i < result->notes->len; i++)
        g_string_append_printf(text, "- %s\n", (const char *)g_ptr_array_index(result->notes, i));
    for (guint i = 0; i < result->evidence->len; i++) {
        const PgsEvidence *evidence = g_ptr_array_index(result->evidence, i);
        g_string_append_printf(text, "%s %s: %s\n", evidence->as_expected ? "+" : "!",
                               evidence->what, evidence->outcome);
    }
    return g_string_free(text, FALSE);
}

static inline PgsRuleResult *
exercise_rule(const Fixture *fixture, const PgsRule *rule)
{
    g_autoptr(GError) error = NULL;
    PgsRuleResult *result = pgs_rule_result_new(rule);
    if (!pgs_rule_foreign_key_exercise(fixture->bench, result, &error))
        fprintf(stderr, "%s\n", error->message);
    assert_null(error);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    return result;
}

/* pgs_rule_foreign_key_exercise() of the key with that name, described; g_free(). */
static inline char *
exercise(const Fixture *fixture, const char *name)
{
    g_autoptr(PgsRuleResult) result = exercise_rule(fixture, find_rule(fixture, name));
    return describe_result(result);
}

static inline void
assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\n%s\ndoes not have: %s", text, part);
}

static inline void
assert_starts(const char *text, const char *start)
{
    if (!g_str_has_prefix(text, start))
        fail_msg("\n%s\ndoes not start with: %s", text, start);
}

#endif
