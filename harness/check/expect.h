#ifndef PGS_CHECK_EXPECT_H
#define PGS_CHECK_EXPECT_H

#include "pg/connection.h"
#include "project/expectation.h"
#include "record/record.h"
#include "snapshot/snapshot.h"

/* Expectations held against a schema. */

typedef struct {
    const char *system;   /* for the findings */
    const char *revision; /* the label of the revision that the snapshot was taken at, or NULL */
    const PgsSnapshot *snapshot;
    /*
     * A superuser's connection to a database with that very schema.  The server's own spelling of a
     * type, a default, a check, a predicate is had from it, in transactions that are rolled back.
     */
    PgsConnection *connection;
} PgsExpectContext;

/*
 * Judges a block: one finding (PgsFinding, appended to findings) for each expectation, and
 * expect.unlisted ones for what "exact" forbids (one passed when there is nothing).  Each says
 * expected, actual, what looks most like it, the expectation's file and line, its requirements.  An
 * expectation that cannot be understood (a type that does not exist) is a finding with status
 * ERROR.  FALSE with error only when the connection is lost or cancelled.
 */
gboolean pgs_expect_judge(const PgsExpectations *expectations, const PgsExpectContext *context,
                          GPtrArray *findings, GError **error);
/* One of them: never NULL but with error.  The caller's. */
PgsFinding *pgs_expect_judge_one(const PgsExpectation *expectation, const PgsExpectContext *context,
                                 GError **error);

#endif
