#ifndef PGS_PROJECT_ENVIRONMENT_H
#define PGS_PROJECT_ENVIRONMENT_H

#include "config/place.h"

#include <glib.h>

/* A database that a system is run on: an entry of environments: in pgstair.yaml, or what the
 * command line says alone. */
typedef struct {
    char *name;            /* "production"; NULL: none was named */
    char *url;             /* as it is written: a URL or "$NAME"; NULL: not said */
    gboolean is_protected; /* no change without --yes or a person's own word, nor --no-backup */
    gboolean backup;       /* before a change */
    char *backup_folder;
    guint backup_timeout; /* milliseconds for pg_dump or pg_restore; 0: none */
    gboolean verify_first;
    guint lock_timeout;      /* milliseconds; 0: none */
    guint statement_timeout; /* likewise */
    guint lock_wait;         /* milliseconds to wait for another run of a migration tool */
    guint retries;           /* further attempts */
    /* The pool's (pgstair/pool.h); its timeout 0: not said. */
    guint pool_size, pool_overflow, pool_recycle, pool_timeout;
    PgsPlace place;
} PgsEnvironment;

/* With the defaults.  Free with pgs_environment_free(). */
PgsEnvironment *pgs_environment_new(const char *name);
PgsEnvironment *pgs_environment_copy(const PgsEnvironment *environment);
void pgs_environment_free(PgsEnvironment *environment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsEnvironment, pgs_environment_free)

/* The one of that name in environments (PgsEnvironment), or NULL with an error that names the
 * nearest. */
const PgsEnvironment *pgs_environment_find(const GPtrArray *environments, const char *name,
                                           GError **error);

#endif
