#ifndef PGS_TESTS_TOOLS_TAKE_TURNS_H
#define PGS_TESTS_TOOLS_TAKE_TURNS_H

/*
 * As tools/interchange.h, revision by revision and with files that appear only as they are needed,
 * for tools that can but go to the top: a tool and "pgstair migrate" take turns on one database,
 * beside one that the tool alone works on.  What pg_dump writes of both, the books included, has to
 * be the same after each turn.
 */

#include "server/installation.h"
#include "tools/tool_fixture.h"

/* Who goes where: n of the revisions are applied afterwards. */
typedef struct {
    gboolean by_tool;
    guint n;
} TurnsTurn;

typedef struct {
    const char *format;
    const char *const *up;   /* the tool's command: applies all files that are there */
    const char *const *down; /* takes the last one back; {below}: the number of those that stay */
    const char *(*files)[2]; /* name, text: of each revision n_files, base first */
    guint n_files;
    guint n_revisions;
    const char *ask; /* SQL: one text, of the books */
} Turns;

/* Just the files of the first n revisions are there. */
static inline void
turns_lay_out(const PgsToolFixture *fixture, const Turns *tool, guint n)
{
    g_autofree char *folder = g_build_filename(fixture->folder, "migrations", NULL);
    pgs_fs_remove_tree(folder, NULL);
    g_mkdir_with_parents(folder, 0700);
    for (guint i = 0; i < n * tool->n_files; i++) {
        g_autofree char *name = g_build_filename("migrations", tool->files[i][0], NULL);
        pgs_tool_write(fixture, name, tool->files[i][1]);
    }
}

/* One go of the tool's own, which has to succeed. */
static inline void
turns_run(PgsToolFixture *fixture, const char *database, const char *const *command, guint below)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *number = g_strdup_printf("%u", below);
    for (; *command != NULL; command++) {
        GString *argument = g_string_new(*command);
        g_string_replace(argument, "{below}", number, 0);
        g_ptr_array_add(arguments, g_string_free(argument, FALSE));
    }
    g_ptr_array_add(arguments, NULL);
    g_autofree char *output = NULL;
    if (pgs_tool_run(fixture, database, (const char *const *)arguments->pdata, NULL, &output) != 0)
        fail_msg("%s: %s", (const char *)arguments->pdata[0], output);
}

/* From as many as there are to n: up with just their files there, down one by one. */
static inline void
turns_by_tool(PgsToolFixture *fixture, const char *database, const Turns *tool, guint from, guint n)
{
    turns_lay_out(fixture, tool, MAX(from, n));
    if (n >= from)
        turns_run(fixture, database, tool->up, n);
    for (; from > n; from--)
        turns_run(fixture, database, tool->down, from - 1);
}

static inline void
turns_by_pgstair(PgsToolFixture *fixture, const char *database, const Turns *tool, guint from,
                 guint n)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *url = pgs_tool_url(fixture, database);
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    turns_lay_out(fixture, tool, MAX(from, n));
    pgs_process_add_many(process, "migrate", n < from ? "downgrade" : "upgrade", NULL);
    if (n < from)
        pgs_process_add_printf(process, "-%u", from - n);
    pgs_process_add_many(process, "--folder=migrations", "--no-backup", "--yes", "--no-config",
                         "--url", url, "--format", tool->format, NULL);
    pgs_process_set_directory(process, fixture->folder);
    pgs_process_set_timeout(process, PGS_TOOL_TIMEOUT_MS);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s", error->message);
    if (result.exit_status != 0)
        fail_msg("pgstair migrate: status %d: %s%s", result.exit_status, result.output,
                 result.errors);
}

/* The schema, without the lines that are never the same. */
static inline char *
turns_dump(PgsToolFixture *fixture, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsInstallation) installation = pgs_installation_find(0, &error);
    g_autofree char *program =
        installation != NULL ? pgs_installation_program(installation, "pg_dump") : NULL;
    if (program == NULL) {
        print_message("skipped: there is no pg_dump beside the server\n");
        skip();
    }
    g_autofree char *url = pgs_tool_url(fixture, database);
    g_autoptr(PgsProcess) process = pgs_process_new(program);
    pgs_process_add_many(process, "--schema-only", "--dbname", url, NULL);
    pgs_process_set_timeout(process, PGS_TOOL_TIMEOUT_MS);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run_checked(process, &result, &error))
        fail_msg("%s", error->message);
    g_autoptr(GRegex) restricts = g_regex_new("^\\\\(un)?restrict .*$", G_REGEX_MULTILINE, 0, NULL);
    return g_regex_replace_literal(restricts, result.output, -1, 0, "", 0, NULL);
}

static inline void
turns_assert_same(PgsToolFixture *fixture, const char *alone, const char *both, const Turns *tool,
                  guint turn)
{
    g_autofree char *dump_alone = turns_dump(fixture, alone);
    g_autofree char *dump_both = turns_dump(fixture, both);
    if (strcmp(dump_alone, dump_both) != 0) {
        print_error("alone:\n%s\nboth:\n%s\n", dump_alone, dump_both);
        fail_msg("turn %u: not what the tool alone makes", turn);
    }
    g_autofree char *books_alone = pgs_tool_ask(fixture, alone, tool->ask);
    g_autofree char *books_both = pgs_tool_ask(fixture, both, tool->ask);
    if (g_strcmp0(books_alone, books_both) != 0)
        fail_msg("turn %u: the books are %s, not %s", turn, books_both, books_alone);
}

static inline void
turns_take(PgsToolFixture *fixture, const Turns *tool, const TurnsTurn *turns, gsize n_turns)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *both = pgs_server_create_database(fixture->server, "both", NULL, &error);
    g_autofree char *alone = pgs_server_create_database(fixture->server, "alone", NULL, &error);
    if (both == NULL || alone == NULL)
        fail_msg("%s", error->message);
    guint from = 0;
    for (gsize i = 0; i < n_turns; i++) {
        turns_by_tool(fixture, alone, tool, from, turns[i].n);
        if (turns[i].by_tool)
            turns_by_tool(fixture, both, tool, from, turns[i].n);
        else
            turns_by_pgstair(fixture, both, tool, from, turns[i].n);
        turns_assert_same(fixture, alone, both, tool, (guint)i);
        from = turns[i].n;
    }
    pgs_server_drop_database(fixture->server, both, NULL);
    pgs_server_drop_database(fixture->server, alone, NULL);
}

/* Each begins once, goes on where the other stopped, and takes back what the other applied. */
static const TurnsTurn turns_tool_first[] = {{TRUE, 2},  {FALSE, 4}, {TRUE, 3}, {TRUE, 4},
                                             {FALSE, 1}, {TRUE, 0},  {TRUE, 1}, {FALSE, 4}};
static const TurnsTurn turns_pgstair_first[] = {{FALSE, 2}, {TRUE, 4},  {FALSE, 3}, {TRUE, 2},
                                                {FALSE, 0}, {FALSE, 4}, {TRUE, 4},  {TRUE, 3}};

static inline void
turns_check(PgsToolFixture *fixture, const Turns *tool)
{
    turns_take(fixture, tool, turns_tool_first, G_N_ELEMENTS(turns_tool_first));
    turns_take(fixture, tool, turns_pgstair_first, G_N_ELEMENTS(turns_pgstair_first));
}

#endif
