#ifndef PGS_VALUES_CANDIDATES_DOCUMENT_H
#define PGS_VALUES_CANDIDATES_DOCUMENT_H

#include "values/candidates_list.h"

/* A place in a JSON document that a rule speaks of, and what could stand there. */
typedef struct {
    GPtrArray *path;   /* char *: members' names; "0" may be an element too; empty: the whole */
    GPtrArray *values; /* char *: JSON texts, the most telling first */
} PgsDocumentPlace;

/* PgsDocumentPlace, shorter paths first; g_ptr_array_unref(). */
GPtrArray *pgs_document_places(PgsCandidateList *list, const GPtrArray *sayings);

/*
 * A document with one value at each place: choice[i] is an index in its values, or -1 when nothing
 * is to be there.  g_free().
 */
char *pgs_document_make(const GPtrArray *places, const gint *choice);

#endif
