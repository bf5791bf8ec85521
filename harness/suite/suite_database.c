#include "suite/suite_database.h"

#include "base/error.h"
#include "suite/outcome_text.h"
#include "suite/suite_error.h"

#include <string.h>

/* A setting of the session, which says what became of the transaction that a test runs in. */
#define MARK "pgstair.test"

struct _PgsSuiteDatabase {
    const PgsSubject *subject;
    PgsSuiteTemplate *template;
    PgsLane *lane;
    PgsConnection *connection;
    char *conninfo;
    PgsLook *look;
    gboolean in_transaction; /* of pgs_suite_database_begin() */
    GPtrArray *empty;        /* char *: names of further databases */
    GHashTable *pristine;    /* revision → PgsSnapshot */
    GHashTable *exercised;   /* revision → PgsExercise */
    GHashTable *planned;     /* revision → PgsSuitePlanning */
};

static void
disconnect(PgsSuiteDatabase *database)
{
    g_clear_pointer(&database->connection, pgs_connection_close);
    g_clear_pointer(&database->conninfo, g_free);
    database->in_transaction = FALSE;
}

static gboolean
connect_clone(PgsSuiteDatabase *database, GError **error)
{
    database->lane = pgs_suite_template_clone(database->template, error);
    if (database->lane == NULL)
        return FALSE;
    database->conninfo = g_strdup_printf("%s dbname='%s'", pgs_lane_conninfo(database->lane),
                                         pgs_lane_database(database->lane));
    database->connection = pgs_connection_open(database->conninfo, NULL,
                                               database->subject->statement_timeout, NULL, error);
    return database->connection != NULL;
}

PgsSuiteDatabase *
pgs_suite_database_open(const PgsSubject *subject, PgsSuiteTemplate *template, GError **error)
{
    g_autoptr(PgsSuiteDatabase) database = g_new0(PgsSuiteDatabase, 1);
    database->subject = subject;
    database->template = template;
    database->empty = g_ptr_array_new_with_free_func(g_free);
    database->pristine =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)pgs_snapshot_unref);
    database->exercised =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)pgs_exercise_free);
    database->planned =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)pgs_suite_planning_free);
    database->look =
        pgs_look_new(pgs_suite_template_owns_cluster(template), subject->history->ledger);
    return connect_clone(database, error) ? g_steal_pointer(&database) : NULL;
}

/* On its lane's server, which may be gone with the lane. */
static void
drop_empty(PgsSuiteDatabase *database)
{
    for (guint i = 0; database->lane != NULL && i < database->empty->len; i++)
        pgs_server_drop_database(pgs_lane_server(database->lane),
                                 g_ptr_array_index(database->empty, i), NULL);
    g_ptr_array_set_size(database->empty, 0);
}

void
pgs_suite_database_close(PgsSuiteDatabase *database)
{
    if (database == NULL)
        return;
    disconnect(database);
    drop_empty(database);
    g_hash_table_unref(database->planned);
    pgs_lane_free(database->lane);
    pgs_look_free(database->look);
    g_hash_table_unref(database->pristine);
    g_hash_table_unref(database->exercised);
    g_ptr_array_unref(database->empty);
    g_free(database);
}

PgsConnection *
pgs_suite_database_connection(PgsSuiteDatabase *database)
{
    return database->connection;
}

const char *
pgs_suite_database_conninfo(PgsSuiteDatabase *database)
{
    return database->conninfo;
}

gint
pgs_suite_database_revision(const PgsSuiteDatabase *database)
{
    return pgs_lane_revision(database->lane);
}

gboolean
pgs_suite_database_reset(PgsSuiteDatabase *database, GError **error)
{
    gboolean in_transaction = database->in_transaction;
    disconnect(database);
    if (pgs_suite_template_is_isolated(database->template))
        drop_empty(database);
    g_clear_pointer(&database->lane, pgs_lane_free);
    return connect_clone(database, error) &&
           (!in_transaction || pgs_suite_database_begin(database, error));
}

/* -------------------------------------------------------------------------- transactions -- */

static PGTransactionStatusType
transaction_status(const PgsSuiteDatabase *database)
{
    return PQtransactionStatus(pgs_connection_raw(database->connection));
}

gboolean
pgs_suite_database_begin(PgsSuiteDatabase *database, GError **error)
{
    if (transaction_status(database) != PQTRANS_IDLE) {
        pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, "pgs_suite_rollback() ends it",
                      "a transaction is open already");
        return FALSE;
    }
    database->in_transaction =
        pgs_connection_run(database->connection, "SET " MARK " = 'outside'", error) &&
        pgs_connection_run(database->connection, "BEGIN; SET " MARK " = 'inside'", error);
    return database->in_transaction;
}

/* What the session has for the mark now; a test may have reset it. */
static gboolean
has_mark(PgsSuiteDatabase *database, const char *word, gboolean *has, GError **error)
{
    g_autofree char *mark = NULL;
    if (!pgs_connection_value(database->connection, "SHOW " MARK, &mark, error))
        return FALSE;
    *has = strcmp(mark, word) == 0;
    return TRUE;
}

/*
 * Undoes the transaction; *lasted: it was the one that was begun.  A setting tells, since it goes
 * back with the transaction in which it was made and stays when that is committed.
 */
static gboolean
undo_transaction(PgsSuiteDatabase *database, gboolean *lasted, GError **error)
{
    gboolean replaced = FALSE, committed = FALSE;
    if (transaction_status(database) == PQTRANS_INTRANS &&
        !has_mark(database, "outside", &replaced, error))
        return FALSE;
    if (!pgs_connection_run(database->connection, "ROLLBACK", error) ||
        !has_mark(database, "inside", &committed, error))
        return FALSE;
    *lasted = !replaced && !committed;
    return TRUE;
}

gboolean
pgs_suite_database_rollback(PgsSuiteDatabase *database, GError **error)
{
    gboolean expected = database->in_transaction;
    gboolean lasted = FALSE;
    database->in_transaction = FALSE;
    if (!expected)
        return transaction_status(database) == PQTRANS_IDLE ||
               pgs_connection_run(database->connection, "ROLLBACK", error);
    if (transaction_status(database) != PQTRANS_IDLE && !undo_transaction(database, &lasted, error))
        return FALSE;
    if (!lasted) {
        pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_ABORTED,
                      "run a test that commits with pgs_test_alone()",
                      "a statement of the test ended the transaction that it ran in, so that what "
                      "it did stays");
        return FALSE;
    }
    return TRUE;
}

gboolean
pgs_suite_database_check_idle(PgsSuiteDatabase *database, GError **error)
{
    if (transaction_status(database) == PQTRANS_IDLE)
        return TRUE;
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE,
                  "run such a test with pgs_test_alone()",
                  "migrations and sample data cannot run while a transaction of the test is open");
    return FALSE;
}

/* ----------------------------------------------------------------------------- migrations -- */

gboolean
pgs_suite_database_step(PgsSuiteDatabase *database, gint revision, PgsOutcome **outcome,
                        const PgsRevision **missing, GError **error)
{
    gint at = pgs_lane_revision(database->lane);
    *outcome = NULL;
    *missing = NULL;
    if (at == revision)
        return TRUE;
    if (at < revision) {
        *outcome = pgs_lane_up(database->lane, error);
        return *outcome != NULL;
    }
    const PgsRevision *present =
        g_ptr_array_index(database->subject->history->revisions, (guint)at);
    if (present->down == NULL) {
        *missing = present;
        return TRUE;
    }
    *outcome = pgs_lane_down(database->lane, error);
    return *outcome != NULL;
}

gboolean
pgs_suite_database_migrate(PgsSuiteDatabase *database, gint revision, GError **error)
{
    if (!pgs_suite_database_check_idle(database, error) ||
        !pgs_lane_renew_session(database->lane, error))
        return FALSE;
    for (;;) {
        g_autoptr(PgsOutcome) outcome = NULL;
        const PgsRevision *missing;
        if (!pgs_suite_database_step(database, revision, &outcome, &missing, error))
            return FALSE;
        if (missing != NULL) {
            pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_MIGRATION, NULL,
                          "the revision %s has no way down", missing->label);
            return FALSE;
        }
        if (outcome == NULL)
            return TRUE;
        if (!outcome->succeeded) {
            g_autofree char *text = pgs_outcome_text(outcome);
            g_set_error_literal(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_MIGRATION, text);
            return FALSE;
        }
    }
}

gboolean
pgs_suite_database_load_samples(PgsSuiteDatabase *database, GError **error)
{
    return pgs_suite_database_check_idle(database, error) &&
           pgs_suite_load_samples(database->subject, database->lane, error);
}

const char *
pgs_suite_database_add_empty(PgsSuiteDatabase *database, GError **error)
{
    char *name = pgs_stage_create_empty_database(pgs_suite_template_stage(database->template),
                                                 pgs_lane_server(database->lane), "empty", error);
    if (name != NULL)
        g_ptr_array_add(database->empty, name);
    return name;
}

/* ------------------------------------------------------------------------------ snapshots -- */

PgsSnapshot *
pgs_suite_database_look(PgsSuiteDatabase *database, GError **error)
{
    return pgs_look_at(database->look, database->connection, error);
}

static PgsSnapshot *
look_at_lane(PgsSuiteDatabase *database, PgsLane *lane, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_lane_conninfo(lane), pgs_lane_database(lane),
                            database->subject->statement_timeout, NULL, error);
    return connection != NULL ? pgs_look_at(database->look, connection, error) : NULL;
}

static PgsLane *
fresh_lane(PgsSuiteDatabase *database, gint revision, GError **error)
{
    return revision == database->subject->at
               ? pgs_suite_template_clone(database->template, error)
               : pgs_suite_template_climb(database->template, revision, error);
}

PgsSnapshot *
pgs_suite_database_pristine(PgsSuiteDatabase *database, GError **error)
{
    gint revision = pgs_lane_revision(database->lane);
    gpointer key = GINT_TO_POINTER(revision);
    PgsSnapshot *known = g_hash_table_lookup(database->pristine, key);
    if (known != NULL)
        return pgs_snapshot_ref(known);
    g_autoptr(PgsLane) lane = fresh_lane(database, revision, error);
    PgsSnapshot *snapshot = lane != NULL ? look_at_lane(database, lane, error) : NULL;
    if (snapshot != NULL)
        g_hash_table_insert(database->pristine, key, pgs_snapshot_ref(snapshot));
    return snapshot;
}

/* ------------------------------------------------------------------------------- exercise -- */

static PgsExercise *
exercise_lane(const PgsSuiteDatabase *database, PgsLane *lane, GError **error)
{
    const PgsExerciseOptions options = {
        .seed = database->subject->seed,
        .is_foreign = !pgs_server_is_disposable(pgs_lane_server(lane)),
    };
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_lane_conninfo(lane), pgs_lane_database(lane),
                            database->subject->statement_timeout, NULL, error);
    return connection != NULL ? pgs_exercise_run(connection, &options, error) : NULL;
}

const PgsExercise *
pgs_suite_database_exercise(PgsSuiteDatabase *database, GError **error)
{
    gint revision = pgs_lane_revision(database->lane);
    gpointer key = GINT_TO_POINTER(revision);
    PgsExercise *known = g_hash_table_lookup(database->exercised, key);
    if (known != NULL)
        return known;
    g_autoptr(PgsLane) lane = fresh_lane(database, revision, error);
    PgsExercise *exercise = lane != NULL ? exercise_lane(database, lane, error) : NULL;
    if (exercise != NULL)
        g_hash_table_insert(database->exercised, key, exercise);
    return exercise;
}

/* ---------------------------------------------------------------------------------- plans -- */

PgsPlanning *
pgs_suite_database_plans(PgsSuiteDatabase *database, GError **error)
{
    gint revision = pgs_lane_revision(database->lane);
    gpointer key = GINT_TO_POINTER(revision);
    PgsSuitePlanning *known = g_hash_table_lookup(database->planned, key);
    if (known != NULL && pgs_suite_planning_is_alive(known))
        return pgs_suite_planning_plans(known);
    PgsLane *lane = fresh_lane(database, revision, error);
    PgsSuitePlanning *planning =
        lane != NULL ? pgs_suite_planning_new(database->subject, lane, error) : NULL;
    if (planning == NULL)
        return NULL;
    g_hash_table_insert(database->planned, key, planning);
    return pgs_suite_planning_plans(planning);
}
