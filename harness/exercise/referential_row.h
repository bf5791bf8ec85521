#ifndef PGS_EXERCISE_REFERENTIAL_ROW_H
#define PGS_EXERCISE_REFERENTIAL_ROW_H

#include "inventory/bench.h"
#include "synthesis/draft.h"

/* "ONLY public.t"; without ONLY of a partitioned table.  g_free(). */
char *pgs_referential_target(const PgsRelation *relation);
/* A foreign key's own name and schema, for SET CONSTRAINTS.  g_free(). */
char *pgs_referential_name(PgsBench *bench, const PgsRule *rule);
/* text as a value; NULL: SQL NULL. */
PgsValue pgs_referential_value(PgsBench *bench, const char *text);
/* What n columns hold, taken from a row of all columns' texts; g_ptr_array_unref(). */
GPtrArray *pgs_referential_texts(const PgsColumn *const *columns, guint n,
                                 const char *const *stored);

/* What a query's first row has; *texts NULL: the server refused it, or there is none. */
gboolean pgs_referential_ask(PgsBench *bench, const char *sql, GPtrArray **texts, GError **error);
/* "SELECT id, name FROM ONLY public.t": all columns. */
GString *pgs_referential_select(const PgsRelation *relation);
/* A row that is there, and its draft, which gives all that it holds; *stored NULL: there is none.
 */
gboolean pgs_referential_read(PgsBench *bench, const PgsRelation *relation, const char *condition,
                              PgsStored **stored, GError **error);

#endif
