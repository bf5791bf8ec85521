/* Covers harness/migration/alembic.c, alembic_project.c, alembic_refusal.c, nowhere.c and python.c,
 * and python/alembic_revisions.py. */
#include "migration/read.h"

#include "base/fs.h"
#include "migration/alembic_project.h"

#include <stdio.h>
#include <stdlib.h>

static int
require_alembic(G_GNUC_UNUSED void **state)
{
    g_autofree char *program = g_find_program_in_path("alembic");
    if (program != NULL)
        return 0;
    print_message("skipped: alembic is not installed\n");
    return g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS") != NULL ? -1 : 0;
}

static gboolean
is_missing(void)
{
    g_autofree char *program = g_find_program_in_path("alembic");
    return program == NULL;
}

/* "id|name|label up line down line < parents & depends" for each revision. */
static char *
describe_graph(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_string_append_printf(text, "%s|%s|%s up %u", revision->id, revision->name,
                               revision->label, revision->up->line);
        if (revision->down != NULL)
            g_string_append_printf(text, " down %u", revision->down->line);
        if (revision->parents != NULL) {
            g_autofree char *parents = g_strjoinv(",", revision->parents);
            g_autofree char *depends = g_strjoinv(",", revision->depends);
            g_string_append_printf(text, " < %s & %s", parents, depends);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static void
assert_graph(const PgsHistory *history, const char *expected)
{
    g_autofree char *found = describe_graph(history);
    assert_string_equal(found, expected);
    assert_int_equal(history->driver, PGS_DRIVER_ALEMBIC);
}

#define LINEAR                                                                                     \
    "a1|users|a1_users up 8 down 12\nb2|orders|b2_orders up 8 down 12\nc3|roles|c3_roles up 7\n"

static void
test_list(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    g_autoptr(PgsHistory) history = read_folder("alembic/linear", NULL);
    assert_string_equal(history->format, "alembic");
    assert_graph(history, LINEAR);
    assert_null(history->heads);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "W folder.unmatched scripts/versions/notes.txt\n"
                               "W folder.unmatched scripts/versions/old\n");
    assert_non_null(strstr(history->reason, "alembic/linear/alembic.ini; Alembic "));
    assert_non_null(strstr(history->reason, " with SQLAlchemy "));
    assert_true(g_str_has_suffix(history->root, "alembic/linear"));
    assert_true(g_strv_contains(history->ledger, "my_versions"));
    assert_true(g_strv_contains(history->ledger, "alembic_version"));
    const PgsRevision *roles = g_ptr_array_index(history->revisions, 2);
    assert_int_equal(roles->up->flags, PGS_STATEMENT_CLUSTER);
    assert_int_equal(roles->up->send, PGS_SEND_TOOL);
    assert_true(g_str_has_suffix(roles->up->path, "alembic/linear/scripts/versions/c3_roles.py"));
    assert_null(roles->down);
    /* Nothing is left beside the project's files. */
    g_autofree char *cache =
        g_build_filename(PGS_TEST_DIR, "alembic/linear/scripts/versions/__pycache__", NULL);
    assert_false(g_file_test(cache, G_FILE_TEST_EXISTS));
}

/* The folder of scripts, or of versions, may be named as well. */
static void
test_folders_of_it(void **state)
{
    (void)state;
    static const char *const folders[] = {"alembic/linear/scripts",
                                          "alembic/linear/scripts/versions"};
    if (is_missing())
        skip();
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autoptr(PgsHistory) history = read_folder(folders[i], NULL);
        assert_graph(history, LINEAR);
        const PgsRevision *first = g_ptr_array_index(history->revisions, 0);
        assert_true(g_str_has_prefix(first->up->path, history->folder));
    }
}

static void
test_graph(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    g_autoptr(PgsHistory) history = read_folder("alembic/branches", NULL);
    gint at[6];
    static const char *const ids[] = {"a", "b1", "b2", "m", "o", "e"};
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        assert_true(pgs_history_find(history, ids[i], &at[i], NULL));
    /* Of branches Alembic takes one before the other by the order in which it lists files. */
    assert_true(at[0] < at[1] && at[0] < at[2] && at[1] < at[3] && at[2] < at[3]);
    assert_true(at[1] < at[4] && at[5] == 5);
    const PgsRevision *merge = g_ptr_array_index(history->revisions, (guint)at[3]);
    const PgsRevision *other = g_ptr_array_index(history->revisions, (guint)at[4]);
    g_autofree char *parents = g_strjoinv(",", merge->parents);
    g_autofree char *depends = g_strjoinv(",", other->depends);
    assert_string_equal(parents, "b1,b2");
    assert_int_equal(g_strv_length(other->parents), 0);
    assert_string_equal(depends, "b1");
    assert_int_equal(g_strv_length(history->heads), 1);
    assert_string_equal(history->heads[0], "e");
}

static void
test_several_heads(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    assert_unreadable("alembic/heads", NULL, PGS_MIGRATION_ERROR_FORMAT, "2 heads",
                      "Multiple head revisions are present for given argument 'head'",
                      "scripts/versions/b_left.py", "scripts/versions/c_right.py",
                      "HINT: merge them with \"alembic merge heads\"", NULL);
    g_autofree char *folder = g_build_filename(PGS_TEST_DIR, "alembic/heads", NULL);
    g_autoptr(PgsSystem) system = pgs_system_new(folder);
    system->tool->alembic.all_heads = TRUE;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    assert_non_null(history);
    assert_int_equal(history->revisions->len, 3);
    assert_int_equal(g_strv_length(history->heads), 2);
    g_autofree char *notes = describe_notes(history);
    assert_string_equal(notes, "I folder.heads -\n");
}

static void
test_broken(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    assert_unreadable("alembic/duplicate", NULL, PGS_MIGRATION_ERROR_DUPLICATE,
                      "two files with the revision a", "a_one.py", "a_two.py", "HINT: ", NULL);
    assert_unreadable("alembic/missing", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "missing/scripts/versions/b_two.py: down_revision 'x' of b is no revision",
                      NULL);
    assert_unreadable("alembic/circle", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "revisions follow each other in a circle", " -> ", NULL);
    assert_unreadable("alembic/syntax", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "syntax/scripts/versions/b_two.py:3: SyntaxError", NULL);
    assert_unreadable("alembic/unnamed", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "Could not determine revision id from filename b_two.py", NULL);
    assert_unreadable("alembic/import", NULL, PGS_MIGRATION_ERROR_TOOL,
                      "import/scripts/versions/b_two.py:1: ModuleNotFoundError: No module named "
                      "'no_such_package'",
                      "HINT: install what it needs into the environment of ", NULL);
}

/* Several folders of versions, and files of one name in them. */
static void
test_version_locations(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    g_autoptr(PgsHistory) history = read_folder("alembic/here", NULL);
    assert_graph(history, "a|same|same up 8 down 12\nb|same|b_same up 8 down 12\n");
}

/* ---- a configuration that says less, or more ---- */

static PgsSystem *
open_system(const char *name)
{
    g_autofree char *folder = g_build_filename(PGS_TEST_DIR, name, NULL);
    return pgs_system_new(folder);
}

static void
add_word(char ***list, const char *word)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_addv(builder, (const char **)*list);
    g_strv_builder_add(builder, word);
    g_strfreev(*list);
    *list = g_strv_builder_end(builder);
}

static void
assert_refused(const PgsSystem *system, const char *message, const char *hint)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    assert_null(history);
    if (strstr(error->message, message) == NULL || strstr(error->message, hint) == NULL)
        fail_msg("\"%s\" and \"%s\" are not in \"%s\"", message, hint, error->message);
}

static void
test_sections(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    g_autoptr(PgsSystem) system = open_system("alembic/sections");
    assert_refused(system, "No config file 'alembic.ini' found, or file has no '[alembic]' section",
                   "HINT: \"alembic: {section: NAME}\" in pgstair.yaml is alembic's -n; it has "
                   "one, two");
    system->tool->alembic.section = g_strdup("one");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    assert_non_null(history);
    assert_graph(history, "a|one|a_one up 5 down 9\n");
    g_free(system->tool->alembic.section);
    system->tool->alembic.section = g_strdup("three");
    assert_refused(system, "file has no '[three]' section", "it has one, two");
}

/* Settings of an application that revisions import: they see an address, with the scheme that a
 * run has; what else they want is asked for. */
static void
test_settings(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    g_autoptr(PgsSystem) system = open_system("alembic/settings");
    assert_refused(system, "settings/shop/config.py:3: KeyError: 'SHOP_URL'",
                   "SHOP_URL: \"environment:\" in pgstair.yaml sets variables that it needs, "
                   "\"url-variable: NAME\" the one");
    add_word(&system->tool->url_variables, "SHOP_URL");
    assert_refused(system, "settings/shop/config.py:4: KeyError: 'SHOP_HOST'", "HINT: it reads ");
    add_word(&system->tool->environment, "SHOP_HOST={host}");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    assert_graph(history, "a|one|a_one up 7 down 11\n");
    /* The scheme that pgstair.yaml names is no other. */
    system->tool->url_scheme = g_strdup("postgresql+asyncpg");
    assert_refused(system, "ValueError: postgresql+asyncpg://pgstair:", "HINT: ");
}

static void
test_not_alone(void **state)
{
    (void)state;
    if (is_missing())
        skip();
    assert_unreadable("alembic/flask", NULL, PGS_MIGRATION_ERROR_FORMAT,
                      "flask/env.py: this is Flask-Migrate's", "[flask, db, upgrade, '{revision}']",
                      NULL);
    assert_unreadable("alembic/package", NULL, PGS_MIGRATION_ERROR_TOOL,
                      "a_one.py:1: ModuleNotFoundError: No module named 'shop'",
                      "HINT: shop is the project's own: \"environment: {PYTHONPATH: ./src}\"",
                      NULL);
    assert_unreadable("alembic/below", NULL, PGS_MIGRATION_ERROR_FORMAT, "sees no revision",
                      "below/scripts/versions/2024", "recursive_version_locations", NULL);
}

/* What newer versions know; their number, "1.10" as 110, is in the reason. */
static gboolean
has_version(guint wanted)
{
    g_autoptr(PgsHistory) history = read_folder("alembic/linear", NULL);
    const char *number = strstr(history->reason, "; Alembic ");
    assert_non_null(number);
    guint major = 0, minor = 0;
    assert_int_equal(sscanf(number, "; Alembic %u.%u", &major, &minor), 2);
    if (major * 100 + minor >= wanted)
        return TRUE;
    print_message("skipped: Alembic %u.%u is older than %u.%u\n", major, minor, wanted / 100,
                  wanted % 100);
    return FALSE;
}

static void
test_recursive(void **state)
{
    (void)state;
    if (is_missing() || !has_version(110))
        skip();
    g_autoptr(PgsHistory) history = read_folder("alembic/recursive", NULL);
    assert_graph(history, "a|one|a_one up 5 down 9\n");
}

static void
test_pyproject(void **state)
{
    (void)state;
    if (is_missing() || !has_version(116))
        skip();
    g_autoptr(PgsHistory) history = read_folder("alembic/toml", NULL);
    assert_graph(history, "a|one|a_one up 5 down 9\n");
    assert_non_null(strstr(history->reason, "pyproject.toml; Alembic "));
}

/* ---- whose Python ---- */

/* A folder with environments in it, each of which has Alembic or not. */
static char *
make_environment(const char *root, const char *name, gboolean has_alembic)
{
    g_autofree char *bin = g_build_filename(root, name, "bin", NULL);
    g_autofree char *packages =
        g_build_filename(root, name, "lib", "python3.11", "site-packages", NULL);
    g_autofree char *module = g_build_filename(packages, "alembic", NULL);
    char *python = g_build_filename(bin, "python", NULL);
    g_mkdir_with_parents(bin, 0700);
    g_mkdir_with_parents(has_alembic ? module : packages, 0700);
    assert_true(g_file_set_contents_full(python, "#!/bin/sh\nexit 1\n", -1, 0, 0700, NULL));
    return python;
}

static void
assert_python(const char *folder, const char *named, const char *expected, const char *reason)
{
    g_auto(PgsPython) python = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_python_find(folder, named, "alembic", NULL, &python, &error))
        fail_msg("%s", error->message);
    assert_string_equal(python.path, expected);
    assert_non_null(strstr(python.reason, reason));
}

static void
test_python(void **state)
{
    (void)state;
    g_autofree char *root = g_dir_make_tmp("pgstair-python-XXXXXX", NULL);
    g_autofree char *git = g_build_filename(root, ".git", NULL);
    g_autofree char *backend = g_build_filename(root, "backend", NULL);
    g_mkdir_with_parents(git, 0700);
    g_mkdir_with_parents(backend, 0700);
    g_autofree char *above = make_environment(root, "venv", TRUE);
    assert_python(backend, NULL, above, "the venv in ");
    /* One without Alembic is passed over; one that has it comes first. */
    g_autofree char *without = make_environment(backend, ".venv", FALSE);
    assert_python(backend, NULL, above, "the venv in ");
    g_autofree char *nearer = make_environment(backend, "env", TRUE);
    assert_python(backend, NULL, nearer, "the env in ");
    assert_python(backend, "../venv", above, "pgstair.yaml names it");
    g_auto(PgsPython) python = {0};
    g_autoptr(GError) error = NULL;
    assert_false(pgs_python_find(backend, "./.venv", "alembic", NULL, &python, &error));
    assert_true(g_error_matches(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL));
    assert_non_null(strstr(error->message, ".venv, which pgstair.yaml names, has no alembic"));
    g_clear_error(&error);
    assert_false(pgs_python_find(backend, "./nothing", "alembic", NULL, &python, &error));
    assert_non_null(strstr(error->message, "is no Python that can be started"));
    pgs_fs_remove_tree(root, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),      cmocka_unit_test(test_folders_of_it),
        cmocka_unit_test(test_graph),     cmocka_unit_test(test_several_heads),
        cmocka_unit_test(test_broken),    cmocka_unit_test(test_version_locations),
        cmocka_unit_test(test_sections),  cmocka_unit_test(test_settings),
        cmocka_unit_test(test_not_alone), cmocka_unit_test(test_recursive),
        cmocka_unit_test(test_pyproject), cmocka_unit_test(test_python),
    };
    return cmocka_run_group_tests(tests, require_alembic, NULL);
}
