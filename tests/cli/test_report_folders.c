/* Covers harness/cli/report_folder.c on the bundled folders: what was verified and was not touched
 * since is what is there now, whatever tool it is of and however its format was found. */
#include "project/project.h"
#include "project_fixture.h"

/* Nothing is verified without a server; what is in the record of the folder is the same. */
static char *
check_folder(const char *folder, const char *format, const char *temporary)
{
    g_autofree char *record = g_build_filename(temporary, "run.xml", NULL);
    g_autofree char *report = g_build_filename(temporary, "run.html", NULL);
    g_autofree char *option = g_strconcat("--format=", format, NULL);
    char *output = NULL;
    RUN_PROGRAM(NULL, "verify", folder, "--only", "folder", "--record", record, "--compliance",
                report, format != NULL ? option : NULL);
    RUN_PROGRAM(&output, "report", "--check", report, record);
    return output;
}

static void
assert_confirmed(const char *folder, const char *format, const char *temporary)
{
    g_autofree char *output = check_folder(folder, format, temporary);
    if (strstr(output, "are the ones that were verified") == NULL || strstr(output, "✗") != NULL)
        fail_msg("%s (%s): %s", folder, format != NULL ? format : "found", output);
}

static void
test_untouched_folders_are_confirmed(void **state)
{
    static const struct {
        const char *folder, *format;
    } rows[] = {
        {"boardroom", NULL},
        {"canvas", NULL},
        {"canvas", "golang-migrate"},
        {"dashboards", NULL},
        {"workflow", NULL},
        {"boardroom", "plain"},
        {"sound/commands_mini", NULL},
        {"sound/sqitch_mini", NULL},
        {"sound/flyway_mini", NULL},
        {"sound/alembic_mini", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *folder =
            g_build_filename(PGS_SOURCE_DIR, "migrations", rows[i].folder, NULL);
        if (g_file_test(folder, G_FILE_TEST_IS_DIR))
            assert_confirmed(folder, rows[i].format, *state);
        else
            print_message("there is no %s\n", folder);
    }
}

static int
setup(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_untouched_folders_are_confirmed),
    };
    return cmocka_run_group_tests(tests, setup, remove_project);
}
