#ifndef PGS_PLAN_PARAMETER_H
#define PGS_PLAN_PARAMETER_H

#include "inventory/inventory.h"

/* Values for a query's parameters, from the rows that are there. */
typedef enum {
    PGS_PICK_RARE,   /* the value that fewest rows have, but some */
    PGS_PICK_COMMON, /* that most have */
    PGS_PICK_MIDDLE, /* the median */
} PgsPick;

/*
 * expression: SQL over the relation's columns ("lower(email)"), which may give several values for a
 * row (unnest()); where: a condition on rows, or NULL.  Among equals the least value, so that the
 * same rows give the same one.  NULLs do not count.  *value NULL: there is none.  g_free().
 * FALSE with PGS_PG_ERROR_STATEMENT: the server refuses the expression; a transaction of the
 * caller's is as usable afterwards.
 */
gboolean pgs_parameter_pick(PgsConnection *connection, const char *relation_sql,
                            const char *expression, const char *where, PgsPick pick, char **value,
                            GError **error);
/* Two values between which about share of the rows lie (0.005); both NULL: its type has no order,
 * or there is no value. */
gboolean pgs_parameter_range(PgsConnection *connection, const char *relation_sql,
                             const char *expression, const char *where, double share, char **low,
                             char **high, GError **error);
/* The value above which (upper), or below which, about share of the rows lie; NULL likewise. */
gboolean pgs_parameter_edge(PgsConnection *connection, const char *relation_sql,
                            const char *expression, const char *where, double share, gboolean upper,
                            char **value, GError **error);
/* The shortest beginning of the text in the middle that at most about twice share of the rows have;
 * not escaped.  NULL: there is none. */
gboolean pgs_parameter_prefix(PgsConnection *connection, const char *relation_sql,
                              const char *expression, const char *where, double share,
                              char **prefix, GError **error);

/* What a parameter is compared with, as the statement's own text says. */
typedef struct {
    guint number;                  /* 1 for $1 */
    char *schema, *table, *column; /* not quoted, as written; schema NULL: not said; all NULL: not
                                      known */
    char *expression;              /* SQL over the table's columns, when it is more than the column:
                                      "lower(email)"; column is then one of those in it; else NULL */
    char *comparison; /* "=", "<", "~~", "ANY", "LIMIT", "OFFSET", "SET", …, with the column on its
                         left; "ELEMENT": it is one of the array's; "PREFIX": a LIKE whose pattern
                         goes on; or NULL */
} PgsParameterUse;
void pgs_parameter_use_free(PgsParameterUse *use);
/* libpg_query and json-glib go deeper with each operator of a text, and have no limit of their own.
 */
#define PGS_PARAMETER_MAX_LENGTH ((gsize)16 * 1024)
/* PgsParameterUse for $1, $2, … in order; from libpg_query's tree, aliases resolved.  An empty
 * array when there are none, it cannot be parsed, or is longer than that.  g_ptr_array_unref().
 */
GPtrArray *pgs_parameter_uses(const char *sql);

#endif
