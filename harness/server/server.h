#ifndef PGS_SERVER_SERVER_H
#define PGS_SERVER_SERVER_H

#include <gio/gio.h>

/*
 * A disposable PostgreSQL behind one interface, whatever kind it is.  Today: "local", a throwaway
 * cluster of the machine's own binaries.  Everything that it makes belongs to the run's supervisor
 * (server/supervisor/), which removes it after any death of this process.
 */
typedef struct _PgsServer PgsServer;

#define PGS_SERVER_ERROR (pgs_server_error_quark())
GQuark pgs_server_error_quark(void);
typedef enum {
    PGS_SERVER_ERROR_SPEC,      /* the server specification cannot be understood */
    PGS_SERVER_ERROR_NOT_FOUND, /* no such server, version or engine on this machine */
    PGS_SERVER_ERROR_START,     /* it did not start; the message quotes its log */
    PGS_SERVER_ERROR_DATABASE,  /* a database could not be made or dropped */
    PGS_SERVER_ERROR_CANCELLED,
} PgsServerError;

typedef struct {
    const char *spec;        /* "auto", "local", "local:15"; NULL: "auto" */
    guint start_timeout;     /* milliseconds; 0: 30,000 */
    guint statement_timeout; /* milliseconds, of pgstair's own statements on it; 0: 60,000 */
} PgsServerOptions;

/*
 * Finds, makes and starts a server, and returns once it answers.  cancellable may be NULL; a
 * reference is taken for the server's lifetime.  End it with pgs_server_stop().
 */
PgsServer *pgs_server_start(const PgsServerOptions *options, GCancellable *cancellable,
                            GError **error);

/* Stops the server and removes all that it made (unless it is kept); returns when that is done. */
void pgs_server_stop(PgsServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsServer, pgs_server_stop)

/* libpq connection string, without dbname, as the superuser "postgres"; belongs to the server. */
const char *pgs_server_conninfo(const PgsServer *server);
/* "PostgreSQL 15.18, local (/usr/lib/postgresql/15/bin), data in memory"; belongs to the server. */
const char *pgs_server_description(const PgsServer *server);
/* "local" */
const char *pgs_server_kind(const PgsServer *server);
/* "15.18" */
const char *pgs_server_version(const PgsServer *server);
/* 150018, as libpq numbers it */
int pgs_server_version_number(const PgsServer *server);
/* How long the start took, microseconds. */
gint64 pgs_server_start_duration(const PgsServer *server);

/*
 * Makes a database named after hint, unique on this server, as a copy of template_name (NULL:
 * template0, UTF-8).  Nobody may be connected to the template.  Returns its name; free with
 * g_free().
 */
char *pgs_server_create_database(PgsServer *server, const char *hint, const char *template_name,
                                 GError **error);
/* Drops it, ending whoever is connected.  TRUE as well when it is not there. */
gboolean pgs_server_drop_database(PgsServer *server, const char *database, GError **error);

/* Gives it another name, once nobody is connected to it any more. */
gboolean pgs_server_rename_database(PgsServer *server, const char *database, const char *name,
                                    GError **error);

/*
 * Another server of the same kind and settings, whose whole cluster (databases, roles, tablespace
 * free) is a copy of this one's as it is now.  This one is shut down for the copy and started
 * again: every connection to it must be closed before.
 */
PgsServer *pgs_server_clone(PgsServer *server, GError **error);

/* The last lines of the server's log, as evidence.  Free with g_free(); never NULL. */
char *pgs_server_log_tail(const PgsServer *server, guint lines);

/*
 * From now on the server outlives this process.  Returns how to get in and how to clean up, as
 * text for a person; database may be NULL.  Free with g_free().
 */
char *pgs_server_keep(PgsServer *server, const char *database, GError **error);

#endif
