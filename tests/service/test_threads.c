/* Covers harness/service/pool*.c and session*.c under many threads: hammer_pool.c, under the thread
 * sanitizer. */
#include "own_server.h"

#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>

/* The sanitizer of older compilers cannot live with as much address randomization as newer kernels
 * do. */
static void
before_exec(G_GNUC_UNUSED gpointer data)
{
    personality(ADDR_NO_RANDOMIZE);
}

static void
make_table(const OwnServer *own)
{
    PGconn *connection = PQconnectdb(own->conninfo);
    PQclear(PQexec(connection, "CREATE TABLE hammered (n bigint)"));
    PQfinish(connection);
}

static GPid
start_hammer(const OwnServer *own, const char *checkouts, int *input, int *output)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    char *argv[] = {(char *)PGS_HAMMER, own->conninfo, (char *)"40", (char *)checkouts, NULL};
    if (!g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, before_exec, NULL,
                                  &pid, input, output, NULL, &error))
        fail_msg("%s", error->message);
    return pid;
}

static void
test_forty_threads(void **state)
{
    OwnServer *own = *state;
    char line[512] = "";
    int input, output, status = -1;
    const char *small = g_getenv("PGSTAIR_TEST_SMALL");
    make_table(own);
    gint64 start = g_get_monotonic_time();
    GPid pid = start_hammer(own, small != NULL ? "10000" : "100000", &input, &output);
    FILE *said = fdopen(output, "r");
    assert_non_null(fgets(line, sizeof line, said));
    assert_string_equal(line, "half\n");
    assert_true(own_server_stop(own));
    assert_true(own_server_launch(own));
    assert_int_equal(write(input, "back\n", 5), 5);
    while (fgets(line, sizeof line, said) != NULL)
        print_message("%s", line);
    fclose(said);
    close(input);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    print_message("%.1f s\n", (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
    assert_int_equal(status, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forty_threads)};
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}
