#ifndef PGS_SEED_ROWS_PAIR_H
#define PGS_SEED_ROWS_PAIR_H

#include "seed/rows_table.h"

/*
 * What of before is what of after: tables, their columns, the references between them; and, once
 * rows_match.h has done its work, rows.
 */

typedef enum {
    PGS_BEFORE,
    PGS_AFTER,
} PgsSide;
#define PGS_N_SIDES 2

#define PGS_NO_ROW G_MAXUINT32

typedef struct {
    guint index[PGS_N_SIDES]; /* the column's, in its table */
    gint alternative; /* the index in after's table of the column that before's was renamed to, when
                         another one has its name now; -1: none */
    PgsRowValue *cast; /* of each row of before, what its value is in after's type; NULL: its own */
    gboolean is_retyped;
    gboolean is_sure;      /* every value of before can be looked for in after */
    gboolean is_key;       /* of either side's primary key */
    gboolean is_reference; /* a reference goes out from it */
} PgsColumnPair;

typedef struct {
    guint index;                           /* among the pairs */
    const PgsRowTable *table[PGS_N_SIDES]; /* PGS_AFTER: NULL when it is gone */
    GArray *columns;                       /* PgsColumnPair; those that survive */
    gint *pair_of;                         /* of each of before's columns its pair; -1: gone */
    guint32 *match[PGS_N_SIDES];           /* of each row the other side's; PGS_NO_ROW: none */
    GPtrArray *outgoing;                   /* PgsReferencePair whose child it is; borrowed */
    guint n_matched;
    guint n_matched_by_key;
} PgsTablePair;

typedef struct {
    guint index; /* among the references */
    PgsTablePair *child, *parent;
    guint n;
    guint *child_columns, *parent_columns; /* indexes of pairs of columns */
    /* Of each row of child the one of parent that it refers to; PGS_NO_ROW: none, or NULL. */
    guint32 *target[PGS_N_SIDES];
} PgsReferencePair;

typedef struct {
    const PgsRows *rows[PGS_N_SIDES];
    GPtrArray *tables;     /* PgsTablePair, one for each table of before */
    GPtrArray *references; /* PgsReferencePair */
    GStringChunk *texts;   /* of casts */
} PgsPairing;

/*
 * Both sides are borrowed.  references, connection: as pgs_rows_compare() has them.  Free with
 * pgs_pairing_free().
 */
PgsPairing *pgs_pairing_new(const PgsRows *before, const PgsRows *after,
                            const PgsSnapshot *references, PgsConnection *connection,
                            GError **error);
void pgs_pairing_free(PgsPairing *pairing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPairing, pgs_pairing_free)

static inline PgsTablePair *
pgs_pairing_table(const PgsPairing *pairing, guint i)
{
    return g_ptr_array_index(pairing->tables, i);
}

static inline PgsReferencePair *
pgs_pairing_reference(const PgsPairing *pairing, guint i)
{
    return g_ptr_array_index(pairing->references, i);
}

static inline PgsColumnPair *
pgs_table_pair_column(const PgsTablePair *pair, guint column)
{
    return &g_array_index(pair->columns, PgsColumnPair, column);
}

/* A side's value in its own type. */
static inline PgsRowValue
pgs_table_pair_own(const PgsTablePair *pair, PgsSide side, guint row, guint column)
{
    return pgs_row_table_value(pair->table[side], row,
                               pgs_table_pair_column(pair, column)->index[side]);
}

/* A side's value in after's type, as far as the cast keeps it. */
static inline PgsRowValue
pgs_table_pair_value(const PgsTablePair *pair, PgsSide side, guint row, guint column)
{
    const PgsColumnPair *columns = pgs_table_pair_column(pair, column);
    return side == PGS_BEFORE && columns->cast != NULL
               ? columns->cast[row]
               : pgs_table_pair_own(pair, side, row, column);
}

static inline gboolean
pgs_table_pair_is_open(const PgsTablePair *pair, PgsSide side, guint row)
{
    return pair->match[side][row] == PGS_NO_ROW;
}

static inline void
pgs_table_pair_match(PgsTablePair *pair, guint32 before, guint32 after)
{
    pair->match[PGS_BEFORE][before] = after;
    pair->match[PGS_AFTER][after] = before;
    pair->n_matched++;
}

static inline guint
pgs_table_pair_rows(const PgsTablePair *pair, PgsSide side)
{
    return pair->table[side] != NULL ? pair->table[side]->n_rows : 0;
}

/*
 * Whether what a reference's i-th column says can be compared where it leads to no row: not when it
 * became another type together with all keys that it could mean.
 */
gboolean pgs_reference_pair_is_comparable(const PgsReferencePair *reference, guint i);

/* Whether there are rows of both sides that are not matched. */
static inline gboolean
pgs_table_pair_has_open(const PgsTablePair *pair)
{
    return pgs_table_pair_rows(pair, PGS_BEFORE) > pair->n_matched &&
           pgs_table_pair_rows(pair, PGS_AFTER) > pair->n_matched;
}

#endif
