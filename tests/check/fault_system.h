#ifndef PGS_TESTS_CHECK_FAULT_SYSTEM_H
#define PGS_TESTS_CHECK_FAULT_SYSTEM_H

#include "cycle/lane.h"
#include "fault_suite.h"
#include "project/project.h"
#include "server_fixture.h"

/*
 * The planted faults of a bundled system: at each revision for which pgstair.yaml expects
 * something, for each object that an expectation with requirements is about, every change of one
 * attribute (fault.h), one at a time, in a transaction that is rolled back; each requirement that
 * names the object has to fail.  Objects, changes and DDL come from the snapshot, not from a list
 * of ours.  Where the expectations do not see it, the system's suite must.
 */

/* Why a fault may survive.  All but reason are patterns; a row that explains nothing is a fault of
 * its own.  The last row has no requirement. */
typedef struct {
    const char *requirement, *object, *what, *reason;
} Explanation;

typedef struct {
    guint planted, expected, suite, survivors;
} Tally;

/* A fault that the expectations do not see. */
typedef struct {
    const char *requirement; /* borrowed from the project */
    char *object, *what, *sql;
} Unseen;

/* Everything that is told at the end. */
typedef struct {
    const char *system;
    const Explanation *explanations;
    GHashTable *tallies; /* requirement → Tally */
    GHashTable *used;    /* const Explanation * */
    GPtrArray *unseen;   /* Unseen, of one ground */
    guint n_faults, n_refused, n_survivors;
    gboolean is_suite_sound; /* it has passed without a fault */
} Report;

static inline void
unseen_free(gpointer data)
{
    Unseen *unseen = data;
    g_free(unseen->object);
    g_free(unseen->what);
    g_free(unseen->sql);
    g_free(unseen);
}

static inline Tally *
tally_of(Report *report, const char *requirement)
{
    Tally *tally = g_hash_table_lookup(report->tallies, requirement);
    if (tally == NULL) {
        tally = g_new0(Tally, 1);
        g_hash_table_insert(report->tallies, g_strdup(requirement), tally);
    }
    return tally;
}

/* ---- With the expectations ---- */

static inline void
try_fault(Report *report, const Ground *ground, const Target *target, const char *object,
          const PgsFault *fault)
{
    g_autofree char *reason = NULL;
    g_autoptr(GHashTable) failed = plant(ground, fault, &reason);
    report->n_faults++;
    if (failed == NULL) {
        report->n_refused++;
        print_message("  not plantable: %s: %s: %s\n", object, fault->what, reason);
        return;
    }
    const GPtrArray *requirements = fault->names ? target->naming : target->requirements;
    for (guint i = 0; i < requirements->len; i++) {
        const char *requirement = g_ptr_array_index(requirements, i);
        Tally *tally = tally_of(report, requirement);
        tally->planted++;
        if (g_hash_table_contains(failed, requirement)) {
            tally->expected++;
            continue;
        }
        Unseen *unseen = g_new0(Unseen, 1);
        unseen->requirement = requirement;
        unseen->object = g_strdup(object);
        unseen->what = g_strdup(fault->what);
        unseen->sql = g_strdup(fault->sql);
        g_ptr_array_add(report->unseen, unseen);
    }
}

static inline void
try_target(Report *report, const Ground *ground, const Target *target)
{
    if (target->object != NULL) {
        g_autofree char *object =
            g_strdup_printf("%s %s", target->object->kind, target->object->identity);
        g_autoptr(GPtrArray) faults = pgs_faults_of(ground->snapshot, target->object);
        /* An object that nothing can be changed of would prove nothing. */
        assert_true(faults->len > 0);
        for (guint i = 0; i < faults->len; i++)
            try_fault(report, ground, target, object, g_ptr_array_index(faults, i));
        return;
    }
    PgsFault *fault = pgs_fault_of_absence(ground->snapshot, target->absent);
    if (fault == NULL)
        fail_msg("no fault is known for an absent %s", target->absent->kind);
    g_autofree char *object = g_strdup_printf(
        "no %s %s", target->absent->kind,
        target->absent->name != NULL ? target->absent->name : target->absent->relation);
    try_fault(report, ground, target, object, fault);
    pgs_fault_free(fault);
}

/* ---- With the suite ---- */

static inline const Explanation *
explain(const Report *report, const Unseen *unseen)
{
    for (const Explanation *row = report->explanations; row->requirement != NULL; row++) {
        if (g_pattern_match_simple(row->requirement, unseen->requirement) &&
            g_pattern_match_simple(row->object, unseen->object) &&
            g_pattern_match_simple(row->what, unseen->what))
            return row;
    }
    return NULL;
}

/* What the suite finds with the fault planted; once for each fault. */
static inline GHashTable *
ask_suite(Report *report, const Ground *ground, GHashTable *asked, const char *sql)
{
    GHashTable *failed = g_hash_table_lookup(asked, sql);
    if (failed != NULL || ground->revision == NULL)
        return failed;
    if (!report->is_suite_sound) {
        /* What fails by itself would be taken for caught. */
        g_autoptr(GHashTable) without = suite_failures(ground, NULL);
        assert_int_equal(g_hash_table_size(without), 0);
        report->is_suite_sound = TRUE;
    }
    failed = suite_failures(ground, sql);
    g_hash_table_insert(asked, (gpointer)sql, failed);
    return failed;
}

static inline void
judge_unseen(Report *report, const Ground *ground, GHashTable *asked, const Unseen *unseen)
{
    Tally *tally = tally_of(report, unseen->requirement);
    const char *label = ground->revision != NULL ? ground->revision->label : "base";
    const Explanation *row = explain(report, unseen);
    GHashTable *failed = row == NULL ? ask_suite(report, ground, asked, unseen->sql) : NULL;
    gboolean is_caught = failed != NULL && g_hash_table_contains(failed, unseen->requirement);
    tally->suite += is_caught;
    tally->survivors += !is_caught;
    report->n_survivors += !is_caught && row == NULL;
    if (row != NULL)
        g_hash_table_add(report->used, (gpointer)row);
    print_message("  %s: %s: %s: %s at %s%s%s\n", is_caught ? "caught by the suite" : "survivor",
                  unseen->requirement, unseen->object, unseen->what, label, is_caught ? "" : ": ",
                  is_caught     ? ""
                  : row != NULL ? row->reason
                                : "NOT EXPLAINED");
}

/* ---- A system ---- */

static inline void
plant_all(Report *report, const Ground *ground)
{
    g_autoptr(GPtrArray) targets = find_targets(ground);
    for (guint i = 0; i < targets->len; i++)
        try_target(report, ground, g_ptr_array_index(targets, i));
    g_autoptr(GHashTable) asked =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_hash_table_unref);
    for (guint i = 0; i < report->unseen->len; i++)
        judge_unseen(report, ground, asked, g_ptr_array_index(report->unseen, i));
    g_hash_table_remove_all(asked);
    g_ptr_array_set_size(report->unseen, 0);
    /* What was rolled back has left nothing. */
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSnapshot) after = read_catalog(ground->connection, ground->execute, &error);
    assert_non_null(after);
    assert_true(pgs_snapshot_equal(after, ground->snapshot));
}

/* Those that hold at that revision (-1: base). */
static inline GPtrArray *
blocks_at(const PgsSystem *system, const PgsHistory *history, gint revision)
{
    GPtrArray *blocks = g_ptr_array_new();
    for (guint i = 0; i < system->expectations->len; i++) {
        PgsExpectations *block = g_ptr_array_index(system->expectations, i);
        gint at;
        assert_true(pgs_history_find(history, block->at, &at, NULL));
        if (at == revision)
            g_ptr_array_add(blocks, block);
    }
    return blocks;
}

/* The lane stands at a revision; there may be nothing to expect there. */
static inline void
plant_at(Report *report, PgsLane *lane, const PgsSystem *system, const PgsHistory *history)
{
    gint revision = pgs_lane_revision(lane);
    g_autoptr(GPtrArray) blocks = blocks_at(system, history, revision);
    if (blocks->len == 0)
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_lane_conninfo(lane), pgs_lane_database(lane), 60000, NULL, &error);
    assert_non_null(connection);
    g_autofree char *execute = prepare_catalog(connection, &error);
    assert_non_null(execute);
    g_autoptr(PgsSnapshot) snapshot = read_catalog(connection, execute, &error);
    assert_non_null(snapshot);
    Ground ground = {
        .system = report->system,
        .revision = revision >= 0 ? g_ptr_array_index(history->revisions, revision) : NULL,
        .connection = connection,
        .blocks = blocks,
        .execute = execute,
        .snapshot = snapshot,
    };
    plant_all(report, &ground);
}

static inline void
climb_and_plant(Report *report, PgsServer *server, const PgsSystem *system)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(system->folder, system->format, &error);
    assert_non_null(history);
    PgsStageOptions options = {
        .statement_timeout = 60000,
        .name = report->system,
        .prepare = system->prepare,
        .owner = system->owner,
        .start = system->start,
    };
    g_autoptr(PgsStage) stage = pgs_stage_new(&options, history, server, FALSE, NULL);
    g_autoptr(PgsLane) lane = pgs_lane_new(stage, "faults", &error);
    assert_non_null(lane);
    plant_at(report, lane, system, history);
    for (gint i = 0; i < (gint)history->revisions->len; i++) {
        PgsOutcome *failure = NULL;
        if (!pgs_lane_climb(lane, i, &failure, &error))
            fail_msg("%s does not climb: %s", system->name,
                     error != NULL ? error->message : "see verify");
        plant_at(report, lane, system, history);
    }
}

static inline int
compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline void
print_table(const Report *report)
{
    guint n;
    g_autofree gpointer *keys = g_hash_table_get_keys_as_array(report->tallies, &n);
    qsort(keys, n, sizeof *keys, compare_strings);
    print_message("%-12s %-12s %8s %16s %13s %10s\n", "system", "requirement", "planted",
                  "by expectations", "by the suite", "survivors");
    for (guint i = 0; i < n; i++) {
        const Tally *tally = g_hash_table_lookup(report->tallies, keys[i]);
        print_message("%-12s %-12s %8u %16u %13u %10u\n", report->system, (char *)keys[i],
                      tally->planted, tally->expected, tally->suite, tally->survivors);
    }
    print_message("%s: %u faults, %u of them not plantable, %u survivors without explanation\n",
                  report->system, report->n_faults, report->n_refused, report->n_survivors);
}

static inline guint
unused_explanations(const Report *report)
{
    guint unused = 0;
    for (const Explanation *row = report->explanations; row->requirement != NULL; row++) {
        if (g_hash_table_contains(report->used, row))
            continue;
        print_message("explains nothing: %s %s\n", row->object, row->what);
        unused++;
    }
    return unused;
}

/* All of a system's; explanations: ended by a row without requirement. */
static inline void
plant_in_system(PgsServer *server, const char *name, const Explanation *explanations)
{
    g_autofree char *path =
        g_build_filename(PGS_SOURCE_DIR, "migrations", name, PGS_PROJECT_FILE, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(path, &error);
    if (project == NULL)
        fail_msg("%s", error->message);
    g_autoptr(GHashTable) tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) unseen = g_ptr_array_new_with_free_func(unseen_free);
    Report report = {
        .system = name,
        .explanations = explanations,
        .tallies = tallies,
        .used = used,
        .unseen = unseen,
    };
    climb_and_plant(&report, server, pgs_project_find(project, name, NULL));
    print_table(&report);
    assert_true(g_hash_table_size(tallies) > 0);
    assert_int_equal(report.n_survivors, 0);
    assert_int_equal(unused_explanations(&report), 0);
}

#endif
