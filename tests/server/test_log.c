/* Covers harness/server/log.c. */
#include "server/helper.h"

#include "server/log.h"

static char *
tail_of(const char *log, guint messages)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pgstair-test-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    if (!g_file_set_contents(path, log, -1, &error))
        fail_msg("%s", error->message);
    char *tail = pgs_log_tail(path, messages);
    unlink(path);
    return tail;
}

static void
test_folds(void **state)
{
    (void)state;
    static const struct {
        const char *log;
        guint messages;
        const char *tail;
    } cases[] = {
        {"", 3, ""},
        {"one\n", 3, "one"},
        {"one\ntwo\nthree\n\n", 2, "two\nthree"},
        /* A statement is one message, however many lines it has. */
        {"one\nERROR:  x\nSTATEMENT:  SELECT 1,\n\t  2,\n\t3\n", 2,
         "ERROR:  x\nSTATEMENT:  SELECT 1, 2, 3"},
        {"one\nSTATEMENT:  SELECT 1,\n\t2\nLOG:  bye\n", 1, "LOG:  bye"},
        {"one\nSTATEMENT:  SELECT 1,\n\t2\nLOG:  bye\n", 2, "STATEMENT:  SELECT 1, 2\nLOG:  bye"},
        {"\tits beginning is gone\nLOG:  bye\n", 5, "\tits beginning is gone\nLOG:  bye"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *tail = tail_of(cases[i].log, cases[i].messages);
        assert_string_equal(tail, cases[i].tail);
    }
}

/* A line that never ends does not fill a person's screen. */
static void
test_cuts(void **state)
{
    (void)state;
    g_autofree char *line = g_strnfill(200 * 1000, 'x');
    g_autofree char *log = g_strconcat("one\n", line, "\nlast\n", NULL);
    g_autofree char *tail = tail_of(log, 15);
    assert_true(strlen(tail) < 400);
    assert_non_null(strstr(tail, "…\nlast"));
}

static void
test_no_log(void **state)
{
    (void)state;
    g_autofree char *tail = pgs_log_tail("/nonexistent/log", 3);
    assert_string_equal(tail, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folds),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_no_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
