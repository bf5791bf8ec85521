#ifndef PGS_PROJECT_EXPECTATION_H
#define PGS_PROJECT_EXPECTATION_H

#include "project/place.h"

/*
 * What a schema should be: data only.  check/expect.h judges it, pgstair.yaml and the C library
 * make it.  An expectation names an object as a snapshot does (its kind, snapshot/kinds.h) and says
 * what some of its attributes have to be, in the user's own spelling ("varchar(255)", "length(trim
 * (name)) > 0"): the judge lets the server spell them.
 */

typedef struct {
    const char *name; /* as the snapshot has it: "type", "not-null", "on-delete"; interned */
    char *value;      /* NULL: the object must not have it (no default, not unique) */
} PgsExpectedAttribute;

typedef struct {
    /*
     * A snapshot kind ("table", "column", "primary key", "unique constraint", "foreign key",
     * "check constraint", "index", "enum type", "trigger", "function", "view", "extension", …), or
     * "unique rule": a unique constraint or a unique index without a predicate.  Interned.
     */
    const char *kind;
    char *relation;  /* the table that it belongs to, as SQL names it, or NULL; the table itself has
                        its name in name */
    char *name;      /* as SQL names it, without relation; NULL: found by its columns */
    gboolean absent; /* it must NOT exist */
    GArray *attributes;  /* PgsExpectedAttribute */
    char **requirements; /* NULL-terminated, never NULL: its own or, lacking these, the enclosing
                            ones */
    PgsPlace place;
} PgsExpectation;

/* kind: interned here; the rest is copied.  Free with pgs_expectation_free(). */
PgsExpectation *pgs_expectation_new(const char *kind, const char *relation, const char *name);
/* Sets or replaces; value NULL as above. */
void pgs_expectation_set(PgsExpectation *expectation, const char *attribute, const char *value);
/* FALSE when nothing is said of it; *value (may be NULL) belongs to the expectation. */
gboolean pgs_expectation_get(const PgsExpectation *expectation, const char *attribute,
                             const char **value);
void pgs_expectation_free(PgsExpectation *expectation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsExpectation, pgs_expectation_free)

/* Expectations that hold at one revision. */
typedef struct {
    char *at;                   /* a revision, "head" or "base"; never NULL */
    gboolean exact;             /* anything that is not listed is a finding */
    GPtrArray *items;           /* PgsExpectation, in the order of the file */
    GPtrArray *exact_relations; /* char *: the tables of which every part is listed */
    char **requirements;        /* of the block: serves "exact"; never NULL */
    PgsPlace place;
} PgsExpectations;

PgsExpectations *pgs_expectations_new(const char *at);
void pgs_expectations_free(PgsExpectations *expectations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsExpectations, pgs_expectations_free)

#endif
