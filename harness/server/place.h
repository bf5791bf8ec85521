#ifndef PGS_SERVER_PLACE_H
#define PGS_SERVER_PLACE_H

#include "server/account.h"

/* A folder under which a run's own folder may be made. */
typedef struct {
    char *path;        /* NULL: this candidate does not exist here */
    const char *named; /* how it is known: "/dev/shm", "$TMPDIR" */
    gboolean is_memory;
    guint64 free_bytes;
    char *why_not; /* why it is passed over; NULL: it fits */
} PgsPlace;

void pgs_place_free(PgsPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPlace, pgs_place_free)

/* All candidates, best first.  Elements are PgsPlace; g_ptr_array_unref(). */
GPtrArray *pgs_place_examine(const PgsAccount *account);

/*
 * The first that fits.  PGSTAIR_RUNDIR, when it is set, must fit: what a person asks for by name is
 * not passed over.  Error: PGS_SERVER_ERROR_START, with the reasons.
 */
PgsPlace *pgs_place_choose(const PgsAccount *account, GError **error);

/* Adds the paths of all candidates to paths, copies, fit or not: where dead runs may have left
 * something. */
void pgs_place_list(GPtrArray *paths);

/* The folder for the socket when the run folder's own path is too long for one.  A constant. */
#define PGS_PLACE_FOR_SOCKETS "/tmp"

/* Whether a socket in that folder can be connected to: at most 107 bytes (unix(7)), and no comma,
 * at which libpq splits "host". */
gboolean pgs_place_fits_socket(const char *folder);

#endif
