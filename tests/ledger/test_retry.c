/* harness/ledger/apply.c, apply_recover.c, manner.c: what is tried again, and what is not */
#include "apply_fixture.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Runs the folder's one revision; the SQLSTATE of its failure, "" for a lost connection; "done". */
static char *
run_one(Site *site, Books *books)
{
    g_autoptr(GError) error = NULL;
    guint done;
    g_autoptr(PgsOutcome) outcome = site_run(site, books, 0, 0, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    return g_strdup(outcome->succeeded ? "done" : outcome->failure->sqlstate);
}

/* ---- locks ---- */

static void
end_transaction(gpointer connection)
{
    pgs_connection_run(connection, "ROLLBACK", NULL);
}

/* Somebody's transaction holds the table until the first attempt has failed. */
static void
wait_for_table(Books *books, const char *format, const char *file, const char *text,
               const char *code, const char *news, const char *mark)
{
    g_auto(Site) site = {0};
    books_write(books, file, text);
    books_open(books, format);
    books_run(books, "CREATE TABLE t (x int); CREATE TABLE u (x int)");
    books_run(books, "BEGIN; LOCK TABLE t");
    site_open(&site, books);
    site.on_again = end_transaction;
    site.data = books->connection;
    g_autofree char *outcome = run_one(&site, books);
    pgs_connection_run(books->connection, "ROLLBACK", NULL);
    assert_string_equal(outcome, code);
    assert_string_equal(site.news->str, news);
    site_expect_mark(books, mark);
    g_autofree char *text_of_books = books_describe(books);
    assert_true(g_str_has_suffix(text_of_books, strcmp(code, "done") == 0 ? "#" : "."));
}

static void
test_lock_whole(void **state)
{
    wait_for_table(*state, "golang-migrate", "1_a.up.sql",
                   "ALTER TABLE u ADD y int; ALTER TABLE "
                   "t ADD y int",
                   "done", "begun 0, again 0, done 0", "none");
    site_expect(*state, "SELECT count(*) FROM pg_attribute WHERE attname = 'y'", "2");
}

static void
test_lock_transaction(void **state)
{
    wait_for_table(*state, "goose", "1_a.sql",
                   "-- +goose Up\nALTER TABLE u ADD y int;\nALTER TABLE t ADD y int;\n", "done",
                   "begun 0, again 0, done 0", "none");
}

/* Its first statement alone has left nothing. */
static void
test_lock_first_statement(void **state)
{
    wait_for_table(*state, "goose", "1_a.sql",
                   "-- +goose NO TRANSACTION\n-- +goose Up\nALTER TABLE t ADD y int;\nALTER TABLE "
                   "u ADD y int;\n",
                   "done", "begun 0, again 0, done 0", "none");
}

/* Its second: the first one stays, and it is not begun again. */
static void
test_lock_half_done(void **state)
{
    wait_for_table(*state, "goose", "1_a.sql",
                   "-- +goose NO TRANSACTION\n-- +goose Up\nALTER TABLE u ADD y int;\nALTER TABLE "
                   "t ADD y int;\n",
                   "55P03", "begun 0, failed 0", "1_a up 2/2 line 4 left 0");
    site_expect(*state, "SELECT count(*) FROM pg_attribute WHERE attname = 'y'", "1");
}

/* A transaction of its own that failed has left nothing, and golang-migrate's mark is taken back.
 */
static void
test_lock_own_transaction(void **state)
{
    wait_for_table(*state, "golang-migrate", "1_a.up.sql",
                   "BEGIN; ALTER TABLE u ADD y int; ALTER TABLE t ADD y int; COMMIT;", "done",
                   "begun 0, again 0, done 0", "none");
}

static void
test_lock_never_had(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    books_write(books, "1_a.up.sql", "ALTER TABLE t ADD y int");
    books_open(books, "golang-migrate");
    books_run(books, "CREATE TABLE t (x int)");
    books_run(books, "BEGIN; LOCK TABLE t");
    site_open(&site, books);
    g_autofree char *outcome = run_one(&site, books);
    pgs_connection_run(books->connection, "ROLLBACK", NULL);
    assert_string_equal(outcome, "55P03");
    assert_string_equal(site.news->str, "begun 0, again 0, again 0, again 0, failed 0");
}

/* ---- connections ---- */

#define DIE_ONCE                                                                                   \
    "SELECT CASE WHEN nextval('tries') = 1 THEN pg_terminate_backend(pg_backend_pid()) END"

static void
lose(Books *books, const char *format, const char *file, const char *text, const char *code,
     const char *news)
{
    g_auto(Site) site = {0};
    books_write(books, file, text);
    books_open(books, format);
    books_run(books, "CREATE SEQUENCE tries");
    site_open(&site, books);
    g_autofree char *outcome = run_one(&site, books);
    assert_string_equal(outcome, code);
    assert_string_equal(site.news->str, news);
}

static void
test_lost_whole(void **state)
{
    lose(*state, "golang-migrate", "1_a.up.sql", "CREATE TABLE a (x int); " DIE_ONCE, "done",
         "begun 0, again 0, done 0");
}

static void
test_lost_transaction(void **state)
{
    lose(*state, "goose", "1_a.sql", "-- +goose Up\nCREATE TABLE a (x int);\n" DIE_ONCE ";\n",
         "done", "begun 0, again 0, done 0");
}

static void
test_lost_half_done(void **state)
{
    lose(*state, "goose", "1_a.sql",
         "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE a (x int);\n" DIE_ONCE ";\n",
         "57P01", "begun 0, failed 0");
    site_expect_mark(*state, "1_a up 2/2 line 4 left 0");
}

/* ---- lost when the server has committed, and nobody was told ---- */

/* Stands before the server's socket, and drops the connection in which the answer to a COMMIT
 * comes, that answer included. */
typedef struct {
    int listener;
    char *folder, *to;
    GPtrArray *threads;
    gint drops; /* how many are still to be dropped */
    gint ends;
} Proxy;

typedef struct {
    Proxy *proxy;
    int client, server;
} Line;

static int
connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* FALSE: that is the end of it. */
static gboolean
pass_on(Proxy *proxy, int from, int to, gboolean is_answer)
{
    static const char word[] = "COMMIT"; /* with its NUL: CommandComplete */
    char bytes[8192];
    ssize_t n = read(from, bytes, sizeof bytes);
    if (n <= 0)
        return FALSE;
    if (is_answer && memmem(bytes, (size_t)n, word, sizeof word) != NULL &&
        g_atomic_int_add(&proxy->drops, -1) > 0)
        return FALSE;
    return write(to, bytes, (size_t)n) == n;
}

static gpointer
carry(gpointer data)
{
    g_autofree Line *line = data;
    for (;;) {
        struct pollfd fds[] = {{line->client, POLLIN, 0}, {line->server, POLLIN, 0}};
        if (poll(fds, 2, -1) < 0)
            continue;
        if ((fds[0].revents != 0 && !pass_on(line->proxy, line->client, line->server, FALSE)) ||
            (fds[1].revents != 0 && !pass_on(line->proxy, line->server, line->client, TRUE)))
            break;
    }
    close(line->client);
    close(line->server);
    return NULL;
}

static gpointer
listen_for_clients(gpointer data)
{
    Proxy *proxy = data;
    for (;;) {
        int client = accept(proxy->listener, NULL, NULL);
        if (client < 0 || g_atomic_int_get(&proxy->ends))
            return NULL;
        Line *line = g_new(Line, 1);
        *line = (Line){proxy, client, connect_unix(proxy->to)};
        g_ptr_array_add(proxy->threads, g_thread_new("line", carry, line));
    }
}

static void
proxy_open(Proxy *proxy, const char *to)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    proxy->folder = g_dir_make_tmp("pgstair-proxy-XXXXXX", NULL);
    proxy->to = g_strdup(to);
    proxy->threads = g_ptr_array_new();
    proxy->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", proxy->folder);
    assert_int_equal(bind(proxy->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(proxy->listener, 16), 0);
    g_ptr_array_add(proxy->threads, g_thread_new("proxy", listen_for_clients, proxy));
}

/* All that went through it is closed by now. */
static void
proxy_close(Proxy *proxy)
{
    g_autofree char *path = g_build_filename(proxy->folder, ".s.PGSQL.5432", NULL);
    g_atomic_int_set(&proxy->ends, 1);
    int last = connect_unix(path);
    g_thread_join(g_ptr_array_index(proxy->threads, 0));
    close(last);
    for (guint i = 1; i < proxy->threads->len; i++)
        g_thread_join(g_ptr_array_index(proxy->threads, i));
    close(proxy->listener);
    g_ptr_array_unref(proxy->threads);
    pgs_fs_remove_tree(proxy->folder, NULL);
    g_free(proxy->folder);
    g_free(proxy->to);
}

/* The books say that it is applied: it is not run again, and is no failure. */
static void
test_lost_behind_commit(void **state)
{
    Books *books = *state;
    Site site = {0};
    Proxy proxy = {0};
    PGconn *raw = pgs_connection_raw(books->connection);
    g_autofree char *socket_path = g_strdup_printf("%s/.s.PGSQL.%s", PQhost(raw), PQport(raw));
    books_write(books, "1_a.sql", "-- +goose Up\nCREATE TABLE a (x int);\n");
    books_open(books, "goose");
    proxy_open(&proxy, socket_path);
    site.environment = pgs_environment_new(NULL);
    site.environment->url =
        g_strdup_printf("host=%s port=5432 user=%s dbname=%s sslmode=disable gssencmode=disable",
                        proxy.folder, PQuser(raw), books->database);
    const char *password = PQpass(raw);
    if (*password != '\0') {
        g_autofree char *url = g_steal_pointer(&site.environment->url);
        site.environment->url = pgs_conninfo_with(url, "password", password);
    }
    g_autoptr(GError) error = NULL;
    site.target = pgs_database_open(site.environment, NULL, NULL, NULL, &error);
    if (site.target == NULL)
        fail_msg("%s", error->message);
    site.news = g_string_new(NULL);
    g_atomic_int_set(&proxy.drops, 1);
    g_autofree char *outcome = run_one(&site, books);
    g_autofree char *news = g_strdup(site.news->str);
    site_close(&site);
    proxy_close(&proxy);
    assert_int_equal(proxy.drops, 0);
    assert_string_equal(outcome, "done");
    assert_string_equal(news, "begun 0, done 0");
    site_expect(books, "SELECT count(*) FROM goose_db_version WHERE version_id = 1", "1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_lock_whole),           BOOKS_TEST(test_lock_transaction),
        BOOKS_TEST(test_lock_first_statement), BOOKS_TEST(test_lock_half_done),
        BOOKS_TEST(test_lock_own_transaction), BOOKS_TEST(test_lock_never_had),
        BOOKS_TEST(test_lost_whole),           BOOKS_TEST(test_lost_transaction),
        BOOKS_TEST(test_lost_half_done),       BOOKS_TEST(test_lost_behind_commit),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
