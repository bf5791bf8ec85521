/* Covers harness/ledger/ledger_{golang_migrate,goose}.c: books that the tools themselves wrote. */
#include "books.h"

static const struct {
    const char *file, *format, *says;
} cases[] = {
    {"golang_migrate_two.sql", "golang-migrate", "2 t [1]: ##."},
    {"golang_migrate_dirty.sql", "golang-migrate", "3 t! [2] (dirty 0): ##."},
    {"golang_migrate_none.sql", "golang-migrate", ": ..."},
    {"goose.sql", "goose", "1 [0], 2 [1]: ##."},
};

static void
write_files(const Books *books, gboolean is_goose)
{
    books_empty(books);
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *name = g_strdup_printf("%05u_t%s", i, is_goose ? ".sql" : ".up.sql");
        books_write(books, name, is_goose ? "-- +goose Up\nSELECT 1;\n" : "SELECT 1;\n");
    }
}

/* Read as they are; then the next one is recorded, in the tool's own table. */
static void
test_written(void **state)
{
    Books *books = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean is_goose = strcmp(cases[i].format, "goose") == 0;
        g_autofree char *path = g_build_filename(PGS_TEST_DIR, "written", cases[i].file, NULL);
        g_autofree char *sql = NULL;
        assert_true(g_file_get_contents(path, &sql, NULL, NULL));
        write_files(books, is_goose);
        books_open(books, cases[i].format);
        books_run(books, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        books_run(books, sql);
        books_assert(books, cases[i].says);
        books_create(books);
        books_assert(books, cases[i].says);
        books_record(books, 2, TRUE);
        books_assert(books, is_goose ? "1 [0], 2 [1], 3 [2]: ###" : "3 t [2]: ###");
        books_record(books, 2, FALSE);
        books_assert(books, is_goose ? "1 [0], 2 [1]: ##." : "2 t [1]: ##.");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_written),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
