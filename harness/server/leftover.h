#ifndef PGS_SERVER_LEFTOVER_H
#define PGS_SERVER_LEFTOVER_H

#include <gio/gio.h>

/*
 * What runs of pgstair have made and is still there: databases on a server that is somebody's,
 * containers of an engine, folders of this machine.
 */

typedef enum {
    PGS_LEFTOVER_LIVE,    /* its run lives, or a shared or kept server stands behind it */
    PGS_LEFTOVER_LEFT,    /* its run is gone */
    PGS_LEFTOVER_UNKNOWN, /* which of both cannot be told from here */
    PGS_LEFTOVER_KEPT,    /* --keep */
    PGS_LEFTOVER_THEIRS,  /* named like it, but without pgstair's mark: never touched */
} PgsLeftoverState;

typedef struct {
    char *name;
    char *since; /* "2026-11-21 07:43"; "" when it is not known */
    char *by;    /* "process 123 on host"; likewise */
    char *note;  /* what else there is to say; or NULL */
    char *run;   /* what several of one run have in common; or NULL */
    PgsLeftoverState state;
    gboolean is_barred; /* it is not ours to remove: another role's database */
} PgsLeftover;

/* Where they are. */
typedef struct _PgsLeftovers PgsLeftovers;

/*
 * Looks.  spec: of one server (server/spec.h).  NULL: this machine's folders, and the engines that
 * are installed.  Elements are PgsLeftovers; g_ptr_array_unref().
 */
GPtrArray *pgs_leftovers_find(const char *spec, GError **error);

/* "databases on db.example:5432 as ci_user" */
const char *pgs_leftovers_title(const PgsLeftovers *leftovers);
/* Elements are PgsLeftover; belongs to leftovers. */
GPtrArray *pgs_leftovers_items(const PgsLeftovers *leftovers);
/* Why it could not be looked at: an engine that nobody has asked for does not answer; or NULL. */
const char *pgs_leftovers_complaint(const PgsLeftovers *leftovers);
/* "left behind" */
const char *pgs_leftover_state_text(PgsLeftoverState state);

/* Removes it; never one that lives, nor one that is not pgstair's: an error. */
gboolean pgs_leftovers_remove(PgsLeftovers *leftovers, const PgsLeftover *item, GError **error);

#endif
