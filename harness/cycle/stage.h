#ifndef PGS_CYCLE_STAGE_H
#define PGS_CYCLE_STAGE_H

#include "migration/history.h"
#include "project/system.h"
#include "server/server.h"
#include "snapshot/snapshot.h"

/*
 * What lanes (lane.h) are made on; lanes of one stage may run in several threads.  Shared: one
 * server, a database a lane.  Isolated: a server a lane, for folders that make cluster-wide objects
 * (roles, tablespaces, settings), which would otherwise be seen from one lane in another.
 */
typedef struct _PgsStage PgsStage;

#define PGS_STAGE_ERROR (pgs_stage_error_quark())
GQuark pgs_stage_error_quark(void);
typedef enum {
    PGS_STAGE_ERROR_SQL, /* prepare or start cannot be read, or the server refuses it; with file and
                            line */
    /* On a server that is not pgstair's own: what belongs to the whole server was to be changed, or
       was (territory.h). */
    PGS_STAGE_ERROR_FOREIGN,
} PgsStageError;

typedef struct {
    PgsServerOptions server;
    guint statement_timeout; /* milliseconds for each statement of a migration; 0: none */
    const char *name;        /* of the system; databases are named after it */

    /* What is there before the first migration (PgsSystem's fields of the same names; borrowed). */
    const GPtrArray *prepare; /* PgsSqlText, run by the superuser; NULL: none */
    const char *owner;        /* the role that migrations run as; NULL: the superuser */
    const char *start;        /* an SQL dump that is loaded behind prepare; NULL: none */
    const GPtrArray *samples; /* PgsSample, which others load (territory.h); NULL: none */
    gboolean start_is_given;  /* start holds what these have made, and (start_has_books) the tool's
                                 books: they are not applied */
    gboolean start_has_books;
    guint n_given; /* so many of the first revisions are there already: they are applied once, and
                      lanes begin above them (foundation.h); 0: none */
} PgsStageOptions;

/*
 * history: borrowed, as are the strings in options.  server: the shared one (borrowed, must outlive
 * the stage). Free with pgs_stage_free(), after its lanes.
 */
PgsStage *pgs_stage_new(const PgsStageOptions *options, const PgsHistory *history,
                        PgsServer *server, gboolean isolated, GCancellable *cancellable);
void pgs_stage_free(PgsStage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStage, pgs_stage_free)

gboolean pgs_stage_is_isolated(const PgsStage *stage);
/* Its server is somebody's: pgs_server_is_disposable(). */
gboolean pgs_stage_is_foreign(const PgsStage *stage);
const PgsHistory *pgs_stage_history(const PgsStage *stage);
const PgsStageOptions *pgs_stage_options(const PgsStage *stage);
GCancellable *pgs_stage_cancellable(const PgsStage *stage);
/* What lanes begin on (foundation.h); belongs to the stage. */
struct _PgsFoundation *pgs_stage_foundation(const PgsStage *stage);
/*
 * What a shared stage's server has before the first migration, roles above all; NULL when that is
 * just what every server has, or no database was made yet.  Belongs to the stage.
 */
const PgsSnapshot *pgs_stage_baseline(PgsStage *stage);

/*
 * Notes what a lane runs now, "0007_create_users.up.sql" (NULL: nothing any more), and tells what
 * all of them run, or ran when it was broken off: "Running at that moment: …" (g_free()), or NULL.
 */
void pgs_stage_note_step(PgsStage *stage, gconstpointer lane, const char *text);
char *pgs_stage_describe_steps(PgsStage *stage);

/*
 * A server for a new lane: the stage's own when shared, another one when isolated, which the lane
 * then owns (*owned) and has to stop.  PGS_STAGE_ERROR_FOREIGN when the stage's is somebody's, and
 * its migrations are not for such a one.
 */
PgsServer *pgs_stage_lend_server(PgsStage *stage, gboolean *owned, GError **error);

/*
 * pgs_server_create_database() and pgs_server_drop_database(), for lanes in several threads.
 * template_name NULL: a database as it is before the first migration.
 */
char *pgs_stage_create_database(PgsStage *stage, PgsServer *server, const char *hint,
                                const char *template_name, GError **error);
/* One in which only prepare has been run and which the owner owns: what a model is made in. */
char *pgs_stage_create_empty_database(PgsStage *stage, PgsServer *server, const char *hint,
                                      GError **error);
void pgs_stage_drop_database(PgsStage *stage, PgsServer *server, const char *database);

#endif
