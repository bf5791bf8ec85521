#ifndef PGS_VOLUME_VOLUME_GROUND_H
#define PGS_VOLUME_VOLUME_GROUND_H

#include "inventory/bench.h"

/* What all tables' filling shares. */
typedef struct {
    PgsBench *bench;
    PgsConnection *connection;
    char *search_path;      /* as the bench's transactions have it */
    gboolean may_replicate; /* this session may set session_replication_role */
} PgsVolumeGround;

gboolean pgs_volume_ground_init(PgsVolumeGround *ground, PgsBench *bench, GError **error);
void pgs_volume_ground_clear(PgsVolumeGround *ground);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsVolumeGround, pgs_volume_ground_clear)

/* A transaction that is to be kept.  without_triggers: as replication would insert. */
gboolean pgs_volume_begin(const PgsVolumeGround *ground, gboolean without_triggers, GError **error);
/* COMMIT; what is refused then (deferred rules): FALSE with *refusal and without error. */
gboolean pgs_volume_commit(const PgsVolumeGround *ground, PgsFailure **refusal, GError **error);
void pgs_volume_rollback(const PgsVolumeGround *ground);
/*
 * A statement in it; *rows: how many it stored, or NULL.  FALSE: with *refusal, when the server
 * refused it, else with error.
 */
gboolean pgs_volume_run(const PgsVolumeGround *ground, const char *sql, gint64 *rows,
                        PgsFailure **refusal, GError **error);
/* The value as a number. */
gboolean pgs_volume_count(const PgsVolumeGround *ground, const char *sql, gint64 *count,
                          GError **error);

#endif
