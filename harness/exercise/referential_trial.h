#ifndef PGS_EXERCISE_REFERENTIAL_TRIAL_H
#define PGS_EXERCISE_REFERENTIAL_TRIAL_H

#include "exercise/referential_rows.h"
#include "exercise/referential_watch.h"
#include "pg/batch.h"

typedef enum {
    PGS_REFERENTIAL_DELETE,
    PGS_REFERENTIAL_UPDATE, /* of the parent's key */
} PgsReferentialEvent;

/* One deed on the first parent row, the rows that are watched, and what should become of them. */
typedef struct {
    PgsReferentialRows *rows;
    PgsReferentialEvent event;
    char action;        /* as declared: confdeltype or confupdtype */
    gboolean is_deep;   /* with rows below the children */
    GPtrArray *watch;   /* PgsWatched; the first parent first, then its child */
    GPtrArray *edges;   /* const PgsRule *: the foreign keys that tie them together */
    GPtrArray *prelude; /* char *: statements that clear its way */
    char *statement;
    char *count; /* a query, first of the prelude: how many rows were inserted so far; or NULL */
    /* Tells NO ACTION from RESTRICT: accepted of the one, refused by the other; or NULL. */
    GPtrArray *teller;             /* char * */
    guint told_at;                 /* which of them RESTRICT refuses */
    const char *const *new_parent; /* UPDATE: the row that lends its key, all columns' texts */
    const GPtrArray *new_key;      /* … as the child's columns write it */
    char *reason;                  /* why it cannot be tried; or NULL */
} PgsReferentialTrial;

/* FALSE with error as pgs_batch_run(). */
gboolean pgs_referential_trial_new(PgsReferentialRows *rows, PgsReferentialEvent event,
                                   PgsReferentialTrial **trial, GError **error);
void pgs_referential_trial_free(PgsReferentialTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReferentialTrial, pgs_referential_trial_free)

/* Adds an attempt: extra statements (char *, or NULL), the prelude, the deed, a look at each row.
 */
guint pgs_referential_trial_add(const PgsReferentialTrial *trial, PgsBatch *batch,
                                const GPtrArray *extra);
/* Likewise of the teller. */
guint pgs_referential_trial_add_teller(const PgsReferentialTrial *trial, PgsBatch *batch,
                                       const GPtrArray *extra);
/* The columns that SET NULL and SET DEFAULT set; *n of them. */
const PgsColumn **pgs_referential_set_columns(const PgsRule *rule, PgsReferentialEvent event,
                                              guint *n);
/* "ON DELETE CASCADE"; g_free(). */
char *pgs_referential_declared(const PgsReferentialTrial *trial);
/* "CASCADE", …; static. */
const char *pgs_referential_action_name(char action);
/* "ON DELETE", "ON UPDATE"; static. */
const char *pgs_referential_event_name(PgsReferentialEvent event);

/* As an array of pointers, not owned; g_ptr_array_unref(). */
GPtrArray *pgs_referential_columns(const PgsColumn *const *columns, guint n);

#endif
