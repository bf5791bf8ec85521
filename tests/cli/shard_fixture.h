#ifndef PGS_TESTS_CLI_SHARD_FIXTURE_H
#define PGS_TESTS_CLI_SHARD_FIXTURE_H

/* Folders that are verified in parts, and what came of it. */

#include "project/project.h"
#include "project_fixture.h"

#define COUNT(array) G_N_ELEMENTS(array)

/* ---- folders ---- */

static inline void
add_pair(const char *folder, guint revision, const char *up, const char *down)
{
    g_autofree char *up_name = g_strdup_printf("%03u_r.up.sql", revision);
    g_autofree char *down_name = g_strdup_printf("%03u_r.down.sql", revision);
    write_file(folder, up_name, up);
    if (down != NULL)
        write_file(folder, down_name, down);
}

/* n tables, one by one.  broken: the revision whose upgrade fails; 0: none. */
static inline char *
new_folder(guint n, guint broken, gboolean has_downs)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    for (guint i = 1; i <= n; i++) {
        g_autofree char *up = g_strdup_printf("CREATE TABLE t%u (id int PRIMARY KEY);%s", i,
                                              i == broken ? "\nSELECT 1 / 0;" : "");
        g_autofree char *down = g_strdup_printf("DROP TABLE t%u;", i);
        add_pair(folder, i, up, has_downs ? down : NULL);
    }
    return folder;
}

static inline void
remove_folder(char *folder)
{
    void *state = folder;
    remove_project(&state);
}

/* ---- runs ---- */

/* Verifies the folder with a word, or two, more; its exit code. */
static inline int
run(const char *folder, const char *record, const char *first, const char *second, char **output)
{
    g_autofree char *path = g_build_filename(folder, record, NULL);
    return RUN_PROGRAM(output, "verify", folder, "--record", path, "--only",
                       "folder,cycle,stairway,accept", first, second);
}

static inline int
run_part(const char *folder, guint index, guint count, const char *option, char **output)
{
    g_autofree char *shard = g_strdup_printf("--shard=%u/%u", index, count);
    g_autofree char *name = g_strdup_printf("part-%u.xml", index);
    return run(folder, name, shard, option, output);
}

/* Merges parts, the last first: what they are is in them. */
static inline int
merge(const char *folder, guint count, guint left_out, char **output)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(words, g_strdup("report"));
    for (guint i = count; i > 0; i--) {
        if (i != left_out)
            g_ptr_array_add(words, g_strdup_printf("%s/part-%u.xml", folder, i));
    }
    g_ptr_array_add(words, g_strdup("--record"));
    g_ptr_array_add(words, g_build_filename(folder, "merged.xml", NULL));
    g_ptr_array_add(words, NULL);
    return run_program(output, (const char *const *)words->pdata);
}

static inline PgsRecord *
read_record(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    PgsRecord *record = pgs_record_read(path, &error);
    if (record == NULL)
        fail_msg("%s", error->message);
    return record;
}

#endif
