#include "exercise/exercise.h"

#include "base/error.h"
#include "exercise/rules.h"
#include "values/generator.h"

struct _PgsExercise {
    guint64 seed;
    PgsBench *bench; /* whose rules the results speak of; its connection is not used any more */
    GPtrArray *results;
    guint n_rules, n_exercised;
};

static const PgsRuleFunc functions[PGS_N_RULE_KINDS] = {
    [PGS_RULE_NOT_NULL] = pgs_rule_not_null_exercise,
    [PGS_RULE_PRIMARY_KEY] = pgs_rule_key_exercise,
    [PGS_RULE_UNIQUE] = pgs_rule_key_exercise,
    [PGS_RULE_CHECK] = pgs_rule_check_exercise,
    [PGS_RULE_EXCLUSION] = pgs_rule_exclusion_exercise,
    [PGS_RULE_FOREIGN_KEY] = pgs_rule_foreign_key_exercise,
    [PGS_RULE_ENUM] = pgs_rule_enum_exercise,
    [PGS_RULE_LENGTH] = pgs_rule_limit_exercise,
    [PGS_RULE_PRECISION] = pgs_rule_limit_exercise,
    [PGS_RULE_GENERATED] = pgs_rule_generated_exercise,
    [PGS_RULE_IDENTITY] = pgs_rule_identity_exercise,
    [PGS_RULE_DOMAIN_CHECK] = pgs_rule_domain_exercise,
    [PGS_RULE_DOMAIN_NOT_NULL] = pgs_rule_domain_exercise,
};

typedef struct {
    PgsBench *bench;
    PgsConnection *connection;
    const PgsExerciseOptions *options;
    GPtrArray *results; /* PgsRuleResult or NULL: one for each rule */
    guint n_done;
} Run;

void
pgs_exercise_free(PgsExercise *exercise)
{
    if (exercise == NULL)
        return;
    g_ptr_array_unref(exercise->results);
    pgs_bench_free(exercise->bench);
    g_free(exercise);
}

/* ---- one rule ---- */

static const char *
reason_to_skip(const PgsRule *rule)
{
    if (rule->relation != NULL && rule->relation->kind == 'f')
        return "a foreign table: its rows are another server's, which keeps no such rules for it";
    return rule->enforced ? NULL : "it is NOT ENFORCED: the server holds no row to it";
}

/* Whether nothing more can be asked of the server; else it is the matter of one rule. */
static gboolean
is_fatal(const Run *run, const GError *error)
{
    return !pgs_connection_is_alive(run->connection) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE);
}

/* A surprise of one rule does not end the run. */
static gboolean
forgive(const Run *run, PgsRuleResult *result, GError *surprise, GError **error)
{
    if (is_fatal(run, surprise)) {
        g_propagate_error(error, surprise);
        return FALSE;
    }
    g_autofree char *line = g_strdelimit(g_strdup(surprise->message), "\n", ' ');
    pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s", line);
    g_error_free(surprise);
    return TRUE;
}

/* What came out otherwise than was expected is no proof, whatever else there is. */
static void
doubt(PgsRuleResult *result)
{
    for (guint i = 0; i < result->evidence->len && result->verdict == PGS_VERDICT_EXERCISED; i++) {
        const PgsEvidence *evidence = result->evidence->pdata[i];
        if (!evidence->as_expected)
            pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s: %s", evidence->what,
                                  evidence->outcome);
    }
}

static gboolean
exercise_rule(const Run *run, PgsRuleResult *result, GError **error)
{
    const char *reason = reason_to_skip(result->rule);
    if (reason != NULL) {
        pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED, "%s", reason);
        return TRUE;
    }
    GError *surprise = NULL;
    gint64 start = g_get_monotonic_time();
    gboolean ok = functions[result->rule->kind](run->bench, result, &surprise);
    pgs_bench_rollback(run->bench);
    doubt(result);
    result->duration = g_get_monotonic_time() - start;
    return ok || forgive(run, result, surprise, error);
}

/* ---- all of them ---- */

static void
tell(const Run *run, const PgsRule *rule)
{
    if (run->options->progress == NULL)
        return;
    g_autofree char *what = pgs_rule_describe(rule);
    run->options->progress(run->n_done, run->results->len, what, run->options->progress_data);
}

static gboolean
check_cancelled(const Run *run, GError **error)
{
    if (!g_cancellable_is_cancelled(run->options->cancellable))
        return FALSE;
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED, NULL, "cancelled");
    return TRUE;
}

/* Rules that are seen at rows of which none is stored: one transaction does for a relation's. */
static gboolean
shares_transaction(const PgsRule *rule)
{
    switch (rule->kind) {
    case PGS_RULE_NOT_NULL:
    case PGS_RULE_CHECK:
    case PGS_RULE_LENGTH:
    case PGS_RULE_PRECISION:
        return rule->relation != NULL;
    default:
        return FALSE;
    }
}

static gboolean
needs_transaction(const PgsRule *rule)
{
    return rule->kind != PGS_RULE_ENUM && !shares_transaction(rule);
}

static gboolean
changes_database(const PgsRule *rule)
{
    return rule->kind == PGS_RULE_ENUM;
}

static gboolean
exercise_one(Run *run, guint i, GError **error)
{
    const PgsRule *rule = pgs_inventory_rules(pgs_bench_inventory(run->bench))->pdata[i];
    if (check_cancelled(run, error))
        return FALSE;
    run->results->pdata[i] = pgs_rule_result_new(rule);
    if (!exercise_rule(run, run->results->pdata[i], error))
        return FALSE;
    run->n_done++;
    tell(run, rule);
    return TRUE;
}

typedef gboolean (*PickFunc)(const PgsRule *rule);

/* Of the rules from first to before end those that are picked. */
static gboolean
exercise_picked(Run *run, guint first, guint end, PickFunc pick, GError **error)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(run->bench));
    for (guint i = first; i < end; i++)
        if (pick(rules->pdata[i]) && !exercise_one(run, i, error))
            return FALSE;
    return TRUE;
}

/* All but enums of one relation. */
static gboolean
exercise_relation(Run *run, guint first, guint end, GError **error)
{
    pgs_bench_keep_open(run->bench, TRUE);
    gboolean ok = exercise_picked(run, first, end, shares_transaction, error);
    pgs_bench_keep_open(run->bench, FALSE);
    return ok && exercise_picked(run, first, end, needs_transaction, error);
}

/* Enums are last: they change the database. */
static gboolean
exercise_rules(Run *run, GError **error)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(run->bench));
    guint end = 0;
    for (guint first = 0; first < rules->len; first = end) {
        const PgsRelation *relation = ((const PgsRule *)rules->pdata[first])->relation;
        while (end < rules->len && ((const PgsRule *)rules->pdata[end])->relation == relation)
            end++;
        if (!exercise_relation(run, first, end, error))
            return FALSE;
    }
    return exercise_picked(run, 0, rules->len, changes_database, error);
}

typedef gboolean (*OtherFunc)(const Run *run, GPtrArray *results, GError **error);

static gboolean
look_at_rows(const Run *run, GPtrArray *results, GError **error)
{
    return pgs_exercise_existing_rows(run->connection, pgs_bench_inventory(run->bench), results,
                                      error);
}

static gboolean
look_at_settings(const Run *run, GPtrArray *results, GError **error)
{
    return pgs_exercise_settings(run->connection, run->options->is_foreign, results, error);
}

/* What is no rule's: existing rows, settings. */
static gboolean
look_at(const Run *run, OtherFunc function, const char *check, const char *subject,
        GPtrArray *others, GError **error)
{
    GError *surprise = NULL;
    if (function(run, others, &surprise))
        return TRUE;
    PgsRuleResult *result = pgs_rule_result_new(NULL);
    result->check = check;
    result->subject = g_strdup(subject);
    g_ptr_array_add(others, result);
    return forgive(run, result, surprise, error);
}

static gboolean
look_at_others(const Run *run, GPtrArray *others, GError **error)
{
    return look_at(run, look_at_rows, "exercise.rows", "rows that are there", others, error) &&
           look_at(run, look_at_settings, "exercise.settings", "settings of roles", others, error);
}

static gboolean
exercise_all(Run *run, GError **error)
{
    g_autoptr(GPtrArray) others =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_rule_result_free);
    if (!look_at_others(run, others, error) || !pgs_generator_prepare(run->bench, error) ||
        !pgs_rule_identity_prepare(run->bench, error) || !exercise_rules(run, error))
        return FALSE;
    g_ptr_array_extend_and_steal(run->results, g_steal_pointer(&others));
    return TRUE;
}

static void
add_up(PgsExercise *exercise, guint n_rules)
{
    exercise->n_rules = n_rules;
    for (guint i = 0; i < n_rules; i++) {
        const PgsRuleResult *result = exercise->results->pdata[i];
        exercise->n_exercised += pgs_rule_result_is_exercised(result);
    }
}

PgsExercise *
pgs_exercise_run(PgsConnection *connection, const PgsExerciseOptions *options, GError **error)
{
    g_autoptr(PgsExercise) exercise = g_new0(PgsExercise, 1);
    exercise->results = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_rule_result_free);
    exercise->seed = options->seed != 0 ? options->seed : PGS_EXERCISE_SEED;
    exercise->bench = pgs_bench_new(connection, exercise->seed, error);
    if (exercise->bench == NULL)
        return NULL;
    guint n_rules = pgs_inventory_rules(pgs_bench_inventory(exercise->bench))->len;
    g_ptr_array_set_size(exercise->results, (gint)n_rules);
    Run run = {
        .bench = exercise->bench,
        .connection = connection,
        .options = options,
        .results = exercise->results,
    };
    if (!exercise_all(&run, error))
        return NULL;
    add_up(exercise, n_rules);
    return g_steal_pointer(&exercise);
}

guint64
pgs_exercise_seed(const PgsExercise *exercise)
{
    return exercise->seed;
}

const GPtrArray *
pgs_exercise_results(const PgsExercise *exercise)
{
    return exercise->results;
}

guint
pgs_exercise_n_rules(const PgsExercise *exercise)
{
    return exercise->n_rules;
}

guint
pgs_exercise_n_exercised(const PgsExercise *exercise)
{
    return exercise->n_exercised;
}
