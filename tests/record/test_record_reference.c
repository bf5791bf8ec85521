/* Covers harness/record/record_reference.c: docs/record.md, which ci/check-docs holds against it.
 */
#include "cmocka_all.h"

#include "record/record_reference.h"
#include "record/record_schema.h"

#include <string.h>

/* How often needle is in the text. */
static guint
count(const char *text, const char *needle)
{
    guint n = 0;
    for (const char *found = text; (found = strstr(found, needle)) != NULL; found++)
        n++;
    return n;
}

/* Each name that the schema has is on the page. */
static void
assert_names(const char *page, const char *pattern, const char *before, const char *behind)
{
    const char *schema = pgs_embedded_find(pgs_record_files, "record.rng");
    guint n = 0;
    for (const char *found = schema; (found = strstr(found, pattern)) != NULL; n++) {
        found += strlen(pattern);
        g_autofree char *name = g_strndup(found, strcspn(found, "\""));
        g_autofree char *wanted = g_strconcat(before, name, behind, NULL);
        g_autofree char *heading = g_strdup_printf("\n## %s\n", name);
        if (strstr(page, wanted) == NULL && strstr(page, heading) == NULL)
            fail_msg("%s is not on the page", wanted);
    }
    assert_true(n > 20);
}

static void
test_the_page_has_all_of_the_schema(G_GNUC_UNUSED void **state)
{
    g_autofree char *page = pgs_record_reference();
    assert_true(g_str_has_prefix(page, "# The run record\n\nThe run record: what pgstair writes"));
    assert_names(page, "<element name=\"", "`<", ">`");
    assert_names(page, "<attribute name=\"", "| `", "` |");
    assert_int_equal(count(page, "\n## pgstair-record\n"), 1);
    assert_int_equal(count(page, "\n## file\n"), 1);
    assert_non_null(strstr(page, "| `plan` | yes | text | a digest of what each part had to do"));
    assert_non_null(strstr(page, "`error` (could not be judged)"));
    assert_non_null(strstr(page, "| [`<change>`](#change) | any number |"));
    assert_non_null(strstr(page, "| `started` | yes | dateTime, `"));
    /* A bar in a pattern or a comment would end its cell. */
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (**line == '|' && count(*line, "|") - count(*line, "\\|") != 5)
            assert_int_equal(count(*line, "|") - count(*line, "\\|"), 4);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_page_has_all_of_the_schema)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
