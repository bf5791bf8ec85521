#ifndef PGS_SYNTHESIS_SYNTHESIS_RECIPE_H
#define PGS_SYNTHESIS_SYNTHESIS_RECIPE_H

#include "synthesis/synthesis_series.h"

/*
 * How a relation's rows are made: where the value of each column comes from, and which rows the
 * foreign keys refer to.  It begins as a guess from the catalog alone; what the server refuses
 * mends it.
 */

typedef enum {
    PGS_SOURCE_LEFT_OUT, /* also what foreign keys fill in */
    PGS_SOURCE_FIXED,
    PGS_SOURCE_SERIES, /* another one in each row */
} PgsSourceKind;

typedef struct {
    PgsSourceKind kind;
    PgsValue value;    /* FIXED */
    PgsSeries *series; /* SERIES */
    gboolean is_key;   /* it is part of what has to be unique */
} PgsSource;

/* The row that a foreign key refers to. */
typedef enum {
    PGS_PARENT_SHARED,    /* one that other rows refer to as well */
    PGS_PARENT_FRESH,     /* a new one for each row */
    PGS_PARENT_NONE,      /* a column of the key is NULL */
    PGS_PARENT_SELF,      /* the row itself */
    PGS_PARENT_COMPANION, /* one that refers back, inserted by the same statement */
    PGS_PARENT_EXISTING,  /* one that was there before */
    PGS_PARENT_LAST,      /* of its own table: one that no row refers to yet; of one column */
} PgsParentKind;

typedef struct {
    const PgsRelation *relation;
    PgsSource *sources;     /* of each column */
    PgsParentKind *parents; /* of each of relation->references */
    gboolean *optional;     /* likewise: whether rows that are only referred to can do without */
    guint shift;            /* the first rows of each series are taken */
    gboolean is_settled;    /* the server was asked about its domains */
    guint hopeless; /* as what follows was (pgs_recipe_stance()), a search has found nothing, with
                       no row made before: a bit for each */
    const char *words;         /* why the first of those found nothing; the bench's; or NULL */
    gboolean is_tried;         /* a row made by it was accepted */
    gboolean without_triggers; /* the relation's own, that is */
    gboolean emptied;          /* its rows are deleted first */
    gboolean displaces; /* the row that a trigger has made with the same key is deleted first */
} PgsRecipe;

PgsRecipe *pgs_recipe_new(PgsBench *bench, const PgsRelation *relation);
PgsRecipe *pgs_recipe_copy(const PgsRecipe *recipe);
void pgs_recipe_free(PgsRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRecipe, pgs_recipe_free)

guint pgs_recipe_stance(const PgsRecipe *recipe);
/* The column's value in the n-th row (from 0), foreign keys aside. */
PgsValue pgs_recipe_value(PgsBench *bench, const PgsRecipe *recipe, const PgsColumn *column,
                          guint n);
/* series is taken over. */
void pgs_recipe_set_series(PgsRecipe *recipe, const PgsColumn *column, PgsSeries *series);
void pgs_recipe_fix(PgsRecipe *recipe, const PgsColumn *column, PgsValue value);

/* The column of the relation that a column of it or of a table above it is; or NULL. */
const PgsColumn *pgs_relation_own_column(const PgsRelation *relation, const PgsColumn *column);
/* The columns (const PgsColumn *) that an exclusion rule or a key is about, those in its
   expressions included. */
GPtrArray *pgs_rule_key_columns(const PgsRelation *relation, const PgsRule *rule);
/* PRIMARY KEY, UNIQUE and EXCLUSION rules (const PgsRule *) that the relation's rows obey. */
GPtrArray *pgs_relation_keys(const PgsRelation *relation);
/* The columns that an SQL expression names, as far as that can be seen; appended, each once. */
void pgs_relation_named_columns(const PgsRelation *relation, const char *expression,
                                GPtrArray *columns);
/* Whether rows of b are needed for rows of a, over any number of foreign keys; only_not_null: over
   such as cannot be NULL. */
gboolean pgs_relation_needs(const PgsRelation *a, const PgsRelation *b, gboolean only_not_null);
/* The relation's column for the foreign key's i-th: a partition has those of the table above it. */
const PgsColumn *pgs_reference_column(const PgsRelation *relation, const PgsRule *reference,
                                      guint i);
/* Whether a foreign key says what the column has. */
gboolean pgs_relation_is_referencing(const PgsRelation *relation, const PgsColumn *column);
/* Whether a foreign key's row may refer to nothing. */
gboolean pgs_reference_is_nullable(const PgsRule *reference);

#endif
