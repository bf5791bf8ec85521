#ifndef PGS_TESTS_RECORD_GOLDEN_H
#define PGS_TESTS_RECORD_GOLDEN_H

#include "cmocka_all.h"

#include <glib.h>

/* Golden files: PGSTAIR_REGENERATE=1 rewrites them, and git shows what changed. */
static inline void
assert_golden(const char *path, const char *text)
{
    if (g_strcmp0(g_getenv("PGSTAIR_REGENERATE"), "1") == 0) {
        assert_true(g_file_set_contents(path, text, -1, NULL));
        return;
    }
    char *golden = NULL;
    if (!g_file_get_contents(path, &golden, NULL, NULL))
        fail_msg("%s is missing: run the test once with PGSTAIR_REGENERATE=1", path);
    gboolean same = g_str_equal(golden, text);
    if (!same)
        print_error("%s: differs; what was made now:\n%s\n", path, text);
    g_free(golden);
    assert_true(same);
}

#endif
