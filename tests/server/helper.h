#ifndef PGS_TESTS_SERVER_HELPER_H
#define PGS_TESTS_SERVER_HELPER_H

#include "cmocka_all.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * For tests of what outlives a process: a second run of the test program itself, in another role,
 * that says on standard output what it holds and then waits to be killed.
 */
typedef struct {
    pid_t pid;
    FILE *output;
} TestHelper;

/* Everything that these tests expect within the two seconds of the design; then they fail. */
enum {
    TEST_GONE_MS = 2000,
};

static inline TestHelper
test_helper_start(const char *role, const char *argument)
{
    int ends[2];
    /* Not the link itself, behind which valgrind hides. */
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    assert_non_null(program);
    assert_int_equal(pipe(ends), 0);
    TestHelper helper = {.pid = fork()};
    if (helper.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(program, program, role, argument, (char *)NULL);
        _exit(127);
    }
    assert_true(helper.pid > 0);
    close(ends[1]);
    helper.output = fdopen(ends[0], "r");
    assert_non_null(helper.output);
    return helper;
}

/* The value of its next line, "name value"; free with g_free(). */
static inline char *
test_helper_read(const TestHelper *helper, const char *name)
{
    char line[4096];
    assert_non_null(fgets(line, sizeof line, helper->output));
    g_strchomp(line);
    if (!g_str_has_prefix(line, name))
        fail_msg("expected %s, not: %s", name, line);
    return g_strdup(line + strlen(name) + 1);
}

static inline pid_t
test_helper_read_pid(const TestHelper *helper, const char *name)
{
    g_autofree char *text = test_helper_read(helper, name);
    pid_t pid = (pid_t)g_ascii_strtoll(text, NULL, 10);
    assert_true(pid > 1);
    return pid;
}

static inline void
test_helper_kill(TestHelper *helper, int signal_number)
{
    assert_int_equal(kill(helper->pid, signal_number), 0);
    while (waitpid(helper->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    helper->pid = 0;
}

static inline void
test_helper_close(TestHelper *helper)
{
    if (helper->pid != 0)
        test_helper_kill(helper, SIGKILL);
    if (helper->output != NULL)
        fclose(helper->output);
    helper->output = NULL;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestHelper, test_helper_close)

/* The helper's side: a line, and then to wait. */
static inline void
test_say(const char *name, const char *value)
{
    printf("%s %s\n", name, value);
    fflush(stdout);
}

static inline void
test_say_pid(const char *name, int pid)
{
    printf("%s %d\n", name, pid);
    fflush(stdout);
}

/* For ever, but not beyond a test that failed and forgot its helper. */
static inline void
test_wait_forever(void)
{
    alarm(60);
    for (;;)
        pause();
}

/* A zombie, whose parent has yet to look, counts as gone. */
static inline gboolean
test_is_running(pid_t pid)
{
    g_autofree char *name = g_strdup_printf("/proc/%d/stat", (int)pid);
    g_autofree char *stat = NULL;
    if (!g_file_get_contents(name, &stat, NULL, NULL))
        return FALSE;
    const char *paren = strrchr(stat, ')');
    return paren != NULL && paren[2] != 'Z' && paren[2] != 'X';
}

/* Waits for a condition that an event brings about, at most TEST_GONE_MS; whether it came. */
#define TEST_WAIT(condition)                                                                       \
    ({                                                                                             \
        gint64 until = g_get_monotonic_time() + (gint64)TEST_GONE_MS * 1000;                       \
        while (!(condition) && g_get_monotonic_time() < until)                                     \
            g_usleep(2000);                                                                        \
        (condition);                                                                               \
    })

static inline void
test_assert_process_goes(pid_t pid)
{
    if (!TEST_WAIT(!test_is_running(pid)))
        fail_msg("process %d is still there", (int)pid);
}

static inline void
test_assert_path_goes(const char *path)
{
    if (!TEST_WAIT(!g_file_test(path, G_FILE_TEST_EXISTS)))
        fail_msg("%s is still there", path);
}

#endif
