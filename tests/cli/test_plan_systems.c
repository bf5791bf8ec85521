/* The bundled systems' plans (ci/plan-seeds is the long form): on other rows the same verdicts, and
 * what their specifications ask for. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"

/* The indexes that requirements name, by what stands in each system's pgstair.yaml. */
static const struct {
    const char *system, *requirement, *object;
} wanted[] = {
    {"dashboards", "DASH-07", "index public.ix_dashboards_entity_key"},
    {"dashboards", "DASH-07", "index public.ix_dashboards_label"},
    {"dashboards", "DASH-07", "index public.ix_resources_entity_key"},
    {"dashboards", "DASH-07", "index public.ix_resources_label"},
    {"dashboards", "DASH-07", "index public.ix_resources_category_key"},
    {"workflow", "WF-10", "index public.ix_workflows_owner_id"},
    {"workflow", "WF-10", "index public.ix_workflow_runs_workflow_id"},
    {"workflow", "WF-10", "index public.ix_workflow_runs_status"},
    {"workflow", "WF-10", "index public.ix_run_step_logs_run_id"},
    {"workflow", "WF-10", "index public.ix_outbox_unpublished"},
    {"boardroom", "BOARD-08", "index public.uq_users_email"},
    {"boardroom", "BOARD-08", "index public.ix_boardrooms_owner_id"},
    {"boardroom", "BOARD-08", "index public.ix_sessions_boardroom_id"},
    {"boardroom", "BOARD-08", "index public.ix_sessions_user_id"},
    {"boardroom", "BOARD-08", "index public.ix_sessions_status"},
    {"boardroom", "BOARD-08", "index public.ix_threads_session_id"},
    {"boardroom", "BOARD-08", "index public.ix_threads_user_id"},
    {"boardroom", "BOARD-08", "index public.ix_threads_status"},
    {"canvas", "CANVAS-08", "index public.ix_vbus_gm_id"},
    {"canvas", "CANVAS-08", "index public.uq_canvases_vbu_id"},
    {"canvas", "CANVAS-08", "index public.ix_canvases_lifecycle_lane"},
    {"canvas", "CANVAS-08", "index public.ix_theses_canvas_id"},
    {"canvas", "CANVAS-08", "index public.ix_proof_points_thesis_id"},
    {"canvas", "CANVAS-08", "index public.ix_proof_points_status"},
    {"canvas", "CANVAS-08", "index public.ix_attachments_proof_point_id"},
    {"canvas", "CANVAS-08", "index public.ix_attachments_uploaded_by"},
    {"canvas", "CANVAS-08", "index public.uq_attachments_storage_path"},
};

static const char *const seeds[] = {"1", "987654321"};

/* Of each system in turn; the caller's. */
static PgsRecord *
plan(const char *seed)
{
    g_autofree char *scratch = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(scratch, "record.xml", NULL);
    g_autofree char *folder = g_build_filename(PGS_SOURCE_DIR, "migrations", NULL);
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    int status =
        RUN_PROGRAM(&output, "verify", folder, "--only", "plan", "--seed", seed, "--record", path);
    PgsRecord *record = pgs_record_read(path, &error);
    pgs_fs_remove_tree(scratch, NULL);
    if (status != 0 || record == NULL)
        fail_msg("seed %s: exit %d\n%s", seed, status, output);
    return record;
}

/* What is to be the same: no value, no cost. */
static char *
verdicts(const PgsRecord *record)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        g_auto(GStrv) lines = g_strsplit(finding->detail != NULL ? finding->detail : "", "\n", -1);
        g_string_append_printf(text, "%s %s %s %s\n", finding->system, finding->check,
                               finding->title, pgs_status_name(finding->status));
        for (char **line = lines; *line != NULL; line++) {
            if (g_str_has_prefix(*line, "verdict: "))
                g_string_append_printf(text, "  %s\n", *line);
        }
    }
    return g_string_free(text, FALSE);
}

static gboolean
serves(const PgsFinding *finding, const char *requirement)
{
    for (guint i = 0; finding->requirements != NULL && i < finding->requirements->len; i++) {
        if (strcmp(finding->requirements->pdata[i], requirement) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_served(const PgsRecord *record, guint i)
{
    for (guint n = 0; n < record->findings->len; n++) {
        const PgsFinding *finding = record->findings->pdata[n];
        if (strcmp(finding->check, "plan.query") == 0 && finding->status == PGS_STATUS_PASSED &&
            g_strcmp0(finding->system, wanted[i].system) == 0 &&
            g_strcmp0(finding->object, wanted[i].object) == 0 &&
            serves(finding, wanted[i].requirement))
            return TRUE;
    }
    return FALSE;
}

static void
check_all_passed(const PgsRecord *record)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->status != PGS_STATUS_PASSED && finding->status != PGS_STATUS_INFO)
            fail_msg("%s: %s: %s: %s", finding->system, finding->check, finding->title,
                     finding->message);
    }
}

static void
test_seeds(void **state)
{
    (void)state;
    g_autofree char *first = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(seeds); i++) {
        g_autoptr(PgsRecord) record = plan(seeds[i]);
        g_autofree char *found = verdicts(record);
        check_all_passed(record);
        for (guint n = 0; n < G_N_ELEMENTS(wanted); n++) {
            if (!is_served(record, n))
                fail_msg("%s: nothing shows that %s is chosen for %s", wanted[n].system,
                         wanted[n].object, wanted[n].requirement);
        }
        if (first == NULL)
            first = g_steal_pointer(&found);
        else if (strcmp(first, found) != 0)
            fail_msg("seed %s:\n%s\nseed %s:\n%s", seeds[0], first, seeds[i], found);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
