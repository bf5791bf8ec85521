#ifndef PGS_BASE_PROCESS_H
#define PGS_BASE_PROCESS_H

#include <gio/gio.h>
#include <sys/types.h>

/*
 * One child process: the only way in which pgstair runs another program (besides what the
 * supervisor spawns).  An argument vector, never a shell; a time limit; captured output.
 */
typedef struct _PgsProcess PgsProcess;

#define PGS_PROCESS_ERROR (pgs_process_error_quark())
GQuark pgs_process_error_quark(void);
typedef enum {
    PGS_PROCESS_ERROR_NOT_FOUND, /* no such program */
    PGS_PROCESS_ERROR_SPAWN,     /* it could not be started */
    PGS_PROCESS_ERROR_TIMEOUT,   /* it was ended at its time limit */
    PGS_PROCESS_ERROR_FAILED,    /* it exited with another status than 0, or by a signal */
    PGS_PROCESS_ERROR_CANCELLED,
} PgsProcessError;

/* How a process ended, and what it wrote.  Clear with pgs_process_result_clear(). */
typedef struct {
    int exit_status; /* its exit status, or 128 + the signal that ended it */
    char *output;    /* standard output, NUL-terminated; bytes as they came */
    gsize output_length;
    char *errors; /* standard error, likewise */
    gsize errors_length;
} PgsProcessResult;

void pgs_process_result_clear(PgsProcessResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsProcessResult, pgs_process_result_clear)

/* program: a path, or a name that is looked up in PATH.  Free with pgs_process_free(). */
PgsProcess *pgs_process_new(const char *program);
void pgs_process_free(PgsProcess *process);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsProcess, pgs_process_free)

/* Appends arguments; copied. */
void pgs_process_add(PgsProcess *process, const char *argument);
void pgs_process_add_many(PgsProcess *process, ...) G_GNUC_NULL_TERMINATED;
void pgs_process_add_printf(PgsProcess *process, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The environment is this process's own, changed by these; value NULL removes the variable. */
void pgs_process_set_env(PgsProcess *process, const char *name, const char *value);
/* What it is now, "NAME=value"; belongs to the process. */
const char *const *pgs_process_environment(const PgsProcess *process);
/* Removes every variable whose name begins with prefix ("PG"). */
void pgs_process_clear_env(PgsProcess *process, const char *prefix);

void pgs_process_set_directory(PgsProcess *process, const char *directory);
/* Becomes that account (supplementary groups dropped) before it starts.  Needs root. */
void pgs_process_set_account(PgsProcess *process, uid_t uid, gid_t gid);
/* Bytes for its standard input (otherwise it reads end of file).  Copied. */
void pgs_process_set_input(PgsProcess *process, const char *input, gssize length);
/* Descriptors for its standard input and output, as the ends of a pipe to another process: closed
 * when it was started, or with the process. */
void pgs_process_take_input(PgsProcess *process, int fd);
void pgs_process_take_output(PgsProcess *process, int fd);
/* Default: 60 seconds.  0: no limit, only for a process that a person talks to. */
void pgs_process_set_timeout(PgsProcess *process, guint milliseconds);
/* Borrowed; a reference is taken. */
void pgs_process_set_cancellable(PgsProcess *process, GCancellable *cancellable);
/* It shares pgstair's own standard input, output and error: a person talks to it (psql). */
void pgs_process_set_interactive(PgsProcess *process, gboolean interactive);

/*
 * Runs it to its end.  TRUE whenever it ran to an end of its own, whatever its exit status (see
 * result); FALSE when it could not be started, was cancelled or ran into its limit (it is then
 * ended: SIGTERM, after a second SIGKILL, its whole process group).  result may be NULL.
 */
gboolean pgs_process_run(PgsProcess *process, PgsProcessResult *result, GError **error);

/* As pgs_process_run(), but another exit status than 0 is an error too, with the last lines that it
 * wrote. */
gboolean pgs_process_run_checked(PgsProcess *process, PgsProcessResult *result, GError **error);

/* The command line as a person would type it into a shell, quoted.  Free with g_free(). */
char *pgs_process_to_string(const PgsProcess *process);

#endif
