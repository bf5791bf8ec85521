#ifndef PGS_CLI_INTERRUPT_H
#define PGS_CLI_INTERRUPT_H

#include <gio/gio.h>

/*
 * SIGINT, SIGTERM and SIGHUP cancel the run, which then cleans up; a second one ends the program at
 * once (the supervisor cleans up all the same).  Call before any thread is started.  The
 * cancellable is the caller's.
 */
GCancellable *pgs_interrupt_watch(void);

/* The signal that came, or 0. */
int pgs_interrupt_signal(void);

#endif
