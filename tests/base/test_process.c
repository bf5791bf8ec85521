/* Covers harness/base/process.c. */
#include "cmocka_all.h"

#include "base/process.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static PgsProcess *
shell(const char *script)
{
    PgsProcess *process = pgs_process_new("/bin/sh");
    pgs_process_add_many(process, "-c", script, NULL);
    return process;
}

/* Runs a script and returns what it wrote to standard output, without the last newline. */
static char *
output_of(PgsProcess *process)
{
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    assert_true(pgs_process_run_checked(process, &result, &error));
    assert_null(error);
    g_strchomp(result.output);
    return g_steal_pointer(&result.output);
}

static void
test_output_and_status(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("printf 'out\\0put'; printf err >&2; exit 3");
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    assert_true(pgs_process_run(process, &result, &error));
    assert_int_equal(result.exit_status, 3);
    assert_int_equal(result.output_length, 7);
    assert_memory_equal(result.output, "out\0put", 8);
    assert_string_equal(result.errors, "err");
}

static void
test_signal_status(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("kill -KILL $$");
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    assert_true(pgs_process_run(process, &result, &error));
    assert_int_equal(result.exit_status, 128 + SIGKILL);
    assert_false(pgs_process_run_checked(process, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_FAILED));
    assert_non_null(strstr(error->message, "signal 9"));
}

static void
test_arguments_are_not_parsed(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = pgs_process_new("printf");
    pgs_process_add(process, "%s|%s|%s");
    pgs_process_add_many(process, "a b", "$HOME `x` \"'", NULL);
    pgs_process_add_printf(process, "%d", 42);
    g_autofree char *output = output_of(process);
    assert_string_equal(output, "a b|$HOME `x` \"'|42");
}

/* More than a pipe holds, both ways and on both streams: nobody may wait for another. */
static void
test_large_streams(void **state)
{
    (void)state;
    enum { LENGTH = 3 * 1024 * 1024 };
    g_autofree char *input = g_malloc(LENGTH);
    memset(input, 'x', LENGTH);
    g_autoptr(PgsProcess) process = shell("tee /dev/stderr");
    pgs_process_set_input(process, input, LENGTH);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    assert_true(pgs_process_run_checked(process, &result, &error));
    assert_int_equal(result.output_length, LENGTH);
    assert_int_equal(result.errors_length, LENGTH);
    assert_memory_equal(result.errors, input, LENGTH);
}

/* A program that does not read what it is given must not end this one with SIGPIPE. */
static void
test_input_unread(void **state)
{
    (void)state;
    g_autofree char *input = g_strnfill(1024 * 1024, 'x');
    g_autoptr(PgsProcess) process = shell("exit 0");
    pgs_process_set_input(process, input, -1);
    assert_true(pgs_process_run_checked(process, NULL, NULL));
}

static void
test_no_input_is_end_of_file(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("cat; echo done");
    g_autofree char *output = output_of(process);
    assert_string_equal(output, "done");
}

static void
test_environment(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process =
        shell("echo $PGSTAIR_TEST_A,$PGSTAIR_TEST_B,$OTHER,${HOME-none}");
    pgs_process_set_env(process, "PGSTAIR_TEST_A", "a");
    pgs_process_set_env(process, "PGSTAIR_TEST_B", "b");
    pgs_process_set_env(process, "OTHER", "o");
    pgs_process_set_env(process, "HOME", NULL);
    pgs_process_clear_env(process, "PGSTAIR_TEST");
    pgs_process_set_env(process, "PGSTAIR_TEST_B", "again");
    g_autofree char *output = output_of(process);
    assert_string_equal(output, ",again,o,none");
}

static void
test_directory(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("pwd");
    pgs_process_set_directory(process, "/");
    g_autofree char *output = output_of(process);
    assert_string_equal(output, "/");

    g_autoptr(PgsProcess) nowhere = shell("pwd");
    pgs_process_set_directory(nowhere, "/nowhere/at/all");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_process_run(nowhere, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN));
    assert_non_null(strstr(error->message, "/nowhere/at/all"));
}

static void
test_not_found(void **state)
{
    (void)state;
    static const char *const programs[] = {"pgstair-no-such-program", "/no/such/program"};
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autoptr(PgsProcess) process = pgs_process_new(programs[i]);
        g_autoptr(GError) error = NULL;
        assert_false(pgs_process_run(process, NULL, &error));
        assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_NOT_FOUND));
        assert_non_null(strstr(error->message, programs[i]));
    }
    g_autoptr(PgsProcess) folder = pgs_process_new("/");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_process_run(folder, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN));
}

/* The pid that a script wrote into an error message's last line. */
static pid_t
pid_in(const char *message)
{
    const char *line = strrchr(message, '\n');
    assert_non_null(line);
    pid_t pid = (pid_t)g_ascii_strtoll(line + 1, NULL, 10);
    assert_true(pid > 1);
    return pid;
}

/* Killed descendants are reaped by init; until then they are zombies, which count as gone. */
static gboolean
is_running(pid_t pid)
{
    g_autofree char *name = g_strdup_printf("/proc/%d/stat", (int)pid);
    g_autofree char *stat = NULL;
    if (!g_file_get_contents(name, &stat, NULL, NULL))
        return FALSE;
    const char *paren = strrchr(stat, ')');
    return paren != NULL && paren[2] != 'Z' && paren[2] != 'X';
}

static void
test_timeout_ends_the_group(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("sleep 60 & echo $!; wait");
    pgs_process_set_timeout(process, 100);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    assert_false(pgs_process_run(process, &result, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT));
    assert_non_null(strstr(error->message, "did not end within 100 ms"));
    assert_null(result.output);
    pid_t sleeper = pid_in(error->message);
    /* SIGKILL was sent before the return; the kernel may take a moment. */
    for (int i = 0; i < 200 && is_running(sleeper); i++)
        g_usleep(5000);
    assert_false(is_running(sleeper));
}

static void
test_timeout_when_sigterm_is_ignored(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("trap '' TERM; exec sleep 60");
    pgs_process_set_timeout(process, 50);
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    assert_false(pgs_process_run(process, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT));
    assert_true(g_get_monotonic_time() - start < 30 * G_USEC_PER_SEC);
}

static gpointer
cancel_when_file_exists(gpointer data)
{
    GObject *cancellable = data;
    const char *path = g_object_get_data(cancellable, "path");
    for (int i = 0; i < 10000 && !g_file_test(path, G_FILE_TEST_EXISTS); i++)
        g_usleep(1000);
    g_cancellable_cancel(G_CANCELLABLE(cancellable));
    return NULL;
}

static void
test_cancel(void **state)
{
    (void)state;
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "started", NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_object_set_data(G_OBJECT(cancellable), "path", path);
    g_autoptr(PgsProcess) process = shell(": > \"$1\"; sleep 60");
    pgs_process_add_many(process, "sh", path, NULL);
    pgs_process_set_cancellable(process, cancellable);
    GThread *thread = g_thread_new("cancel", cancel_when_file_exists, cancellable);
    g_autoptr(GError) error = NULL;
    assert_false(pgs_process_run(process, NULL, &error));
    g_thread_join(thread);
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED));
    g_unlink(path);
    g_rmdir(folder);

    /* Cancelled before: it is not started at all. */
    g_clear_error(&error);
    g_autoptr(PgsProcess) late = shell(": > \"$1\"");
    pgs_process_add_many(late, "sh", path, NULL);
    pgs_process_set_cancellable(late, cancellable);
    assert_false(pgs_process_run(late, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED));
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* A daemon that the child leaves behind keeps the pipes open, but not the caller. */
static void
test_descendant_holds_the_pipe(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("sleep 60 & echo $!");
    gint64 start = g_get_monotonic_time();
    g_autofree char *output = output_of(process);
    assert_true(g_get_monotonic_time() - start < 30 * G_USEC_PER_SEC);
    pid_t sleeper = (pid_t)g_ascii_strtoll(output, NULL, 10);
    assert_true(sleeper > 1);
    assert_int_equal(kill(sleeper, SIGKILL), 0);
}

static void
test_checked_failure_quotes_the_last_lines(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do echo line "
                                          "$i >&2; done; printf '\\377\\n' >&2; exit 7");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_process_run_checked(process, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_FAILED));
    assert_non_null(strstr(error->message, "exit status 7\nline 4\n"));
    assert_null(strstr(error->message, "line 3\n"));
    assert_true(g_str_has_suffix(error->message, "line 14\n\\xFF"));
}

static void
test_account(void **state)
{
    (void)state;
    enum { SOME_UID = 54321, SOME_GID = 54322 };
    g_autoptr(PgsProcess) process = shell("id -u; id -g; id -G");
    pgs_process_set_account(process, SOME_UID, SOME_GID);
    pgs_process_set_directory(process, "/");
    if (geteuid() == 0) {
        g_autofree char *output = output_of(process);
        assert_string_equal(output, "54321\n54322\n54322");
        return;
    }
    g_autoptr(GError) error = NULL;
    assert_false(pgs_process_run(process, NULL, &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_SPAWN));
}

static void
test_interactive_shares_the_streams(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = shell("exit 5");
    pgs_process_set_interactive(process, TRUE);
    pgs_process_set_timeout(process, 0);
    struct sigaction before, after;
    sigaction(SIGINT, NULL, &before);
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run(process, &result, NULL));
    assert_int_equal(result.exit_status, 5);
    assert_int_equal(result.output_length, 0);
    sigaction(SIGINT, NULL, &after);
    assert_ptr_equal(before.sa_handler, after.sa_handler);
}

static void
test_to_string(void **state)
{
    (void)state;
    g_autoptr(PgsProcess) process = pgs_process_new("/usr/bin/psql");
    pgs_process_add_many(process, "-h", "/tmp/a b", "-c", "select 'x'", "", "--set=a,b:c@1%", NULL);
    g_autofree char *line = pgs_process_to_string(process);
    assert_string_equal(line,
                        "/usr/bin/psql -h '/tmp/a b' -c 'select '\\''x'\\''' '' --set=a,b:c@1%");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_and_status),
        cmocka_unit_test(test_signal_status),
        cmocka_unit_test(test_arguments_are_not_parsed),
        cmocka_unit_test(test_large_streams),
        cmocka_unit_test(test_input_unread),
        cmocka_unit_test(test_no_input_is_end_of_file),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_directory),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_timeout_ends_the_group),
        cmocka_unit_test(test_timeout_when_sigterm_is_ignored),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_descendant_holds_the_pipe),
        cmocka_unit_test(test_checked_failure_quotes_the_last_lines),
        cmocka_unit_test(test_account),
        cmocka_unit_test(test_interactive_shares_the_streams),
        cmocka_unit_test(test_to_string),
    };
    return cmocka_run_group_tests_name("base.process", tests, NULL, NULL);
}
