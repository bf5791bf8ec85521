#ifndef PGS_TESTS_MIGRATION_TREE_H
#define PGS_TESTS_MIGRATION_TREE_H

/* Trees of files in a temporary folder. */

#include "cmocka_all.h"

#include "base/fs.h"

#include <glib/gstdio.h>
#include <string.h>

static inline char *
tree_new(void)
{
    char *root = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    assert_non_null(root);
    return root;
}

static inline void
tree_write(const char *root, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* "name", "text", …, NULL */
static inline void
tree_write_all(const char *root, const char *const *files)
{
    for (; *files != NULL; files += 2)
        tree_write(root, files[0], files[1]);
}

static inline void
tree_free(char *root)
{
    assert_true(pgs_fs_remove_tree(root, NULL));
    g_free(root);
}

#endif
