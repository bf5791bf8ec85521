#include "plan/trial.h"

#include "base/embedded.h"
#include "plan/hiding.h"
#include "plan/trial_use.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

/* trial_index.sql's columns */
enum {
    INDEX_NAME,
    INDEX_DEFINITION,
    INDEX_HAS_EXPRESSION,
    INDEX_MUST_WAIT,
    INDEX_LEADING,
    INDEX_METHOD,
    INDEX_OID,
};

typedef struct {
    const PgsTrialGround *ground;
    const PgsTrialWish *wish;
    PgsIndexTrial *trial;
    GPtrArray *targets; /* PgsTrialTarget: all of them must be used */
    GError *lost;       /* the connection was lost or cancelled */
} Run;

void
pgs_index_trial_free(PgsIndexTrial *trial)
{
    if (trial == NULL)
        return;
    g_free(trial->sql);
    pgs_plan_free(trial->plan);
    pgs_failure_free(trial->failure);
    g_free(trial);
}

/* ---- statements ---- */

/* What the server refused is the trial's; always FALSE. */
static gboolean
refuse(Run *run, PgsFailure *failure, GError *error)
{
    if (!pgs_connection_is_alive(run->ground->connection) ||
        g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED))
        run->lost = error;
    else
        g_clear_error(&error);
    pgs_failure_free(run->trial->failure);
    run->trial->failure = failure;
    return FALSE;
}

static gboolean
execute(Run *run, const char *sql)
{
    PgsFailure *failure = NULL;
    GError *error = NULL;
    g_autoptr(PGresult) result = pgs_connection_query(run->ground->connection, PGS_SHAPE_ANY, sql,
                                                      0, NULL, &failure, &error);
    return result != NULL || refuse(run, failure, error);
}

/* ---- building ---- */

/* "CREATE INDEX pgs_trial ON ONLY public.t …" without what is not to be imitated. */
static char *
without_name(const char *definition, const char *name)
{
    g_autofree char *only = g_strdup_printf("CREATE INDEX %s ON ONLY ", name);
    g_autofree char *plain = g_strdup_printf("CREATE INDEX %s ON ", name);
    const char *rest = definition;
    if (g_str_has_prefix(definition, only))
        rest += strlen(only);
    else if (g_str_has_prefix(definition, plain))
        rest += strlen(plain);
    else
        return g_strdup(definition);
    return g_strconcat("CREATE INDEX ON ", rest, NULL);
}

static PGresult *
read_built(Run *run, const char *name)
{
    PgsFailure *failure = NULL;
    GError *error = NULL;
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_plan_files, "trial_index.sql"),
                                            pgs_connection_version(run->ground->connection));
    g_autofree char *relation = g_strdup_printf("%u", run->ground->relation);
    const char *const parameters[] = {relation, name};
    PGresult *result = pgs_connection_query(run->ground->connection, PGS_SHAPE_ANY, sql, 2,
                                            parameters, &failure, &error);
    if (result == NULL)
        refuse(run, failure, error);
    return result;
}

static gboolean
is_set(const PGresult *result, int column)
{
    for (int i = 0; i < PQntuples(result); i++) {
        if (*PQgetvalue(result, i, column) == 't')
            return TRUE;
    }
    return FALSE;
}

/*
 * An index on columns that a HOT chain does not agree on is no good to transactions that are older
 * than it (indcheckxmin, README.HOT), which this one is; but its rows are those that it sees.
 */
static gboolean
let_be_used(Run *run, const PGresult *built)
{
    if (!run->ground->is_superuser)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("UPDATE pg_catalog.pg_index SET indcheckxmin = false "
                                          "WHERE indcheckxmin AND indexrelid IN (");
    for (int i = 0; i < PQntuples(built); i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", PQgetvalue(built, i, INDEX_OID));
    g_string_append_c(sql, ')');
    return execute(run, sql->str);
}

/* What an expression gives is only known once it is counted. */
static gboolean
count_values(Run *run)
{
    g_autofree char *sql = g_strdup_printf("ANALYZE %s", run->ground->relation_sql);
    return execute(run, sql);
}

static gboolean
take_built(Run *run, const char *name)
{
    g_autoptr(PGresult) result = read_built(run, name);
    if (result == NULL)
        return FALSE;
    if (PQntuples(result) == 0)
        return refuse(run, NULL, NULL);
    PgsTrialTarget *target = pgs_trial_target_new(PQgetvalue(result, 0, INDEX_LEADING),
                                                  PQgetvalue(result, 0, INDEX_METHOD));
    g_ptr_array_add(run->targets, target);
    for (int i = 0; i < PQntuples(result); i++)
        g_ptr_array_add(target->names, g_strdup(PQgetvalue(result, i, INDEX_NAME)));
    g_autofree char *sql = without_name(PQgetvalue(result, 0, INDEX_DEFINITION), name);
    g_autofree char *before = run->trial->sql;
    if (before != NULL)
        run->trial->sql = g_strconcat(before, "; ", sql, NULL);
    else if (run->wish->extension != NULL)
        run->trial->sql =
            g_strdup_printf("CREATE EXTENSION IF NOT EXISTS %s; %s", run->wish->extension, sql);
    else
        run->trial->sql = g_strdup(sql);
    return (!is_set(result, INDEX_MUST_WAIT) || let_be_used(run, result)) &&
           (!is_set(result, INDEX_HAS_EXPRESSION) || count_values(run));
}

static gboolean
build(Run *run)
{
    const GPtrArray *tails = run->wish->tails;
    if (run->wish->extension != NULL) {
        g_autofree char *sql =
            g_strdup_printf("CREATE EXTENSION IF NOT EXISTS %s", run->wish->extension);
        if (!execute(run, sql))
            return FALSE;
    }
    for (guint i = 0; tails != NULL && i < tails->len; i++) {
        g_autofree char *name =
            i == 0 ? g_strdup(run->ground->name) : g_strdup_printf("%s_%u", run->ground->name, i);
        g_autofree char *sql =
            g_strdup_printf("CREATE INDEX %s ON %s %s", name, run->ground->relation_sql,
                            (const char *)tails->pdata[i]);
        if (!execute(run, sql) || !take_built(run, name))
            return FALSE;
    }
    return TRUE;
}

/* ---- planning ---- */

static gboolean
all_are_used(const Run *run, const PgsPlan *plan)
{
    for (guint i = 0; i < run->targets->len; i++) {
        if (!pgs_trial_is_used(plan, run->targets->pdata[i], run->wish->aims))
            return FALSE;
    }
    return TRUE;
}

/* Whether the planner takes them now; then the plan is the trial's. */
static gboolean
is_taken(Run *run)
{
    const PgsTrialWish *wish = run->wish;
    PgsQuery query = wish->sql != NULL ? (PgsQuery){wish->sql, NULL, 0}
                                       : pgs_question_query(run->ground->question);
    gboolean generic = run->ground->is_generic && !wish->is_custom && wish->sql == NULL;
    PgsFailure *failure = NULL;
    GError *error = NULL;
    g_autoptr(PgsPlan) plan = pgs_explain(run->ground->connection, &query,
                                          generic ? PGS_EXPLAIN_GENERIC : 0, &failure, &error);
    if (plan == NULL)
        return refuse(run, failure, error);
    if (!all_are_used(run, plan))
        return FALSE;
    run->trial->plan = g_steal_pointer(&plan);
    return TRUE;
}

static gboolean
is_of_ground(const Run *run, const PgsIndex *index)
{
    for (guint i = 0; i < run->ground->tables->len; i++) {
        const PgsTrialTable *table = run->ground->tables->pdata[i];
        if (strcmp(index->relation_schema, table->schema) == 0 &&
            strcmp(index->relation_name, table->name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* A partition's index goes with the one above it. */
static gboolean
hide_others(Run *run)
{
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    const GPtrArray *all = pgs_indexes_all(run->ground->indexes);
    const PgsIndex *own = run->wish->index;
    for (guint i = 0; i < all->len; i++) {
        PgsIndex *index = all->pdata[i];
        gboolean is_own =
            own != NULL && (pgs_index_is_part_of(index, own) || pgs_index_is_part_of(own, index));
        if (index->parent == NULL && !is_own && is_of_ground(run, index))
            g_ptr_array_add(others, index);
    }
    PgsFailure *failure = NULL;
    GError *error = NULL;
    return others->len == 0 ||
           pgs_indexes_hide(run->ground->connection, others, &failure, &error) ||
           refuse(run, failure, error);
}

/* As it is, without other indexes, without sequential scans: until it is taken. */
static PgsTrialOutcome
find_outcome(Run *run)
{
    if (!build(run))
        return PGS_TRIAL_REFUSED;
    if (is_taken(run))
        return PGS_TRIAL_CHOSEN;
    if (run->trial->failure != NULL)
        return PGS_TRIAL_REFUSED;
    if (run->lost != NULL || !hide_others(run))
        return PGS_TRIAL_UNUSED;
    if (is_taken(run))
        return PGS_TRIAL_ALONE;
    if (run->lost != NULL || !execute(run, "SET LOCAL enable_seqscan = off"))
        return PGS_TRIAL_UNUSED;
    return is_taken(run) ? PGS_TRIAL_POSSIBLE : PGS_TRIAL_UNUSED;
}

/* ---- a trial ---- */

PgsIndexTrial *
pgs_index_trial_run(const PgsTrialGround *ground, const PgsTrialWish *wish, GError **error)
{
    g_autoptr(PgsIndexTrial) trial = g_new0(PgsIndexTrial, 1);
    g_autoptr(GPtrArray) targets =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_trial_target_free);
    Run run = {ground, wish, trial, targets, NULL};
    if (!pgs_connection_run(ground->connection, "SAVEPOINT pgs_trial", error))
        return NULL;
    if (wish->index != NULL)
        g_ptr_array_add(targets, pgs_trial_target_of(wish->index));
    trial->outcome = find_outcome(&run);
    if (run.lost != NULL) {
        g_propagate_error(error, run.lost);
        return NULL;
    }
    if (!pgs_connection_run(ground->connection,
                            "ROLLBACK TO SAVEPOINT pgs_trial; RELEASE SAVEPOINT pgs_trial", error))
        return NULL;
    return g_steal_pointer(&trial);
}
