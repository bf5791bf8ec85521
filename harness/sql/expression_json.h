#ifndef PGS_SQL_EXPRESSION_JSON_H
#define PGS_SQL_EXPRESSION_JSON_H

#include "sql/expression.h"

/* json-glib's. */
typedef struct _JsonNode JsonNode;

/* libpg_query, json-glib and whoever walks a tree go some calls deeper for each level. */
#define PGS_EXPRESSION_DEPTH 1000

/*
 * A node of libpg_query's JSON as ours.  sql: what was parsed; locations count its bytes.  NULL
 * when there is none, or what is deeper than PGS_EXPRESSION_DEPTH was left out (*is_too_deep).
 */
PgsNode *pgs_expression_read_json(JsonNode *target, const char *sql, gboolean *is_too_deep);

#endif
