#ifndef PGS_RECORD_PROOF_H
#define PGS_RECORD_PROOF_H

#include "record/record.h"

/*
 * What a record proves of its systems' requirements.  A finding serves a requirement when it names
 * its id and is of the same system.  A warning of a check that only warns, accepted or not, neither
 * proves a requirement nor fails it; one that would be a failure, had the project's file not
 * lowered it (finding->lowered), fails it, and so does a failure that is accepted.  Of several
 * servers each that the system was verified on has to prove it, as far as it was tried there.
 */

typedef enum {
    PGS_PROOF_PROVEN, /* findings that serve it passed, none failed, and all that it needs is there
                       */
    PGS_PROOF_FAILED, /* a finding that serves it failed, is accepted, or could not be judged */
    PGS_PROOF_UNCOVERED, /* nothing that serves it passed, or something that it needs is missing */
} PgsProofState;
#define PGS_N_PROOF_STATES (PGS_PROOF_UNCOVERED + 1)
/* "proven", "failed", "not covered"; static. */
const char *pgs_proof_state_name(PgsProofState state);

typedef struct {
    const PgsRecordSystem *system;
    const PgsRecordRequirement *requirement;
    PgsProofState state;
    /*
     * Whether it makes the run fail: a finding failed that serves it; or (record->require_all) it
     * is due, not deferred, and not proven.
     */
    gboolean fails;
    GPtrArray *findings; /* const PgsFinding *, borrowed: all that serve it */
    guint by_status[PGS_N_STATUSES];
    char *missing; /* what an uncovered one lacks: "no check serves it", "no passed plan", …; or
                      NULL */
    char *reason;  /* why it is not proven, in a line: "stairway.down 0007_x: …", "accepted until
                      …", "deferred: …", or what is missing; NULL: it is */
} PgsProof;

/* Elements are PgsProof, in the order of systems and requirements; g_ptr_array_unref().  The record
 * must outlive them. */
GPtrArray *pgs_proof_judge(const PgsRecord *record);

/* What the findings of one check say of a requirement. */
typedef struct {
    const char *check; /* interned */
    guint by_status[PGS_N_STATUSES];
} PgsProofCheck;
/* By check, in the order of the findings: PgsProofCheck; g_ptr_array_unref(). */
GPtrArray *pgs_proof_checks(const PgsProof *proof);

/*
 * Ids that findings name and no requirement of their system has, where it has any: a slip of the
 * pen, most likely.  "CANVAS-2 (suite.column)": char *, each once; g_ptr_array_unref().
 */
GPtrArray *pgs_proof_find_unknown(const PgsRecord *record);

/* Whether any requirement makes the run fail. */
gboolean pgs_proof_has_failed(const PgsRecord *record);

#endif
