#ifndef PGS_CHECK_PATH_FINDINGS_H
#define PGS_CHECK_PATH_FINDINGS_H

#include "check/sink.h"
#include "cycle/paths.h"

/* What became of the ways through a graph's merges, as findings of graph.path: one a way. */
void pgs_findings_add_paths(const PgsSink *sink, const PgsPaths *paths);

#endif
