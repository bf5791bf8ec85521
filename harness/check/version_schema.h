#ifndef PGS_CHECK_VERSION_SCHEMA_H
#define PGS_CHECK_VERSION_SCHEMA_H

#include "check/sink.h"

/*
 * servers.schema: whether several servers have the same schema at head.  heads: PgsVersionHead, two
 * at least.  What PostgreSQL's versions keep differently whatever the schema is stays out of it
 * (drift_scope.h), and what they only spell differently is told in one note.
 */
void pgs_version_schema_judge(const PgsSink *sink, const GPtrArray *heads);

#endif
