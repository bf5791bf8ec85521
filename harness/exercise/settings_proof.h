#ifndef PGS_EXERCISE_SETTINGS_PROOF_H
#define PGS_EXERCISE_SETTINGS_PROOF_H

#include "exercise/result.h"
#include "inventory/bench.h"

/* What a session does whose session_replication_role is "replica". */
typedef enum {
    PGS_REPLICA_ACTS,    /* a row lost the one that it refers to: no foreign key acts */
    PGS_REPLICA_IS_SAFE, /* foreign keys act all the same, or there is nothing that could not */
    PGS_REPLICA_UNKNOWN, /* it could not be tried */
} PgsReplicaProof;

/* Tries the foreign keys in turn; evidence goes into result.  FALSE with error as pgs_batch_run().
 */
gboolean pgs_settings_prove(PgsBench *bench, PgsReplicaProof *proof, PgsRuleResult *result,
                            GError **error);

#endif
