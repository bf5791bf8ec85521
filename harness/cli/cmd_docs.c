#include "cli/command.h"

#include "base/error.h"
#include "check/check.h"
#include "diff/diff.h"
#include "migration/reader.h"
#include "project/project.h"

#include <stdio.h>
#include <string.h>

/* Pages of the reference; ci/check-docs holds the files under docs/ against them. */

#define GENERATED "<!-- Made by \"pgstair docs %s\"; do not edit. -->\n\n"

static void
print_options(void)
{
    printf(GENERATED "# Commands and options\n", "options");
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (command->is_hidden)
            continue;
        g_autofree char *table = pgs_options_markdown(command->bit);
        printf("\n## pgstair %s%s%s\n\n%s\n\n%s", command->name,
               *command->arguments != '\0' ? " " : "", command->arguments, command->description,
               table);
        if (command->examples != NULL)
            printf("\n```sh\n%s\n```\n", command->examples);
    }
    puts("\n## Tolerances\n\n| name | what it accepts |\n|---|---|");
    for (const PgsToleranceInfo *info = pgs_tolerance_table(); info->name != NULL; info++)
        printf("| `%s` | %s |\n", info->name, info->summary);
    puts("\n## Formats\n\n| name | tool | rules |\n|---|---|---|");
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++)
        printf("| `%s` | %s | %s |\n", reader->name, reader->title, reader->summary);
}

static void
print_checks(void)
{
    printf(GENERATED "# Checks\n", "checks");
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        printf("\n## %s\n\n%s. Reports: %s. Needs: %s.\n\n%s\n\n*Why it matters:* %s\n\n"
               "*How to mend:* %s\n",
               check->id, check->title, pgs_status_name(check->severity), check->needs, check->what,
               check->why, check->mend);
    }
}

static void
print_configuration(void)
{
    g_autofree char *text = pgs_project_reference();
    printf(GENERATED "%s", "configuration", text);
}

static void
print_schema(void)
{
    g_autofree char *text = pgs_project_json_schema("project");
    puts(text);
}

static void
print_requirements_schema(void)
{
    g_autofree char *text = pgs_project_json_schema("requirements");
    puts(text);
}

static const struct {
    const char *name;
    void (*print)(void);
} pages[] = {
    {"options", print_options},
    {"checks", print_checks},
    {"configuration", print_configuration},
    {"schema", print_schema},
    {"requirements-schema", print_requirements_schema},
};

int
pgs_cmd_docs(const PgsSettings *settings, G_GNUC_UNUSED GCancellable *cancellable, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (strcmp(pages[i].name, settings->arguments[0]) == 0) {
            pages[i].print();
            return PGS_EXIT_VERIFIED;
        }
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "there are: options, checks, configuration, schema, requirements-schema",
                  "there is no page \"%s\"", settings->arguments[0]);
    return PGS_EXIT_USAGE;
}
