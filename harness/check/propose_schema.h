#ifndef PGS_CHECK_PROPOSE_SCHEMA_H
#define PGS_CHECK_PROPOSE_SCHEMA_H

#include "snapshot/snapshot.h"

/* The lines below "expect:", at that indentation: all that a schema has, as expectations. */
void pgs_propose_schema(GString *out, guint indent, const PgsSnapshot *head);

#endif
