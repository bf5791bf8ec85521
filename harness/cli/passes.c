#include "cli/passes.h"

#include "base/error.h"
#include "base/text.h"
#include "check/versions.h"
#include "cli/availability.h"
#include "server/engine.h"
#include "server/spec.h"

#include <stdio.h>
#include <string.h>

/* One system on one server. */
typedef struct {
    PgsPasses *passes;
    PgsSystem *system;
    guint index; /* of the system */
    const PgsServerSpec *spec;
    PgsRecord *record; /* of the pass */
    const char *shown; /* the server, for people */
} Pass;

gboolean
pgs_passes_begin(PgsPasses *passes, const GPtrArray *systems, const PgsVerifyOptions *options,
                 PgsRecord *record, GError **error)
{
    *passes = (PgsPasses){
        .systems = systems,
        .options = *options,
        .record = record,
        .specs = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref),
        .heads = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref),
        .broken = g_ptr_array_new(),
        .names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .missing =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_error_free),
        .deaf =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_error_free),
        .heard = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .kept = g_string_new(NULL),
    };
    for (guint i = 0; i < systems->len; i++) {
        const PgsSystem *system = g_ptr_array_index(systems, i);
        GPtrArray *specs = pgs_server_spec_expand((const char *const *)system->servers, error);
        if (specs == NULL)
            return FALSE;
        g_ptr_array_add(passes->specs, specs);
        g_ptr_array_add(passes->heads,
                        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_version_head_free));
        passes->several = passes->several || specs->len > 1;
    }
    return TRUE;
}

void
pgs_passes_clear(PgsPasses *passes)
{
    g_clear_pointer(&passes->specs, g_ptr_array_unref);
    g_clear_pointer(&passes->heads, g_ptr_array_unref);
    g_clear_pointer(&passes->broken, g_ptr_array_unref);
    g_clear_pointer(&passes->names, g_hash_table_unref);
    g_clear_pointer(&passes->taken, g_hash_table_unref);
    g_clear_pointer(&passes->missing, g_hash_table_unref);
    g_clear_pointer(&passes->deaf, g_hash_table_unref);
    g_clear_pointer(&passes->heard, g_hash_table_unref);
    if (passes->kept != NULL)
        g_string_free(g_steal_pointer(&passes->kept), TRUE);
    g_clear_error(&passes->first);
}

/* ---- what a server is called ---- */

/* "auto" says nothing of the version. */
static gboolean
is_vague(const char *spec)
{
    return strpbrk(spec, ":=") == NULL;
}

/*
 * What the server is called in the record: as it was asked for; where that says no version, by what
 * was found ("local:15"), unless another one is called so.
 */
static const char *
name_server(const Pass *pass, const char *found)
{
    PgsPasses *passes = pass->passes;
    const char *spec = pass->spec->spec;
    const char *name = g_hash_table_lookup(passes->names, spec);
    if (!is_vague(spec) || found == NULL || strcmp(name, spec) != 0 ||
        !g_hash_table_add(passes->taken, g_strdup(found)))
        return name;
    g_hash_table_replace(passes->names, g_strdup(spec), g_strdup(found));
    return g_hash_table_lookup(passes->names, spec);
}

/* ---- what is said on the way ---- */

/* As the table and the record call it, once it runs. */
static const char *
show_server(const Pass *pass)
{
    const PgsRecordSystem *facts = pgs_record_find_system(pass->record, pass->system->name);
    if (facts == NULL || facts->servers->len == 0)
        return pass->shown;
    return name_server(pass, ((const PgsRecordServer *)facts->servers->pdata[0])->name);
}

static void
step(guint done, guint total, const char *what, gpointer data)
{
    const Pass *pass = data;
    g_autofree char *text =
        pass->passes->several
            ? g_strdup_printf("[%s] %s  %s", show_server(pass), pass->system->name, what)
            : g_strdup(what);
    pgs_progress_step(done, total, text, pass->passes->progress);
}

static void
say(const Pass *pass, const char *text)
{
    PgsProgress *progress = pass->passes->progress;
    if (progress->is_quiet)
        return;
    pgs_progress_end(progress);
    g_autofree char *named =
        pass->passes->several
            ? g_strdup_printf("[%s] %s: %s", show_server(pass), pass->system->name, text)
            : g_strdup(text);
    pgs_terminal_note(named, NULL);
}

static void
say_started(const char *text, gpointer data)
{
    say(data, text);
}

/* In a log the passes are told one by one; a terminal has shown them. */
static void
say_done(const Pass *pass, gint64 duration)
{
    static const PgsStatus told[] = {PGS_STATUS_ERROR, PGS_STATUS_FAILED, PGS_STATUS_PASSED};
    PgsRecordCounts counts = pgs_record_counts(pass->record, pass->system->name);
    if (!pass->passes->several || pass->passes->progress->is_terminal)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        guint count = counts.by_status[told[i]];
        if (count > 0)
            g_string_append_printf(text, "%s%u %s", text->len > 0 ? ", " : "", count,
                                   pgs_status_name(told[i]));
    }
    g_autofree char *time = pgs_text_duration(duration);
    g_string_append_printf(text, "%s in %s", text->len > 0 ? "" : "skipped", time);
    say(pass, text->str);
}

/* ---- one system on one server ---- */

static PgsRecordSystem *
facts_of(const Pass *pass)
{
    PgsRecordSystem *facts = pgs_record_find_system(pass->record, pass->system->name);
    return facts != NULL
               ? facts
               : pgs_record_add_system(pass->record, pass->system->name, pass->system->folder);
}

/* The shortest that no other one has. */
static char *
make_name(GHashTable *taken, const char *spec)
{
    for (guint is_long = 0; is_long <= 1; is_long++) {
        char *name = pgs_server_spec_name(spec, is_long != 0);
        if (!g_hash_table_contains(taken, name))
            return name;
        g_free(name);
    }
    return pgs_server_spec_show(spec);
}

/* What is asked for by its own name keeps it, whatever the others are found to be. */
static void
make_names(PgsPasses *passes, const GPtrArray *servers)
{
    for (guint i = 0; i < servers->len; i++) {
        char *name = make_name(passes->taken, servers->pdata[i]);
        g_hash_table_add(passes->taken, g_strdup(name));
        g_hash_table_insert(passes->names, g_strdup(servers->pdata[i]), name);
    }
}

/* What is known of it is known by its name. */
static void
rename_server(PgsRecordSystem *facts, PgsRecordServer *server, const char *name)
{
    for (guint i = 0; i < facts->facts->len; i++) {
        PgsRecordFact *fact = facts->facts->pdata[i];
        if (fact->server == NULL || g_strcmp0(fact->server, server->name) != 0)
            continue;
        g_free(fact->server);
        fact->server = g_strdup(name);
    }
    g_free(server->name);
    server->name = g_strdup(name);
}

/* The server as the record has it; its version is NULL when it did not start. */
static PgsRecordServer *
note_server(const Pass *pass, gint64 duration)
{
    PgsRecordSystem *facts = facts_of(pass);
    PgsRecordServer *server = facts->servers->len > 0 ? facts->servers->pdata[0] : NULL;
    if (server == NULL)
        server = pgs_record_system_add_server(facts, NULL);
    rename_server(facts, server, name_server(pass, server->name));
    server->duration = duration;
    return server;
}

PgsFinding *
pgs_passes_new_incomplete(const PgsSystem *system, const char *where, const GError *error)
{
    g_autofree char *title =
        g_strdup_printf("%s could be verified%s%s", system->name, where != NULL ? " on " : "",
                        where != NULL ? where : "");
    PgsFinding *finding =
        pgs_finding_new("run.completed", PGS_STATUS_ERROR, system->name, NULL, title);
    const char *hint = strstr(error->message, "\nHINT: ");
    g_autofree char *text = hint != NULL ? g_strndup(error->message, (gsize)(hint - error->message))
                                         : g_strdup(error->message);
    const char *end = strchr(text, '\n');
    finding->message = end != NULL ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
    finding->detail = end != NULL ? g_strdup(end + 1) : NULL;
    finding->hint = hint != NULL ? g_strdup(hint + strlen("\nHINT: ")) : NULL;
    return finding;
}

/* The folder or the project's file is at fault: no other server would do. */
static gboolean
is_broken(const Pass *pass, const GError *error)
{
    const PgsRecordSystem *facts = pgs_record_find_system(pass->record, pass->system->name);
    gboolean started = facts != NULL && facts->servers->len > 0;
    return !started && error->domain != PGS_SERVER_ERROR;
}

/* "docker" of "docker:15" */
static char *
kind_of(const Pass *pass)
{
    const char *spec = pass->spec->spec;
    return g_strndup(spec, strcspn(spec, ":="));
}

/* It has run servers, and does not answer any more: what it lacks now is no matter of images. */
static gboolean
has_lost_engine(const Pass *pass)
{
    g_autofree char *kind = kind_of(pass);
    return g_hash_table_contains(pass->passes->heard, kind) &&
           g_hash_table_contains(pass->passes->deaf, kind);
}

/* Of several systems, or servers, one that cannot be verified does not keep the others from it. */
static void
take_error(const Pass *pass, GError *cause, gint64 duration)
{
    PgsPasses *passes = pass->passes;
    gboolean is_missing = g_error_matches(cause, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND);
    const PgsRecordSystem *facts = facts_of(pass);
    if (is_missing && facts->servers->len == 0 && pass->spec->is_optional && passes->several &&
        !has_lost_engine(pass)) {
        PgsRecordServer *server = note_server(pass, 0);
        pgs_versions_add_unavailable(pass->record, pass->system->name, server->name,
                                     cause->message);
        g_error_free(cause);
        return;
    }
    if (is_broken(pass, cause))
        g_ptr_array_add(passes->broken, pass->system);
    else if (passes->several)
        note_server(pass, duration);
    pgs_record_add(pass->record, pgs_passes_new_incomplete(pass->system, NULL, cause));
    if (passes->first == NULL)
        passes->first = cause;
    else
        g_error_free(cause);
}

/* Systems that ask for the same server ask for the same image, unless they name their own. */
static char *
missing_key(const Pass *pass)
{
    return g_strjoin("\x1f", pass->spec->spec,
                     pass->system->image != NULL ? pass->system->image : "", NULL);
}

/* Whether it is an engine's kind of server, and the engine is there. */
static gboolean
is_deaf(const char *kind)
{
    if (strcmp(kind, "docker") != 0 && strcmp(kind, "podman") != 0)
        return FALSE;
    g_autoptr(PgsEngine) engine = pgs_engine_open(kind, NULL);
    g_autofree char *version = engine != NULL ? pgs_engine_ask_version(engine, NULL) : NULL;
    return version == NULL;
}

/* An engine may have asked a registry, and waited for it, or not answer: once will do. */
static gboolean
verify_system(const Pass *pass, const PgsVerifyOptions *options, char **note, GError **error)
{
    PgsPasses *passes = pass->passes;
    g_autofree char *key = missing_key(pass);
    g_autofree char *kind = kind_of(pass);
    const GError *known = g_hash_table_lookup(passes->deaf, kind);
    known = known != NULL ? known : g_hash_table_lookup(passes->missing, key);
    if (known != NULL) {
        g_propagate_error(error, g_error_copy(known));
        return FALSE;
    }
    if (pgs_verify_system(pass->system, options, pass->record, note, error)) {
        g_hash_table_add(passes->heard, g_steal_pointer(&kind));
        return TRUE;
    }
    if (!g_error_matches(*error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND))
        return FALSE;
    if (passes->several && is_deaf(kind))
        g_hash_table_insert(passes->deaf, g_steal_pointer(&kind), g_error_copy(*error));
    else
        g_hash_table_insert(passes->missing, g_steal_pointer(&key), g_error_copy(*error));
    return FALSE;
}

static void
keep_note(const Pass *pass, const char *note)
{
    GString *kept = pass->passes->kept;
    if (note != NULL && pass->passes->several)
        g_string_append_printf(kept, "[%s] %s\n", show_server(pass), pass->system->name);
    if (note != NULL)
        g_string_append(kept, note);
}

/* Whether there is nothing else that could be verified. */
static gboolean
ends_run(const Pass *pass, const GError *cause)
{
    const PgsPasses *passes = pass->passes;
    gboolean is_last = passes->systems->len == 1 && (!passes->several || is_broken(pass, cause));
    return is_last || g_cancellable_is_cancelled(passes->options.cancellable);
}

static void
take_success(const Pass *pass, PgsSnapshot *head, gint64 duration)
{
    const PgsRecordSystem *facts = facts_of(pass);
    /* Where a part of a split run has nothing to do, no server was asked for. */
    gboolean is_idle =
        pass->passes->split != NULL && !pgs_split_has(pass->passes->split, pass->index);
    if (pass->passes->several && !is_idle) {
        const PgsRecordServer *server = note_server(pass, duration);
        if (head != NULL)
            g_ptr_array_add(pass->passes->heads->pdata[pass->index],
                            pgs_version_head_new(server->name, head));
    } else if (facts->servers->len > 0) {
        ((PgsRecordServer *)facts->servers->pdata[0])->duration = duration;
    }
}

/* What a part of a split run has of it. */
static void
take_part(const Pass *pass, PgsVerifyOptions *options, PgsShardPart *part)
{
    const PgsSplit *split = pass->passes->split;
    if (split == NULL || split->plan == NULL)
        return;
    *part = pgs_shard_plan_part(split->plan, pass->index);
    options->part = part;
    options->history = split->histories->pdata[pass->index];
}

/* Another part tells of what cannot even be read. */
static gboolean
is_for_others(const Pass *pass, const PgsVerifyOptions *options)
{
    const PgsShardPart *part = options->part;
    return part != NULL && !part->block && part->from >= part->to &&
           pass->passes->split->histories->pdata[pass->index] == NULL;
}

/* FALSE when the run ends here. */
static gboolean
verify(Pass *pass, GError **error)
{
    PgsPasses *passes = pass->passes;
    gint64 start = g_get_monotonic_time();
    g_autofree char *note = NULL;
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgsSnapshot) head = NULL;
    PgsVerifyOptions options = passes->options;
    options.progress = step;
    options.progress_data = pass;
    options.started = passes->verbose ? say_started : NULL;
    options.note = say_started;
    options.head = passes->several ? &head : NULL;
    PgsShardPart part;
    take_part(pass, &options, &part);
    if (is_for_others(pass, &options)) {
        facts_of(pass);
        return TRUE;
    }
    g_free(pass->system->server);
    pass->system->server = g_strdup(pass->spec->spec);
    gboolean ok = verify_system(pass, &options, &note, &cause);
    gint64 duration = g_get_monotonic_time() - start;
    pgs_progress_end(passes->progress);
    keep_note(pass, note);
    if (!ok && ends_run(pass, cause)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (ok)
        take_success(pass, head, duration);
    else
        take_error(pass, g_steal_pointer(&cause), duration);
    say_done(pass, duration);
    return TRUE;
}

/* ---- passes ---- */

/* The system's own word for that server, or NULL. */
static const PgsServerSpec *
find_spec(const GPtrArray *specs, const char *wanted)
{
    for (guint i = 0; i < specs->len; i++) {
        const PgsServerSpec *spec = specs->pdata[i];
        if (strcmp(spec->spec, wanted) == 0)
            return spec;
    }
    return NULL;
}

/* wanted NULL: each system on its only server. */
static gboolean
run_pass(PgsPasses *passes, const char *wanted, PgsRecord *record, GError **error)
{
    for (guint i = 0; i < passes->systems->len; i++) {
        PgsSystem *system = passes->systems->pdata[i];
        const GPtrArray *specs = passes->specs->pdata[i];
        const PgsServerSpec *spec = wanted != NULL ? find_spec(specs, wanted) : specs->pdata[0];
        if (spec == NULL || g_ptr_array_find(passes->broken, system, NULL))
            continue;
        /* A copy: the name of "auto" changes once it is found. */
        g_autofree char *shown = g_strdup(g_hash_table_lookup(passes->names, spec->spec));
        Pass pass = {passes, system, i, spec, record, shown};
        if (!verify(&pass, error))
            return FALSE;
    }
    return TRUE;
}

/* Each once, in the order in which systems name them: const char *. */
static GPtrArray *
list_servers(const PgsPasses *passes)
{
    GPtrArray *all = g_ptr_array_new();
    for (guint i = 0; i < passes->specs->len; i++) {
        const GPtrArray *specs = passes->specs->pdata[i];
        for (guint k = 0; k < specs->len; k++) {
            const PgsServerSpec *spec = specs->pdata[k];
            if (!g_ptr_array_find_with_equal_func(all, spec->spec, g_str_equal, NULL))
                g_ptr_array_add(all, spec->spec);
        }
    }
    return all;
}

/* Of the systems each other's order. */
static gint
compare_systems(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgsPasses *passes = data;
    const PgsRecordSystem *const *records[] = {a, b};
    gint places[2] = {G_MAXINT, G_MAXINT};
    for (guint i = 0; i < passes->systems->len; i++) {
        const PgsSystem *system = passes->systems->pdata[i];
        for (gsize side = 0; side < G_N_ELEMENTS(places); side++) {
            if (strcmp((*records[side])->name, system->name) == 0)
                places[side] = (gint)i;
        }
    }
    return (places[0] > places[1]) - (places[0] < places[1]);
}

gboolean
pgs_passes_run(PgsPasses *passes, GError **error)
{
    if (!passes->several)
        return run_pass(passes, NULL, passes->record, error);
    g_autoptr(GPtrArray) servers = list_servers(passes);
    make_names(passes, servers);
    for (guint i = 0; i < servers->len; i++) {
        g_autoptr(PgsRecord) record = pgs_record_new(passes->record->command);
        if (!run_pass(passes, servers->pdata[i], record, error))
            return FALSE;
        pgs_record_merge(passes->record, record);
    }
    g_ptr_array_sort_with_data(passes->record->systems, compare_systems, passes);
    for (guint i = 0; i < passes->systems->len; i++)
        pgs_verify_compare_servers(passes->systems->pdata[i], passes->heads->pdata[i],
                                   &passes->options, passes->record);
    pgs_versions_settle(passes->record);
    pgs_availability_check(passes);
    return TRUE;
}
