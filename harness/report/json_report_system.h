#ifndef PGS_REPORT_JSON_REPORT_SYSTEM_H
#define PGS_REPORT_JSON_REPORT_SYSTEM_H

#include "record/record.h"

#include <json-glib/json-glib.h>

/* A system as the JSON report has it.  proofs: pgs_proof_judge(record). */
void pgs_json_put_system(JsonBuilder *builder, const PgsRecord *record,
                         const PgsRecordSystem *system, const GPtrArray *proofs);

/* {"passed": 1, …}: by_status has PGS_N_STATUSES. */
void pgs_json_put_counts(JsonBuilder *builder, const char *name, const guint *by_status);

#endif
