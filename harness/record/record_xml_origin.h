#ifndef PGS_RECORD_RECORD_XML_ORIGIN_H
#define PGS_RECORD_RECORD_XML_ORIGIN_H

#include "record/record.h"

#include <libxml/tree.h>

/* What is in origin.h as XML and back.  Each reader takes the element of that name. */

void pgs_xml_put_tolerance(xmlNode *parent, const PgsRecordTolerance *tolerance);
void pgs_xml_put_acceptance(xmlNode *parent, const PgsRecordAcceptance *acceptance);
void pgs_xml_put_fact(xmlNode *parent, const PgsRecordFact *fact);
void pgs_xml_put_git(xmlNode *parent, const PgsRecordGit *git);
void pgs_xml_put_shard(xmlNode *parent, const PgsRecordShard *shard);
void pgs_xml_put_source(xmlNode *parent, const PgsRecordSource *source);

void pgs_xml_read_tolerance(const xmlNode *node, PgsRecordSystem *system);
void pgs_xml_read_acceptance(const xmlNode *node, PgsRecordSystem *system);
void pgs_xml_read_fact(const xmlNode *node, PgsRecordSystem *system);
void pgs_xml_read_git(const xmlNode *node, PgsRecordSystem *system);
void pgs_xml_read_shard(const xmlNode *node, PgsRecord *record);
void pgs_xml_read_source(const xmlNode *node, PgsRecord *record);

#endif
