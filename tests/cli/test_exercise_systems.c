/* The bundled systems: every rule is exercised, and the edges that their specifications name are
 * among what was tried. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"

#include <string.h>

/* A line of the evidence of a rule: what it begins with, and how it ended; * is anything. */
static const struct {
    const char *system, *object, *line;
} wanted[] = {
    {"canvas", "check constraint public.theses.ck_thesis_order_range", "order = 0: refused: 23514"},
    {"canvas", "check constraint public.theses.ck_thesis_order_range", "order = 1: accepted"},
    {"canvas", "check constraint public.theses.ck_thesis_order_range", "order = 5: accepted"},
    {"canvas", "check constraint public.theses.ck_thesis_order_range", "order = 6: refused: 23514"},
    {"canvas", "check constraint public.attachments.ck_attachment_size_range",
     "size_bytes = 0: refused: 23514"},
    {"canvas", "check constraint public.attachments.ck_attachment_size_range",
     "size_bytes = 1: accepted"},
    {"canvas", "check constraint public.attachments.ck_attachment_size_range",
     "size_bytes = 10485760: accepted"},
    {"canvas", "check constraint public.attachments.ck_attachment_size_range",
     "size_bytes = 10485761: refused: 23514"},
    /* Blank is what TRIM leaves nothing of: spaces only. */
    {"canvas", "check constraint public.vbus.ck_vbus_name_not_empty", "name = '': refused: 23514"},
    {"canvas", "check constraint public.vbus.ck_vbus_name_not_empty", "name = ' ': refused: 23514"},
    {"canvas", "check constraint public.vbus.ck_vbus_name_not_empty", "name = E'\\t': accepted"},
    {"canvas", "check constraint public.canvases.ck_canvas_product_name",
     "product_name = ' ': refused: 23514"},
    {"canvas", "check constraint public.theses.ck_thesis_text_not_empty",
     "text = ' ': refused: 23514"},
    {"canvas", "check constraint public.attachments.ck_attachment_label",
     "label = ' ': refused: 23514"},
    {"canvas", "check constraint public.attachments.ck_attachment_content_type",
     "content_type = 'application/pdf': accepted"},
    /* No parent. */
    {"canvas", "check constraint public.attachments.ck_attachment_single_parent",
     "monthly_review_id = NULL: refused: 23514"},
    /* Both parents, and one. */
    {"canvas", "check constraint public.attachments.ck_attachment_single_parent",
     "proof_point_id = '*', monthly_review_id = '*': refused: 23514"},
    {"canvas", "check constraint public.attachments.ck_attachment_single_parent",
     "proof_point_id = '*', monthly_review_id = NULL: accepted"},
    /* A type without an id, an id without a type. */
    {"canvas", "check constraint public.canvases.ck_currently_testing_consistency",
     "currently_testing_id = NULL: refused: 23514"},
    {"canvas", "check constraint public.canvases.ck_currently_testing_consistency",
     "currently_testing_type = NULL: refused: 23514"},
    {"canvas", "foreign key public.canvases.fk_canvases_vbu_id",
     "DELETE of a parent row: its 1 row in public.canvases is gone"},
    {"canvas", "foreign key public.vbus.fk_vbus_gm_id", "DELETE of a parent row: refused: 23"},
    {"canvas", "foreign key public.vbus.fk_vbus_updated_by",
     "DELETE of a parent row: its 1 row in public.vbus has updated_by = NULL"},
    {"boardroom", "check constraint public.users.ck_users_email", "email = '': refused: 23514"},
    {"boardroom", "check constraint public.users.ck_users_email",
     "email = 'a@a.a': refused: 23514"},
    {"boardroom", "check constraint public.threads.ck_threads_priority",
     "priority = 0: refused: 23514"},
    {"boardroom", "check constraint public.threads.ck_threads_priority", "priority = 1: accepted"},
    {"boardroom", "check constraint public.threads.ck_threads_priority", "priority = 5: accepted"},
    {"boardroom", "check constraint public.threads.ck_threads_priority",
     "priority = 6: refused: 23514"},
    {"boardroom", "check constraint public.sessions.ck_sessions_status",
     "status = 'cancelled': accepted"},
    {"workflow", "check constraint public.run_step_logs.ck_run_step_logs_attempt",
     "attempt = 0: refused: 23514"},
    {"workflow", "check constraint public.run_step_logs.ck_run_step_logs_attempt",
     "attempt = 1: accepted"},
    {"workflow", "check constraint public.workflow_steps.ck_workflow_steps_position",
     "position = -1: refused: 23514"},
    {"workflow", "check constraint public.workflow_steps.ck_workflow_steps_position",
     "position = 0: accepted"},
};

static PgsRecord *
exercise(const char *system)
{
    g_autofree char *scratch = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(scratch, "record.xml", NULL);
    g_autofree char *folder = g_build_filename(PGS_SOURCE_DIR, "migrations", system, NULL);
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    int status = RUN_PROGRAM(&output, "verify", folder, "--only", "exercise", "--record", path);
    PgsRecord *record = pgs_record_read(path, &error);
    pgs_fs_remove_tree(scratch, NULL);
    if (status != 0 || record == NULL)
        fail_msg("%s: exit %d\n%s", system, status, output);
    return record;
}

/* Nothing is left out; whatever is not a rule's is no accusation either. */
static guint
count_exercised(const PgsRecord *record)
{
    guint n = 0;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (finding->status != PGS_STATUS_PASSED && finding->status != PGS_STATUS_INFO)
            fail_msg("%s: %s: %s", finding->check, finding->title, finding->message);
        n += finding->status == PGS_STATUS_PASSED && finding->object != NULL;
    }
    return n;
}

static gboolean
has_line(const PgsFinding *finding, const char *beginning)
{
    g_autofree char *pattern = g_strconcat(beginning, "*", NULL);
    g_auto(GStrv) lines = g_strsplit(finding->detail != NULL ? finding->detail : "", "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (g_pattern_match_simple(pattern, *line))
            return TRUE;
    }
    return FALSE;
}

static gboolean
was_tried(const PgsRecord *record, const char *object, const char *line)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (g_strcmp0(finding->object, object) == 0 && has_line(finding, line))
            return TRUE;
    }
    return FALSE;
}

static void
check_system(const char *system, guint n_rules)
{
    g_autoptr(PgsRecord) record = exercise(system);
    guint n = count_exercised(record);
    if (n < n_rules)
        fail_msg("%s: %u rules exercised, not %u", system, n, n_rules);
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (strcmp(wanted[i].system, system) == 0 &&
            !was_tried(record, wanted[i].object, wanted[i].line))
            fail_msg("%s: %s: nothing says \"%s\"", system, wanted[i].object, wanted[i].line);
    }
}

static void
test_canvas(void **state)
{
    (void)state;
    check_system("canvas", 73);
}

static void
test_dashboards(void **state)
{
    (void)state;
    check_system("dashboards", 35);
}

static void
test_workflow(void **state)
{
    (void)state;
    check_system("workflow", 67);
}

static void
test_boardroom(void **state)
{
    (void)state;
    check_system("boardroom", 52);
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
    return cmocka_run_group_tests(tests, NULL, NULL);
}
