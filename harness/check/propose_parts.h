#ifndef PGS_CHECK_PROPOSE_PARTS_H
#define PGS_CHECK_PROPOSE_PARTS_H

#include "snapshot/snapshot.h"

/* Objects of a snapshot in the short forms of pgstair.yaml's "expect:". */

/* Whether the short form of its kind says all that has to be said of the object; otherwise it is
 * one for "objects:". */
gboolean pgs_propose_is_short(const PgsObject *object);
/* Whether it comes with something else: a partition's part, a serial column's sequence. */
gboolean pgs_propose_is_implied(const PgsObject *object);

/* A part's name, or a relation's, as it is written there: without the schema public, and without
 * quotes where they are not needed.  Free with g_free(). */
char *pgs_propose_name(const PgsObject *object);

/* Lines at that indentation: the part of a table, of a kind for which is_short holds. */
void pgs_propose_column(GString *out, guint indent, const PgsObject *column);
void pgs_propose_primary_key(GString *out, guint indent, const PgsObject *key);
void pgs_propose_unique(GString *out, guint indent, const PgsObject *constraint);
void pgs_propose_foreign_key(GString *out, guint indent, const PgsObject *key);
void pgs_propose_check(GString *out, guint indent, const PgsObject *check);
void pgs_propose_index(GString *out, guint indent, const PgsObject *index);
void pgs_propose_trigger(GString *out, guint indent, const PgsObject *trigger);
/* What is said of a table itself, below its name. */
void pgs_propose_table(GString *out, guint indent, const PgsObject *table);
/* Objects of their own. */
void pgs_propose_enum(GString *out, guint indent, const PgsObject *type);
void pgs_propose_function(GString *out, guint indent, const PgsObject *function);
void pgs_propose_sequence(GString *out, guint indent, const PgsObject *sequence);
void pgs_propose_view(GString *out, guint indent, const PgsObject *view);
/* An item of "objects:". */
void pgs_propose_object(GString *out, guint indent, const PgsObject *object);

#endif
