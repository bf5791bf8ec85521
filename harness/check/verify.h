#ifndef PGS_CHECK_VERIFY_H
#define PGS_CHECK_VERIFY_H

#include "check/check.h"
#include "cycle/climb.h"
#include "migration/history.h"
#include "project/system.h"

typedef struct {
    PgsCheckSelection checks; /* beside those that the system itself names */
    PgsProgressFunc progress; /* or NULL; may be called from two threads, never at once */
    gpointer progress_data;
    /* Called once when the server runs, with its description; or NULL. */
    void (*started)(const char *text, gpointer data);
    gboolean keep;     /* the server outlives the run */
    const char *today; /* "2026-11-21", for acceptances that expire; NULL: this machine's day */
    GCancellable *cancellable;
} PgsVerifyOptions;

/*
 * Verifies one system: reads its folder, starts a server and makes the chosen checks.  Its findings
 * and facts go to the record.  FALSE with error when it could not be verified (a folder that cannot
 * be read, no server, cancelled). *kept: how to reach what was kept (g_free()), or NULL.
 */
gboolean pgs_verify_system(const PgsSystem *system, const PgsVerifyOptions *options,
                           PgsRecord *record, char **kept, GError **error);

/* The facts of a system in a record: folder, format, requirements, server (NULL: none). */
void pgs_verify_note_facts(PgsRecordSystem *facts, const PgsSystem *system,
                           const PgsHistory *history, const PgsServer *server);

#endif
