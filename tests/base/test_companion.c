/* Covers harness/base/companion.c and child.c. */
#include "cmocka_all.h"

#include "base/companion.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static PgsCompanion *
start(const char *script, guint timeout, GCancellable *cancellable)
{
    PgsProcess *process = pgs_process_new("/bin/sh");
    g_autoptr(GError) error = NULL;
    pgs_process_add_many(process, "-c", script, NULL);
    pgs_process_set_timeout(process, timeout);
    pgs_process_set_cancellable(process, cancellable);
    PgsCompanion *companion = pgs_companion_start(process, &error);
    assert_null(error);
    return companion;
}

static void
assert_answer(PgsCompanion *companion, const char *question, const char *answer)
{
    g_autoptr(GError) error = NULL;
    assert_true(pgs_companion_send(companion, question, &error));
    g_autofree char *line = pgs_companion_receive(companion, &error);
    assert_string_equal(line, answer);
}

static void
assert_over(PgsCompanion *companion, PgsProcessError code, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = pgs_companion_send(companion, "go", &error)
                                ? pgs_companion_receive(companion, &error)
                                : NULL;
    assert_null(line);
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, (int)code));
    if (strstr(error->message, words) == NULL)
        fail_msg("no \"%s\" in \"%s\"", words, error->message);
    assert_false(pgs_companion_is_alive(companion));
}

/* What it prints is no answer, and kept. */
static void
test_exchanges(void **state)
{
    (void)state;
    g_autoptr(PgsCompanion) companion =
        start("while read -r line <&3; do echo noise; echo trouble >&2; echo \"<$line>\" >&4; done",
              5000, NULL);
    assert_answer(companion, "one", "<one>");
    assert_answer(companion, "two words", "<two words>");
    g_autofree char *printed = pgs_companion_printed(companion);
    assert_string_equal(printed, "\ntrouble");
    assert_true(pgs_companion_is_alive(companion));
}

/* An answer of several lines, of which one is long. */
static void
test_long_lines(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsCompanion) companion =
        start("read -r line <&3; printf '%0300000d\\nlast\\n' 7 >&4; sleep 60", 5000, NULL);
    assert_true(pgs_companion_send(companion, "go", &error));
    g_autofree char *first = pgs_companion_receive(companion, &error);
    g_autofree char *second = pgs_companion_receive(companion, &error);
    assert_int_equal(strlen(first), 300000);
    assert_string_equal(second, "last");
}

static void
test_ends(void **state)
{
    (void)state;
    g_autoptr(PgsCompanion) exits = start("read -r l <&3; echo last words >&2; exit 7", 5000, NULL);
    assert_over(exits, PGS_PROCESS_ERROR_FAILED, "exit status 7\nlast words");
    assert_int_equal(pgs_companion_exit_status(exits), 7);
    g_autoptr(PgsCompanion) dies = start("read -r l <&3; kill -KILL $$", 5000, NULL);
    assert_over(dies, PGS_PROCESS_ERROR_FAILED, "signal 9");
    /* Its last answer counts. */
    g_autoptr(PgsCompanion) answers = start("read -r l <&3; echo bye >&4", 5000, NULL);
    assert_answer(answers, "go", "bye");
    assert_over(answers, PGS_PROCESS_ERROR_FAILED, "exit status 0");
}

/* Also when it does not read, ignores SIGTERM, and has children. */
static void
test_limits(void **state)
{
    (void)state;
    g_autoptr(PgsCompanion) hangs = start("trap '' TERM; sleep 600 & wait; sleep 600", 200, NULL);
    assert_over(hangs, PGS_PROCESS_ERROR_TIMEOUT, "did not answer within 200 ms");
    g_autoptr(PgsCompanion) prints = start("while :; do echo endless; done", 200, NULL);
    assert_over(prints, PGS_PROCESS_ERROR_TIMEOUT, "endless");
    g_autofree char *printed = pgs_companion_printed(prints);
    assert_in_range(strlen(printed), 1, 4200);
}

static void
test_cancelled(void **state)
{
    (void)state;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(PgsCompanion) companion = start("sleep 600", 60000, cancellable);
    g_cancellable_cancel(cancellable);
    assert_over(companion, PGS_PROCESS_ERROR_CANCELLED, "cancelled");
}

/* Free ends what it has started, too. */
static void
test_end_by_free(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    PgsCompanion *companion = start("sleep 600 & echo $! >&4; read -r line <&3; wait", 5000, NULL);
    assert_true(pgs_companion_send(companion, "x", &error));
    g_autofree char *line = pgs_companion_receive(companion, &error);
    pid_t pid = (pid_t)g_ascii_strtoll(line, NULL, 10);
    assert_int_equal(kill(pid, 0), 0);
    pgs_companion_free(companion);
    for (guint i = 0; i < 500 && kill(pid, 0) == 0; i++) {
        g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
        g_autofree char *stat = NULL;
        if (g_file_get_contents(path, &stat, NULL, NULL) && strstr(stat, ") Z ") != NULL)
            return; /* nobody has reaped it yet */
        g_usleep(10000);
    }
    assert_int_equal(kill(pid, 0), -1);
}

static void
test_not_there(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    assert_null(pgs_companion_start(pgs_process_new("no-such-program"), &error));
    assert_true(g_error_matches(error, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_NOT_FOUND));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exchanges), cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_ends),      cmocka_unit_test(test_limits),
        cmocka_unit_test(test_cancelled), cmocka_unit_test(test_end_by_free),
        cmocka_unit_test(test_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
