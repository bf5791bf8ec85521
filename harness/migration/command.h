#ifndef PGS_MIGRATION_COMMAND_H
#define PGS_MIGRATION_COMMAND_H

#include "base/process.h"
#include "project/tool_settings.h"

/*
 * A process of a command that pgstair.yaml names: in the commands' folder, with the tool's time
 * limit, and no arguments yet.  program: a path with a slash in it is relative to that folder.
 */
PgsProcess *pgs_command_process(const PgsToolSettings *settings, const char *program);

/* The last lines that it wrote, errors last, for a message; without colours.  g_free(). */
char *pgs_command_tail(const PgsProcessResult *result, guint lines);
/* The bytes as text without what colours it on a terminal.  g_free(). */
char *pgs_command_plain(const char *output, gsize length);

#endif
