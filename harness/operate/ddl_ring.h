#ifndef PGS_OPERATE_DDL_RING_H
#define PGS_OPERATE_DDL_RING_H

#include "operate/ddl_side.h"

/*
 * The parts of a table (const PgsObject *; a column for its default) that stand on something that
 * stands on the table itself: a policy that calls a function of the table's rows, a default that
 * reads a view of it, foreign keys of tables that refer to each other.  With them neither of the
 * two can be dropped, or made, before the other.  Only over objects that other does not have.
 * g_ptr_array_unref().
 */
GPtrArray *pgs_ddl_ring_parts(const PgsDdlSide *side, const PgsSnapshot *other,
                              const PgsObject *table);

#endif
