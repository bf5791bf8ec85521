/* Covers harness/server/supervisor/: what is left of a run that is killed in the middle, which must
 * be nothing. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "base/process.h"
#include "run_program.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANVAS PGS_SOURCE_DIR "/migrations/canvas"
#define GRACE_US (2 * G_USEC_PER_SEC) /* design.md: nothing outlives a run by more */

/* Everything of the run lies below this folder of the test's own, so that other tests' servers do
 * not count. */
static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgstair-kill-XXXXXX", NULL);
    /* As root, the server runs as another account, which has to get there. */
    return *state != NULL && g_chmod(*state, 0711) == 0 ? 0 : -1;
}

static int
remove_folder(void **state)
{
    gboolean ok = pgs_fs_remove_tree(*state, NULL);
    g_free(*state);
    return ok ? 0 : -1;
}

/* Processes whose command line names the folder. */
static guint
count_processes(const char *folder)
{
    guint n = 0;
    g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
    const char *name;
    while (proc != NULL && (name = g_dir_read_name(proc)) != NULL) {
        g_autofree char *path = g_strdup_printf("/proc/%s/cmdline", name);
        g_autofree char *text = NULL;
        gsize length = 0;
        if (!g_ascii_isdigit(*name) || !g_file_get_contents(path, &text, &length, NULL))
            continue;
        for (gsize i = 0; i + 1 < length; i++) {
            if (text[i] == '\0')
                text[i] = ' ';
        }
        n += strstr(text, folder) != NULL;
    }
    return n;
}

static guint
count_folders(const char *folder)
{
    guint n = 0;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    while (dir != NULL && g_dir_read_name(dir) != NULL)
        n++;
    return n;
}

/* Shared memory segments whose creator is gone. */
static guint
count_segments(void)
{
    guint n = 0;
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/sysvipc/shm", &text, NULL, NULL))
        return 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines + 1; *line != NULL && **line != '\0'; line++) {
        int key, id, mode, creator = 0;
        guint64 size;
        if (sscanf(*line, "%d %d %o %" G_GUINT64_FORMAT " %d", &key, &id, &mode, &size, &creator) ==
            5)
            n += kill(creator, 0) != 0;
    }
    return n;
}

static pid_t
start_run(const char *folder)
{
    pid_t pid = fork();
    if (pid == 0) {
        setenv("PGSTAIR_RUNDIR", folder, 1);
        execl(PGS_PROGRAM, PGS_PROGRAM, "verify", "-q", CANVAS, (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* What is left, once nothing is or the time is up. */
static guint
wait_for_nothing(const char *folder, guint segments_before)
{
    gint64 deadline = g_get_monotonic_time() + GRACE_US;
    for (;;) {
        guint segments = count_segments();
        guint left = count_processes(folder) + count_folders(folder) +
                     (segments > segments_before ? segments - segments_before : 0);
        if (left == 0 || g_get_monotonic_time() > deadline)
            return left;
        g_usleep(5000);
    }
}

static void
kill_at(const char *folder, guint milliseconds, int signal_number)
{
    guint segments = count_segments();
    pid_t pid = start_run(folder);
    assert_true(pid > 0);
    g_usleep(milliseconds * 1000);
    kill(pid, signal_number);
    int status;
    waitpid(pid, &status, 0);
    guint left = wait_for_nothing(folder, segments);
    if (left != 0)
        fprintf(stderr, "killed after %u ms: %u things are left\n", milliseconds, left);
    assert_int_equal(left, 0);
}

/* Moments over the whole of a run: the copy of the template, the server's start, the climb, the
 * end. */
static void
test_sigkill_leaves_nothing(void **state)
{
    for (guint ms = 5; ms < 400; ms += 55)
        kill_at(*state, ms, SIGKILL);
}

static void
test_sigterm_cleans_up_and_tells(void **state)
{
    const char *folder = *state;
    kill_at(folder, 150, SIGTERM);
    kill_at(folder, 60, SIGINT);
    kill_at(folder, 60, SIGHUP);
}

/* ---------------------------------------------------------------------------- containers -- */

#define IMAGE "localhost/pgstair-postgres:15"
/* The supervisor is given nothing that begins with PG. */
#define MARK_VARIABLE "TEST_KILL_MARK"

static const char *
engine_name(void)
{
    const char *name = g_getenv("PGSTAIR_TEST_ENGINE");
    return name != NULL ? name : "docker";
}

/* Whether the engine's program says yes to "NOUN inspect NAME". */
static gboolean
engine_has(const char *noun, const char *name)
{
    g_autoptr(PgsProcess) process = pgs_process_new(engine_name());
    pgs_process_add_many(process, noun, "inspect", name, NULL);
    return pgs_process_run_checked(process, NULL, NULL);
}

static void
need_image(void)
{
    g_autofree char *program = g_find_program_in_path(engine_name());
    if (program != NULL && engine_has("image", IMAGE))
        return;
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_ENGINE"), "1") == 0)
        fail_msg("%s has no image " IMAGE ", and PGSTAIR_TEST_REQUIRE_ENGINE is 1", engine_name());
    fprintf(stderr, "skipped: %s has no image " IMAGE " here\n", engine_name());
    skip();
}

/* In front of the engine's program, one that notes down what it is asked for: the names of all
 * containers, those too whose making was under way when pgstair was killed. */
static void
put_in_front(const char *folder)
{
    g_autofree char *real = g_find_program_in_path(engine_name());
    g_autofree char *bin = g_build_filename(folder, "bin", NULL);
    g_autofree char *path = g_build_filename(bin, engine_name(), NULL);
    g_autofree char *script =
        g_strdup_printf("#!/bin/sh\n"
                        "for word; do case $word in --name=*) echo \"${word#--name=}\" "
                        ">>'%s/names';; esac; done\nexec '%s' \"$@\"\n",
                        folder, real);
    assert_int_equal(g_mkdir(bin, 0700), 0);
    assert_true(g_file_set_contents(path, script, -1, NULL));
    assert_int_equal(g_chmod(path, 0700), 0);
}

static pid_t
start_container_run(const char *folder, const char *rundir)
{
    g_autofree char *path = g_strdup_printf("%s/bin:%s", folder, g_getenv("PATH"));
    g_autofree char *spec = g_strdup_printf("%s=" IMAGE, engine_name());
    pid_t pid = fork();
    if (pid == 0) {
        setenv("PGSTAIR_RUNDIR", rundir, 1);
        setenv(MARK_VARIABLE, rundir, 1);
        setenv("PATH", path, 1);
        execl(PGS_PROGRAM, PGS_PROGRAM, "verify", "-q", "--server", spec, CANVAS, (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* Processes of the run, by their environment: the supervisor, the janitor, the engine's program. */
static guint
count_descendants(const char *rundir)
{
    g_autofree char *entry = g_strdup_printf(MARK_VARIABLE "=%s", rundir);
    g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
    const char *name;
    guint n = 0;
    while (proc != NULL && (name = g_dir_read_name(proc)) != NULL) {
        g_autofree char *path = g_strdup_printf("/proc/%s/environ", name);
        g_autofree char *text = NULL;
        gsize length = 0;
        if (!g_ascii_isdigit(*name) || !g_file_get_contents(path, &text, &length, NULL))
            continue;
        for (gsize at = 0; at < length; at += strlen(text + at) + 1)
            n += strcmp(text + at, entry) == 0;
    }
    return n;
}

/* How many of the containers that were ever asked for are there; *asked: how many that were. */
static guint
count_containers(const char *folder, guint *asked)
{
    g_autofree char *path = g_build_filename(folder, "names", NULL);
    g_autofree char *text = NULL;
    guint n = 0;
    *asked = 0;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    g_auto(GStrv) names = g_strsplit(text, "\n", -1);
    for (char **name = names; *name != NULL && **name != '\0'; name++, (*asked)++)
        n += engine_has("container", *name);
    return n;
}

/* Moments over the whole of a run: before its container is asked for, while it is made, in use and
 * taken down. */
static void
test_sigkill_leaves_no_container(void **state)
{
    static const guint moments[] = {5, 60, 110, 160, 220, 300, 420, 600, 900, 1300};
    const char *folder = *state;
    need_image();
    put_in_front(folder);
    g_autofree char *rundir = g_build_filename(folder, "run", NULL);
    assert_int_equal(g_mkdir(rundir, 0711), 0);
    guint asked = 0, most = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(moments); i++) {
        pid_t pid = start_container_run(folder, rundir);
        g_usleep(moments[i] * 1000);
        most = MAX(most, count_descendants(rundir));
        kill(pid, SIGKILL);
        gint64 deadline = g_get_monotonic_time() + GRACE_US;
        waitpid(pid, NULL, 0);
        guint left;
        do {
            left = count_descendants(rundir) + count_folders(rundir) +
                   count_containers(folder, &asked);
        } while (left > 0 && g_get_monotonic_time() < deadline);
        if (left > 0)
            fail_msg("killed after %u ms: %u things are left", moments[i], left);
    }
    /* Otherwise nothing was tried: pgstair, its supervisor, the engine's program. */
    assert_true(asked > 0);
    assert_true(most >= 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sigkill_leaves_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_sigterm_cleans_up_and_tells, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_sigkill_leaves_no_container, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
