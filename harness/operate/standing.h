#ifndef PGS_OPERATE_STANDING_H
#define PGS_OPERATE_STANDING_H

#include "ledger/apply.h"
#include "ledger/unfinished.h"

/* Where a database stands in its history: what status, check, upgrade and downgrade begin with. */
typedef struct {
    PgsLedgerState *state;
    PgsLedgerHoles holes;                             /* what the tool does with skipped ones */
    gboolean (*is_free)(const PgsRevision *revision); /* the kind's; or NULL */
    gboolean refuses_edited; /* the tool runs nothing while a file is not what was applied */
    gint at;                 /* the highest revision up to which all are applied; -1: base */
    gint top;                /* the highest that is applied at all; -1: none */
    GArray *pending;         /* gint: what the tool would run, in its order */
    GArray *skipped; /* gint: not applied, below one that is; in pending too unless the tool never
                        runs them */
    guint n_revisions, n_applied; /* of the folder; a hook is none, since no books hold it */
    PgsUnfinished *unfinished;    /* by a mark, or by the tool's own books; or NULL */
    char *holder;       /* who has the lock now, or NULL; whoever has it himself clears this */
    GPtrArray *invalid; /* char *: indexes that a failed CREATE INDEX CONCURRENTLY has left,
                           quoted as SQL has them */
    const PgsLedgerEntry *missed; /* of state: the last without a file that the tool needs; or
                                     NULL */
    gboolean is_elsewhere; /* missed, or the books of a tool that names the last revisions alone
                              name one without a file: what is below it, and pending, is not
                              known */
    gboolean is_empty;     /* no books, and no relation of anybody's either */
    gboolean is_strange;   /* no books, or nothing in them, but relations: align, or stamp */
    char *baseline;  /* strange, and the tool would run only what is above this version; or NULL */
    char *elsewhere; /* no books, but another schema has some: their table, quoted; or NULL */
} PgsStanding;

/* ledger may be NULL (history->driver). */
PgsStanding *pgs_standing_read(const PgsDatabase *target, const PgsHistory *history,
                               const PgsLedger *ledger, GError **error);
void pgs_standing_free(PgsStanding *standing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStanding, pgs_standing_free)

/*
 * An error that says what stands in the way of any change (dirty, unfinished, a version without a
 * file where the tool goes by the highest one); TRUE: nothing does.
 */
gboolean pgs_standing_is_clear(const PgsStanding *standing, const PgsHistory *history,
                               GError **error);
/* Whether the tool, too, would begin at base; an error where it would make a baseline of what is
 * there and run only what is above. */
gboolean pgs_standing_begins_at_base(const PgsStanding *standing, const PgsHistory *history,
                                     GError **error);
/* The revisions that the database is at, of gint: in a graph those that nothing applied lies above;
 * else the one, none at base.  The caller's. */
GArray *pgs_standing_tips(const PgsStanding *standing, const PgsHistory *history);
/* What is unfinished is so because another run is at work on it. */
gboolean pgs_standing_is_running(const PgsStanding *standing);
/* Nothing is pending, nor skipped. */
gboolean pgs_standing_is_head(const PgsStanding *standing);
/* The first revision whose file is not what was applied (repeatable ones may change); -1: none. */
gint pgs_standing_edited(const PgsStanding *standing, const PgsHistory *history);
/* The versions in the books of which the folder has no file, in their order: char *, borrowed of
 * the standing.  The caller's. */
GPtrArray *pgs_standing_unknown(const PgsStanding *standing);
/* What is applied above a skipped one, for people; g_free(). */
char *pgs_standing_above(const PgsStanding *standing, const PgsHistory *history, gint skipped);
/* The last line of the books about a revision; NULL: there is none. */
const PgsLedgerEntry *pgs_standing_entry(const PgsLedgerState *state, gint revision);
/* Whether there is something of it to be run: a repeatable one is again when its file has changed,
 * a hook never by itself. */
gboolean pgs_standing_is_pending(const PgsLedgerState *state, const PgsHistory *history,
                                 gint index);
/* Whether the books say that it is where the folder has no revision (PgsStanding.is_elsewhere). */
gboolean pgs_standing_leads_elsewhere(const PgsLedgerState *state, const PgsHistory *history);
/* "0007_create_users", or "base" for -1; belongs to the history. */
const char *pgs_standing_label(const PgsHistory *history, gint revision);

#endif
