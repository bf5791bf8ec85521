#include "suite/suite.h"

#include "base/error.h"
#include "check/exercise_findings.h"
#include "exercise/cases.h"
#include "project/names.h"
#include "suite/bracket.h"
#include "values/generator.h"

#include <string.h>

/*
 * Assertions about rules and rows: what exercise/ tries, told as the program tells it.
 */

static PgsExerciseContext
context_of(PgsSuite *suite)
{
    return (PgsExerciseContext){
        .system = suite->subject.system->name,
        .revision = pgs_suite_revision_label(suite),
    };
}

/* ------------------------------------------------------------------------- rules of a table -- */

/* What became of the rules that were asked for. */
typedef struct {
    guint n, n_exercised, n_broken;
} Tally;

static gboolean
is_of(const PgsRuleResult *result, const PgsRelation *relation)
{
    return relation == NULL || (result->rule != NULL && result->rule->relation == relation);
}

static void
add_findings(PgsSuite *suite, PgsWhere where, const PgsExercise *exercise,
             const PgsRelation *relation, Tally *tally)
{
    const GPtrArray *results = pgs_exercise_results(exercise);
    const PgsExerciseContext context = context_of(suite);
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = g_ptr_array_index(results, i);
        if (!is_of(result, relation))
            continue;
        PgsFinding *finding = pgs_exercise_finding(result, &context);
        pgs_journal_adopt(suite->journal, finding, where);
        tally->n += result->rule != NULL;
        tally->n_exercised += result->rule != NULL && result->verdict != PGS_VERDICT_NOT_EXERCISED;
        tally->n_broken += !pgs_journal_add(suite->journal, finding);
    }
}

static void
judge_tally(PgsFinding *finding, const Tally *tally)
{
    finding->expected = g_strdup_printf("%u of %u rules do what they say", tally->n, tally->n);
    finding->actual = g_strdup_printf("%u were exercised, %u do something else", tally->n_exercised,
                                      tally->n_broken);
    if (tally->n_broken == 0 && tally->n_exercised > 0)
        return;
    finding->status = PGS_STATUS_FAILED;
    if (tally->n_broken > 0)
        finding->message = g_strdup_printf("%u of %u rules are broken", tally->n_broken, tally->n);
    else
        finding->message =
            g_strdup(tally->n == 0 ? "there are no rules" : "none of the rules could be exercised");
}

static gboolean
is_named(const PgsRelation *relation, const char *table)
{
    g_autofree char *qualified = pgs_name_qualify("public", table);
    g_autofree char *schema = pgs_name_schema(qualified);
    g_autofree char *plain_schema = pgs_name_plain(schema);
    g_autofree char *name = pgs_name_last(qualified);
    return strcmp(relation->schema, plain_schema) == 0 && strcmp(relation->name, name) == 0;
}

/* Among those that have rules; NULL with error when there is none of that name. */
static const PgsRelation *
find_relation(const PgsExercise *exercise, const char *table, GError **error)
{
    const GPtrArray *results = pgs_exercise_results(exercise);
    for (guint i = 0; i < results->len; i++) {
        const PgsRuleResult *result = g_ptr_array_index(results, i);
        if (result->rule != NULL && result->rule->relation != NULL &&
            is_named(result->rule->relation, table))
            return result->rule->relation;
    }
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, NULL,
                  "there is no table \"%s\", or it has no rules", table);
    return NULL;
}

int
pgs_expect_exercise(PgsSuite *suite, PgsWhere where, const char *table)
{
    gint64 begin = g_get_monotonic_time();
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    g_autofree char *title =
        g_strdup_printf("the rules of %s", table != NULL ? table : "the database");
    PgsFinding *finding = pgs_journal_finding(suite->journal, "exercise.coverage", where, title);
    const PgsExercise *exercise = pgs_suite_database_exercise(suite->database, &error);
    const PgsRelation *relation =
        exercise != NULL && table != NULL ? find_relation(exercise, table, &error) : NULL;
    if (error != NULL) {
        pgs_finding_set_error(finding, error);
    } else {
        Tally tally = {0};
        add_findings(suite, where, exercise, relation, &tally);
        judge_tally(finding, &tally);
    }
    return pgs_suite_conclude(suite, finding, begin);
}

/* ------------------------------------------------------------------------------------ cases -- */

/* In the suite's own session and transaction; nothing of it stays. */
static PgsRuleResult *
try_in_bracket(PgsSuite *suite, const PgsExerciseCase *of, GError **error)
{
    PgsConnection *connection = pgs_suite_database_connection(suite->database);
    g_autoptr(PgsBench) bench = pgs_bench_new(connection, suite->subject.seed, error);
    if (bench == NULL || !pgs_generator_prepare(bench, error))
        return NULL;
    /* The result speaks of no rule: it outlives the bench. */
    return pgs_exercise_case_run(bench, of, error);
}

static PgsRuleResult *
try_case(PgsSuite *suite, const PgsExerciseCase *of, GError **error)
{
    PgsBracket bracket;
    if (!pgs_bracket_open_plain(&bracket, pgs_suite_database_connection(suite->database), error))
        return NULL;
    g_autoptr(PgsRuleResult) result = try_in_bracket(suite, of, error);
    if (!pgs_bracket_undo(&bracket, result != NULL ? error : NULL))
        return NULL;
    return g_steal_pointer(&result);
}

/* Takes the case over; NULL: error (taken over) says why there is none. */
static int
judge_case(PgsSuite *suite, PgsWhere where, PgsExerciseCase *given, GError *error)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(PgsExerciseCase) of = given;
    PgsFinding *finding = NULL;
    g_autoptr(PgsRuleResult) result = of != NULL ? try_case(suite, of, &error) : NULL;
    if (result != NULL) {
        const PgsExerciseContext context = context_of(suite);
        finding = pgs_exercise_case_finding(result, of, &context);
        pgs_journal_adopt(suite->journal, finding, where);
    } else {
        finding = pgs_journal_finding(suite->journal, "exercise.case", where,
                                      of != NULL ? of->title : "a case");
        pgs_finding_set_error(finding, error);
    }
    return pgs_suite_conclude(suite, finding, begin);
}

/* A row that is inserted; NULL with error. */
static PgsExerciseCase *
row_case(const char *verb, const char *table, const char *row, GError **error)
{
    if (table == NULL || *table == '\0') {
        pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, NULL,
                      "the table is not given");
        return NULL;
    }
    g_autofree char *title =
        g_strdup_printf("%s: a row of %s %s", verb, table, row != NULL ? row : "{}");
    g_autoptr(PgsExerciseCase) of = pgs_exercise_case_new(title);
    of->action = PGS_CASE_INSERT;
    of->row = pgs_case_row_new(table);
    return pgs_case_row_parse(of->row, "the row", row, error) ? g_steal_pointer(&of) : NULL;
}

int
pgs_expect_row_accepted(PgsSuite *suite, PgsWhere where, const char *table, const char *row)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsExerciseCase *of = row_case("accepted", table, row, &error);
    return judge_case(suite, where, of, error);
}

int
pgs_expect_row_refused(PgsSuite *suite, PgsWhere where, const char *table, const char *row,
                       const char *constraint)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsExerciseCase *of = row_case("refused", table, row, &error);
    if (of != NULL) {
        of->refused = TRUE;
        of->constraint = g_strdup(constraint);
    }
    return judge_case(suite, where, of, error);
}

/* What it serves is said where the test's own case is begun. */
static PgsExerciseCase *
read_case(const char *text, GError **error)
{
    g_autoptr(PgsExerciseCase) of =
        pgs_exercise_case_parse("the case", text != NULL ? text : "", error);
    if (of == NULL || of->requirements[0] == NULL)
        return g_steal_pointer(&of);
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_REQUIREMENT,
                  "name them with PGS_CASE or pgs_for_requirements()",
                  "a case within a test has no requirements of its own");
    return NULL;
}

int
pgs_expect_case(PgsSuite *suite, PgsWhere where, const char *yaml)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsExerciseCase *of = read_case(yaml, &error);
    return judge_case(suite, where, of, error);
}
