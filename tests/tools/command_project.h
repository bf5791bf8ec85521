#ifndef PGS_TESTS_COMMAND_PROJECT_H
#define PGS_TESTS_COMMAND_PROJECT_H

#include "tool_fixture.h"

#include "project/project.h"

/* A project in a folder of tests/tools that pgstair.yaml describes by commands. */

static inline void
pgs_command_replace(const PgsToolFixture *fixture, const char *name, const char *text,
                    const char *with)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *content = NULL;
    assert_true(g_file_get_contents(path, &content, NULL, NULL));
    assert_non_null(strstr(content, text));
    g_autoptr(GString) changed = g_string_new(content);
    g_string_replace(changed, text, with, 0);
    assert_true(g_file_set_contents(path, changed->str, -1, NULL));
}

/* Copies the project into the test's folder. */
static inline void
pgs_command_copy(PgsToolFixture *fixture, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *from = g_build_filename(PGS_TEST_DIR, name, NULL);
    pgs_fs_remove_tree(fixture->folder, NULL);
    if (!pgs_fs_copy_tree(from, fixture->folder, (uid_t)-1, (gid_t)-1, &error))
        fail_msg("%s", error->message);
}

/* "pgstair verify" of the test's folder: its exit status; *output (g_free()): all that it wrote. */
static inline int
pgs_command_verify(const PgsToolFixture *fixture, char **output)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    /* The stairway goes all ways, and each command takes its time. */
    pgs_process_add_many(process, "verify", fixture->folder, "--only", "stairway", NULL);
    pgs_process_set_timeout(process, 5 * PGS_TOOL_TIMEOUT_MS);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s", error->message);
    *output = g_strconcat(result.output, result.errors, NULL);
    return result.exit_status;
}

/* It ends so, and says all of these (NULL ends them). */
static inline void
pgs_command_assert_verdict(const PgsToolFixture *fixture, int status, ...)
{
    g_autofree char *output = NULL;
    int found = pgs_command_verify(fixture, &output);
    if (found != status)
        fail_msg("status %d: %s", found, output);
    va_list parts;
    va_start(parts, status);
    for (const char *part; (part = va_arg(parts, const char *)) != NULL;) {
        if (strstr(output, part) == NULL)
            fail_msg("no \"%s\" in: %s", part, output);
    }
    va_end(parts);
}

/* As pgs_tool_assert_same(), with what its pgstair.yaml says. */
static inline void
pgs_command_assert_same(PgsToolFixture *fixture, const char *system, const PgsToolTurn *turns,
                        gsize n_turns)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "pgstair.yaml", NULL);
    g_autoptr(PgsProject) project = pgs_project_read(path, &error);
    PgsSystem *found = project != NULL ? pgs_project_find(project, system, &error) : NULL;
    PgsHistory *history = found != NULL ? pgs_history_read_system(found, NULL, &error) : NULL;
    if (history == NULL)
        fail_msg("%s", error->message);
    pgs_tool_open(fixture, history);
    pgs_tool_assert_turns(fixture, turns, n_turns);
    /* They borrow what the project holds. */
    g_clear_pointer(&fixture->lane, pgs_lane_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
}

#endif
