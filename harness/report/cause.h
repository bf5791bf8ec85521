#ifndef PGS_REPORT_CAUSE_H
#define PGS_REPORT_CAUSE_H

#include "record/record.h"

/* One cause of trouble: the finding that met it first, and those that only met it again. */
typedef struct {
    const PgsFinding *finding;
    GPtrArray *others; /* const PgsFinding * */
} PgsCause;

/* A set of statuses, a bit each. */
typedef guint PgsStatuses;
#define PGS_STATUS_BIT(status) (1u << (status))

/*
 * The findings with one of those statuses, in their order.  Two have one cause when the same thing
 * was said of the same place in a file, by whatever check, when one check of one system says the
 * same of several things, or when rules could not be exercised for the same reason.  Elements are
 * PgsCause; g_ptr_array_unref().  Borrows from record.
 */
GPtrArray *pgs_cause_find(const PgsRecord *record, PgsStatuses statuses);
/* How many findings there are of the causes from that one on. */
guint pgs_cause_count(const GPtrArray *causes, guint from);

#endif
