#ifndef PGS_EXERCISE_REFERENTIAL_VARIANT_H
#define PGS_EXERCISE_REFERENTIAL_VARIANT_H

#include "exercise/referential_place.h"

/* Other rows on which a foreign key may act otherwise than on the first ones. */
typedef struct {
    PgsReferentialPlace place;
    char *words; /* "rows in partition public.c_2024", "a child row with state = final" */
} PgsReferentialVariant;

/*
 * PgsReferentialVariant: rows in each partition (of many only some, but all that have triggers of
 * their own, or disabled ones), and child rows with values upon which triggers and rewrite rules
 * act.  NULL with error: the connection was lost.  g_ptr_array_unref().
 */
GPtrArray *pgs_referential_variants(PgsBench *bench, const PgsRule *rule, GError **error);

#endif
