#ifndef PGS_EXERCISE_EXERCISE_H
#define PGS_EXERCISE_EXERCISE_H

#include "exercise/result.h"

/*
 * Every rule of a database, exercised on real rows: the server's answers held against its catalog.
 * The database must be one that is thrown away: labels are added to its enums at the end.
 */
typedef struct _PgsExercise PgsExercise;

typedef struct {
    guint64 seed; /* 0: PGS_EXERCISE_SEED */
    /* Told after each rule, or NULL. */
    void (*progress)(guint done, guint total, const char *what, gpointer data);
    gpointer progress_data;
    GCancellable *cancellable; /* or NULL */
    gboolean is_foreign; /* the server is somebody's: so are its settings and most of its roles */
} PgsExerciseOptions;

#define PGS_EXERCISE_SEED 20

/* connection: borrowed, for the call only.  NULL with error when it was lost or cancelled. */
PgsExercise *pgs_exercise_run(PgsConnection *connection, const PgsExerciseOptions *options,
                              GError **error);
void pgs_exercise_free(PgsExercise *exercise);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsExercise, pgs_exercise_free)

guint64 pgs_exercise_seed(const PgsExercise *exercise);
/* PgsRuleResult: of each rule, in the inventory's order, then of rows that were there before
 * (exercise.rows) and of roles' settings (exercise.settings).  Belongs to the exercise. */
const GPtrArray *pgs_exercise_results(const PgsExercise *exercise);
guint pgs_exercise_n_rules(const PgsExercise *exercise);
guint pgs_exercise_n_exercised(const PgsExercise *exercise);

/* What the first of these says when it has nothing to do. */
#define PGS_EXERCISE_NO_ROWS "no table holds rows"

/* The two that are no rule's: appended to results (PgsRuleResult). */
gboolean pgs_exercise_existing_rows(PgsConnection *connection, const PgsInventory *inventory,
                                    GPtrArray *results, GError **error);
gboolean pgs_exercise_settings(PgsConnection *connection, gboolean is_foreign, GPtrArray *results,
                               GError **error);

#endif
