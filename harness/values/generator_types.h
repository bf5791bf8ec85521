#ifndef PGS_VALUES_GENERATOR_TYPES_H
#define PGS_VALUES_GENERATOR_TYPES_H

#include "values/generator_family.h"

/* The scalar types that are known by name: PostgreSQL's own, contrib's, pgvector's, PostGIS's. */
struct _PgsScalar {
    const char *name;      /* pg_type.typname */
    const char *extension; /* NULL: PostgreSQL's own */
    const PgsScalarFamily *family;
    /*
     * Of families that write by it: '#' stands for a decimal place of the base radix (0: the
     * number itself), '@' for a byte as two hexadecimal digits, the last the least.
     */
    const char *template;
    guint radix;
    gint64 first; /* that n begins with */
    gint64 min, max;
    guint limit;              /* of a text: characters; 0: none but its typmod's */
    const char *step;         /* what SQL adds for a neighbour of an expression; or NULL */
    const char *const *edges; /* ends with NULL; or NULL */
    gboolean ascends;         /* the n-th value is less than the one after it */
    char delimiter;           /* typdelim; 0: a comma */
};

/* NULL: not known. */
const PgsScalar *pgs_scalar_find(const PgsType *type);

#endif
