#ifndef PGS_SERVER_INSTALLATION_H
#define PGS_SERVER_INSTALLATION_H

#include <glib.h>

/* One set of PostgreSQL server binaries on this machine. */
typedef struct {
    char *bindir;       /* holds initdb and postgres */
    char *version;      /* "15.18" as postgres --version says, "18beta1" too */
    int version_number; /* 150018; major versions below 13 are found but not usable */
    char *found_by;     /* "Debian's versioned folder", "pg_config", "PATH", "PGSTAIR_PG_BINDIR" */
} PgsInstallation;

void pgs_installation_free(PgsInstallation *installation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsInstallation, pgs_installation_free)

/* All that can be found, newest first, none twice.  Elements are PgsInstallation;
 * g_ptr_array_unref(). */
GPtrArray *pgs_installation_find_all(void);

/*
 * The one to use: of the given major version, or (0) the newest from 13 up.  Error:
 * PGS_SERVER_ERROR_NOT_FOUND with what was found instead and how to install it; _START when the
 * folder that PGSTAIR_PG_BINDIR names is of no use.  Free with pgs_installation_free().
 */
PgsInstallation *pgs_installation_find(int major, GError **error);

/* The path of a program in bindir ("psql", "pg_dump"), or NULL when it is not there.  g_free(). */
char *pgs_installation_program(const PgsInstallation *installation, const char *name);

#endif
