#ifndef PGS_SERVICE_POOL_SLOT_H
#define PGS_SERVICE_POOL_SLOT_H

#include "pgstair/pool.h"

typedef enum {
    PGS_SLOT_FREE, /* no connection */
    PGS_SLOT_IDLE, /* a connection that nobody has */
    PGS_SLOT_OUT,  /* a caller's, also while it is connected, cleaned or closed */
} PgsPoolSlotState;

/* One of a pool's connections, or room for it. */
typedef struct {
    PgsPoolSlotState state;
    int is_lent; /* the caller has it, and may give it back */
    PGconn *connection;
    long connected_at, idle_since; /* of pgs_clock() */
} PgsPoolSlot;

typedef enum {
    PGS_SLOT_FIT,
    PGS_SLOT_OLD,
    PGS_SLOT_DEAD,
} PgsPoolSlotFitness;

/* Whether an idle connection can be given out: by its age (recycle: milliseconds, -1: any), and by
 * asking the server when there is a doubt. */
PgsPoolSlotFitness pgs_pool_slot_check(const PgsPoolSlot *slot, long recycle, long deadline);
/* Until when a server is given to show that it is there, so that time is left for another. */
long pgs_pool_slot_patience(long deadline);
/* Undoes what a caller has set on libpq's side: the next one, another thread, would get it. */
void pgs_pool_slot_forget(PGconn *connection);
/* Rolls back and forgets what the session has set; 0: it is only fit to be closed. */
int pgs_pool_slot_clean(PGconn *connection);

#endif
