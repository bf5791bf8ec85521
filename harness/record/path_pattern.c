#include "record/path_pattern.h"

#include <fnmatch.h>
#include <string.h>

static const char *
skip_dot(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    return path;
}

/* The last "**" takes one more name whenever what follows it does not fit. */
static gboolean
match_names(char **patterns, char **names)
{
    char **folders = NULL, **retry = NULL;
    while (*names != NULL) {
        if (*patterns != NULL && strcmp(*patterns, "**") == 0) {
            folders = ++patterns;
            retry = names;
        } else if (*patterns != NULL && fnmatch(*patterns, *names, 0) == 0) {
            patterns++;
            names++;
        } else if (folders != NULL) {
            patterns = folders;
            names = ++retry;
        } else {
            return FALSE;
        }
    }
    while (*patterns != NULL && strcmp(*patterns, "**") == 0)
        patterns++;
    return *patterns == NULL;
}

gboolean
pgs_path_matches(const char *pattern, const char *path)
{
    g_auto(GStrv) patterns = g_strsplit(skip_dot(pattern), "/", -1);
    g_auto(GStrv) names = g_strsplit(skip_dot(path), "/", -1);
    return match_names(patterns, names);
}

const char *
pgs_path_match_end(const char *pattern, const char *path)
{
    const char *end = skip_dot(path);
    if (strchr(skip_dot(pattern), '/') == NULL)
        return pgs_path_matches(pattern, end) ? end : NULL;
    while (end != NULL && !pgs_path_matches(pattern, end)) {
        end = strchr(end, '/');
        if (end != NULL)
            end++;
    }
    return end;
}
