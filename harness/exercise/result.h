#ifndef PGS_EXERCISE_RESULT_H
#define PGS_EXERCISE_RESULT_H

#include "inventory/inventory.h"

/* What came of exercising a rule. */
typedef enum {
    PGS_VERDICT_EXERCISED,     /* it did what the catalog says */
    PGS_VERDICT_NOT_EXERCISED, /* message says why */
    PGS_VERDICT_BROKEN,        /* it did something else */
    PGS_VERDICT_NEVER_REFUSES, /* proven: a tautology */
    PGS_VERDICT_NEVER_ACCEPTS, /* proven: a contradiction */
} PgsVerdict;

/* One thing that was tried. */
typedef struct {
    char *what;      /* one line: "order = 6", "DELETE of the parent row" */
    char *statement; /* or NULL */
    gboolean as_expected;
    char *outcome; /* one line: "accepted", "refused: 23514 by ck_thesis_order_range" */
} PgsEvidence;

typedef struct {
    const PgsRule *rule; /* NULL: about something else (existing rows, a role's settings) */
    const char *check;   /* the check that it belongs to, "exercise.check"; static */
    char *subject; /* what it is about, when there is no rule, or it is not about that alone */
    PgsVerdict verdict;
    char *message;           /* one line; NULL when exercised */
    char *hint;              /* or NULL */
    char *expected, *actual; /* when BROKEN; or NULL */
    char *sql;           /* the statement that shows it: of a rule that was exercised the refused
                            one; or NULL */
    char *reproduce;     /* the statements that lead there, each on its line; or NULL */
    GPtrArray *evidence; /* PgsEvidence, in order */
    GPtrArray *notes;    /* char *: "seen only with ck_b dropped, which refuses the same rows" */
    guint n_candidates;  /* that were evaluated or tried */
    gint64 duration;     /* microseconds */
} PgsRuleResult;

PgsRuleResult *pgs_rule_result_new(const PgsRule *rule);
void pgs_rule_result_free(PgsRuleResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRuleResult, pgs_rule_result_free)
/* what is copied; outcome is taken over. */
void pgs_rule_result_add(PgsRuleResult *result, const char *what, const char *statement,
                         gboolean as_expected, char *outcome);
void pgs_rule_result_note(PgsRuleResult *result, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Sets verdict and message; the first BROKEN stays. */
void pgs_rule_result_judge(PgsRuleResult *result, PgsVerdict verdict, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* Whether rows have shown what the rule does: not of one for which none were found, nor of one that
 * was proven to refuse, or to accept, nothing. */
gboolean pgs_rule_result_is_exercised(const PgsRuleResult *result);
/* "exercise.check" for a kind of rules; static. */
const char *pgs_rule_kind_check(PgsRuleKind kind);

#endif
