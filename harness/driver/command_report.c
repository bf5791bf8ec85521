#include "driver/command_report.h"

#include "migration/command.h"

#include <stdlib.h>
#include <string.h>

enum {
    TAIL_LINES = 15,
    SQLSTATE_LENGTH = 5,
};

/* How drivers of many languages tell what the server has said; the first that fits is taken.
 * Groups: state, message. */
static const char *const shapes[] = {
    /* Postgrex: "(Postgrex.Error) ERROR 42P01 (undefined_table) relation …" */
    "\\bERROR (?<state>[0-9A-Z]{5}) \\(\\w+\\) (?<message>\\S.*)",
    /* Npgsql: "Npgsql.PostgresException (0x80004005): 42P07: relation …" */
    "\\bPostgresException\\b[^:\\n]*: (?<state>[0-9A-Z]{5}): (?<message>\\S.*)",
    /* PDO: "SQLSTATE[42P07]: Duplicate table: 7 ERROR:  relation …" */
    "\\bSQLSTATE\\[(?<state>[0-9A-Z]{5})\\].*\\bERROR: +(?<message>\\S.*)",
    /* Go's lib/pq and pgx: "ERROR: relation … (SQLSTATE 42P07)", "pq: relation …" */
    "\\bERROR: +(?<message>\\S.*) \\(SQLSTATE (?<state>[0-9A-Z]{5})\\)",
    "\\bpq: (?<message>\\S.*)",
    /* libpq, JDBC, the gem pg; with VERBOSITY verbose the state. */
    "\\bERROR: +(?:(?<state>[0-9A-Z]{5}): )?(?<message>\\S.*)",
    /* psycopg 2 and 3, asyncpg: "psycopg2.errors.DuplicateTable: relation …" */
    "^(?:psycopg2?|asyncpg)\\S*\\.(?:errors|exceptions)\\.\\w+: (?<message>\\S.*)",
    /* node-postgres */
    "^\\s*(?:error|.*\\bDatabaseError|.*\\bQueryFailedError): (?<message>\\S.*)",
};
/* Anything else that calls itself an error: the last one counts. */
static const char any_error[] =
    "^\\s*(?:\\*\\* \\()?[\\w.:]*(?:Error|Exception|error)\\)?:? (?<message>\\S.*)";
/* node-postgres prints the fields of its error. */
static const char bare_state[] = "\\b(?:code|sqlstate): ['\"](?<state>[0-9A-Z]{5})['\"]";

static char *
fetch(const GMatchInfo *info, const char *name)
{
    char *value = g_match_info_fetch_named(info, name);
    if (value == NULL || *value == '\0')
        g_clear_pointer(&value, g_free);
    return value;
}

/* Fills what the expression finds and was not found before. */
static gboolean
look_for(const char *expression, const char *text, gboolean last, char **state, char **message)
{
    g_autoptr(GRegex) regex = g_regex_new(expression, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) info = NULL;
    gboolean found = FALSE;
    g_regex_match(regex, text, 0, &info);
    while (g_match_info_matches(info) && (!found || last)) {
        found = TRUE;
        g_free(*state);
        *state = fetch(info, "state");
        g_autofree char *words = fetch(info, "message");
        if (words != NULL) {
            g_free(*message);
            *message = g_steal_pointer(&words);
        }
        g_match_info_next(info, NULL);
    }
    return found;
}

static char *
last_line(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = g_strv_length(lines); i > 0; i--) {
        g_strstrip(lines[i - 1]);
        if (*lines[i - 1] != '\0')
            return g_strdup(lines[i - 1]);
    }
    return NULL;
}

static PgsFailure *
make_failure(const char *text, const PgsProcessResult *result)
{
    g_autofree char *state = NULL, *message = NULL;
    gboolean found = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes) && !found; i++)
        found = look_for(shapes[i], text, FALSE, &state, &message);
    if (!found)
        look_for(any_error, text, TRUE, &state, &message);
    if (state == NULL) {
        g_autofree char *none = NULL;
        look_for(bare_state, text, FALSE, &state, &none);
    }
    if (message == NULL)
        message = last_line(text);
    g_autofree char *tail = pgs_command_tail(result, TAIL_LINES);
    g_autofree char *silent =
        g_strdup_printf("the command ended with status %d and said nothing", result->exit_status);
    PgsFailure *failure = pgs_failure_new_printf(state != NULL ? state : "", NULL, "%s",
                                                 message != NULL ? message : silent);
    if (strchr(tail, '\n') != NULL)
        failure->context = g_strdup_printf("the command ended with status %d; its last lines:\n%s",
                                           result->exit_status, tail);
    return failure;
}

/* ---- whose fault it is ---- */

static const PgsRevision *
revision_at(const PgsHistory *history, gint index)
{
    return g_ptr_array_index(history->revisions, (guint)index);
}

static const char *
step_path(const PgsRevision *revision)
{
    return revision->up->line > 0 ? revision->up->path : NULL;
}

/* Where text names it last; NULL: nowhere. */
static const char *
last_mention(const char *text, const PgsRevision *revision)
{
    const char *path = step_path(revision);
    g_autofree char *file = path != NULL ? g_path_get_basename(path) : NULL;
    const char *by_id = strlen(revision->id) > 1 ? g_strrstr(text, revision->id) : NULL;
    const char *by_file = file != NULL ? g_strrstr(text, file) : NULL;
    return by_id > by_file ? by_id : by_file;
}

static gint
find_revision(const PgsHistory *history, const gint *revisions, guint n, const char *text)
{
    gint found = revisions[0];
    const char *latest = NULL;
    for (guint i = 0; i < n; i++) {
        const char *mention = last_mention(text, revision_at(history, revisions[i]));
        if (mention != NULL && (latest == NULL || mention > latest)) {
            found = revisions[i];
            latest = mention;
        }
    }
    return found;
}

/* 'File "…/0002_x.py", line 12', "/app/20240101_x.js:12:5", "0002_x.exs:12: (file)". */
static guint
find_line(const char *text, const char *path)
{
    g_autofree char *file = g_path_get_basename(path);
    g_autofree char *name = g_regex_escape_string(file, -1);
    g_autofree char *expression = g_strdup_printf("%s(?:\", line |:)(\\d{1,7})\\b", name);
    g_autoptr(GRegex) regex = g_regex_new(expression, 0, 0, NULL);
    g_autoptr(GMatchInfo) info = NULL;
    guint line = 0;
    for (g_regex_match(regex, text, 0, &info); g_match_info_matches(info);
         g_match_info_next(info, NULL)) {
        g_autofree char *digits = g_match_info_fetch(info, 1);
        line = (guint)strtoul(digits, NULL, 10);
    }
    return line;
}

PgsOutcome *
pgs_command_report(const PgsHistory *history, const gint *revisions, guint n_revisions, gboolean up,
                   const PgsProcessResult *result)
{
    g_autofree char *output = pgs_command_plain(result->output, result->output_length);
    g_autofree char *errors = pgs_command_plain(result->errors, result->errors_length);
    g_autofree char *text = g_strconcat(output, "\n", errors, NULL);
    PgsOutcome *outcome = pgs_outcome_new();
    outcome->succeeded = FALSE;
    outcome->revision = find_revision(history, revisions, n_revisions, text);
    outcome->failure = make_failure(text, result);
    const PgsRevision *revision = revision_at(history, outcome->revision);
    const PgsStep *step = up || revision->down == NULL ? revision->up : revision->down;
    outcome->path = g_strdup(step->path);
    const char *path = step_path(revision);
    outcome->line = path != NULL ? find_line(text, path) : 0;
    outcome->column = outcome->line > 0;
    return outcome;
}
