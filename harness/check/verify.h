#ifndef PGS_CHECK_VERIFY_H
#define PGS_CHECK_VERIFY_H

#include "check/check.h"
#include "cycle/climb.h"
#include "project/system.h"

typedef struct {
    PgsCheckSelection checks;
    PgsProgressFunc progress; /* or NULL; may be called from two threads, never at once */
    gpointer progress_data;
    /* Called once when the server runs, with its description; or NULL. */
    void (*started)(const char *text, gpointer data);
    gboolean keep; /* the server outlives the run */
    GCancellable *cancellable;
} PgsVerifyOptions;

/*
 * Verifies one system: reads its folder, starts a server and makes the chosen checks.  Its findings
 * and facts go to the record.  FALSE with error when it could not be verified (a folder that cannot
 * be read, no server, cancelled). *kept: how to reach what was kept (g_free()), or NULL.
 */
gboolean pgs_verify_system(const PgsSystem *system, const PgsVerifyOptions *options,
                           PgsRecord *record, char **kept, GError **error);

#endif
