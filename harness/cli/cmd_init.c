#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "check/drift.h"
#include "check/propose.h"
#include "cli/init_check.h"
#include "cli/init_find.h"
#include "cli/source.h"
#include "cli/systems.h"
#include "cli/terminal.h"
#include "cycle/lane.h"
#include "cycle/psql.h"
#include "driver/login.h"
#include "project/project.h"
#include "seed/seed.h"
#include "server/options.h"

#include <stdio.h>
#include <string.h>

/* What init works with. */
typedef struct {
    const PgsSettings *settings;
    GCancellable *cancellable;
    PgsSystem *system;
    PgsHistory *history;
    PgsServer *server;
    PgsStage *stage;
    PgsLane *lane;
    PgsSnapshot *head;
    char *place;      /* the folder of the file that is written */
    GPtrArray *notes; /* char *: what was found and does not serve */
} Init;

static void
init_clear(Init *init)
{
    g_clear_pointer(&init->head, pgs_snapshot_unref);
    g_clear_pointer(&init->lane, pgs_lane_free);
    g_clear_pointer(&init->stage, pgs_stage_free);
    g_clear_pointer(&init->server, pgs_server_stop);
    g_clear_pointer(&init->history, pgs_history_free);
    g_clear_pointer(&init->system, pgs_system_free);
    g_clear_pointer(&init->place, g_free);
    g_clear_pointer(&init->notes, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Init, init_clear)

static void add_note(Init *init, const char *path, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* "<path> looks like …": the path as the file's reader finds it. */
static void
add_note(Init *init, const char *path, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *relative = pgs_init_relative(init->place, path);
    g_autofree char *text = g_strdup_printf("%s looks like %s", relative, what);
    g_ptr_array_add(init->notes, pgs_text_visible(text, -1));
}

/* ---- head ---- */

static gboolean
fail_climb(const Init *init, const PgsOutcome *failure, GError **error)
{
    g_autofree char *text = pgs_psql_describe_failure(failure);
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_MIGRATION,
                  "mend it first (\"pgstair verify\" says more), or give --no-expect for a file "
                  "without expectations",
                  "cannot climb %s to head: %s", init->settings->arguments[0], text);
    return FALSE;
}

static gboolean
climb(Init *init, GError **error)
{
    PgsStageOptions options = {
        .server = pgs_system_server_options(init->system, NULL),
        .statement_timeout = init->system->statement_timeout,
        .name = init->system->name,
    };
    PgsServerOptions server = options.server;
    server.progress = init->settings->quiet ? NULL : pgs_terminal_note;
    init->server = pgs_server_start(&server, init->cancellable, error);
    if (init->server == NULL)
        return FALSE;
    init->stage = pgs_stage_new(&options, init->history, init->server, FALSE, init->cancellable);
    init->lane = pgs_lane_new(init->stage, "init", error);
    if (init->lane == NULL)
        return FALSE;
    g_autoptr(PgsOutcome) failure = NULL;
    gint head = (gint)init->history->revisions->len - 1;
    if (!pgs_lane_climb(init->lane, head, &failure, error))
        return failure != NULL ? fail_climb(init, failure, error) : FALSE;
    init->head = pgs_lane_snapshot(init->lane, error);
    return init->head != NULL;
}

/* ---- what was found, tried ---- */

static gboolean
load_again(Init *init, PgsConnection *connection, PgsSample *sample, GError **error)
{
    g_autoptr(PgsSeedFailure) failure = NULL;
    g_autofree char *before = NULL, *after = NULL;
    if (!pgs_lane_contents(init->lane, &before, error) ||
        !pgs_seed_load(connection, sample, &failure, NULL, error) ||
        !pgs_lane_contents(init->lane, &after, error))
        return FALSE;
    sample->idempotent =
        failure == NULL && before != NULL && after != NULL && strcmp(before, after) == 0;
    return TRUE;
}

/* *keep FALSE: it does not load. */
static gboolean
try_sample(Init *init, PgsSample *sample, gboolean *keep, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_login(init->server, NULL, pgs_lane_database(init->lane),
                  init->system->statement_timeout, init->cancellable, error);
    g_autoptr(PgsSeedFailure) failure = NULL;
    if (connection == NULL || !pgs_seed_load(connection, sample, &failure, NULL, error))
        return FALSE;
    *keep = failure == NULL;
    if (*keep)
        return load_again(init, connection, sample, error);
    add_note(init, sample->pattern, "sample data, but does not load at head: line %u: %s",
             failure->line, failure->message);
    return TRUE;
}

static gboolean
has_table(const Init *init, const PgsSample *sample)
{
    g_autofree char *identity = g_strdup_printf("public.%s", sample->table);
    return pgs_snapshot_find(init->head, "table", identity) != NULL;
}

static gboolean
try_samples(Init *init, GError **error)
{
    GPtrArray *samples = init->system->samples;
    for (guint i = 0; i < samples->len;) {
        PgsSample *sample = samples->pdata[i];
        gboolean keep = FALSE;
        if ((sample->format == PGS_SAMPLE_SQL || has_table(init, sample)) &&
            !try_sample(init, sample, &keep, error))
            return FALSE;
        if (keep)
            i++;
        else
            g_ptr_array_remove_index(samples, i);
    }
    return TRUE;
}

/* Whether head and the model are the same; otherwise a note says how far they are apart. */
static gboolean
judge_model(Init *init, const PgsModel *model, const GPtrArray *findings)
{
    guint failed = 0;
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = findings->pdata[i];
        failed += finding->status == PGS_STATUS_FAILED;
        if (finding->status == PGS_STATUS_ERROR) {
            add_note(init, model->sql, "a model, but cannot be made: line %u: %s", finding->line,
                     finding->message);
            return FALSE;
        }
    }
    if (failed > 0) {
        g_autofree char *count = pgs_text_count(failed, "object", NULL);
        add_note(init, model->sql,
                 "a model, but differs from head in %s. Should they be the same?\n"
                 "\"model: {sql: …}\" makes \"pgstair verify\" say in what.",
                 count);
    }
    return failed == 0;
}

static gboolean
try_model(Init *init, PgsModel *model, gboolean *keep, GError **error)
{
    g_autoptr(PgsSystem) alone = pgs_system_new(init->system->folder);
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    g_ptr_array_add(alone->models, model);
    gboolean ok = pgs_drift_judge_models(init->stage, alone, init->head, findings, error);
    g_ptr_array_steal_index(alone->models, 0);
    *keep = ok && judge_model(init, model, findings);
    return ok;
}

static gboolean
try_models(Init *init, GError **error)
{
    GPtrArray *models = init->system->models;
    for (guint i = 0; i < models->len;) {
        gboolean keep;
        if (!try_model(init, models->pdata[i], &keep, error))
            return FALSE;
        if (keep)
            i++;
        else
            g_ptr_array_remove_index(models, i);
    }
    return TRUE;
}

/* The samples' rows do not matter to it. */
static gboolean
try_expectations(Init *init, GError **error)
{
    PgsSnapshot *holds =
        pgs_init_keep_what_holds(init->lane, init->head, init->notes, init->cancellable, error);
    if (holds == NULL)
        return FALSE;
    pgs_snapshot_unref(init->head);
    init->head = holds;
    return TRUE;
}

/* ---- the system ---- */

/* Above the last revision without a downgrade; none when there are no downgrades at all. */
static void
choose_floor(Init *init)
{
    const PgsRevision *last = NULL;
    gboolean any = FALSE;
    for (guint i = 0; i < init->history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(init->history->revisions, i);
        if (revision->down == NULL && !revision->repeatable)
            last = revision;
        any = any || revision->down != NULL;
    }
    if (any && last != NULL)
        init->system->floor = g_strdup(last->id);
}

static gboolean
read_folder(Init *init, GError **error)
{
    const PgsSettings *settings = init->settings;
    init->system = pgs_system_new(settings->arguments[0]);
    init->system->format = g_strdup(settings->format);
    init->history = pgs_history_read_system(init->system, NULL, error);
    if (init->history == NULL)
        return FALSE;
    pgs_source_say_found(settings, init->system->folder, init->history);
    g_free(init->system->folder);
    init->system->folder = g_strdup(init->history->folder);
    g_free(init->system->format);
    init->system->format = g_strdup(init->history->format);
    g_autofree char *server = NULL;
    if (!pgs_settings_one_server(settings, &server, error) ||
        !pgs_systems_apply_set(init->system, settings, error))
        return FALSE;
    if (server != NULL) {
        g_free(init->system->server);
        init->system->server = g_steal_pointer(&server);
    }
    if (settings->statement_timeout != 0)
        init->system->statement_timeout = settings->statement_timeout;
    if (settings->start_timeout != 0)
        init->system->start_timeout = settings->start_timeout;
    choose_floor(init);
    pgs_init_find(init->system);
    return TRUE;
}

/* A path in place of another that leads to the same from folder. */
static void
relocate(char **path, const char *folder)
{
    g_autofree char *old = *path;
    *path = pgs_init_relative(folder, old);
}

/* As all of it has to stand in a file in folder. */
static void
relocate_all(PgsSystem *system, const char *folder)
{
    relocate(&system->folder, folder);
    for (guint i = 0; i < system->samples->len; i++)
        relocate(&((PgsSample *)system->samples->pdata[i])->pattern, folder);
    for (guint i = 0; i < system->models->len; i++)
        relocate(&((PgsModel *)system->models->pdata[i])->sql, folder);
    if (system->requirements != NULL)
        relocate(&system->requirements->path, folder);
}

/* ---- the file ---- */

/* NULL: standard output. */
static char *
choose_path(const PgsSettings *settings)
{
    if (settings->output == NULL)
        return g_build_filename(settings->arguments[0], PGS_PROJECT_FILE, NULL);
    return strcmp(settings->output, "-") == 0 ? NULL : g_strdup(settings->output);
}

static gboolean
refuse_existing(const char *path, gboolean force, GError **error)
{
    if (path == NULL || force || !g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "--force replaces it; --output - prints what would be written",
                  "%s is there already", path);
    return FALSE;
}

static gboolean
write_file(Init *init, const char *path, GError **error)
{
    relocate_all(init->system, init->place);
    g_ptr_array_add(init->notes, NULL);
    g_autofree char *text =
        pgs_propose_project(init->system, init->head, (const char *const *)init->notes->pdata);
    if (path == NULL) {
        fputs(text, stdout);
        return TRUE;
    }
    return g_file_set_contents(path, text, -1, error);
}

static void
say_written(const Init *init, const char *path)
{
    guint tables = 0;
    if (path == NULL || init->settings->quiet)
        return;
    for (guint i = 0; init->head != NULL && i < pgs_snapshot_n_objects(init->head); i++)
        tables += strcmp(pgs_snapshot_object(init->head, i)->kind, "table") == 0;
    g_autofree char *count = pgs_text_count(tables, "table", NULL);
    fprintf(stderr, "pgstair: wrote %s%s%s; read it, trim it, then: pgstair verify %s\n", path,
            init->head != NULL ? ", with expectations for " : ", without expectations",
            init->head != NULL ? count : "",
            init->settings->output == NULL ? init->settings->arguments[0] : path);
}

int
pgs_cmd_init(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    g_auto(Init) init = {
        .settings = settings,
        .cancellable = cancellable,
        .notes = g_ptr_array_new_with_free_func(g_free),
    };
    g_autofree char *path = choose_path(settings);
    /* On standard output it reads as if it were to lie in the folder. */
    init.place = path != NULL ? g_path_get_dirname(path) : g_strdup(settings->arguments[0]);
    if (!refuse_existing(path, settings->force, error) || !read_folder(&init, error))
        return PGS_EXIT_USAGE;
    if (!settings->no_expect && (!climb(&init, error) || !try_models(&init, error) ||
                                 !try_samples(&init, error) || !try_expectations(&init, error)))
        return PGS_EXIT_ENVIRONMENT;
    if (!write_file(&init, path, error))
        return PGS_EXIT_ENVIRONMENT;
    say_written(&init, path);
    return PGS_EXIT_VERIFIED;
}
