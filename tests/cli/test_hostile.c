/* Covers what the program says of folders as nobody would make them on purpose, and of a
 * repository's root. */
#include "cmocka_all.h"

#include "migration/tree.h"
#include "run_program.h"

#include <libxml/parser.h>
#include <sys/stat.h>

#define PAIR(table) "CREATE TABLE " table " (id int);\n"

static gboolean
is_clean(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (; *text != '\0'; text++) {
        if ((guchar)*text < 0x20 && *text != '\n' && *text != '\t')
            return FALSE;
    }
    return TRUE;
}

/* Well-formed, and without what a terminal or a reader of XML would act on. */
static void
assert_clean_xml(const char *path)
{
    g_autofree char *text = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &text, &length, NULL));
    assert_int_equal(strlen(text), length);
    assert_true(is_clean(text));
    xmlDocPtr document = xmlReadMemory(text, (int)length, path, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    xmlFreeDoc(document);
    assert_non_null(strstr(text, "\\u001B"));
    assert_non_null(strstr(text, "\\xFF"));
}

static void
test_names_are_visible(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "1_a\nb.up.sql", PAIR("a"));
    tree_write(root, "2_\x1b[31mred.up.sql", PAIR("b"));
    tree_write(root, "3_\xff]]>&.up.sql", "CREATE TABLE c (x nosuchtype);\n");
    tree_write(root, "notes\r\x1b[2J.sql", "");
    char *reports = tree_new();
    g_autofree char *record = g_build_filename(reports, "record.xml", NULL);
    g_autofree char *junit = g_build_filename(reports, "junit.xml", NULL);
    g_autofree char *output = NULL;
    int status = RUN_PROGRAM(&output, "verify", root, "--verbose", "--record", record, "--junit",
                             junit, "--only", "folder,cycle,stairway");
    assert_int_equal(status, 1);
    if (!is_clean(output))
        fail_msg("%s", output);
    assert_non_null(strstr(output, "2_\\u001B[31mred"));
    assert_non_null(strstr(output, "3_\\xFF]]>&"));
    assert_clean_xml(record);
    assert_clean_xml(junit);
    tree_free(reports);
    tree_free(root);
}

static void
assert_usage(const char *root, const char *first, const char *second)
{
    g_autofree char *output = NULL;
    gint64 start = g_get_monotonic_time();
    int status = RUN_PROGRAM(&output, "verify", root);
    if (status != 2 || strstr(output, first) == NULL || strstr(output, second) == NULL)
        fail_msg("%d: %s", status, output);
    assert_true(g_get_monotonic_time() - start < 30 * G_USEC_PER_SEC);
}

static void
test_unreadable(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "1_a.up.sql", PAIR("a"));
    tree_write(root, "01_b.up.sql", PAIR("b"));
    assert_usage(root, "are both the up of 1", "HINT: ");
    g_autofree char *first = g_build_filename(root, "1_a.up.sql", NULL);
    g_autofree char *second = g_build_filename(root, "01_b.up.sql", NULL);
    assert_int_equal(g_unlink(second), 0);
    assert_int_equal(g_unlink(first), 0);
    assert_int_equal(mkfifo(first, 0600), 0);
    assert_usage(root, "1_a.up.sql: not a regular file", "");
    tree_free(root);
}

/* Files that a pipe stands for, wherever a tool's configuration is looked for. */
static void
test_pipes_beside(void **state)
{
    (void)state;
    static const char *const names[] = {
        "go.mod",        "Cargo.toml",         "package.json",     "pom.xml",     "flyway.conf",
        "flyway.toml",   "dbconfig.yml",       "alembic.ini",      "sqitch.conf", "sqitch.plan",
        "atlas.hcl",     "diesel.toml",        "yoyo.ini",         ".env",        "build.gradle",
        "refinery.toml", "pyproject.toml",     "requirements.txt", "atlas.sum",   "script.conf",
        "manage.py",     "migration_lock.toml"};
    char *root = tree_new();
    tree_write(root, "db/1_a.up.sql", PAIR("a"));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(root, names[i], NULL);
        g_autofree char *below = g_build_filename(root, "db", names[i], NULL);
        assert_int_equal(mkfifo(path, 0600), 0);
        assert_int_equal(mkfifo(below, 0600), 0);
    }
    gint64 start = g_get_monotonic_time();
    g_autofree char *output = NULL;
    g_autofree char *folder = g_build_filename(root, "db", NULL);
    int above = RUN_PROGRAM(&output, "verify", root, "--only", "folder");
    g_autofree char *more = NULL;
    int within = RUN_PROGRAM(&more, "verify", folder, "--only", "folder");
    if (above < 0 || within < 0 || g_get_monotonic_time() - start > 20 * G_USEC_PER_SEC)
        fail_msg("%s%s", output, more);
    tree_free(root);
}

/* From a repository's root: found, said, and the same for all commands. */
static void
test_root(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, ".git/HEAD", "ref: refs/heads/main\n");
    tree_write(root, "go.mod", "module x\nrequire github.com/golang-migrate/migrate/v4 v4.1.0\n");
    tree_write(root, "internal/db/migrations/1_a.up.sql", PAIR("a"));
    tree_write(root, "internal/db/migrations/1_a.down.sql", "DROP TABLE a;\n");
    g_autofree char *verified = NULL;
    assert_int_equal(RUN_PROGRAM(&verified, "verify", root, "--only", "cycle"), 0);
    assert_non_null(strstr(verified, "the migrations are those in "));
    assert_non_null(strstr(verified, "internal/db/migrations (golang-migrate)"));
    g_autofree char *snapshot = NULL;
    assert_int_equal(RUN_PROGRAM(&snapshot, "snapshot", root), 0);
    assert_non_null(strstr(snapshot, "table public.a"));
    g_autofree char *proposed = NULL;
    assert_int_equal(RUN_PROGRAM(&proposed, "init", root, "--no-expect", "--output", "-"), 0);
    assert_non_null(strstr(proposed, "migrations: internal/db/migrations"));
    tree_write(root, "other/1_a.up.sql", PAIR("a"));
    tree_write(root, "other/1_a.down.sql", "");
    assert_usage(root, "several folders of migrations below", "/other (golang-migrate)");
    tree_free(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_visible),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_pipes_beside),
        cmocka_unit_test(test_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
