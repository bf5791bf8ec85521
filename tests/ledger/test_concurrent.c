/* harness/ledger/lock.c, apply.c: two runs at once */
#include "apply_fixture.h"

#include "apply_child.h"

#include <stdlib.h>

enum {
    ROUNDS = 3, /* 50 when PGSTAIR_TEST_FULL is set */
    REVISIONS = 6,
};

static guint
count_rounds(void)
{
    return g_getenv("PGSTAIR_TEST_FULL") != NULL ? 50 : ROUNDS;
}

/* One revision of a folder: it says in a table that it has run. */
typedef void (*Writer)(const Books *books, guint number);

static void
write_golang_migrate(const Books *books, guint number)
{
    g_autofree char *name = g_strdup_printf("%u_r.up.sql", number);
    g_autofree char *text =
        number % 3 == 0
            ? g_strdup_printf("CREATE INDEX CONCURRENTLY r%u ON log (n)", number)
            : g_strdup_printf("%sINSERT INTO log VALUES (%u); CREATE TABLE r%u (x int);%s",
                              number % 2 == 0 ? "BEGIN;" : "", number, number,
                              number % 2 == 0 ? "COMMIT;" : "");
    books_write(books, name, text);
}

static void
write_goose(const Books *books, guint number)
{
    g_autofree char *name = g_strdup_printf("%u_r.sql", number);
    g_autofree char *text =
        number % 3 == 0
            ? g_strdup_printf("-- +goose NO TRANSACTION\n-- +goose Up\nINSERT INTO log VALUES "
                              "(%u);\nCREATE INDEX CONCURRENTLY r%u ON log (n);\n",
                              number, number)
            : g_strdup_printf("-- +goose Up\nINSERT INTO log VALUES (%u);\nCREATE TABLE r%u (x "
                              "int);\n",
                              number, number);
    books_write(books, name, text);
}

static void
write_dbmate(const Books *books, guint number)
{
    g_autofree char *name = g_strdup_printf("%u_r.sql", number);
    g_autofree char *text = g_strdup_printf(
        "-- migrate:up%s\n%s%u%s;\n-- migrate:down\nSELECT 1;\n",
        number % 3 == 0 ? " transaction:false" : "",
        number % 3 == 0 ? "CREATE INDEX CONCURRENTLY r" : "INSERT INTO log VALUES (", number,
        number % 3 == 0 ? " ON log (n)" : ")");
    books_write(books, name, text);
}

static void
write_plain(const Books *books, guint number)
{
    g_autofree char *name = g_strdup_printf("%u_r.up.sql", number);
    g_autofree char *text = g_strdup_printf(
        "INSERT INTO log VALUES (%u);\nCREATE TABLE r%u (x int);\n", number, number);
    books_write(books, name, text);
}

/* Two processes, started together, on a database without books. */
static void
race(Books *books, const char *url, const char *format)
{
    GPid first = child_start(url, books->folder, format);
    GPid second = child_start(url, books->folder, format);
    int codes[] = {child_wait(first), child_wait(second)};
    assert_int_equal(codes[0], CHILD_DONE);
    assert_int_equal(codes[1], CHILD_DONE);
    g_autofree char *twice =
        books_value(books, "SELECT count(*) FROM (SELECT n FROM log GROUP BY n HAVING count(*) > "
                           "1) AS t");
    assert_string_equal(twice, "0");
    g_autofree char *made = books_value(
        books, "SELECT count(DISTINCT r) FROM (SELECT n AS r FROM log UNION ALL SELECT "
               "substr(relname, 2)::int FROM pg_class WHERE relname ~ '^r[0-9]+$') AS t");
    g_autofree char *wanted = g_strdup_printf("%d", REVISIONS);
    assert_string_equal(made, wanted);
    g_autofree char *mark = site_mark(books);
    assert_string_equal(mark, "none");
    g_autofree char *invalid =
        books_value(books, "SELECT count(*) FROM pg_index WHERE NOT indisvalid");
    assert_string_equal(invalid, "0");
}

static void
race_often(void **state, const char *format, Writer write)
{
    Books *books = *state;
    g_autofree char *url =
        pgs_conninfo_with(pgs_server_conninfo(books->server), "dbname", books->database);
    for (guint i = 1; i <= REVISIONS; i++)
        write(books, i);
    for (guint i = 0; i < count_rounds(); i++) {
        books_run(books, "DROP SCHEMA public CASCADE");
        books_run(books, "CREATE SCHEMA public");
        books_run(books, "CREATE TABLE log (n int)");
        race(books, url, format);
    }
}

static void
test_golang_migrate(void **state)
{
    race_often(state, "golang-migrate", write_golang_migrate);
}

static void
test_goose(void **state)
{
    race_often(state, "goose", write_goose);
}

static void
test_dbmate(void **state)
{
    race_often(state, "dbmate", write_dbmate);
}

static void
test_plain(void **state)
{
    race_often(state, "plain", write_plain);
}

int
main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "upgrade") == 0)
        return child_main(argv);
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_golang_migrate),
        BOOKS_TEST(test_goose),
        BOOKS_TEST(test_dbmate),
        BOOKS_TEST(test_plain),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
