#ifndef PGS_CHECK_REDUNDANCY_H
#define PGS_CHECK_REDUNDANCY_H

#include "record/record.h"
#include "snapshot/snapshot.h"

/*
 * What comes free with a snapshot of head: duplicate and covered indexes, foreign keys without an
 * index, constraints that were never validated, invalid indexes.  Appends PgsFinding to findings: a
 * warning each, and for each check that finds nothing one that passed.
 */
void pgs_redundancy_judge(const PgsSnapshot *head, const char *system, GPtrArray *findings);

#endif
