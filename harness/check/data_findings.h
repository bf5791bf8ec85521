#ifndef PGS_CHECK_DATA_FINDINGS_H
#define PGS_CHECK_DATA_FINDINGS_H

#include "cycle/preservation.h"
#include "record/record.h"

/*
 * Turns what became of sample data into findings (data.load, data.idempotent, data.upgrade,
 * data.downgrade, data.again), appended to findings (PgsFinding).  Of revisions that no row was
 * there for there are none.
 */
void pgs_data_findings_add(const PgsPreservation *preservation, const PgsSystem *system,
                           const PgsHistory *history, GPtrArray *findings);

#endif
