#ifndef PGS_CHECK_PROPOSE_TEXTS_H
#define PGS_CHECK_PROPOSE_TEXTS_H

#include "snapshot/snapshot.h"

/* SQL's texts as pgstair.yaml has them.  All results: g_free(), but for pgs_propose_literals(). */

/* "order" of "\"order\"", unless what is in the quotes needs them here too. */
char *pgs_propose_unquote(const char *identifier);
/* A list of columns, as SQL spells them, in YAML: "[canvas_id, order]". */
char *pgs_propose_column_list(const char *columns);
/* An expression without the brackets that the server puts around all of it, and with IN where it
 * has made an array of a list. */
char *pgs_propose_bare(const char *expression);
/* The texts (char *) of "'a', 'it''s'"; g_ptr_array_unref(). */
GPtrArray *pgs_propose_literals(const char *list);

/* An attribute as an entry of a mapping in one line (propose_yaml.h), when the object has it: a
 * flag, a list of what is written as it is, of columns, a text, a word in lower case; "validated".
 */
void pgs_propose_flag(GString *flow, const PgsObject *object, const char *attribute);
void pgs_propose_list(GString *flow, const PgsObject *object, const char *attribute);
void pgs_propose_columns(GString *flow, const PgsObject *object, const char *attribute);
void pgs_propose_text(GString *flow, const PgsObject *object, const char *attribute);
void pgs_propose_lower(GString *flow, const PgsObject *object, const char *attribute);
void pgs_propose_not_valid(GString *flow, const PgsObject *object);

#endif
