#ifndef PGS_CHECK_EXPECT_LOOKUP_H
#define PGS_CHECK_EXPECT_LOOKUP_H

#include "snapshot/snapshot.h"

/* Finds a snapshot's objects by plain names, without a server's rules for quotes. */
typedef struct _PgsLookup PgsLookup;

/* The snapshot is borrowed.  Free with pgs_lookup_free(). */
PgsLookup *pgs_lookup_new(const PgsSnapshot *snapshot);
void pgs_lookup_free(PgsLookup *lookup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLookup, pgs_lookup_free)

const PgsSnapshot *pgs_lookup_snapshot(const PgsLookup *lookup);

/*
 * The object of that kind with these plain names, NULL-terminated ("public", "vbus", "order"; of a
 * function its arguments too, as the server has them: "(integer, text)").  NULL: there is none.
 */
const PgsObject *pgs_lookup_find(const PgsLookup *lookup, const char *kind,
                                 const char *const *names);
/* Of whatever kind has rows of columns: a table, a view, …; name: "public.vbus", as people write
 * it; "vbus" is in public. */
const PgsObject *pgs_lookup_relation(const PgsLookup *lookup, const char *name);
/* The relation's column; NULL: it has none of that (plain) name. */
const PgsObject *pgs_lookup_column(const PgsLookup *lookup, const PgsObject *relation,
                                   const char *name);

/* The relation's parts and indexes (const PgsObject *), in the snapshot's order; never NULL. */
const GPtrArray *pgs_lookup_parts(const PgsLookup *lookup, const char *relation_identity);
/* The relation's only primary key, or NULL. */
const PgsObject *pgs_lookup_primary_key(const PgsLookup *lookup, const PgsObject *relation);

/* The object's own names, plain; of a function the last is its list of arguments.  g_strfreev(). */
char **pgs_object_names(const PgsObject *object);
/* The last of them that is a name: "vbus".  g_free(). */
char *pgs_object_own_name(const PgsObject *object);
/* The same as SQL writes it: "\"order\"".  Belongs to the object. */
const char *pgs_object_own_identifier(const PgsObject *object);

#endif
