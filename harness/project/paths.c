#include "project/paths.h"

#include <string.h>

gboolean
pgs_path_is_pattern(const char *path)
{
    return strpbrk(path, "*?[") != NULL;
}

static char *
spell(const GPtrArray *segments, gboolean is_absolute)
{
    GString *path = g_string_new(is_absolute ? G_DIR_SEPARATOR_S : "");
    for (guint i = 0; i < segments->len; i++) {
        if (i > 0)
            g_string_append_c(path, G_DIR_SEPARATOR);
        g_string_append(path, g_ptr_array_index(segments, i));
    }
    if (path->len == 0)
        g_string_append_c(path, '.');
    return g_string_free(path, FALSE);
}

/* Whether ".." behind these segments just takes the last one away. */
static gboolean
can_go_back(const GPtrArray *segments, gboolean is_absolute)
{
    if (segments->len == 0)
        return is_absolute;
    if (strcmp(g_ptr_array_index(segments, segments->len - 1), "..") == 0)
        return FALSE;
    g_autofree char *path = spell(segments, is_absolute);
    return !g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

char *
pgs_path_join(const char *folder, const char *path)
{
    g_autofree char *joined =
        g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(folder, path, NULL);
    gboolean is_absolute = g_path_is_absolute(joined);
    g_auto(GStrv) parts = g_strsplit(joined, G_DIR_SEPARATOR_S, -1);
    g_autoptr(GPtrArray) segments = g_ptr_array_new();
    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0' || strcmp(*part, ".") == 0)
            continue;
        if (strcmp(*part, "..") != 0 || !can_go_back(segments, is_absolute))
            g_ptr_array_add(segments, *part);
        else if (segments->len > 0)
            g_ptr_array_set_size(segments, (int)segments->len - 1);
    }
    return spell(segments, is_absolute);
}
