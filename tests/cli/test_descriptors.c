/* Covers harness/cli/program.c: started with standard descriptors closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs "pgstair snapshot FOLDER" with that descriptor closed; what came out of the other one, of
 * standard output and standard error: g_free(). */
static int
run_without(int closed, char **output)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], closed == STDOUT_FILENO ? STDERR_FILENO : STDOUT_FILENO);
        close(closed);
        execl(PGS_PROGRAM, PGS_PROGRAM, "snapshot", PGS_SOURCE_DIR "/migrations/canvas", "--server",
              "local", NULL);
        _exit(127);
    }
    close(ends[1]);
    GString *all = g_string_new(NULL);
    char block[4096];
    for (ssize_t got; (got = read(ends[0], block, sizeof block)) > 0;)
        g_string_append_len(all, block, got);
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    *output = g_string_free(all, FALSE);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_closed_output(G_GNUC_UNUSED void **state)
{
    g_autofree char *errors = NULL;
    assert_int_equal(run_without(STDOUT_FILENO, &errors), 3);
    assert_non_null(strstr(errors, "standard output"));
    assert_null(strstr(errors, "message type"));
}

static void
test_closed_input_and_errors(G_GNUC_UNUSED void **state)
{
    static const int descriptors[] = {STDIN_FILENO, STDERR_FILENO};
    for (gsize i = 0; i < G_N_ELEMENTS(descriptors); i++) {
        g_autofree char *text = NULL;
        assert_int_equal(run_without(descriptors[i], &text), 0);
        assert_non_null(strstr(text, "table public.users"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_output),
        cmocka_unit_test(test_closed_input_and_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
