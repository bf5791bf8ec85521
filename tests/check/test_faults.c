/*
 * Covers harness/check/expect*.c by planted faults: for each object that an expectation with
 * requirements is about, every change of one attribute (fault.h), one at a time, in a transaction
 * that is rolled back; each requirement that names the object has to fail.  Objects, changes and
 * DDL come from the snapshot, not from a list of ours.
 */
#include "cmocka_all.h"

#include "check/expect.h"
#include "cycle/lane.h"
#include "fault.h"
#include "project/project.h"
#include "server_fixture.h"
#include "snapshot/kinds.h"
#include "snapshot/query.h"

/* Why a fault may survive.  All are patterns; a row that explains nothing is a fault of its own. */
static const struct {
    const char *system, *requirement, *object, *what, *reason;
} explanations[] = {
    {"canvas", "CANVAS-07", "index public.uq_*", "include: *",
     "a unique rule holds whatever its index carries beside the keys"},
    {"workflow", "WF-01", "function public.set_updated_at()", "body: *",
     "the specification says what it does, not how: the suite moves updated_at"},
    {"boardroom", "BOARD-07", "function public.keep_timestamps()", "body: *",
     "the specification says what it does, not how: the suite moves updated_at"},
};

/* A migrated database, and what is expected of it. */
typedef struct {
    const char *system;
    PgsConnection *connection;
    GPtrArray *blocks; /* PgsExpectations, borrowed */
    char *execute;     /* reads the catalog */
    PgsSnapshot *snapshot;
} Ground;

/* What is changed, and whom that has to wake. */
typedef struct {
    const PgsObject *object;      /* or NULL: */
    const PgsExpectation *absent; /* is made */
    GPtrArray *requirements;      /* borrowed char * */
    GPtrArray *naming;            /* those of them that know the object by its name */
} Target;

typedef struct {
    guint planted, caught, explained;
} Tally;

static void
target_free(gpointer data)
{
    g_ptr_array_unref(((Target *)data)->requirements);
    g_ptr_array_unref(((Target *)data)->naming);
    g_free(data);
}

/* ---- Reading and judging ---- */

static void
take_object(guint32 anchor, PgsObject *object, gpointer data)
{
    (void)anchor;
    g_ptr_array_add(data, object);
}

/*
 * Prepared once: planning them takes longer than running them.  The session's temporary schema is
 * made for good: a new one each time would make every plan void.
 */
static char *
prepare_catalog(PgsConnection *connection, GError **error)
{
    if (!pgs_connection_run(connection,
                            "SET search_path = ''; SET jit = off;"
                            " SET plan_cache_mode = force_generic_plan;"
                            " CREATE TEMP TABLE pgs_fault (); DROP TABLE pgs_fault",
                            error))
        return NULL;
    g_autoptr(GPtrArray) queries = pgs_catalog_queries(pgs_connection_version(connection), FALSE);
    g_autoptr(GString) execute = g_string_new(NULL);
    for (guint i = 0; i < queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(queries, i);
        g_autofree char *prepare = g_strdup_printf("PREPARE pgs_fault_%u AS %s", i, query->whole);
        if (!pgs_connection_run(connection, prepare, error))
            return NULL;
        g_string_append_printf(execute, "EXECUTE pgs_fault_%u;", i);
    }
    return g_string_free(g_steal_pointer(&execute), FALSE);
}

/* What the connection sees now, its own open transaction included. */
static PgsSnapshot *
read_catalog(PgsConnection *connection, const char *execute, GError **error)
{
    g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    if (!pgs_connection_send(connection, execute, error))
        return NULL;
    g_autoptr(GError) local = NULL;
    PGresult *next;
    while ((next = pgs_connection_next(connection, &local)) != NULL) {
        g_autoptr(PGresult) result = next;
        if (local == NULL && !pgs_query_rows(result, take_object, objects))
            g_set_error(&local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT, "%s",
                        PQresultErrorMessage(result));
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    return pgs_snapshot_new(g_steal_pointer(&objects), "");
}

/* The findings of one block after the other (PgsFinding). */
static GPtrArray *
judge(const Ground *ground, PgsSnapshot *snapshot, GError **error)
{
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    PgsExpectContext context = {ground->system, NULL, snapshot, ground->connection};
    for (guint i = 0; i < ground->blocks->len; i++) {
        if (!pgs_expect_judge(g_ptr_array_index(ground->blocks, i), &context, findings, error))
            return NULL;
    }
    return g_steal_pointer(&findings);
}

static gboolean
is_wrong(const PgsFinding *finding)
{
    return finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_ERROR;
}

/* A set of the requirements (char *) that a wrong finding serves. */
static GHashTable *
failed_requirements(const GPtrArray *findings)
{
    GHashTable *failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        for (guint n = 0;
             is_wrong(finding) && finding->requirements != NULL && n < finding->requirements->len;
             n++)
            g_hash_table_add(failed, g_strdup(g_ptr_array_index(finding->requirements, n)));
    }
    return failed;
}

/* ---- What there is to change ---- */

static const PgsObject *
object_named(const PgsSnapshot *snapshot, const char *text)
{
    const PgsKind *kind = pgs_kind_at_start(text, strlen(text));
    return kind != NULL ? pgs_snapshot_find(snapshot, kind->kind, text + strlen(kind->kind) + 1)
                        : NULL;
}

static Target *
find_target(GPtrArray *targets, const PgsObject *object, const PgsExpectation *absent)
{
    for (guint i = 0; i < targets->len; i++) {
        Target *target = g_ptr_array_index(targets, i);
        if (target->object == object && target->absent == absent)
            return target;
    }
    Target *target = g_new0(Target, 1);
    target->object = object;
    target->absent = absent;
    target->requirements = g_ptr_array_new();
    target->naming = g_ptr_array_new();
    g_ptr_array_add(targets, target);
    return target;
}

static gboolean
has_string(GPtrArray *strings, const char *string)
{
    return g_ptr_array_find_with_equal_func(strings, string, g_str_equal, NULL);
}

static void
add_target(const Ground *ground, GPtrArray *targets, const PgsExpectation *item,
           const PgsFinding *finding)
{
    if (item->requirements[0] == NULL)
        return;
    const PgsObject *object = item->absent ? NULL : object_named(ground->snapshot, finding->object);
    if (object == NULL && !item->absent)
        fail_msg("%s is in no snapshot", finding->object);
    Target *target = find_target(targets, object, item->absent ? item : NULL);
    for (char **id = item->requirements; *id != NULL; id++) {
        if (!has_string(target->requirements, *id))
            g_ptr_array_add(target->requirements, *id);
        if (item->name != NULL && !has_string(target->naming, *id))
            g_ptr_array_add(target->naming, *id);
    }
}

/* The items' findings are the first of each block's, in the items' order. */
static GPtrArray *
find_targets(const Ground *ground)
{
    GPtrArray *targets = g_ptr_array_new_with_free_func(target_free);
    g_autoptr(GError) error = NULL;
    PgsExpectContext context = {ground->system, NULL, ground->snapshot, ground->connection};
    guint n_wrong = 0;
    for (guint b = 0; b < ground->blocks->len; b++) {
        const PgsExpectations *block = g_ptr_array_index(ground->blocks, b);
        g_autoptr(GPtrArray) findings =
            g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
        if (!pgs_expect_judge(block, &context, findings, &error))
            fail_msg("%s", error->message);
        for (guint i = 0; i < findings->len; i++) {
            const PgsFinding *finding = g_ptr_array_index(findings, i);
            if (is_wrong(finding))
                print_message("%s: %s: %s\n", ground->system, finding->title, finding->message);
            n_wrong += is_wrong(finding);
            if (!is_wrong(finding) && i < block->items->len)
                add_target(ground, targets, g_ptr_array_index(block->items, i), finding);
        }
    }
    /* Nothing can be learned from a fault where something is wrong without it. */
    assert_int_equal(n_wrong, 0);
    return targets;
}

/* ---- Planting ---- */

/* The requirements that fail; NULL: the server refuses the fault, and *reason says why. */
static GHashTable *
plant(const Ground *ground, const PgsFault *fault, char **reason)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = g_strconcat("BEGIN; ", fault->sql, NULL);
    g_autoptr(GPtrArray) findings = NULL;
    if (pgs_connection_run(ground->connection, sql, &error)) {
        g_autoptr(PgsSnapshot) snapshot = read_catalog(ground->connection, ground->execute, &error);
        if (snapshot != NULL)
            findings = judge(ground, snapshot, &error);
    }
    if (!pgs_connection_run(ground->connection, "ROLLBACK", NULL))
        fail_msg("%s: the connection is gone: %s", fault->sql, error->message);
    if (findings != NULL)
        return failed_requirements(findings);
    *reason = g_strndup(error->message, strcspn(error->message, "\n"));
    return NULL;
}

static int
explain(const Ground *ground, const char *requirement, const char *object, const char *what)
{
    for (gsize i = 0; i < G_N_ELEMENTS(explanations); i++) {
        if (strcmp(explanations[i].system, ground->system) == 0 &&
            g_pattern_match_simple(explanations[i].requirement, requirement) &&
            g_pattern_match_simple(explanations[i].object, object) &&
            g_pattern_match_simple(explanations[i].what, what))
            return (int)i;
    }
    return -1;
}

/* Everything that is told at the end. */
typedef struct {
    const Ground *ground;
    GHashTable *tallies; /* requirement → Tally */
    GHashTable *used;    /* rows of explanations */
    guint n_faults, n_refused, n_survivors;
} Report;

static Tally *
tally_of(Report *report, const char *requirement)
{
    Tally *tally = g_hash_table_lookup(report->tallies, requirement);
    if (tally == NULL) {
        tally = g_new0(Tally, 1);
        g_hash_table_insert(report->tallies, g_strdup(requirement), tally);
    }
    return tally;
}

static void
judge_requirement(Report *report, const char *requirement, GHashTable *failed, const char *object,
                  const PgsFault *fault)
{
    Tally *tally = tally_of(report, requirement);
    tally->planted++;
    if (g_hash_table_contains(failed, requirement)) {
        tally->caught++;
        return;
    }
    int row = explain(report->ground, requirement, object, fault->what);
    print_message("  survivor: %s: %s: %s: %s\n", requirement, object, fault->what,
                  row >= 0 ? explanations[row].reason : "NOT EXPLAINED");
    if (row >= 0) {
        tally->explained++;
        g_hash_table_add(report->used, GINT_TO_POINTER(row + 1));
    } else {
        report->n_survivors++;
    }
}

static void
try_fault(Report *report, const Target *target, const char *object, const PgsFault *fault)
{
    g_autofree char *reason = NULL;
    g_autoptr(GHashTable) failed = plant(report->ground, fault, &reason);
    report->n_faults++;
    if (failed == NULL) {
        report->n_refused++;
        print_message("  not plantable: %s: %s: %s\n", object, fault->what, reason);
        return;
    }
    const GPtrArray *requirements = fault->names ? target->naming : target->requirements;
    for (guint i = 0; i < requirements->len; i++)
        judge_requirement(report, g_ptr_array_index(requirements, i), failed, object, fault);
}

static void
try_target(Report *report, const Target *target)
{
    if (target->object != NULL) {
        g_autofree char *object =
            g_strdup_printf("%s %s", target->object->kind, target->object->identity);
        g_autoptr(GPtrArray) faults = pgs_faults_of(report->ground->snapshot, target->object);
        /* An object that nothing can be changed of would prove nothing. */
        assert_true(faults->len > 0);
        for (guint i = 0; i < faults->len; i++)
            try_fault(report, target, object, g_ptr_array_index(faults, i));
        return;
    }
    PgsFault *fault = pgs_fault_of_absence(report->ground->snapshot, target->absent);
    if (fault == NULL)
        fail_msg("no fault is known for an absent %s", target->absent->kind);
    g_autofree char *object = g_strdup_printf(
        "no %s %s", target->absent->kind,
        target->absent->name != NULL ? target->absent->name : target->absent->relation);
    try_fault(report, target, object, fault);
    pgs_fault_free(fault);
}

static int
compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
print_table(const Report *report)
{
    guint n;
    g_autofree gpointer *keys = g_hash_table_get_keys_as_array(report->tallies, &n);
    qsort(keys, n, sizeof *keys, compare_strings);
    print_message("%-12s %-14s %8s %8s %10s\n", "system", "requirement", "planted", "caught",
                  "survivors");
    for (guint i = 0; i < n; i++) {
        const Tally *tally = g_hash_table_lookup(report->tallies, keys[i]);
        print_message("%-12s %-14s %8u %8u %10u\n", report->ground->system, (char *)keys[i],
                      tally->planted, tally->caught, tally->planted - tally->caught);
    }
    print_message("%s: %u faults, %u of them not plantable, %u survivors without explanation\n",
                  report->ground->system, report->n_faults, report->n_refused, report->n_survivors);
}

static guint
unused_explanations(const Report *report)
{
    guint unused = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(explanations); i++) {
        if (strcmp(explanations[i].system, report->ground->system) != 0 ||
            g_hash_table_contains(report->used, GINT_TO_POINTER((int)i + 1)))
            continue;
        print_message("explains nothing: %s %s\n", explanations[i].object, explanations[i].what);
        unused++;
    }
    return unused;
}

static void
plant_all(const Ground *ground)
{
    g_autoptr(GPtrArray) targets = find_targets(ground);
    assert_true(targets->len > 0);
    g_autoptr(GHashTable) tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
    Report report = {.ground = ground, .tallies = tallies, .used = used};
    for (guint i = 0; i < targets->len; i++)
        try_target(&report, g_ptr_array_index(targets, i));
    print_table(&report);
    assert_int_equal(report.n_survivors, 0);
    assert_int_equal(unused_explanations(&report), 0);
    /* What was rolled back has left nothing. */
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSnapshot) after = read_catalog(ground->connection, ground->execute, &error);
    assert_non_null(after);
    assert_true(pgs_snapshot_equal(after, ground->snapshot));
}

/* ---- The bundled systems ---- */

static gboolean
is_of_head(const PgsExpectations *block, const PgsHistory *history)
{
    gint at;
    return pgs_history_find(history, block->at, &at, NULL) &&
           at == (gint)history->revisions->len - 1;
}

static void
plant_in_system(PgsServer *server, const char *name)
{
    g_autofree char *path =
        g_build_filename(PGS_SOURCE_DIR, "migrations", name, PGS_PROJECT_FILE, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(path, &error);
    if (project == NULL)
        fail_msg("%s", error->message);
    const PgsSystem *system = pgs_project_find(project, name, &error);
    assert_non_null(system);
    g_autoptr(PgsHistory) history = pgs_history_read(system->folder, system->format, &error);
    assert_non_null(history);
    PgsStageOptions options = {
        .statement_timeout = 60000,
        .name = name,
        .prepare = system->prepare,
        .owner = system->owner,
        .start = system->start,
    };
    g_autoptr(PgsStage) stage = pgs_stage_new(&options, history, server, FALSE, NULL);
    g_autoptr(PgsLane) lane = pgs_lane_new(stage, "faults", &error);
    PgsOutcome *failure = NULL;
    if (lane == NULL || !pgs_lane_climb(lane, (gint)history->revisions->len - 1, &failure, &error))
        fail_msg("%s does not climb: %s", name, error != NULL ? error->message : "see verify");
    g_autoptr(GPtrArray) blocks = g_ptr_array_new();
    for (guint i = 0; i < system->expectations->len; i++) {
        PgsExpectations *block = g_ptr_array_index(system->expectations, i);
        if (is_of_head(block, history))
            g_ptr_array_add(blocks, block);
    }
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_lane_conninfo(lane), pgs_lane_database(lane), 60000, NULL, &error);
    assert_non_null(connection);
    g_autofree char *execute = prepare_catalog(connection, &error);
    assert_non_null(execute);
    g_autoptr(PgsSnapshot) snapshot = read_catalog(connection, execute, &error);
    assert_non_null(snapshot);
    Ground ground = {name, connection, blocks, execute, snapshot};
    plant_all(&ground);
}

static void
test_canvas(void **state)
{
    plant_in_system(*state, "canvas");
}

static void
test_dashboards(void **state)
{
    plant_in_system(*state, "dashboards");
}

static void
test_workflow(void **state)
{
    plant_in_system(*state, "workflow");
}

static void
test_boardroom(void **state)
{
    plant_in_system(*state, "boardroom");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canvas),
        cmocka_unit_test(test_dashboards),
        cmocka_unit_test(test_workflow),
        cmocka_unit_test(test_boardroom),
    };
    return cmocka_run_group_tests(tests, pgs_fixture_start_server, pgs_fixture_stop_server);
}
