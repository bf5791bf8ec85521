#ifndef PGS_PLAN_REASON_CASE_H
#define PGS_PLAN_REASON_CASE_H

#include "plan/reason_asked.h"

/* An index that does not serve a query, and what can be said of both. */
typedef struct {
    const PgsTrialGround *ground;
    const PgsIndex *index; /* NULL: there is none, only the table */
    const PgsPlan *alone;
    PgsAsked *asked;
    GPtrArray *keys; /* PgsNode of each of index's keys, NULL where it cannot be parsed */
} PgsReasonCase;

/* NULL only when the connection was lost or cancelled. */
PgsReasonCase *pgs_reason_case_new(const PgsTrialGround *ground, const PgsIndex *index,
                                   const PgsPlan *alone, GError **error);
void pgs_reason_case_free(PgsReasonCase *reason_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReasonCase, pgs_reason_case_free)

/* Whether the condition is about the index's key of that number, as it is. */
gboolean pgs_reason_is_on_key(const PgsReasonCase *reason_case, const PgsCondition *condition,
                              guint key);
/* A condition that is about the key and that its index could take; or NULL. */
const PgsCondition *pgs_reason_condition_on(const PgsReasonCase *reason_case, guint key);
/* How many keys a condition may be on for the index to serve: of btree and hash the first. */
guint pgs_reason_n_keys(const PgsReasonCase *reason_case);
/* Of what a key takes, which need not be how it is stored (gin, hash); NULL: not known. */
const char *pgs_reason_key_type(const PgsReasonCase *reason_case, guint key);
/* "email, lower(name)": the index's keys; g_free(). */
char *pgs_reason_keys(const PgsReasonCase *reason_case);

/* texts: char *, with the other between them; g_free(). */
char *pgs_reason_join(const GPtrArray *texts, const char *between);

/* A reason that may be the one, and how it is proven. */
typedef struct {
    char *reason; /* "the query compares lower(email), and it is on email" */
    char *advice; /* besides building what is tried; or NULL */
    char *tail;   /* the index that would be right in this respect (PgsTrialWish); or NULL */
    char *second; /* a further one; or NULL */
    char *probe;  /* a query that it would serve if this were not so; or NULL */
    const char *extension; /* that the index needs; or NULL */
    char *refusal;         /* why the server builds no such index; or NULL: not known */
    guint aims;            /* PgsTrialAim */
    gboolean with_index;   /* the index itself must be taken (too) */
    gboolean is_custom;    /* … in a plan for these values */
    gboolean is_certain;   /* it is so, whatever a trial gives */
    gboolean goes_on;      /* … but may not be all: if the trial fails, there is another reason */
} PgsProposal;
/* reason, advice: taken over.  It belongs to proposals. */
PgsProposal *pgs_proposal_add(GPtrArray *proposals, char *reason, char *advice);
GPtrArray *pgs_proposals_new(void);

/* What may be the reason: adds to proposals (PgsProposal) in the order in which they are tried.
 * FALSE only when the connection was lost or cancelled. */
typedef gboolean (*PgsProposeFunc)(const PgsReasonCase *reason_case, GPtrArray *proposals,
                                   GError **error);

gboolean pgs_reason_unread(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_result(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_invalid(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_partition(const PgsReasonCase *reason_case, GPtrArray *proposals,
                              GError **error);
gboolean pgs_reason_predicate(const PgsReasonCase *reason_case, GPtrArray *proposals,
                              GError **error);
gboolean pgs_reason_operand(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_value(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_pattern(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_collation(const PgsReasonCase *reason_case, GPtrArray *proposals,
                              GError **error);
gboolean pgs_reason_operator(const PgsReasonCase *reason_case, GPtrArray *proposals,
                             GError **error);
gboolean pgs_reason_branch(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_later_key(const PgsReasonCase *reason_case, GPtrArray *proposals,
                              GError **error);
gboolean pgs_reason_order(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);
gboolean pgs_reason_column(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error);

/* ---- indexes to be tried ---- */

/* "(lower(email)) COLLATE "C" text_pattern_ops DESC": an index's key as it is, with another
 * expression (sql), opclass ("": the default one); NULL: its own.  g_free(). */
char *pgs_tail_key(const PgsIndex *index, guint key, const char *sql, const char *opclass);
/*
 * keys: char *.  method NULL: the index's own; then what it INCLUDEs is kept.  predicate: or NULL.
 * g_free().
 */
char *pgs_tail_new(const PgsIndex *index, const char *method, const GPtrArray *keys,
                   const char *predicate);
/* The index's own keys, but for key, which is replacement (or its own when that is NULL); with
 * method NULL and its own predicate. g_free(). */
char *pgs_tail_replace(const PgsIndex *index, guint key, const char *replacement);

#endif
