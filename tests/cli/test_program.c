/* Covers harness/cli/program.c, cmd_*.c and source.c: the program as its users run it. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "run_program.h"

#include <glib/gstdio.h>

#define CANVAS PGS_SOURCE_DIR "/migrations/canvas"

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
    gboolean ok = pgs_fs_remove_tree(*state, NULL);
    g_free(*state);
    return ok ? 0 : -1;
}

static void
test_usage_errors_exit_with_2(void **state)
{
    (void)state;
    static const struct {
        const char *arguments[5];
        const char *says;
    } cases[] = {
        {{NULL}, "Usage: pgstair"},
        {{"verfy"}, "did you mean \"verify\"?"},
        {{"verify"}, "name a folder of migrations"},
        {{"verify", CANVAS, "--florr"}, "did you mean --floor?"},
        {{"verify", "no/such/folder"}, "no/such/folder"},
        {{"verify", CANVAS, "--format", "golang-migrat"}, "golang-migrate"},
        {{"verify", CANVAS, "--only", "stairwy"}, "did you mean \"stairway\"?"},
        {{"verify", CANVAS, "--tolerate", "everything"}, "column-order"},
        {{"verify", CANVAS, "--floor", "999"}, "999"},
        {{"verify", CANVAS, "--server", "mysql"}, "mysql"},
        {{"diff", "one"}, "usage: pgstair diff A B"},
        {{"snapshot", "/nonexistent"}, "/nonexistent"},
        {{"explain", "nothing.at.all"}, "there is no check"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *output = NULL;
        int status = run_program(&output, cases[i].arguments);
        if (status != 2 || strstr(output, cases[i].says) == NULL)
            fprintf(stderr, "case %zu: exit %d\n%s\n", i, status, output);
        assert_int_equal(status, 2);
        assert_non_null(strstr(output, cases[i].says));
    }
}

/* Exit code 0 says that something was verified; what kept a check from running is no pass. */
static void
test_no_verdict_from_nothing(void **state)
{
    (void)state;
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "verify", CANVAS, "--skip",
                                 "cycle,stairway,folder,redundancy,expect,data,exercise,plan"),
                     2);
    assert_non_null(strstr(output, "NOTHING VERIFIED"));
    assert_int_equal(RUN_PROGRAM(NULL, "verify", CANVAS, "--only", "folder"), 2);
    const char *failing = PGS_SOURCE_DIR "/migrations/faulty/failing_down";
    assert_int_equal(RUN_PROGRAM(NULL, "verify", failing, "--only", "cycle.again"), 1);
    assert_int_equal(RUN_PROGRAM(NULL, "verify", failing, "--only", "stairway.up"), 0);
}

/* A report of an earlier run must not pass for this one's. */
static void
test_an_old_report_does_not_survive(void **state)
{
    const char *folder = *state;
    g_autofree char *path = g_build_filename(folder, "junit.xml", NULL);
    g_autofree char *missing = g_build_filename(folder, "missing", NULL);
    assert_true(g_file_set_contents(path, "old", -1, NULL));
    assert_int_equal(RUN_PROGRAM(NULL, "verify", missing, "--junit", path), 2);
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    assert_int_equal(RUN_PROGRAM(NULL, "verify", CANVAS, "--junit="), 2);
    /* Nor may a report take the place of what is to be read. */
    g_autofree char *project = g_build_filename(folder, "pgstair.yaml", NULL);
    assert_true(g_file_set_contents(project, "systems: {a: {migrations: nowhere}}\n", -1, NULL));
    assert_int_equal(RUN_PROGRAM(NULL, "verify", folder, "--record", project), 2);
    assert_int_equal(RUN_PROGRAM(NULL, "verify", "--config", project, "--junit", project), 2);
    assert_true(g_file_test(project, G_FILE_TEST_EXISTS));
    g_remove(project);
}

static void
test_help_and_version(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"--help"},          {"--version"},        {"help"},
        {"help", "verify"},  {"verify", "--help"}, {"explain"},
        {"doctor"},          {"explain", "cycle"}, {"help", "tolerances"},
        {"help", "formats"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *output = NULL;
        assert_int_equal(run_program(&output, cases[i]), 0);
        assert_true(strlen(output) > 5);
    }
}

static void
test_no_server_exits_with_3(void **state)
{
    (void)state;
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "verify", CANVAS, "--server", "local:99"), 3);
    assert_non_null(strstr(output, "99"));
    assert_non_null(strstr(output, "HINT: "));
}

static void
test_canvas_is_verified(void **state)
{
    const char *folder = *state;
    g_autofree char *record_path = g_build_filename(folder, "record.xml", NULL);
    g_autofree char *junit_path = g_build_filename(folder, "junit.xml", NULL);
    g_autofree char *output = NULL;
    int status =
        RUN_PROGRAM(&output, "verify", CANVAS, "--record", record_path, "--junit", junit_path);
    if (status != 0)
        fprintf(stderr, "%s\n", output);
    assert_int_equal(status, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRecord) record = pgs_record_read(record_path, &error);
    assert_null(error);
    static const struct {
        const char *check;
        guint passed;
    } expected[] = {{"cycle.up", 1},    {"cycle.down", 1},    {"cycle.again", 1},
                    {"stairway.up", 2}, {"stairway.down", 2}, {"stairway.again", 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        guint n = 0;
        for (guint j = 0; j < record->findings->len; j++) {
            const PgsFinding *finding = g_ptr_array_index(record->findings, j);
            n += strcmp(finding->check, expected[i].check) == 0 &&
                 finding->status == PGS_STATUS_PASSED;
        }
        assert_int_equal(n, expected[i].passed);
    }
    g_autoptr(xmlDoc) junit = xmlReadFile(junit_path, NULL, XML_PARSE_NONET);
    assert_non_null(junit);
    assert_string_equal((const char *)xmlDocGetRootElement(junit)->name, "testsuites");
}

static void
test_snapshot_and_diff(void **state)
{
    const char *folder = *state;
    g_autofree char *head = g_build_filename(folder, "head.snapshot", NULL);
    g_autofree char *first = g_build_filename(folder, "001.snapshot", NULL);
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(NULL, "snapshot", CANVAS, "-o", head), 0);
    assert_int_equal(RUN_PROGRAM(NULL, "snapshot", CANVAS, "-o", first, "--at", "1"), 0);
    assert_int_equal(RUN_PROGRAM(NULL, "diff", head, CANVAS), 0);
    assert_int_equal(RUN_PROGRAM(&output, "diff", first, head), 1);
    assert_non_null(strstr(output, "table public.canvases"));
    g_autofree char *again = NULL;
    g_autofree char *text = NULL;
    assert_int_equal(RUN_PROGRAM(&again, "snapshot", head), 0);
    assert_true(g_file_get_contents(head, &text, NULL, NULL));
    assert_string_equal(again, text);
}

static void
test_a_broken_snapshot_file_names_its_line(void **state)
{
    const char *folder = *state;
    g_autofree char *path = g_build_filename(folder, "broken.snapshot", NULL);
    assert_true(g_file_set_contents(path, "# pgstair snapshot 1\nnonsense\n", -1, NULL));
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "snapshot", path), 2);
    assert_non_null(strstr(output, "line 2"));
}

static void
test_the_shell_opens_where_it_is_asked_to(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = pgs_process_new("/bin/sh");
    pgs_process_add_many(process, "-c",
                         "echo 'SELECT count(*) FROM pg_class WHERE relname IN "
                         "($$users$$, $$canvases$$)' | \"$0\" shell \"$1\" --at 001",
                         PGS_PROGRAM, CANVAS, NULL);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(result.output, "1 row"));
    assert_null(strstr(result.output, " 2\n"));
    assert_non_null(strstr(result.errors, "001_users_table"));
}

/* The lines that --keep prints are followed to the letter. */
static void
test_a_kept_shell_keeps_its_database(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = pgs_process_new("/bin/sh");
    pgs_process_add_many(process, "-c",
                         "said=$(\"$0\" shell \"$1\" --at 001 --keep) || exit\n"
                         "look=$(echo \"$said\" | sed -n 's/^ *to look at it: *//p')\n"
                         "end=$(echo \"$said\" | sed -n 's/^ *to end it and remove all: *//p')\n"
                         "eval \"$look -Atc 'SELECT count(*) FROM users'\"; status=$?\n"
                         "eval \"$end\" && exit $status",
                         PGS_PROGRAM, CANVAS, NULL);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    if (result.exit_status != 0)
        fprintf(stderr, "%s%s\n", result.output, result.errors);
    assert_int_equal(result.exit_status, 0);
    assert_string_equal(result.output, "0\n");
}

/* One revision in a folder of its own. */
static char *
write_folder(const char *parent, const char *name, const char *up, const char *down)
{
    char *folder = g_build_filename(parent, name, NULL);
    g_autofree char *up_path = g_build_filename(folder, "001_a.up.sql", NULL);
    g_autofree char *down_path = g_build_filename(folder, "001_a.down.sql", NULL);
    assert_int_equal(g_mkdir(folder, 0755), 0);
    assert_true(g_file_set_contents(up_path, up, -1, NULL));
    assert_true(g_file_set_contents(down_path, down, -1, NULL));
    return folder;
}

#define KILL_BACKEND "COPY (SELECT 1) TO PROGRAM 'kill -9 $PPID';"
#define END_OTHERS                                                                                 \
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid();"

/* What a migration does to the server is told as that migration's, and does not reach another lane.
 */
static void
test_migrations_that_reach_beyond_their_database(void **state)
{
    static const struct {
        const char *name, *up, *down;
        int exit;
        const char *says;
    } cases[] = {
        {"crash_up", "SELECT 1;\n" KILL_BACKEND, "SELECT 1;", 1, "001_a.up.sql:2:1"},
        {"crash_down", "CREATE TABLE a (id int);", KILL_BACKEND, 1, "001_a.down.sql:1:1"},
        {"end_others", "CREATE TABLE a (id int);" END_OTHERS, "DROP TABLE a;", 0, "VERIFIED"},
        {"slot", "SELECT pg_create_physical_replication_slot('s');",
         "SELECT pg_drop_replication_slot('s');", 0, "VERIFIED"},
        {"role_in_down", "CREATE TABLE a (id int);",
         "DROP TABLE a; DO $$BEGIN EXECUTE 'CREATE R' || 'OLE pgstair_late'; END$$;", 1,
         "role pgstair_late is left behind"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = write_folder(*state, cases[i].name, cases[i].up, cases[i].down);
        g_autofree char *output = NULL;
        int status = RUN_PROGRAM(&output, "verify", folder);
        if (status != cases[i].exit || strstr(output, cases[i].says) == NULL)
            fprintf(stderr, "%s: exit %d\n%s\n", cases[i].name, status, output);
        assert_int_equal(status, cases[i].exit);
        assert_non_null(strstr(output, cases[i].says));
    }
}

/* CANVAS-09: through defaults alone, and twice gives the same rows. */
static void
test_the_sample_data_loads(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = pgs_process_new("/bin/sh");
    pgs_process_add_many(process, "-c",
                         "{ echo '\\set ON_ERROR_STOP on'; cat \"$2\" \"$2\";"
                         " echo 'SELECT count(*), (SELECT count(*) FROM theses) FROM users;'; }"
                         " | \"$0\" shell \"$1\"",
                         PGS_PROGRAM, CANVAS, PGS_SOURCE_DIR "/seeds/canvas/sample.sql", NULL);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    if (result.exit_status != 0)
        fprintf(stderr, "%s%s\n", result.output, result.errors);
    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(result.output, "3 |"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usage_errors_exit_with_2),
        cmocka_unit_test(test_no_verdict_from_nothing),
        cmocka_unit_test_setup_teardown(test_an_old_report_does_not_survive, make_folder,
                                        remove_folder),
        cmocka_unit_test(test_help_and_version),
        cmocka_unit_test(test_no_server_exits_with_3),
        cmocka_unit_test_setup_teardown(test_canvas_is_verified, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_snapshot_and_diff, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_a_broken_snapshot_file_names_its_line, make_folder,
                                        remove_folder),
        cmocka_unit_test(test_the_shell_opens_where_it_is_asked_to),
        cmocka_unit_test(test_a_kept_shell_keeps_its_database),
        cmocka_unit_test(test_the_sample_data_loads),
        cmocka_unit_test_setup_teardown(test_migrations_that_reach_beyond_their_database,
                                        make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
