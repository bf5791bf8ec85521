#ifndef PGS_MIGRATION_SQL_MIGRATE_SPLIT_H
#define PGS_MIGRATION_SQL_MIGRATE_SPLIT_H

#include "migration/lines.h"
#include "migration/pairs.h"

/* A migration as ParseMigration() of sql-migrate's sqlparse/sqlparse.go splits it. */
typedef struct {
    PgsLineText texts[2];    /* by PgsDirection */
    gboolean sections[2];    /* whether the file has a mark for it */
    guint no_transaction[2]; /* the line of its notransaction; 0: it has none */
    GArray *unknown;         /* guint: lines with marks that sql-migrate takes no notice of */
    guint fault_line;
    char *fault; /* what sql-migrate says; NULL: nothing is wrong */
    const char *hint;
} PgsSqlMigrateText;

void pgs_sql_migrate_text_clear(PgsSqlMigrateText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSqlMigrateText, pgs_sql_migrate_text_clear)

void pgs_sql_migrate_split(const char *text, gsize length, PgsSqlMigrateText *result);

#endif
