#ifndef PGS_CHECK_REDUNDANCY_INDEX_H
#define PGS_CHECK_REDUNDANCY_INDEX_H

#include "snapshot/snapshot.h"

/* An index as a snapshot has it: an "index", or the primary key or unique constraint that is one.
 */
typedef struct {
    const PgsObject *object; /* borrowed */
    const char *method;      /* "btree" */
    const char *predicate;   /* NULL: not partial */
    GPtrArray *keys;     /* char *: each key with its collation, operator class, options, order */
    GPtrArray *included; /* char *: names */
    gboolean constraint; /* it stands behind one */
    gboolean unique;
    gboolean attached; /* a partition's part of its parent's index: nobody can drop it alone */
    gboolean usable;   /* FALSE: invalid, or not ready: no query can count on it */
} PgsIndexShape;

/* NULL when object is no such index.  The object must outlive it. */
PgsIndexShape *pgs_index_shape_new(const PgsObject *object);
void pgs_index_shape_free(PgsIndexShape *shape);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsIndexShape, pgs_index_shape_free)

/*
 * A list of SQL expressions in its parts: commas in quotes, parentheses and brackets do not count.
 * Elements are char *; g_ptr_array_unref().  list NULL: none.
 */
GPtrArray *pgs_index_split_list(const char *list);

/*
 * Whether the keys of a are the first keys of b: each the same, or all of them in the opposite
 * order, which a btree reads as well.
 */
gboolean pgs_index_is_prefix(const PgsIndexShape *a, const PgsIndexShape *b);
/* The same table, method, keys and predicate, so that either serves what the other serves. */
gboolean pgs_index_is_same(const PgsIndexShape *a, const PgsIndexShape *b);
/* Whether b serves all that a serves, and more; a is not unique. */
gboolean pgs_index_is_covered(const PgsIndexShape *a, const PgsIndexShape *b);
/*
 * Whether the server finds rows by equality of all of these columns (char *), in any order, with
 * it: it begins with them, or it is unique over some of them.
 */
gboolean pgs_index_serves_columns(const PgsIndexShape *shape, const GPtrArray *columns);
/* Whether it begins with one of them, so that at least not the whole table is read. */
gboolean pgs_index_narrows_columns(const PgsIndexShape *shape, const GPtrArray *columns);

#endif
