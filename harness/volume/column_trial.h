#ifndef PGS_VOLUME_COLUMN_TRIAL_H
#define PGS_VOLUME_COLUMN_TRIAL_H

#include "inventory/bench.h"
#include "synthesis/draft.h"

/*
 * Expressions over i held against a relation's conditions: the server evaluates them for a sample
 * of numbers, in one query for each attempt.
 */
typedef struct _PgsColumnTrial PgsColumnTrial;

/* What came of an attempt. */
typedef struct {
    gboolean is_valid; /* they could be evaluated, and are of their columns' types */
    guint n;           /* numbers in the sample */
    guint n_accepted;  /* … for which no condition was false */
    guint n_fulfilled; /* … for which all of them were true */
    guint n_distinct;  /* different rows of the columns */
    guint *n_true;     /* for how many each probe was true */
} PgsColumnSample;

/*
 * accepted: has the values of the columns that are not tried.  conditions: char *, as pg_get_expr()
 * prints them for the relation; both only during the trial's life.
 */
PgsColumnTrial *pgs_column_trial_new(PgsBench *bench, const PgsDraft *accepted,
                                     const GPtrArray *conditions);
void pgs_column_trial_free(PgsColumnTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsColumnTrial, pgs_column_trial_free)

/* A condition whose truth is counted in each attempt that is added after it; its index. */
guint pgs_column_trial_probe(PgsColumnTrial *trial, const char *condition);
/* columns: const PgsColumn *; expressions: char *, each of its column's type.  upto: the highest
 * number.  The attempt's index. */
guint pgs_column_trial_add(PgsColumnTrial *trial, const GPtrArray *columns,
                           const GPtrArray *expressions, gint64 upto);
/* FALSE with error as pgs_batch_run(). */
gboolean pgs_column_trial_run(PgsColumnTrial *trial, GError **error);
/* Belongs to the trial. */
const PgsColumnSample *pgs_column_trial_sample(const PgsColumnTrial *trial, guint attempt);

#endif
