/* Covers harness/server/supervisor/, harness/server/custody.c and harness/server/channel.c. */
#include "server/helper.h"

#include "base/fs.h"
#include "base/process.h"
#include "server/channel.h"
#include "server/custody.h"
#include "server/server.h"
#include "server/supervisor/protocol.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* What its scripts write to standard output goes to the log in the run folder. */
typedef struct {
    PgsCustody *custody;
    char *folder;
    char *log;
    PgsCustodyProcess process;
} Held;

static PgsAccount *
own_account(void)
{
    PgsAccount *account = g_new0(PgsAccount, 1);
    account->uid = geteuid();
    account->gid = getegid();
    return account;
}

/* A folder in root, and a shell with the script in it. */
static Held
hold(const char *root, const char *script)
{
    g_autoptr(PgsAccount) account = own_account();
    g_autoptr(GError) error = NULL;
    Held held = {.process = PGS_CUSTODY_PROCESS_INIT};
    held.custody = pgs_custody_new(&error);
    if (held.custody == NULL)
        g_error("%s", error->message);
    held.folder = pgs_custody_make_folder(held.custody, root, account, &error);
    if (held.folder == NULL)
        g_error("%s", error->message);
    held.log = g_build_filename(held.folder, "log", NULL);
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    if (script != NULL &&
        !pgs_custody_spawn(held.custody, argv, held.log, "", account, &held.process, &error))
        g_error("%s", error->message);
    return held;
}

static void
held_clear(Held *held)
{
    pgs_custody_process_clear(&held->process);
    pgs_custody_end(held->custody);
    g_free(held->folder);
    g_free(held->log);
    *held = (Held){.process = PGS_CUSTODY_PROCESS_INIT};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Held, held_clear)

static int
own_supervisor(void)
{
    g_autoptr(PgsChannel) channel = pgs_channel_get(NULL);
    return pgs_channel_supervisor(channel);
}

/* Stubborn to the last, with a child of its own that would be left over. */
#define STUBBORN "trap '' QUIT TERM INT HUP; sh -c 'echo child $$; exec sleep 60' & exec sleep 60"

static char *
wait_for_log(const char *log, const char *part)
{
    char *text = NULL;
    assert_true(
        TEST_WAIT((g_free(text), text = NULL, g_file_get_contents(log, &text, NULL, NULL)) &&
                  strstr(text, part) != NULL));
    return text;
}

static pid_t
logged_child(const char *log)
{
    g_autofree char *text = wait_for_log(log, "child ");
    return (pid_t)g_ascii_strtoll(strstr(text, "child ") + 6, NULL, 10);
}

/* Roles of the helper: "hold", "keep" and "sweep", each with the folder for run folders. */
static int
play(const char *role, const char *root)
{
    if (strcmp(role, "sweep") == 0) {
        g_auto(Held) held = hold(root, NULL);
        const char *folders[] = {root, NULL};
        pgs_custody_sweep(held.custody, folders);
        return 0;
    }
    Held held = hold(root, STUBBORN);
    if (strcmp(role, "keep") == 0)
        pgs_custody_keep(held.custody, NULL);
    test_say("folder", held.folder);
    test_say_pid("supervisor", own_supervisor());
    test_say_pid("process", held.process.pid);
    test_say_pid("child", logged_child(held.log));
    test_wait_forever();
    return 0;
}

/* What a helper said that it holds. */
typedef struct {
    TestHelper helper;
    char *folder;
    pid_t supervisor;
    pid_t process;
    pid_t child;
} Other;

static Other
other_start(const char *role, const char *root)
{
    Other other = {.helper = test_helper_start(role, root)};
    other.folder = test_helper_read(&other.helper, "folder");
    other.supervisor = test_helper_read_pid(&other.helper, "supervisor");
    other.process = test_helper_read_pid(&other.helper, "process");
    other.child = test_helper_read_pid(&other.helper, "child");
    assert_true(g_file_test(other.folder, G_FILE_TEST_IS_DIR));
    assert_true(test_is_running(other.supervisor));
    assert_true(test_is_running(other.process));
    assert_true(test_is_running(other.child));
    return other;
}

static void
assert_other_goes(const Other *other)
{
    test_assert_process_goes(other->process);
    test_assert_process_goes(other->child);
    test_assert_path_goes(other->folder);
    test_assert_process_goes(other->supervisor);
}

static void
other_clear(Other *other)
{
    test_helper_close(&other->helper);
    g_free(other->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Other, other_clear)

static int
set_up(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    /* Nothing may be left in it but what a test put there itself. */
    int rc = pgs_fs_remove_tree(*state, NULL) ? 0 : -1;
    g_free(*state);
    return rc;
}

static void
test_death_of_the_owner(void **state)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGHUP};
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        g_auto(Other) other = other_start("hold", *state);
        test_helper_kill(&other.helper, signals[i]);
        assert_other_goes(&other);
    }
}

static void
test_end_of_the_supervisor(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        g_auto(Other) other = other_start("keep", *state);
        assert_int_equal(kill(other.supervisor, signals[i]), 0);
        assert_other_goes(&other);
    }
}

static void
test_keep(void **state)
{
    g_auto(Other) other = other_start("keep", *state);
    test_helper_kill(&other.helper, SIGKILL);
    /* Whoever reads the run's output is not kept waiting. */
    assert_int_equal(fgetc(other.helper.output), EOF);
    /* Swept around, it stays. */
    TestHelper sweeper = test_helper_start("sweep", *state);
    assert_int_equal(fgetc(sweeper.output), EOF);
    int status;
    assert_int_equal(waitpid(sweeper.pid, &status, 0), sweeper.pid);
    fclose(sweeper.output);
    assert_int_equal(status, 0);
    assert_true(test_is_running(other.process));
    assert_true(g_file_test(other.folder, G_FILE_TEST_IS_DIR));
    /* When its processes end, all of it does. */
    assert_int_equal(kill(other.process, SIGKILL), 0);
    assert_other_goes(&other);
}

static void
run_sweep(const char *root)
{
    TestHelper helper = test_helper_start("sweep", root);
    int status;
    assert_int_equal(waitpid(helper.pid, &status, 0), helper.pid);
    helper.pid = 0;
    assert_int_equal(status, 0);
    test_helper_close(&helper);
}

static void
test_sweep_after_the_supervisor_died(void **state)
{
    g_auto(Other) dead = other_start("hold", *state);
    g_auto(Other) living = other_start("hold", *state);
    assert_int_equal(kill(dead.supervisor, SIGKILL), 0);
    test_assert_process_goes(dead.supervisor);
    test_helper_kill(&dead.helper, SIGKILL);
    assert_true(g_file_test(dead.folder, G_FILE_TEST_IS_DIR));
    run_sweep(*state);
    test_assert_path_goes(dead.folder);
    assert_true(g_file_test(living.folder, G_FILE_TEST_IS_DIR));
    assert_true(test_is_running(living.process));
    /* They ignore SIGQUIT, their supervisor's last word: real servers do not. */
    kill(dead.child, SIGKILL);
    kill(dead.process, SIGKILL);
}

static char *
make_folder(const char *root, const char *name, gboolean is_old)
{
    char *path = g_strdup_printf("%s/%s", root, name);
    assert_int_equal(g_mkdir(path, 0700), 0);
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    if (is_old)
        assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    return path;
}

static void
test_sweep_without_owner(void **state)
{
    const char *root = *state;
    g_autofree char *young_name = g_strdup_printf("pgstair-%u-young0", (guint)geteuid());
    g_autofree char *old_name = g_strdup_printf("pgstair-%u-old000", (guint)geteuid());
    g_autofree char *link_name = g_strdup_printf("%s/pgstair-%u-link00", root, (guint)geteuid());
    g_autofree char *other_name = g_strdup_printf("pgstair-%u-some-thing", (guint)geteuid());
    g_autofree char *young = make_folder(root, young_name, FALSE);
    g_autofree char *old = make_folder(root, old_name, TRUE);
    g_autofree char *named_alike = make_folder(root, other_name, TRUE);
    g_autofree char *elsewhere = make_folder(root, "elsewhere", TRUE);
    assert_int_equal(symlink(elsewhere, link_name), 0);
    run_sweep(root);
    test_assert_path_goes(old);
    assert_true(g_file_test(young, G_FILE_TEST_IS_DIR));
    assert_true(g_file_test(named_alike, G_FILE_TEST_IS_DIR));
    assert_true(g_file_test(elsewhere, G_FILE_TEST_IS_DIR));
}

/* The owner file of a run that died, as on a machine that was started anew. */
static void
test_sweep_unlocked_owner(void **state)
{
    g_autofree char *name = g_strdup_printf("pgstair-%u-dead00", (guint)geteuid());
    g_autofree char *folder = make_folder(*state, name, FALSE);
    g_autofree char *owner = g_build_filename(folder, PGS_RUN_FOLDER_OWNER, NULL);
    assert_true(g_file_set_contents(owner, "pid 1\nstart 1\nboot x\n", -1, NULL));
    run_sweep(*state);
    test_assert_path_goes(folder);
}

static void
test_custody_without_supervisor(void **state)
{
    Held held = hold(*state, "exec sleep 60");
    g_autofree char *folder = g_strdup(held.folder);
    pid_t process = held.process.pid;
    pid_t supervisor = own_supervisor();
    assert_int_equal(kill(supervisor, SIGKILL), 0);
    /* PR_SET_PDEATHSIG */
    test_assert_process_goes(process);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsAccount) account = own_account();
    assert_null(pgs_custody_make_folder(held.custody, *state, account, &error));
    assert_non_null(strstr(error->message, "is gone"));
    held_clear(&held);
    assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
    /* The next one gets a supervisor of its own. */
    g_auto(Held) next = hold(*state, NULL);
    assert_true(own_supervisor() != supervisor);
}

static void
test_end_is_complete(void **state)
{
    Held held = hold(*state, "exec sleep 60");
    pid_t process = held.process.pid;
    pid_t supervisor = own_supervisor();
    g_autofree char *folder = g_strdup(held.folder);
    struct stat st;
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    held_clear(&held);
    /* At once, not only soon; and the supervisor goes with its last server. */
    assert_false(test_is_running(process));
    assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
    assert_int_equal(kill(supervisor, 0), -1);
}

static void
test_process_status(void **state)
{
    g_auto(Held) held = hold(*state, "echo said; exit 7");
    gint64 deadline = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
    while (!pgs_custody_has_ended(held.custody, &held.process, NULL) &&
           g_get_monotonic_time() < deadline)
        pgs_custody_wait(&held.process, -1, FALSE, NULL, deadline);
    int status = -1;
    assert_true(pgs_custody_has_ended(held.custody, &held.process, &status));
    assert_int_equal(status, 7);
    g_autofree char *text = wait_for_log(held.log, "said\n");
    /* A signal to what has ended already is no error. */
    assert_true(pgs_custody_signal(held.custody, &held.process, SIGKILL, NULL));

    g_autoptr(PgsAccount) account = own_account();
    g_autoptr(GError) error = NULL;
    const char *argv[] = {"/no/such/program", NULL};
    PgsCustodyProcess process = PGS_CUSTODY_PROCESS_INIT;
    assert_false(pgs_custody_spawn(held.custody, argv, held.log, "", account, &process, &error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
    assert_non_null(strstr(error->message, "/no/such/program: No such file"));
}

/* Only what a server needs: neither our descriptors nor settings of libpq, nor the terminal. */
static void
test_child_is_clean(void **state)
{
    int leak = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    g_setenv("PGOPTIONS", "-c nonsense=1", TRUE);
    g_auto(Held) held = hold(*state, "ls /proc/$$/fd; pwd; umask; env; cat; echo done");
    g_autofree char *text = wait_for_log(held.log, "done\n");
    g_unsetenv("PGOPTIONS");
    close(leak);
    /* Standard input is at its end; the mask lets nobody else in. */
    if (!g_str_has_prefix(text, "0\n1\n2\n/\n0077\n"))
        fail_msg("%s", text);
    assert_non_null(strstr(text, "LC_ALL=C\n"));
    assert_null(strstr(text, "PGOPTIONS"));
}

static void
test_fork_does_not_end_it(void **state)
{
    Held held = hold(*state, "exec sleep 60");
    pid_t pid = fork();
    if (pid == 0) {
        held_clear(&held);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_true(test_is_running(held.process.pid));
    assert_true(g_file_test(held.folder, G_FILE_TEST_IS_DIR));
    held_clear(&held);
}

static gpointer
hold_and_end(gpointer root)
{
    for (int i = 0; i < 10; i++) {
        g_auto(Held) held = hold(root, i % 2 == 0 ? "exec sleep 60" : NULL);
        if (!g_file_test(held.folder, G_FILE_TEST_IS_DIR))
            return NULL;
    }
    return root;
}

static void
test_threads(void **state)
{
    GThread *threads[8];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("hold", hold_and_end, *state);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_ptr_equal(g_thread_join(threads[i]), *state);
    g_autoptr(GDir) dir = g_dir_open(*state, 0, NULL);
    assert_null(g_dir_read_name(dir));
}

static void
test_supervisor_not_found(void **state)
{
    (void)state;
    g_setenv("PGSTAIR_SUPERVISOR", "/no/such/supervisor", TRUE);
    g_autoptr(GError) error = NULL;
    assert_null(pgs_custody_new(&error));
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
    assert_non_null(strstr(error->message, "/no/such/supervisor"));
    assert_non_null(strstr(error->message, "\nHINT: "));
    /* Another program than the supervisor does not hang us either. */
    g_clear_error(&error);
    g_setenv("PGSTAIR_SUPERVISOR", "/bin/true", TRUE);
    assert_null(pgs_custody_new(&error));
    assert_non_null(strstr(error->message, "did not start"));
    g_unsetenv("PGSTAIR_SUPERVISOR");
}

static void
test_by_hand(void **state)
{
    (void)state;
    g_autofree char *program = pgs_custody_find_supervisor(NULL);
    assert_non_null(program);
    g_autoptr(PgsProcess) process = pgs_process_new(program);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    assert_int_equal(result.exit_status, 2);
    assert_non_null(strstr(result.errors, "not by hand"));
}

/* A supervisor of the test's own, spoken to without pgstair's code. */
static int
start_raw(pid_t *pid, const char *option, const char *value)
{
    g_autofree char *program = pgs_custody_find_supervisor(NULL);
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    *pid = fork();
    if (*pid == 0) {
        dup2(ends[1], PGS_SUPERVISOR_FD);
        if (ends[1] == PGS_SUPERVISOR_FD)
            fcntl(PGS_SUPERVISOR_FD, F_SETFD, 0);
        execl(program, program, option, value, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return ends[0];
}

/* The answer's text, fields joined by "|"; "" at the end of the channel. */
static char *
ask_raw(int fd, const char *request, guint32 length)
{
    assert_int_equal(send(fd, &length, sizeof length, MSG_NOSIGNAL), sizeof length);
    /* In two pieces, with the length of the whole. */
    assert_int_equal(send(fd, request, length / 2, MSG_NOSIGNAL), length / 2);
    send(fd, request + length / 2, length - length / 2, MSG_NOSIGNAL);
    char answer[8192];
    if (recv(fd, &length, sizeof length, MSG_WAITALL) != sizeof length)
        return g_strdup("");
    assert_true(length < sizeof answer);
    assert_int_equal(recv(fd, answer, length, MSG_WAITALL), length);
    for (guint32 i = 0; i < length; i++)
        answer[i] = answer[i] == '\0' ? '|' : answer[i];
    return g_strndup(answer, length);
}

/* The same, of a request whose fields are joined by "|". */
static char *
ask_fields(int fd, const char *fields)
{
    g_autofree char *request = g_strdup(fields);
    guint32 length = (guint32)strlen(request) + 1;
    for (char *at = request; *at != '\0'; at++)
        *at = *at == '|' ? '\0' : *at;
    return ask_raw(fd, request, length);
}

static void
end_raw(int fd, pid_t pid)
{
    int status;
    close(fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void
test_protocol(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        guint32 length;
        const char *answer;
    } exchanges[] = {
        {"hello\0" PGS_SUPERVISOR_VERSION, 8, "ok|"},
        {"hello\0other", 12, "error|the supervisor is of another version of pgstair|"},
        {"hello", 6, "error|the supervisor does not know this request|"},
        {"dance\0x", 8, "error|the supervisor does not know this request|"},
        {"status\0"
         "4",
         9, "error|there is no such process|"},
        {"keep\0"
         "9",
         7, "error|there is nothing to keep|"},
        {"undo\0"
         "9\0",
         8, "error|the supervisor does not know this request|"},
        {"forget\0"
         "9",
         9, "error|there is no such errand|"},
        {"chore\0/no/such", 15, "error|could not start /no/such: No such file or directory|"},
        {"end\0"
         "9",
         6, "ok|"},
        {"unended", 7, ""},
    };
    pid_t pid;
    int fd = start_raw(&pid, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(exchanges); i++) {
        g_autofree char *answer = ask_raw(fd, exchanges[i].request, exchanges[i].length);
        assert_string_equal(answer, exchanges[i].answer);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(fd);
}

static void
test_watch(void **state)
{
    pid_t watched = fork();
    if (watched == 0) {
        execl("/bin/sleep", "sleep", "60", (char *)NULL);
        _exit(127);
    }
    g_autofree char *number = g_strdup_printf("%d", (int)watched);
    pid_t pid;
    int fd = start_raw(&pid, "--watch", number);
    g_autoptr(GString) request = g_string_new(NULL);
    g_string_append_len(request,
                        "folder\0"
                        "1\0",
                        9);
    g_string_append_len(request, *state, (gssize)strlen(*state) + 1);
    g_autofree char *ids = g_strdup_printf("%u|%u|", (guint)geteuid(), (guint)getegid());
    g_string_append(request, g_strdelimit(ids, "|", '\n'));
    for (gsize i = 0; i < request->len; i++)
        request->str[i] = request->str[i] == '\n' ? '\0' : request->str[i];
    g_autofree char *answer = ask_raw(fd, request->str, (guint32)request->len);
    assert_true(g_str_has_prefix(answer, "ok|"));
    g_autofree char *folder = g_strndup(answer + 3, strlen(answer) - 4);
    assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
    /* Even what is kept goes with the watched process. */
    g_autofree char *kept = ask_raw(fd,
                                    "keep\0"
                                    "1",
                                    7);
    assert_string_equal(kept, "ok|");
    assert_int_equal(kill(watched, SIGKILL), 0);
    assert_int_equal(waitpid(watched, NULL, 0), watched);
    test_assert_path_goes(folder);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(fd);
}

/* ------------------------------------------------------------------------------- errands -- */

/* Its errand leaves a file in the folder that run folders are made in. */
#define ERRAND_DONE "errand-done"

static char *
done_path(const char *root)
{
    return g_build_filename(root, ERRAND_DONE, NULL);
}

static guint
undo(PgsCustody *custody, const char *script, const char *input)
{
    guint errand = 0;
    g_autoptr(GError) error = NULL;
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    if (!pgs_custody_undo(custody, argv, input, &errand, &error))
        g_error("%s", error->message);
    assert_int_not_equal(errand, 0);
    return errand;
}

/* The file's text, once it is there whole; g_free(). */
static char *
wait_for_done(const char *root)
{
    g_autofree char *path = done_path(root);
    if (!TEST_WAIT(g_file_test(path, G_FILE_TEST_EXISTS)))
        fail_msg("the errand was not run");
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_int_equal(g_unlink(path), 0);
    return text;
}

static void
test_errand(void **state)
{
    const char *root = *state;
    g_setenv("DOCKER_HOST", "unix:///some/where", TRUE);
    g_setenv("PGOPTIONS", "-c nonsense=1", TRUE);
    Held held = hold(root, "exec sleep 60");
    g_unsetenv("DOCKER_HOST");
    g_unsetenv("PGOPTIONS");
    /* Its input, the environment of the engine's program, and the run folder are there; then one
     * rename, since a test that reads it waits for its name. */
    g_autofree char *script = g_strdup_printf(
        "cd '%s' && { cat; env; pwd; ls '%s'; } >new && mv new " ERRAND_DONE, root, held.folder);
    undo(held.custody, script, "secret\n");
    g_autofree char *done = done_path(root);
    assert_true(test_is_running(held.process.pid));
    assert_false(g_file_test(done, G_FILE_TEST_EXISTS));
    held_clear(&held);
    /* At once, not only soon. */
    assert_true(g_file_test(done, G_FILE_TEST_EXISTS));
    g_autofree char *text = wait_for_done(root);
    assert_true(g_str_has_prefix(text, "secret\n"));
    assert_non_null(strstr(text, "DOCKER_HOST=unix:///some/where\n"));
    assert_null(strstr(text, "PGOPTIONS"));
    assert_non_null(strstr(text, "\nlog\n"));
}

static void
test_errand_that_is_forgotten(void **state)
{
    const char *root = *state;
    g_autofree char *script = g_strdup_printf("touch '%s/" ERRAND_DONE "'", root);
    g_autofree char *other = g_strdup_printf("touch '%s/other'", root);
    Held held = hold(root, NULL);
    guint first = undo(held.custody, script, NULL);
    guint second = undo(held.custody, other, NULL);
    assert_int_not_equal(first, second);
    assert_true(pgs_custody_forget(held.custody, first, NULL));
    assert_false(pgs_custody_forget(held.custody, first, NULL));
    held_clear(&held);
    g_autofree char *path = done_path(root);
    g_autofree char *other_path = g_build_filename(root, "other", NULL);
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    assert_true(g_file_test(other_path, G_FILE_TEST_EXISTS));
}

/* "errand" and "keep-errand", as roles of the helper; says who waits to run it, too. */
static int
play_errand(const char *role, const char *root)
{
    Held held = hold(root, "exec sleep 60");
    g_autofree char *script = g_strdup_printf("cd '%s' && cat >new && mv new " ERRAND_DONE, root);
    undo(held.custody, script, "text");
    if (strcmp(role, "keep-errand") == 0)
        pgs_custody_keep(held.custody, NULL);
    test_say("folder", held.folder);
    test_say_pid("supervisor", own_supervisor());
    test_say_pid("process", held.process.pid);
    test_wait_forever();
    return 0;
}

/* The one whose parent is the supervisor, and that is a process of the name. */
static pid_t
find_child(pid_t parent, const char *name)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", (int)parent, (int)parent);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) pids = g_strsplit(g_strchomp(text), " ", -1);
    for (char **pid = pids; *pid != NULL; pid++) {
        g_autofree char *comm_path = g_strdup_printf("/proc/%s/comm", *pid);
        g_autofree char *comm = NULL;
        if (g_file_get_contents(comm_path, &comm, NULL, NULL) &&
            strcmp(g_strchomp(comm), name) == 0)
            return (pid_t)g_ascii_strtoll(*pid, NULL, 10);
    }
    return 0;
}

/* The process that waits to run the errand; it may have been made this moment. */
static pid_t
find_waiter(pid_t supervisor)
{
    pid_t waiter = 0;
    if (!TEST_WAIT((waiter = find_child(supervisor, "pgs-errand")) > 0))
        fail_msg("nobody waits to run the errand");
    return waiter;
}

/* By then the errand's process has long looked for pgstair. */
#define LATE_US (100 * 1000)

/* What is killed, in this order, and what must have happened then. */
static void
test_errand_after_a_death(void **state)
{
    enum { OWNER = 1, SUPERVISOR = 2, WAITER = 4, LATE_OWNER = 8 };
    static const struct {
        const char *role;
        int killed;
        int number;
    } cases[] = {
        {"errand", OWNER, SIGKILL},
        {"errand", OWNER, SIGTERM},
        {"errand", OWNER, SIGHUP},
        {"errand", SUPERVISOR, SIGKILL},
        {"errand", SUPERVISOR, SIGTERM},
        {"errand", SUPERVISOR | OWNER, SIGKILL},
        {"errand", SUPERVISOR | LATE_OWNER, SIGKILL}, /* when the errand is done already */
        {"errand", WAITER | OWNER, SIGKILL},
        {"errand", WAITER | OWNER, SIGTERM}, /* which the waiter does not heed */
        {"keep-errand", SUPERVISOR, SIGTERM},
        {"keep-errand", SUPERVISOR | OWNER, SIGKILL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        TestHelper helper = test_helper_start(cases[i].role, *state);
        g_autofree char *folder = test_helper_read(&helper, "folder");
        pid_t supervisor = test_helper_read_pid(&helper, "supervisor");
        pid_t process = test_helper_read_pid(&helper, "process");
        pid_t waiter = find_waiter(supervisor);
        if (cases[i].killed & WAITER)
            assert_int_equal(kill(waiter, cases[i].number), 0);
        if (cases[i].killed & SUPERVISOR)
            assert_int_equal(kill(supervisor, cases[i].number), 0);
        if (cases[i].killed & OWNER)
            test_helper_kill(&helper, cases[i].number);
        g_autofree char *text = wait_for_done(*state);
        assert_string_equal(text, "text");
        if (cases[i].killed & LATE_OWNER) {
            g_usleep(LATE_US);
            test_helper_kill(&helper, cases[i].number);
        }
        test_assert_process_goes(process);
        test_assert_process_goes(waiter);
        test_assert_process_goes(supervisor);
        /* One that lives reads its server's log in it, and removes it then. */
        if (cases[i].killed == SUPERVISOR && cases[i].number == SIGKILL)
            assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
        else
            test_assert_path_goes(folder);
        test_helper_close(&helper);
    }
}

static void
test_errand_of_what_is_kept(void **state)
{
    TestHelper helper = test_helper_start("keep-errand", *state);
    g_autofree char *folder = test_helper_read(&helper, "folder");
    pid_t supervisor = test_helper_read_pid(&helper, "supervisor");
    pid_t process = test_helper_read_pid(&helper, "process");
    test_helper_kill(&helper, SIGKILL);
    assert_int_equal(fgetc(helper.output), EOF);
    g_autofree char *done = done_path(*state);
    assert_true(test_is_running(supervisor));
    assert_true(test_is_running(process));
    assert_false(g_file_test(done, G_FILE_TEST_EXISTS));
    /* It has nothing but the errand left, which does not count as something that runs. */
    assert_int_equal(kill(process, SIGKILL), 0);
    g_autofree char *text = wait_for_done(*state);
    test_assert_path_goes(folder);
    test_assert_process_goes(supervisor);
    test_helper_close(&helper);
}

static void
test_errand_when_all_but_us_are_killed(void **state)
{
    const char *root = *state;
    Held held = hold(root, NULL);
    g_autofree char *script = g_strdup_printf("cd '%s' && cat >new && mv new " ERRAND_DONE, root);
    undo(held.custody, script, "text");
    pid_t supervisor = own_supervisor();
    pid_t waiter = find_waiter(supervisor);
    /* Stopped, it cannot go when the supervisor dies. */
    assert_int_equal(kill(waiter, SIGSTOP), 0);
    assert_int_equal(kill(supervisor, SIGKILL), 0);
    test_assert_process_goes(supervisor);
    assert_int_equal(kill(waiter, SIGKILL), 0);
    held_clear(&held);
    g_autofree char *text = wait_for_done(root);
    assert_string_equal(text, "text");
}

static void
test_errand_that_fails(void **state)
{
    (void)state;
    static const struct {
        const char *undo;
        const char *answer;
    } cases[] = {
        {"undo|1||/bin/sh|-c|echo out; echo the engine is away >&2; exit 3",
         "error|the engine is away|"},
        {"undo|1||/bin/sh|-c|exit 3", "error|/bin/sh ended with status 3|"},
        {"undo|1||/bin/sh|-c|kill -SEGV $$", "error|/bin/sh ended with status 139|"},
        {"undo|1||/no/such/program", "error|could not start /no/such/program: No such file or "
                                     "directory|"},
        {"undo|1||/bin/sh|-c|echo all is well >&2", "ok|"},
        /* More than a pipe would take. */
        {"undo|1||/bin/sh|-c|seq 100000 >&2", "ok|"},
    };
    pid_t pid;
    int fd = start_raw(&pid, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *undone = ask_fields(fd, cases[i].undo);
        assert_true(g_str_has_prefix(undone, "ok|"));
        g_autofree char *answer = ask_fields(fd, "end|1");
        assert_string_equal(answer, cases[i].answer);
    }
    g_autofree char *long_input = g_strnfill(100 * 1024, 'x');
    g_autofree char *request = g_strconcat("undo|1|", long_input, "|/bin/true", NULL);
    g_autofree char *answer = ask_fields(fd, request);
    assert_string_equal(answer, "error|could not prepare /bin/true: Message too long|");
    end_raw(fd, pid);
}

static void
test_errand_that_hangs(void **state)
{
    g_autofree char *request = g_strdup_printf(
        "undo|1||/bin/sh|-c|sleep 61 & echo $! >'%s/pid'; echo busy >&2; exec sleep 62",
        (const char *)*state);
    pid_t pid;
    int fd = start_raw(&pid, NULL, NULL);
    g_autofree char *undone = ask_fields(fd, request);
    gint64 begun = g_get_monotonic_time();
    g_autofree char *answer = ask_fields(fd, "end|1");
    assert_string_equal(answer, "error|/bin/sh did not end within 10 seconds: busy|");
    assert_in_range((g_get_monotonic_time() - begun) / 1000, 9900, 12000);
    /* Nor does what it started stay. */
    g_autofree char *path = g_build_filename(*state, "pid", NULL);
    g_autofree char *child = NULL;
    assert_true(g_file_get_contents(path, &child, NULL, NULL));
    assert_false(test_is_running((pid_t)g_ascii_strtoll(child, NULL, 10)));
    end_raw(fd, pid);
}

/* Processes that lost their parent: those of a session that was spawned are ended with it; one that
 * made itself a session of its own (podman's monitor of a container) is none of ours. */
static void
test_adopted(void **state)
{
    static const char script[] = "sh -c 'echo child $$; exec sleep 60' & "
                                 "setsid sh -c 'echo apart $$; exec sleep 60' & exec sleep 60";
    Held held = hold(*state, script);
    g_free(wait_for_log(held.log, "apart "));
    pid_t child = logged_child(held.log);
    g_autofree char *text = wait_for_log(held.log, "apart ");
    pid_t apart = (pid_t)g_ascii_strtoll(strstr(text, "apart ") + 6, NULL, 10);
    /* An errand's own are left alone as long as it runs. */
    undo(held.custody, "sh -c 'sleep 0.2; exit 5' & wait $!; test $? -eq 5 || echo no >&2", NULL);
    held_clear(&held);
    assert_false(test_is_running(child));
    assert_true(test_is_running(apart));
    assert_int_equal(kill(apart, SIGKILL), 0);
}

static void
test_chore(void **state)
{
    const char *root = *state;
    g_autofree char *request = g_strdup_printf(
        "chore|/bin/sh|-c|sleep 61 & cd '%s'; echo $$ $! >new && mv new " ERRAND_DONE "; wait",
        root);
    pid_t pid;
    int fd = start_raw(&pid, NULL, NULL);
    g_autofree char *answer = ask_fields(fd, request);
    assert_string_equal(answer, "ok|");
    g_autofree char *pids = wait_for_done(root);
    int chore = 0, child = 0;
    assert_int_equal(sscanf(pids, "%d %d", &chore, &child), 2);
    /* The end of a scope is not its end; that of the channel is, at once. */
    g_autofree char *ended = ask_fields(fd, "end|1");
    assert_true(test_is_running(chore));
    gint64 begun = g_get_monotonic_time();
    end_raw(fd, pid);
    assert_in_range((g_get_monotonic_time() - begun) / 1000, 0, 400);
    assert_false(test_is_running(chore));
    assert_false(test_is_running(child));
}

static void
test_janitor_not_found(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *found = pgs_custody_find_janitor(&error);
    assert_non_null(found);
    g_setenv("PGSTAIR_JANITOR", "/no/such/janitor", TRUE);
    assert_null(pgs_custody_find_janitor(&error));
    g_unsetenv("PGSTAIR_JANITOR");
    assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
    assert_non_null(strstr(error->message, "/no/such/janitor"));
    assert_non_null(strstr(error->message, "\nHINT: "));
}

int
main(int argc, char **argv)
{
    if (argc == 3 && g_str_has_suffix(argv[1], "errand"))
        return play_errand(argv[1], argv[2]);
    if (argc == 3)
        return play(argv[1], argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_end_is_complete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_death_of_the_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_end_of_the_supervisor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sweep_after_the_supervisor_died, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sweep_without_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sweep_unlocked_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_custody_without_supervisor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_process_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_child_is_clean, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fork_does_not_end_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_threads, set_up, tear_down),
        cmocka_unit_test(test_supervisor_not_found),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_protocol),
        cmocka_unit_test_setup_teardown(test_watch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errand_that_is_forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errand_after_a_death, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errand_of_what_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errand_when_all_but_us_are_killed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errand_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errand_that_hangs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_adopted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chore, set_up, tear_down),
        cmocka_unit_test(test_janitor_not_found),
    };
    return cmocka_run_group_tests_name("server.supervisor", tests, NULL, NULL);
}
