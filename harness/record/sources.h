#ifndef PGS_RECORD_SOURCES_H
#define PGS_RECORD_SOURCES_H

#include "record/record.h"

/* PgsRecord.sources: which files a record is made of, and which one holds it. */

/* The file holds this very record. */
void pgs_sources_note(PgsRecord *record, const char *path, const char *sha256);
/* The record's bytes have that digest: a file with another one does not hold it any more.  Whether
 * there was one. */
gboolean pgs_sources_settle(PgsRecord *record, const char *sha256);
/* The record has been added to, and no file holds it. */
void pgs_sources_part(PgsRecord *record);
/* Whether all of the other's files went into the record already. */
gboolean pgs_sources_has_all(const PgsRecord *record, const PgsRecord *other);
/* Adds those of another record, which has been merged into this one. */
void pgs_sources_merge(PgsRecord *record, const PgsRecord *other);

#endif
