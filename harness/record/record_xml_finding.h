#ifndef PGS_RECORD_RECORD_XML_FINDING_H
#define PGS_RECORD_RECORD_XML_FINDING_H

#include "record/record.h"

#include <libxml/tree.h>

/* Findings, and the plans that they rest on, as XML and back. */

/* seen: a hash table of texts (its keys are owned by it), empty before the first finding. */
void pgs_xml_put_finding(xmlNode *root, const PgsFinding *finding, GHashTable *seen);
/* node is valid.  Added to the record. */
void pgs_xml_read_finding(const xmlNode *node, PgsRecord *record);

#endif
