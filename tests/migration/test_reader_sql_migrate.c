/* Covers harness/migration/sql_migrate.c, sql_migrate_split.c and lines.c. */
#include "migration/steps.h"

#include <stdlib.h>

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("sql-migrate/good", NULL);
    g_autofree char *found = describe_revisions(history);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(history->format, "sql-migrate");
    assert_string_equal(history->reason, "02_c.sql has the marks of sql-migrate (-- +migrate)");
    /* sort_test.go: numbers first, by their value, equal ones by name; then names. */
    assert_string_equal(found, "1_a.sql|a|1_a up statements tx down statements tx\n"
                               "02_c.sql|c|02_c up statements tx\n"
                               "2-b.sql|b|2-b up statements down statements tx\n"
                               "10_d's.sql|d's|10_d's up statements tx down statements\n"
                               "efg.sql|efg|efg up statements tx down statements tx\n");
    assert_string_equal(notes, "");
    const PgsRevision *second = g_ptr_array_index(history->revisions, 2);
    assert_string_equal(second->up->transaction_why, "line 1: -- +migrate Up notransaction");
    const PgsRevision *fourth = g_ptr_array_index(history->revisions, 3);
    assert_non_null(strstr(fourth->up->after, "'10_d''s.sql'"));
    assert_non_null(strstr(history->prepare, "gorp_migrations"));
}

static void
test_statements(void **state)
{
    (void)state;
    static const struct {
        const char *text, *up, *down;
    } cases[] = {
        {"-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n", "tx [2: SELECT 1;]",
         "tx [4: SELECT 2;]"},
        /* What other tools' strings.TrimSpace() takes off is sent, and the server refuses it. */
        {"-- +migrate Up\n\xc2\xa0\n SELECT 1;\xc2\xa0\n\xe2\x80\x83SELECT 2;\v \n",
         "tx [2: \xc2\xa0\n SELECT 1;\xc2\xa0 | 4: \xe2\x80\x83SELECT 2;\v]", "-"},
        {"junk\n-- +migrate Up\n\nSELECT\n1; -- x\nSELECT 2; SELECT 3;\r\n",
         "tx [4: SELECT\n1; -- x | 6: SELECT 2; SELECT 3;]", "-"},
        {"-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down  x notransaction\nSELECT 2;\n",
         "no tx [2: SELECT 1;]", "no tx [4: SELECT 2;]"},
        {"-- +migrate Up NoTransaction\n-- +migrate Down\n", "tx []", "tx []"},
        /* Up and Down as often as wanted, and a file with neither way up. */
        {"-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n-- +migrate Up\nSELECT 3;\n",
         "tx [2: SELECT 1; | 6: SELECT 3;]", "tx [4: SELECT 2;]"},
        {"-- +migrate Down\nSELECT 2;\n", "tx []", "tx [2: SELECT 2;]"},
        /* Comments with two hyphens and a space at the beginning of a line are taken out wherever
         * they stand; the others stay. */
        {"-- +migrate Up\n-- a\nSELECT 'b\n-- c\n--d\n -- e\n', f;\n",
         "tx [3: SELECT 'b\n--d\n -- e\n', f;]", "-"},
        {"-- +migrate Up\n-- +migrate StatementBegin\nSELECT $$\n-- a\n;\nb;\n$$;\n-- +migrate "
         "StatementEnd\nSELECT 2\n;\n",
         "tx [3: SELECT $$\n;\nb;\n$$; | 9: SELECT 2\n;]", "-"},
        /* Without a block a body is torn apart. */
        {"-- +migrate Up\nSELECT $$\na;\nb;\n$$;\n", "tx [2: SELECT $$\na; | 4: b; | 5: $$;]", "-"},
        {"-- +migrate Up\n-- +migrate StatementEnd\n-- +migrate Dialect x\nSELECT 1;\n",
         "tx [4: SELECT 1;]", "-"},
        {"-- +migrate Up\n;\n", "tx [2: ;]", "-"},
        {"-- +migrate Up\n-- +migrate StatementBegin\n-- +migrate StatementEnd\n", "tx [1: ]", "-"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_split("sql-migrate", "1_x.sql", cases[i].text, cases[i].up, cases[i].down);
}

/* One file that is wrong, and sql-migrate runs none of the folder. */
static void
test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", ":1: sql-migrate: no Up/Down annotations found"},
        {"--+migrate Up\nSELECT 1;\n", ":1: sql-migrate: no Up/Down annotations found"},
        {"\xef\xbb\xbf-- +migrate Up\nSELECT 1;\n",
         ":1: sql-migrate: no Up/Down annotations found"},
        {"-- +migrate Up\nSELECT 1;\n\nSELECT 2\n", ":4: sql-migrate: the last statement must be"},
        {"-- +migrate Up\nSELECT 1;\n--x\n", ":3: sql-migrate: the last statement must be"},
        {"-- +migrate Up\nSELECT 1\n-- +migrate Down\nSELECT 2;\n",
         ":2: sql-migrate: the last statement must be"},
        {"-- +migrate Up\n-- +migrate StatementBegin\nSELECT 1;\n",
         ":2: sql-migrate: saw '-- +migrate StatementBegin' with no matching"},
        {"-- +migrate Up\n-- +migrate StatementBegin\n-- +migrate Down\nSELECT 1;\n",
         ":2: sql-migrate: saw '-- +migrate StatementBegin' with no matching"},
        {"-- +migrate  \n", ":1: sql-migrate: incomplete migration command"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history =
            read_text("sql-migrate", "1_x.sql", cases[i].text, -1, &error);
        assert_null(history);
        assert_true(g_error_matches(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT));
        if (strstr(error->message, cases[i].says) == NULL)
            fail_msg("%s: not \"%s\" but \"%s\"", cases[i].text, cases[i].says, error->message);
        assert_non_null(strstr(error->message, "\nHINT: "));
    }
    assert_unreadable("sql-migrate/large-number", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/9223372036854775808_a.sql", "int64", NULL);
    assert_unreadable("sql-migrate/unmarked", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/2_b.sql:1: ", "no Up/Down", NULL);
}

static void
test_unknown_marks(void **state)
{
    (void)state;
    static const char text[] =
        "-- +migrate Up\nSELECT 1;\n-- +migrate down\n --+migrate Down\nSELECT 2;\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = read_text("sql-migrate", "1_x.sql", text, -1, &error);
    assert_non_null(history);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.mark 1_x.sql\nW folder.mark 1_x.sql\n");
    assert_split("sql-migrate", "1_x.sql", text, "tx [2: SELECT 1; | 5: SELECT 2;]", "-");
}

static void
append_word(GString *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        g_string_append_c(text, 'x');
}

/* Its scanner of words gives up at 64 KB, and does not see the semicolon behind; that of lines at
 * 1 MB. */
static void
test_long_words(void **state)
{
    (void)state;
    static const struct {
        gsize word, words;
        const char *says; /* NULL: it is read */
    } cases[] = {
        {64 * 1024 - 4, 1, NULL},
        {64 * 1024 - 3, 1, "must be ended by a semicolon"},
        {1023, 1023, NULL},
        {1023, 1024, "token too long"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) text = g_string_new("-- +migrate Up\n");
        for (gsize n = 0; n < cases[i].words; n++) {
            append_word(text, cases[i].word);
            g_string_append_c(text, ' ');
        }
        g_string_truncate(text, text->len - 1);
        g_string_append(text, "');\n");
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = read_text("sql-migrate", "1_x.sql", text->str, -1, &error);
        if ((history != NULL) != (cases[i].says == NULL))
            fail_msg("case %zu: %s", i, error != NULL ? error->message : "it is read");
        assert_true(history != NULL || strstr(error->message, cases[i].says) != NULL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),       cmocka_unit_test(test_statements),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_unknown_marks),
        cmocka_unit_test(test_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
