#ifndef PGS_SYNTHESIS_SYNTHESIS_STATE_H
#define PGS_SYNTHESIS_SYNTHESIS_STATE_H

#include "synthesis/synthesis.h"

/* What synthesis knows of a bench: of the open transaction, and (remarks) of all. */
typedef struct {
    guint transaction;   /* the one that it is about */
    GString *script;     /* statements that made its rows */
    GHashTable *parents; /* char * → PgsStored: rows made for others to refer to */
    GHashTable *touched; /* PgsRelation *: of which a row was stored */
    GHashTable *readied; /* PgsRelation *: whose triggers are off, or whose rows are gone */
    GHashTable *keys;    /* char *: of the rows that were stored (synthesis_insert.c) */
    GHashTable *remarks; /* PgsRelation * → const char * */
    GHashTable *spent;   /* PgsRelation * → gint64 *: microseconds of searches in vain, of all */
    gint64 search_time;  /* of one search at most, in microseconds; twice of all in vain of a
                            relation */
    gboolean is_gentle;  /* nothing is switched off or deleted, in no transaction */
} PgsSynthesisState;

/* Of the open transaction: empty when that has just begun.  Belongs to the bench. */
PgsSynthesisState *pgs_synthesis_state(PgsBench *bench);
/* What it knew at a moment, to come back to when the server is made to.  g_autoptr. */
typedef struct _PgsSynthesisMark PgsSynthesisMark;
PgsSynthesisMark *pgs_synthesis_mark_new(const PgsSynthesisState *state);
void pgs_synthesis_mark_restore(const PgsSynthesisMark *mark, PgsSynthesisState *state);
void pgs_synthesis_mark_free(PgsSynthesisMark *mark);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSynthesisMark, pgs_synthesis_mark_free)
void pgs_synthesis_state_log(PgsSynthesisState *state, const char *statement);

#endif
