#ifndef PGS_RECORD_RECORD_SCHEMA_H
#define PGS_RECORD_RECORD_SCHEMA_H

#include "base/embedded.h"
#include "record/record_xml.h"

/* Reading XML that others may have touched: nothing is loaded from elsewhere, and a document type
 * (with its entities) is refused.  Errors: PGS_RECORD_ERROR_READ, "file:line: …". */

/* The embedded schema: "record.rng". */
extern const PgsEmbedded pgs_record_files[];

/* The caller's; NULL on failure.  *sha256: the digest of the file's bytes; g_free(). */
xmlDoc *pgs_schema_parse(const char *path, char **sha256, GError **error);

/* Checks document against a RELAX NG schema given as text.  path: for messages. */
gboolean pgs_schema_validate(xmlDoc *document, const char *path, const char *schema,
                             GError **error);

#endif
