#ifndef PGS_OPERATE_RESTORE_PLACE_H
#define PGS_OPERATE_RESTORE_PLACE_H

#include "ledger/database.h"

/*
 * A new database beside the target's, which is to take its place.  At every moment at which this
 * process can be killed there is a working database under the target's name: the old one, and from
 * one transaction's end on the new one.  What a killed one leaves has a name by which the next one
 * finds and drops it.
 */
typedef struct {
    const PgsDatabase *target;
    PgsConnection *admin; /* in another database of the server; holds the lock */
    char *fresh;          /* the new one's name; NULL: none was made yet, or it has moved in */
    char *comment;        /* the old one's; NULL: none */
    char *slots;          /* logical replication slots of it, which stay with it; or NULL */
    int connection_limit;
    gboolean is_template;
} PgsRestorePlace;

/* Whether it can be done at all, by this role; takes the lock, drops what an earlier one left. */
PgsRestorePlace *pgs_restore_place_open(const PgsDatabase *target, GError **error);
/* Drops the new database when it has not moved in. */
void pgs_restore_place_free(PgsRestorePlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRestorePlace, pgs_restore_place_free)

/* Makes the new one, empty, with the old one's encoding and locale. */
gboolean pgs_restore_place_make(PgsRestorePlace *place, GError **error);
/* Ends the sessions of the old one, and gives each the name that it is to have.  *kept: the old
 * one's (g_free()). */
gboolean pgs_restore_place_swap(PgsRestorePlace *place, char **kept, GError **error);

#endif
