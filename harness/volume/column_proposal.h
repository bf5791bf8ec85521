#ifndef PGS_VOLUME_COLUMN_PROPOSAL_H
#define PGS_VOLUME_COLUMN_PROPOSAL_H

#include "volume/column_fill.h"
#include "volume/column_predicate.h"
#include "volume/column_spread.h"

/* The proposals for a column in the making.  What the column_*.c files share. */
typedef struct {
    PgsBench *bench;
    const PgsDraft *accepted;
    const PgsColumn *column;
    PgsSpread spread;    /* of its type; its value number is still to be said */
    char *stream, *unit; /* its stream of chance, a unit of it */
    gint64 rows;
    gboolean is_distinct;
    GPtrArray *fills;      /* PgsColumnFill, not yet tried */
    GPtrArray *conditions; /* char *: that hold for the column alone */
    GPtrArray *rules;      /* const PgsRule *: CHECKs among these */
    char *route;           /* what partitions ask of it: among the conditions; or NULL */
    PgsColumnPredicates *predicates;
    GArray *refused; /* PgsValue: candidates that the rules refuse */
    GArray *taken;   /* PgsValue: candidates that the rules accept; NULL: not asked yet */
} PgsColumnProposal;

/* FALSE with error as pgs_batch_run(). */
gboolean pgs_column_proposal_init(PgsColumnProposal *proposal, PgsBench *bench,
                                  const PgsDraft *accepted, const PgsColumn *column, gint64 rows,
                                  gboolean is_distinct, GError **error);
void pgs_column_proposal_clear(PgsColumnProposal *proposal);

/* sql, which is cast to the column's type, as a proposal; what is taken over. */
void pgs_column_proposal_add(PgsColumnProposal *proposal, const char *sql, gint64 n_distinct,
                             char *what);
/*
 * The number of a value, from 1 to *n (how many one would like; it is made smaller when there are
 * no more than limit): the row's own where rows have to differ, else one with some skew.  g_free().
 */
char *pgs_column_proposal_number(const PgsColumnProposal *proposal, gint64 limit, gint64 *n);
/* How many different values a column has unless its type says otherwise. */
gint64 pgs_column_proposal_usual(const PgsColumnProposal *proposal);

/* pgs_column_fill_propose() without the share of NULLs; *is_nullable: whether there may be one. */
GPtrArray *pgs_column_propose_bare(PgsBench *bench, const PgsDraft *accepted,
                                   const PgsColumn *column, gint64 rows, gboolean is_distinct,
                                   gboolean *is_nullable, GError **error);

/* One of texts (PgsValue), skewed.  what: of which kind ("labels"). */
void pgs_column_propose_pool(PgsColumnProposal *proposal, const GArray *values, const char *what);
/* Of a JSON column, when members of its documents are read. */
gboolean pgs_column_propose_document(PgsColumnProposal *proposal, GError **error);
/* Texts that the column's rules accept, as far as they can be told. */
gboolean pgs_column_proposal_take(PgsColumnProposal *proposal, GError **error);
/* Numbers and times between the lowest and the highest that are accepted. */
gboolean pgs_column_propose_span(PgsColumnProposal *proposal, GError **error);

/* Of values that partial indexes' predicates want, or do not want, and that would come in no row or
 * in all rows otherwise, a share is added to the first of fills (PgsColumnFill). */
gboolean pgs_column_mix_wanted(PgsColumnProposal *proposal, GPtrArray *fills, GError **error);

#endif
