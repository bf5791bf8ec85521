/* Covers harness/migration/history.c and reader.c. */
#include "migration/read.h"

#include "migration/reader.h"

#include <glib/gstdio.h>

static void
test_find(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("golang-migrate/project/db/migrations", NULL);
    static const struct {
        const char *name;
        gint index;
    } cases[] = {{"base", -1},     {"head", 5}, {"1", 0},       {"01", 0},
                 {"1_first", 0},   {"2", 1},    {"002", 1},     {"002_second", 1},
                 {"only_down", 3}, {"12", 4},   {"largest", 5}, {"up.and.up", 4}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        gint index = -2;
        if (!pgs_history_find(history, cases[i].name, &index, &error))
            fail_msg("%s: %s", cases[i].name, error->message);
        if (index != cases[i].index)
            fail_msg("%s: %d", cases[i].name, index);
    }
}

static void
assert_not_found(const PgsHistory *history, const char *name, const char *message)
{
    g_autoptr(GError) error = NULL;
    gint index;
    assert_false(pgs_history_find(history, name, &index, &error));
    assert_true(g_error_matches(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_REVISION));
    if (strstr(error->message, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, error->message);
}

static void
test_find_nothing(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) golang = read_folder("golang-migrate/project/db/migrations", NULL);
    assert_not_found(golang, "1_frist", "did you mean 1_first?");
    assert_not_found(golang, "no such revision at all", "from 1_first to 18446744073709551615");
    assert_not_found(golang, "", "no revision \"\"");
    g_autoptr(PgsHistory) maragudk = read_folder("maragudk/project/sql", NULL);
    assert_not_found(maragudk, "2", "\"2\" may be 2-user or 2-users");
}

static void
test_named_format(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("golang-migrate/project/db/migrations", "plain");
    assert_string_equal(history->format, "plain");
    assert_string_equal(history->reason, "it was asked for");
    assert_unreadable("plain/good", "deisel", PGS_MIGRATION_ERROR_FORMAT,
                      "no format is called \"deisel\"", "did you mean diesel?", NULL);
    assert_unreadable("plain/good", "golang", PGS_MIGRATION_ERROR_FORMAT,
                      "did you mean golang-migrate?", NULL);
    assert_unreadable("plain/good", "diesel", PGS_MIGRATION_ERROR_FORMAT, "no migrations of diesel",
                      "HINT: its files: <version>_<name>/up.sql", NULL);
}

/* What the outcome depends on is asked for; what it does not depend on is assumed, with a note. */
static void
test_open_format(void **state)
{
    (void)state;
    static const char hint[] = "HINT: name the tool: --format sqlx, --format golang-migrate, "
                               "--format maragudk or --format plain";
    assert_unreadable("plain/control", NULL, PGS_MIGRATION_ERROR_AMBIGUOUS,
                      "/2_b.up.sql:3:3: ", "transaction control", hint, NULL);
    assert_unreadable("plain/alone", NULL, PGS_MIGRATION_ERROR_AMBIGUOUS,
                      "/1_a.down.sql:1:1: ", "cannot run in a transaction", hint, NULL);
    g_autoptr(PgsHistory) named = read_folder("plain/alone", "sqlx");
    assert_int_equal(named->notes->len, 0);
    g_autoptr(PgsHistory) both = read_folder("both/migrations", NULL);
    assert_string_equal(both->format, "golang-migrate");
    assert_int_equal(both->notes->len, 1);
    const PgsNote *note = g_ptr_array_index(both->notes, 0);
    assert_string_equal(note->check, "folder.format");
    assert_non_null(strstr(note->message, "golang-migrate or maragudk"));
}

static void
test_wrong_folder(void **state)
{
    (void)state;
    assert_unreadable("/nonexistent/pgstair", NULL, PGS_MIGRATION_ERROR_FOLDER,
                      "/nonexistent/pgstair: no such folder", NULL);
    assert_unreadable("read.h", NULL, PGS_MIGRATION_ERROR_FOLDER, "not a folder", NULL);
    g_autoptr(PgsHistory) found = read_folder("golang-migrate/project", NULL);
    assert_true(g_str_has_suffix(found->folder, "golang-migrate/project/db/migrations"));
    g_autofree char *said = pgs_history_say_found(found, "golang-migrate/project");
    assert_non_null(strstr(said, "project/db/migrations (golang-migrate)"));
    assert_null(pgs_history_say_found(found, found->folder));
    g_autofree char *empty = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_unreadable(empty, NULL, PGS_MIGRATION_ERROR_FORMAT, "the folder is empty",
                      "formats that are read", NULL);
    assert_int_equal(g_rmdir(empty), 0);
}

static void
test_table(void **state)
{
    (void)state;
    guint n = 0;
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++, n++) {
        assert_non_null(reader->title);
        assert_non_null(reader->summary);
        assert_non_null(reader->read);
        assert_ptr_equal(pgs_reader_find(reader->name), reader);
    }
    assert_int_equal(n, 20);
    assert_null(pgs_reader_find("nothing"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),         cmocka_unit_test(test_find_nothing),
        cmocka_unit_test(test_named_format), cmocka_unit_test(test_open_format),
        cmocka_unit_test(test_wrong_folder), cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
