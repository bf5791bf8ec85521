#ifndef PGS_MIGRATION_GOOSE_SPLIT_H
#define PGS_MIGRATION_GOOSE_SPLIT_H

#include "migration/goose_variables.h"
#include "migration/lines.h"
#include "migration/pairs.h"

/*
 * One direction of a goose migration, as ParseSQLMigration() of its internal/sqlparser/parser.go
 * splits it: a step, one that goose refuses where the file is wrong for that direction.  NULL: the
 * file has no section for it.
 */
PgsStep *pgs_goose_split(const char *path, const char *text, gsize length, PgsDirection direction,
                         const PgsGooseVariables *variables, const PgsTool *tool);

/* Whether the line is one that goose takes for its own mark, right or wrong. */
gboolean pgs_goose_is_mark(const PgsLine *line);

#endif
