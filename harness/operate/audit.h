#ifndef PGS_OPERATE_AUDIT_H
#define PGS_OPERATE_AUDIT_H

#include "check/sink.h"
#include "operate/standing.h"

/*
 * Whether a database has the schema of the revision that its books name: its catalog, read in
 * read-only transactions, against what just the revisions that are applied make on a throwaway
 * server of the same version where that is to be had; and at head against the system's models.
 */
typedef struct {
    const PgsDatabase *target;
    const PgsSystem *system;
    const PgsHistory *history;
    const PgsStanding *standing;
    void (*note)(const char *text, gpointer data); /* of what takes long; or NULL */
    gpointer note_data;
    GCancellable *cancellable;
} PgsAudit;

/*
 * Findings (drift.live, drift.model) go to the record, with the system's tolerances, severities and
 * acceptances.  FALSE with error when it could not be compared: no server, or
 * PGS_OPERATE_ERROR_FAILED, the migrations cannot be climbed.
 */
gboolean pgs_audit_run(const PgsAudit *audit, PgsRecord *record, GError **error);

#endif
