#ifndef PGS_SNAPSHOT_WORDS_H
#define PGS_SNAPSHOT_WORDS_H

#include "snapshot/snapshot.h"

/* What an object is, in words close to SQL, made of its attributes: for people, never to be run. */

/*
 * "text NOT NULL DEFAULT ''" of a column, "FOREIGN KEY (a) REFERENCES public.b (id) ON DELETE
 * CASCADE", "UNIQUE (a) WHERE b", the labels of an enum; NULL: there is nothing to say.  Free with
 * g_free().
 */
char *pgs_object_define(const PgsObject *object);

/*
 * The parts of a list as the catalog queries print them: "a, \"B, c\", lower(d), e DESC"; cut where
 * a comma stands outside quotes and parentheses.  char *, g_ptr_array_unref().
 */
GPtrArray *pgs_words_split(const char *list);

/* The length of the name (quoted or not) that text begins with; 0: it begins with none. */
gsize pgs_words_name_length(const char *text);

#endif
