#ifndef PGS_MIGRATION_LIQUIBASE_FILE_H
#define PGS_MIGRATION_LIQUIBASE_FILE_H

#include "migration/history.h"

/* What a --rollback says. */
typedef enum {
    PGS_LIQUIBASE_ROLLBACK_NONE,
    PGS_LIQUIBASE_ROLLBACK_EMPTY, /* "empty", "not required" */
    PGS_LIQUIBASE_ROLLBACK_SQL,
    PGS_LIQUIBASE_ROLLBACK_CHANGESET, /* what another changeset does */
} PgsLiquibaseRollback;

/* One changeset of a formatted SQL file. */
typedef struct {
    char *author, *id;
    guint line; /* of its mark */
    gboolean run_in_transaction, split, strip;
    gboolean run_on_change, run_always, is_ignored;
    gboolean goes_on;                                     /* failOnError:false */
    char *context, *labels, *dbms, *run_with, *delimiter; /* or NULL */

    char *sql; /* parameters expanded; NULL: there is none */
    GArray *sql_lines;
    char *condition; /* of its preconditions: a query whose first value is 't' when they hold; NULL:
                        none */
    char *on_fail;   /* "HALT", "MARK_RAN", …; NULL: HALT */

    PgsLiquibaseRollback rollback;
    char *rollback_sql;
    GArray *rollback_lines;
    gboolean rollback_split;
    char *rollback_delimiter;
    char *rollback_id, *rollback_author, *rollback_path; /* of the other changeset */
} PgsLiquibaseChangeset;

/* Whether the text begins as formatted SQL does. */
gboolean pgs_liquibase_is_formatted(const char *text, gsize length);

/*
 * The changesets of a formatted SQL file (PgsLiquibaseChangeset; g_ptr_array_unref()).  parameters:
 * char * → char *; the file's own --property lines are added, unless they are there already.  NULL
 * with PGS_MIGRATION_ERROR_FORMAT, "path:line: …", where Liquibase refuses the file.
 */
GPtrArray *pgs_liquibase_file_read(const char *path, const char *text, gsize length,
                                   GHashTable *parameters, GError **error);

/* Whether a dbms attribute includes PostgreSQL; dbms may be NULL. */
gboolean pgs_liquibase_is_for_postgresql(const char *dbms);

#endif
