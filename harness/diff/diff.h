#ifndef PGS_DIFF_DIFF_H
#define PGS_DIFF_DIFF_H

#include "snapshot/snapshot.h"

/* How two snapshots differ: object, attribute, before, after.  A phase of its own with an opaque
 * result. */
typedef struct _PgsDiff PgsDiff;

typedef enum {
    PGS_CHANGE_ADDED,     /* the object is only in the second */
    PGS_CHANGE_REMOVED,   /* the object is only in the first */
    PGS_CHANGE_ATTRIBUTE, /* both have the object; one attribute differs, or only one has it */
} PgsChange;

typedef enum {
    PGS_NATURE_REAL,
    PGS_NATURE_ORDER,       /* only the order of things differs (columns of a table) */
    PGS_NATURE_WHITE_SPACE, /* only white space outside string literals differs */
    PGS_NATURE_NAME,        /* only a name differs that the server chose on both sides */
} PgsNature;

typedef struct {
    PgsChange change;
    PgsNature nature;
    const PgsObject *before;                /* NULL when added; belongs to the diff */
    const PgsObject *after;                 /* NULL when removed */
    const char *attribute;                  /* NULL unless PGS_CHANGE_ATTRIBUTE; interned */
    const char *before_value, *after_value; /* of the attribute; NULL: it is not there */
    const char *tolerated; /* the name of the tolerance that covers it, or NULL; static */
    /* An added and a removed object that are the same but for the name point to each other's
     * object. */
    const PgsObject *renamed;
} PgsDifference;

/* The named tolerances, switched on one by one. */
typedef struct {
    const char *name;    /* "column-order" */
    const char *summary; /* one line, for help and docs */
} PgsToleranceInfo;

/* The table, ended by a row whose name is NULL. */
const PgsToleranceInfo *pgs_tolerance_table(void);

/* A set of tolerances, a bit for each row of the table. */
typedef guint64 PgsTolerances;
/* FALSE when there is no such name. */
gboolean pgs_tolerances_add(PgsTolerances *tolerances, const char *name);

/* The name of the first of the tolerances that covers the difference, or NULL; static. */
const char *pgs_tolerance_match(PgsTolerances tolerances, const PgsDifference *difference);

/*
 * Compares.  A missing side is an empty snapshot.  The children (columns, constraints, …) of an
 * object that is itself added or removed are not listed on their own.  Keeps references to both.
 * Free with pgs_diff_free().
 */
PgsDiff *pgs_diff_new(PgsSnapshot *before, PgsSnapshot *after, PgsTolerances tolerances);
void pgs_diff_free(PgsDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDiff, pgs_diff_free)

guint pgs_diff_n_differences(const PgsDiff *diff);
/* Belongs to the diff.  Real ones first, then by kind and identity. */
const PgsDifference *pgs_diff_difference(const PgsDiff *diff, guint index);

/* How many there are of each sort; what is only called differently counts once. */
typedef struct {
    guint real;      /* real, and not tolerated */
    guint cosmetic;  /* order, white space, generated names; not tolerated */
    guint tolerated; /* of whichever nature */
} PgsDiffCounts;
PgsDiffCounts pgs_diff_counts(const PgsDiff *diff);

/* One line for a person: "index public.a_idx: definition: … → …".  Free with g_free(). */
char *pgs_difference_to_string(const PgsDifference *difference);

/*
 * The whole diff for a person, one block an object, long values as a line diff; "" when nothing
 * differs. color: with ANSI colours.  Free with g_free().
 */
char *pgs_diff_to_text(const PgsDiff *diff, gboolean color);

#endif
