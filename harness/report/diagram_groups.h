#ifndef PGS_REPORT_DIAGRAM_GROUPS_H
#define PGS_REPORT_DIAGRAM_GROUPS_H

#include "report/diagram_model.h"

/*
 * Tables that have more to do with each other than with the rest, in groups of at most max_size:
 * communities by modularity, merged greedily (Clauset, Newman, Moore: "Finding community structure
 * in very large networks", 2004).  Small groups are put together.  tables, and the groups:
 * PgsDiagramTable, in the model's order.  Elements are GPtrArray; g_ptr_array_unref().
 */
GPtrArray *pgs_diagram_group(const GPtrArray *tables, guint max_size);

/* The table with most keys, its own and others'. */
const PgsDiagramTable *pgs_diagram_find_hub(const GPtrArray *tables);

#endif
