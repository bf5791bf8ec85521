#ifndef PGS_MIGRATION_ALEMBIC_PROJECT_H
#define PGS_MIGRATION_ALEMBIC_PROJECT_H

#include "base/companion.h"
#include "migration/history.h"
#include "migration/python.h"

/* json-glib's own, which only those who talk need. */
typedef struct _JsonObject JsonObject;

/* Where Alembic is run for a folder of its revisions, and how. */
typedef struct _PgsAlembicProject PgsAlembicProject;
struct _PgsAlembicProject {
    char *root;            /* the folder that it is run in; absolute */
    char *config;          /* its -c, relative to root; NULL: what it finds itself */
    char *script_location; /* said where the configuration does not (Flask-Migrate's), else NULL */
    char *sign;            /* what was found: "alembic.ini" with its folder */
    char *repository;      /* the root of the repository, whose files are the project's own */
    char *section;         /* NULL: "alembic" */
    PgsPython python;
    gboolean hides_books; /* env.py names the table of versions, and not as a plain text */
    char *scheme;         /* of the URL that suits it; NULL until it was asked */
    PgsCompanion *idle;   /* the process that listed the revisions, for the first who takes it
                             (pgs_alembic_project_take()) */
};

/*
 * Finds it: the alembic.ini (or pyproject.toml with [tool.alembic]) in the folder, or above it, up
 * to the repository's root, whose script_location holds the folder.  settings may be NULL.  NULL:
 * there is none.  Free with pgs_alembic_project_free().
 */
PgsAlembicProject *pgs_alembic_project_find(const char *folder, const PgsToolSettings *settings);
void pgs_alembic_project_free(PgsAlembicProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsAlembicProject, pgs_alembic_project_free)

/* The process that python/alembic_driver.py is, for pgs_companion_start(). */
PgsProcess *pgs_alembic_project_process(const PgsAlembicProject *project);

/* A process that has imported Alembic and nothing of the project; the caller's.  NULL: there is
 * none (any more).  For several threads. */
PgsCompanion *pgs_alembic_project_take(PgsAlembicProject *project);

/*
 * The request with which its work begins: arguments are its -x.  url: NULL: none.  environment:
 * what it is to have, "NAME=value"; NULL: what it has.  Free with json_object_unref().
 */
JsonObject *pgs_alembic_project_opening(const PgsAlembicProject *project, char **arguments,
                                        const char *url, const char *const *environment);

/* A request of that name.  The caller's. */
JsonObject *pgs_alembic_request(const char *name);
/* What an answer says of a failure; NULL: it is none.  Belongs to the answer. */
JsonObject *pgs_alembic_error(JsonObject *answer);
/* Told of what comes before the answer. */
typedef void (*PgsAlembicEventFunc)(JsonObject *event, gpointer data);
/*
 * Sends a request (taken over) and returns the answer, json_object_unref(); it may hold "error".
 * NULL with an error of PGS_PROCESS_ERROR: the process is over.
 */
JsonObject *pgs_alembic_ask(PgsCompanion *companion, JsonObject *request, PgsAlembicEventFunc event,
                            gpointer data, GError **error);
/* A member as text; NULL: it has none, or null.  Belongs to the object. */
const char *pgs_alembic_text(JsonObject *object, const char *name);

#endif
