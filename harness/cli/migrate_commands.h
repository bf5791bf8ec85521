#ifndef PGS_CLI_MIGRATE_COMMANDS_H
#define PGS_CLI_MIGRATE_COMMANDS_H

#include "cli/migrate.h"

/* The commands of "pgstair migrate", as rows of a table. */

/* One: a file migrate_<name>.c with its run function, and a row in migrate_commands.c. */
typedef struct {
    const char *name;
    const char *arguments; /* "[REV]" */
    guint min_arguments, max_arguments;
    const char *summary;     /* one line */
    const char *description; /* paragraphs, a blank line between */
    const char *options;     /* the names of those that it knows, blanks between, beside the ones
                                that say which folder is meant */
    const char *examples;    /* lines, or NULL */
    gboolean is_offline;     /* it needs no database: --url and --environment are not for it */
    /* Its exit code. */
    int (*run)(PgsMigrate *migrate, GError **error);
} PgsMigrateCommand;

/* The table, ended by a row whose name is NULL. */
const PgsMigrateCommand *pgs_migrate_commands(void);
/* NULL with PGS_CLI_ERROR_USAGE that names the nearest. */
const PgsMigrateCommand *pgs_migrate_command_find(const char *name, GError **error);
/* FALSE with PGS_CLI_ERROR_USAGE: too few or too many arguments, or an option that it does not
 * know. */
gboolean pgs_migrate_command_check(const PgsMigrateCommand *command, const PgsSettings *settings,
                                   GError **error);
/* PgsCommand.help_of and .list. */
char *pgs_migrate_command_help(const char *name, guint width, GError **error);
char *pgs_migrate_command_list(guint width);

#endif
