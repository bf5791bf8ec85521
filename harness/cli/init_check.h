#ifndef PGS_CLI_INIT_CHECK_H
#define PGS_CLI_INIT_CHECK_H

#include "cycle/lane.h"

/*
 * Head without the objects of which an expectation, written and read again, would not hold: some
 * texts of the server's come out otherwise when they are given back to it.  Each is a note (char *)
 * more.  The caller's; NULL with error when it cannot be tried.
 */
PgsSnapshot *pgs_init_keep_what_holds(PgsLane *lane, PgsSnapshot *head, GPtrArray *notes,
                                      GCancellable *cancellable, GError **error);

#endif
