#include "base/companion.h"
#include "base/error.h"
#include "driver/address.h"
#include "driver/alembic_books.h"
#include "driver/alembic_outcome.h"
#include "driver/kind.h"
#include "driver/login.h"
#include "migration/alembic_project.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum {
    START_MS = 60 * 1000, /* for what a run of Alembic imports */
};

/* One process of the project's Python for a database, kept from run to run. */
typedef struct {
    const PgsDriverOptions *options;
    PgsAlembicBooks books;
    PgsCompanion *companion;
    char *url;
    gboolean is_separate; /* each run is to have a process of its own */
    gboolean is_admitted;
    GArray *sessions; /* gint64: the server's processes that the run has connected to */
} Alembic;

static gpointer
open_state(const PgsDriverOptions *options)
{
    Alembic *alembic = g_new0(Alembic, 1);
    alembic->options = options;
    alembic->sessions = g_array_new(FALSE, FALSE, sizeof(gint64));
    pgs_alembic_books_init(&alembic->books, options);
    return alembic;
}

static void
close_state(gpointer state)
{
    Alembic *alembic = state;
    pgs_companion_free(alembic->companion);
    pgs_alembic_books_clear(&alembic->books);
    g_array_unref(alembic->sessions);
    g_free(alembic->url);
    g_free(alembic);
}

static void
release(gpointer state)
{
    /* The process holds no connection between two runs. */
    pgs_alembic_books_release(&((Alembic *)state)->books);
}

/* ---- starting it ---- */

static const PgsToolSettings *
settings_of(const Alembic *alembic)
{
    return alembic->options->history->settings;
}

static PgsAddress
address_of(const Alembic *alembic)
{
    const PgsToolSettings *settings = settings_of(alembic);
    return (PgsAddress){
        .server = alembic->options->server,
        .role = alembic->options->role,
        .database = alembic->options->database,
        .scheme = settings->url_scheme != NULL ? settings->url_scheme
                                               : alembic->options->history->alembic->scheme,
    };
}

/* A role that has not logged in yet may have to be let in first. */
static gboolean
admit(Alembic *alembic, GError **error)
{
    const PgsDriverOptions *options = alembic->options;
    if (alembic->is_admitted || options->role == NULL)
        return TRUE;
    g_autoptr(PgsConnection) connection =
        pgs_login(options->server, options->role, options->database, options->statement_timeout,
                  options->cancellable, error);
    alembic->is_admitted = connection != NULL;
    return alembic->is_admitted;
}

static gboolean
says_variable(const PgsToolSettings *settings, const char *name)
{
    g_autofree char *start = g_strconcat(name, "=", NULL);
    for (char **entry = settings->environment; *entry != NULL; entry++) {
        if (g_str_has_prefix(*entry, start))
            return TRUE;
    }
    return FALSE;
}

static PgsProcess *
make_process(Alembic *alembic, GError **error)
{
    const PgsToolSettings *settings = settings_of(alembic);
    const PgsAddress address = address_of(alembic);
    g_autoptr(PgsProcess) process = pgs_alembic_project_process(alembic->options->history->alembic);
    if (!pgs_address_set_environment(&address, settings, process, error))
        return NULL;
    g_free(alembic->url);
    alembic->url = pgs_address_url(&address);
    /* With the driver that suits env.py, which its words may not have named. */
    if (alembic->url != NULL && !says_variable(settings, "DATABASE_URL"))
        pgs_process_set_env(process, "DATABASE_URL", alembic->url);
    pgs_process_set_timeout(process, MAX(settings->timeout, START_MS));
    pgs_process_set_cancellable(process, alembic->options->cancellable);
    return g_steal_pointer(&process);
}

/* The arguments of -x, with the words of this database. */
static char **
expand_arguments(const Alembic *alembic, GError **error)
{
    const PgsAddress address = address_of(alembic);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (char **argument = settings_of(alembic)->alembic.arguments; *argument != NULL; argument++) {
        g_autofree char *text = pgs_address_expand(&address, *argument, error);
        if (text == NULL)
            return NULL;
        g_strv_builder_add(builder, text);
    }
    return g_strv_builder_end(builder);
}

static gboolean
refuse_process(const Alembic *alembic, const GError *cause, GError **error)
{
    if (g_error_matches(cause, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED))
        pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED, NULL, "cancelled");
    else
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START, NULL,
                      "%s: Alembic could not be started: %s",
                      alembic->options->history->alembic->sign, cause->message);
    return FALSE;
}

/* Asks for what no migration has a part in. */
static gboolean
ask_plainly(Alembic *alembic, JsonObject *request, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(JsonObject) answer = pgs_alembic_ask(alembic->companion, request, NULL, NULL, &cause);
    if (answer == NULL)
        return refuse_process(alembic, cause, error);
    JsonObject *said = pgs_alembic_error(answer);
    return said == NULL || pgs_alembic_refuse(alembic->options->history, said, answer, error);
}

/* Tells it whom it will meet at the other end of a connection. */
static gboolean
introduce(Alembic *alembic, GError **error)
{
    g_auto(GStrv) identity = pgs_alembic_books_identity(&alembic->books, error);
    if (identity == NULL)
        return FALSE;
    JsonObject *request = pgs_alembic_request("meet");
    JsonArray *words = json_array_new();
    for (char **word = identity; *word != NULL; word++)
        json_array_add_string_element(words, *word);
    json_object_set_array_member(request, "identity", words);
    json_object_set_int_member(request, "limit", alembic->options->statement_timeout);
    if (alembic->options->first != NULL)
        json_object_set_string_member(request, "first", alembic->options->first);
    return ask_plainly(alembic, request, error);
}

/* The process that has listed the revisions: half of what a run takes is starting Python. */
static PgsCompanion *
take_idle(Alembic *alembic)
{
    g_autoptr(PgsCompanion) idle = pgs_alembic_project_take(alembic->options->history->alembic);
    if (idle == NULL || !pgs_companion_is_alive(idle))
        return NULL;
    pgs_companion_set_cancellable(idle, alembic->options->cancellable);
    return g_steal_pointer(&idle);
}

static gboolean
start(Alembic *alembic, GError **error)
{
    g_clear_pointer(&alembic->companion, pgs_companion_free);
    PgsProcess *process = admit(alembic, error) ? make_process(alembic, error) : NULL;
    g_auto(GStrv) arguments = process != NULL ? expand_arguments(alembic, error) : NULL;
    if (arguments == NULL) {
        pgs_process_free(process);
        return FALSE;
    }
    JsonObject *opening =
        pgs_alembic_project_opening(alembic->options->history->alembic, arguments, alembic->url,
                                    pgs_process_environment(process));
    g_autoptr(GError) cause = NULL;
    alembic->companion = take_idle(alembic);
    if (alembic->companion != NULL)
        pgs_process_free(process);
    else
        alembic->companion = pgs_companion_start(process, &cause);
    if (alembic->companion == NULL) {
        json_object_unref(opening);
        return refuse_process(alembic, cause, error);
    }
    return ask_plainly(alembic, opening, error) && introduce(alembic, error);
}

static gboolean
ensure_started(Alembic *alembic, GError **error)
{
    gboolean is_there = alembic->companion != NULL && pgs_companion_is_alive(alembic->companion);
    return is_there || start(alembic, error);
}

/* ---- runs ---- */

typedef struct {
    Alembic *alembic;
    const PgsDriverRun *asked; /* NULL: none of revisions */
    gint current;              /* of asked's revisions, the one that runs now; -1: none */
    guint n_ended;
} Exchange;

static void
take_event(JsonObject *event, gpointer data)
{
    Exchange *exchange = data;
    const char *word = pgs_alembic_text(event, "event");
    if (g_strcmp0(word, "session") == 0) {
        gint64 pid = json_object_get_int_member_with_default(event, "pid", 0);
        g_array_append_val(exchange->alembic->sessions, pid);
        return;
    }
    gint64 index = json_object_get_int_member_with_default(event, "index", -1);
    if (exchange->asked == NULL || index < 0 || index >= exchange->asked->n_revisions)
        return;
    gboolean begins = g_strcmp0(word, "begin") == 0;
    exchange->current = begins ? (gint)index : -1;
    if (begins)
        return;
    exchange->n_ended = (guint)index + 1;
    if (exchange->asked->told != NULL)
        exchange->asked->told(exchange->asked->revisions[index], exchange->asked->data);
}

/* Where env.py keeps Alembic's books.  FALSE: in a table that snapshots do not leave out. */
static gboolean
learn_tables(Alembic *alembic, JsonObject *answer, GError **error)
{
    const PgsHistory *history = alembic->options->history;
    JsonArray *tables = json_object_has_member(answer, "version_tables")
                            ? json_object_get_array_member(answer, "version_tables")
                            : NULL;
    for (guint i = 0; tables != NULL && i < json_array_get_length(tables); i++) {
        JsonArray *table = json_array_get_array_element(tables, i);
        const char *name = json_array_get_string_element(table, 1);
        pgs_alembic_books_add_table(&alembic->books, json_array_get_string_element(table, 0), name);
        if (g_strv_contains(history->ledger, name))
            continue;
        g_autofree char *hint = g_strdup_printf("write \"ledger: %s\" into pgstair.yaml", name);
        pgs_error_set(
            error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START, hint,
            "%s: env.py keeps the table of versions as \"%s\", which would be taken for a "
            "part of the schema",
            history->alembic->sign, name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
was_entered(JsonObject *said)
{
    return json_object_get_boolean_member_with_default(said, "entered", FALSE);
}

static gboolean
says(JsonObject *answer, const char *name)
{
    return answer != NULL && json_object_get_boolean_member_with_default(answer, name, FALSE);
}

/*
 * Sends the request, which is taken over; once more to a new process, there each run in one of its
 * own, where env.py fails after a run that seemed to leave nothing behind.
 */
static JsonObject *
exchange_request(Exchange *exchange, JsonObject *taken, GError **cause, GError **error)
{
    Alembic *alembic = exchange->alembic;
    g_autoptr(JsonObject) request = taken;
    for (;;) {
        if (!ensure_started(alembic, error))
            return NULL;
        g_array_set_size(alembic->sessions, 0);
        pgs_companion_set_timeout(alembic->companion, settings_of(alembic)->timeout);
        json_object_set_boolean_member(request, "separate", alembic->is_separate);
        g_autoptr(JsonObject) answer = pgs_alembic_ask(alembic->companion, json_object_ref(request),
                                                       take_event, exchange, cause);
        if (says(answer, "spent"))
            g_clear_pointer(&alembic->companion, pgs_companion_free);
        if (answer != NULL && !learn_tables(alembic, answer, error))
            return NULL;
        if (alembic->is_separate || !says(answer, "again"))
            return g_steal_pointer(&answer);
        alembic->is_separate = TRUE;
    }
}

/* The revision that alembic's command line names as where to go. */
static const char *
target_of(const PgsHistory *history, const PgsDriverRun *asked)
{
    gint last = asked->revisions[asked->n_revisions - 1];
    const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)last);
    if (asked->up)
        return revision->id;
    if (revision->parents != NULL)
        return revision->parents[0] != NULL ? revision->parents[0] : "base";
    if (last == 0)
        return "base";
    return ((const PgsRevision *)g_ptr_array_index(history->revisions, (guint)last - 1))->id;
}

static gint
failed_revision(const Exchange *exchange)
{
    guint at = exchange->current >= 0 ? (guint)exchange->current : exchange->n_ended;
    return exchange->asked->revisions[MIN(at, exchange->asked->n_revisions - 1)];
}

/* The process is over: sessions that it has left may still be at work. */
static PgsOutcome *
judge_end(Exchange *exchange, const GError *cause, GError **error)
{
    Alembic *alembic = exchange->alembic;
    if (g_error_matches(cause, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED)) {
        refuse_process(alembic, cause, error);
        return NULL;
    }
    if (!pgs_alembic_books_end_sessions(&alembic->books, alembic->sessions, error))
        return NULL;
    gboolean is_entered = exchange->current >= 0 || exchange->n_ended > 0;
    return pgs_alembic_outcome_ended(alembic->options->history, exchange->asked->up,
                                     failed_revision(exchange), is_entered, cause);
}

static PgsOutcome *
judge_answer(Exchange *exchange, JsonObject *answer, GError **error)
{
    const PgsHistory *history = exchange->alembic->options->history;
    JsonObject *said = pgs_alembic_error(answer);
    if (said == NULL) {
        PgsOutcome *outcome = pgs_outcome_new();
        outcome->succeeded = TRUE;
        return outcome;
    }
    gboolean is_stranger = g_strcmp0(pgs_alembic_text(said, "kind"), "stranger") == 0;
    if (is_stranger || (!was_entered(said) && pgs_alembic_is_surroundings(said))) {
        pgs_alembic_refuse(history, said, answer, error);
        return NULL;
    }
    return pgs_alembic_outcome_of(history, exchange->asked->up, failed_revision(exchange), said);
}

static void
take_notices(PgsOutcome *outcome, JsonObject *answer)
{
    JsonArray *notices = json_object_get_array_member(answer, "notices");
    for (guint i = 0; notices != NULL && i < json_array_get_length(notices); i++)
        g_ptr_array_add(outcome->notices,
                        g_strdup_printf("WARNING:  %s", json_array_get_string_element(notices, i)));
}

static PgsOutcome *
judge(Exchange *exchange, JsonObject *answer, const GError *cause, guint *done, GError **error)
{
    Alembic *alembic = exchange->alembic;
    const PgsHistory *history = alembic->options->history;
    const PgsDriverRun *asked = exchange->asked;
    g_autoptr(PgsOutcome) outcome =
        answer != NULL ? judge_answer(exchange, answer, error) : judge_end(exchange, cause, error);
    if (outcome == NULL)
        return NULL;
    /* Where the server has gone down, it has to be waited for first: nothing is said of it here. */
    if (outcome->connection_lost)
        return g_steal_pointer(&outcome);
    if (!pgs_alembic_books_done(&alembic->books, history, asked, done, error))
        return NULL;
    if (answer != NULL)
        take_notices(outcome, answer);
    if (outcome->succeeded && *done < asked->n_revisions) {
        pgs_outcome_free(g_steal_pointer(&outcome));
        outcome = pgs_alembic_outcome_lost(history, asked->up, asked->revisions[*done]);
    }
    return g_steal_pointer(&outcome);
}

static JsonObject *
make_run(const Exchange *exchange)
{
    const PgsHistory *history = exchange->alembic->options->history;
    const PgsDriverRun *asked = exchange->asked;
    JsonObject *request = pgs_alembic_request("run");
    JsonArray *ids = json_array_new();
    for (guint i = 0; i < asked->n_revisions; i++) {
        const PgsRevision *revision =
            g_ptr_array_index(history->revisions, (guint)asked->revisions[i]);
        json_array_add_string_element(ids, revision->id);
    }
    json_object_set_boolean_member(request, "up", asked->up);
    json_object_set_array_member(request, "revisions", ids);
    json_object_set_string_member(request, "target", target_of(history, asked));
    return request;
}

static PgsOutcome *
run(gpointer state, const PgsDriverRun *asked, guint *done, GError **error)
{
    Alembic *alembic = state;
    g_autoptr(GError) cause = NULL;
    g_autoptr(GError) local = NULL;
    Exchange exchange = {.alembic = alembic, .asked = asked, .current = -1};
    gint64 start_time = g_get_monotonic_time();
    g_autoptr(JsonObject) answer = exchange_request(&exchange, make_run(&exchange), &cause, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    PgsOutcome *outcome = judge(&exchange, answer, cause, done, error);
    if (outcome != NULL)
        outcome->duration = g_get_monotonic_time() - start_time;
    return outcome;
}

/* ---- models ---- */

static gboolean
compare_models(gpointer state, GPtrArray **differences, char **reason, GError **error)
{
    Alembic *alembic = state;
    g_autoptr(GError) cause = NULL;
    g_autoptr(GError) local = NULL;
    Exchange exchange = {.alembic = alembic, .current = -1};
    g_autoptr(JsonObject) answer =
        exchange_request(&exchange, pgs_alembic_request("check"), &cause, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (answer == NULL)
        return refuse_process(alembic, cause, error);
    JsonObject *said = pgs_alembic_error(answer);
    if (said != NULL)
        return pgs_alembic_refuse(alembic->options->history, said, answer, error);
    *reason = g_strdup(pgs_alembic_text(answer, "reason"));
    if (*reason != NULL)
        return TRUE;
    *differences = g_ptr_array_new_with_free_func(g_free);
    JsonArray *found = json_object_get_array_member(answer, "differences");
    for (guint i = 0; found != NULL && i < json_array_get_length(found); i++)
        g_ptr_array_add(*differences, g_strdup(json_array_get_string_element(found, i)));
    return TRUE;
}

const PgsDriverKindFuncs pgs_driver_alembic = {
    .open = open_state,
    .close = close_state,
    .run = run,
    .release = release,
    .compare_models = compare_models,
};
