#ifndef PGS_EXERCISE_CASES_TRIAL_H
#define PGS_EXERCISE_CASES_TRIAL_H

#include "exercise/cases.h"
#include "exercise/proof.h"
#include "synthesis/synthesis.h"

/*
 * A case on its way: what its parts share.  A step that finds out that there is nothing more to try
 * judges the result and sets is_settled; FALSE with error only as pgs_batch_run().
 */
typedef struct {
    PgsBench *bench;
    const PgsExerciseCase *of;
    PgsRuleResult *result;
    GPtrArray *stored; /* PgsStored of of->given, as far as they are made */
    gboolean is_settled;

    /* What is done. */
    GPtrArray *statements; /* char * */
    char *what;            /* for a person: "DELETE of manager" */
    gboolean needs_row;    /* it has to change a row: else a trigger or a rule has swallowed it */
} PgsCaseTrial;

/* ---- what it names (cases_names.c) ---- */

/* NULL: there is none, and the trial is settled. */
const PgsRelation *pgs_case_find_relation(PgsCaseTrial *trial, const PgsCaseRow *row);
const PgsColumn *pgs_case_find_column(PgsCaseTrial *trial, const PgsRelation *relation,
                                      const char *name, const PgsPlace *place);
/* Of a given row that was made. */
const PgsStored *pgs_case_find_stored(const PgsCaseTrial *trial, const char *name);
/* The constraint or unique index of that name, on relation rather than on another; or NULL. */
const PgsRule *pgs_case_find_rule(const PgsCaseTrial *trial, const PgsRelation *relation,
                                  const char *name);
/* "did you mean …", of all rules' names; g_free(); or NULL. */
char *pgs_case_hint_at_rules(const PgsCaseTrial *trial, const char *name);
/* What a column is to get, or to have.  FALSE: the trial is settled. */
gboolean pgs_case_value(PgsCaseTrial *trial, const PgsCaseValue *said, PgsValue *value);
/* A row's values as wishes (PgsWish); NULL: the trial is settled. */
GArray *pgs_case_wishes(PgsCaseTrial *trial, const PgsRelation *relation, const PgsCaseRow *row);
/* Settles it: the case itself is wrong at that place.  hint: taken over, or NULL. */
void pgs_case_reject(PgsCaseTrial *trial, const PgsPlace *place, char *hint, const char *format,
                     ...) G_GNUC_PRINTF(4, 5);

/* ---- what is inserted (cases_insert.c) ---- */

/* The statement of a row that has to be accepted; settles the trial when there is none. */
gboolean pgs_case_prepare_insert(PgsCaseTrial *trial, GError **error);
/* Tries one that has to be refused, and settles the trial. */
gboolean pgs_case_refuse_insert(PgsCaseTrial *trial, GError **error);

/* ---- what comes of it (cases_outcome.c) ---- */

/* An attempt of the trial's statements, and what stands before and behind them. */
typedef struct {
    guint first, behind; /* the statements of the trial */
} PgsCaseAttempt;

/* Adds it to the batch, deferred constraints checked before and after it. */
PgsCaseAttempt pgs_case_add_attempt(const PgsCaseTrial *trial, PgsBatch *batch);
/* Whether the server's words are what the case asks for. */
gboolean pgs_case_is_expected(const PgsCaseTrial *trial, const PgsRelation *relation,
                              const PgsFailure *failure);
/* "refused by ck_a", "refused with SQLSTATE 23505", "accepted": what the case asks for. */
char *pgs_case_expected(const PgsExerciseCase *of);
/* Tries the statements of the trial, looks at the given rows afterwards, and settles it. */
gboolean pgs_case_try(PgsCaseTrial *trial, GError **error);
/* Judges the result, and nothing more is tried. */
void pgs_case_settle(PgsCaseTrial *trial, PgsVerdict verdict, const char *message);
/* What a refusal that was asked for looks like: settles the trial.  relation: or NULL. */
void pgs_case_judge_refusal(PgsCaseTrial *trial, const PgsRelation *relation,
                            const PgsBatchResult *outcome, const PgsCaseAttempt *attempt);

/* ---- what is there afterwards (cases_after.c) ---- */

/* A given row that has to stay, or to be gone. */
typedef struct {
    const PgsStored *stored;
    const PgsCaseRow *stays; /* NULL: it has to be gone */
    guint statement;         /* of the attempt: the row itself */
    GArray *wishes;          /* PgsWish: what it has to have; of each one a statement follows */
    GPtrArray *open;         /* PgsColumn: set by the case, to whatever it may be */
} PgsCaseLook;

GArray *pgs_case_looks_new(void);
/* Adds statements to the attempt that was begun last, which has so many yet; may settle the trial.
 */
void pgs_case_add_looks(PgsCaseTrial *trial, PgsBatch *batch, guint n_statements, GArray *looks);
/* Compares what they gave, and settles the trial. */
gboolean pgs_case_judge_looks(PgsCaseTrial *trial, const GArray *looks,
                              const PgsBatchResult *outcome, GError **error);

#endif
