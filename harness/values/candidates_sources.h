#ifndef PGS_VALUES_CANDIDATES_SOURCES_H
#define PGS_VALUES_CANDIDATES_SOURCES_H

#include "inventory/bench.h"
#include "values/mine.h"

/* What the rules around a column say. */
typedef struct {
    PgsBench *bench;
    const char *column; /* NULL: a domain's VALUE */
    GPtrArray *rules; /* PgsMined: CHECKs, domains' constraints: those that completeness is about */
    GPtrArray *sayings;     /* PgsSaying of the column in those */
    GPtrArray *others;      /* likewise in indexes, partitions' bounds */
    GPtrArray *distant;     /* in triggers' bodies */
    GPtrArray *constants;   /* PgsNode: of what could not be understood */
    gboolean is_ingredient; /* a generated column is made of it */
} PgsCandidateSources;

/* column: NULL: a domain's VALUE. */
void pgs_candidate_sources_init(PgsCandidateSources *sources, PgsBench *bench, const char *column);
void pgs_candidate_sources_clear(PgsCandidateSources *sources);
/* The CHECKs that hold for the column's relation. */
void pgs_candidate_sources_take_checks(PgsCandidateSources *sources, const PgsColumn *column);
/* The constraints of the type and the domains behind it. */
void pgs_candidate_sources_take_domains(PgsCandidateSources *sources, const PgsType *type);
/* All that there is around a column; of a composite type's only its type. */
void pgs_candidate_sources_take_column(PgsCandidateSources *sources, const PgsColumn *column);

#endif
