#include "base/error.h"
#include "driver/address.h"
#include "driver/command_proof.h"
#include "driver/command_report.h"
#include "driver/kind.h"
#include "driver/login.h"
#include "migration/command.h"
#include "project/template.h"

#include <string.h>

/* The project's own commands (docs/recipes.md): each run of the tool is a process. */

enum { CLOSED_TIMEOUT_MS = 60 * 1000 };

typedef struct {
    const PgsDriverOptions *options;
    const PgsCommandSettings *commands;
    gboolean is_admitted; /* the server lets the role in */
    gboolean is_proven;   /* the commands go to this database */
} State;

/* One command: the revisions that it is to run, the last of them last. */
typedef struct {
    GArray *revisions;  /* gint */
    const char *series; /* or NULL: there are none */
    gint target;        /* where the series (or all) then stands; -1: base */
} Turn;

static void
turn_free(gpointer data)
{
    Turn *turn = data;
    g_array_unref(turn->revisions);
    g_free(turn);
}

static const PgsRevision *
revision_at(const State *state, gint index)
{
    return g_ptr_array_index(state->options->history->revisions, (guint)index);
}

/* What match has found by that name; NULL: it has no such group.  Belongs to the revision. */
static const char *
own_word(const PgsRevision *revision, const char *name)
{
    gsize length = strlen(name);
    for (char **word = revision->words; word != NULL && *word != NULL; word++) {
        if (strncmp(*word, name, length) == 0 && (*word)[length] == '=')
            return *word + length + 1;
    }
    return NULL;
}

static const char *
series_of(const State *state, gint index)
{
    return own_word(revision_at(state, index), "series");
}

/* ---- words ---- */

typedef struct {
    const State *state;
    const PgsAddress *address;
    const Turn *turn; /* NULL: a probe */
    gboolean up;
} Words;

static char *
find_word(const char *word, gpointer data)
{
    const Words *words = data;
    char *place = pgs_address_word(word, (gpointer)words->address);
    if (place != NULL || words->turn == NULL)
        return place;
    const Turn *turn = words->turn;
    const PgsRevision *last =
        revision_at(words->state, g_array_index(turn->revisions, gint, turn->revisions->len - 1));
    if (strcmp(word, "undo") == 0)
        return words->up ? NULL : g_strdup(last->id);
    /* Of base there is only the series; for all else the word for base. */
    if (strcmp(word, "series") == 0)
        return g_strdup(turn->series);
    const PgsRevision *target = turn->target >= 0 ? revision_at(words->state, turn->target) : NULL;
    const char *base = words->state->commands->base;
    if (target == NULL)
        return strcmp(word, "revision") == 0 || own_word(last, word) != NULL
                   ? g_strdup(base != NULL ? base : "base")
                   : NULL;
    return g_strdup(strcmp(word, "revision") == 0 ? target->id : own_word(target, word));
}

static PgsProcess *
make_process(State *state, char *const *command, const Turn *turn, gboolean up, GError **error)
{
    static const char *const known[] = {"url",      "host",     "port", "user", "password",
                                        "database", "revision", "undo", NULL};
    const PgsDriverOptions *options = state->options;
    const PgsToolSettings *settings = options->history->settings;
    const PgsAddress address = {options->server, options->role, options->database,
                                settings->url_scheme};
    Words words = {state, &address, turn, up};
    g_autoptr(PgsProcess) process = pgs_command_process(settings, command[0]);
    for (char *const *word = command + 1; *word != NULL; word++) {
        g_autoptr(GError) local = NULL;
        g_autofree char *text = pgs_template_expand(*word, known, find_word, &words, &local);
        if (text == NULL) {
            pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START, NULL, "commands: %s",
                          local->message);
            return NULL;
        }
        pgs_process_add(process, text);
    }
    pgs_process_set_cancellable(process, options->cancellable);
    if (!pgs_address_set_environment(&address, settings, process, error))
        return NULL;
    return g_steal_pointer(&process);
}

/* ---- proof ---- */

/* Whether the command ends well while nobody can connect to the database. */
static gboolean
succeeds_closed(State *state, PgsProcess *process, gboolean *succeeds, GError **error)
{
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) refused = NULL;
    if (!pgs_command_close_door(state->options, TRUE, error))
        return FALSE;
    pgs_process_set_timeout(process,
                            MIN(state->options->history->settings->timeout, CLOSED_TIMEOUT_MS));
    gboolean ran = pgs_process_run(process, &result, &refused);
    if (!pgs_command_close_door(state->options, FALSE, error))
        return FALSE;
    *succeeds = ran && result.exit_status == 0;
    if (!ran && !g_error_matches(refused, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT)) {
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START, NULL, "%s",
                      refused->message);
        return FALSE;
    }
    return TRUE;
}

static gboolean
prove_closed(State *state, char *const *command, const Turn *turn, const char *evidence,
             GError **error)
{
    g_autoptr(PgsProcess) process = make_process(state, command, turn, TRUE, error);
    gboolean succeeds;
    if (process == NULL || !succeeds_closed(state, process, &succeeds, error))
        return FALSE;
    g_autofree char *line = pgs_process_to_string(process);
    if (succeeds)
        return pgs_command_refuse_stranger(state->options, line, evidence, error);
    state->is_proven = TRUE;
    return TRUE;
}

/* It has to succeed with the door open, or its failure before says nothing. */
static gboolean
probe(State *state, GError **error)
{
    char *const *command = state->commands->probe;
    if (!prove_closed(state, command, NULL, "it succeeds while nobody can connect there", error))
        return FALSE;
    state->is_proven = FALSE;
    g_autoptr(PgsProcess) process = make_process(state, command, NULL, TRUE, error);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) local = NULL;
    if (process == NULL)
        return FALSE;
    if (!pgs_process_run_checked(process, &result, &local)) {
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START,
                      "commands: probe: is to be one that reads the database, empty or not, and "
                      "ends with status 0",
                      "the probe fails: %s", local->message);
        return FALSE;
    }
    state->is_proven = TRUE;
    return TRUE;
}

/* Behind the first upgrade: it has changed this database; where the catalog does not show it, it
 * must fail once the door is closed. */
static gboolean
prove_by_change(State *state, const char *before, const Turn *turn, GError **error)
{
    g_autofree char *after = pgs_command_fingerprint(state->options, error);
    if (after == NULL)
        return FALSE;
    state->is_proven = strcmp(before, after) != 0;
    return state->is_proven || prove_closed(state, state->commands->up, turn,
                                            "it has changed nothing there, and succeeds while "
                                            "nobody can connect there; what it did, it did "
                                            "elsewhere, and nothing was undone",
                                            error);
}

/* Before the first downgrade: going up to where it stands. */
static gboolean
prove_here(State *state, const PgsDriverRun *run, GError **error)
{
    g_autoptr(GArray) here = g_array_new(FALSE, FALSE, sizeof(gint));
    g_array_append_val(here, run->revisions[0]);
    Turn turn = {here, series_of(state, run->revisions[0]), run->revisions[0]};
    return prove_closed(state, state->commands->up, &turn,
                        "it succeeds while nobody can connect there; nothing was undone", error);
}

/* ---- turns ---- */

static Turn *
find_turn(GPtrArray *turns, const char *series)
{
    for (guint i = 0; i < turns->len; i++) {
        Turn *turn = g_ptr_array_index(turns, i);
        if (g_strcmp0(turn->series, series) == 0)
            return turn;
    }
    return NULL;
}

/* Where a command ends that undoes this revision last: the next one below it of its series. */
static gint
below(const State *state, gint index)
{
    const char *series = series_of(state, index);
    for (index--; index >= 0 && g_strcmp0(series_of(state, index), series) != 0;)
        index--;
    return index;
}

/* The commands of a run; a series has one of its own, in the order in which each ends. */
static GPtrArray *
plan_turns(const State *state, const PgsDriverRun *run)
{
    GPtrArray *turns = g_ptr_array_new_with_free_func(turn_free);
    for (guint i = 0; i < run->n_revisions; i++) {
        gint index = run->revisions[i];
        const char *series = series_of(state, index);
        Turn *turn = state->commands->one_by_one ? NULL : find_turn(turns, series);
        if (turn == NULL) {
            turn = g_new0(Turn, 1);
            turn->revisions = g_array_new(FALSE, FALSE, sizeof(gint));
            turn->series = series;
            g_ptr_array_add(turns, turn);
        }
        g_array_append_val(turn->revisions, index);
        turn->target = run->up ? index : below(state, index);
    }
    return turns;
}

static PgsOutcome *
timed_out(State *state, const Turn *turn, gboolean up, const GError *error)
{
    const PgsRevision *revision = revision_at(state, g_array_index(turn->revisions, gint, 0));
    PgsOutcome *outcome = pgs_outcome_new();
    outcome->succeeded = FALSE;
    outcome->revision = g_array_index(turn->revisions, gint, 0);
    outcome->path = g_strdup(up ? revision->up->path : revision->down->path);
    outcome->failure = pgs_failure_new_printf(
        "57014", "tool-timeout: in pgstair.yaml gives it longer", "%s", error->message);
    return outcome;
}

/* The outcome of one command; NULL with error when nothing more can be done. */
static PgsOutcome *
run_turn(State *state, const Turn *turn, gboolean up, GError **error)
{
    char *const *command = up ? state->commands->up : state->commands->down;
    g_autoptr(PgsProcess) process = make_process(state, command, turn, up, error);
    if (process == NULL)
        return NULL;
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) local = NULL;
    if (!pgs_process_run(process, &result, &local)) {
        if (g_error_matches(local, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT))
            return timed_out(state, turn, up, local);
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    if (result.exit_status == 0)
        return pgs_outcome_new();
    return pgs_command_report(state->options->history, (const gint *)turn->revisions->data,
                              turn->revisions->len, up, &result);
}

/* One command, with what has to be known before and behind it. */
static PgsOutcome *
run_proven(State *state, const Turn *turn, gboolean up, GError **error)
{
    g_autofree char *before = NULL;
    if (!state->is_proven && (before = pgs_command_fingerprint(state->options, error)) == NULL)
        return NULL;
    g_autoptr(PgsOutcome) outcome = run_turn(state, turn, up, error);
    if (outcome == NULL || !outcome->succeeded || state->is_proven)
        return g_steal_pointer(&outcome);
    return prove_by_change(state, before, turn, error) ? g_steal_pointer(&outcome) : NULL;
}

/* How many of a command's revisions are in effect after it failed: those before the one that it
 * speaks of. */
static guint
count_done(const Turn *turn, const PgsOutcome *outcome)
{
    guint done = 0;
    while (done < turn->revisions->len &&
           g_array_index(turn->revisions, gint, done) != outcome->revision)
        done++;
    return done < turn->revisions->len ? done : 0;
}

/* A server of pgstair's own lets a role in once login.h has asked it to. */
static gboolean
admit_role(State *state, GError **error)
{
    const PgsDriverOptions *options = state->options;
    if (state->is_admitted)
        return TRUE;
    g_autoptr(PgsConnection) connection =
        pgs_login(options->server, options->role, options->database, options->statement_timeout,
                  options->cancellable, error);
    state->is_admitted = connection != NULL;
    return state->is_admitted;
}

static gboolean
prepare_run(State *state, const PgsDriverRun *run, GError **error)
{
    if (!admit_role(state, error))
        return FALSE;
    if (state->is_proven)
        return TRUE;
    if (state->commands->probe != NULL)
        return probe(state, error);
    return run->up || prove_here(state, run, error);
}

static void
tell(const PgsDriverRun *run, const Turn *turn, guint n)
{
    for (guint i = 0; i < n && run->told != NULL; i++)
        run->told(g_array_index(turn->revisions, gint, i), run->data);
}

static PgsOutcome *
commands_run(gpointer data, const PgsDriverRun *run, guint *done, GError **error)
{
    State *state = data;
    gint64 start = g_get_monotonic_time();
    *done = 0;
    if (run->n_revisions == 0)
        return pgs_outcome_new();
    if (!prepare_run(state, run, error))
        return NULL;
    g_autoptr(GPtrArray) turns = plan_turns(state, run);
    g_autoptr(PgsOutcome) outcome = NULL;
    for (guint i = 0; i < turns->len; i++) {
        const Turn *turn = g_ptr_array_index(turns, i);
        g_clear_pointer(&outcome, pgs_outcome_free);
        outcome = run_proven(state, turn, run->up, error);
        if (outcome == NULL)
            return NULL;
        guint in_effect = outcome->succeeded ? turn->revisions->len : count_done(turn, outcome);
        *done += in_effect;
        tell(run, turn, MIN(in_effect + !outcome->succeeded, turn->revisions->len));
        if (!outcome->succeeded)
            break;
    }
    outcome->duration = g_get_monotonic_time() - start;
    return g_steal_pointer(&outcome);
}

/* ---- the row ---- */

static gpointer
commands_open(const PgsDriverOptions *options)
{
    State *state = g_new0(State, 1);
    state->options = options;
    state->commands = &options->history->settings->commands;
    return state;
}

/* Each command's process, and its connections, ended with it. */
static void
commands_release(G_GNUC_UNUSED gpointer data)
{
}

const PgsDriverKindFuncs pgs_driver_commands = {
    .open = commands_open,
    .close = g_free,
    .run = commands_run,
    .release = commands_release,
};
