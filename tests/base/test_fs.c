/* Covers harness/base/fs.c. */
#include "cmocka_all.h"

#include "base/fs.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A scratch folder for each test: *state. */
static int
set_up(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-fs-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    int rc = pgs_fs_remove_tree(*state, NULL) ? 0 : -1;
    g_free(*state);
    return rc;
}

static void
put(const char *folder, const char *name, const char *bytes, gssize length, mode_t mode)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, bytes, length, NULL));
    assert_int_equal(chmod(path, mode), 0);
}

static char *
make_tree(const char *scratch)
{
    char *tree = g_build_filename(scratch, "tree", NULL);
    g_autofree char *deep = g_build_filename(tree, "a", "b", NULL);
    assert_int_equal(g_mkdir_with_parents(deep, 0700), 0);
    put(tree, "text", "hello\n", -1, 0640);
    put(tree, "empty", "", 0, 0444);
    /* More than one buffer, and not a multiple of it. */
    enum { LARGE = 700 * 1024 + 3 };
    g_autofree char *large = g_malloc(LARGE);
    for (gsize i = 0; i < LARGE; i++)
        large[i] = (char)(i * 31 % 251);
    put(deep, "large", large, LARGE, 0600);
    g_autofree char *link = g_build_filename(tree, "link", NULL);
    assert_int_equal(symlink("a/b/large", link), 0);
    g_autofree char *dangling = g_build_filename(tree, "dangling", NULL);
    assert_int_equal(symlink("/no/such/file", dangling), 0);
    assert_int_equal(chmod(deep, 0750), 0);
    return tree;
}

static void
assert_same_entry(const char *a, const char *b, const char *name)
{
    g_autofree char *path_a = g_build_filename(a, name, NULL);
    g_autofree char *path_b = g_build_filename(b, name, NULL);
    struct stat st_a, st_b;
    assert_int_equal(lstat(path_a, &st_a), 0);
    assert_int_equal(lstat(path_b, &st_b), 0);
    assert_int_equal(st_a.st_mode, st_b.st_mode);
    if (S_ISREG(st_a.st_mode)) {
        g_autofree char *bytes_a = NULL, *bytes_b = NULL;
        gsize length_a, length_b;
        assert_true(g_file_get_contents(path_a, &bytes_a, &length_a, NULL));
        assert_true(g_file_get_contents(path_b, &bytes_b, &length_b, NULL));
        assert_int_equal(length_a, length_b);
        assert_memory_equal(bytes_a, bytes_b, length_a);
    } else if (S_ISLNK(st_a.st_mode)) {
        g_autofree char *target_a = g_file_read_link(path_a, NULL);
        g_autofree char *target_b = g_file_read_link(path_b, NULL);
        assert_string_equal(target_a, target_b);
    }
}

static void
test_copy_tree(void **state)
{
    g_autofree char *from = make_tree(*state);
    g_autofree char *to = g_build_filename(*state, "copy", NULL);
    g_autoptr(GError) error = NULL;
    assert_true(pgs_fs_copy_tree(from, to, (uid_t)-1, (gid_t)-1, &error));
    static const char *const names[] = {"",          "text", "empty",    "a", "a/b",
                                        "a/b/large", "link", "dangling", NULL};
    for (const char *const *name = names; *name != NULL; name++)
        assert_same_entry(from, to, *name);
}

static void
test_copy_tree_gives_the_owner(void **state)
{
    if (geteuid() != 0)
        skip();
    g_autofree char *from = make_tree(*state);
    g_autofree char *to = g_build_filename(*state, "copy", NULL);
    assert_true(pgs_fs_copy_tree(from, to, 54321, 54322, NULL));
    static const char *const names[] = {"", "text", "a", "a/b/large", "link", NULL};
    for (const char *const *name = names; *name != NULL; name++) {
        g_autofree char *path = g_build_filename(to, *name, NULL);
        struct stat st;
        assert_int_equal(lstat(path, &st), 0);
        assert_int_equal(st.st_uid, 54321);
        assert_int_equal(st.st_gid, 54322);
    }
}

static void
test_copy_tree_errors(void **state)
{
    g_autofree char *from = make_tree(*state);
    g_autofree char *to = g_build_filename(*state, "copy", NULL);
    g_autofree char *absent = g_build_filename(*state, "absent", NULL);
    g_autoptr(GError) error = NULL;
    assert_false(pgs_fs_copy_tree(absent, to, (uid_t)-1, (gid_t)-1, &error));
    assert_true(g_error_matches(error, PGS_FS_ERROR, PGS_FS_ERROR_FAILED));
    assert_non_null(strstr(error->message, absent));
    assert_false(g_file_test(to, G_FILE_TEST_EXISTS));

    g_clear_error(&error);
    assert_false(pgs_fs_copy_tree(from, *state, (uid_t)-1, (gid_t)-1, &error));
    assert_non_null(error);

    g_clear_error(&error);
    g_autofree char *fifo = g_build_filename(from, "fifo", NULL);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_false(pgs_fs_copy_tree(from, to, (uid_t)-1, (gid_t)-1, &error));
    assert_non_null(strstr(error->message, "fifo"));
}

static void
test_remove_tree(void **state)
{
    g_autofree char *tree = make_tree(*state);
    g_autofree char *outside = g_build_filename(*state, "outside", NULL);
    assert_int_equal(g_mkdir(outside, 0700), 0);
    put(outside, "keep", "x", 1, 0600);
    g_autofree char *link = g_build_filename(tree, "a", "out", NULL);
    assert_int_equal(symlink(outside, link), 0);
    g_autofree char *read_only = g_build_filename(tree, "a", "b", NULL);
    assert_int_equal(chmod(read_only, 0500), 0);
    g_autoptr(GError) error = NULL;
    assert_true(pgs_fs_remove_tree(tree, &error));
    assert_false(g_file_test(tree, G_FILE_TEST_EXISTS));
    g_autofree char *kept = g_build_filename(outside, "keep", NULL);
    assert_true(g_file_test(kept, G_FILE_TEST_EXISTS));

    /* Not there, a link to a folder, a plain file. */
    assert_true(pgs_fs_remove_tree(tree, &error));
    assert_int_equal(symlink(outside, tree), 0);
    assert_true(pgs_fs_remove_tree(tree, &error));
    assert_true(g_file_test(kept, G_FILE_TEST_EXISTS));
    assert_true(pgs_fs_remove_tree(kept, &error));
    assert_false(g_file_test(kept, G_FILE_TEST_EXISTS));
    assert_null(error);
}

static void
test_facts_about_a_folder(void **state)
{
    assert_true(pgs_fs_free_bytes(*state) > 0);
    assert_int_equal(pgs_fs_free_bytes("/no/such/folder"), 0);
    assert_false(pgs_fs_is_memory("/no/such/folder"));
    assert_false(pgs_fs_is_memory("/proc"));
    assert_true(pgs_fs_is_writable(*state));
    assert_false(pgs_fs_is_writable("/proc"));
    assert_false(pgs_fs_is_writable("/no/such/folder"));
    /* The try leaves nothing. */
    g_autoptr(GDir) dir = g_dir_open(*state, 0, NULL);
    assert_null(g_dir_read_name(dir));
}

static void
test_is_private(void **state)
{
    const char *folder = *state;
    g_autofree char *link = g_build_filename(folder, "link", NULL);
    g_autofree char *file = g_build_filename(folder, "file", NULL);
    assert_int_equal(symlink(folder, link), 0);
    put(folder, "file", "", 0, 0600);
    assert_true(pgs_fs_is_private(folder, geteuid()));
    assert_false(pgs_fs_is_private(folder, geteuid() + 1));
    assert_false(pgs_fs_is_private(link, geteuid()));
    assert_false(pgs_fs_is_private(file, geteuid()));
    assert_false(pgs_fs_is_private("/no/such/folder", geteuid()));
    static const struct {
        mode_t mode;
        gboolean is_private;
    } modes[] = {{0700, TRUE}, {0755, TRUE}, {0770, FALSE}, {0702, FALSE}, {01777, FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        assert_int_equal(chmod(folder, modes[i].mode), 0);
        assert_int_equal(pgs_fs_is_private(folder, geteuid()), modes[i].is_private);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_copy_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copy_tree_gives_the_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copy_tree_errors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_remove_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_facts_about_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_is_private, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("base.fs", tests, NULL, NULL);
}
