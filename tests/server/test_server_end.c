/* What a server leaves behind: nothing, however it or its run ends (harness/server/local.c,
 * cluster.c). */
#include "server/local_server.h"

#include <dirent.h>
#include <sys/shm.h>

enum {
    DETACH_AFTER_US = 100 * 1000, /* a sweep that does not wait has looked by then */
};

/* What a server holds besides its folder: its processes, and a System V segment. */
typedef struct {
    char *folder;
    GArray *pids; /* of pid_t */
    int segment;
} Belongings;

static GArray *
find_processes(const char *data)
{
    GArray *pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
    DIR *proc = opendir("/proc");
    for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        pid_t pid = (pid_t)g_ascii_strtoll(entry->d_name, NULL, 10);
        g_autofree char *link = g_strdup_printf("/proc/%d/cwd", (int)pid);
        g_autofree char *cwd = pid > 0 ? g_file_read_link(link, NULL) : NULL;
        if (g_strcmp0(cwd, data) == 0)
            g_array_append_val(pids, pid);
    }
    closedir(proc);
    return pids;
}

static int
find_segment(const char *data)
{
    g_autofree char *path = g_build_filename(data, "postmaster.pid", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return -1;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_auto(GStrv) words = g_strsplit_set(g_strstrip(lines[6]), " ", -1);
    return (int)g_ascii_strtoll(words[g_strv_length(words) - 1], NULL, 10);
}

static Belongings
look_at(const char *folder)
{
    g_autofree char *data = g_build_filename(folder, "data", NULL);
    Belongings belongings = {
        .folder = g_strdup(folder), .pids = find_processes(data), .segment = find_segment(data)};
    struct shmid_ds segment;
    assert_true(belongings.pids->len > 0);
    assert_int_equal(shmctl(belongings.segment, IPC_STAT, &segment), 0);
    return belongings;
}

static gboolean
segment_is_there(int id)
{
    struct shmid_ds segment;
    return shmctl(id, IPC_STAT, &segment) == 0;
}

static void
assert_belongings_go(const Belongings *belongings)
{
    for (guint i = 0; i < belongings->pids->len; i++)
        test_assert_process_goes(g_array_index(belongings->pids, pid_t, i));
    test_assert_path_goes(belongings->folder);
    if (!TEST_WAIT(!segment_is_there(belongings->segment)))
        fail_msg("segment %d is still there", belongings->segment);
}

static void
belongings_clear(Belongings *belongings)
{
    g_free(belongings->folder);
    g_array_unref(belongings->pids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Belongings, belongings_clear)

/* The helper's part: "hold" a server with a busy backend, or "keep" it, or "sweep". */
static int
play(const char *role)
{
    PgsServer *server = local_start();
    if (strcmp(role, "sweep") == 0) {
        pgs_server_stop(server);
        return 0;
    }
    g_autofree char *folder = local_folder(server);
    g_autoptr(PgsConnection) busy =
        pgs_connection_open(pgs_server_conninfo(server), "postgres", 0, NULL, NULL);
    pgs_connection_send(busy, "DO $$ BEGIN LOOP NULL; END LOOP; END $$", NULL);
    PQflush(pgs_connection_raw(busy));
    test_say("folder", folder);
    test_say("conninfo", pgs_server_conninfo(server));
    if (strcmp(role, "keep") == 0) {
        g_autofree char *text = pgs_server_keep(server, "a database", NULL);
        g_autofree char *line = g_strdelimit(g_strdup(text), "\n", '|');
        test_say("kept", line);
    }
    test_wait_forever();
    return 0;
}

static void
test_stop_removes_all(void **state)
{
    (void)state;
    PgsServer *server = local_start();
    g_autofree char *folder = local_folder(server);
    g_auto(Belongings) belongings = look_at(folder);
    pgs_server_stop(server);
    /* At once. */
    assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
    assert_false(segment_is_there(belongings.segment));
    for (guint i = 0; i < belongings.pids->len; i++)
        assert_false(test_is_running(g_array_index(belongings.pids, pid_t, i)));
}

static void
test_killed_with_a_busy_backend(void **state)
{
    (void)state;
    g_auto(TestHelper) helper = test_helper_start("hold", "");
    g_autofree char *folder = test_helper_read(&helper, "folder");
    g_auto(Belongings) belongings = look_at(folder);
    test_helper_kill(&helper, SIGKILL);
    assert_belongings_go(&belongings);
}

static void
freeze(const Belongings *belongings)
{
    /* A backend whose client has just left may be gone by now. */
    for (guint i = 0; i < belongings->pids->len; i++)
        kill(g_array_index(belongings->pids, pid_t, i), SIGSTOP);
}

/* Frozen, they do not even see SIGQUIT: the supervisor must use SIGKILL, and clean up after it. */
static void
test_killed_with_a_frozen_server(void **state)
{
    (void)state;
    g_auto(TestHelper) helper = test_helper_start("hold", "");
    g_autofree char *folder = test_helper_read(&helper, "folder");
    g_auto(Belongings) belongings = look_at(folder);
    freeze(&belongings);
    test_helper_kill(&helper, SIGKILL);
    assert_belongings_go(&belongings);
}

static pid_t
parent_of(pid_t pid)
{
    g_autofree char *name = g_strdup_printf("/proc/%d/stat", (int)pid);
    g_autofree char *stat = NULL;
    assert_true(g_file_get_contents(name, &stat, NULL, NULL));
    int parent = 0;
    assert_int_equal(sscanf(strrchr(stat, ')') + 1, " %*c %d", &parent), 1);
    return parent;
}

/* The postmaster is the one whose parent is no server process: the supervisor. */
static pid_t
supervisor_of(const Belongings *belongings)
{
    for (guint i = 0; i < belongings->pids->len; i++) {
        pid_t parent = parent_of(g_array_index(belongings->pids, pid_t, i));
        gboolean is_server = FALSE;
        for (guint j = 0; j < belongings->pids->len; j++)
            is_server = is_server || g_array_index(belongings->pids, pid_t, j) == parent;
        if (!is_server)
            return parent;
    }
    return 0;
}

/* A frozen server outlives its supervisor's SIGKILL; the next start ends and removes it. */
static void
test_swept_with_a_frozen_server(void **state)
{
    (void)state;
    g_auto(TestHelper) helper = test_helper_start("hold", "");
    g_autofree char *folder = test_helper_read(&helper, "folder");
    g_auto(Belongings) belongings = look_at(folder);
    pid_t supervisor = supervisor_of(&belongings);
    assert_true(supervisor > 1);
    freeze(&belongings);
    assert_int_equal(kill(supervisor, SIGKILL), 0);
    test_assert_process_goes(supervisor);
    test_helper_kill(&helper, SIGKILL);
    assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));

    g_auto(TestHelper) sweeper = test_helper_start("sweep", "");
    int status;
    assert_int_equal(waitpid(sweeper.pid, &status, 0), sweeper.pid);
    sweeper.pid = 0;
    assert_int_equal(status, 0);
    assert_belongings_go(&belongings);
}

/* A process that was killed may be attached for a moment after it looks gone. */
static void
test_swept_while_memory_is_taken_away(void **state)
{
    (void)state;
    g_auto(TestHelper) helper = test_helper_start("hold", "");
    g_autofree char *folder = test_helper_read(&helper, "folder");
    g_auto(Belongings) belongings = look_at(folder);
    pid_t supervisor = supervisor_of(&belongings);
    freeze(&belongings);
    const void *memory = shmat(belongings.segment, NULL, SHM_RDONLY);
    assert_ptr_not_equal(memory, (void *)-1);
    assert_int_equal(kill(supervisor, SIGKILL), 0);
    test_assert_process_goes(supervisor);
    test_helper_kill(&helper, SIGKILL);

    g_auto(TestHelper) sweeper = test_helper_start("sweep", "");
    for (guint i = 0; i < belongings.pids->len; i++)
        test_assert_process_goes(g_array_index(belongings.pids, pid_t, i));
    g_usleep(DETACH_AFTER_US);
    assert_int_equal(shmdt(memory), 0);
    assert_belongings_go(&belongings);
}

static void
test_keep(void **state)
{
    (void)state;
    g_auto(TestHelper) helper = test_helper_start("keep", "");
    g_autofree char *folder = test_helper_read(&helper, "folder");
    g_autofree char *conninfo = test_helper_read(&helper, "conninfo");
    g_autofree char *text = test_helper_read(&helper, "kept");
    g_auto(Belongings) belongings = look_at(folder);
    test_helper_kill(&helper, SIGKILL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(conninfo, "postgres", TIMEOUT_MS, NULL, &error);
    if (connection == NULL)
        fail_msg("%s", error->message);
    /* How to get in, quoted for a shell, and how to clean up. */
    g_autofree char *psql =
        g_strdup_printf("/psql -h %s -p 5432 -U postgres 'a database'|", folder);
    assert_non_null(strstr(text, psql));
    const char *command = strstr(text, "kill ");
    assert_non_null(command);
    pid_t supervisor = (pid_t)g_ascii_strtoll(command + 5, NULL, 10);
    assert_int_equal(supervisor, supervisor_of(&belongings));
    assert_int_equal(kill(supervisor, SIGTERM), 0);
    assert_belongings_go(&belongings);
    test_assert_process_goes(supervisor);
}

/* A server that dies in the middle of a run: errors, not hangs, and nothing left. */
static void
test_server_is_killed(void **state)
{
    (void)state;
    PgsServer *server = local_start();
    g_autofree char *folder = local_folder(server);
    g_auto(Belongings) belongings = look_at(folder);
    pid_t supervisor = supervisor_of(&belongings);
    for (guint i = 0; i < belongings.pids->len; i++) {
        pid_t pid = g_array_index(belongings.pids, pid_t, i);
        if (parent_of(pid) == supervisor) {
            assert_int_equal(kill(pid, SIGKILL), 0);
            test_assert_process_goes(pid);
            break;
        }
    }
    g_autoptr(GError) error = NULL;
    assert_null(pgs_server_create_database(server, "x", NULL, &error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE));
    g_clear_error(&error);
    assert_null(pgs_server_clone(server, &error));
    assert_non_null(
        strstr(error->message, "the server has ended before its time, with status 137"));
    pgs_server_stop(server);
    assert_belongings_go(&belongings);
}

int
main(int argc, char **argv)
{
    if (argc == 3)
        return play(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_removes_all),
        cmocka_unit_test(test_killed_with_a_busy_backend),
        cmocka_unit_test(test_killed_with_a_frozen_server),
        cmocka_unit_test(test_swept_with_a_frozen_server),
        cmocka_unit_test(test_swept_while_memory_is_taken_away),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_server_is_killed),
    };
    return cmocka_run_group_tests_name("server.server_end", tests, NULL, NULL);
}
