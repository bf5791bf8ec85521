#include "check/exercising.h"

#include "check/beside.h"
#include "check/exercise_findings.h"
#include "driver/login.h"
#include "exercise/cases.h"
#include "values/generator.h"

#include <string.h>

struct _PgsExercising {
    PgsBeside *beside; /* its copy is what is exercised */
    GPtrArray *cases;  /* PgsRuleResult of the system's cases */
    PgsExercise *exercise;
};

gboolean
pgs_exercising_is_wanted(const PgsCheckSelection *checks)
{
    return pgs_check_selection_has_group(checks, "exercise");
}

/* Cases are tried alone when nothing else was chosen. */
static gboolean
wants_rules(const PgsExercising *exercising)
{
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (pgs_check_is_named("exercise", check->id) && strcmp(check->id, "exercise.case") != 0 &&
            pgs_check_selection_has(exercising->beside->checks, check->id))
            return TRUE;
    }
    return FALSE;
}

static gboolean
wants_cases(const PgsExercising *exercising)
{
    return exercising->beside->system->exercise->cases->len > 0 &&
           pgs_check_selection_has(exercising->beside->checks, "exercise.case");
}

static guint64
seed_of(const PgsSystem *system)
{
    return system->exercise->seed != 0 ? system->exercise->seed : PGS_EXERCISE_SEED;
}

static void
note_progress(guint done, guint total, const char *what, gpointer data)
{
    PgsExercising *exercising = data;
    pgs_beside_progress(exercising->beside, done, total, what);
}

/* Before the rules, whose enums get labels that no migration has made. */
static gboolean
try_cases(PgsExercising *exercising, PgsConnection *connection, GError **error)
{
    g_autoptr(PgsBench) bench =
        pgs_bench_new(connection, seed_of(exercising->beside->system), error);
    if (bench == NULL || !pgs_generator_prepare(bench, error))
        return FALSE;
    const GPtrArray *cases = exercising->beside->system->exercise->cases;
    for (guint i = 0; i < cases->len; i++) {
        PgsRuleResult *result = pgs_exercise_case_run(bench, g_ptr_array_index(cases, i), error);
        if (result == NULL)
            return FALSE;
        g_ptr_array_add(exercising->cases, result);
    }
    return TRUE;
}

static gboolean
try_rules(PgsExercising *exercising, PgsConnection *connection, GError **error)
{
    const PgsExerciseOptions options = {
        .seed = seed_of(exercising->beside->system),
        .progress = note_progress,
        .progress_data = exercising,
        .cancellable = pgs_stage_cancellable(exercising->beside->stage),
        .is_foreign = pgs_stage_is_foreign(exercising->beside->stage),
    };
    exercising->exercise = pgs_exercise_run(connection, &options, error);
    return exercising->exercise != NULL;
}

static gboolean
exercise(gpointer data, GError **error)
{
    PgsExercising *exercising = data;
    g_autoptr(PgsConnection) connection =
        pgs_beside_connect(exercising->beside, exercising->beside->copy, error);
    return connection != NULL &&
           (!wants_cases(exercising) || try_cases(exercising, connection, error)) &&
           (!wants_rules(exercising) || try_rules(exercising, connection, error));
}

PgsExercising *
pgs_exercising_begin(PgsStage *stage, PgsLane *lane, const PgsSystem *system,
                     const PgsCheckSelection *checks, const PgsClimbOptions *options,
                     GError **error)
{
    PgsBeside *beside = pgs_beside_new("exercise", stage, lane, system, checks, options, error);
    if (beside == NULL)
        return NULL;
    PgsExercising *exercising = g_new0(PgsExercising, 1);
    exercising->beside = beside;
    exercising->cases = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_rule_result_free);
    pgs_beside_start(beside, exercise, exercising);
    return exercising;
}

void
pgs_exercising_abandon(PgsExercising *exercising)
{
    if (exercising == NULL)
        return;
    pgs_beside_wait(exercising->beside, NULL);
    g_ptr_array_unref(exercising->cases);
    pgs_exercise_free(exercising->exercise);
    pgs_beside_free(exercising->beside);
    g_free(exercising);
}

/* ---- what came of it ---- */

static void
add_results(const GPtrArray *results, gboolean without_rows, const PgsExerciseContext *context,
            GPtrArray *findings)
{
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = g_ptr_array_index(results, i);
        if (!without_rows || strcmp(result->check, "exercise.rows") != 0)
            g_ptr_array_add(findings, pgs_exercise_finding(result, context));
    }
}

/* Sample data lies in another database than the one that was exercised. */
static gboolean
add_rows(const PgsExercising *exercising, PgsLane *with_rows, const PgsExerciseContext *context,
         GPtrArray *findings, GError **error)
{
    g_autoptr(GPtrArray) results =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_rule_result_free);
    g_autoptr(PgsConnection) connection = pgs_beside_connect(exercising->beside, with_rows, error);
    g_autoptr(PgsInventory) inventory =
        connection != NULL ? pgs_inventory_read(connection, error) : NULL;
    if (inventory == NULL || !pgs_exercise_existing_rows(connection, inventory, results, error))
        return FALSE;
    add_results(results, FALSE, context, findings);
    return TRUE;
}

static void
add_cases(const PgsExercising *exercising, const PgsExerciseContext *context, GPtrArray *findings)
{
    for (guint i = 0; i < exercising->cases->len; i++) {
        const PgsExerciseCase *of =
            g_ptr_array_index(exercising->beside->system->exercise->cases, i);
        const PgsRuleResult *result = g_ptr_array_index(exercising->cases, i);
        g_ptr_array_add(findings, pgs_exercise_case_finding(result, of, context));
    }
}

/* The rows that are there are told of once: where sample data is, of that. */
static gboolean
add_findings(const PgsExercising *exercising, PgsLane *with_rows, const GPtrArray *expectations,
             GPtrArray *findings, GError **error)
{
    const PgsExerciseContext context = {
        .system = exercising->beside->system->name,
        .revision = pgs_beside_head(exercising->beside),
        .expectations = expectations,
    };
    const PgsExercise *exercise = exercising->exercise;
    if (exercise != NULL)
        add_results(pgs_exercise_results(exercise), with_rows != NULL, &context, findings);
    if (exercise != NULL && with_rows != NULL &&
        !add_rows(exercising, with_rows, &context, findings, error))
        return FALSE;
    add_cases(exercising, &context, findings);
    if (exercise != NULL)
        g_ptr_array_add(findings, pgs_exercise_coverage_finding(exercise, &context));
    return TRUE;
}

gboolean
pgs_exercising_end(PgsExercising *exercising, PgsLane *with_rows, const GPtrArray *expectations,
                   GPtrArray *findings, GError **error)
{
    gboolean ok = pgs_beside_wait(exercising->beside, error) &&
                  add_findings(exercising, with_rows, expectations, findings, error);
    pgs_exercising_abandon(exercising);
    return ok;
}

/* Takes the finding over. */
static void
add_unreached(PgsFinding *finding, const char *next, const PgsOutcome *failure, GPtrArray *findings)
{
    pgs_beside_set_unreached(finding, next, failure);
    g_ptr_array_add(findings, finding);
}

void
pgs_exercising_skip(const PgsSystem *system, const char *next, const PgsOutcome *failure,
                    GPtrArray *findings)
{
    const PgsStatus status = failure == NULL ? PGS_STATUS_SKIPPED : PGS_STATUS_ERROR;
    add_unreached(pgs_finding_new("exercise.coverage", status, system->name, NULL,
                                  PGS_EXERCISE_COVERAGE_TITLE),
                  next, failure, findings);
    for (guint i = 0; i < system->exercise->cases->len; i++) {
        const PgsExerciseCase *of = g_ptr_array_index(system->exercise->cases, i);
        PgsFinding *finding =
            pgs_finding_new("exercise.case", status, system->name, NULL, of->title);
        for (char **id = of->requirements; *id != NULL; id++)
            pgs_finding_add_requirement(finding, *id);
        add_unreached(finding, next, failure, findings);
    }
}
