/* Covers harness/server/server.c, local.c, cluster.c, database.c and settings.c. */
#include "server/helper.h"

#include "base/fs.h"
#include "base/process.h"
#include "pg/connection.h"
#include "server/installation.h"
#include "server/server.h"

#include <dirent.h>
#include <sys/shm.h>
#include <sys/stat.h>

enum {
    TIMEOUT_MS = 20 * 1000,
    DETACH_AFTER_US = 100 * 1000, /* a sweep that does not wait has looked by then */
};

static PgsServer *
start_server(void)
{
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {.spec = "local"};
    PgsServer *server = pgs_server_start(&options, NULL, &error);
    if (server == NULL)
        g_error("%s", error->message);
    return server;
}

/* One text value from a database of the server. */
static char *
value_of(const PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), database, TIMEOUT_MS, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

static void
run_sql(const PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), database, TIMEOUT_MS, NULL, &error);
    if (connection == NULL || !pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
}

static void
assert_value(const PgsServer *server, const char *database, const char *sql, const char *expected)
{
    g_autofree char *value = value_of(server, database, sql);
    assert_string_equal(value, expected);
}

/* The run folder, told by the data folder within. */
static char *
folder_of(const PgsServer *server)
{
    g_autofree char *data = value_of(server, "postgres", "SHOW data_directory");
    return g_path_get_dirname(data);
}

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
    PgsServer *server = start_server();
    if (strcmp(role, "sweep") == 0) {
        pgs_server_stop(server);
        return 0;
    }
    g_autofree char *folder = folder_of(server);
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

static int
set_up_group(void **state)
{
    *state = start_server();
    return 0;
}

static int
tear_down_group(void **state)
{
    pgs_server_stop(*state);
    return 0;
}

static void
test_what_it_says(void **state)
{
    const PgsServer *server = *state;
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, NULL);
    assert_string_equal(pgs_server_kind(server), "local");
    assert_string_equal(pgs_server_version(server), installation->version);
    assert_int_equal(pgs_server_version_number(server), installation->version_number);
    g_autofree char *start = g_strdup_printf("PostgreSQL %s, local (%s), data ",
                                             installation->version, installation->bindir);
    assert_true(g_str_has_prefix(pgs_server_description(server), start));
    assert_true(pgs_server_start_duration(server) > 0);
    g_autofree char *number = g_strdup_printf("%d", pgs_server_version_number(server));
    assert_value(server, "postgres", "SHOW server_version_num", number);
}

static void
test_settings(void **state)
{
    static const char *const expected[][2] = {
        {"listen_addresses", ""},
        {"fsync", "off"},
        {"synchronous_commit", "off"},
        {"full_page_writes", "off"},
        {"autovacuum", "off"},
        {"jit", "off"},
        {"wal_level", "logical"},
        {"TimeZone", "UTC"},
        {"lc_messages", "C"},
        {"server_encoding", "UTF8"},
        {"dynamic_shared_memory_type", "mmap"},
        {"max_locks_per_transaction", "256"},
        {"data_directory_mode", "0700"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *sql = g_strdup_printf("SHOW %s", expected[i][0]);
        assert_value(*state, "postgres", sql, expected[i][1]);
    }
}

static void
test_only_the_superuser_of_this_user_gets_in(void **state)
{
    run_sql(*state, "postgres", "CREATE ROLE another LOGIN SUPERUSER");
    g_autofree char *conninfo = g_strdup_printf("%s user=another", pgs_server_conninfo(*state));
    g_autoptr(GError) error = NULL;
    assert_null(pgs_connection_open(conninfo, "postgres", TIMEOUT_MS, NULL, &error));
    assert_non_null(strstr(error->message, "Peer authentication failed"));
    run_sql(*state, "postgres", "DROP ROLE another");

    g_autofree char *folder = folder_of(*state);
    struct stat st;
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    if (geteuid() != 0)
        return;
    /* Even the account that the server runs as: it can reach the socket, but is not mapped. */
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, NULL);
    g_autofree char *program = pgs_installation_program(installation, "psql");
    g_autoptr(PgsProcess) psql = pgs_process_new(program);
    pgs_process_add_many(psql, "-X", "-d", pgs_server_conninfo(*state), "-c", "SELECT 1", NULL);
    pgs_process_set_account(psql, st.st_uid, st.st_gid);
    pgs_process_set_directory(psql, "/");
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(psql, &result, NULL));
    assert_int_not_equal(result.exit_status, 0);
    assert_non_null(strstr(result.errors, "Peer authentication failed"));
}

static void
test_environment_of_libpq(void **state)
{
    static const char *const variables[][2] = {
        {"PGHOST", "nowhere"},
        {"PGHOSTADDR", "127.0.0.2"},
        {"PGPORT", "1"},
        {"PGUSER", "somebody"},
        {"PGDATABASE", "nothing"},
        {"PGSSLMODE", "require"},
        {"PGREQUIREPEER", "nobody"},
        {"PGCHANNELBINDING", "require"},
        {"PGTARGETSESSIONATTRS", "standby"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_setenv(variables[i][0], variables[i][1], TRUE);
    g_autofree char *value = value_of(*state, "postgres", "SELECT current_user");
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_unsetenv(variables[i][0]);
    assert_string_equal(value, "postgres");
}

static void
test_databases(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *first = pgs_server_create_database(*state, "My \"App\"/é", NULL, &error);
    assert_non_null(first);
    assert_true(g_regex_match_simple("^pgstair_my__app_____?_[0-9]+$", first, 0, 0));
    assert_value(*state, first,
                 "SELECT pg_encoding_to_char(encoding) FROM pg_database "
                 "WHERE datname = current_database()",
                 "UTF8");
    run_sql(*state, first, "CREATE TABLE t AS SELECT 42 AS x");
    g_autofree char *copy = pgs_server_create_database(*state, NULL, first, &error);
    assert_non_null(copy);
    assert_string_not_equal(copy, first);
    assert_value(*state, copy, "SELECT x FROM t", "42");
    g_autofree char *long_hint = g_strnfill(100, 'x');
    g_autofree char *cut = pgs_server_create_database(*state, long_hint, NULL, &error);
    assert_non_null(cut);
    assert_int_equal(strlen(cut), 63);
    assert_value(*state, cut, "SELECT 1", "1");

    g_autofree char *odd = g_strdup("a \"template\"; --");
    run_sql(*state, "postgres", "CREATE DATABASE \"a \"\"template\"\"; --\" TEMPLATE template0");
    g_autofree char *of_odd = pgs_server_create_database(*state, "x", odd, &error);
    assert_non_null(of_odd);

    const char *all[] = {first, copy, cut, odd, of_odd, "never there"};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (!pgs_server_drop_database(*state, all[i], &error))
            fail_msg("%s", error->message);
    }
    assert_value(*state, "postgres",
                 "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgstair%'", "0");
    assert_null(pgs_server_create_database(*state, "x", "no such template", &error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE));
    assert_non_null(strstr(error->message, "no such template"));
}

static void
test_drop_with_hindrances(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = pgs_server_create_database(*state, "held", NULL, &error);
    run_sql(*state, name,
            "CREATE SUBSCRIPTION \"a \"\"sub\" CONNECTION 'host=/nowhere' PUBLICATION p "
            "WITH (connect = false, slot_name = 'x')");
    g_autoptr(PgsConnection) connected =
        pgs_connection_open(pgs_server_conninfo(*state), name, TIMEOUT_MS, NULL, &error);
    assert_true(pgs_connection_run(connected, "BEGIN; CREATE TABLE t ()", &error));
    if (!pgs_server_drop_database(*state, name, &error))
        fail_msg("%s", error->message);
    assert_false(pgs_connection_run(connected, "SELECT 1", NULL));
}

static void
test_log_tail(void **state)
{
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(*state), "postgres", TIMEOUT_MS, NULL, NULL);
    pgs_connection_run(connection, "SELECT 1 / 0 AS first_mistake", NULL);
    pgs_connection_run(connection, "SELECT 1 / 0 AS second_mistake", NULL);
    g_autofree char *two = pgs_server_log_tail(*state, 2);
    assert_non_null(strstr(two, "22012 ERROR:  division by zero\n"));
    assert_non_null(strstr(two, "second_mistake"));
    assert_null(strstr(two, "first_mistake"));
    g_autofree char *all = pgs_server_log_tail(*state, 1000);
    assert_non_null(strstr(all, "first_mistake"));
    assert_non_null(strstr(all, "database system is ready"));
}

static void
test_clone(void **state)
{
    PgsServer *server = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *name = pgs_server_create_database(server, "cloned", NULL, &error);
    run_sql(server, name, "CREATE TABLE t AS SELECT 1 AS x");
    run_sql(server, name, "CREATE ROLE of_the_cluster");
    g_autoptr(PgsServer) clone = pgs_server_clone(server, &error);
    if (clone == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(pgs_server_version(clone), pgs_server_version(server));
    assert_string_not_equal(pgs_server_conninfo(clone), pgs_server_conninfo(server));
    assert_value(clone, name, "SELECT x FROM t", "1");
    assert_value(clone, name, "SELECT count(*) FROM pg_roles WHERE rolname = 'of_the_cluster'",
                 "1");
    /* From now on each goes its own way. */
    run_sql(clone, name, "UPDATE t SET x = 2; DROP ROLE of_the_cluster");
    assert_value(server, name, "SELECT x FROM t", "1");
    g_autofree char *another = pgs_server_create_database(clone, "cloned", name, &error);
    assert_non_null(another);
    run_sql(server, "postgres", "DROP ROLE of_the_cluster");
    assert_true(pgs_server_drop_database(server, name, &error));
}

static void
test_stop_removes_all(void **state)
{
    (void)state;
    PgsServer *server = start_server();
    g_autofree char *folder = folder_of(server);
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
    PgsServer *server = start_server();
    g_autofree char *folder = folder_of(server);
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

static void
test_specifications(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        int code;
        const char *part;
    } cases[] = {
        {"lxc:15", PGS_SERVER_ERROR_SPEC,
         "knows no server \"lxc:15\"\nHINT: it knows: auto, local"},
        {"localhost", PGS_SERVER_ERROR_SPEC, "localhost"},
        {"postgres://x:y/z", PGS_SERVER_ERROR_SPEC, "HINT: "},
        {"", PGS_SERVER_ERROR_SPEC, "HINT: "},
        {"local:", PGS_SERVER_ERROR_SPEC, "names no version"},
        {"local:12", PGS_SERVER_ERROR_SPEC, "\"local:12\""},
        {"local:fifteen", PGS_SERVER_ERROR_SPEC, "as in \"local:15\""},
        {"local:98", PGS_SERVER_ERROR_NOT_FOUND, "PostgreSQL 98"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsServerOptions options = {.spec = cases[i].spec};
        g_autoptr(GError) error = NULL;
        assert_null(pgs_server_start(&options, NULL, &error));
        if (!g_error_matches(error, PGS_SERVER_ERROR, cases[i].code) ||
            strstr(error->message, cases[i].part) == NULL)
            fail_msg("%s: %s", cases[i].spec, error->message);
    }
}

static void
test_auto(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = pgs_server_start(NULL, NULL, &error);
    assert_non_null(server);
    assert_string_equal(pgs_server_kind(server), "local");
    assert_non_null(strstr(pgs_server_description(server), "; chosen since "));

    /* What is named and of no use is not passed over for a container. */
    g_autofree char *before = g_strdup(g_getenv("PGSTAIR_PG_BINDIR"));
    g_setenv("PGSTAIR_PG_BINDIR", "/no/such/folder", TRUE);
    g_autoptr(PgsServer) other = pgs_server_start(NULL, NULL, &error);
    if (before != NULL)
        g_setenv("PGSTAIR_PG_BINDIR", before, TRUE);
    else
        g_unsetenv("PGSTAIR_PG_BINDIR");
    assert_null(other);
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
}

static void
test_cancelled(void **state)
{
    (void)state;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_cancellable_cancel(cancellable);
    g_autoptr(GError) error = NULL;
    assert_null(pgs_server_start(NULL, cancellable, &error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED));
}

int
main(int argc, char **argv)
{
    if (argc == 3)
        return play(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_only_the_superuser_of_this_user_gets_in),
        cmocka_unit_test(test_environment_of_libpq),
        cmocka_unit_test(test_databases),
        cmocka_unit_test(test_drop_with_hindrances),
        cmocka_unit_test(test_log_tail),
        cmocka_unit_test(test_clone),
        cmocka_unit_test(test_stop_removes_all),
        cmocka_unit_test(test_killed_with_a_busy_backend),
        cmocka_unit_test(test_killed_with_a_frozen_server),
        cmocka_unit_test(test_swept_with_a_frozen_server),
        cmocka_unit_test(test_swept_while_memory_is_taken_away),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_server_is_killed),
        cmocka_unit_test(test_specifications),
        cmocka_unit_test(test_auto),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests_name("server.server", tests, set_up_group, tear_down_group);
}
