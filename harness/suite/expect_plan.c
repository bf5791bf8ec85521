#include "suite/suite.h"

#include "base/error.h"
#include "check/plan_findings.h"

#include <string.h>

/*
 * Assertions about queries and indexes: what plan/ judges, told as the program tells it.
 */

static PgsPlanContext
context_of(PgsSuite *suite, const PgsPlanning *plans)
{
    return (PgsPlanContext){
        .system = suite->subject.system->name,
        .revision = pgs_suite_revision_label(suite),
        .settings = pgs_planning_settings(plans),
        .set = suite->subject.system->plans->settings,
        .tables = pgs_planning_tables(plans),
        .seed = pgs_planning_seed(plans),
    };
}

/* What a report only warns of, a test that asks for it has not got. */
static void
harden(PgsFinding *finding)
{
    if (finding->status == PGS_STATUS_WARNING)
        finding->status = PGS_STATUS_FAILED;
}

static gboolean
holds(const PgsFinding *finding)
{
    return finding->status != PGS_STATUS_FAILED && finding->status != PGS_STATUS_ERROR;
}

/* Takes the findings over; the last that does not hold, or the last, is what the call says. */
static int
conclude_all(PgsSuite *suite, PgsWhere where, GPtrArray *findings, gint64 begin)
{
    guint last = findings->len - 1;
    for (guint i = 0; i < findings->len; i++) {
        harden(g_ptr_array_index(findings, i));
        if (!holds(g_ptr_array_index(findings, i)))
            last = i;
    }
    for (guint i = 0; i < findings->len; i++) {
        PgsFinding *finding = g_ptr_array_index(findings, i);
        pgs_journal_adopt(suite->journal, finding, where);
        if (i != last)
            pgs_journal_add(suite->journal, finding);
    }
    return pgs_suite_conclude(suite, g_ptr_array_index(findings, last), begin);
}

/* Takes error over. */
static int
fail(PgsSuite *suite, PgsWhere where, const char *check, const char *title, GError *error,
     gint64 begin)
{
    PgsFinding *finding = pgs_journal_finding(suite->journal, check, where, title);
    pgs_finding_set_error(finding, error);
    return pgs_suite_conclude(suite, finding, begin);
}

/* ---------------------------------------------------------------------------------- queries -- */

/* Takes the query over; NULL: error (taken over) says why there is none. */
static int
judge_query(PgsSuite *suite, PgsWhere where, PgsPlanQuery *given, GError *error)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(PgsPlanQuery) query = given;
    PgsPlanning *plans = query != NULL ? pgs_suite_database_plans(suite->database, &error) : NULL;
    g_autoptr(PgsPlanResult) result = plans != NULL ? pgs_planning_ask(plans, query, &error) : NULL;
    if (result == NULL)
        return fail(suite, where, "plan.query", query != NULL ? query->title : "a query", error,
                    begin);
    const PgsPlanContext context = context_of(suite, plans);
    g_autoptr(GPtrArray) findings = g_ptr_array_new();
    pgs_plan_findings_add_query(result, &context, findings);
    return conclude_all(suite, where, findings, begin);
}

static PgsPlanQuery *
new_query(const char *index, const char *sql, const char *const *parameters, GError **error)
{
    if (sql == NULL || *sql == '\0') {
        pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, NULL,
                      "the query is not given");
        return NULL;
    }
    PgsPlanQuery *query = pgs_plan_query_of(sql);
    for (guint i = 0; parameters != NULL && parameters[i] != NULL; i++)
        pgs_plan_query_add_text(query, parameters[i]);
    if (index != NULL) {
        g_strfreev(query->indexes);
        query->indexes = g_strsplit(index, "\n", 1);
    }
    return query;
}

int
pgs_expect_index_used(PgsSuite *suite, PgsWhere where, const char *index, const char *sql,
                      const char *const *parameters)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsPlanQuery *query = new_query(index, sql, parameters, &error);
    return judge_query(suite, where, query, error);
}

/* What it serves is said where the test's own case is begun. */
static PgsPlanQuery *
read_query(const char *text, GError **error)
{
    g_autoptr(PgsPlanQuery) query =
        pgs_plan_query_parse("the query", text != NULL ? text : "", error);
    if (query == NULL || query->requirements[0] == NULL)
        return g_steal_pointer(&query);
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_REQUIREMENT,
                  "name them with PGS_CASE or pgs_for_requirements()",
                  "a query within a test has no requirements of its own");
    return NULL;
}

int
pgs_expect_plan(PgsSuite *suite, PgsWhere where, const char *yaml)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsPlanQuery *query = read_query(yaml, &error);
    return judge_query(suite, where, query, error);
}

/* ----------------------------------------------------------------------------- indexes' own -- */

/* NULL with error: there is none of that name. */
static const PgsIndex *
find_index(PgsPlanning *plans, const char *name, GError **error)
{
    g_autofree char *why = NULL;
    const PgsIndex *index = pgs_indexes_find(pgs_planning_indexes(plans), name, &why);
    if (index == NULL)
        pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, NULL, "%s",
                      why != NULL ? why : "there is no such index");
    return index;
}

/* That nothing could be asked of the one index that was named is no yes. */
static void
add_derived(const GPtrArray *results, const PgsIndex *only, const PgsPlanContext *context,
            GPtrArray *findings)
{
    for (guint i = 0; i < results->len; i++) {
        PgsFinding *finding = pgs_plan_index_finding(g_ptr_array_index(results, i), context);
        if (only != NULL && finding->status == PGS_STATUS_SKIPPED)
            finding->status = PGS_STATUS_ERROR;
        g_ptr_array_add(findings, finding);
    }
}

int
pgs_expect_index_serves(PgsSuite *suite, PgsWhere where, const char *index)
{
    gint64 begin = g_get_monotonic_time();
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    g_autofree char *title =
        g_strdup_printf("%s serves what it was made for", index != NULL ? index : "each index");
    PgsPlanning *plans = pgs_suite_database_plans(suite->database, &error);
    const PgsIndex *only = plans != NULL && index != NULL ? find_index(plans, index, &error) : NULL;
    g_autoptr(GPtrArray) results = error == NULL ? pgs_planning_derive(plans, only, &error) : NULL;
    if (results == NULL)
        return fail(suite, where, "plan.index", title, error, begin);
    const PgsPlanContext context = context_of(suite, plans);
    g_autoptr(GPtrArray) findings = g_ptr_array_new();
    add_derived(results, only, &context, findings);
    if (findings->len > 0)
        return conclude_all(suite, where, findings, begin);
    pgs_error_set(&error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, NULL, "there are no indexes");
    return fail(suite, where, "plan.index", title, error, begin);
}
