#ifndef PGS_VOLUME_FILL_H
#define PGS_VOLUME_FILL_H

#include "volume/column_fill.h"

/*
 * How the rows of one table (or of one partition) are made: its columns' values from a row's number
 * i, its foreign keys' from the rows that they refer to, its keys by counting where chance would
 * repeat itself.
 */

/* How a foreign key's columns get their values. */
typedef enum {
    PGS_LINK_SKEWED,  /* some rows are referred to often, most of them rarely */
    PGS_LINK_EACH,    /* the i-th refers to the i-th: it is a key */
    PGS_LINK_RANKED,  /* by a rank, so that it differs within it */
    PGS_LINK_SELF,    /* to a row of the table that was made before */
    PGS_LINK_NONE,    /* NULL */
    PGS_LINK_COVERED, /* by another one, whose columns have all of its own among them */
    PGS_LINK_LATER,   /* another value for now: the row is not there yet */
} PgsLinkKind;

typedef struct _PgsFillLink PgsFillLink;
typedef struct _PgsFillRank PgsFillRank;

struct _PgsFillLink {
    const PgsRule *rule;
    PgsLinkKind kind;
    GPtrArray *columns; /* const PgsColumn *: the filled relation's own, as the rule has them */
    gboolean is_nullable;
    gboolean is_partial; /* … but not all of its columns are: these have a row's all the same */
    gboolean *is_fixed;  /* for each of columns: another link says what it has */
    guint n_fixed;
    char *presence;          /* SQL over i: whether it refers to a row; NULL: as is_nullable says */
    gint64 n_parents;        /* rows that can be referred to */
    const PgsFillRank *rank; /* RANKED: whose number */
    GPtrArray *covered;      /* const PgsFillLink *: what the rows referred to have to be, too */
};

/* What counts the rows that have the same in some foreign keys, so that the rest of a key differs.
 */
struct _PgsFillRank {
    const PgsRule *key;
    GPtrArray *links; /* const PgsFillLink *: that they have in common; none: it counts all rows */
    gint64 capacity;  /* how many of them there can be; G_MAXINT64: any number */
};

/* Columns that vary together. */
typedef struct {
    GPtrArray *columns;      /* const PgsColumn * */
    GPtrArray *proposals;    /* PgsColumnFill, the most realistic first */
    guint choice;            /* which one of them */
    gboolean is_distinct;    /* each row has its own */
    const PgsFillRank *rank; /* whose number it is made of; NULL: i */
    gint64 divisor, modulus; /* of that number, so that several parts share it; modulus 0: none */
} PgsFillPart;

typedef struct {
    PgsBench *bench;
    const PgsRelation *relation; /* that rows are inserted into */
    gint64 rows;                 /* wanted */
    guint first, step;           /* its numbers: of n partitions each takes every n-th */
    PgsDraft *accepted;
    GPtrArray *links;   /* PgsFillLink, in the order in which they are settled */
    GPtrArray *parts;   /* PgsFillPart */
    GPtrArray *ranks;   /* PgsFillRank */
    GPtrArray *keys;    /* const PgsRule *: that its rows obey */
    GPtrArray *filters; /* const PgsRule *: CHECKs that rows are held against before */
    gboolean is_strict; /* partial keys and such as cannot be seen through count as whole ones */
    gboolean has_rows;  /* there are some already */
    const char *bound;  /* what a partition's rows are held against; or NULL */
    gboolean skips_conflicts; /* rows whose keys are there already are left out, one by one */
    char *obstacle;           /* why no row can be made; or NULL */
    char *statement;          /* that made its first rows; or NULL */
} PgsFill;

/*
 * Within the bench's transaction.  accepted is taken over.  late: const PgsRule *: foreign keys to
 * tables that have no rows yet.  NULL with error only as pgs_batch_run().
 */
typedef struct {
    gint64 rows;
    guint first, step;
    const GPtrArray *late;
    gboolean is_strict, has_rows;
    const char *bound;     /* a partition's constraint, or NULL */
    gboolean late_is_null; /* as far as it can be */
} PgsFillOptions;
PgsFill *pgs_fill_new(PgsBench *bench, PgsDraft *accepted, const PgsFillOptions *options,
                      GError **error);
/* One that has links only. */
PgsFill *pgs_fill_links(PgsBench *bench, const PgsRelation *relation, const PgsFillOptions *options,
                        GError **error);
void pgs_fill_free(PgsFill *fill);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFill, pgs_fill_free)

/* The part that has the column; or NULL. */
PgsFillPart *pgs_fill_part_of(const PgsFill *fill, const PgsColumn *column);
/* The link that says what the column has (not one that only finds it fixed); or NULL. */
PgsFillLink *pgs_fill_link_of(const PgsFill *fill, const PgsColumn *column);
const PgsColumnFill *pgs_fill_part_choice(const PgsFillPart *part);
/* Whether the statement gives the column a value. */
gboolean pgs_fill_is_given(const PgsFill *fill, const PgsColumn *column);
/*
 * What can be done about a refusal: rows are held against all CHECKs, or those left out whose keys
 * are there.  FALSE: nothing, or it is done already.
 */
gboolean pgs_fill_yield(PgsFill *fill, const PgsFailure *refusal);
/* Whether rows can be held against the CHECK: their columns in it are known before. */
gboolean pgs_fill_can_filter(const PgsFill *fill, const PgsRule *check);

#endif
