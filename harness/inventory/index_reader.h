#ifndef PGS_INVENTORY_INDEX_READER_H
#define PGS_INVENTORY_INDEX_READER_H

#include "inventory/index.h"

/* What PgsIndexes is, for the files of index*.c. */
struct _PgsIndexes {
    GPtrArray *all;     /* PgsIndex, owned */
    GHashTable *by_oid; /* OID → PgsIndex */
};

#endif
