/* Covers harness/migration/goose.c, goose_split.c, goose_variables.c and lines.c. */
#include "migration/steps.h"

#include "migration/goose_split.h"

#include <stdlib.h>

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("goose/good", NULL);
    g_autofree char *found = describe_revisions(history);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(history->format, "goose");
    assert_string_equal(history->reason, "00001_a.sql has the marks of goose (-- +goose)");
    /* Numbers, whatever their zeros; helpers.go and 7_x_test.go are no migrations. */
    assert_string_equal(found, "00001|a|00001_a up statements tx down statements tx\n"
                               "2|b|2_b up statements down statements\n"
                               "10||10_ up statements tx\n"
                               "20240101000000|c_d|20240101000000_c_d up statements tx down "
                               "statements tx\n");
    assert_string_equal(notes, "");
    const PgsRevision *second = g_ptr_array_index(history->revisions, 1);
    assert_string_equal(second->up->transaction_why, "line 1: -- +goose NO TRANSACTION");
    assert_non_null(strstr(second->up->after, "VALUES (2, true)"));
    assert_non_null(strstr(second->down->after, "version_id=2"));
    assert_non_null(strstr(history->prepare, "goose_db_version"));
}

static void
test_refused_folders(void **state)
{
    (void)state;
    assert_unreadable("goose/duplicate", NULL, PGS_MIGRATION_ERROR_DUPLICATE, "/001_a.sql",
                      "/1_b.sql", NULL);
    assert_unreadable("goose/go", NULL, PGS_MIGRATION_ERROR_FORMAT, "/2_b.go", "commands:", NULL);
    assert_unreadable("goose/no-version", NULL, PGS_MIGRATION_ERROR_FORMAT, "/seed.sql",
                      "no version", NULL);
    assert_unreadable("goose/zero", NULL, PGS_MIGRATION_ERROR_FORMAT, "/0_a.sql", "no version",
                      NULL);
}

static void
test_statements(void **state)
{
    (void)state;
    static const struct {
        const char *text, *up, *down;
    } cases[] = {
        {"-- +goose Up\nSELECT 1;\n", "tx [2: SELECT 1;]", "-"},
        {"\n-- a\n-- +goose Up\n-- b\n\nSELECT 1; -- c\n\n-- +goose Down\nSELECT\n2\n;\n",
         "tx [6: SELECT 1; -- c]", "tx [9: SELECT\n2\n;]"},
        /* A mark's case does not matter, nor what is around its words. */
        {"--+GOOSE uP", "refused 1: goose: must start with '-- +goose Up' annotation",
         "refused 1: goose: must start with '-- +goose Up' annotation"},
        {"--+goose uP --\nSELECT 1;\n-- +goosedown\r\nSELECT 2;\r\n", "tx [2: SELECT 1;]",
         "tx [4: SELECT 2;]"},
        {"-- +goose Up\n-- +goose no Transaction\nSELECT 1; SELECT 2;\nSELECT 3;\n",
         "no tx [3: SELECT 1; SELECT 2; | 4: SELECT 3;]", "-"},
        {"-- +goose Up\n-- +goose Down\n-- +goose NO TRANSACTION\n", "no tx []", "no tx []"},
        /* The last word counts, up to one that begins with --. */
        {"-- +goose Up\nSELECT 1 -- ;\n, 2 ; -- x\nSELECT 3;--y\n;\n",
         "tx [2: SELECT 1 -- ;\n, 2 ; -- x | 4: SELECT 3;--y\n;]", "-"},
        {"-- +goose Up\nSELECT ' --;\n';\n", "tx [2: SELECT ' --;\n';]", "-"},
        {"-- +goose Up\nSELECT '--;\n';\n", "tx [2: SELECT '--; | 3: ';]", "-"},
        {"-- +goose Up\nSELECT $$;\nx$$;\n", "tx [2: SELECT $$; | 3: x$$;]", "-"},
        {"-- +goose Up\n/* a;\nb */ SELECT 1;\n", "tx [2: /* a; | 3: b */ SELECT 1;]", "-"},
        /* Comments within a statement stay; a blank line with a space begins one. */
        {"-- +goose Up\n \nSELECT 1\n-- x\n\n, 2;\n", "tx [3: SELECT 1\n-- x\n\n, 2;]", "-"},
        {"-- +goose Up\n-- +goose StatementBegin\n-- x\nSELECT 1;\nSELECT 2;\n-- +goose "
         "StatementEnd\nSELECT 3;\n",
         "tx [4: SELECT 1;\nSELECT 2; | 7: SELECT 3;]", "-"},
        {"-- +goose Up\n-- +goose \xc5\xbftatementBegin\nSELECT 1;\nSELECT 2;\n-- +goose "
         "StatementEnd\n",
         "tx [3: SELECT 1;\nSELECT 2;]", "-"},
        /* Behind an empty block goose loses the next line. */
        {"-- +goose Up\n-- +goose StatementBegin\n-- +goose StatementEnd\nSELECT 1;\nSELECT 2;\n",
         "tx [5:  | 5: SELECT 2;]", "-"},
        {"-- +goose Up\n-- +goose StatementBegin\nSELECT 1\n-- +goose NO TRANSACTION\n, "
         "2\n-- +goose StatementEnd\n",
         "no tx [3: SELECT 1\n, 2]", "-"},
        {"-- +goose Up\nSELECT 1;\n-- +goose Down\n-- +goose StatementBegin\nSELECT 2\n-- +goose "
         "StatementEnd\n-- nothing",
         "tx [2: SELECT 1;]", "tx [5: SELECT 2]"},
        {"-- +goose Up\nSELECT\xe2\x80\xa8"
         "1;\xc2\xa0\n",
         "tx [2: SELECT\xe2\x80\xa8"
         "1;]",
         "-"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_split("goose", "1_x.sql", cases[i].text, cases[i].up, cases[i].down);
}

static void
test_refused_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *up;
        const char *down; /* NULL: the same */
    } cases[] = {
        {"SELECT 1;\n-- +goose Up\n", "1: goose: failed to parse migration: unexpected state 0",
         NULL},
        {"\xef\xbb\xbf-- +goose Up\nSELECT 1;\n",
         "1: goose: failed to parse migration: unexpected state 0", NULL},
        {"-- +goose Down\n", "1: goose: must start with '-- +goose Up' annotation", NULL},
        {"-- +goose Up\n-- +goose Down\n-- +goose Up\n",
         "3: goose: duplicate '-- +goose Up' annotations", NULL},
        {"-- +goose Up\n-- +goose Down\n-- +goose Down\n",
         "3: goose: a second '-- +goose Down' annotation", NULL},
        {"-- +goose Up\n -- +goose Down\n",
         "2: goose: the annotation contains leading whitespace: invalid annotation", NULL},
        {"-- +goose Up\n-- see +goose docs\n",
         "2: goose: \"see  docs\" not supported: invalid annotation", NULL},
        {"-- +goose Up\n-- +goose\n", "2: goose: empty annotation", NULL},
        {"-- +goose Up +goose Up\n", "1: goose: multiple '+goose' annotations: invalid annotation",
         NULL},
        {"-- +goose StatementBegin\n",
         "1: goose: '-- +goose StatementBegin' must be defined after '-- +goose Up' or '-- +goose "
         "Down' annotation",
         NULL},
        {"-- +goose Up\n-- +goose StatementEnd\n",
         "2: goose: '-- +goose StatementEnd' must be defined after '-- +goose StatementBegin'",
         NULL},
        {"-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n",
         "2: goose: missing '-- +goose StatementEnd' annotation", NULL},
        {"-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose Down\n",
         "2: goose: '-- +goose StatementBegin' is still open at '-- +goose Down'", NULL},
        /* A statement without its end is told of its own direction only. */
        {"-- +goose Up\nSELECT 1;\n\n\nSELECT 2\n-- +goose Down\nSELECT 3;\n",
         "5: goose: unexpected unfinished SQL query: missing semicolon?", "tx [7: SELECT 3;]"},
        {"-- +goose Up\nSELECT 2\n-- x\n",
         "2: goose: unexpected unfinished SQL query: missing semicolon?", "-"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *up = g_strconcat("refused ", cases[i].up, NULL);
        assert_split("goose", "1_x.sql", cases[i].text, up,
                     cases[i].down != NULL ? cases[i].down : up);
    }
    assert_split("goose", "1_x.sql",
                 "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\nSELECT 3 -- ;\n",
                 "tx [2: SELECT 1;]",
                 "refused 5: goose: unexpected unfinished SQL query: missing semicolon?");
}

/* A line has to be shorter than the scanner's buffer. */
static void
test_long_line(void **state)
{
    (void)state;
    const gsize limit = 4 * 1024 * 1024;
    for (gsize length = limit - 1; length <= limit; length++) {
        g_autoptr(GString) text = g_string_new("-- +goose Up\nSELECT '");
        while (text->len < strlen("-- +goose Up\n") + length - 2)
            g_string_append_c(text, 'x');
        g_string_append(text, "';\n");
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsHistory) history = read_text("goose", "1_x.sql", text->str, -1, &error);
        assert_non_null(history);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
        assert_int_equal(revision->up->script != NULL, length < limit);
    }
}

/* ---- variables ---- */

static char *
expand(const char *line)
{
    static char *placeholders[] = {(char *)"SET=value", (char *)"EMPTY=", (char *)"Ä1=umlaut",
                                   NULL};
    static char *environment[] = {(char *)"SET=not this", (char *)"TOOL=tool", NULL};
    PgsToolSettings settings = {.placeholders = placeholders, .environment = environment};
    g_autoptr(GHashTable) missing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    PgsGooseVariables variables = {.settings = &settings, .missing = missing};
    g_autoptr(GString) out = g_string_new(NULL);
    char *message = NULL;
    if (!pgs_goose_expand(&variables, line, strlen(line), out, &message)) {
        char *said = g_strconcat("! ", message, NULL);
        g_free(message);
        return said;
    }
    assert_null(message);
    if (g_hash_table_size(missing) > 0)
        g_string_append_printf(out, " (%u missing)", g_hash_table_size(missing));
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
test_variables(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"a b", "a b"},
        {"$SET ${SET}x$SET,$TOOL", "value valuex"
                                   "value,tool"},
        {"x${NOT_THERE}y", "xy (1 missing)"},
        {"$EMPTY|${EMPTY:-d}|${EMPTY-d}|${NOT_THERE-d}|${NOT_THERE:-d e}", "|d||d|d e"},
        {"${NOT_THERE:-${SET:-$TOOL}}", "value"},
        {"${SET:-${NOT_THERE}}", "value"},
        {"${SET:1:3} ${SET:-2} ${SET: -2} ${SET:9} ${SET:0:-1} ${SET:3:-3}", "alu value ue  valu "},
        {"$$ \\$SET \\\\ $(SET) $", "$ $SET \\\\ $(SET) $"},
        {"$\xc3\x84"
         "1",
         "umlaut"},
        {"\\x", "\\x"},
        {"${SET}}", "value}"},
        {"${NOT_THERE:-\\}}", "\\}"},
        {"${SET?x}", "value"},
        {"${NOT_THERE?gone}", "! $NOT_THERE: gone"},
        {"${NOT_THERE?}", "! $NOT_THERE: not set"},
        {"${NOT_THERE:-${OTHER?x}}", "! $OTHER: x"},
        {"${SET:-${OTHER?x}}", "value"},
        {"$1", "! Expected identifier to start with a letter, got 1"},
        {"${", "! Expected identifier to start with a letter, got the end of the line"},
        {"${SET", "! Expected an operator, got the end of the line"},
        {"${SET+x}", "! Expected an operator, got +"},
        {"${SET:-x", "! Expected brace expansion to end with }, got the end of the line"},
        {"${SET:?x}", "! Unable to parse offset: \"?x\""},
        {"${SET:1:x}", "! Unable to parse length: \"x\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = expand(cases[i][0]);
        if (strcmp(found, cases[i][1]) != 0)
            fail_msg("\"%s\" is \"%s\", not \"%s\"", cases[i][0], found, cases[i][1]);
    }
}

static void
test_variables_in_file(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    const char *text = "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '$PGSTAIR_TEST_NONE\n$$';\n"
                       "-- +goose ENVSUB OFF\nSELECT '$PGSTAIR_TEST_NONE';\n";
    g_autoptr(PgsHistory) history = read_text("goose", "1_x.sql", text, -1, &error);
    assert_non_null(history);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.variable -\n");
    assert_split("goose", "1_x.sql", text,
                 "tx [3: SELECT '\n$'; | 6: SELECT '$PGSTAIR_TEST_NONE';]", "-");
    assert_split("goose", "1_x.sql", "-- +goose ENVSUB ON\n-- +goose Up\nSELECT 1;\nSELECT $1;\n",
                 "refused 4: goose: variable substitution failed: Expected identifier to start "
                 "with a letter, got 1",
                 "refused 4: goose: variable substitution failed: Expected identifier to start "
                 "with a letter, got 1");
}

/* ---- whole files, beside what goose's parser (internal/sqlparser) makes of them ---- */

static void
append_parsed(GString *text, const char *direction, const PgsStep *step)
{
    g_string_append_printf(text, "%s\n", direction);
    guint n = step != NULL ? pgs_script_n_statements(step->script) : 0;
    for (guint i = 0; i < n; i++) {
        g_autofree char *sql =
            pgs_script_statement_text(step->script, pgs_script_statement(step->script, i));
        g_string_append_printf(text, "[%s]\n", sql);
    }
}

static void
test_whole_files(void **state)
{
    (void)state;
    static const char *const names[] = {"trigger", "texts", "variables"};
    static char *placeholders[] = {(char *)"HARBOUR=rotterdam", (char *)"NOTHING=", NULL};
    static const PgsTool tool = {.name = "goose"};
    PgsToolSettings settings = {.placeholders = placeholders};
    g_autoptr(GHashTable) missing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    PgsGooseVariables variables = {.settings = &settings, .missing = missing};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *stem = g_build_filename(PGS_TEST_DIR, "goose", "parsed", names[i], NULL);
        g_autofree char *input = g_strconcat(stem, ".sql", NULL);
        g_autofree char *wanted = g_strconcat(stem, ".txt", NULL);
        g_autofree char *text = NULL;
        g_autofree char *parsed = NULL;
        gsize length;
        assert_true(g_file_get_contents(input, &text, &length, NULL));
        assert_true(g_file_get_contents(wanted, &parsed, NULL, NULL));
        g_autoptr(PgsStep) up =
            pgs_goose_split(input, text, length, PGS_DIRECTION_UP, &variables, &tool);
        g_autoptr(PgsStep) down =
            pgs_goose_split(input, text, length, PGS_DIRECTION_DOWN, &variables, &tool);
        g_autoptr(GString) found = g_string_new(NULL);
        append_parsed(found, "up", up);
        append_parsed(found, "down", down);
        assert_string_equal(found->str, parsed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),        cmocka_unit_test(test_refused_folders),
        cmocka_unit_test(test_statements),  cmocka_unit_test(test_refused_files),
        cmocka_unit_test(test_long_line),   cmocka_unit_test(test_variables),
        cmocka_unit_test(test_whole_files), cmocka_unit_test(test_variables_in_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
