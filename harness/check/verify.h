#ifndef PGS_CHECK_VERIFY_H
#define PGS_CHECK_VERIFY_H

#include "check/check.h"
#include "check/shard.h"
#include "cycle/climb.h"
#include "migration/history.h"
#include "project/system.h"

typedef struct {
    PgsCheckSelection checks; /* beside those that the system itself names */
    PgsProgressFunc progress; /* or NULL; may be called from two threads, never at once */
    gpointer progress_data;
    /* Called once when the server runs, with its description; or NULL. */
    void (*started)(const char *text, gpointer data);
    /* Told of what takes long or is not as it was asked for, until then; or NULL. */
    void (*note)(const char *text, gpointer data);
    /* Where to leave head's catalog, which the caller then unrefs, when it was reached; or NULL. */
    PgsSnapshot **head;
    const PgsShardPart *part;  /* what is to be done of the system; NULL: all */
    const PgsHistory *history; /* the system's, read already (borrowed); NULL: it is read */
    gboolean keep;             /* the server outlives the run */
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

/*
 * After a system was verified on several servers, and the records were merged: what these differ in
 * (check/versions.h).  heads: PgsVersionHead.
 */
void pgs_verify_compare_servers(const PgsSystem *system, const GPtrArray *heads,
                                const PgsVerifyOptions *options, PgsRecord *record);

/*
 * What the command line says of a check wins over the project's file: --only takes the place of its
 * only:, and brings back what its skip: names; --skip adds to that.  *skip: what the selection
 * borrows; g_strfreev().
 */
PgsCheckSelection pgs_verify_select(const PgsSystem *system, const PgsCheckSelection *given,
                                    char ***skip);

/* The facts of a system in a record: folder, format, requirements, server (NULL: none). */
void pgs_verify_note_facts(PgsRecordSystem *facts, const PgsSystem *system,
                           const PgsHistory *history, const PgsServer *server);

/* The server alone, as the one that the system was verified on. */
void pgs_verify_note_server(PgsRecordSystem *facts, const PgsServer *server);

#endif
