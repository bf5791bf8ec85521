#ifndef PGS_SERVER_CONTAINER_H
#define PGS_SERVER_CONTAINER_H

#include "server/custody.h"
#include "server/image.h"

/*
 * One container with a throwaway server in it.  The engine's program runs in the foreground, in the
 * supervisor's care (custody.h): its end is the container's end, its output the server's log.
 *
 *     pgstair-<uid>-XXXXXX/        0700
 *         log                      what the engine and the server write
 *         environment              0600: the password
 *         passwords                0600: the same for libpq (PGPASSFILE), when the server is kept
 *
 * The data are in memory, in a tmpfs that hides what the image itself may have in its PGDATA, as a
 * volume would: its entry point makes the cluster.
 */
typedef struct {
    pid_t pid; /* a process that was forked off has no part in it */
    PgsEngine *engine;
    PgsImage *image;
    PgsCustody *custody;
    PgsAccount account; /* this user: whom the engine lets in */
    char user[16];
    char *folder;
    char *log;
    char *made; /* a file that podman writes when the container is made */
    char *environment;
    char *name;     /* "pgstair-0-3f2a9c01" */
    char *password; /* the superuser's */
    char *address;  /* where its port is published */
    guint port;     /* 0: not known yet */
    char *data;     /* its PGDATA */
    char *tmpfs;    /* how much of memory its data may take; "": as the engine has it; NULL: none */
    guint errand;
    PgsCustodyProcess process; /* pid 0: not started */
    int watch;                 /* of the log */
    gboolean kept;
    gboolean told_lost; /* the person knows that it may be left, since no engine answers */
} PgsContainer;

/* Makes the folder and all that is to be known before its start; takes engine and image.  address:
 * where its port is to be published.  password: of the cluster that it gets, or NULL: a new one. */
PgsContainer *pgs_container_new(PgsEngine *engine, PgsImage *image, const char *address,
                                const char *password, GError **error);
/* Ends the container and removes everything, unless the custody is kept. */
void pgs_container_free(PgsContainer *container);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsContainer, pgs_container_free)

/*
 * Starts it.  settings: the project's, "name=value".  awaits_data: it waits for its data folder's
 * content first, a tar file to be written to PGS_CONTAINER_DATA_PIPE, and says
 * PGS_CONTAINER_WAITS in its log when it can be.
 */
gboolean pgs_container_launch(PgsContainer *container, char *const *settings, gboolean awaits_data,
                              GError **error);
/* On which the server in it listens. */
#define PGS_CONTAINER_PORT 5432
#define PGS_CONTAINER_DATA_PIPE "/dev/shm/pgstair-data"
#define PGS_CONTAINER_WAITS "pgstair: waiting for the data"

/* Whether it has a port before it has said anything. */
gboolean pgs_container_may_have_port(const PgsContainer *container);
/* Asks the engine for its port; FALSE: it has none yet.  Quick. */
gboolean pgs_container_find_port(PgsContainer *container);
/* From now on it outlives this process; all that was made for it goes when somebody ends it.  The
 * supervisor's pid, or 0 with error. */
int pgs_container_keep(PgsContainer *container, GError **error);
/* Whether the container has ended (or never ran). */
gboolean pgs_container_has_ended(PgsContainer *container);
/* The same, after at most so long. */
gboolean pgs_container_wait_end(PgsContainer *container, int milliseconds);
/* libpq's connection string for it, without dbname; g_free(). */
char *pgs_container_conninfo(const PgsContainer *container);

#endif
