/* Covers harness/cli/server_list.c and harness/server/leftover.c, run_folders.c: what is listed,
 * and what a sweep removes. */
#include "server/foreign.h"

#include "base/fs.h"
#include "run_program.h"
#include "server/liveness.h"
#include "server/run_databases.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define DEAD_TOKEN "00000000000000c1"
#define LIVE_TOKEN "00000000000000c2"
#define KEPT_TOKEN "00000000000000c3"
#define FAR_TOKEN "00000000000000c4"
#define DEAD "pgstair_a_" DEAD_TOKEN "_1"
#define DEAD_TWO "pgstair_a_" DEAD_TOKEN "_2"
#define LIVE "pgstair_b_" LIVE_TOKEN "_1"
#define KEPT "pgstair_c_" KEPT_TOKEN "_1"
#define FAR "pgstair_d_" FAR_TOKEN "_1"
#define THEIRS "pgstair_e_00000000000000c5_1"
#define BARRED "pgstair_f_00000000000000c6_1"

static char *
spec_of(const Foreign *foreign)
{
    return g_strdup_printf("url:%s user=maker", pgs_server_conninfo(foreign->server));
}

static void
leave(const Foreign *foreign, const char *name, const char *role, const char *owner)
{
    g_auto(GStrv) parts = g_strsplit(name, "_", -1);
    g_autofree char *rest = g_strdup_printf("OWNER %s", role);
    assert_true(foreign_run_on(foreign->boss, "CREATE DATABASE", name, rest));
    assert_true(pgs_run_databases_mark(foreign->boss, parts[2], owner, name, NULL));
}

static void
leave_all(const Foreign *foreign)
{
    g_autofree char *own = pgs_liveness_describe((int)getpid());
    g_autofree char *dead = g_strdup_printf("pid=2147483646 start=1%s", strstr(own, " boot="));
    leave(foreign, DEAD, "maker", dead);
    leave(foreign, DEAD_TWO, "maker", dead);
    leave(foreign, LIVE, "maker", own);
    leave(foreign, KEPT, "maker", dead);
    leave(foreign, FAR, "maker", "pid=1 start=1 boot=another ns=pid:[1]");
    leave(foreign, BARRED, "other", dead);
    assert_true(foreign_run(foreign->boss, "CREATE DATABASE " THEIRS " OWNER maker"));
    assert_true(pgs_run_databases_mark_kept(foreign->boss, KEPT_TOKEN, KEPT, NULL));
}

static void
drop_all(const Foreign *foreign)
{
    static const char *const names[] = {DEAD, DEAD_TWO, LIVE, KEPT, FAR, BARRED, THEIRS};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        assert_true(foreign_run_on(foreign->boss, "DROP DATABASE IF EXISTS", names[i], ""));
}

/* The line that begins with the name, and the one below: its details. */
static void
assert_listed(const char *output, const char *name, const char *details)
{
    const char *line = strstr(output, name);
    const char *below = line != NULL ? strchr(line, '\n') : NULL;
    const char *end = below != NULL ? strchr(below + 1, '\n') : NULL;
    g_autofree char *text =
        end != NULL ? g_strndup(line, (gsize)(end - line)) : g_strdup("(not there)");
    if (strstr(text, details) == NULL)
        fail_msg("%s: \"%s\" is not in: %s\n%s", name, details, text, output);
}

static void
assert_fits(const char *output)
{
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (g_utf8_strlen(*line, -1) > 80)
            fail_msg("%s", *line);
    }
}

static void
test_list_databases(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *spec = spec_of(foreign);
    g_autofree char *output = NULL;
    leave_all(foreign);
    assert_int_equal(RUN_PROGRAM(&output, "server", "list", "--server", spec), 0);
    assert_listed(output, DEAD, "left behind");
    assert_listed(output, DEAD, "process 2147483646 on ");
    assert_listed(output, LIVE, "live ");
    assert_listed(output, KEPT, "kept ");
    assert_listed(output, FAR, "not known");
    assert_listed(output, THEIRS, "not marked");
    assert_listed(output, BARRED, "left behind");
    assert_non_null(strstr(output, "(belongs to the role other)"));
    g_autofree char *table = g_strdup(strchr(output, '\n')); /* the title has a socket's path */
    assert_fits(table);
    drop_all(foreign);
}

static void
test_sweep_databases(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *spec = spec_of(foreign);
    g_autofree char *output = NULL;
    leave_all(foreign);
    assert_int_equal(RUN_PROGRAM(&output, "server", "sweep", "--server", spec), 0);
    assert_non_null(strstr(output, "removed  " DEAD "\n"));
    assert_non_null(strstr(output, "removed  " DEAD_TWO "\n"));
    assert_non_null(strstr(output, "stays    " KEPT " (kept"));
    assert_non_null(strstr(output, "stays    " FAR " (whether its run lives"));
    assert_non_null(strstr(output, "stays    " BARRED " (belongs to the role other)"));
    assert_null(strstr(output, LIVE));
    assert_null(strstr(output, THEIRS));
    assert_false(foreign_has_database(foreign, DEAD));
    assert_false(foreign_has_database(foreign, DEAD_TWO));
    static const char *const stay[] = {LIVE, KEPT, FAR, BARRED, THEIRS};
    for (gsize i = 0; i < G_N_ELEMENTS(stay); i++)
        assert_true(foreign_has_database(foreign, stay[i]));
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "server", "sweep", "--kept", "--server", spec), 0);
    assert_non_null(strstr(output, "removed  " KEPT "\n"));
    assert_false(foreign_has_database(foreign, KEPT));
    g_clear_pointer(&output, g_free);
    assert_int_equal(RUN_PROGRAM(&output, "server", "sweep", "--quiet", "--server", spec), 0);
    assert_string_equal(output, "");
    drop_all(foreign);
}

static void
test_sweep_by_name(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *spec = spec_of(foreign);
    leave_all(foreign);
    const struct {
        const char *name;
        int status;
        const char *part;
    } cases[] = {
        {KEPT, 0, "removed  " KEPT},
        {FAR, 0, "removed  " FAR},
        {DEAD_TOKEN, 0, "removed  " DEAD_TWO},
        {LIVE, 3, "its run lives"},
        {THEIRS, 3, "has not pgstair's mark"},
        {BARRED, 3, BARRED " stays: "},
        {"postgres", 3, "nothing of pgstair's"},
        {"no_such", 3, "nothing of pgstair's"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *output = NULL;
        int status = RUN_PROGRAM(&output, "server", "sweep", "--server", spec, cases[i].name);
        if (status != cases[i].status || strstr(output, cases[i].part) == NULL)
            fail_msg("%s: %d, %s", cases[i].name, status, output);
    }
    static const char *const stay[] = {LIVE, BARRED, THEIRS, "postgres"};
    for (gsize i = 0; i < G_N_ELEMENTS(stay); i++)
        assert_true(foreign_has_database(foreign, stay[i]));
    assert_false(foreign_has_database(foreign, KEPT));
    drop_all(foreign);
}

static void
test_usage(void **state)
{
    (void)state;
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "server", "list", "name"), 2);
    assert_int_equal(RUN_PROGRAM(NULL, "server", "list", "--server", "no_such:1"), 2);
    assert_int_equal(RUN_PROGRAM(NULL, "server", "list", "--server", "url:host=/nowhere"), 3);
    assert_int_equal(RUN_PROGRAM(NULL, "server", "stop", "file", "another"), 2);
    assert_int_equal(RUN_PROGRAM(NULL, "server", "sweeep"), 2);
}

/* An engine that is installed and does not answer: told of, and an error for who asked for it. */
static void
test_engine_without_answer(void **state)
{
    (void)state;
    g_autofree char *docker = g_find_program_in_path("docker");
    if (docker == NULL) {
        print_message("there is no docker on this machine\n");
        skip();
    }
    g_autofree char *before = g_strdup(g_getenv("DOCKER_HOST"));
    g_autofree char *around = NULL;
    g_autofree char *asked = NULL;
    g_setenv("DOCKER_HOST", "unix:///nowhere/docker.sock", TRUE);
    int list = RUN_PROGRAM(&around, "server", "list");
    int failed = RUN_PROGRAM(&asked, "server", "list", "--server", "docker");
    if (before != NULL)
        g_setenv("DOCKER_HOST", before, TRUE);
    else
        g_unsetenv("DOCKER_HOST");
    assert_int_equal(list, 0);
    assert_non_null(strstr(around, "containers of docker: "));
    assert_non_null(strstr(around, "servers of this machine"));
    assert_int_equal(failed, 3);
    assert_non_null(strstr(asked, "HINT: "));
}

/* A folder whose supervisor is gone, one whose supervisor lives, and one that is none. */
static void
test_folders(void **state)
{
    const Foreign *foreign = *state;
    g_autofree char *root = g_dir_make_tmp("pgstair-list-XXXXXX", NULL);
    assert_int_equal(g_chmod(root, 0711), 0);
    g_autofree char *left = g_strdup_printf("%s/pgstair-%u-abcDEF", root, (guint)geteuid());
    g_autofree char *other = g_strdup_printf("%s/pgstair-%u-abcDEFG", root, (guint)geteuid());
    g_autofree char *owner = g_build_filename(left, "owner", NULL);
    assert_int_equal(g_mkdir(left, 0700) + g_mkdir(other, 0700), 0);
    assert_true(
        g_file_set_contents(owner, "pid 2147483646\nstart 1\nboot x\nnamespace y\n", -1, NULL));
    g_setenv("PGSTAIR_RUNDIR", root, TRUE);
    g_autofree char *listed = NULL;
    g_autofree char *swept = NULL;
    int list = RUN_PROGRAM(&listed, "server", "list", "--server", "local");
    int refused = RUN_PROGRAM(NULL, "server", "sweep", "--server", "local", other);
    int sweep = RUN_PROGRAM(&swept, "server", "sweep", "--server", "local", left);
    g_unsetenv("PGSTAIR_RUNDIR");
    gboolean is_gone = !g_file_test(left, G_FILE_TEST_EXISTS);
    gboolean other_stays = g_file_test(other, G_FILE_TEST_IS_DIR);
    assert_true(pgs_fs_remove_tree(root, NULL));
    assert_int_equal(list, 0);
    assert_non_null(strstr(listed, left));
    assert_non_null(strstr(listed, "left behind"));
    assert_null(strstr(listed, other));
    assert_non_null(strstr(listed, "live "));
    assert_int_equal(refused, 3);
    assert_int_equal(sweep, 0);
    assert_non_null(strstr(swept, "removed  "));
    assert_true(is_gone);
    assert_true(other_stays);
    assert_true(foreign_run(foreign->boss, "SELECT 1"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list_databases), cmocka_unit_test(test_sweep_databases),
        cmocka_unit_test(test_sweep_by_name),  cmocka_unit_test(test_usage),
        cmocka_unit_test(test_folders),        cmocka_unit_test(test_engine_without_answer),
    };
    return cmocka_run_group_tests_name("cli.server_list", tests, foreign_set_up, foreign_tear_down);
}
