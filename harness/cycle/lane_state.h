#ifndef PGS_CYCLE_LANE_STATE_H
#define PGS_CYCLE_LANE_STATE_H

#include "cycle/lane.h"
#include "pg/connection.h"
#include "snapshot/catalog.h"

/* What a lane is made of: for lane.c, which makes and reads it, and lane_run.c, which runs steps in
 * it. */
struct _PgsLane {
    PgsStage *stage;
    PgsServer *server;
    gboolean owns_server;
    char *name;
    char *database;
    PgsConnection *session; /* migrations run here */
    PgsConnection *reader;
    PgsCatalog *catalog;  /* on the reader */
    PgsDriver *driver;    /* made when it is first needed; NULL where pgstair sends the texts */
    GHashTable *repeated; /* indexes of the repeatable revisions that have run here: a set */
    gint revision;
    gboolean was_used; /* a migration has run: what the server does now may be its work */
};

/* The session, made when it is first needed, or again when a migration broke it. */
gboolean pgs_lane_ensure_session(PgsLane *lane, GError **error);
gboolean pgs_lane_ensure_reader(PgsLane *lane, GError **error);
/* After a step has broken the session: a new one, once the server can be talked to again. */
gboolean pgs_lane_recover(PgsLane *lane, const PgsOutcome *outcome, GError **error);

#endif
