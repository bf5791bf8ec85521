#ifndef PGS_TESTS_DERIVE_FIXTURE_H
#define PGS_TESTS_DERIVE_FIXTURE_H

#include "bench_fixture.h"
#include "plan/derive.h"
#include "plan/verdict.h"

/* Questions as text, with what the planner makes of them. */

/* g_autoptr in a test would not outlive a failed assertion: these belong to the fixture's end. */
typedef struct {
    PgsIndexes *indexes;
    PgsDerived *derived;
} Derivation;

static inline void
derivation_clear(Derivation *derivation)
{
    g_clear_pointer(&derivation->derived, pgs_derived_free);
    g_clear_pointer(&derivation->indexes, pgs_indexes_free);
}

static inline Derivation
derive(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    Derivation derivation = {NULL, NULL};
    PgsBench *bench = open_bench(fixture, 1);
    derivation.indexes = pgs_indexes_read(fixture->connection, pgs_bench_inventory(bench), &error);
    if (derivation.indexes != NULL)
        derivation.derived = pgs_plan_derive(bench, derivation.indexes, NULL, &error);
    if (derivation.derived == NULL)
        fail_msg("%s", error->message);
    return derivation;
}

/* " (servable)" and why, of what the planner does not serve by the index as it is. */
static inline void
append_verdict(GString *text, const Fixture *fixture, const Derivation *derivation,
               const PgsQuestion *question)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsJudgement) judgement =
        pgs_plan_judge(fixture->connection, derivation->indexes, question, "", &error);
    if (judgement == NULL)
        g_string_append_printf(text, " (%s)", error->message);
    else if (judgement->served != PGS_SERVED_CHOSEN)
        g_string_append_printf(text, " (%s, %s)", pgs_served_name(judgement->served),
                               judgement->taken != NULL ? judgement->taken->name : "-");
}

/* "ix_a: equality, equality on t.a", the query, its parameters; and "ix_b without: …". */
static inline char *
derivation_text(const Fixture *fixture, const Derivation *derivation)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < derivation->derived->questions->len; i++) {
        const PgsQuestion *question = derivation->derived->questions->pdata[i];
        g_string_append_printf(text, "%s: %s%s", question->index->name,
                               pgs_question_kind_name(question->kind),
                               question->generic ? " generic" : "");
        if (question->reference != NULL)
            g_string_append_printf(text, " of %s", question->reference->name);
        g_string_append_printf(text, ", %s", question->title);
        append_verdict(text, fixture, derivation, question);
        g_string_append_printf(text, "\n  %s", question->sql);
        for (guint p = 0; p < question->parameters->len; p++)
            g_string_append_printf(text, "%s%s", p == 0 ? " | " : ", ",
                                   (const char *)question->parameters->pdata[p]);
        g_string_append_c(text, '\n');
    }
    for (guint i = 0; i < derivation->derived->without->len; i++) {
        const PgsUnasked *unasked = derivation->derived->without->pdata[i];
        g_string_append_printf(text, "%s without: %s\n", unasked->index->name, unasked->reason);
    }
    return g_string_free(text, FALSE);
}

/* All that is derived, and that the index serves it where nothing else is said. */
static inline void
assert_derived(Fixture *fixture, const char *sql, const char *expected)
{
    run_sql(fixture, sql);
    run_sql(fixture, "VACUUM ANALYZE");
    Derivation derivation = derive(fixture);
    g_autofree char *text = derivation_text(fixture, &derivation);
    derivation_clear(&derivation);
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "%s---\n", text);
    assert_string_equal(text, expected);
}

#endif
