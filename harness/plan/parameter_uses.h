#ifndef PGS_PLAN_PARAMETER_USES_H
#define PGS_PLAN_PARAMETER_USES_H

#include "plan/parameter.h"

/* A table or view that a statement names, as written, not quoted. */
typedef struct {
    char *schema; /* NULL: not said */
    char *name;
} PgsStatementTable;
void pgs_statement_table_free(PgsStatementTable *table);

/* PgsStatementTable: those in FROM, and what is written to, subqueries' too, with repetitions;
 * what WITH names is none.  g_ptr_array_unref(). */
GPtrArray *pgs_statement_tables(const char *sql);

#endif
