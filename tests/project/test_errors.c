/*
 * Covers harness/project/ from its hostile side: files that are wrong (errors.cases), and thousands
 * of mutations of files that are right.  What the JSON Schema refuses the program refuses too.
 */
#include "cmocka_all.h"

#include "base/fs.h"
#include "config/document.h"
#include "project/project.h"
#include "project/short_form.h"
#include "schema_check.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *folder, *before; /* a copy of full/, and where the test was started */
    SchemaCheck *schema;
} Fixture;

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autofree char *parent = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    fixture->folder = g_build_filename(parent, "full", NULL);
    fixture->before = g_get_current_dir();
    g_autofree char *schema = pgs_project_json_schema("project");
    fixture->schema = schema_check_new(schema);
    *state = fixture;
    if (!pgs_fs_copy_tree(PGS_TEST_DIR "/full", fixture->folder, (uid_t)-1, (gid_t)-1, NULL))
        return -1;
    return g_chdir(fixture->folder);
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    int result = g_chdir(fixture->before);
    g_autofree char *parent = g_path_get_dirname(fixture->folder);
    pgs_fs_remove_tree(parent, NULL);
    schema_check_free(fixture->schema);
    g_free(fixture->folder);
    g_free(fixture->before);
    g_free(fixture);
    return result;
}

/* ---- errors.cases ---- */

typedef struct {
    char *message, *hint; /* hint NULL: not asked */
    GString *text;
    gboolean by_schema;
} Case;

static void
case_free(gpointer data)
{
    Case *wrong = data;
    g_free(wrong->message);
    g_free(wrong->hint);
    g_string_free(wrong->text, TRUE);
    g_free(wrong);
}

static void
read_line(GPtrArray *cases, const char *line, gboolean *by_schema)
{
    static const char hint[] = "=== HINT: ";
    Case *last = cases->len > 0 ? g_ptr_array_index(cases, cases->len - 1) : NULL;
    if (g_str_has_prefix(line, "--- ")) {
        *by_schema = strcmp(line, "--- by the schema too") == 0;
    } else if (g_str_has_prefix(line, hint)) {
        last->hint = g_strdup(line + strlen(hint));
    } else if (g_str_has_prefix(line, "=== ")) {
        Case *wrong = g_new0(Case, 1);
        wrong->message = g_strdup(line + strlen("=== "));
        wrong->text = g_string_new(NULL);
        wrong->by_schema = *by_schema;
        g_ptr_array_add(cases, wrong);
    } else if (last != NULL) {
        g_string_append_printf(last->text, "%s\n", line);
    }
}

static GPtrArray *
read_cases(void)
{
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(PGS_TEST_DIR "/errors.cases", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GPtrArray *cases = g_ptr_array_new_with_free_func(case_free);
    gboolean by_schema = FALSE;
    guint n = g_strv_length(lines);
    for (guint i = 0; i + 1 < n; i++)
        read_line(cases, lines[i], &by_schema);
    return cases;
}

static gboolean
does_schema_accept(Fixture *fixture, const char *text, gsize length)
{
    g_autoptr(PgsDocument) document = pgs_document_parse("bad.yaml", text, length, NULL);
    return document != NULL && schema_accepts(fixture->schema, fixture->schema->root, "project",
                                              pgs_document_root(document));
}

static void
assert_refused(Fixture *fixture, const Case *wrong)
{
    assert_true(g_file_set_contents("bad.yaml", wrong->text->str, -1, NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read("bad.yaml", &error);
    g_autofree char *expected = g_strconcat("bad.yaml:", wrong->message, NULL);
    g_autofree char *hint = wrong->hint != NULL ? g_strconcat("\nHINT: ", wrong->hint, NULL) : NULL;
    const char *message = error != NULL ? error->message : "it was read";
    if (!g_str_has_prefix(message, expected) || (hint != NULL && strstr(message, hint) == NULL))
        fail_msg("%s\nexpected: %s%s\nfound:    %s", wrong->text->str, expected,
                 hint != NULL ? hint : "", message);
    assert_int_equal(error->domain, PGS_PROJECT_ERROR);
    if (wrong->by_schema && does_schema_accept(fixture, wrong->text->str, wrong->text->len))
        fail_msg("the schema accepts this:\n%s", wrong->text->str);
}

static void
test_cases(void **state)
{
    g_autoptr(GPtrArray) cases = read_cases();
    assert_true(cases->len > 70);
    for (guint i = 0; i < cases->len; i++)
        assert_refused(*state, g_ptr_array_index(cases, i));
}

/* ---- Mutations ---- */

/* Valgrind, for which the variable stands, is forty times slower. */
static guint
n_mutations(void)
{
    return g_getenv("PGSTAIR_TEST_SMALL") != NULL ? 200 : 4000;
}

/* What is worth putting in: YAML's marks, bytes that are no text, and words of the tables. */
static const char *const snippets[] = {
    "\t",
    "\n",
    " ",
    ":",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "<<: ",
    "|",
    ">",
    "'",
    "\"",
    "#",
    "%",
    "!",
    "? ",
    "---",
    "~",
    "null",
    "001",
    "\xff",
    "\xc3",
    "\x01",
    "\xef\xbb\xbf",
    "\r",
    "\\",
    "(",
    ")",
    "not null",
    "default",
    "requirements",
    "columns",
    "at",
    "tables",
    "absent",
    "true",
    "\xed\xa0\x80",
    "\n    ",
    "\n  x: ",
};

static void
mutate_once(GRand *random, GString *text)
{
    gsize at = (gsize)g_rand_int_range(random, 0, (gint32)text->len);
    gsize n = (gsize)g_rand_int_range(random, 1, 20);
    n = MIN(n, text->len - at);
    switch (g_rand_int_range(random, 0, 5)) {
    case 0:
        g_string_erase(text, (gssize)at, (gssize)n);
        break;
    case 1:
        text->str[at] = (char)g_rand_int_range(random, 0, 256);
        break;
    case 2: {
        g_autofree char *part = g_strndup(text->str + at, n);
        gsize to = (gsize)g_rand_int_range(random, 0, (gint32)text->len);
        g_string_insert(text, (gssize)to, part);
        break;
    }
    default: {
        guint i = (guint)g_rand_int_range(random, 0, G_N_ELEMENTS(snippets));
        g_string_insert(text, (gssize)at, snippets[i]);
    }
    }
    if (text->len == 0)
        g_string_append_c(text, 'a');
}

/* A message for a person: where, what, and all of it text. */
static void
assert_message(const GError *error)
{
    assert_non_null(error);
    assert_int_equal(error->domain, PGS_PROJECT_ERROR);
    assert_true(g_utf8_validate(error->message, -1, NULL));
    if (!g_regex_match_simple("^[^:\n]+:[1-9][0-9]*:[1-9][0-9]*: .", error->message, 0, 0))
        fail_msg("no place: %s", error->message);
}

static void
test_mutations(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *original = NULL;
    gsize length;
    assert_true(g_file_get_contents("pgstair.yaml", &original, &length, NULL));
    GRand *random = g_rand_new_with_seed(20270131);
    guint n_read = 0;
    for (guint i = 0; i < n_mutations(); i++) {
        g_autoptr(GString) text = g_string_new_len(original, (gssize)length);
        for (gint n = g_rand_int_range(random, 1, 3); n > 0; n--)
            mutate_once(random, text);
        assert_true(g_file_set_contents("bad.yaml", text->str, (gssize)text->len, NULL));
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsProject) project = pgs_project_read("bad.yaml", &error);
        if (project == NULL)
            assert_message(error);
        else if (!does_schema_accept(fixture, text->str, text->len))
            fail_msg("the program reads what the schema refuses:\n%s", text->str);
        n_read += project != NULL;
    }
    g_rand_free(random);
    /* Both happen often: neither the mutations nor the sample are trivial. */
    assert_in_range(n_read, n_mutations() / 20, n_mutations() * 19 / 20);
}

static void
test_mutated_requirements(void **state)
{
    (void)state;
    g_autofree char *original = NULL;
    gsize length;
    assert_true(g_file_get_contents("requirements.yaml", &original, &length, NULL));
    assert_true(g_file_set_contents(
        "uses.yaml", "systems: {a: {requirements: bad_requirements.yaml}}", -1, NULL));
    GRand *random = g_rand_new_with_seed(7);
    guint n_read = 0;
    for (guint i = 0; i < n_mutations() / 4; i++) {
        g_autoptr(GString) text = g_string_new_len(original, (gssize)length);
        mutate_once(random, text);
        assert_true(
            g_file_set_contents("bad_requirements.yaml", text->str, (gssize)text->len, NULL));
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsProject) project = pgs_project_read("uses.yaml", &error);
        if (project == NULL)
            assert_message(error);
        n_read += project != NULL;
    }
    g_rand_free(random);
    assert_in_range(n_read, n_mutations() / 40, n_mutations() / 4 - n_mutations() / 40);
}

/* Texts of columns and triggers, put together at random of what their grammars know. */
static void
test_random_short_forms(void **state)
{
    (void)state;
    static const char *const words[] = {
        "not",    "null",      "default",  "generated", "always", "as",    "identity",    "by",
        "stored", "int",       "(",        ")",         "[",      "]",     "'x'",         "'",
        "\"",     "\"a\"",     "$$",       "$",         ",",      ".",     "collate",     "primary",
        "before", "update",    "of",       "or",        "on",     "users", "for",         "each",
        "row",    "when",      "execute",  "function",  "f",      "()",    "referencing", "old",
        "table",  "initially", "deferred", "from",
    };
    GRand *random = g_rand_new_with_seed(11);
    for (guint i = 0; i < n_mutations() * 5; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (gint n = g_rand_int_range(random, 0, 9); n > 0; n--)
            g_string_append_printf(text, "%s ",
                                   words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);
        PgsNode node = {.type = PGS_NODE_SCALAR, .text = text->str, .place = {"f", 1, 1}};
        g_autoptr(PgsExpectation) expectation = pgs_expectation_new("x", "public.users", "x");
        pgs_short_column(&node, expectation, NULL);
        pgs_short_trigger(&node, expectation, NULL);
        pgs_short_references(&node, "app", expectation, NULL);
    }
    g_rand_free(random);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mutations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mutated_requirements, set_up, tear_down),
        cmocka_unit_test(test_random_short_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
