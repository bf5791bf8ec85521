#include "cli/command.h"

#include "base/error.h"
#include "check/check.h"
#include "cli/man.h"
#include "diff/diff.h"
#include "migration/reader.h"
#include "project/project.h"
#include "record/record_reference.h"

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
        if (check->example != NULL)
            printf("\n*Example:*\n\n```\n%s```\n", check->example);
    }
}

static void
print_configuration(void)
{
    g_autofree char *text = pgs_project_reference();
    printf(GENERATED "%s", "configuration", text);
}

static void
print_record(void)
{
    g_autofree char *text = pgs_record_reference();
    printf(GENERATED "%s", "record", text);
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
    {"record", print_record},
    {"schema", print_schema},
    {"requirements-schema", print_requirements_schema},
};

/* The program's man page, a command's, or that of pgstair.yaml. */
static int
print_man(const char *name, GError **error)
{
    if (g_strcmp0(name, "pgstair.yaml") == 0) {
        g_autofree char *reference = pgs_project_reference();
        g_autofree char *page = pgs_man_configuration(reference);
        fputs(page, stdout);
        return PGS_EXIT_VERIFIED;
    }
    const PgsCommand *command = name != NULL ? pgs_command_find(name) : NULL;
    if (name != NULL && command == NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "\"pgstair help\" lists commands",
                      "there is no command \"%s\"", name);
        return PGS_EXIT_USAGE;
    }
    g_autofree char *text = command != NULL ? pgs_man_command(command) : pgs_man_program();
    fputs(text, stdout);
    return PGS_EXIT_VERIFIED;
}

int
pgs_cmd_docs(const PgsSettings *settings, G_GNUC_UNUSED GCancellable *cancellable, GError **error)
{
    if (strcmp(settings->arguments[0], "man") == 0)
        return print_man(settings->arguments[1], error);
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (strcmp(pages[i].name, settings->arguments[0]) == 0) {
            pages[i].print();
            return PGS_EXIT_VERIFIED;
        }
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "there are: options, checks, configuration, record, schema, requirements-schema, "
                  "man [COMMAND]",
                  "there is no page \"%s\"", settings->arguments[0]);
    return PGS_EXIT_USAGE;
}
