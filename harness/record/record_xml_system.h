#ifndef PGS_RECORD_RECORD_XML_SYSTEM_H
#define PGS_RECORD_RECORD_XML_SYSTEM_H

#include "record/record.h"

#include <libxml/tree.h>

/* A system with all that belongs to it as XML and back. */

/* proofs: PgsProof, of all systems. */
void pgs_xml_put_system(xmlNode *root, const PgsRecordSystem *system, const GPtrArray *proofs);
void pgs_xml_read_system(const xmlNode *node, PgsRecord *record);

#endif
