#ifndef PGS_EXERCISE_REFERENTIAL_PARENT_H
#define PGS_EXERCISE_REFERENTIAL_PARENT_H

#include "exercise/referential_rows.h"

/*
 * Both parents stored; rows->reason when there are none.  A table that takes no more rows lends one
 * that is there.
 */
gboolean pgs_referential_make_parents(PgsReferentialRows *rows, GError **error);
/*
 * The first parent anew, when the child's own rules leave no child of that one: a row that a child
 * refers to which may choose; the one before is the second then.  rows->reason stays when there is
 * none.
 */
gboolean pgs_referential_change_parent(PgsReferentialRows *rows, GError **error);
/*
 * What a third one would be, and its key (rows->spare, keys[2]); of a table that takes no more rows
 * one that is there, deleted in this transaction.
 */
gboolean pgs_referential_make_spare(PgsReferentialRows *rows, gboolean may_delete, GError **error);

#endif
