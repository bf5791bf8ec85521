#ifndef PGS_SYNTHESIS_SYNTHESIS_BUILD_H
#define PGS_SYNTHESIS_SYNTHESIS_BUILD_H

#include "synthesis/synthesis_recipe.h"
#include "synthesis/synthesis_state.h"

/*
 * A row in the making, and the ones further out that need it.  What synthesis' parts share.
 *
 * Their functions return NULL or FALSE without error when there is no such row: then *reason says
 * why.
 */
typedef struct _PgsBuild PgsBuild;
struct _PgsBuild {
    PgsBench *bench;
    PgsSynthesisState *state;
    const PgsBuild *outer;
    guint depth;
    gboolean is_companion; /* it goes into outer's statement */
    const PgsRelation *relation;
    const PgsWish *wishes;
    guint n_wishes;
    PgsRecipe *recipe;       /* belongs to the bench */
    guint n;                 /* of the last draft, in its series */
    gsize script_length;     /* when its first draft was made */
    gboolean is_wasteful;    /* rows were made that it does not refer to */
    gboolean is_of_trigger;  /* a row was refused as rules of a relation do not refuse any */
    gboolean is_key_taken;   /* another row had its key */
    gboolean is_out_of_time; /* a search was ended by it */
    const PgsDraft *draft;   /* once there is one */
};

#define PGS_BUILD_DEPTH 200 /* rows that need one another, at the most */
#define PGS_BUILD_NESTING 6 /* of these, rows of one table */

/* Looks up or makes the recipe. */
void pgs_build_init(PgsBuild *build, PgsBench *bench, const PgsBuild *outer,
                    const PgsRelation *relation, const PgsWish *wishes, guint n_wishes);
/* Whether a row without wishes could teach the recipe something: it was made before there was one.
 */
gboolean pgs_build_may_learn(const PgsBuild *build);
/* The recipe begins again with what such rows are like.  FALSE: there are none. */
gboolean pgs_build_learn(PgsBuild *build);
gboolean pgs_build_is_wished(const PgsBuild *build, const PgsColumn *column);

/*
 * The next draft that the recipe gives, with its parents inserted; not tried.
 */
PgsDraft *pgs_build_draft(PgsBuild *build, char **reason, GError **error);
/* The draft, tried; where it is refused, searched for. */
PgsDraft *pgs_build_accepted(PgsBuild *build, char **reason, GError **error);
/* Made and inserted, as pgs_synthesis_make(). */
PgsStored *pgs_build_stored(PgsBuild *build, char **reason, GError **error);

/* What the recipe says of the relation itself, done once in a transaction: its triggers off, its
   rows deleted.  FALSE without error: the server refused it. */
gboolean pgs_build_ready(PgsBuild *build, GError **error);
/* A condition on the columns of a key of the draft's relation; NULL: not all have texts.  g_free().
 */
char *pgs_build_key_condition(const PgsDraft *draft, const PgsRule *key);
/* Deletes rows of the relation with the draft's keys that were not made by synthesis. */
gboolean pgs_build_displace(PgsBuild *build, const PgsDraft *draft, GError **error);
/* Inserts it for good.  NULL without error: *try says why. */
struct _PgsTry;
PgsStored *pgs_build_insert(PgsBench *bench, const PgsDraft *draft, struct _PgsTry **try,
                            GError **error);

/* Sets the columns of the relation's foreign keys; is_set: of each column, those that have their
   value already, and afterwards those that have one.  n: the row's number. */
gboolean pgs_build_refer(PgsBuild *build, PgsDraft *draft, gboolean *is_set, guint n, char **reason,
                         GError **error);
/* A constant's text, "'a'::text" or "5"; DEFAULT: it is none. */
PgsValue pgs_build_constant(PgsBench *bench, const char *sql);
/* Sees to it that there is a row which the draft's columns of the foreign key refer to. */
gboolean pgs_build_ensure_parent(PgsBuild *build, const PgsRule *reference, const PgsDraft *draft,
                                 char **reason, GError **error);
/* Rows that were there before, up to limit: for each its referenced columns' values (PgsValue),
   one after the other.  Only such as have those that is_set says draft has.  g_array_unref(). */
GArray *pgs_build_existing(PgsBuild *build, const PgsRule *reference, const PgsDraft *draft,
                           const gboolean *is_set, guint limit, GError **error);

#endif
