#ifndef PGS_SERVER_IMAGE_H
#define PGS_SERVER_IMAGE_H

#include "server/engine.h"
#include "server/kind.h"

/*
 * The image that a container is made of, and what it says of itself: it keeps the contract of the
 * official image "postgres".
 */
typedef struct {
    char *name;        /* as it was asked for: "localhost/pgstair-postgres:15" */
    char *id;          /* "sha256:…" */
    char *digest;      /* "postgres@sha256:…", as a registry knows it; NULL: it came from none */
    char *user;        /* the account its programs run as; "": root */
    char *data;        /* its PGDATA */
    char *mount;       /* where a tmpfs holds the data: PGDATA, or the volume around it */
    int major;         /* its PG_MAJOR; 0: it does not say */
    char **entrypoint; /* NULL-terminated; may be empty */
    char **command;    /* likewise */
} PgsImage;

void pgs_image_free(PgsImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsImage, pgs_image_free)

/*
 * Finds the image that the request asks for, pulling it when the engine has none such (the
 * request's progress is told).  *major: the version that was asked for, 0: any.
 * PGS_SERVER_ERROR_NOT_FOUND: it is not to be had.
 */
PgsImage *pgs_image_find(const PgsEngine *engine, const PgsServerRequest *request, int *major,
                         GCancellable *cancellable, GError **error);

/* The names that are looked for, best first, when the request is this; NULL-terminated,
 * g_strfreev().  PGS_SERVER_ERROR_SPEC. */
char **pgs_image_list_candidates(const char *kind, const PgsServerRequest *request, int *major,
                                 GError **error);

/* What `docker image inspect` prints, of the first of the candidates that is in it; NULL: none. */
PgsImage *pgs_image_parse(const char *json, const char *const *candidates);

/* The images of PostgreSQL that are here, as names; NULL with error.  g_strfreev(). */
char **pgs_image_list(const PgsEngine *engine, GError **error);

#endif
