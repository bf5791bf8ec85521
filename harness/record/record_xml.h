#ifndef PGS_RECORD_RECORD_XML_H
#define PGS_RECORD_RECORD_XML_H

#include "record/record.h"

#include <libxml/tree.h>

/* The record as XML (reports/record.rng is its schema), and back. */

#define PGS_RECORD_ERROR (pgs_record_error_quark())
GQuark pgs_record_error_quark(void);
typedef enum {
    PGS_RECORD_ERROR_READ, /* not there, not XML, or not a record */
    PGS_RECORD_ERROR_WRITE,
} PgsRecordError;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

/* What libxml2 hands to a handler of its errors: const since 2.12, and compilers insist on it. */
#if LIBXML_VERSION >= 21200
typedef const xmlError PgsXmlError;
#else
typedef xmlError PgsXmlError;
#endif

/* A new document; the caller's.  All text goes through pgs_text_visible(). */
xmlDoc *pgs_record_to_xml(const PgsRecord *record);
/* Writes it, atomically (a new file is renamed over path). */
gboolean pgs_record_write(const PgsRecord *record, const char *path, GError **error);
/* Validates against the schema and reads it back. */
PgsRecord *pgs_record_read(const char *path, GError **error);

#endif
