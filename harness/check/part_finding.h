#ifndef PGS_CHECK_PART_FINDING_H
#define PGS_CHECK_PART_FINDING_H

#include "check/sink.h"
#include "cycle/climb.h"

/* What a check compares, in the words of its finding. */
typedef struct {
    const char *wrong;  /* "the downgrade does not restore …" */
    const char *should; /* what the catalog should be */
    const char *added;  /* of an object that should not be there */
    const char *advice; /* what to do */
} PgsPartWords;

/* Where: "0006_orders", or "base". */
const char *pgs_part_label(const PgsHistory *history, gint revision);

/*
 * A case from a part of a climb.  revision: where it belongs, or NULL; title: taken over.  words
 * NULL: nothing is compared.
 */
PgsFinding *pgs_part_finding(const PgsSink *sink, const char *check, const char *revision,
                             char *title, const PgsPart *part, const PgsPartWords *words);

/* The case of what was never tried, because an upgrade below it fails; title as above.  failure: of
 * that upgrade. */
PgsFinding *pgs_part_unreached(const PgsSink *sink, const char *check, char *title,
                               const PgsOutcome *failure, gint revision);

#endif
