#include "cli/command.h"

#include "base/error.h"
#include "base/process.h"
#include "check/verify.h"
#include "cli/output.h"
#include "cli/systems.h"
#include "cli/terminal.h"
#include "pg/connection.h"

#include <stdio.h>
#include <string.h>

/* keyword='value', as libpq reads it. */
static void
append_parameter(GString *text, const char *keyword, const char *value)
{
    g_string_append_printf(text, "%s%s='", text->len > 0 ? " " : "", keyword);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *value);
    }
    g_string_append_c(text, '\'');
}

/* The command line is kept in the record, which people pass around: as given where it holds no
 * secret, else its parameters, as libpq understands them (its own mark of a secret is dispchar
 * "*"), with "***".  Free with g_free(). */
static char *
hide_password(const char *url)
{
    if (url == NULL || *url == '$')
        return g_strdup(url);
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    if (options == NULL)
        return g_strdup("***");
    gboolean is_secret = FALSE;
    g_autoptr(GString) text = g_string_new(NULL);
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        gboolean hidden = *option->dispchar == '*';
        if (option->val == NULL)
            continue;
        append_parameter(text, option->keyword, hidden ? "***" : option->val);
        is_secret = is_secret || hidden;
    }
    PQconninfoFree(options);
    return g_strdup(is_secret ? text->str : url);
}

/* The command line, as it could be typed again. */
static char *
command_line(const PgsSettings *settings)
{
    g_autoptr(PgsProcess) process = pgs_process_new("pgstair");
    pgs_process_add(process, "verify");
    for (char **folder = settings->arguments; *folder != NULL; folder++)
        pgs_process_add(process, *folder);
    g_autofree char *live = hide_password(settings->live);
    const struct {
        const char *name, *value;
    } strings[] = {{"--config", settings->config},
                   {"--format", settings->format},
                   {"--server", settings->server},
                   {"--floor", settings->floor},
                   {"--live", live},
                   {"--fail-on", settings->fail_on},
                   {"--record", settings->record},
                   {"--junit", settings->junit}};
    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
        if (strings[i].value != NULL)
            pgs_process_add_many(process, strings[i].name, strings[i].value, NULL);
    }
    const struct {
        const char *name;
        char **words;
    } lists[] = {{"--system", settings->system},
                 {"--only", settings->only},
                 {"--skip", settings->skip},
                 {"--tolerate", settings->tolerate}};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (lists[i].words == NULL)
            continue;
        g_autofree char *joined = g_strjoinv(",", lists[i].words);
        pgs_process_add_many(process, lists[i].name, joined, NULL);
    }
    if (settings->no_config)
        pgs_process_add(process, "--no-config");
    if (settings->strict)
        pgs_process_add(process, "--strict");
    if (settings->require_all)
        pgs_process_add(process, "--require-all");
    return pgs_process_to_string(process);
}

static void
say_started(const char *text, gpointer data)
{
    PgsProgress *progress = data;
    if (progress->is_quiet)
        return;
    pgs_progress_end(progress);
    fprintf(stderr, "pgstair: %s\n", text);
}

/* Of several systems one that cannot be verified does not keep the others from it. */
static void
add_incomplete(PgsRecord *record, const PgsSystem *system, const GError *error)
{
    g_autofree char *title = g_strdup_printf("%s could be verified", system->name);
    PgsFinding *finding =
        pgs_finding_new("run.completed", PGS_STATUS_ERROR, system->name, NULL, title);
    const char *hint = strstr(error->message, "\nHINT: ");
    g_autofree char *text = hint != NULL ? g_strndup(error->message, (gsize)(hint - error->message))
                                         : g_strdup(error->message);
    const char *end = strchr(text, '\n');
    finding->message = end != NULL ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
    finding->detail = end != NULL ? g_strdup(end + 1) : NULL;
    finding->hint = hint != NULL ? g_strdup(hint + strlen("\nHINT: ")) : NULL;
    if (pgs_record_find_system(record, system->name) == NULL)
        pgs_record_add_system(record, system->name, system->folder);
    pgs_record_add(record, finding);
}

/* FALSE when the run ends here.  *first: the first system's error that did not end it. */
static gboolean
verify_systems(const GPtrArray *systems, const PgsVerifyOptions *options, PgsRecord *record,
               GString *kept, GError **first, GError **error)
{
    for (guint i = 0; i < systems->len; i++) {
        const PgsSystem *system = g_ptr_array_index(systems, i);
        g_autofree char *note = NULL;
        g_autoptr(GError) local = NULL;
        gboolean ok = pgs_verify_system(system, options, record, &note, &local);
        pgs_progress_end(options->progress_data);
        if (note != NULL)
            g_string_append(kept, note);
        if (ok)
            continue;
        if (systems->len == 1 || g_cancellable_is_cancelled(options->cancellable)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        add_incomplete(record, system, local);
        if (*first == NULL)
            *first = g_steal_pointer(&local);
    }
    return TRUE;
}

int
pgs_cmd_verify(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    PgsProgress progress;
    pgs_progress_begin(&progress, settings->quiet);
    PgsVerifyOptions options = {
        .checks = {.only = settings->only, .skip = settings->skip},
        .progress = pgs_progress_step,
        .progress_data = &progress,
        .started = settings->verbose ? say_started : NULL,
        .keep = settings->keep,
        .cancellable = cancellable,
    };
    g_auto(PgsSystems) systems = {0};
    if (!pgs_check_selection_validate(&options.checks, error) ||
        !pgs_systems_resolve(settings, &systems, error) ||
        !pgs_cli_prepare_reports(settings, error))
        return PGS_EXIT_USAGE;
    gint64 start = g_get_monotonic_time();
    g_autofree char *command = command_line(settings);
    g_autoptr(PgsRecord) record = pgs_record_new(command);
    record->fail_on_warning = settings->fail_on != NULL;
    record->require_all = settings->require_all;
    g_autoptr(GString) kept = g_string_new(NULL);
    g_autoptr(GError) first = NULL;
    if (!verify_systems(systems.systems, &options, record, kept, &first, error)) {
        fputs(kept->str, stdout); /* these servers stay, whatever ended the run */
        return PGS_EXIT_ENVIRONMENT;
    }
    record->duration = g_get_monotonic_time() - start;
    pgs_cli_print_summary(settings, record);
    fputs(kept->str, stdout);
    int code = pgs_cli_conclude(settings, record, error);
    if (first != NULL && *error == NULL)
        g_propagate_error(error, g_steal_pointer(&first));
    return code;
}
