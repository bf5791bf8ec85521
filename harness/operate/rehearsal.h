#ifndef PGS_OPERATE_REHEARSAL_H
#define PGS_OPERATE_REHEARSAL_H

#include "check/verify.h"
#include "ledger/database.h"

/*
 * --verify-first: the whole verification of what is to be run, on a throwaway server whose database
 * is made of the target's own schema (pg_dump --schema-only) as it is now, before it is touched.
 */
/* at: the revision that the target stands at.  Findings go to record; FALSE with error when it
 * could not be verified.  *ok: whether nothing failed. */
gboolean pgs_rehearsal_run(const PgsDatabase *target, const PgsSystem *system,
                           const PgsHistory *history, gint at, const PgsVerifyOptions *options,
                           PgsRecord *record, gboolean *ok, GError **error);

#endif
