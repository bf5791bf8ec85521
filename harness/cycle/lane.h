#ifndef PGS_CYCLE_LANE_H
#define PGS_CYCLE_LANE_H

#include "cycle/stage.h"
#include "driver/driver.h"
#include "migration/runner.h"
#include "snapshot/snapshot.h"

/*
 * One throwaway database that stands at some revision of a history, with two connections: the
 * session that migrations run in, as their tool's would, and the one that reads the catalog, which
 * nothing that a migration sets can disturb.
 */
typedef struct _PgsLane PgsLane;

/*
 * A new database, empty: at base; or with what is there already (PgsStageOptions.n_given).  name:
 * for its database's name.  Free with pgs_lane_free(), which drops it.
 */
PgsLane *pgs_lane_new(PgsStage *stage, const char *name, GError **error);
/* The same, at base in any case. */
PgsLane *pgs_lane_new_at_base(PgsStage *stage, const char *name, GError **error);
/* A database that a shared stage's server has already, and that stands at that revision: the lane's
 * from now on. */
PgsLane *pgs_lane_adopt(PgsStage *stage, const char *database, gint revision);
/* Its database, which nothing was run in, was made as it is at that revision. */
void pgs_lane_place(PgsLane *lane, gint revision);
/*
 * A copy of a lane as it is now, at the same revision.  The lane's connections are closed for it
 * and made again.
 */
PgsLane *pgs_lane_clone(PgsLane *lane, const char *name, GError **error);
/*
 * A copy on the lane's own server, with what ALTER DATABASE has set for it, which a clone on that
 * server has not.  The lane must outlive it.
 */
PgsLane *pgs_lane_copy(PgsLane *lane, const char *name, GError **error);
void pgs_lane_free(PgsLane *lane);
/* The same at the end of a run: a shared server's database is not dropped, it goes with the server.
 */
void pgs_lane_leave(PgsLane *lane);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLane, pgs_lane_free)

/* The index of the revision that it stands at; -1: base. */
gint pgs_lane_revision(const PgsLane *lane);
/* The libpq connection string of its server, and its database's name; belong to the lane. */
const char *pgs_lane_conninfo(const PgsLane *lane);
const char *pgs_lane_database(const PgsLane *lane);
PgsServer *pgs_lane_server(PgsLane *lane);

/*
 * Runs the next revision's upgrade, or the present one's downgrade (which it must have).  The lane
 * stands at the new revision when the outcome is a success, and where it was otherwise.
 */
PgsOutcome *pgs_lane_up(PgsLane *lane, GError **error);
PgsOutcome *pgs_lane_down(PgsLane *lane, GError **error);

/* Told of each revision's step that came to its end, well or not. */
typedef void (*PgsLaneStepFunc)(gint revision, gboolean up, gpointer data);

/*
 * One run of the tool, from where the lane stands up or down to revision: all its steps in one
 * session, and in one transaction where the tool has it so.  On the way down every revision but
 * repeatable ones must have a downgrade.  The outcome is that of the step that failed (its revision
 * says which), or a success; its duration is that of the whole run.  After a failure the lane
 * stands where the tool left it.  told may be NULL.
 */
PgsOutcome *pgs_lane_run(PgsLane *lane, gint revision, PgsLaneStepFunc told, gpointer data,
                         GError **error);
/* Some revisions of a run, in the order in which they are to be run: indexes into the history. */
typedef struct {
    gboolean up;
    const gint *revisions;
    guint n_revisions;
    PgsLaneStepFunc told; /* or NULL */
    gpointer data;
} PgsLaneRun;

/*
 * The same for just these revisions, which in a graph need not be all up to one of them: the lane's
 * own revision stays what it was.  *done: how many of them are in effect.
 */
PgsOutcome *pgs_lane_run_some(PgsLane *lane, const PgsLaneRun *run, guint *done, GError **error);
/* Runs a repeatable revision that has run once more, as the tool does when its text has changed. */
PgsOutcome *pgs_lane_repeat(PgsLane *lane, gint revision, GError **error);
/* Runs the verify script of a revision, which must have one, in a session of its own. */
PgsOutcome *pgs_lane_verify(PgsLane *lane, gint revision, GError **error);
/* What runs its steps where pgstair does not send them; NULL: it does.  Belongs to the lane. */
PgsDriver *pgs_lane_driver(PgsLane *lane);

/* As a new run of the tool: what migrations set in the session (SET, temporary tables, locks) is
 * gone. */
gboolean pgs_lane_renew_session(PgsLane *lane, GError **error);

/* Its catalog now (incremental: snapshot/catalog.h).  The caller's. */
PgsSnapshot *pgs_lane_snapshot(PgsLane *lane, GError **error);
/* The same, read whole: to check the incremental way against. */
PgsSnapshot *pgs_lane_snapshot_whole(PgsLane *lane, GError **error);
/* Its rows' fingerprint (snapshot/contents.h). */
gboolean pgs_lane_contents(PgsLane *lane, char **fingerprint, GError **error);

/*
 * Climbs in one run of the tool until it stands at revision (TRUE), or a step fails: then *failure
 * has its outcome (the caller's).  FALSE and *failure NULL: error is set.
 */
gboolean pgs_lane_climb(PgsLane *lane, gint revision, PgsOutcome **failure, GError **error);

#endif
