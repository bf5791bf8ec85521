#ifndef PGS_MIGRATION_LIQUIBASE_SPLIT_H
#define PGS_MIGRATION_LIQUIBASE_SPLIT_H

#include "sql/script.h"

/* How a changeset's text is to be sent. */
typedef struct {
    gboolean strip;        /* stripComments */
    gboolean split;        /* splitStatements */
    const char *delimiter; /* endDelimiter; NULL: ; or go and / alone in a line */
} PgsLiquibaseRule;

/* What Liquibase sends: its statements, one behind the other, a line's end between them. */
typedef struct {
    GString *text;
    GArray *cuts;  /* PgsCut */
    GArray *lines; /* guint: the file's line of each of its lines */
} PgsLiquibaseSplit;

/*
 * Splits a changeset's text as Liquibase does.  lines: the file's line of each line of text
 * (guint). FALSE with a PGS_SQL_ERROR, and the file's line in *line, where Liquibase's grammar
 * fails.  Clear with pgs_liquibase_split_clear() in any case.
 */
gboolean pgs_liquibase_split(const char *text, const GArray *lines, const PgsLiquibaseRule *rule,
                             PgsLiquibaseSplit *split, guint *line, GError **error);
void pgs_liquibase_split_clear(PgsLiquibaseSplit *split);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsLiquibaseSplit, pgs_liquibase_split_clear)

#endif
