/* Covers harness/server/liveness.c. */
#include "server/helper.h"

#include "server/liveness.h"

#include <stdlib.h>

static void
test_describe(void **state)
{
    (void)state;
    g_autofree char *text = pgs_liveness_describe((int)getpid());
    g_autofree char *start =
        g_strdup_printf("pid=%d start=%" G_GUINT64_FORMAT " boot=", (int)getpid(),
                        pgs_liveness_start((int)getpid()));
    assert_true(g_str_has_prefix(text, start));
    assert_non_null(strstr(text, " ns="));
    /* What can stand in a label, a comment and an SQL literal as it is. */
    assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789 =-[]:"),
                     strlen(text));
    assert_true(strlen(text) < 200);
}

static void
test_process(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        _exit(read(ends[0], &(char){0}, 1) == 0 ? 0 : 1);
    }
    close(ends[0]);
    g_autofree char *text = pgs_liveness_describe((int)pid);
    assert_int_not_equal(pgs_liveness_start((int)pid), 0);
    assert_int_equal(pgs_liveness_judge(text), PGS_LIVENESS_LIVES);
    close(ends[1]);
    /* A zombie first, whose parent has yet to look; then nothing at all. */
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(pgs_liveness_start((int)pid), 0);
    assert_int_equal(pgs_liveness_judge(text), PGS_LIVENESS_GONE);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(pgs_liveness_start((int)pid), 0);
    assert_int_equal(pgs_liveness_judge(text), PGS_LIVENESS_GONE);
}

/* A copy of text in which the first `from` is `to`. */
static char *
changed(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    return g_strdup_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void
test_judge(void **state)
{
    (void)state;
    g_autofree char *own = pgs_liveness_describe((int)getpid());
    g_autofree char *cut = g_strndup(own, strlen(own) - 1);
    g_autofree char *longer = g_strconcat(own, " more", NULL);
    static const struct {
        const char *from;
        const char *to;
        PgsLiveness liveness;
    } cases[] = {
        /* Another process has got the number. */
        {"start=", "start=9", PGS_LIVENESS_GONE},
        /* Nobody can say from here. */
        {"boot=", "boot=0", PGS_LIVENESS_UNKNOWN},
        {"ns=pid:[", "ns=pid:[1", PGS_LIVENESS_UNKNOWN},
        /* No such text was ever written. */
        {"start=", "start=0 x=", PGS_LIVENESS_UNKNOWN},
        {"start=", "start=-", PGS_LIVENESS_UNKNOWN},
        {"start=", "start=99999999999999999999999", PGS_LIVENESS_UNKNOWN},
        {"pid=", "pid=-", PGS_LIVENESS_UNKNOWN},
        {"pid=", "pid=99999999999", PGS_LIVENESS_UNKNOWN},
        {"pid=", " pid=", PGS_LIVENESS_UNKNOWN},
        {"pid=", "PID=", PGS_LIVENESS_UNKNOWN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = changed(own, cases[i].from, cases[i].to);
        if (pgs_liveness_judge(text) != cases[i].liveness)
            fail_msg("\"%s\" is judged %d", text, (int)pgs_liveness_judge(text));
    }
    assert_int_equal(pgs_liveness_judge(own), PGS_LIVENESS_LIVES);
    assert_int_equal(pgs_liveness_judge(cut), PGS_LIVENESS_UNKNOWN);
    assert_int_equal(pgs_liveness_judge(longer), PGS_LIVENESS_UNKNOWN);
    assert_int_equal(pgs_liveness_judge(""), PGS_LIVENESS_UNKNOWN);
    assert_int_equal(pgs_liveness_judge(NULL), PGS_LIVENESS_UNKNOWN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_describe),
        cmocka_unit_test(test_process),
        cmocka_unit_test(test_judge),
    };
    return cmocka_run_group_tests_name("server.liveness", tests, NULL, NULL);
}
