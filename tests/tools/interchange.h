#ifndef PGS_TESTS_INTERCHANGE_H
#define PGS_TESTS_INTERCHANGE_H

#include "tools/tool_fixture.h"

/*
 * A real tool and "pgstair migrate" in turns on one database: up a part, up the rest, down a part,
 * down the rest, each phase by the one or the other.  Schema and books have to be behind each phase
 * what they are where the tool alone did it.
 */
enum { INTERCHANGE_PHASES = 4 };
typedef struct {
    const char *tool;
    const char *format;
    const char *folder;             /* that pgstair is given, within the test's */
    const char *const *environment; /* of both; or NULL */
    struct {
        const char *const *by_tool; /* its command, as in PgsToolTurn */
        const char *direction;      /* pgstair's: "upgrade", "downgrade" */
        const char *revision;
    } phases[INTERCHANGE_PHASES];
    const char *books; /* a query of one text: all that is in them and does not differ each time */
    /* The tool's own look at a database (its command); what it says has to hold this; or NULL. */
    const char *const *look;
    const char *says[INTERCHANGE_PHASES];
    const char *only; /* the only pattern that is tried, of a slow tool; or NULL */
} Interchange;

/* T: the tool does the phase, P: pgstair.  Each change of hands is in the first two; all of them
 * with PGSTAIR_TEST_FULL=1. */
static const char *const interchange_patterns[] = {"TPPT", "PTTP", "PPPP", "TPTP", "PTPT"};
enum { INTERCHANGE_USUAL = 2 };

static inline gsize
interchange_n_patterns(const Interchange *with)
{
    gboolean is_full = g_getenv("PGSTAIR_TEST_FULL") != NULL || with->only != NULL;
    return is_full ? G_N_ELEMENTS(interchange_patterns) : INTERCHANGE_USUAL;
}

/* pgstair's exit code; *output: all that it says, g_free(). */
static inline int
interchange_try(PgsToolFixture *fixture, const Interchange *with, const char *database,
                const char *direction, const char *revision, char **output)
{
    g_autofree char *folder = g_build_filename(fixture->folder, with->folder, NULL);
    g_autofree char *place = g_strconcat("--folder=", folder, NULL);
    g_autofree char *url = pgs_tool_url(fixture, database);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    const char *const words[] = {"migrate",    direction, revision, place,         "--format",
                                 with->format, "--url",   url,      "--no-backup", "--yes"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        pgs_process_add(process, words[i]);
    for (const char *const *pair = with->environment; pair != NULL && *pair != NULL; pair++) {
        g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);
        g_autofree char *value = pgs_tool_expand(fixture, database, parts[1]);
        pgs_process_set_env(process, parts[0], value);
    }
    pgs_process_set_timeout(process, PGS_TOOL_TIMEOUT_MS);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s", error->message);
    *output = g_strconcat(result.output, result.errors, NULL);
    return result.exit_status;
}

static inline void
interchange_by_pgstair(PgsToolFixture *fixture, const Interchange *with, const char *database,
                       guint phase)
{
    const char *direction = with->phases[phase].direction;
    const char *revision = with->phases[phase].revision;
    g_autofree char *output = NULL;
    int status = interchange_try(fixture, with, database, direction, revision, &output);
    if (status != 0)
        fail_msg("pgstair migrate %s %s: %d: %s", direction, revision, status, output);
}

static inline void
interchange_by_tool(PgsToolFixture *fixture, const Interchange *with, const char *database,
                    guint phase)
{
    int status =
        pgs_tool_run(fixture, database, with->phases[phase].by_tool, with->environment, NULL);
    if (status != 0)
        fail_msg("%s, phase %u: %d: %s", with->tool, phase, status, pgs_tool_log(fixture));
}

static inline void
interchange_look(PgsToolFixture *fixture, const Interchange *with, const char *database,
                 const char *pattern, guint phase)
{
    g_autofree char *output = NULL;
    if (with->look == NULL || with->says[phase] == NULL)
        return;
    pgs_tool_run(fixture, database, with->look, with->environment, &output);
    if (strstr(output, with->says[phase]) == NULL)
        fail_msg("%s, phase %u: \"%s\" is not in what %s says: %s", pattern, phase,
                 with->says[phase], with->tool, output);
}

static inline void
interchange_compare(PgsToolFixture *fixture, const Interchange *with, const char *database,
                    const char *pattern, guint phase, PgsSnapshot *schema, const char *books)
{
    g_autoptr(PgsSnapshot) now = pgs_tool_snapshot(fixture, database);
    g_autoptr(PgsDiff) diff = pgs_diff_new(schema, now, 0);
    if (pgs_diff_n_differences(diff) > 0) {
        g_autofree char *text = pgs_diff_to_text(diff, FALSE);
        fail_msg("%s, phase %u: by %s alone, and now:\n%s", pattern, phase, with->tool, text);
    }
    g_autofree char *ours = pgs_tool_ask(fixture, database, with->books);
    if (g_strcmp0(ours, books) != 0)
        fail_msg("%s, phase %u: the books of %s alone:\n%s\nand now:\n%s", pattern, phase,
                 with->tool, books, ours);
    interchange_look(fixture, with, database, pattern, phase);
}

static inline void
interchange_assert(PgsToolFixture *fixture, const Interchange *with)
{
    g_autoptr(GError) error = NULL;
    PgsSnapshot *schemas[INTERCHANGE_PHASES];
    char *books[INTERCHANGE_PHASES];
    pgs_tool_require(with->tool);
    fixture->history = pgs_tool_read(fixture, with->folder, with->format);
    fixture->database = pgs_server_create_database(fixture->server, "tool", NULL, &error);
    assert_non_null(fixture->database);
    for (guint phase = 0; phase < INTERCHANGE_PHASES; phase++) {
        interchange_by_tool(fixture, with, fixture->database, phase);
        schemas[phase] = pgs_tool_snapshot(fixture, fixture->database);
        books[phase] = pgs_tool_ask(fixture, fixture->database, with->books);
        interchange_look(fixture, with, fixture->database, "TTTT", phase);
    }
    for (gsize i = 0; i < interchange_n_patterns(with); i++) {
        const char *pattern = interchange_patterns[i];
        if (with->only != NULL && strcmp(with->only, pattern) != 0)
            continue;
        g_autofree char *database =
            pgs_server_create_database(fixture->server, "both", NULL, &error);
        assert_non_null(database);
        for (guint phase = 0; phase < INTERCHANGE_PHASES; phase++) {
            (pattern[phase] == 'T' ? interchange_by_tool : interchange_by_pgstair)(fixture, with,
                                                                                   database, phase);
            interchange_compare(fixture, with, database, pattern, phase, schemas[phase],
                                books[phase]);
        }
        pgs_server_drop_database(fixture->server, database, NULL);
    }
    for (guint phase = 0; phase < INTERCHANGE_PHASES; phase++) {
        pgs_snapshot_unref(schemas[phase]);
        g_free(books[phase]);
    }
}

#endif
