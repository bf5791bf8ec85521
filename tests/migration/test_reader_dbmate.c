/* Covers harness/migration/dbmate.c. */
#include "migration/steps.h"

#include <stdlib.h>

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("dbmate/good", NULL);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(history->format, "dbmate");
    assert_string_equal(history->reason, "10_ten.sql has the marks of dbmate (-- migrate:up)");
    /* By name: 10 comes before 2. */
    static const char *const labels[] = {"10_ten", "2-two", "20240101000000_a_b"};
    static const char *const ids[] = {"10", "2", "20240101000000"};
    static const char *const names[] = {"ten", "two", "a_b"};
    assert_int_equal(history->revisions->len, G_N_ELEMENTS(labels));
    for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        assert_string_equal(revision->label, labels[i]);
        assert_string_equal(revision->id, ids[i]);
        assert_string_equal(revision->name, names[i]);
        assert_int_equal(revision->up->send, PGS_SEND_WHOLE);
        assert_int_equal(revision->down->send, PGS_SEND_WHOLE);
    }
    assert_string_equal(notes, "W folder.unmatched schema.sql\n");
    assert_non_null(strstr(history->prepare, "schema_migrations"));
}

static void
test_sections(void **state)
{
    (void)state;
    static const struct {
        const char *text, *up, *down;
    } cases[] = {
        {"-- migrate:up\nSELECT 1;\nSELECT 2;\n-- migrate:down\nSELECT 3;\n",
         "tx [2: SELECT 1 | 3: SELECT 2]", "tx [5: SELECT 3]"},
        {"-- a\n\n \t-- b\n--migrate:up\r\n\r\n--\tmigrate:down", "tx []", "tx []"},
        {"-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down a:b  transaction:false\r\n",
         "no tx [2: SELECT 1]", "no tx []"},
        {"-- migrate:up transaction:false\xc2\xa0x\n-- migrate:down\n", "tx []", "tx []"},
        {"-- migrate:up transaction: false\n-- migrate:down transaction:false:\n", "tx []",
         "tx []"},
        {"-- migrate:up transaction:false transaction:true\n-- migrate:down transaction:FALSE\n",
         "tx []", "tx []"},
        /* The option counts in the mark's own line only. */
        {"-- migrate:up\n-- transaction:false\n-- migrate:down\n", "tx []", "tx []"},
        /* \s is any white space, ends of lines among it. */
        {"--\n\nmigrate:up transaction:false\nSELECT 1;\n--\fmigrate:down\n",
         "tx [3: migrate:up transaction:false\nSELECT 1]", "tx []"},
        /* Several sections: the ups one after the other, and so the downs. */
        {"-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n-- migrate:up "
         "transaction:false\nSELECT 3;\n-- migrate:down\nSELECT 4;\n",
         "tx [2: SELECT 1] no tx [6: SELECT 3]", "tx [4: SELECT 2] tx [8: SELECT 4]"},
        /* Neither is a mark. */
        {"-- migrate:upward\n-- migrate:up\nSELECT 1;\n -- migrate:down\n-- migrate:down;\n-- "
         "migrate:down\n",
         "tx [3: SELECT 1]", "tx []"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_split("dbmate", "1_x.sql", cases[i].text, cases[i].up, cases[i].down);
}

static void
test_refused(void **state)
{
    (void)state;
#define NO_UP "dbmate requires each migration to define an up block with '-- migrate:up'"
#define NO_DOWN "dbmate requires each migration to define a down block with '-- migrate:down'"
#define BEFORE "dbmate does not support statements preceding the '-- migrate:up' block"
#define TWICE "dbmate requires every '-- migrate:down' to be preceded by a '-- migrate:up'"
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "1: " NO_UP},
        {"SELECT 1;\n", "1: " NO_UP},
        {" -- migrate:up\n-- migrate:down\n", "1: " NO_UP},
        {"\xef\xbb\xbf-- migrate:up\n-- migrate:down\n", "1: " NO_UP},
        {"-- a\n\nSELECT 1;\n-- migrate:up\n-- migrate:down\n", "3: " BEFORE},
        {"-- a\n/* b */\n-- migrate:up\n-- migrate:down\n", "2: " BEFORE},
        {"-- migrate:down\nSELECT 1;\n-- migrate:up\n", "2: " BEFORE},
        {"\n-- migrate:down\n-- migrate:up\nSELECT 1;\n", "3: " NO_DOWN},
        {"-- migrate:up\nSELECT 1;\n", "1: " NO_DOWN},
        {"-- migrate:up\n-- migrate:down\n-- migrate:up\n", "3: " NO_DOWN},
        {"-- migrate:up\n-- migrate:down\n\n-- migrate:down\n", "4: " TWICE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *refused = g_strconcat("refused ", cases[i].says, NULL);
        assert_split("dbmate", "1_x.sql", cases[i].text, refused, refused);
    }
    assert_unreadable("dbmate/duplicate", NULL, PGS_MIGRATION_ERROR_DUPLICATE, "/1_a.sql",
                      "/1_b.sql", "version 1", NULL);
}

static void
test_notes(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history =
        read_text("dbmate", "1_x.sql",
                  "-- migrate:up\n-- Migrate:Down\n-- migrate:down\n---migrate:up\n"
                  "-- migrate: later\nSELECT 'migrate:'; -- to migrate: it\n",
                  -1, &error);
    assert_non_null(history);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.mark 1_x.sql\nW folder.mark 1_x.sql\nW folder.mark "
                               "1_x.sql\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
