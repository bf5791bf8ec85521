#ifndef PGS_SNAPSHOT_KINDS_H
#define PGS_SNAPSHOT_KINDS_H

#include <glib.h>

/*
 * The kinds of objects, in the order in which a snapshot's text form lists them: what others are
 * made of first.
 */
typedef struct {
    const char *kind;    /* "table", "foreign key", … */
    const char *catalog; /* where such an object's own row is: "pg_class" */
    /* Its identity is its parent's, a dot and its own name: public.users.email of public.users. */
    gboolean is_part;
} PgsKind;

/* The table, ended by a row whose kind is NULL. */
const PgsKind *pgs_kind_table(void);

/* NULL when there is no such kind. */
const PgsKind *pgs_kind_find(const char *kind);

/* Its place in the table; what is not in it comes last. */
guint pgs_kind_rank(const char *kind);

/*
 * The known kind that a line "kind identity" begins with: the longest one, since some are the
 * beginning of others ("operator", "operator class").  NULL when there is none.
 */
const PgsKind *pgs_kind_at_start(const char *line, gsize length);

#endif
