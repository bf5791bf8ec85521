#include "check/drift_model.h"

#include "base/process.h"
#include "base/text.h"
#include "cycle/psql.h"
#include "cycle/territory.h"
#include "driver/login.h"

#include <string.h>

/* Bytes of a command's output that a finding keeps: the last ones. */
#define MAX_OUTPUT (8 * 1024)

/* Takes message over. */
static PgsFinding *
new_failure(const PgsSystem *system, const PgsModel *model, char *message)
{
    g_autofree char *title = g_strdup_printf("head and %s are the same schema", model->name);
    PgsFinding *finding =
        pgs_finding_new("drift.model", PGS_STATUS_ERROR, system->name, NULL, title);
    finding->message = message;
    finding->file = g_strdup(model->place.file);
    finding->line = model->place.line;
    finding->column = model->place.column;
    return finding;
}

/* ---- SQL ---- */

static PgsFinding *
describe_outcome(const PgsSystem *system, const PgsModel *model, const PgsOutcome *outcome)
{
    const PgsFailure *failure = outcome->failure;
    PgsFinding *finding =
        new_failure(system, model,
                    g_strdup_printf("the model cannot be made: %s%s%s%s", failure->message,
                                    failure->sqlstate[0] != '\0' ? " (SQLSTATE " : "",
                                    failure->sqlstate, failure->sqlstate[0] != '\0' ? ")" : ""));
    g_free(finding->file);
    finding->file = g_strdup(outcome->path);
    finding->line = outcome->line;
    finding->column = outcome->column;
    finding->sql = g_strdup(outcome->statement);
    finding->detail = pgs_failure_to_string(failure);
    finding->hint = g_strdup(failure->hint != NULL
                                 ? failure->hint
                                 : "the file has to make the whole schema in an empty database, as "
                                   "psql -v ON_ERROR_STOP=1 -f runs it");
    return finding;
}

static gboolean
run_sql(const PgsModelRoom *room, const PgsSystem *system, const PgsModel *model,
        PgsFinding **failure, GError **error)
{
    const PgsStageOptions *options = pgs_stage_options(room->stage);
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(model->sql, &text, &length, &cause)) {
        *failure = new_failure(system, model, g_strdup(cause->message));
        (*failure)->hint =
            g_strdup("see model: in pgstair.yaml: the path is relative to that file");
        return TRUE;
    }
    if (!pgs_territory_check_text(room->server, model->sql, text, length, error))
        return FALSE;
    g_autoptr(PgsConnection) session =
        pgs_login(room->server, options->owner, room->database, options->statement_timeout,
                  pgs_stage_cancellable(room->stage), error);
    if (session == NULL)
        return FALSE;
    g_autoptr(PgsOutcome) outcome = pgs_psql_run(session, model->sql, text, length, 0, error);
    if (outcome == NULL)
        return FALSE;
    if (!outcome->succeeded)
        *failure = describe_outcome(system, model, outcome);
    return TRUE;
}

/* ---- a command ---- */

/* The last lines of what it wrote. */
static char *
describe_output(const PgsServer *server, const PgsProcessResult *result)
{
    g_autoptr(GString) all = g_string_new(NULL);
    const struct {
        const char *text;
        gsize length;
    } streams[] = {{result->output, result->output_length},
                   {result->errors, result->errors_length}};
    for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
        if (streams[i].text == NULL || streams[i].length == 0)
            continue;
        if (all->len > 0 && all->str[all->len - 1] != '\n')
            g_string_append_c(all, '\n');
        g_string_append_len(all, streams[i].text, (gssize)streams[i].length);
    }
    if (all->len == 0)
        return NULL;
    gsize skipped = all->len > MAX_OUTPUT ? all->len - MAX_OUTPUT : 0;
    g_autofree char *text = pgs_text_visible(all->str + skipped, (gssize)(all->len - skipped));
    g_autofree char *hidden = pgs_login_hide_password(server, text);
    g_strchomp(hidden);
    return skipped > 0
               ? g_strdup_printf("… (%" G_GSIZE_FORMAT " bytes before)\n%s", skipped, hidden)
               : g_steal_pointer(&hidden);
}

static gboolean
run_command(const PgsModelRoom *room, const PgsSystem *system, const PgsModel *model,
            PgsFinding **failure, GError **error)
{
    g_autoptr(PgsProcess) process = pgs_process_new(model->command[0]);
    for (char **argument = model->command + 1; *argument != NULL; argument++)
        pgs_process_add(process, *argument);
    pgs_login_set_environment(process, room->server, pgs_stage_options(room->stage)->owner,
                              room->database);
    pgs_process_set_timeout(process, model->timeout);
    pgs_process_set_cancellable(process, pgs_stage_cancellable(room->stage));
    if (model->folder != NULL)
        pgs_process_set_directory(process, model->folder);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) cause = NULL;
    gboolean ended = pgs_process_run(process, &result, &cause);
    if (g_error_matches(cause, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (ended && result.exit_status == 0)
        return TRUE;
    *failure = new_failure(
        system, model,
        ended ? g_strdup_printf("the model's command ended with exit status %d", result.exit_status)
              : g_strdup(cause->message));
    (*failure)->detail = describe_output(room->server, &result);
    (*failure)->hint = g_strdup("it has to fill the empty database that DATABASE_URL (and PGHOST, "
                                "PGDATABASE, PGUSER) names, within its timeout");
    (*failure)->reproduce = pgs_process_to_string(process);
    return TRUE;
}

gboolean
pgs_drift_make_model(const PgsModelRoom *room, const PgsSystem *system, const PgsModel *model,
                     PgsFinding **failure, GError **error)
{
    GCancellable *cancellable = pgs_stage_cancellable(room->stage);
    g_autoptr(GHashTable) before = NULL;
    if (!pgs_territory_begin(room->server, &before, cancellable, error))
        return FALSE;
    gboolean ok = model->sql != NULL ? run_sql(room, system, model, failure, error)
                                     : run_command(room, system, model, failure, error);
    return ok && pgs_territory_end(room->server, model->name, before, cancellable, error);
}
