#ifndef PGS_PLAN_PARAMETER_SCOPE_H
#define PGS_PLAN_PARAMETER_SCOPE_H

#include "sql/parse_json.h"

/*
 * What the names in a statement mean: the tables and the subqueries of its FROM, and of the
 * statements around it.  Of libpg_query's tree, which it borrows from.
 */
typedef struct _PgsScope PgsScope;
struct _PgsScope {
    const PgsScope *outer; /* or NULL */
    GPtrArray *sources;
    GHashTable *queries; /* of WITH: name → JsonNode, the query */
};

/* What stands under one name in FROM. */
typedef struct {
    char *name; /* the alias, else the table's */
    char *schema, *table;
    JsonNode *query; /* a subquery's; then schema and table are NULL; else NULL */
} PgsSource;

/* A column of a table, as written, not quoted. */
typedef struct {
    char *schema, *table, *column; /* schema, table NULL: not known */
} PgsScopeColumn;
void pgs_scope_column_clear(PgsScopeColumn *column);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsScopeColumn, pgs_scope_column_clear)

/* statement: the inside of a SelectStmt, UpdateStmt, …; g_autoptr. */
PgsScope *pgs_scope_new(const PgsScope *outer, JsonObject *statement);
void pgs_scope_free(PgsScope *scope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsScope, pgs_scope_free)

/* reference: the inside of a ColumnRef.  FALSE: it names no column of a table. */
gboolean pgs_scope_resolve(const PgsScope *scope, JsonObject *reference, PgsScopeColumn *column);

/* {"SelectStmt": {…}} and the like: its inside; NULL: it is no statement that has a scope. */
JsonObject *pgs_scope_statement(JsonNode *json);

#endif
