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

/*
 * A new document; the caller's.  All text goes through pgs_text_visible().  It has all of
 * record->sources; stylesheets tell the file that holds the record by its attribute "whole".
 */
xmlDoc *pgs_record_to_xml(const PgsRecord *record);
/*
 * Writes it, atomically (a new file is renamed over path), and notes the file in record->sources as
 * if the record had been read from it (not for "-").  The file lists the others, never itself.
 */
gboolean pgs_record_write(PgsRecord *record, const char *path, GError **error);
/* Validates against the schema, reads it back, and notes the file in record->sources. */
PgsRecord *pgs_record_read(const char *path, GError **error);

#endif
