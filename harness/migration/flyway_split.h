#ifndef PGS_MIGRATION_FLYWAY_SPLIT_H
#define PGS_MIGRATION_FLYWAY_SPLIT_H

#include "sql/script.h"

/* A script as Flyway's parser for PostgreSQL has it. */
typedef struct {
    GArray *cuts;        /* PgsCut */
    gboolean has_within; /* a statement that Flyway takes for one that can run in a transaction */
    gboolean has_alone;  /* one that it knows cannot */
    gsize mixed_at;      /* the first statement that made it both; valid when it is both */
    gsize alone_at;      /* the first of the latter; valid when there is one */
} PgsFlywaySplit;

/*
 * Splits text, placeholders replaced already.  FALSE with a PGS_SQL_ERROR, and its place in
 * *offset, where Flyway's parser fails, or never ends.  Clear with pgs_flyway_split_clear() in any
 * case.
 */
gboolean pgs_flyway_split(const char *text, gsize length, PgsFlywaySplit *split, gsize *offset,
                          GError **error);
void pgs_flyway_split_clear(PgsFlywaySplit *split);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsFlywaySplit, pgs_flyway_split_clear)

#endif
