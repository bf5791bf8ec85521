#include "base/error.h"
#include "cli/command.h"
#include "cli/migrate_commands.h"

int
pgs_cmd_migrate(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    const PgsMigrateCommand *command = pgs_migrate_command_find(settings->arguments[0], error);
    if (command == NULL || !pgs_migrate_command_check(command, settings, error))
        return PGS_EXIT_USAGE;
    g_auto(PgsMigrate) migrate = {
        .settings = settings,
        .arguments = settings->arguments + 1,
        .cancellable = cancellable,
    };
    return command->run(&migrate, error);
}
