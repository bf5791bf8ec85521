#ifndef PGS_CHECK_NOTE_FINDINGS_H
#define PGS_CHECK_NOTE_FINDINGS_H

#include "check/sink.h"

/* What the reader noted about the folder, as findings. */
void pgs_findings_add_notes(const PgsSink *sink);

#endif
