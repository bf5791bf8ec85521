#ifndef PGS_TESTS_VERDICT_FIXTURE_H
#define PGS_TESTS_VERDICT_FIXTURE_H

#include "bench_fixture.h"
#include "plan/verdict.h"

/* Judgements of a table of cases, over rows that are made once for a program. */
enum {
    NEEDS_GENERIC = 1 << 0, /* question->generic */
    REFERENCE = 1 << 1,
    STAYS = 1 << 2,      /* it does not turn sequential */
    SEQUENTIAL = 1 << 3, /* is_sequential */
    SKIP_SCAN = 1 << 4,  /* from 18 on; before, useless */
    ANALYZE = 1 << 5,
    GENERIC_CHOSEN = 1 << 6,
};

typedef struct {
    const char *index; /* "ix_a"; "any:users": any of that table's */
    const char *sql;
    const char *parameters; /* separated by "|"; or NULL */
    PgsServed served;
    guint use, flags;
    const char *words;       /* in the reason or a note; or NULL */
    const char *taken;       /* the name of the index that the planner took; NULL: not looked at */
    const char *substitutes; /* separated by blanks; NULL: not looked at */
    const char *session;     /* or NULL */
    PgsServed generic;       /* CHOSEN: not looked at */
} Case;

#define CHOSEN PGS_SERVED_CHOSEN
#define SERVABLE PGS_SERVED_SERVABLE
#define USELESS PGS_SERVED_USELESS
#define UNKNOWN PGS_SERVED_UNKNOWN
#define CONDITION PGS_USE_CONDITION
#define LATER PGS_USE_LATER
#define ORDER PGS_USE_ORDER
#define PREDICATE PGS_USE_PREDICATE
#define WHOLE PGS_USE_WHOLE

#define PARALLEL                                                                                   \
    "SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; "                       \
    "SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL min_parallel_index_scan_size = 0; "     \
    "SET LOCAL max_parallel_workers_per_gather = 2"

/* ---- asking ---- */

typedef struct {
    Fixture base;
    PgsIndexes *indexes;
    PgsJudgement *judgement;
} Court;

static inline void
set_target(const Court *court, PgsQuestion *question, const char *target)
{
    g_autofree char *why = NULL;
    if (g_str_has_prefix(target, "any:")) {
        const PgsRelation *relation = pgs_inventory_find(court->base.inventory, target + 4);
        assert_non_null(relation);
        question->relation = relation->oid;
        return;
    }
    question->index = pgs_indexes_find(court->indexes, target, &why);
    if (question->index == NULL)
        fail_msg("%s", why);
    question->relation = question->index->relation_oid;
}

static inline const PgsJudgement *
judge(Court *court, const Case *row)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsQuestion) question = pgs_question_new(
        (row->flags & REFERENCE) != 0 ? PGS_QUESTION_REFERENCE : PGS_QUESTION_DECLARED, NULL);
    set_target(court, question, row->index);
    question->sql = g_strdup(row->sql);
    question->generic = (row->flags & (NEEDS_GENERIC | REFERENCE)) != 0;
    question->analyze = (row->flags & ANALYZE) != 0;
    g_auto(GStrv) values = g_strsplit(row->parameters != NULL ? row->parameters : "", "|", -1);
    for (guint i = 0; values[i] != NULL; i++)
        g_ptr_array_add(question->parameters, g_strdup(values[i]));
    g_clear_pointer(&court->judgement, pgs_judgement_free);
    court->judgement = pgs_plan_judge(court->base.connection, court->indexes, question,
                                      row->session != NULL ? row->session : "", &error);
    if (court->judgement == NULL)
        fail_msg("%s: %s", row->sql, error->message);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(court->base.connection)), PQTRANS_IDLE);
    return court->judgement;
}

/* ---- comparing ---- */

static inline gboolean
has_words(const PgsJudgement *judgement, const char *words)
{
    if (words == NULL || (judgement->reason != NULL && strstr(judgement->reason, words) != NULL))
        return TRUE;
    for (guint i = 0; i < judgement->notes->len; i++) {
        if (strstr(judgement->notes->pdata[i], words) != NULL)
            return TRUE;
    }
    return FALSE;
}

static inline char *
names_of(const GPtrArray *indexes)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < indexes->len; i++) {
        const PgsIndex *index = indexes->pdata[i];
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", index->name);
    }
    return g_string_free(text, FALSE);
}

/* What is wrong with it; "" when nothing is. */
static inline char *
compare(const PgsJudgement *judgement, const Case *row, int version)
{
    GString *wrong = g_string_new(NULL);
    gboolean is_old_skip = (row->flags & SKIP_SCAN) != 0 && version < 180000;
    PgsServed served = is_old_skip ? USELESS : row->served;
    if (judgement->served != served)
        g_string_append_printf(wrong, " not %s", pgs_served_name(served));
    if (!is_old_skip && (judgement->use & row->use) != row->use)
        g_string_append_printf(wrong, " use %u, not %u", judgement->use, row->use);
    if (!has_words(judgement, row->words))
        g_string_append_printf(wrong, " without \"%s\"", row->words);
    gboolean is_sequential = (row->flags & SEQUENTIAL) != 0;
    if (!is_old_skip && judgement->is_sequential != is_sequential)
        g_string_append_printf(wrong, " %ssequential", is_sequential ? "not " : "");
    gboolean turns = (row->flags & STAYS) == 0;
    if (judgement->turns_sequential != turns)
        g_string_append_printf(wrong, turns ? " stays" : " turns");
    const char *taken = judgement->taken != NULL ? judgement->taken->name : "nothing";
    if (row->taken != NULL && strcmp(row->taken, taken) != 0)
        g_string_append_printf(wrong, " took %s", taken);
    g_autofree char *substitutes = names_of(judgement->substitutes);
    if (row->substitutes != NULL && strcmp(row->substitutes, substitutes) != 0)
        g_string_append_printf(wrong, " substitutes: %s", substitutes);
    if ((row->generic != CHOSEN && row->generic != judgement->generic) ||
        ((row->flags & GENERIC_CHOSEN) != 0 && judgement->generic != CHOSEN))
        g_string_append_printf(wrong, " generic %s", pgs_served_name(judgement->generic));
    if ((judgement->reason == NULL) != (judgement->served == PGS_SERVED_CHOSEN))
        g_string_append(wrong, " reason where none belongs, or none");
    return g_string_free(wrong, FALSE);
}

static inline void
print(const Case *row, const PgsJudgement *judgement, const char *wrong)
{
    fprintf(stderr, "%s | %s\n  is %s, use %u:%s\n", row->index, row->sql,
            pgs_served_name(judgement->served), judgement->use, wrong);
    if (judgement->reason != NULL)
        fprintf(stderr, "  reason: %s\n", judgement->reason);
    for (guint i = 0; i < judgement->notes->len; i++)
        fprintf(stderr, "  note: %s\n", (char *)judgement->notes->pdata[i]);
    for (guint i = 0; i < judgement->evidence->len; i++) {
        const PgsPlanEvidence *evidence = judgement->evidence->pdata[i];
        fprintf(stderr, "  %s: %s\n", pgs_plan_role_name(evidence->role), evidence->what);
        if (g_getenv("PGS_PLANS") != NULL)
            fprintf(stderr, "%s\n", evidence->plan->text);
    }
}

static inline void
check(Court *court, const Case *cases, gsize n)
{
    guint n_wrong = 0;
    int version = pgs_connection_version(court->base.connection);
    for (gsize i = 0; i < n; i++) {
        const PgsJudgement *judgement = judge(court, &cases[i]);
        g_autofree char *wrong = compare(judgement, &cases[i], version);
        gboolean is_wrong = *wrong != '\0';
        if (is_wrong || g_getenv("PGS_PRINT") != NULL)
            print(&cases[i], judgement, wrong);
        n_wrong += is_wrong;
    }
    assert_int_equal(n_wrong, 0);
}

static inline const PgsPlanEvidence *
evidence_of(const PgsJudgement *judgement, PgsPlanRole role)
{
    for (guint i = 0; i < judgement->evidence->len; i++) {
        const PgsPlanEvidence *evidence = judgement->evidence->pdata[i];
        if (evidence->role == role)
            return evidence;
    }
    return NULL;
}

/* ---- the ground ---- */

static inline gboolean
make_ground(Court *court, const char *const *ground, gsize n, GError **error)
{
    /* VACUUM cannot mark pages as all-visible before the commits of their rows are flushed. */
    if (!pgs_connection_run(court->base.connection, "SET synchronous_commit = on", error))
        return FALSE;
    for (gsize i = 0; i < n; i++) {
        if (!pgs_connection_run(court->base.connection, ground[i], error))
            return FALSE;
    }
    return pgs_connection_run(court->base.connection, "VACUUM (ANALYZE)", error);
}

static inline int
set_up_court(void **state, const char *const *ground, gsize n)
{
    g_autoptr(GError) error = NULL;
    void *base = NULL;
    if (set_up_group(&base) != 0 || set_up(&base) != 0)
        return -1;
    Court *court = g_new0(Court, 1);
    court->base = *(Fixture *)base;
    g_free(base);
    *state = court;
    if (make_ground(court, ground, n, &error))
        court->base.inventory = pgs_inventory_read(court->base.connection, &error);
    if (court->base.inventory != NULL)
        court->indexes = pgs_indexes_read(court->base.connection, court->base.inventory, &error);
    if (court->indexes == NULL)
        fprintf(stderr, "%s\n", error->message);
    return court->indexes != NULL ? 0 : -1;
}

static inline int
tear_down_court(void **state)
{
    Court *court = *state;
    pgs_judgement_free(court->judgement);
    pgs_indexes_free(court->indexes);
    void *base = g_memdup2(&court->base, sizeof court->base);
    g_free(court);
    tear_down(&base);
    return tear_down_group(&base);
}

#endif
