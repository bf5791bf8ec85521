#ifndef PGS_PROJECT_SHORT_FORM_H
#define PGS_PROJECT_SHORT_FORM_H

#include "config/node.h"
#include "project/expectation.h"

/* Texts that stand for several attributes at once, in SQL's own words.  FALSE with PGS_CONFIG_ERROR
 * at node. */

/*
 * "numeric(10, 2) not null default 0": a column's type, and what follows it.  A short text says
 * everything: without "not null" the column is nullable (unless it is an identity column), without
 * "default" it has none.
 */
gboolean pgs_short_column(const PgsNode *node, PgsExpectation *column, GError **error);

/*
 * "BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (…) EXECUTE FUNCTION f()": what follows the name in
 * CREATE TRIGGER.  It too says everything, but that "ON t" and "EXECUTE …" may be left out.
 */
gboolean pgs_short_trigger(const PgsNode *node, PgsExpectation *trigger, GError **error);

/* "users (id)", "app.users", "users(a,b)": sets references. An unqualified name is left so in
 * schema public, and gets any other schema. */
gboolean pgs_short_references(const PgsNode *node, const char *schema, PgsExpectation *key,
                              GError **error);

/* "set null", "n", "SET NULL (a)": a referential action as the snapshot has it.  The text fits the
 * pattern of pgs_shape_action.  g_free(). */
char *pgs_short_action(const char *text);

#endif
