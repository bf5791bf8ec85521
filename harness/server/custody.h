#ifndef PGS_SERVER_CUSTODY_H
#define PGS_SERVER_CUSTODY_H

#include "server/account.h"

#include <gio/gio.h>

/*
 * What one server made, in the care of the supervisor (server/supervisor/protocol.h), a process
 * that outlives this one's death and undoes it all.  One supervisor serves all servers of this
 * process: it is started with the first and goes with the last.  Safe to use from several threads.
 */
typedef struct _PgsCustody PgsCustody;

/* Starts the supervisor when none runs yet.  Error: PGS_SERVER_ERROR_START. */
PgsCustody *pgs_custody_new(GError **error);
/*
 * Ends all that was made: processes, then folders; returns when that is done.  Not when it is kept.
 * Does it by itself when the supervisor was killed.  Frees custody.
 */
void pgs_custody_end(PgsCustody *custody);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCustody, pgs_custody_end)

/* Makes a run folder, mode 0700, for the account, under parent.  Its path; free with g_free(). */
char *pgs_custody_make_folder(PgsCustody *custody, const char *parent, const PgsAccount *account,
                              GError **error);

/* A process of the supervisor's. */
typedef struct {
    int pid;   /* 0: none */
    int pidfd; /* readable when it has ended; -1 where the system has none such */
} PgsCustodyProcess;
#define PGS_CUSTODY_PROCESS_INIT                                                                   \
    {                                                                                              \
        .pidfd = -1                                                                                \
    }

void pgs_custody_process_clear(PgsCustodyProcess *process);

/*
 * Starts argv (argv[0]: an absolute path) as the account, in /, its output appended to the file
 * log. data: the cluster's data folder.  Clear process with pgs_custody_process_clear().
 */
gboolean pgs_custody_spawn(PgsCustody *custody, const char *const *argv, const char *log,
                           const char *data, const PgsAccount *account, PgsCustodyProcess *process,
                           GError **error);
gboolean pgs_custody_signal(PgsCustody *custody, const PgsCustodyProcess *process,
                            int signal_number, GError **error);
/* Whether it has ended; *exit_status (may be NULL) as PgsProcessResult has it. */
gboolean pgs_custody_has_ended(PgsCustody *custody, const PgsCustodyProcess *process,
                               int *exit_status);

/*
 * Sleeps until the process may have ended, extra_fd (or -1) is readable, or cancellable (or NULL)
 * is cancelled; at most until deadline (monotonic microseconds).  extra_lacking: what extra_fd
 * should tell of must be looked at every few milliseconds, since there is none.
 */
void pgs_custody_wait(const PgsCustodyProcess *process, int extra_fd, gboolean extra_lacking,
                      GCancellable *cancellable, gint64 deadline);

/*
 * What the supervisor cannot undo by itself (a container, a database): it runs argv (argv[0]: an
 * absolute path) when the scope ends, however that comes about, with input (NULL: none) as its
 * standard input, at most ten seconds long, at the same time as it ends the scope's processes.  To
 * be asked for before the thing is made.  *errand (may be NULL) is for pgs_custody_forget(); never
 * 0.
 */
gboolean pgs_custody_undo(PgsCustody *custody, const char *const *argv, const char *input,
                          guint *errand, GError **error);
/* It is undone already. */
gboolean pgs_custody_forget(PgsCustody *custody, guint errand, GError **error);
/* The program that such errands are run by (server/janitor/), or NULL with error.  g_free(). */
char *pgs_custody_find_janitor(GError **error);

/*
 * Lets the supervisor remove, in the background, the containers that dead runs have left in the
 * engine ("docker").  Once in a process for each engine; later calls do nothing.
 */
void pgs_custody_sweep_containers(PgsCustody *custody, const char *engine);
/* The supervisor's pid: what a container's owner label names (liveness.h). */
int pgs_custody_supervisor(const PgsCustody *custody);

/* From now on what was made outlives this process.  The supervisor's pid, or 0 with error. */
int pgs_custody_keep(PgsCustody *custody, GError **error);

/*
 * Lets the supervisor remove, when it has time, what dead ones left in these folders (NULL-
 * terminated).  Once in a process; later calls do nothing.
 */
void pgs_custody_sweep(PgsCustody *custody, const char *const *folders);

/* The supervisor's program, or NULL: it is nowhere.  places: where it was looked for (may be NULL;
 * free with g_free()).  Free with g_free(). */
char *pgs_custody_find_supervisor(char **places);

#endif
