#ifndef PGS_RECORD_RECORD_XML_REVISION_H
#define PGS_RECORD_RECORD_XML_REVISION_H

#include "record/record.h"

#include <libxml/tree.h>

/* Revisions and files as XML and back. */

void pgs_xml_put_file(xmlNode *parent, const PgsRecordFile *file);
/* files: PgsRecordFile; what the element <file> says is added. */
void pgs_xml_read_file(const xmlNode *node, GPtrArray *files);
void pgs_xml_put_revision(xmlNode *parent, const PgsRecordRevision *revision);
void pgs_xml_read_revision(const xmlNode *node, PgsRecordSystem *system);

#endif
