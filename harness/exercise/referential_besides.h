#ifndef PGS_EXERCISE_REFERENTIAL_BESIDES_H
#define PGS_EXERCISE_REFERENTIAL_BESIDES_H

#include "exercise/referential_outcome.h"

/*
 * What changes besides, when a key did as declared.  Columns of the child that triggers change on
 * any UPDATE are told in the outcome's words; they are no doing of the key.  FALSE with error as
 * pgs_batch_run().
 */
gboolean pgs_referential_look_besides(const PgsReferentialTrial *trial,
                                      PgsReferentialOutcome *outcome, GError **error);
/* The rest of it, as notes of the result. */
void pgs_referential_note_besides(const PgsReferentialTrial *trial,
                                  const PgsReferentialOutcome *outcome);

#endif
