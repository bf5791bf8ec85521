#ifndef PGS_CHECK_BESIDE_H
#define PGS_CHECK_BESIDE_H

#include "check/check.h"
#include "cycle/climb.h"
#include "project/system.h"
#include "record/record.h"

/* Work on a copy of a lane, which is thrown away, in a thread of its own beside the rest of a run.
 */
typedef struct {
    PgsLane *copy;
    /* Borrowed: */
    PgsStage *stage;
    const PgsSystem *system;
    const PgsCheckSelection *checks;
    const PgsClimbOptions *options;
    /* Its own: */
    const char *name; /* "plan": of the copy, the thread and in progress; static */
    gboolean (*work)(gpointer data, GError **error);
    gpointer data;
    GThread *thread;
    GError *error;
    gint64 told; /* when progress was, last */
} PgsBeside;

/* NULL with error when no copy could be made. */
PgsBeside *pgs_beside_new(const char *name, PgsStage *stage, PgsLane *lane, const PgsSystem *system,
                          const PgsCheckSelection *checks, const PgsClimbOptions *options,
                          GError **error);
/* work is called with data, in the thread. */
void pgs_beside_start(PgsBeside *beside, gboolean (*work)(gpointer data, GError **error),
                      gpointer data);
/* Waits for it, once or more often.  FALSE with error: work has failed; told once. */
gboolean pgs_beside_wait(PgsBeside *beside, GError **error);
/* Waits, and gives the copy up. */
void pgs_beside_free(PgsBeside *beside);

/* To the copy, or to another lane of the stage: as the superuser of a throwaway server; of a server
 * that is there, as whom its URL names. */
PgsConnection *pgs_beside_connect(const PgsBeside *beside, const PgsLane *lane, GError **error);
/* "plan, 2 of 7: what"; what is quick is not worth a line. */
void pgs_beside_progress(PgsBeside *beside, guint done, guint total, const char *what);
/* The label of the last revision, or NULL. */
const char *pgs_beside_head(const PgsBeside *beside);

/*
 * The finding is about what could not be done, since the upgrade of the revision next fails.
 * failure: how, when nothing else tells it; or NULL.
 */
void pgs_beside_set_unreached(PgsFinding *finding, const char *next, const PgsOutcome *failure);

#endif
