#ifndef PGS_SERVER_KIND_H
#define PGS_SERVER_KIND_H

#include "pg/connection.h"
#include "server/server.h"

/*
 * A kind of server: what stands behind server.h.  local.c has one; server.c has the table of all.
 */

/* What is asked for, with defaults filled in. */
typedef struct {
    char *argument;        /* what follows the name: "15" of "local:15"; NULL: none */
    char separator;        /* what stood before it: ':' or '='; 0: no argument */
    char *image;           /* the rest as in PgsServerOptions */
    char **settings;       /* NULL-terminated; never NULL */
    char **setting_places; /* or NULL */
    char *locale;
    char *locale_provider;
    char *locale_place;
    guint start_timeout; /* milliseconds */
    guint statement_timeout;
    void (*progress)(const char *text, gpointer data);
    gpointer progress_data;
} PgsServerRequest;

typedef struct {
    const char *name;        /* as in a specification: "local" */
    const char *usage;       /* "local, local:VERSION" */
    const char *title;       /* what it is, for a list of kinds */
    const char *auto_reason; /* why "auto" chose it; NULL: "auto" never does */
    gboolean is_foreign;     /* the server is not pgstair's own (pgs_server_is_disposable()) */
    /* Fills server, whose kind, request and cancellable are set.  On failure it is stopped.
     * PGS_SERVER_ERROR_NOT_FOUND: this machine has none such, "auto" tries the next kind. */
    gboolean (*start)(PgsServer *server, GError **error);
    /* Removes all that it made, unless it is kept; frees data.  data may be NULL. */
    void (*stop)(PgsServer *server);
    /* Fills clone, likewise.  NULL: it cannot be. */
    gboolean (*clone)(PgsServer *server, PgsServer *clone, GError **error);
    /* May be called at any time after data is set; never NULL. */
    char *(*log_tail)(const PgsServer *server, guint lines);
    char *(*keep)(PgsServer *server, const char *database, GError **error);
    /* For a server that others share, NULL where it cannot be: from now on it outlives this
     * process; the pid whose SIGTERM ends it, or 0 with error. */
    int (*hold)(PgsServer *server, GError **error);
    /* The path of its log; g_free().  Or NULL. */
    char *(*log_path)(const PgsServer *server);
    /* As pgs_server_inside(); NULL: it runs where this process does. */
    char **(*inside)(const PgsServer *server, gboolean is_terminal);
    /* As pgs_server_admit(), pgs_server_diagnose(). */
    gboolean (*admit)(PgsServer *server, const char *role, GCancellable *cancellable,
                      GError **error);
    char *(*diagnose)(PgsServer *server);
    /* Called for each database that was just made, by the connection that made it: marks it as
     * pgstair's.  Or NULL. */
    gboolean (*mark_database)(PgsServer *server, PgsConnection *admin, const char *database,
                              GError **error);
} PgsServerKind;

struct _PgsServer {
    const PgsServerKind *kind;
    PgsServerRequest request;
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
    char *maintenance;  /* a database's name; NULL: "postgres" */
    /* What a container is made of; NULL: none. */
    char *image, *image_id, *image_digest;
};

extern const PgsServerKind pgs_server_kind_local;
extern const PgsServerKind pgs_server_kind_docker;
extern const PgsServerKind pgs_server_kind_podman;
extern const PgsServerKind pgs_server_kind_url;

/*
 * The kind of "local:15"; *argument: what follows its name (belongs to spec), *separator: what
 * stands between.  NULL with error when this version knows none such.
 */
const PgsServerKind *pgs_server_kind_find(const char *spec, const char **argument, char *separator,
                                          GError **error);

/* A server that runs already, with the defaults; the caller fills in the rest. */
PgsServer *pgs_server_new_attached(const PgsServerKind *kind);

#endif
