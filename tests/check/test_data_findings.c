/* Covers harness/check/data_findings.c and checks_data.c. */
#include "cmocka_all.h"

#include "check/check.h"
#include "check/data_findings.h"

#include <string.h>

typedef struct {
    PgsSystem *system;
    PgsHistory *history;
    PgsPreservation *preservation;
    GPtrArray *findings;
} Fixture;

static void
free_step(PgsStep *step)
{
    if (step != NULL)
        g_free(step->path);
    g_free(step);
}

static void
add_revision(Fixture *fixture, const char *label, gboolean has_down)
{
    PgsRevision *revision = g_new0(PgsRevision, 1);
    revision->label = g_strdup(label);
    revision->up = g_new0(PgsStep, 1);
    revision->up->path = g_strdup_printf("m/%s.up.sql", label);
    if (has_down) {
        revision->down = g_new0(PgsStep, 1);
        revision->down->path = g_strdup_printf("m/%s.down.sql", label);
    }
    g_ptr_array_add(fixture->history->revisions, revision);
}

static void
revision_free(gpointer data)
{
    PgsRevision *revision = data;
    g_free(revision->label);
    free_step(revision->up);
    free_step(revision->down);
    g_free(revision);
}

static void
load_free(gpointer data)
{
    PgsSampleLoad *load = data;
    pgs_sample_free((PgsSample *)load->sample);
    g_free(load->unreached);
    g_free(load->reason);
    pgs_seed_failure_free(load->failure);
    pgs_seed_failure_free(load->again_failure);
    g_clear_pointer(&load->again, g_ptr_array_unref);
    g_free(load);
}

static void
part_clear(PgsRowsPart *part)
{
    pgs_outcome_free(part->outcome);
    g_clear_pointer(&part->lost, g_ptr_array_unref);
    g_free(part->reason);
}

static void
rung_free(gpointer data)
{
    PgsRowsRung *rung = data;
    part_clear(&rung->up);
    part_clear(&rung->down);
    part_clear(&rung->again);
    g_free(rung);
}

static void
loss_free(gpointer data)
{
    PgsLoss *loss = data;
    g_free(loss->table);
    g_free(loss->column);
    g_free(loss->message);
    g_free(loss->example);
    g_free(loss);
}

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->system = pgs_system_new("shop");
    fixture->history = g_new0(PgsHistory, 1);
    fixture->history->own_settings = pgs_tool_settings_new();
    fixture->history->settings = fixture->history->own_settings;
    fixture->history->revisions = g_ptr_array_new_with_free_func(revision_free);
    fixture->preservation = g_new0(PgsPreservation, 1);
    fixture->preservation->loads = g_ptr_array_new_with_free_func(load_free);
    fixture->preservation->rungs = g_ptr_array_new_with_free_func(rung_free);
    fixture->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_ptr_array_unref(fixture->findings);
    g_ptr_array_unref(fixture->preservation->loads);
    g_ptr_array_unref(fixture->preservation->rungs);
    g_free(fixture->preservation);
    g_ptr_array_unref(fixture->history->revisions);
    pgs_tool_settings_free(fixture->history->own_settings);
    g_free(fixture->history);
    pgs_system_free(fixture->system);
    g_free(fixture);
    return 0;
}

static PgsSampleLoad *
add_load(Fixture *fixture, gint revision)
{
    PgsSample *sample = pgs_sample_new(PGS_SAMPLE_SQL, "s/a.sql");
    g_strfreev(sample->requirements);
    sample->requirements = g_strsplit("R-1,R-2", ",", -1);
    sample->place = (PgsPlace){.file = "pgstair.yaml", .line = 5, .column = 9};
    PgsSampleLoad *load = g_new0(PgsSampleLoad, 1);
    load->sample = sample;
    load->revision = revision;
    g_ptr_array_add(fixture->preservation->loads, load);
    return load;
}

static GPtrArray *
no_losses(void)
{
    return g_ptr_array_new_with_free_func(loss_free);
}

static GPtrArray *
some_losses(void)
{
    GPtrArray *losses = no_losses();
    for (guint i = 0; i < 2; i++) {
        PgsLoss *loss = g_new0(PgsLoss, 1);
        loss->table = g_strdup("public.users");
        loss->column = i == 0 ? g_strdup("email") : NULL;
        loss->message = g_strdup(i == 0 ? "public.users.email: 1 of 2 rows has another value"
                                        : "public.users: 1 of 3 rows is gone");
        loss->example = i == 0 ? g_strdup("id='1': 'a' is 'b' now") : NULL;
        g_ptr_array_add(losses, loss);
    }
    return losses;
}

static PgsRowsRung *
add_rung(Fixture *fixture, gint revision, guint64 n_rows)
{
    PgsRowsRung *rung = g_new0(PgsRowsRung, 1);
    rung->revision = revision;
    rung->n_rows = n_rows;
    rung->up.lost = no_losses();
    rung->down.lost = no_losses();
    rung->again.lost = no_losses();
    g_ptr_array_add(fixture->preservation->rungs, rung);
    return rung;
}

static PgsFailure *
refusal(void)
{
    PgsFailure *failure = pgs_failure_new_printf("23514", "mend it", "check \"c\" is violated");
    failure->detail = g_strdup("Failing row contains (1).");
    return failure;
}

static PgsOutcome *
failed_outcome(void)
{
    PgsOutcome *outcome = g_new0(PgsOutcome, 1);
    outcome->failure = refusal();
    outcome->path = g_strdup("m/002.up.sql");
    outcome->line = 3;
    outcome->column = 4;
    outcome->statement = g_strdup("ALTER TABLE users");
    outcome->notices = g_ptr_array_new();
    return outcome;
}

static PgsSeedFailure *
seed_failure(void)
{
    PgsSeedFailure *failure = g_new0(PgsSeedFailure, 1);
    failure->path = g_strdup("s/a.sql");
    failure->line = 7;
    failure->column = 2;
    failure->message = g_strdup("check \"c\" is violated");
    failure->hint = g_strdup("mend it");
    failure->statement = g_strdup("INSERT");
    failure->failure = refusal();
    return failure;
}

static void
judge(Fixture *fixture)
{
    pgs_data_findings_add(fixture->preservation, fixture->system, fixture->history,
                          fixture->findings);
    /* Each id is in the table of checks, with the severity of a failure. */
    for (guint i = 0; i < fixture->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(fixture->findings, i);
        assert_non_null(pgs_check_find(finding->check));
        assert_string_equal(finding->system, "shop");
        if (finding->status == PGS_STATUS_SKIPPED)
            assert_non_null(finding->message);
    }
}

/* check, status and title, a line each. */
static void
assert_findings(const Fixture *fixture, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < fixture->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(fixture->findings, i);
        g_string_append_printf(text, "%s %s: %s%s%s\n", pgs_status_name(finding->status),
                               finding->check, finding->title, finding->message != NULL ? ": " : "",
                               finding->message != NULL ? finding->message : "");
    }
    if (strcmp(text->str, expected) != 0)
        fprintf(stderr, "%s---\n", text->str);
    assert_string_equal(text->str, expected);
}

static const PgsFinding *
finding_at(const Fixture *fixture, guint i)
{
    return g_ptr_array_index(fixture->findings, i);
}

static void
test_nothing(void **state)
{
    Fixture *fixture = *state;
    add_revision(fixture, "001_a", TRUE);
    judge(fixture);
    assert_findings(fixture, "");
}

static void
test_passed(void **state)
{
    Fixture *fixture = *state;
    add_revision(fixture, "001_a", TRUE);
    add_revision(fixture, "002_b", TRUE);
    add_load(fixture, -1)->again = no_losses();
    PgsSampleLoad *once = add_load(fixture, 0);
    ((PgsSample *)once->sample)->idempotent = FALSE;
    add_rung(fixture, 0, 0); /* no rows: nothing to say */
    PgsRowsRung *rung = add_rung(fixture, 1, 2);
    rung->down.duration = 5000;
    judge(fixture);
    assert_findings(fixture, "passed data.load: s/a.sql at base\n"
                             "passed data.idempotent: s/a.sql at base, twice\n"
                             "passed data.load: s/a.sql at 001_a\n"
                             "passed data.upgrade: 002_b keeps the rows\n"
                             "passed data.downgrade: down 002_b keeps the rows\n"
                             "passed data.again: up 002_b again keeps the rows\n");
    assert_null(finding_at(fixture, 0)->revision);
    assert_string_equal(finding_at(fixture, 2)->revision, "001_a");
    assert_string_equal(finding_at(fixture, 3)->revision, "002_b");
    assert_int_equal(finding_at(fixture, 4)->duration, 5000);
    for (guint i = 0; i < 2; i++) {
        const GPtrArray *requirements = finding_at(fixture, i)->requirements;
        assert_int_equal(requirements->len, 2);
        assert_string_equal(g_ptr_array_index(requirements, 1), "R-2");
    }
    assert_null(finding_at(fixture, 3)->requirements);
}

static void
test_loads_that_fail(void **state)
{
    Fixture *fixture = *state;
    add_revision(fixture, "001_a", TRUE);
    add_load(fixture, 0)->failure = seed_failure();
    add_load(fixture, 0)->again_failure = seed_failure();
    add_load(fixture, 0)->again = some_losses();
    add_load(fixture, 0)->unreached = g_strdup("not reached: the upgrade of 001_a fails");
    add_load(fixture, 0)->reason = g_strdup("too many rows");
    judge(fixture);
    assert_findings(
        fixture,
        "failed data.load: s/a.sql at 001_a: check \"c\" is violated (SQLSTATE 23514)\n"
        "skipped data.idempotent: s/a.sql at 001_a, twice: it does not load once\n"
        "passed data.load: s/a.sql at 001_a\n"
        "failed data.idempotent: s/a.sql at 001_a, twice: the second load fails: "
        "check \"c\" is violated (SQLSTATE 23514)\n"
        "passed data.load: s/a.sql at 001_a\n"
        "failed data.idempotent: s/a.sql at 001_a, twice: the second load changes rows: "
        "public.users.email: 1 of 2 rows has another value, and 1 more loss\n"
        "skipped data.load: s/a.sql at 001_a: not reached: the upgrade of 001_a fails\n"
        "skipped data.idempotent: s/a.sql at 001_a, twice: not reached: the upgrade of 001_a "
        "fails\n"
        "passed data.load: s/a.sql at 001_a\n"
        "skipped data.idempotent: s/a.sql at 001_a, twice: too many rows\n");
    const PgsFinding *load = finding_at(fixture, 0);
    assert_string_equal(load->file, "s/a.sql");
    assert_int_equal(load->line, 7);
    assert_int_equal(load->column, 2);
    assert_string_equal(load->sql, "INSERT");
    assert_string_equal(load->hint, "mend it");
    assert_string_equal(load->detail, "Failing row contains (1).");
    const PgsFinding *changed = finding_at(fixture, 5);
    assert_string_equal(changed->file, "pgstair.yaml");
    assert_int_equal(changed->line, 5);
    assert_non_null(changed->hint);
}

static void
test_losses(void **state)
{
    Fixture *fixture = *state;
    add_revision(fixture, "001_a", TRUE);
    PgsRowsRung *rung = add_rung(fixture, 0, 3);
    g_ptr_array_unref(rung->up.lost);
    rung->up.lost = some_losses();
    g_ptr_array_unref(rung->down.lost);
    rung->down.lost = some_losses();
    g_clear_pointer(&rung->again.lost, g_ptr_array_unref);
    rung->again.reason = g_strdup("too many rows");
    judge(fixture);
    assert_findings(fixture,
                    "failed data.upgrade: 001_a keeps the rows: public.users.email: 1 of 2 rows "
                    "has another value, and 1 more loss\n"
                    "failed data.downgrade: down 001_a keeps the rows: public.users.email: 1 of 2 "
                    "rows has another value, and 1 more loss\n"
                    "skipped data.again: up 001_a again keeps the rows: not compared: too many "
                    "rows\n");
    const PgsFinding *up = finding_at(fixture, 0);
    assert_string_equal(up->object, "column public.users.email");
    assert_string_equal(up->file, "m/001_a.up.sql");
    assert_string_equal(up->detail, "public.users.email: 1 of 2 rows has another value\n"
                                    "    id='1': 'a' is 'b' now\n"
                                    "public.users: 1 of 3 rows is gone");
    assert_non_null(up->hint);
    assert_string_equal(finding_at(fixture, 1)->file, "m/001_a.down.sql");
}

static void
test_steps_that_fail(void **state)
{
    Fixture *fixture = *state;
    add_revision(fixture, "001_a", TRUE);
    add_revision(fixture, "002_b", TRUE);
    PgsRowsRung *clean = add_rung(fixture, 0, 3);
    clean->up.state = PGS_PART_FAILED;
    clean->up.outcome = failed_outcome();
    clean->down.state = clean->again.state = PGS_PART_SKIPPED;
    clean->down.reason = g_strdup("the upgrade fails");
    clean->again.reason = g_strdup("the upgrade fails");
    PgsRowsRung *late = add_rung(fixture, 1, 3);
    late->up.state = PGS_PART_FAILED;
    late->up.outcome = failed_outcome();
    g_ptr_array_unref(late->up.lost);
    late->up.lost = some_losses();
    late->down.state = PGS_PART_MISSING;
    judge(fixture);
    assert_findings(fixture, "failed data.upgrade: 001_a keeps the rows: fails with rows in its "
                             "tables: check \"c\" is violated (SQLSTATE 23514)\n"
                             "skipped data.downgrade: down 001_a keeps the rows: the upgrade "
                             "fails\n"
                             "skipped data.again: up 001_a again keeps the rows: the upgrade "
                             "fails\n"
                             "failed data.upgrade: 002_b keeps the rows: fails with rows in its "
                             "tables: check \"c\" is violated (SQLSTATE 23514)\n"
                             "skipped data.downgrade: down 002_b keeps the rows: there is no "
                             "downgrade\n"
                             "passed data.again: up 002_b again keeps the rows\n");
    const PgsFinding *finding = finding_at(fixture, 0);
    assert_string_equal(finding->file, "m/002.up.sql");
    assert_int_equal(finding->line, 3);
    assert_int_equal(finding->column, 4);
    assert_string_equal(finding->sql, "ALTER TABLE users");
    assert_string_equal(finding->hint, "mend it");
    assert_string_equal(finding->detail, "Failing row contains (1).\nThe rows are as they were.");
    assert_string_equal(finding_at(fixture, 3)->detail,
                        "Failing row contains (1).\nThe rows are not as they were:\n"
                        "public.users.email: 1 of 2 rows has another value\n"
                        "    id='1': 'a' is 'b' now\npublic.users: 1 of 3 rows is gone");
}

/* One line for a folder that only goes forward, not one for each revision. */
static void
test_forward_only(void **state)
{
    Fixture *fixture = *state;
    add_revision(fixture, "001_a", FALSE);
    add_revision(fixture, "002_b", FALSE);
    add_rung(fixture, 0, 3);
    add_rung(fixture, 1, 3);
    judge(fixture);
    assert_findings(fixture, "passed data.upgrade: 001_a keeps the rows\n"
                             "passed data.upgrade: 002_b keeps the rows\n"
                             "skipped data.downgrade: downgrades with rows: no revision has a "
                             "downgrade: the folder only goes forward\n"
                             "skipped data.again: second upgrades with rows: no revision has a "
                             "downgrade: the folder only goes forward\n");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing), TEST(test_passed),          TEST(test_loads_that_fail),
        TEST(test_losses),  TEST(test_steps_that_fail), TEST(test_forward_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
