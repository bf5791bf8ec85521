#ifndef PGS_CYCLE_CYCLE_H
#define PGS_CYCLE_CYCLE_H

#include "cycle/climb.h"

/*
 * The cycle: base → head → base → head, each leg as one run of the tool, in one session.  The way
 * down must restore the catalog of base (or of the floor), the second way up that of the first.
 * Where there is no way down the second way up is climbed in another new database.
 */
typedef struct {
    PgsPart up, down, again;
    guint n_objects;    /* in the catalog at head */
    PgsSnapshot *head;  /* NULL when it was not reached */
    gint start;         /* the revision that the first way up begins at; -1: base */
    gint bottom;        /* the revision that the way down is to end at; -1: base */
    gboolean is_second; /* again was climbed in a second database */
    char *database;     /* that it ran in, on a shared server: it goes with the server; or NULL */
} PgsCycle;

/* NULL with error only when the run itself cannot go on.  Free with pgs_cycle_free(). */
PgsCycle *pgs_cycle_run(PgsStage *stage, const PgsClimbOptions *options, GError **error);
void pgs_cycle_free(PgsCycle *cycle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCycle, pgs_cycle_free)

#endif
