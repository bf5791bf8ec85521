#ifndef PGS_CYCLE_STAGE_H
#define PGS_CYCLE_STAGE_H

#include "migration/history.h"
#include "server/server.h"

/*
 * What lanes (lane.h) are made on; lanes of one stage may run in several threads.  Shared: one
 * server, a database a lane.  Isolated: a server a lane, for folders that make cluster-wide objects
 * (roles, tablespaces, settings), which would otherwise be seen from one lane in another.
 */
typedef struct _PgsStage PgsStage;

typedef struct {
    PgsServerOptions server;
    guint statement_timeout; /* milliseconds for each statement of a migration; 0: none */
    const char *name;        /* of the system; databases are named after it */
} PgsStageOptions;

/*
 * history: borrowed, as are the strings in options.  server: the shared one (borrowed, must outlive
 * the stage). Free with pgs_stage_free(), after its lanes.
 */
PgsStage *pgs_stage_new(const PgsStageOptions *options, const PgsHistory *history,
                        PgsServer *server, gboolean isolated, GCancellable *cancellable);
void pgs_stage_free(PgsStage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStage, pgs_stage_free)

gboolean pgs_stage_is_isolated(const PgsStage *stage);
const PgsHistory *pgs_stage_history(const PgsStage *stage);
const PgsStageOptions *pgs_stage_options(const PgsStage *stage);
GCancellable *pgs_stage_cancellable(const PgsStage *stage);

/*
 * A server for a new lane: the stage's own when shared, another one when isolated, which the lane
 * then owns (*owned) and has to stop.
 */
PgsServer *pgs_stage_lend_server(PgsStage *stage, gboolean *owned, GError **error);

/* pgs_server_create_database() and pgs_server_drop_database(), for lanes in several threads. */
char *pgs_stage_create_database(PgsStage *stage, PgsServer *server, const char *hint,
                                const char *template_name, GError **error);
void pgs_stage_drop_database(PgsStage *stage, PgsServer *server, const char *database);

#endif
