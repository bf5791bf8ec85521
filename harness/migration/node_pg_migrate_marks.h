#ifndef PGS_MIGRATION_NODE_PG_MIGRATE_MARKS_H
#define PGS_MIGRATION_NODE_PG_MIGRATE_MARKS_H

#include <glib.h>

/* How node-pg-migrate cuts an .sql file with both directions: "-- Up Migration", "-- Down
 * Migration". */

/* Where the first mark of a direction ("up", "down") begins, with the white space in front of it;
 * -1: nowhere. */
gssize pgs_node_pg_migrate_mark(const char *text, gsize length, const char *direction);

typedef struct {
    gsize up, up_length;
    gssize down; /* -1: there is none */
    gsize down_length;
    gboolean is_marked; /* there is an up mark; else all of the file is the upgrade */
} PgsNodePgMigrateCuts;

PgsNodePgMigrateCuts pgs_node_pg_migrate_cut(const char *text, gsize length);

#endif
