#ifndef PGS_CLI_COMMAND_H
#define PGS_CLI_COMMAND_H

#include "cli/options.h"

#include <gio/gio.h>

/* One command: a file cmd_<name>.c with its run function, and a row in the table. */
typedef struct {
    const char *name;
    PgsCommandBit bit;
    const char *arguments; /* "FOLDER…", for its usage line */
    guint min_arguments;
    guint max_arguments;     /* G_MAXUINT: any number */
    gboolean is_hidden;      /* not in the list of commands */
    const char *summary;     /* one line */
    const char *description; /* paragraphs, a blank line between */
    const char *examples;    /* lines, or NULL */
    /* Its exit code; an error is printed by main, and its exit code follows from its domain. */
    int (*run)(const PgsSettings *settings, GCancellable *cancellable, GError **error);
    /* Of a command that has commands of its own: the help of one, NULL with error when there is no
     * such; and the list of them for the command's own help.  g_free().  NULL: it has none. */
    char *(*help_of)(const char *name, guint width, GError **error);
    char *(*list)(guint width);
    /* Works on a database that is somebody's: an interruption does not leave it as it was. */
    gboolean is_live;
} PgsCommand;

/* The table, ended by a row whose name is NULL. */
const PgsCommand *pgs_command_table(void);
/* NULL when there is none. */
const PgsCommand *pgs_command_find(const char *name);
/* Its help, fit for a terminal of that width.  Free with g_free(). */
char *pgs_command_help(const PgsCommand *command, guint width);
/* The program's help: what it is, and its commands.  Free with g_free(). */
char *pgs_command_overview(guint width);

int pgs_cmd_verify(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_report(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_init(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_snapshot(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_diff(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_shell(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_migrate(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_ready(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_health(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_server(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_doctor(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_explain(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_help(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_completion(const PgsSettings *settings, GCancellable *cancellable, GError **error);
int pgs_cmd_docs(const PgsSettings *settings, GCancellable *cancellable, GError **error);

#endif
