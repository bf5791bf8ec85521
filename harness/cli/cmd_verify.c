#include "cli/command.h"

#include "base/error.h"
#include "base/process.h"
#include "cli/output.h"
#include "cli/passes.h"
#include "cli/split.h"
#include "cli/systems.h"
#include "cli/terminal.h"
#include "server/spec.h"

#include <stdio.h>

static void
add_strings(PgsProcess *process, const PgsSettings *settings)
{
    g_autofree char *live = pgs_server_spec_show(settings->live);
    const struct {
        const char *name, *value;
    } strings[] = {{"--config", settings->config},
                   {"--format", settings->format},
                   {"--floor", settings->floor},
                   {"--live", live},
                   {"--since", settings->since},
                   {"--since-git", settings->since_git},
                   {"--shard", settings->shard},
                   {"--fail-on", settings->fail_on},
                   {"--record", settings->record},
                   {"--junit", settings->junit},
                   {"--html", settings->html},
                   {"--markdown", settings->markdown},
                   {"--compliance", settings->compliance}};
    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
        if (strings[i].value != NULL)
            pgs_process_add_many(process, strings[i].name, strings[i].value, NULL);
    }
}

static void
add_lists(PgsProcess *process, const PgsSettings *settings)
{
    const struct {
        const char *name;
        char **words;
    } lists[] = {{"--system", settings->system},       {"--only", settings->only},
                 {"--skip", settings->skip},           {"--tolerate", settings->tolerate},
                 {"--durations", settings->durations}, {"--report", settings->report}};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (lists[i].words == NULL)
            continue;
        g_autofree char *joined = g_strjoinv(",", lists[i].words);
        pgs_process_add_many(process, lists[i].name, joined, NULL);
    }
    for (char **set = settings->set; set != NULL && *set != NULL; set++)
        pgs_process_add_many(process, "--set", *set, NULL);
}

/* Also when the environment gave them: the record must say what its findings follow from. */
static void
add_numbers(PgsProcess *process, const PgsSettings *settings)
{
    const struct {
        const char *name;
        guint value;
        const char *unit;
    } numbers[] = {{"--seed", settings->seed, ""},
                   {"--rows", settings->rows, ""},
                   {"--statement-timeout", settings->statement_timeout, "ms"},
                   {"--start-timeout", settings->start_timeout, "ms"}};
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (numbers[i].value == 0)
            continue;
        pgs_process_add(process, numbers[i].name);
        pgs_process_add_printf(process, "%u%s", numbers[i].value, numbers[i].unit);
    }
}

static void
add_flags(PgsProcess *process, const PgsSettings *settings)
{
    const struct {
        const char *name;
        gboolean given;
    } flags[] = {{"--no-config", settings->no_config},
                 {"--strict", settings->strict},
                 {"--require-all", settings->require_all},
                 {"--keep", settings->keep}};
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (flags[i].given)
            pgs_process_add(process, flags[i].name);
    }
}

/* The command line, as it could be typed again. */
static char *
command_line(const PgsSettings *settings)
{
    g_autoptr(PgsProcess) process = pgs_process_new("pgstair");
    pgs_process_add(process, "verify");
    for (char **folder = settings->arguments; *folder != NULL; folder++)
        pgs_process_add(process, *folder);
    add_strings(process, settings);
    for (char **word = settings->server; word != NULL && *word != NULL; word++) {
        g_autofree char *server = pgs_server_spec_show(*word);
        pgs_process_add_many(process, "--server", server, NULL);
    }
    add_lists(process, settings);
    add_numbers(process, settings);
    add_flags(process, settings);
    return pgs_process_to_string(process);
}

static void
say_part(const PgsSplit *split, const PgsSettings *settings)
{
    g_autofree char *text = pgs_split_describe(split);
    if (text != NULL && !settings->quiet)
        pgs_terminal_note(text, NULL);
}

int
pgs_cmd_verify(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    PgsProgress progress;
    pgs_progress_begin(&progress, settings->quiet);
    PgsVerifyOptions options = {
        .checks = {.only = settings->only, .skip = settings->skip},
        .keep = settings->keep,
        .cancellable = cancellable,
    };
    g_auto(PgsSystems) systems = {0};
    if (!pgs_check_selection_validate(&options.checks, error) ||
        !pgs_systems_resolve(settings, &systems, error) ||
        !pgs_cli_prepare_reports(settings, TRUE, error))
        return PGS_EXIT_USAGE;
    if (settings->since != NULL && settings->since_git != NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "give one of them",
                      "--since and --since-git both say what is there already");
        return PGS_EXIT_USAGE;
    }
    gint64 start = g_get_monotonic_time();
    g_auto(PgsSplit) split = {0};
    if (!pgs_split_begin(&split, settings, systems.systems, cancellable, error))
        return PGS_EXIT_USAGE;
    g_autofree char *command = command_line(settings);
    g_autoptr(PgsRecord) record = pgs_record_new(command);
    record->fail_on_warning = settings->fail_on != NULL;
    record->require_all = settings->require_all;
    g_auto(PgsPasses) passes = {0};
    if (!pgs_passes_begin(&passes, systems.systems, &options, record, error))
        return PGS_EXIT_USAGE;
    passes.progress = &progress;
    passes.split = &split;
    pgs_split_note(&split, record);
    say_part(&split, settings);
    passes.verbose = settings->verbose;
    if (!pgs_passes_run(&passes, error)) {
        fputs(passes.kept->str, stdout); /* these servers stay, whatever ended the run */
        return PGS_EXIT_ENVIRONMENT;
    }
    record->duration = g_get_monotonic_time() - start;
    pgs_cli_print_summary(settings, record);
    fputs(passes.kept->str, stdout);
    int code = pgs_cli_conclude(settings, record, error);
    if (passes.first != NULL && *error == NULL)
        g_propagate_error(error, g_steal_pointer(&passes.first));
    return code;
}
