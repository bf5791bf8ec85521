#ifndef PGS_CLI_SOURCE_H
#define PGS_CLI_SOURCE_H

#include "cli/systems.h"
#include "cycle/lane.h"

/*
 * What a command takes a schema from: a folder of migrations, a snapshot file, or a database URL.
 * Several folders share one server.
 */
typedef struct {
    const PgsSettings *settings;
    GCancellable *cancellable;
    PgsServer *server; /* started when the first folder is climbed */
    char *server_key;  /* what it was started for (server/options.h) */
} PgsSources;

/* Stops the server. */
void pgs_sources_clear(PgsSources *sources);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSources, pgs_sources_clear)

/* Its schema.  The caller's; pgs_snapshot_unref(). */
PgsSnapshot *pgs_source_snapshot(PgsSources *sources, const char *source, GError **error);

/* A folder climbed to --at, or to head, in a lane that lives on. */
typedef struct {
    PgsSystems systems;
    const PgsSystem *system; /* the one of them */
    PgsHistory *history;
    PgsStage *stage;
    PgsLane *lane;
    PgsOutcome *failure; /* of the step that stopped the climb; NULL: it got there */
} PgsClimbed;

void pgs_climbed_clear(PgsClimbed *climbed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsClimbed, pgs_climbed_clear)

/* TRUE too when a migration fails (climbed->failure).  A started server is sources->server. */
gboolean pgs_source_climb(PgsSources *sources, const char *folder, PgsClimbed *climbed,
                          GError **error);

/* Says it on standard error when the migrations were found below the folder that was given. */
void pgs_source_say_found(const PgsSettings *settings, const char *folder,
                          const PgsHistory *history);

/* "file:line:column: ERROR: …" of a step that failed.  Free with g_free(). */
char *pgs_source_describe_failure(const PgsOutcome *outcome);

#endif
