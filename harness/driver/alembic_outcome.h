#ifndef PGS_DRIVER_ALEMBIC_OUTCOME_H
#define PGS_DRIVER_ALEMBIC_OUTCOME_H

#include "driver/driver.h"

/* json-glib's own, which only those who talk need. */
typedef struct _JsonObject JsonObject;

/* What Alembic's process answers, in the words of outcomes and errors. */

/* What env.py fails with, before it comes to its migrations, that no migration is to blame for: a
 * database that is not ours, a module or a variable that is missing.  Always FALSE. */
gboolean pgs_alembic_refuse(const PgsHistory *history, JsonObject *said, JsonObject *answer,
                            GError **error);
/* Whether an error is of that sort. */
gboolean pgs_alembic_is_surroundings(JsonObject *said);

/* How a run failed by what the process says.  index: of the revision, in the history. */
PgsOutcome *pgs_alembic_outcome_of(const PgsHistory *history, gboolean up, gint index,
                                   JsonObject *said);
/* The process ended itself, or did not answer in time: cause says so.  is_entered: in a migration.
 */
PgsOutcome *pgs_alembic_outcome_ended(const PgsHistory *history, gboolean up, gint index,
                                      gboolean is_entered, const GError *cause);
/* The run ended well, and the revision is not in effect. */
PgsOutcome *pgs_alembic_outcome_lost(const PgsHistory *history, gboolean up, gint index);

#endif
