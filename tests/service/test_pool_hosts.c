/* Covers harness/service/pool_connect.c, pool_settings.c: several hosts in one connection string.
 */
#include "own_server.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { N_SILENT = 2 };

/* Servers that take connections and say nothing, in one folder, at the ports 5432 and 5433; nobody
 * listens at 5434. */
typedef struct {
    char *folder;
    char *paths[N_SILENT];
    int listeners[N_SILENT];
} Silent;

static Silent *
silent_new(void)
{
    Silent *silent = g_new0(Silent, 1);
    silent->folder = g_dir_make_tmp("pool-XXXXXX", NULL);
    for (int i = 0; i < N_SILENT; i++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        silent->paths[i] = g_strdup_printf("%s/.s.PGSQL.%d", silent->folder, 5432 + i);
        g_strlcpy(address.sun_path, silent->paths[i], sizeof address.sun_path);
        silent->listeners[i] = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(bind(silent->listeners[i], (struct sockaddr *)&address, sizeof address),
                         0);
        assert_int_equal(listen(silent->listeners[i], 50), 0);
    }
    return silent;
}

static void
silent_free(Silent *silent)
{
    for (int i = 0; i < N_SILENT; i++) {
        close(silent->listeners[i]);
        unlink(silent->paths[i]);
        g_free(silent->paths[i]);
    }
    rmdir(silent->folder);
    g_free(silent->folder);
    g_free(silent);
}

/* hosts: a letter each: s and t silent, r refuses, o our own server. */
static PgsPool *
pool_on(const OwnServer *own, const Silent *silent, const char *hosts, PgsPoolOptions options)
{
    g_autoptr(GString) host = g_string_new(NULL), port = g_string_new(NULL);
    for (gsize i = 0; hosts[i] != '\0'; i++) {
        static const char letters[] = "str";
        const char *letter = strchr(letters, hosts[i]);
        g_string_append_printf(host, "%s%s", i > 0 ? "," : "",
                               letter != NULL ? silent->folder : own->cluster->socket_folder);
        g_string_append_printf(port, "%s%d", i > 0 ? "," : "",
                               5432 + (letter != NULL ? (int)(letter - letters) : 0));
    }
    g_autofree char *url = g_strdup_printf(
        "host='%s' port=%s user=postgres dbname=postgres sslmode=disable gssencmode=disable",
        host->str, port->str);
    options.url = url;
    PgsPool *pool = pgs_pool_new(&options, NULL);
    assert_non_null(pool);
    return pool;
}

/* However many are silent before it, the one that answers is found: each has its share of the time,
 * and no further attempt is needed. */
static void
test_the_one_that_answers(void **state)
{
    static const char *const cases[] = {"so", "rso", "sro", "sto", "rsto", "osr", "ro"};
    const OwnServer *own = *state;
    Silent *silent = silent_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsPool *pool =
            pool_on(own, silent, cases[i], (PgsPoolOptions){.timeout = 1500, .retries = -1});
        PGconn *connection = must_acquire(pool);
        assert_string_equal(PQhost(connection), own->cluster->socket_folder);
        pgs_pool_release(pool, connection);
        pgs_pool_free(pool);
    }
    silent_free(silent);
}

/* The pool's own limit for one attempt holds as well. */
static void
test_limit_of_an_attempt(void **state)
{
    Silent *silent = silent_new();
    PgsPool *pool =
        pool_on(*state, silent, "so", (PgsPoolOptions){.timeout = 20000, .connect_timeout = 1});
    long start = milliseconds();
    pgs_pool_release(pool, must_acquire(pool));
    assert_in_range(milliseconds() - start, 999, 10000);
    pgs_pool_free(pool);
    silent_free(silent);
}

/* Each is told, and nobody waits longer than the pool says. */
static void
test_none_answers(void **state)
{
    PgsProblem *problem = NULL;
    Silent *silent = silent_new();
    PgsPool *pool = pool_on(*state, silent, "rst", (PgsPoolOptions){.timeout = 600, .retries = -1});
    long start = milliseconds();
    assert_null(pgs_pool_acquire(pool, &problem));
    assert_in_range(milliseconds() - start, 599, 2000);
    assert_non_null(strstr(pgs_problem_message(problem), ":5432 "));
    assert_non_null(strstr(pgs_problem_message(problem), ":5433 "));
    assert_null(strstr(pgs_problem_message(problem), "exhausted"));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_UNAVAILABLE);
    pgs_pool_free(pool);
    silent_free(silent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_one_that_answers),
        cmocka_unit_test(test_limit_of_an_attempt),
        cmocka_unit_test(test_none_answers),
    };
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}
