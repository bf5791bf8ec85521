#ifndef PGS_EXERCISE_REFERENTIAL_WATCH_H
#define PGS_EXERCISE_REFERENTIAL_WATCH_H

#include "synthesis/draft.h"

#include <libpq-fe.h>

/* What has to become of a row when a parent row is deleted or gets another key. */
typedef enum {
    PGS_FATE_SAME,
    PGS_FATE_GONE,
    PGS_FATE_SET, /* some columns get values, the others stay */
} PgsFate;

/* A row, and where it is found again whatever has become of it. */
typedef struct {
    const PgsStored *row;
    PgsFate fate;
    guint level;           /* 0: a parent, 1: its child, 2: a row that refers to that one, … */
    gboolean is_other;     /* of the second parent, or that one itself */
    const PgsColumn **key; /* that binds it to its parent; of a parent, that it is known by */
    guint n_key;
    GPtrArray *columns; /* SET: const PgsColumn * */
    GPtrArray *values;  /* SET: their texts; NULL: SQL NULL */
    char *query;
} PgsWatched;

/* columns, values: for SET, else NULL; taken over. */
PgsWatched *pgs_watched_new(const PgsStored *row, PgsFate fate, guint level, gboolean is_other,
                            const PgsColumn **key, guint n_key, GPtrArray *columns,
                            GPtrArray *values);
void pgs_watched_free(PgsWatched *watched);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsWatched, pgs_watched_free)

/* What has become of it. */
typedef struct {
    gboolean is_gone;
    gboolean is_as_wanted; /* gone, the key as it was, or the columns set */
    gboolean key_changed;
    GPtrArray *touched; /* const PgsColumn *: changed, and not wanted so */
    char *now;          /* "a = 1, b = NULL": its key's columns, or those that were to be set;
                           NULL when it is gone */
} PgsWatchedState;

/* result: of its query; all: PgsWatched, the others that are looked at. */
PgsWatchedState *pgs_watched_look(const PgsWatched *watched, const GPtrArray *all,
                                  const PGresult *result);
void pgs_watched_state_free(PgsWatchedState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsWatchedState, pgs_watched_state_free)

/* "the child row", "another parent's child row", "the row of public.g below it".  g_free(). */
char *pgs_watched_name(const PgsWatched *watched);

#endif
