#ifndef PGS_CHECK_DRIFT_MODEL_H
#define PGS_CHECK_DRIFT_MODEL_H

#include "cycle/stage.h"
#include "project/system.h"
#include "record/record.h"

/* The empty database that a model is made in. */
typedef struct {
    PgsStage *stage;
    PgsServer *server;
    const char *database;
} PgsModelRoom;

/*
 * Makes the model there, as the role that migrations run as.  TRUE with *failure (the caller's) set
 * when the model itself is at fault; FALSE with error when the run cannot go on.
 */
gboolean pgs_drift_make_model(const PgsModelRoom *room, const PgsSystem *system,
                              const PgsModel *model, PgsFinding **failure, GError **error);

#endif
