#ifndef PGS_SEED_ROWS_REFERENCE_H
#define PGS_SEED_ROWS_REFERENCE_H

#include "snapshot/snapshot.h"

/* A foreign key as a snapshot has it. */
typedef struct {
    char *table;    /* identity */
    char **columns; /* plain names */
    char *target;   /* identity */
    char **target_columns;
} PgsReference;

/* The snapshot's foreign keys (PgsReference), in its order; g_ptr_array_unref(). */
GPtrArray *pgs_references_new(const PgsSnapshot *snapshot);

#endif
