#ifndef PGS_SERVER_SERVER_H
#define PGS_SERVER_SERVER_H

#include <gio/gio.h>

/*
 * A PostgreSQL behind one interface, whatever kind it is: "local", a throwaway cluster of the
 * machine's own binaries; "docker" and "podman", a throwaway container; "url", a server that is
 * there already.  Everything that is made belongs to the run's supervisor (server/supervisor/),
 * which removes it after any death of this process.
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
    PGS_SERVER_ERROR_GONE, /* it, or the engine that it runs in, has ended in the midst of things */
    PGS_SERVER_ERROR_SHORTAGE, /* it has no room, memory or connections left */
} PgsServerError;

typedef struct {
    const char *spec;  /* "auto", "local:15", "docker:15", "docker=IMAGE", "postgresql://…";
                          NULL: "auto".  One server: spec.h expands ranges */
    const char *image; /* of "docker" and "podman" without "=IMAGE"; "{major}" in it stands for the
                          version; NULL: the one that image.h chooses */
    const char *const *settings; /* the project's server settings, "name=value"; NULL-terminated, or
                                    NULL: none */
    const char *const *setting_places; /* as settings: "pgstair.yaml:7:3", or "": in no file; or
                                    NULL: none is in a file */
    const char *locale;                /* of new databases, "de_DE.UTF-8"; NULL: the server's own */
    const char *locale_provider;       /* "libc", "icu", "builtin"; NULL: libc */
    const char *locale_place;          /* "pgstair.yaml:7:3", or NULL */
    guint start_timeout;               /* milliseconds; 0: 30,000 */
    guint statement_timeout; /* milliseconds, of pgstair's own statements on it; 0: 60,000 */
    /* Told of what takes long (an image is pulled), a line for a person; or NULL. */
    void (*progress)(const char *text, gpointer data);
    gpointer progress_data;
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

/* The superuser of every server that is pgstair's own. */
#define PGS_SERVER_SUPERUSER "postgres"

/* libpq connection string, without dbname, as the superuser "postgres" ("url": as whoever the URL
 * says); it may hold a password, and is never to be shown; belongs to the server. */
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
/* The image that its container is made of: its name, its id ("sha256:…"), and as a registry knows
 * it
 * ("postgres@sha256:…"; NULL: it was made here).  NULL: no container.  Belong to the server. */
const char *pgs_server_image(const PgsServer *server);
const char *pgs_server_image_id(const PgsServer *server);
const char *pgs_server_image_digest(const PgsServer *server);

/*
 * FALSE: the server is somebody's ("url"), and nothing on it but the databases that pgstair made is
 * to be touched; it cannot be cloned, its roles and settings are not the migrations', and its user
 * may be no superuser.
 */
gboolean pgs_server_is_disposable(const PgsServer *server);
/* The database to connect to for what concerns no other: "postgres", or what the URL names; belongs
 * to the server. */
const char *pgs_server_maintenance_database(const PgsServer *server);
/*
 * Lets the role, which is there and may log in, do so: with pgs_server_conninfo() and its name as
 * user.  Called when that was refused once.
 */
gboolean pgs_server_admit(PgsServer *server, const char *role, GCancellable *cancellable,
                          GError **error);
/*
 * After a connection was lost or refused: why nothing can be had of the server any more ("the
 * container has ended with status 137 …", "the engine does not answer …"), with a hint; NULL: it
 * seems to run.  Free with g_free().
 */
char *pgs_server_diagnose(PgsServer *server);

/*
 * What a command line begins with that is to run in the server's own container, "docker exec -i
 * NAME" (g_strfreev()); PGPASSWORD goes with it.  NULL: it has none.
 */
char **pgs_server_inside(const PgsServer *server, gboolean is_terminal);

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
