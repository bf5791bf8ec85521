/* The bundled systems as Alembic projects: each passes, and is the same system as its SQL form. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"

/* models: what is to become of the comparison with the models. */
static const struct {
    const char *system;
    PgsStatus models;
} systems[] = {
    {"canvas", PGS_STATUS_SKIPPED}, /* its env.py has no target_metadata */
    {"dashboards", PGS_STATUS_PASSED},
    {"workflow", PGS_STATUS_PASSED}, /* WF-17 */
};

static char *
sql_form(gsize i)
{
    return g_strconcat(PGS_SOURCE_DIR "/migrations/", systems[i].system, NULL);
}

static char *
alembic_form(gsize i)
{
    return g_strconcat(PGS_SOURCE_DIR "/migrations/", systems[i].system, "_alembic", NULL);
}

/* The schema of a form at a revision, as text. */
static char *
take_snapshot(const char *folder, const char *revision)
{
    char *output = NULL;
    int status = RUN_PROGRAM(&output, "snapshot", folder, "--at", revision, "--quiet");
    if (status != 0)
        fail_msg("%s at %s: exit %d\n%s", folder, revision, status, output);
    return output;
}

static void
assert_same(gsize i, const char *revision)
{
    g_autofree char *sql = sql_form(i);
    g_autofree char *alembic = alembic_form(i);
    g_autofree char *one = take_snapshot(sql, revision);
    g_autofree char *other = take_snapshot(alembic, revision);
    assert_non_null(strstr(one, "table public."));
    assert_string_equal(one, other);
}

static void
test_both_forms_of_a_system_are_the_same_at_each_revision(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(systems); i++) {
        assert_same(i, "001");
        assert_same(i, "head");
    }
}

static PgsRecord *
verify(gsize i)
{
    g_autofree char *scratch = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(scratch, "record.xml", NULL);
    g_autofree char *folder = alembic_form(i);
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    int status = RUN_PROGRAM(&output, "verify", folder, "--skip", "plan", "--record", path);
    PgsRecord *record = pgs_record_read(path, &error);
    pgs_fs_remove_tree(scratch, NULL);
    if (status != 0 || record == NULL)
        fail_msg("%s: exit %d\n%s", folder, status, output);
    return record;
}

/* The findings of a check, all of which have the status. */
static guint
count_findings(const PgsRecord *record, const char *check, PgsStatus status)
{
    guint n = 0;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (strcmp(finding->check, check) != 0)
            continue;
        if (finding->status != status)
            fail_msg("%s: %s", check, finding->message);
        n++;
    }
    return n;
}

static void
test_the_alembic_forms_pass_and_their_models_add_nothing(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(systems); i++) {
        g_autoptr(PgsRecord) record = verify(i);
        assert_int_equal(count_findings(record, "cycle.down", PGS_STATUS_PASSED), 1);
        assert_int_equal(count_findings(record, "stairway.again", PGS_STATUS_PASSED), 2);
        assert_int_equal(count_findings(record, "drift.autogenerate", systems[i].models), 1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_forms_of_a_system_are_the_same_at_each_revision),
        cmocka_unit_test(test_the_alembic_forms_pass_and_their_models_add_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
