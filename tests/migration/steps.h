#ifndef PGS_TESTS_MIGRATION_STEPS_H
#define PGS_TESTS_MIGRATION_STEPS_H

/* What the tests of readers that split a file have in common. */

#include "migration/read.h"
#include "migration/step.h"

#include <glib/gstdio.h>

/* "line: text" of each statement, with "; " between them. */
static inline void
append_statements(GString *text, const PgsStep *step)
{
    for (guint i = 0; i < pgs_script_n_statements(step->script); i++) {
        const PgsStatement *statement = pgs_script_statement(step->script, i);
        g_autofree char *sql = pgs_script_statement_text(step->script, statement);
        g_string_append_printf(text, "%s%u: %s", i > 0 ? " | " : "",
                               pgs_step_file_line(step, statement->line), sql);
    }
}

/*
 * "tx [1: SELECT 1; | 3: SELECT 2;]" for each text of a step; "refused 3: message" where the tool
 * stops; "-": there is none.  g_free().
 */
static inline char *
describe_step(const PgsStep *step)
{
    if (step == NULL)
        return g_strdup("-");
    GString *text = g_string_new(NULL);
    for (; step != NULL; step = step->next) {
        assert_non_null(step->tool);
        assert_non_null(step->path);
        assert_int_equal(step->script == NULL, step->script_error != NULL);
        if (step->script == NULL) {
            const char *message = step->script_error->message;
            g_string_append_printf(text, "refused %u: %.*s",
                                   pgs_step_file_line(step, step->script_error_position.line),
                                   (int)strcspn(message, "\n"), message);
            assert_non_null(strstr(message, "\nHINT: "));
            continue;
        }
        assert_int_equal(step->transaction, step->transaction_why == NULL);
        g_string_append(text, step->transaction ? "tx [" : "no tx [");
        append_statements(text, step);
        g_string_append(text, step->next != NULL ? "] " : "]");
    }
    return g_string_free(text, FALSE);
}

/* A folder of one file with that text, read. */
static inline PgsHistory *
read_text(const char *format, const char *name, const char *text, gssize length, GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, length, NULL));
    PgsHistory *history = pgs_history_read(folder, format, error);
    assert_int_equal(g_remove(path), 0);
    assert_int_equal(g_remove(folder), 0);
    return history;
}

/* A file's only revision has these steps. */
static inline void
assert_split(const char *format, const char *name, const char *text, const char *up,
             const char *down)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = read_text(format, name, text, -1, &error);
    if (history == NULL)
        fail_msg("%s: %s", text, error->message);
    assert_int_equal(history->revisions->len, 1);
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    g_autofree char *found_up = describe_step(revision->up);
    g_autofree char *found_down = describe_step(revision->down);
    if (strcmp(found_up, up) != 0)
        fail_msg("\n%s\nup is   %s\nand not %s", text, found_up, up);
    if (strcmp(found_down, down) != 0)
        fail_msg("\n%s\ndown is %s\nand not %s", text, found_down, down);
}

#endif
