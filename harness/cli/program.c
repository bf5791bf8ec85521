#include "base/error.h"
#include "base/fs.h"
#include "base/process.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/main.h"
#include "cli/terminal.h"
#include "config/node.h"
#include "cycle/climb.h"
#include "driver/driver.h"
#include "ledger/ledger.h"
#include "migration/git.h"
#include "migration/history.h"
#include "operate/operate_error.h"
#include "pg/connection.h"
#include "pgstair/version.h"
#include "project/project.h"
#include "record/record_xml.h"
#include "report/report.h"
#include "report/writer.h"
#include "server/server.h"
#include "snapshot/catalog.h"
#include "snapshot/text.h"
#include "sql/script.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What each module's errors mean for the exit code; any_code: -1 for all of the domain's. */
static const struct {
    GQuark (*domain)(void);
    int code;
    PgsExit exit;
} exits[] = {
    {pgs_cli_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_check_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_project_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_config_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_migration_error_quark, PGS_MIGRATION_ERROR_TOOL, PGS_EXIT_ENVIRONMENT},
    {pgs_migration_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_git_error_quark, PGS_GIT_ERROR_REPOSITORY, PGS_EXIT_USAGE},
    {pgs_git_error_quark, PGS_GIT_ERROR_REVISION, PGS_EXIT_USAGE},
    {pgs_driver_error_quark, PGS_DRIVER_ERROR_STRANGER, PGS_EXIT_USAGE},
    {pgs_sql_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_stage_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_snapshot_text_error_quark, -1, PGS_EXIT_USAGE},
    {pgs_server_error_quark, PGS_SERVER_ERROR_SPEC, PGS_EXIT_USAGE},
    {pgs_server_error_quark, -1, PGS_EXIT_ENVIRONMENT},
    {pgs_record_error_quark, PGS_RECORD_ERROR_READ, PGS_EXIT_USAGE},
    {pgs_ledger_error_quark, PGS_LEDGER_ERROR_UNSUPPORTED, PGS_EXIT_USAGE},
    {pgs_ledger_error_quark, PGS_LEDGER_ERROR_FOLDER, PGS_EXIT_USAGE},
    {pgs_ledger_error_quark, PGS_LEDGER_ERROR_SHAPE, PGS_EXIT_FAILED},
    {pgs_ledger_error_quark, PGS_LEDGER_ERROR_DIRTY, PGS_EXIT_FAILED},
    {pgs_operate_error_quark, PGS_OPERATE_ERROR_REFUSED, PGS_EXIT_USAGE},
    {pgs_operate_error_quark, PGS_OPERATE_ERROR_DRAFT, PGS_EXIT_USAGE},
    {pgs_operate_error_quark, PGS_OPERATE_ERROR_STATE, PGS_EXIT_FAILED},
    {pgs_operate_error_quark, PGS_OPERATE_ERROR_FAILED, PGS_EXIT_FAILED},
    {g_file_error_quark, -1, PGS_EXIT_USAGE},
};

static int
exit_code(const GError *error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(exits); i++) {
        if (error->domain == exits[i].domain() &&
            (exits[i].code < 0 || exits[i].code == error->code))
            return exits[i].exit;
    }
    return PGS_EXIT_ENVIRONMENT;
}

static void
print_error(const GError *error)
{
    pgs_terminal_note(error->message, NULL);
    g_autofree char *plain = pgs_text_plain(error->message);
    g_autofree char *annotation = pgs_annotations_error(plain);
    if (annotation != NULL)
        fputs(annotation, stderr);
}

/* inner: a command of its own that it has, or NULL. */
static int
print_help(const PgsCommand *command, const char *inner, GError **error)
{
    guint width = MIN(pgs_terminal_width(STDOUT_FILENO), 100);
    gboolean is_inner = inner != NULL && command->help_of != NULL;
    g_autofree char *help =
        is_inner ? command->help_of(inner, width, error) : pgs_command_help(command, width);
    if (help == NULL)
        return PGS_EXIT_USAGE;
    fputs(help, stdout);
    return PGS_EXIT_VERIFIED;
}

static int
run_command(const PgsCommand *command, int argc, char **argv, GCancellable *cancellable,
            GError **error)
{
    g_auto(PgsSettings) settings = {0};
    if (!pgs_settings_parse(&settings, command->bit, argc, argv, error))
        return PGS_EXIT_USAGE;
    if (settings.help)
        return print_help(command, settings.arguments[0], error);
    guint n = g_strv_length(settings.arguments);
    if (n < command->min_arguments || n > command->max_arguments) {
        g_autofree char *hint = g_strdup_printf(
            "usage: pgstair %s%s%s [OPTIONS]; \"pgstair help %s\" says more", command->name,
            *command->arguments != '\0' ? " " : "", command->arguments, command->name);
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint, "%s",
                      n < command->min_arguments ? "something is missing on the command line"
                                                 : "there is too much on the command line");
        return PGS_EXIT_USAGE;
    }
    return command->run(&settings, cancellable, error);
}

static const PgsCommand *
find_command(const char *name, GError **error)
{
    const PgsCommand *command = pgs_command_find(name);
    if (command != NULL)
        return command;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const PgsCommand *row = pgs_command_table(); row->name != NULL; row++)
        g_ptr_array_add(names, (gpointer)row->name);
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)names->pdata);
    g_autofree char *hint = NULL;
    if (*name == '-')
        hint = g_strdup("the command comes first, its options after it: pgstair verify FOLDER …");
    else if (nearest != NULL)
        hint = g_strdup_printf("did you mean \"%s\"?", nearest);
    else
        hint = g_strdup("\"pgstair help\" lists the commands");
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint, "there is no command \"%s\"",
                  name);
    return NULL;
}

/* "--help" and "--version" in a command's place, as every program has them. */
static gboolean
answer_at_once(const char *word)
{
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0) {
        printf("pgstair %s\n", pgs_version());
        return TRUE;
    }
    if (strcmp(word, "--help") != 0 && strcmp(word, "-h") != 0)
        return FALSE;
    g_autofree char *text = pgs_command_overview(MIN(pgs_terminal_width(STDOUT_FILENO), 100));
    fputs(text, stdout);
    return TRUE;
}

/*
 * What libpq would take from the user's environment into every session, and no connection keyword
 * overrides: it must not change what is verified.
 */
static void
clear_environment(const char *command)
{
    static const char *const variables[] = {"PGTZ", "PGDATESTYLE", "PGGEQO"};
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_unsetenv(variables[i]);
    /* Commands that may be given a URL may be given a service too. */
    if (strcmp(command, "snapshot") != 0 && strcmp(command, "diff") != 0)
        g_unsetenv("PGSERVICE");
}

/* Warnings, as a person reads them; the rest is for whoever looks for a fault of pgstair's own. */
static void
print_log(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    if ((level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE)) == 0 ||
        (level & G_LOG_FLAG_FATAL) != 0) {
        g_log_default_handler(domain, level, message, data);
        return;
    }
    const char *kind = (level & G_LOG_LEVEL_WARNING) != 0 ? "warning: " : "";
    g_autofree char *text = g_strconcat(kind, message, NULL);
    pgs_terminal_note(text, NULL);
}

/* A throwaway server is gone then; somebody's database is in a state that they must know of. */
static void
say_interrupted(const PgsCommand *command, const GError *error)
{
    gboolean is_plain = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                        g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED);
    if (command->is_live && !is_plain)
        print_error(error);
    else
        fprintf(stderr, "pgstair: interrupted%s\n",
                command->is_live ? "" : ", everything is cleaned up");
}

/*
 * A descriptor that whoever started us has closed would become a file's or a connection's, and our
 * words would go there.  What is written to it fails instead, and is told.
 */
static void
hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
            abort();
    }
}

int
pgs_main(int argc, char **argv)
{
    hold_standard_descriptors();
    setlocale(LC_CTYPE, "");
    g_log_set_default_handler(print_log, NULL);
    if (argc < 2) {
        g_autofree char *text = pgs_command_overview(pgs_terminal_width(STDERR_FILENO));
        fputs(text, stderr);
        return PGS_EXIT_USAGE;
    }
    if (answer_at_once(argv[1]))
        return PGS_EXIT_VERIFIED;
    clear_environment(argv[1]);
    g_autoptr(GCancellable) cancellable = pgs_interrupt_watch();
    g_autoptr(GError) error = NULL;
    const PgsCommand *command = find_command(argv[1], &error);
    int code = command != NULL ? run_command(command, argc - 2, argv + 2, cancellable, &error)
                               : PGS_EXIT_USAGE;
    int number = pgs_interrupt_signal();
    if (number != 0 && error != NULL) {
        say_interrupted(command, error);
        return 128 + number;
    }
    if (error != NULL) {
        print_error(error);
        return exit_code(error);
    }
    if (!pgs_terminal_finish(&error)) {
        print_error(error);
        /* What failed has failed, whether or not that could be written down. */
        return code == PGS_EXIT_VERIFIED ? PGS_EXIT_ENVIRONMENT : code;
    }
    return code;
}
