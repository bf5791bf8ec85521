#ifndef PGS_SERVER_KIND_H
#define PGS_SERVER_KIND_H

#include "server/server.h"

/*
 * A kind of server: what stands behind server.h.  local.c has one; server.c has the table of all.
 */

/* What is asked for, with defaults filled in. */
typedef struct {
    const char *argument; /* after the colon of "local:15"; NULL: none */
    guint start_timeout;  /* milliseconds */
    guint statement_timeout;
} PgsServerRequest;

typedef struct {
    const char *name;        /* as in a specification: "local" */
    const char *usage;       /* "local, local:VERSION" */
    const char *title;       /* what it is, for a list of kinds */
    const char *auto_reason; /* why "auto" chose it */
    /* Fills server, whose kind, request and cancellable are set.  On failure it is stopped.
     * PGS_SERVER_ERROR_NOT_FOUND: this machine has none such, "auto" tries the next kind. */
    gboolean (*start)(PgsServer *server, GError **error);
    /* Removes all that it made, unless it is kept; frees data.  data may be NULL. */
    void (*stop)(PgsServer *server);
    /* Fills clone, likewise. */
    gboolean (*clone)(PgsServer *server, PgsServer *clone, GError **error);
    /* May be called at any time after data is set; never NULL. */
    char *(*log_tail)(const PgsServer *server, guint lines);
    char *(*keep)(PgsServer *server, const char *database, GError **error);
    /* For a server that others share, NULL where it cannot be: from now on it outlives this
     * process; the pid whose SIGTERM ends it, or 0 with error. */
    int (*hold)(PgsServer *server, GError **error);
    /* The path of its log; g_free(). */
    char *(*log_path)(const PgsServer *server);
} PgsServerKind;

struct _PgsServer {
    const PgsServerKind *kind;
    PgsServerRequest request;
    char *argument; /* holds request.argument */
    GCancellable *cancellable;
    gint64 start_duration;
    gint next_database; /* the number in the next one's name */
    char *mark;         /* is in the names of databases, where other processes make some too; NULL:
                           they do not */
    gpointer data;      /* the kind's own */
    /* Set by the kind's start. */
    char *conninfo;
    char *description;
    char *version;
    int version_number;
    gboolean is_memory; /* its data lies in memory */
};

extern const PgsServerKind pgs_server_kind_local;

/* A server that runs already, with the defaults; the caller fills in the rest. */
PgsServer *pgs_server_new_attached(const PgsServerKind *kind);

#endif
