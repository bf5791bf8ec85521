/* Covers harness/migration/atlas.c, atlas_scan.c and atlas_sum.c. */
#include "migration/steps.h"

#include "migration/atlas_scan.h"

/* "label step" for each revision. */
static char *
describe_all(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        const char *why = revision->up->transaction_why;
        g_string_append_printf(text, "%s|%s|%s ", revision->id, revision->name, revision->label);
        if (revision->up->script == NULL)
            g_string_append_printf(
                text, "refused %u: %.*s",
                pgs_step_file_line(revision->up, revision->up->script_error_position.line),
                (int)strcspn(revision->up->script_error->message, "\n"),
                revision->up->script_error->message);
        else
            append_statements(text, revision->up);
        g_string_append_printf(text, "%s%s%s\n", revision->up->transaction ? " tx" : "",
                               why != NULL ? " by " : "", why != NULL ? why : "");
    }
    return g_string_free(text, FALSE);
}

static void
test_good(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("atlas/good", NULL);
    g_autofree char *found = describe_all(history);
    assert_string_equal(history->format, "atlas");
    assert_string_equal(history->reason, "there is atlas.sum");
    assert_true(history->forward_only);
    assert_int_equal(history->notes->len, 0);
    assert_string_equal(
        found,
        "20240101000000|first|20240101000000_first"
        " 2: CREATE TABLE users (id int, note text DEFAULT 'a;b'); | 5: CREATE INDEX users_id ON "
        "users (id); tx\n"
        "20240102000000||20240102000000"
        " 3: CREATE INDEX CONCURRENTLY users_note ON users (note); by -- atlas:txmode none\n"
        "20240103000000|third_one|20240103000000_third_one"
        " 2: SELECT 1;\nSELECT 2; | 6: SELECT 3 tx\n"
        /* A directive has to be ended by an empty line, which \r\n does not make. */
        "20240104000000|not_ended|20240104000000_not_ended 2: SELECT 1; tx\n"
        "20240105000000|crlf|20240105000000_crlf 3: SELECT 1; tx\n"
        "20240106000000|all|20240106000000_all refused 1: txmode \"all\" is not allowed in file "
        "directive \"20240106000000_all.sql\". Use \"file\" instead\n"
        "20240107000000|open|20240107000000_open refused 1: scanning statements from "
        "\"20240107000000_open.sql\": unclosed '('\n"
        "20240108000000|ignored|20240108000000_ignored refused 1: scanning checksum from "
        "\"20240108000000_ignored.sql\": checksum not found\n");
}

static void
test_a_checkpoint(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("atlas/checkpoint", NULL);
    assert_history(history, "atlas", "there is atlas.sum",
                   "3|checkpoint|3_checkpoint up statements tx\n4|a|4_a up statements tx\n",
                   "I folder.format 3_checkpoint.sql\n");
}

static void
test_refused(void **state)
{
    (void)state;
    assert_unreadable("atlas/edited", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/atlas.sum:3: ", "checksum mismatch: 2_b.sql was edited",
                      "atlas migrate hash", NULL);
    assert_unreadable("atlas/added", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/atlas.sum:3: ", "checksum mismatch: 2_a.sql was added", NULL);
    assert_unreadable("atlas/removed", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/atlas.sum:3: ", "checksum mismatch: 2_b.sql was removed", NULL);
    assert_unreadable("atlas/format", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/atlas.sum:5: ", "format invalid", NULL);
    assert_unreadable("atlas/first-line", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "/atlas.sum:1: ", "checksum mismatch", NULL);
    assert_unreadable("atlas/no-sum", "atlas", PGS_MIGRATION_ERROR_FORMAT,
                      "checksum file not found", NULL);
    assert_unreadable("atlas/duplicate", NULL, PGS_MIGRATION_ERROR_DUPLICATE, "/1_a.sql",
                      "/1_b.sql", "version 1", NULL);
}

static void
test_a_file_at_the_end(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *root = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(root, "1_a.sql", NULL);
    g_autofree char *sum = g_build_filename(root, "atlas.sum", NULL);
    /* The sum of nothing. */
    assert_true(
        g_file_set_contents(sum, "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", -1, NULL));
    assert_true(g_file_set_contents(file, "SELECT 1;", -1, NULL));
    PgsHistory *history = pgs_history_read(root, NULL, &error);
    assert_int_equal(g_remove(file) | g_remove(sum) | g_remove(root), 0);
    assert_null(history);
    assert_non_null(strstr(error->message, "atlas.sum:2: checksum mismatch: 1_a.sql was added"));
}

static void
test_files_of_another_tool(void **state)
{
    (void)state;
    g_autoptr(PgsHistory) history = read_folder("atlas/golang", "golang-migrate");
    assert_string_equal(history->format, "golang-migrate");
    assert_int_equal(history->revisions->len, 1);
    assert_int_equal(history->notes->len, 0);
    g_autoptr(PgsHistory) edited = read_folder("atlas/golang-edited", "golang-migrate");
    g_autofree char *notes = describe_notes(edited);
    assert_string_equal(notes, "W folder.checksum atlas.sum\n");
}

/* The scanner, as sql/migrate/testdata/lex and its regular expressions have it. */
static void
test_scanner(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cuts;
    } cases[] = {
        {"", ""},
        {" \n\t", ""},
        {"SELECT 1", "SELECT 1"},
        {"SELECT 1; SELECT 2;", "SELECT 1;|SELECT 2;"},
        {";;", ";|;"},
        {"-- only\n/* words */\n", ""},
        {"-- only", "-- only"}, /* no \n: no comment */
        {"SELECT 1 -- a; b\n, 2; -- c\nSELECT 3;", "SELECT 1 -- a; b\n, 2;|SELECT 3;"},
        {"SELECT ';', \";\", `;`, (1;2); SELECT 2", "SELECT ';', \";\", `;`, (1;2);|SELECT 2"},
        {"SELECT $$;$$, $a1$;$a$;$a1$; SELECT $1;", "SELECT $$;$$, $a1$;$a$;$a1$;|SELECT $1;"},
        {"SELECT $\xc3\x88$;$\xc3\x88$; SELECT 2;", "SELECT $\xc3\x88$;$\xc3\x88$;|SELECT 2;"},
        {"DO $$ BEGIN; END", "DO $$ BEGIN; END"}, /* not closed: to the end */
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\nSELECT 1;\nSELECT 2;\nEND;\nSELECT 3;",
         "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\nSELECT 1;\nSELECT 2;\nEND;|SELECT 3;"},
        {"BEGIN;\nSELECT 1;\nCOMMIT;", "BEGIN;|SELECT 1;|COMMIT;"},
        /* As a block of MySQL: what is up to END is one message. */
        {"begin transaction;\nSELECT 1;\nEND;\nSELECT 2;",
         "begin transaction;\nSELECT 1;\nEND;|SELECT 2;"},
        {"BEGIN TRANSACTION;\nSELECT 1;\nCOMMIT;", "BEGIN TRANSACTION;|SELECT 1;|COMMIT;"},
        {"SELECT begin FROM t; SELECT 2;", "SELECT begin FROM t;|SELECT 2;"},
        {"DELIMITER //\nSELECT 1; SELECT 2 //\nSELECT 3//", "SELECT 1; SELECT 2|SELECT 3"},
        {"-- atlas:delimiter -- end\nSELECT 1;\n-- end\nSELECT 2", "SELECT 1;|SELECT 2"},
        {"SELECT E'\\\\'; SELECT 2;", "SELECT E'\\\\';|SELECT 2;"},
        {"SELECT 1)", "error 9: unexpected ')'"},
        {"SELECT\n(1", "error 8: unclosed '('"},
        {"SELECT 'a", "error 8: unclosed quote '\\''"},
        {"SELECT E'it\\'s';", "error 15: unclosed quote '\\''"}, /* E'' is read as '' is */
        {"-- atlas:delimiter\nSELECT 1", "error 0: empty delimiter"},
        {"-- atlas:delimiter //", "error 0: no input found after delimiter \"//\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize offset = 0;
        g_autofree char *message = NULL;
        const char *text = cases[i].text;
        g_autoptr(GArray) cuts = pgs_atlas_scan(text, strlen(text), &offset, &message);
        GString *found = g_string_new(NULL);
        if (cuts == NULL)
            g_string_append_printf(found, "error %" G_GSIZE_FORMAT ": %s", offset, message);
        for (guint j = 0; cuts != NULL && j < cuts->len; j++) {
            const PgsCut *cut = &g_array_index(cuts, PgsCut, j);
            g_string_append(found, j > 0 ? "|" : "");
            g_string_append_len(found, text + cut->start, (gssize)(cut->end - cut->start));
        }
        if (strcmp(found->str, cases[i].cuts) != 0)
            fail_msg("%s\nis %s\nand not %s", text, found->str, cases[i].cuts);
        g_string_free(found, TRUE);
    }
}

/* Blocks within blocks without an end, of which Atlas looks at the rest again and again. */
static void
test_hostile_texts(void **state)
{
    (void)state;
    static const char *const pieces[] = {"BEGIN x ", "; begin y", "/* ", "$a", "'\"", "\n ("};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_new("SELECT ");
        for (guint j = 0; j < 20000; j++)
            g_string_append(text, pieces[i]);
        gsize offset;
        g_autofree char *message = NULL;
        g_autoptr(GArray) cuts = pgs_atlas_scan(text->str, text->len, &offset, &message);
        assert_true(cuts != NULL || message != NULL);
        g_string_free(text, TRUE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_a_checkpoint),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_a_file_at_the_end),
        cmocka_unit_test(test_files_of_another_tool),
        cmocka_unit_test(test_scanner),
        cmocka_unit_test(test_hostile_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
