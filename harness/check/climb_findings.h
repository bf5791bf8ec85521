#ifndef PGS_CHECK_CLIMB_FINDINGS_H
#define PGS_CHECK_CLIMB_FINDINGS_H

#include "check/check.h"
#include "cycle/cycle.h"
#include "cycle/stairway.h"
#include "project/system.h"

/* Where findings of one system go. */
typedef struct {
    const PgsSystem *system;
    const PgsHistory *history;
    const PgsCheckSelection *checks;
    PgsRecord *record;
    PgsRecordSystem
        *facts; /* the system in the record: tolerated and cosmetic differences are counted there */
} PgsFindingSink;

/* Turns what happened into findings, a case a part. */
void pgs_findings_add_cycle(const PgsFindingSink *sink, const PgsCycle *cycle);
void pgs_findings_add_stairway(const PgsFindingSink *sink, const PgsStairway *stairway);
/* What the reader noted about the folder. */
void pgs_findings_add_notes(const PgsFindingSink *sink);

#endif
