#ifndef PGS_EXERCISE_REFERENTIAL_WAY_H
#define PGS_EXERCISE_REFERENTIAL_WAY_H

#include "exercise/referential_outcome.h"

/* What clears a trial's way: statements, and what they do, for a person. */
typedef struct {
    char *words;
    gboolean is_users;     /* triggers and rewrite rules off: a user's own */
    gboolean is_anew;      /* pgs_referential_way_anew() */
    gboolean is_many;      /* its words name several things */
    GPtrArray *statements; /* char * */
} PgsReferentialWay;

void pgs_referential_way_free(PgsReferentialWay *way);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsReferentialWay, pgs_referential_way_free)

/*
 * What gets past a refusal that is not the key's own: the rule that refuses dropped, or the
 * triggers of the trial's tables off.  NULL: nothing does.
 */
PgsReferentialWay *pgs_referential_way_past(const PgsReferentialTrial *trial,
                                            const PgsFailure *failure);
/* Triggers and rewrite rules of a relation off; NULL when it has none. */
PgsReferentialWay *pgs_referential_way_without_triggers(const PgsReferentialTrial *trial,
                                                        const PgsRelation *relation);
/*
 * What gets past another key that refers to the same rows and whose own statement a rewrite rule
 * has turned into something else: that key dropped.  NULL: it is none but the trial's own.
 */
PgsReferentialWay *pgs_referential_way_past_other_key(const PgsReferentialTrial *trial,
                                                      const PgsFailure *failure);
/* All other foreign keys of the trial's tables dropped; NULL when there are none. */
PgsReferentialWay *pgs_referential_way_alone(const PgsReferentialTrial *trial);
/* The key dropped and made anew as it is declared: what the server makes of it when nothing has
 * been done to it since. */
PgsReferentialWay *pgs_referential_way_anew(const PgsReferentialTrial *trial);
/*
 * What may be to blame for what came of the trial (PgsReferentialWay): each trigger and rule by
 * itself, triggers that are disabled, the session's replication role; then all triggers at once,
 * and last the key as it stands.
 */
GPtrArray *pgs_referential_suspects(const PgsReferentialTrial *trial);
/* "triggers on public.c: keep, audit; rules: no_delete", or NULL.  g_free(). */
char *pgs_referential_suspect_names(const PgsReferentialTrial *trial);
/*
 * Which of the ways makes the trial come out as declared, tried one by one (or, of a new key, at
 * least otherwise); NULL without error: none does.  Belongs to ways.
 */
gboolean pgs_referential_try_ways(const PgsReferentialTrial *trial, const GPtrArray *ways,
                                  const PgsReferentialWay **found, GError **error);

#endif
