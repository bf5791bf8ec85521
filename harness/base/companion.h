#ifndef PGS_BASE_COMPANION_H
#define PGS_BASE_COMPANION_H

#include "base/process.h"

/*
 * A child process that stays and is talked to, line by line: it reads requests from descriptor 3
 * and writes answers to descriptor 4, so that whatever it prints is none of them.  What it writes
 * to standard output and error is kept, the last of it.  It ends with this process, and with the
 * thread that started it.  Not to be used by two threads at once.
 */
typedef struct _PgsCompanion PgsCompanion;

/* Starts process, which is taken over; its time limit is that of each exchange.  NULL with an error
 * of PGS_PROCESS_ERROR. */
PgsCompanion *pgs_companion_start(PgsProcess *process, GError **error);
/* Ends it (end of file on its descriptor 3, then signals), and whatever it has started. */
void pgs_companion_free(PgsCompanion *companion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCompanion, pgs_companion_free)

/* The limit of the exchanges that begin from now on, and what ends them; a reference is taken. */
void pgs_companion_set_timeout(PgsCompanion *companion, guint milliseconds);
void pgs_companion_set_cancellable(PgsCompanion *companion, GCancellable *cancellable);
/*
 * Begins an exchange: sends a line (without its newline) and starts the clock.  What was printed
 * before is forgotten.  FALSE with error as for pgs_companion_receive().
 */
gboolean pgs_companion_send(PgsCompanion *companion, const char *line, GError **error);
/*
 * The next line of the answer; g_free().  NULL with PGS_PROCESS_ERROR_TIMEOUT (it did not come in
 * time; it was ended), _FAILED (it has ended itself) or _CANCELLED (it was ended): it is over then.
 */
char *pgs_companion_receive(PgsCompanion *companion, GError **error);

/* Whether it is there to be talked to. */
gboolean pgs_companion_is_alive(PgsCompanion *companion);
/* Once it is over: its exit status, or 128 + the signal that ended it. */
int pgs_companion_exit_status(const PgsCompanion *companion);
/* The last lines that it printed since the exchange began, standard error's if there are any: "" or
 * "\n" and them; g_free(). */
char *pgs_companion_printed(PgsCompanion *companion);

#endif
