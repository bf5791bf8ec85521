#ifndef PGS_OPERATE_LOSS_CANDIDATE_H
#define PGS_OPERATE_LOSS_CANDIDATE_H

#include "operate/loss.h"
#include "operate/loss_state.h"

/* What may be lost: not yet counted. */
typedef struct {
    PgsLossKind kind;
    gint revision;
    char *identity;
    char *verb;     /* "is dropped" */
    char *noun;     /* "row", "value": what is counted; NULL: it is no count */
    char *relation; /* in the real database; NULL: there is nothing to count */
    char *count;    /* the query that counts; NULL: likewise */
    char *why;      /* it is not counted; or NULL */
} PgsLossCandidate;

PgsLossCandidate *pgs_loss_candidate_new(PgsLossKind kind, gint revision, const char *verb);
void pgs_loss_candidate_free(PgsLossCandidate *candidate);

/*
 * What is gone or narrower in after than in before, under the names that origin (the state that the
 * real database is in) has for it; what came in between is nobody's.  Appends PgsLossCandidate.
 */
void pgs_loss_compare(const PgsLossState *origin, const PgsLossState *before,
                      const PgsLossState *after, gint revision, GPtrArray *candidates);
/* The part of it that is about columns which stay: labels of their enum types, and attributes of
 * their composite types, also inside arrays and other composites. */
void pgs_loss_compare_inside(const PgsLossState *origin, const PgsLossState *before,
                             const PgsLossState *after, gint revision, GPtrArray *candidates);
/* Statements of the revision's downgrade that change rows, or call functions (before has them) that
 * do.  Appends PgsLossCandidate. */
void pgs_loss_statements(const PgsHistory *history, gint revision, const PgsLossState *before,
                         GPtrArray *candidates);
/* Makes PgsLoss of those of which the database has something, or nobody knows. */
GPtrArray *pgs_loss_count(const PgsDatabase *target, const GPtrArray *candidates, GError **error);
/* Tables of the real database in a schema that goes, of which the migrations know nothing. */
gboolean pgs_loss_strangers(const PgsDatabase *target, const PgsLossState *before,
                            const PgsLossState *after, gint revision, GPtrArray *candidates,
                            GError **error);

#endif
