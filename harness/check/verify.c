#include "check/verify.h"

#include "base/error.h"
#include "check/attempt.h"
#include "check/evidence.h"
#include "check/folder_findings.h"
#include "check/note_findings.h"
#include "check/system_words.h"
#include "check/versions.h"
#include "cycle/paths.h"
#include "cycle/trouble.h"
#include "server/options.h"

/* The cycle's database stays; other lanes are dropped, or had servers of their own. */
#define EMPTY_KEPT                                                                                 \
    "  the run has left no database in it: \"pgstair shell FOLDER --keep\" makes one at head\n"

/* One system on its way through. */
typedef struct {
    const PgsSystem *system;
    const PgsVerifyOptions *options;
    PgsCheckSelection checks;
    char **skip; /* what checks borrows */
    const PgsHistory *history;
    PgsHistory *own_history; /* NULL: history was read already */
    PgsShardPart part;       /* what is to be done */
    PgsMerged *merged;       /* what is merged already, or NULL */
    gint since;              /* the index of the last revision that is there already; -1: none is */
    PgsServer *server;       /* NULL: no chosen check needs one */
    PgsClimbOptions climb;
    const char *today; /* what days of the project's file are held against */
    PgsSink sink;
} Verification;

static void
verification_clear(Verification *verification)
{
    pgs_sink_clear(&verification->sink);
    g_clear_pointer(&verification->merged, pgs_merged_free);
    g_clear_pointer(&verification->own_history, pgs_history_free);
    g_clear_pointer(&verification->server, pgs_server_stop);
    g_clear_pointer(&verification->skip, g_strfreev);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verification, verification_clear)

/* Whether --only asks for what the word names, or for a part of it. */
static gboolean
is_asked_for(char **only, const char *word)
{
    for (; only != NULL && *only != NULL; only++) {
        if (pgs_check_is_named(word, *only))
            return TRUE;
    }
    return FALSE;
}

PgsCheckSelection
pgs_verify_select(const PgsSystem *system, const PgsCheckSelection *given, char ***skip)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    for (char **word = system->skip; word != NULL && *word != NULL; word++) {
        if (!is_asked_for(given->only, *word))
            g_strv_builder_add(words, *word);
    }
    if (given->skip != NULL)
        g_strv_builder_addv(words, (const char **)given->skip);
    *skip = g_strv_builder_end(words);
    return (PgsCheckSelection){
        .only = given->only != NULL ? given->only : system->only,
        .skip = *skip,
    };
}

static void
note_requirements(PgsRecordSystem *facts, const PgsRequirements *requirements)
{
    for (guint i = 0; i < requirements->phases->len; i++) {
        const PgsPhase *phase = g_ptr_array_index(requirements->phases, i);
        PgsRecordPhase *row = pgs_record_system_add_phase(facts, phase->id, phase->title);
        for (char **manual = phase->manual; *manual != NULL; manual++)
            g_ptr_array_add(row->manual, g_strdup(*manual));
    }
    for (guint i = 0; i < requirements->items->len; i++) {
        const PgsRequirement *requirement = g_ptr_array_index(requirements->items, i);
        PgsRecordRequirement *row =
            pgs_record_system_add_requirement(facts, requirement->id, requirement->text);
        row->phase = g_strdup(requirement->phase);
        row->deferred = g_strdup(requirement->deferred);
        row->coverage_lines = requirement->coverage_lines;
        for (char **name = requirement->needs; *name != NULL; name++)
            g_ptr_array_add(row->needs, g_strdup(*name));
        for (char **file = requirement->coverage_files; *file != NULL; file++)
            g_ptr_array_add(row->coverage_files, g_strdup(*file));
    }
}

/* "pgstair.yaml:7:3"; NULL: it stands in no file.  Free with g_free(). */
static char *
place_text(const PgsPlace *place)
{
    return place->file != NULL
               ? g_strdup_printf("%s:%u:%u", place->file, place->line, place->column)
               : NULL;
}

static void
note_tolerances(PgsRecordSystem *facts, const PgsSystem *system)
{
    for (guint i = 0; i < system->tolerances->len; i++) {
        const PgsTolerance *tolerance = g_ptr_array_index(system->tolerances, i);
        PgsRecordTolerance *row = pgs_record_tolerance_new(tolerance->name);
        row->reason = g_strdup(tolerance->reason);
        row->until = g_strdup(tolerance->until);
        row->place = place_text(&tolerance->place);
        g_ptr_array_add(facts->tolerances, row);
    }
}

static void
note_acceptances(PgsRecordSystem *facts, const PgsSystem *system)
{
    for (guint i = 0; i < system->accepted->len; i++) {
        const PgsAcceptance *acceptance = g_ptr_array_index(system->accepted, i);
        PgsRecordAcceptance *row = pgs_record_acceptance_new(acceptance->check, acceptance->reason);
        row->revision = g_strdup(acceptance->revision);
        row->object = g_strdup(acceptance->object);
        row->title = g_strdup(acceptance->title);
        row->until = g_strdup(acceptance->until);
        row->place = place_text(&acceptance->place);
        g_ptr_array_add(facts->acceptances, row);
    }
}

void
pgs_verify_note_facts(PgsRecordSystem *facts, const PgsSystem *system, const PgsHistory *history,
                      const PgsServer *server)
{
    facts->format = g_strdup(history->format);
    facts->format_reason = g_strdup(history->reason);
    facts->n_revisions = history->revisions->len;
    note_tolerances(facts, system);
    note_acceptances(facts, system);
    if (system->requirements != NULL)
        note_requirements(facts, system->requirements);
    pgs_evidence_note_files(facts, system, history);
    if (server != NULL)
        pgs_verify_note_server(facts, server);
}

void
pgs_verify_note_server(PgsRecordSystem *facts, const PgsServer *server)
{
    facts->server = g_strdup(pgs_server_description(server));
    facts->server_version = g_strdup(pgs_server_version(server));
    g_autofree char *name = g_strdup_printf("%s:%d", pgs_server_kind(server),
                                            pgs_server_version_number(server) / 10000);
    PgsRecordServer *row = pgs_record_system_add_server(facts, name);
    row->version = g_strdup(pgs_server_version(server));
    row->description = g_strdup(pgs_server_description(server));
    row->start = pgs_server_start_duration(server);
}

/* Behind another try there would be the same again. */
static gboolean
is_final(const GError *error)
{
    return pgs_climb_is_cancellation(error) ||
           g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC) ||
           g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_GONE) ||
           g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SHORTAGE);
}

/* On a shared server one lane's migration may end the sessions of all others, or the server itself.
 */
static gboolean
needs_isolation(const GError *error)
{
    return error != NULL && !is_final(error) &&
           (g_error_matches(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION) ||
            error->domain == PGS_PG_ERROR || error->domain == PGS_SERVER_ERROR);
}

/* The attempt, and what is behind its error when the server is. */
static gboolean
run_attempt(const Verification *verification, PgsAttempt *attempt, GError **error)
{
    gboolean ok = pgs_attempt_run(attempt, error);
    if (!ok) {
        g_autofree char *during = pgs_attempt_describe_steps(attempt);
        pgs_trouble_explain(verification->server, during, verification->options->cancellable,
                            error);
    }
    return ok;
}

static PgsAttempt *
new_attempt(Verification *verification, gboolean isolated)
{
    PgsAttempt *attempt = pgs_attempt_new(verification->system, verification->history,
                                          verification->options, &verification->checks,
                                          &verification->climb, verification->server, isolated);
    pgs_attempt_set_given(attempt, (guint)(verification->since + 1));
    pgs_attempt_set_part(attempt, &verification->part);
    return attempt;
}

/* *database: the cycle's, or NULL.  On a shared server if that will do, else (or once it turns out
 * not to) with a server a lane. */
static gboolean
verify_on_server(Verification *verification, char **database, GError **error)
{
    /* Of a server that is somebody's there is only the one. */
    gboolean may_isolate = pgs_server_is_disposable(verification->server);
    gboolean isolated =
        may_isolate && (pgs_history_flags(verification->history) & PGS_STATEMENT_CLUSTER) != 0;
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsAttempt) attempt = new_attempt(verification, isolated);
    gboolean ok = run_attempt(verification, attempt, &local);
    if (may_isolate && !isolated && needs_isolation(local)) {
        g_clear_error(&local);
        pgs_attempt_free(attempt);
        attempt = new_attempt(verification, TRUE);
        ok = run_attempt(verification, attempt, &local);
    }
    if (ok) {
        pgs_attempt_tell(attempt, &verification->sink);
        pgs_attempt_note_evidence(attempt, verification->sink.facts);
        *database = g_strdup(pgs_attempt_database(attempt));
        PgsSnapshot *head = pgs_attempt_head(attempt);
        if (verification->options->head != NULL && head != NULL)
            *verification->options->head = pgs_snapshot_ref(head);
        return TRUE;
    }
    g_autofree char *log = pgs_server_log_tail(verification->server, 20);
    if (g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_LOST) && *log != '\0') {
        g_autofree char *message = g_steal_pointer(&local->message);
        local->message = g_strdup_printf("%s\nThe server's log ends:\n%s", message, log);
    }
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static gboolean
is_nothing_new(const Verification *verification)
{
    return verification->since + 1 == (gint)verification->history->revisions->len;
}

/* No step is left that could fail: it is told once a check, and nothing is run. */
static void
tell_nothing_new(const Verification *verification)
{
    const PgsRevision *last =
        g_ptr_array_index(verification->history->revisions, (guint)verification->since);
    g_autofree char *title = g_strdup_printf("since %s: nothing is new", last->label);
    static const char *const checks[] = {"cycle.up", "stairway.up"};
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        PgsFinding *finding =
            pgs_finding_new(checks[i], PGS_STATUS_PASSED, verification->system->name, NULL, title);
        finding->message = g_strdup("all revisions are there already: nothing was run");
        pgs_sink_add(&verification->sink, finding);
    }
}

/* What follows from the folder alone. */
static void
tell_folder(const Verification *verification)
{
    pgs_findings_add_notes(&verification->sink);
    pgs_findings_add_folder(&verification->sink, verification->merged);
    if (is_nothing_new(verification))
        tell_nothing_new(verification);
}

static gboolean
needs_server(const Verification *verification)
{
    if (is_nothing_new(verification))
        return FALSE;
    if (verification->part.from < verification->part.to &&
        pgs_check_selection_has_group(&verification->checks, "stairway"))
        return TRUE;
    gboolean has_paths =
        pgs_check_selection_has_group(&verification->checks, "graph") &&
        pgs_paths_are_there(verification->history, (guint)(verification->since + 1));
    if (!verification->part.block)
        return FALSE;
    return has_paths || pgs_check_selection_has_group(&verification->checks, "cycle") ||
           pgs_inspection_is_wanted(verification->system, verification->history,
                                    &verification->checks);
}

/* Without one: all of it. */
static void
take_part(Verification *verification)
{
    static const PgsShardPart all = {.block = TRUE, .to = G_MAXUINT};
    const PgsShardPart *given = verification->options->part;
    PgsShardPart *part = &verification->part;
    *part = given != NULL ? *given : all;
    part->to = MIN(part->to, verification->history->revisions->len);
    part->from = MAX(part->from, (guint)(verification->since + 1));
    verification->climb.from = part->from;
    verification->climb.to = part->to;
}

static gboolean
read_system(Verification *verification, GError **error)
{
    const PgsSystem *system = verification->system;
    if (!pgs_system_tolerances(system, verification->today, &verification->climb.tolerances, error))
        return FALSE;
    verification->history = verification->options->history;
    if (verification->history == NULL)
        verification->history = verification->own_history =
            pgs_history_read_system(system, verification->options->cancellable, error);
    if (verification->history == NULL ||
        !pgs_system_words_validate(system, verification->history, error))
        return FALSE;
    if (!pgs_folder_ask_merged(system, verification->history, verification->options->cancellable,
                               &verification->merged, &verification->since, error) ||
        (system->floor != NULL && !pgs_history_find(verification->history, system->floor,
                                                    &verification->climb.floor, error)))
        return FALSE;
    verification->climb.floor = MAX(verification->climb.floor, verification->since);
    take_part(verification);
    return TRUE;
}

static void
say_found(const Verification *verification)
{
    const PgsVerifyOptions *options = verification->options;
    g_autofree char *text =
        pgs_history_say_found(verification->history, verification->system->folder);
    if (text != NULL && options->note != NULL)
        options->note(text, options->progress_data);
}

static gboolean
start_server(Verification *verification, GError **error)
{
    const PgsVerifyOptions *options = verification->options;
    PgsServerOptions server_options = pgs_system_server_options(verification->system, NULL);
    server_options.progress = options->note;
    server_options.progress_data = options->progress_data;
    verification->server = pgs_server_start(&server_options, options->cancellable, error);
    return verification->server != NULL;
}

void
pgs_verify_compare_servers(const PgsSystem *system, const GPtrArray *heads,
                           const PgsVerifyOptions *options, PgsRecord *record)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *today = g_date_time_format(now, "%F");
    g_auto(GStrv) skip = NULL;
    PgsCheckSelection checks = pgs_verify_select(system, &options->checks, &skip);
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, NULL);
    if (history == NULL) /* each server's own verification has told why */
        return;
    g_auto(PgsSink) sink = {0};
    pgs_sink_init(&sink, system, history);
    sink.checks = &checks;
    sink.record = record;
    sink.across = TRUE;
    sink.today = options->today != NULL ? options->today : today;
    sink.facts = pgs_record_find_system(record, system->name);
    pgs_versions_judge(&sink, heads);
    pgs_sink_finish(&sink);
}

/* Findings go to the system's place in the record. */
static void
open_sink(Verification *verification, PgsRecord *record)
{
    PgsSink *sink = &verification->sink;
    pgs_sink_init(sink, verification->system, verification->history);
    sink->part = verification->options->part != NULL ? &verification->part : NULL;
    sink->checks = &verification->checks;
    sink->record = record;
    sink->today = verification->today;
    sink->facts =
        pgs_record_add_system(record, verification->system->name, verification->system->folder);
    pgs_verify_note_facts(sink->facts, verification->system, verification->history,
                          verification->server);
    for (gint i = 0; i <= verification->since; i++)
        ((PgsRecordRevision *)sink->facts->revisions->pdata[i])->given = TRUE;
    pgs_evidence_note_git(sink->facts, verification->system, verification->options->cancellable);
    /* Last: its last are the server's, which some part of a split run may have none of. */
    pgs_evidence_note_facts(sink->facts, verification->system, &verification->checks);
    if (verification->server != NULL)
        pgs_evidence_note_server(sink->facts, verification->system, verification->server);
}

gboolean
pgs_verify_system(const PgsSystem *system, const PgsVerifyOptions *options, PgsRecord *record,
                  char **kept, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *today = g_date_time_format(now, "%F");
    g_auto(Verification) verification = {
        .system = system,
        .options = options,
        .today = options->today != NULL ? options->today : today,
        /* One more than there are processors: flights are not equally long, and each waits for its
           server. */
        .since = -1,
        .climb = {.floor = -1, .jobs = g_get_num_processors() + 1},
    };
    verification.checks = pgs_verify_select(system, &options->checks, &verification.skip);
    *kept = NULL;
    if (!read_system(&verification, error))
        return FALSE;
    say_found(&verification);
    if (needs_server(&verification) && !start_server(&verification, error))
        return FALSE;
    open_sink(&verification, record);
    /* Once the record knows what it is called. */
    if (verification.server != NULL && options->started != NULL)
        options->started(pgs_server_description(verification.server), options->progress_data);
    if (verification.part.block)
        tell_folder(&verification);
    g_autofree char *database = NULL;
    if (verification.server != NULL && !verify_on_server(&verification, &database, error))
        return FALSE;
    pgs_sink_finish(&verification.sink);
    if (verification.server != NULL && options->keep) {
        *kept = pgs_server_keep(verification.server, database, error);
        if (*kept == NULL)
            return FALSE;
        if (database == NULL) {
            g_autofree char *note = g_steal_pointer(kept);
            *kept = g_strconcat(note, EMPTY_KEPT, NULL);
        }
    }
    verification.sink.facts->duration = g_get_monotonic_time() - start;
    return TRUE;
}
