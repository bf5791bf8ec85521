#ifndef PGS_RECORD_RECORD_XML_RELATION_H
#define PGS_RECORD_RECORD_XML_RELATION_H

#include "record/record.h"

#include <libxml/tree.h>

/* The schema at head (relation.h) as the element <schema> and back. */

/* relations: PgsRecordRelation; NULL: not known, and nothing is written. */
void pgs_xml_put_schema(xmlNode *parent, const GPtrArray *relations);
void pgs_xml_read_schema(const xmlNode *node, PgsRecordSystem *system);

#endif
