#include "driver/psql_step.h"

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "driver/driver.h"
#include "driver/login.h"
#include "driver/psql_report.h"
#include "migration/locate.h"
#include "migration/psql_script.h"
#include "migration/step.h"
#include "server/installation.h"

#include <stdlib.h>
#include <string.h>

/* psql's exit status when the connection broke (settings.h: EXIT_BADCONN). */
#define PSQL_BAD_CONNECTION 2

/* What is run, and where. */
typedef struct {
    const PgsStep *step;
    char *root;   /* the folder that psql runs in, absolute */
    char *file;   /* the step's file, from there */
    char *prefix; /* what stands before file in the step's path: others are shown with it too */
} Place;

static void
place_clear(Place *place)
{
    g_free(place->root);
    g_free(place->file);
    g_free(place->prefix);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* path without links, as far as it is there. */
static char *
real_path(const char *path)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return g_canonicalize_filename(path, NULL);
    char *copy = g_strdup(real);
    free(real);
    return copy;
}

static void
place_init(Place *place, const PgsHistory *history, const PgsStep *step)
{
    g_autofree char *file = real_path(step->path);
    place->step = step;
    place->root = real_path(history->root != NULL ? history->root : history->folder);
    gsize length = strlen(place->root);
    gboolean below = strncmp(file, place->root, length) == 0 && file[length] == '/';
    place->file = g_strdup(below ? file + length + 1 : file);
    place->prefix = below && g_str_has_suffix(step->path, place->file)
                        ? g_strndup(step->path, strlen(step->path) - strlen(place->file))
                        : g_strdup("");
}

/* Of the server's own major version, or another, or the one in PATH: Debian's /usr/bin/psql is a
 * wrapper, which takes its time. */
static char *
find_psql(const PgsServer *server)
{
    const int majors[] = {pgs_server_version_number(server) / 10000, 0};
    for (gsize i = 0; i < G_N_ELEMENTS(majors); i++) {
        g_autoptr(PgsInstallation) installation = pgs_installation_find(majors[i], NULL);
        char *psql = installation != NULL ? pgs_installation_program(installation, "psql") : NULL;
        if (psql != NULL)
            return psql;
    }
    return g_find_program_in_path("psql");
}

/* What the server's conninfo gives to the session, or NULL; g_free(). */
static char *
session_options(const PgsServer *server)
{
    PQconninfoOption *options = PQconninfoParse(pgs_server_conninfo(server), NULL);
    char *value = NULL;
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (strcmp(option->keyword, "options") == 0)
            value = g_strdup(option->val);
    }
    PQconninfoFree(options);
    return value;
}

static void
set_environment(PgsProcess *process, const PgsServer *server, const char *role,
                const char *database, guint timeout)
{
    pgs_login_set_environment(process, server, role, database);
    /* What it and libpq say is read here; the server's own words are in its language. */
    pgs_process_set_env(process, "LC_ALL", "C");
    pgs_process_set_env(process, "LANGUAGE", NULL);
    pgs_process_set_env(process, "PSQLRC", NULL);
    g_autofree char *options = session_options(server);
    g_autofree char *limit =
        g_strdup_printf("%s%s-c statement_timeout=%u", options != NULL ? options : "",
                        options != NULL ? " " : "", timeout);
    pgs_process_set_env(process, "PGOPTIONS", limit);
}

/* A server lets a role in once pgs_login() has been refused: psql would only be told no. */
static gboolean
admit_role(PgsServer *server, const char *role, const char *database, guint timeout,
           GCancellable *cancellable, GError **error)
{
    if (role == NULL)
        return TRUE;
    g_autoptr(PgsConnection) connection =
        pgs_login(server, role, database, timeout, cancellable, error);
    return connection != NULL;
}

/* App::Sqitch::Engine::pg, _client_opts() and _psql(), with what makes its errors readable. */
static PgsProcess *
new_psql(PgsServer *server, const char *role, const char *database, const Place *place,
         const char *first, guint timeout, GError **error)
{
    g_autofree char *psql = find_psql(server);
    if (psql == NULL) {
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START,
                      "install PostgreSQL's client programs (postgresql-client)",
                      "there is no psql on this machine, and %s has commands of psql in it",
                      place->step->path);
        return NULL;
    }
    PgsProcess *process = pgs_process_new(psql);
    set_environment(process, server, role, database, timeout);
    for (char **variable = place->step->variables; variable != NULL && *variable != NULL;
         variable++)
        pgs_process_add_many(process, "--set", *variable, NULL);
    pgs_process_add_many(process, "--quiet", "--no-psqlrc", "--no-align", "--tuples-only", "--set",
                         "ON_ERROR_STOP=1", "--set", "VERBOSITY=verbose", "--no-password",
                         "--output", "/dev/null", NULL);
    if (first != NULL)
        pgs_process_add_many(process, "--command", first, NULL);
    pgs_process_add_many(process, "--file", place->file, NULL);
    pgs_process_set_directory(process, place->root);
    return process;
}

/* Where excerpt stands in text[from, to); tabs in it have become blanks.  G_MAXSIZE: nowhere. */
static gsize
find_excerpt(const char *text, gsize from, gsize to, const char *excerpt)
{
    gsize length = strlen(excerpt);
    for (gsize i = from; length > 0 && i + length <= to; i++) {
        gsize n = 0;
        while (n < length &&
               (text[i + n] == excerpt[n] || (text[i + n] == '\t' && excerpt[n] == ' ')))
            n++;
        if (n == length)
            return i;
    }
    return G_MAXSIZE;
}

static guint
line_of(const char *text, gsize length, gsize offset)
{
    guint line, column;
    pgs_text_position(text, length, offset, &line, &column);
    return line;
}

/* psql stands in the line where a statement ends when it sends it: the one that failed.  Of several
 * in that line, the one with the excerpt, or the first. */
static const PgsStatement *
find_statement(const PgsScript *script, const PgsPsqlReport *report)
{
    gsize length;
    const char *text = pgs_script_text(script, &length);
    const PgsStatement *found = NULL;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        if (statement->line > report->line)
            break;
        if (line_of(text, length, statement->end) < report->line &&
            i + 1 < pgs_script_n_statements(script))
            continue;
        if (found == NULL)
            found = statement;
        if (report->excerpt != NULL &&
            find_excerpt(text, statement->start, statement->end, report->excerpt) != G_MAXSIZE)
            return statement;
    }
    return found;
}

/* The failing file: the step's, or one that it includes. */
static PgsStep *
read_included(const char *path, const PgsTool *tool)
{
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_get_contents(path, &text, &length, NULL))
        return NULL;
    PgsStep *step = g_new0(PgsStep, 1);
    step->path = g_strdup(path);
    step->text = g_bytes_new(text, length);
    step->line = 1;
    step->send = PGS_SEND_PSQL;
    step->tool = tool;
    step->script = pgs_psql_script_new(text, length, NULL, NULL, NULL);
    return step;
}

static void
locate(PgsOutcome *outcome, const PgsStep *step, const PgsPsqlReport *report)
{
    outcome->line = report->line;
    const PgsStatement *statement =
        step->script != NULL ? find_statement(step->script, report) : NULL;
    if (statement == NULL || outcome->failure->sqlstate[0] == '\0')
        return;
    const char *text = pgs_script_text(step->script, NULL);
    gsize at = report->excerpt != NULL
                   ? find_excerpt(text, statement->start, statement->end + 1, report->excerpt)
                   : G_MAXSIZE;
    outcome->line = 0;
    if (at != G_MAXSIZE)
        outcome->failure->position =
            (guint)g_utf8_strlen(text + statement->start, (gssize)(at - statement->start)) +
            report->caret + 1;
    pgs_locate_failure(outcome, step, statement, statement->start);
}

/* Takes the report's failure. */
static void
take_failure(PgsOutcome *outcome, const Place *place, PgsPsqlReport *report)
{
    outcome->failure = g_steal_pointer(&report->failure);
    gboolean own = report->file == NULL || strcmp(report->file, place->file) == 0;
    g_autoptr(PgsStep) included = NULL;
    if (!own) {
        g_autofree char *path = g_canonicalize_filename(report->file, place->root);
        g_autofree char *shown = g_path_is_absolute(report->file)
                                     ? g_strdup(report->file)
                                     : g_strconcat(place->prefix, report->file, NULL);
        included = read_included(path, place->step->tool);
        g_free(outcome->path);
        outcome->path = g_steal_pointer(&shown);
    }
    const PgsStep *step = own ? place->step : included;
    if (step != NULL && report->line > 0)
        locate(outcome, step, report);
    else
        outcome->line = report->line;
    if (outcome->failure->sqlstate[0] != '\0')
        pgs_advise_failure(outcome->failure, place->step);
    else /* psql's own; "" would mean that the connection was lost */
        g_strlcpy(outcome->failure->sqlstate, "42601", sizeof outcome->failure->sqlstate);
}

static PgsFailure *
failure_of_exit(PgsServer *server, const PgsProcessResult *result)
{
    g_autofree char *hidden = pgs_login_hide_password(server, result->errors);
    g_autofree char *said = pgs_text_visible(g_strstrip(hidden), -1);
    gboolean lost = result->exit_status == PSQL_BAD_CONNECTION;
    return pgs_failure_new_printf(lost ? "" : "42601", NULL, "psql ended with status %d%s%s",
                                  result->exit_status, *said != '\0' ? ": " : "", said);
}

/* It ran into its limit, or could not be started. */
static gboolean
take_error(PgsOutcome *outcome, GError *local, GError **error)
{
    if (!g_error_matches(local, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT)) {
        g_propagate_error(error, local);
        return FALSE;
    }
    outcome->failure = pgs_failure_new_printf(
        "57014", "raise the limit of a run with timeout: in pgstair.yaml", "%s", local->message);
    g_error_free(local);
    return TRUE;
}

/* first: SQL that the session begins with, or NULL. */
static PgsOutcome *
run_psql(PgsServer *server, const char *role, const char *database, const PgsHistory *history,
         const PgsStep *step, const char *first, guint timeout, GCancellable *cancellable,
         GError **error)
{
    g_auto(Place) place = {0};
    place_init(&place, history, step);
    if (!admit_role(server, role, database, timeout, cancellable, error))
        return NULL;
    g_autoptr(PgsProcess) process = new_psql(server, role, database, &place, first, timeout, error);
    if (process == NULL)
        return NULL;
    pgs_process_set_timeout(process, history->settings->timeout);
    pgs_process_set_cancellable(process, cancellable);

    g_autoptr(PgsOutcome) outcome = g_new0(PgsOutcome, 1);
    outcome->path = g_strdup(step->path);
    outcome->revision = -1;
    outcome->notices = g_ptr_array_new_with_free_func(g_free);
    g_auto(PgsProcessResult) result = {0};
    GError *local = NULL;
    gint64 start = g_get_monotonic_time();
    gboolean ended = pgs_process_run(process, &result, &local);
    outcome->duration = g_get_monotonic_time() - start;
    if (!ended)
        return take_error(outcome, local, error) ? g_steal_pointer(&outcome) : NULL;

    g_autoptr(PgsPsqlReport) report = pgs_psql_report_new(result.errors);
    g_ptr_array_unref(outcome->notices);
    outcome->notices = g_ptr_array_ref(report->notices);
    outcome->succeeded = result.exit_status == 0;
    if (outcome->succeeded && step->script != NULL)
        outcome->n_statements = pgs_script_n_statements(step->script);
    if (outcome->succeeded)
        return g_steal_pointer(&outcome);
    outcome->connection_lost = result.exit_status == PSQL_BAD_CONNECTION;
    if (report->failure != NULL)
        take_failure(outcome, &place, report);
    else
        outcome->failure = failure_of_exit(server, &result);
    return g_steal_pointer(&outcome);
}

PgsOutcome *
pgs_psql_step_run(PgsServer *server, const char *role, const char *database,
                  const PgsHistory *history, const PgsStep *step, guint timeout,
                  GCancellable *cancellable, GError **error)
{
    return run_psql(server, role, database, history, step, NULL, timeout, cancellable, error);
}

PgsOutcome *
pgs_psql_step_run_joined(PgsServer *server, const char *database, const PgsHistory *history,
                         const PgsStep *step, const char *first, guint timeout,
                         GCancellable *cancellable, GError **error)
{
    return run_psql(server, NULL, database, history, step, first, timeout, cancellable, error);
}
