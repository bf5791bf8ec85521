#ifndef PGS_TESTS_SYNTHESIS_FIXTURE_H
#define PGS_TESTS_SYNTHESIS_FIXTURE_H

#include "bench_fixture.h"
#include "synthesis/synthesis.h"
#include "values/generator.h"

/* The schema public made anew by sql, and a bench on it with a transaction. */
static inline void
start(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    run_sql(fixture, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    run_sql(fixture, sql);
    PgsBench *bench = open_bench(fixture, 20);
    if (!pgs_generator_prepare(bench, &error) || !pgs_bench_begin(bench, &error))
        fail_msg("%s", error->message);
}

static inline const PgsRelation *
find(const Fixture *fixture, const char *name)
{
    const PgsRelation *relation = pgs_inventory_find(pgs_bench_inventory(fixture->bench), name);
    if (relation == NULL)
        fail_msg("there is no %s", name);
    return relation;
}

static inline PgsWish
wish(const PgsRelation *relation, const char *column, PgsValueKind kind, const char *text)
{
    PgsWish wish = {.column = pgs_relation_column(relation, column),
                    .value = {.kind = kind, .text = text}};
    if (wish.column == NULL)
        fail_msg("there is no column %s", column);
    return wish;
}

/* NULL: there is none; *reason is set. */
static inline PgsStored *
try_make(const Fixture *fixture, const char *name, const PgsWish *wishes, guint n_wishes,
         char **reason)
{
    g_autoptr(GError) error = NULL;
    PgsStored *stored =
        pgs_synthesis_make(fixture->bench, find(fixture, name), wishes, n_wishes, reason, &error);
    if (error != NULL)
        fail_msg("%s: %s", name, error->message);
    assert_true((stored == NULL) == (*reason != NULL));
    return stored;
}

static inline PgsStored *
make(const Fixture *fixture, const char *name, const PgsWish *wishes, guint n_wishes)
{
    g_autofree char *reason = NULL;
    PgsStored *stored = try_make(fixture, name, wishes, n_wishes, &reason);
    if (stored == NULL)
        fail_msg("%s", reason);
    return stored;
}

static inline void
assert_reason(const Fixture *fixture, const char *name, const PgsWish *wishes, guint n_wishes,
              const char *words)
{
    g_autofree char *reason = NULL;
    g_autoptr(PgsStored) stored = try_make(fixture, name, wishes, n_wishes, &reason);
    if (stored != NULL)
        fail_msg("%s was accepted", stored->statement);
    if (strstr(reason, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", reason, words);
}

/* ---- one schema per construct ---- */

/* Rows of public.t are made; deferred rules hold then, and query gives expected. */
typedef struct {
    const char *sql;
    guint rows;
    const char *query, *expected;
} Construct;

static inline void
try_construct(Fixture *fixture, const Construct *construct)
{
    g_autoptr(GError) error = NULL;
    start(fixture, construct->sql);
    for (guint i = 0; i < construct->rows; i++) {
        g_autofree char *reason = NULL;
        g_autoptr(PgsStored) stored = try_make(fixture, "public.t", NULL, 0, &reason);
        if (stored == NULL)
            fail_msg("%s\n%s", construct->sql, reason);
        /* The condition finds it, and a draft is accepted just then. */
        g_autofree char *condition = pgs_stored_condition(stored);
        g_autofree char *sql =
            g_strdup_printf("SELECT count(*) > 0 FROM public.t WHERE %s", condition);
        assert_value(fixture, sql, "t");
    }
    if (!pgs_connection_run(fixture->connection, "SET CONSTRAINTS ALL IMMEDIATE", &error))
        fail_msg("%s\n%s", construct->sql, error->message);
    g_autofree char *value = NULL;
    if (!pgs_connection_value(fixture->connection, construct->query, &value, &error))
        fail_msg("%s", error->message);
    if (g_strcmp0(value, construct->expected) != 0) {
        g_autofree char *script = pgs_synthesis_script(fixture->bench);
        fail_msg("%s\n%s\n%s: %s, not %s", construct->sql, script, construct->query, value,
                 construct->expected);
    }
    pgs_bench_rollback(fixture->bench);
    assert_value(fixture, "SELECT 1", "1");
}

static inline void
try_constructs(Fixture *fixture, const Construct *constructs, guint n)
{
    for (guint i = 0; i < n; i++)
        try_construct(fixture, &constructs[i]);
}

#endif
