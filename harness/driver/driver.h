#ifndef PGS_DRIVER_DRIVER_H
#define PGS_DRIVER_DRIVER_H

#include "migration/runner.h"
#include "server/server.h"

/*
 * What runs the revisions of a history that pgstair does not send itself: the project's own tool
 * (history->driver), for one database.  It starts nothing before it is needed.
 */
typedef struct _PgsDriver PgsDriver;

#define PGS_DRIVER_ERROR (pgs_driver_error_quark())
GQuark pgs_driver_error_quark(void);
typedef enum {
    PGS_DRIVER_ERROR_START,    /* the tool does not start: no interpreter, no module, env.py fails
                                  before it    comes to its migrations */
    PGS_DRIVER_ERROR_STRANGER, /* the tool connects to a database that is not the one it was given:
                                  nothing was run there */
    PGS_DRIVER_ERROR_PROTOCOL, /* it ended, or answered with what nobody understands */
} PgsDriverError;

typedef struct {
    const PgsHistory *history; /* borrowed */
    PgsServer *server;         /* borrowed */
    const char *role;          /* that migrations run as; NULL: the superuser; copied */
    const char *database;      /* copied */
    guint statement_timeout;   /* milliseconds for each statement; 0: none */
    GCancellable *cancellable; /* or NULL; a reference is taken */
    const char *first; /* expressions, commas between them, that each session of the tool evaluates
                          at first where pgstair can have it do so; or NULL; copied */
} PgsDriverOptions;

PgsDriver *pgs_driver_new(const PgsDriverOptions *options);
/* Ends its process, if there is one. */
void pgs_driver_free(PgsDriver *driver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDriver, pgs_driver_free)

/* A revision's step has come to its end. */
typedef void (*PgsDriverStepFunc)(gint revision, gpointer data);

typedef struct {
    gboolean up;
    const gint *revisions; /* indexes into the history, in the order in which they are to be run */
    guint n_revisions;
    PgsDriverStepFunc told; /* or NULL */
    gpointer data;
} PgsDriverRun;

/*
 * One run of the tool.  What a migration does wrong (a refusal, an exception, an exit, a hang) is
 * an outcome, as pgs_runner_run() has it, with the index of the revision that failed.  *done: how
 * many of the revisions are in effect afterwards (a tool that runs all in one transaction: none of
 * them).  NULL with error when the run cannot go on.
 */
PgsOutcome *pgs_driver_run(PgsDriver *driver, const PgsDriverRun *run, guint *done, GError **error);

/* Closes its connections to the database, so that it can be copied or dropped. */
void pgs_driver_release(PgsDriver *driver);

/*
 * What the project's models have otherwise than the database, as Alembic's own "check" sees it
 * (its autogenerate), which stands at head: sentences, char *, in *differences
 * (g_ptr_array_unref()). *reason (g_free()), and *differences NULL: why there is nothing to compare
 * (no target_metadata, another tool).
 */
gboolean pgs_driver_compare_models(PgsDriver *driver, GPtrArray **differences, char **reason,
                                   GError **error);

#endif
