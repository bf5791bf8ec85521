#include "cli/completion.h"

#include "check/check.h"
#include "cli/migrate_commands.h"
#include "diff/diff.h"
#include "migration/reader.h"
#include "report/report.h"

#include <string.h>

typedef void (*Source)(GStrvBuilder *words);

/* Groups, then ids, in the order of a run. */
static void
add_checks(GStrvBuilder *words)
{
    g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        char *group = g_strndup(check->id, strcspn(check->id, "."));
        if (!g_hash_table_contains(groups, group))
            g_strv_builder_add(words, group);
        g_hash_table_add(groups, group);
    }
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++)
        g_strv_builder_add(words, check->id);
}

static void
add_tolerances(GStrvBuilder *words)
{
    for (const PgsToleranceInfo *info = pgs_tolerance_table(); info->name != NULL; info++)
        g_strv_builder_add(words, info->name);
}

static void
add_formats(GStrvBuilder *words)
{
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++)
        g_strv_builder_add(words, reader->name);
}

static void
add_reports(GStrvBuilder *words)
{
    for (const PgsReportFormat *format = pgs_report_table(); format->name != NULL; format++)
        g_strv_builder_add(words, format->name);
}

static void
add_commands(GStrvBuilder *words)
{
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (!command->is_hidden)
            g_strv_builder_add(words, command->name);
    }
    g_strv_builder_add_many(words, "tolerances", "formats", "reports", NULL);
}

static void
add_migrate_commands(GStrvBuilder *words)
{
    for (const PgsMigrateCommand *row = pgs_migrate_commands(); row->name != NULL; row++)
        g_strv_builder_add(words, row->name);
}

/* Options whose values are known; for all others the placeholder decides. */
static const struct {
    const char *option;
    guint commands;
    PgsCompletionKind kind;
    Source source;
    const char *words; /* blanks between, in place of a source */
} values[] = {
    {"format", PGS_COMMAND_REPORT, PGS_COMPLETION_WORDS, add_reports, NULL},
    {"format", PGS_COMMAND_ALL, PGS_COMPLETION_WORDS, add_formats, NULL},
    {"report", PGS_COMMAND_ALL, PGS_COMPLETION_PAIRS, add_reports, NULL},
    {"only", PGS_COMMAND_ALL, PGS_COMPLETION_LIST, add_checks, NULL},
    {"skip", PGS_COMMAND_ALL, PGS_COMPLETION_LIST, add_checks, NULL},
    {"tolerate", PGS_COMMAND_ALL, PGS_COMPLETION_LIST, add_tolerances, NULL},
    {"fail-on", PGS_COMMAND_ALL, PGS_COMPLETION_WORDS, NULL, "warning"},
    {"watch", PGS_COMMAND_ALL, PGS_COMPLETION_WORDS, NULL, "parent"},
    {"server", PGS_COMMAND_ALL, PGS_COMPLETION_WORDS, NULL,
     "auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker "
     "docker:13 "
     "docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 "
     "podman:15 podman:16 podman:17 podman:18 podman:13..18"},
};

static const struct {
    PgsCommandBit command;
    PgsCompletionKind kind;
    Source source;
    const char *words;
} arguments[] = {
    {PGS_COMMAND_EXPLAIN, PGS_COMPLETION_WORDS, add_checks, NULL},
    {PGS_COMMAND_HELP, PGS_COMPLETION_WORDS, add_commands, NULL},
    {PGS_COMMAND_COMPLETION, PGS_COMPLETION_WORDS, NULL, "bash zsh fish"},
    {PGS_COMMAND_SERVER, PGS_COMPLETION_WORDS, NULL, "start stop status list sweep"},
    {PGS_COMMAND_MIGRATE, PGS_COMPLETION_WORDS, add_migrate_commands, NULL},
    {PGS_COMMAND_READY, PGS_COMPLETION_NOTHING, NULL, ""},
    {PGS_COMMAND_HEALTH, PGS_COMPLETION_NOTHING, NULL, ""},
    {PGS_COMMAND_DOCTOR, PGS_COMPLETION_NOTHING, NULL, ""},
};

static void
fill(PgsCompletion *completion, PgsCompletionKind kind, Source source, const char *words)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    if (source != NULL) {
        source(builder);
        completion->words = g_strv_builder_end(builder);
    } else {
        completion->words = *words != '\0' ? g_strsplit(words, " ", -1) : g_new0(char *, 1);
    }
    completion->kind = kind;
}

void
pgs_completion_clear(PgsCompletion *completion)
{
    g_clear_pointer(&completion->words, g_strfreev);
}

void
pgs_completion_of_option(PgsCompletion *completion, const PgsOption *option, PgsCommandBit command)
{
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        if (strcmp(values[i].option, option->name) == 0 && (values[i].commands & command)) {
            fill(completion, values[i].kind, values[i].source, values[i].words);
            return;
        }
    }
    gboolean is_file = g_strcmp0(option->argument, "FILE") == 0;
    fill(completion, is_file ? PGS_COMPLETION_FILES : PGS_COMPLETION_NOTHING, NULL, "");
}

void
pgs_completion_of_arguments(PgsCompletion *completion, const PgsCommand *command)
{
    for (gsize i = 0; i < G_N_ELEMENTS(arguments); i++) {
        if (arguments[i].command == command->bit) {
            fill(completion, arguments[i].kind, arguments[i].source, arguments[i].words);
            return;
        }
    }
    fill(completion, PGS_COMPLETION_FILES, NULL, "");
}

char *
pgs_completion_join(const PgsCompletion *completion)
{
    return g_strjoinv(" ", completion->words);
}

char *
pgs_completion_brief(const char *help)
{
    static const char *const ends[] = {"; ", ": ", ". ", " (", ", as ", NULL};
    gsize length = strlen(help);
    for (const char *const *end = ends; *end != NULL; end++) {
        const char *found = strstr(help, *end);
        if (found != NULL && found > help)
            length = MIN(length, (gsize)(found - help));
    }
    return g_strndup(help, length);
}
