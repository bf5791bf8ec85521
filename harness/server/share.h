#ifndef PGS_SERVER_SHARE_H
#define PGS_SERVER_SHARE_H

#include "server/server.h"

/*
 * A throwaway server that several processes use at once: started by one command, told of in a file,
 * ended by another, or by the end of the process that it watches.
 */

typedef struct {
    char *path; /* of the file */
    char *spec; /* what was asked for: "auto", "local:15" */
    char *conninfo;
    char *description;
    char *version;
    int version_number;
    gboolean is_memory;
    char *log;                /* the server's; or NULL */
    int supervisor;           /* the process that ends it all */
    guint64 supervisor_start; /* the kernel's ticks since boot: tells it from another of that number
                               */
    int watched;              /* the process whose end ends it; 0: none */
} PgsShare;

void pgs_share_free(PgsShare *share);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsShare, pgs_share_free)

/*
 * Starts a server that outlives this process, and writes the file (mode 0600).  watched: a process,
 * or 0.  PGS_SERVER_ERROR_START when the file tells of a server that runs.  The caller's.
 */
PgsShare *pgs_share_start(const char *path, const PgsServerOptions *options, int watched,
                          GCancellable *cancellable, GError **error);

/* Reads the file.  PGS_SERVER_ERROR_NOT_FOUND: there is none; _START: it is no such file, or not
 * this user's. */
PgsShare *pgs_share_read(const char *path, GError **error);
/* Whether its supervisor lives. */
gboolean pgs_share_is_alive(const PgsShare *share);

/*
 * Ends the server and removes the file; returns when all that it made is gone.  *was_gone (may be
 * NULL): it had ended before.
 */
gboolean pgs_share_stop(const PgsShare *share, gboolean *was_gone, GError **error);

/*
 * The server that the file tells of, for this process to use: pgs_server_stop() only lets go of it.
 * Should this process be killed, its supervisor drops its databases there.  spec: what the caller
 * would start, or NULL; *fits (may be NULL) is FALSE, and NULL returned without an error, when that
 * is another server than this.  An error when it is gone.
 */
PgsServer *pgs_share_attach(const char *path, const char *spec, gboolean *fits, GError **error);

#endif
