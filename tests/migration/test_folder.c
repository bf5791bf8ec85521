/* Covers harness/migration/folder.c: folders as nobody would make them on purpose. */
#include "migration/read.h"
#include "migration/tree.h"

#include "migration/reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define UP "CREATE TABLE a ();"

static PgsFolder *
open_deep(const char *root)
{
    g_autoptr(GError) error = NULL;
    PgsFolder *folder = pgs_folder_open(root, &error);
    if (folder == NULL || !pgs_folder_deepen(folder, &error))
        fail_msg("%s", error->message);
    return folder;
}

static void
assert_listed(const char *root, const char *names)
{
    g_autoptr(PgsFolder) folder = open_deep(root);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < folder->files->len; i++)
        g_string_append_printf(text, "%s ", ((PgsFolderFile *)folder->files->pdata[i])->name);
    assert_string_equal(text->str, names);
}

static void
make_link(const char *root, const char *name, const char *target)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    assert_int_equal(symlink(target, path), 0);
}

/* Sorted by name; hidden folders and node_modules are left out. */
static void
test_depth(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write_all(root, (const char *[]){"a.sql", UP, "b/a.sql", UP, "b/c/d/e.sql", UP, "b-c.sql",
                                          UP, ".git/x/y.sql", UP, "node_modules/x/y.sql", UP,
                                          "b/.x/y/z.sql", UP, NULL});
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsFolder) folder = pgs_folder_open(root, &error);
    assert_non_null(folder);
    assert_int_equal(folder->files->len, 3);
    assert_null(pgs_folder_find(folder, "b/c/d/e.sql"));
    assert_listed(root, "a.sql b-c.sql b/a.sql b/c/d/e.sql ");
    tree_free(root);
}

static void
test_links(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "in/a.sql", UP);
    tree_write(root, "in/x/y/b.sql", UP);
    tree_write(root, "beside/c.sql", UP);
    make_link(root, "in/self", ".");
    make_link(root, "in/x/up", "..");
    make_link(root, "in/x/y/top", "../../..");
    make_link(root, "in/one", "two");
    make_link(root, "in/two", "one");
    make_link(root, "in/beside", "../beside");
    /* Round in circles beside each other. */
    tree_write(root, "in/m/1.sql", UP);
    tree_write(root, "in/n/2.sql", UP);
    make_link(root, "in/m/n", "../n");
    make_link(root, "in/n/m", "../m");
    g_autofree char *in = g_build_filename(root, "in", NULL);
    assert_listed(in, "a.sql beside/c.sql m/1.sql m/n/2.sql n/2.sql n/m/1.sql x/y/b.sql ");
    tree_free(root);
}

static void
assert_bounded(const char *root, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsFolder) folder = pgs_folder_open(root, &error);
    assert_non_null(folder);
    assert_false(pgs_folder_deepen(folder, &error));
    assert_true(g_error_matches(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER));
    assert_non_null(strstr(error->message, message));
}

static void
test_bounds(void **state)
{
    (void)state;
    char *root = tree_new();
    g_autoptr(GString) deep = g_string_new("a");
    for (guint i = 0; i < 200; i++)
        g_string_append(deep, "/a");
    g_string_append(deep, "/1.sql");
    tree_write(root, deep->str, UP);
    assert_bounded(root, "more than 100 folders deep");
    tree_free(root);
    /* Links among a few folders make very many paths. */
    root = tree_new();
    for (guint i = 0; i < 10; i++) {
        for (guint j = 0; j < 10; j++) {
            g_autofree char *folder = g_strdup_printf("%s/%u", root, i);
            g_autofree char *name = g_strdup_printf("%u/to%u", i, j);
            g_autofree char *target = g_strdup_printf("../%u", j);
            g_mkdir(folder, 0700);
            make_link(root, name, target);
        }
    }
    assert_bounded(root, "more than 20000 folders");
    tree_free(root);
}

/* What the tool would stumble over or wait for is an error, and waits for nothing. */
static void
test_no_files(void **state)
{
    (void)state;
    char *root = tree_new();
    g_autofree char *pipe = g_build_filename(root, "1_a.up.sql", NULL);
    g_autofree char *conf = g_build_filename(root, "go.mod", NULL);
    assert_int_equal(mkfifo(conf, 0600), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_unreadable(root, "plain", PGS_MIGRATION_ERROR_FOLDER, "1_a.up.sql: not a regular file",
                      NULL);
    assert_int_equal(g_unlink(pipe), 0);
    make_link(root, "1_a.up.sql", "/dev/zero");
    assert_unreadable(root, NULL, PGS_MIGRATION_ERROR_FOLDER, "1_a.up.sql: not a regular file",
                      NULL);
    assert_int_equal(g_unlink(pipe), 0);
    make_link(root, "1_a.up.sql", "nothing");
    assert_unreadable(root, NULL, PGS_MIGRATION_ERROR_FOLDER,
                      "1_a.up.sql: No such file or directory", NULL);
    assert_int_equal(g_unlink(pipe), 0);
    tree_write(root, "1_a.up.sql", UP);
    assert_int_equal(g_chmod(pipe, 0), 0);
    if (geteuid() != 0)
        assert_unreadable(root, NULL, PGS_MIGRATION_ERROR_FOLDER, "Permission denied", NULL);
    tree_free(root);
}

/* A file that is larger than may be read, without its bytes. */
static void
test_size(void **state)
{
    (void)state;
    char *root = tree_new();
    g_autofree char *path = g_build_filename(root, "1_a.up.sql", NULL);
    tree_write(root, "1_a.up.sql", "");
    assert_int_equal(truncate(path, 64 * 1024 * 1024 + 1), 0);
    assert_unreadable(root, "golang-migrate", PGS_MIGRATION_ERROR_FOLDER,
                      "1_a.up.sql: larger than 64 MB", NULL);
    assert_int_equal(truncate(path, 4096), 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsFolder) folder = pgs_folder_open(root, &error);
    folder->room = 4095;
    assert_null(pgs_folder_text(folder->files->pdata[0], &error));
    assert_non_null(strstr(error->message, "more than 256 MB"));
    folder->room = 4096;
    assert_non_null(pgs_folder_text(folder->files->pdata[0], NULL));
    assert_int_equal(folder->room, 0);
    tree_free(root);
}

/* Names are bytes. */
static void
test_names(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "1_a\nb.up.sql", UP);
    tree_write(root, "2_\x1b[31m.up.sql", UP);
    tree_write(root, "3_\xff.up.sql", UP);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(root, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(history->revisions->len, 3);
    const PgsRevision *third = g_ptr_array_index(history->revisions, 2);
    assert_string_equal(third->label, "3_\xff");
    tree_free(root);
}

static void
test_many_files(void **state)
{
    (void)state;
    char *root = tree_new();
    for (guint i = 1; i <= 10000; i++) {
        g_autofree char *path = g_strdup_printf("%s/%u_t.up.sql", root, i);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        close(fd);
    }
    gint64 start = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(root, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(history->revisions->len, 10000);
    assert_true(g_get_monotonic_time() - start < 30 * G_USEC_PER_SEC);
    tree_free(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depth),      cmocka_unit_test(test_links),
        cmocka_unit_test(test_bounds),     cmocka_unit_test(test_no_files),
        cmocka_unit_test(test_size),       cmocka_unit_test(test_names),
        cmocka_unit_test(test_many_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
