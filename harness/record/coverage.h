#ifndef PGS_RECORD_COVERAGE_H
#define PGS_RECORD_COVERAGE_H

#include "record/record.h"

/*
 * Test coverage as evidence: which lines of which files tests have reached, from Cobertura XML
 * files (gcovr --cobertura, coverage.py xml, gocover-cobertura, …).
 */

typedef struct PgsCoverage PgsCoverage;

PgsCoverage *pgs_coverage_new(void);
void pgs_coverage_free(PgsCoverage *coverage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCoverage, pgs_coverage_free)

/*
 * Reads one more file.  A line that any of the files has hit is reached.  Nothing is fetched from
 * elsewhere; the document type that many tools write is passed over, one that declares entities is
 * refused.  Error: PGS_RECORD_ERROR_READ, "file:line: …".
 */
gboolean pgs_coverage_read(PgsCoverage *coverage, const char *path, GError **error);

/*
 * Adds a finding coverage.lines for each requirement of the record that asks for lines.  A file is
 * meant by a pattern when its path as the coverage file has it, or the end of its whole path, from
 * some folder on, matches: "*" and "?" stay within a name, "**" is any number of folders.  A
 * pattern without a folder means files right in the root.
 */
void pgs_coverage_judge(const PgsCoverage *coverage, PgsRecord *record);

/* All of it, for one file. */
gboolean pgs_coverage_add(PgsRecord *record, const char *path, GError **error);

#endif
