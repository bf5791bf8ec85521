#ifndef PGS_VALUES_CANDIDATES_PART_H
#define PGS_VALUES_CANDIDATES_PART_H

#include "values/candidates_list.h"

/*
 * Values of types that are made of parts (arrays, ranges, composites, points, documents), put
 * together from what is said of the parts.  FALSE: the type is none of these.
 */
gboolean pgs_candidates_add_parts(PgsCandidateList *list, const GPtrArray *sayings);

/* One for each sort; sayings: PgsSaying. */
void pgs_candidates_add_arrays(PgsCandidateList *list, const GPtrArray *sayings);
void pgs_candidates_add_ranges(PgsCandidateList *list, const GPtrArray *sayings);
void pgs_candidates_add_composites(PgsCandidateList *list, const GPtrArray *sayings);
void pgs_candidates_add_points(PgsCandidateList *list, const GPtrArray *sayings);
void pgs_candidates_add_documents(PgsCandidateList *list, const GPtrArray *sayings);
void pgs_candidates_add_xml(PgsCandidateList *list, const GPtrArray *sayings);

/*
 * What is said of a part that a step leads to, as if the part were a column of its own: values of
 * type, by the steps behind the first n_steps.  g_array_unref().
 */
GArray *pgs_candidates_of_part(PgsCandidateList *list, const PgsType *type, gint32 typmod,
                               const GPtrArray *sayings, guint n_steps);

#endif
