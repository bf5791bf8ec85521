/* Covers harness/snapshot/sql/: that nothing is overlooked, and that nothing shows in two places.
 */
#include "snapshot/everything.h"

#include <stdlib.h>
#include <string.h>

/*
 * sensitivity.cases: at the margin a statement, run on everything.sql's database and rolled back;
 * "[15] " before it when it needs that major version.  Below it, indented, all that it changes in
 * the snapshot: "kind identity: attribute", "+ kind identity" for what it adds and "- kind
 * identity" for what it removes.  PGSTAIR_REGENERATE=1 rewrites the expectations: read them.
 */
#define CASES PGS_TEST_DIR "/sensitivity.cases"

typedef struct {
    Everything *everything;
    PgsSnapshot *before;
    GString *rewritten;
    guint n_run, n_wrong;
} Sensitivity;

static int
group_setup(void **state)
{
    Sensitivity *sensitivity = g_new0(Sensitivity, 1);
    sensitivity->everything = everything_new();
    everything_fill(sensitivity->everything);
    sensitivity->before = everything_read(sensitivity->everything);
    sensitivity->rewritten = g_string_new(NULL);
    *state = sensitivity;
    return 0;
}

static int
group_teardown(void **state)
{
    Sensitivity *sensitivity = *state;
    everything_free(sensitivity->everything);
    pgs_snapshot_unref(sensitivity->before);
    g_string_free(sensitivity->rewritten, TRUE);
    g_free(sensitivity);
    return 0;
}

static void
list_attributes(GString *out, const PgsObject *before, const PgsObject *after)
{
    for (guint i = 0; i < before->n_attributes; i++) {
        const PgsAttribute *attribute = &before->attributes[i];
        if (g_strcmp0(attribute->value, pgs_object_get(after, attribute->name)) != 0)
            g_string_append_printf(out, "  %s %s: %s\n", before->kind, before->identity,
                                   attribute->name);
    }
    for (guint i = 0; i < after->n_attributes; i++) {
        const PgsAttribute *attribute = &after->attributes[i];
        if (pgs_object_get(before, attribute->name) == NULL)
            g_string_append_printf(out, "  %s %s: %s\n", after->kind, after->identity,
                                   attribute->name);
    }
    if (g_strcmp0(before->parent, after->parent) != 0)
        g_string_append_printf(out, "  %s %s: (parent)\n", before->kind, before->identity);
}

/* All that differs, a line each. */
static char *
list_differences(PgsSnapshot *before, PgsSnapshot *after)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < pgs_snapshot_n_objects(before); i++) {
        const PgsObject *object = pgs_snapshot_object(before, i);
        const PgsObject *other = pgs_snapshot_find(after, object->kind, object->identity);
        if (other == NULL)
            g_string_append_printf(out, "  - %s %s\n", object->kind, object->identity);
        else if (!pgs_object_equal(object, other))
            list_attributes(out, object, other);
    }
    for (guint i = 0; i < pgs_snapshot_n_objects(after); i++) {
        const PgsObject *object = pgs_snapshot_object(after, i);
        if (pgs_snapshot_find(before, object->kind, object->identity) == NULL)
            g_string_append_printf(out, "  + %s %s\n", object->kind, object->identity);
    }
    return g_string_free(out, FALSE);
}

/* What the statement changes, or the server's error. */
static char *
try_statement(Sensitivity *sensitivity, const char *statement)
{
    Everything *everything = sensitivity->everything;
    g_autoptr(GError) error = NULL;
    everything_run(everything, "BEGIN");
    char *differences;
    if (pgs_connection_run(everything->connection, statement, &error)) {
        PgsSnapshot *after = everything_read(everything);
        differences = list_differences(sensitivity->before, after);
        pgs_snapshot_unref(after);
    } else
        differences =
            g_strdup_printf("  %.*s\n", (int)strcspn(error->message, "\n"), error->message);
    everything_run(everything, "ROLLBACK");
    return differences;
}

static void
try_case(Sensitivity *sensitivity, const char *line, const char *expected)
{
    const char *statement = line;
    if (*line == '[') {
        int major = atoi(line + 1);
        statement = strchr(line, ']') + 2;
        if (pgs_connection_version(sensitivity->everything->connection) < major * 10000)
            return;
    }
    g_autofree char *differences = try_statement(sensitivity, statement);
    g_string_append_printf(sensitivity->rewritten, "%s\n%s", line, differences);
    sensitivity->n_run++;
    if (strcmp(differences, expected) != 0) {
        print_error("%s\nexpected:\n%sfound:\n%s", statement, expected, differences);
        sensitivity->n_wrong++;
    }
}

static void
test_sensitivity(void **state)
{
    Sensitivity *sensitivity = *state;
    if (!everything_is_15(sensitivity->everything))
        skip();
    char *text;
    assert_true(g_file_get_contents(CASES, &text, NULL, NULL));
    char **lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL && *lines[i] != '\0';) {
        const char *line = lines[i++];
        GString *expected = g_string_new(NULL);
        for (; lines[i] != NULL && *lines[i] == ' '; i++)
            g_string_append_printf(expected, "%s\n", lines[i]);
        try_case(sensitivity, line, expected->str);
        g_string_free(expected, TRUE);
    }
    g_strfreev(lines);
    g_free(text);
    if (g_strcmp0(g_getenv("PGSTAIR_REGENERATE"), "1") == 0)
        assert_true(g_file_set_contents(CASES, sensitivity->rewritten->str, -1, NULL));
    else
        assert_int_equal(sensitivity->n_wrong, 0);
    assert_true(sensitivity->n_run > 200);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sensitivity),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
