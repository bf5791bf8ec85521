#ifndef PGS_OPERATE_ALIGN_GROUND_H
#define PGS_OPERATE_ALIGN_GROUND_H

#include "cycle/lane.h"
#include "diff/diff.h"
#include "operate/target_roles.h"

/* The schemas of all revisions, made on a throwaway server. */
typedef struct {
    const PgsSystem *system;
    PgsTargetRoles roles; /* that the throwaway server has too */
    PgsServer *server;
    PgsStage *stage;
    GPtrArray *snapshots; /* PgsSnapshot: base first, then a revision each */
} PgsAlignGround;

/* *note (g_free()): the throwaway server is of another version than the target's; or NULL.  spec:
 * NULL: the system's. */
PgsAlignGround *pgs_align_ground_new(const PgsDatabase *target, const PgsSystem *system,
                                     const PgsHistory *history, const char *spec, char **note,
                                     GError **error);
void pgs_align_ground_free(PgsAlignGround *ground);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsAlignGround, pgs_align_ground_free)
/* revision: -1: base. */
PgsSnapshot *pgs_align_ground_at(const PgsAlignGround *ground, gint revision);
/* How a real database's schema differs from a revision's; owners and privileges aside, unless the
 * system is strict. */
PgsDiff *pgs_align_ground_compare(const PgsAlignGround *ground, gint revision, PgsSnapshot *is);
/* Whether a difference counts, and how many do: as the system's tolerances and strict have it. */
gboolean pgs_align_ground_counts(const PgsAlignGround *ground, const PgsDifference *difference);
guint pgs_align_ground_count(const PgsAlignGround *ground, const PgsDiff *diff);
/* The highest revision whose schema it is; else the nearest (*differs TRUE). */
gint pgs_align_ground_find(const PgsAlignGround *ground, PgsSnapshot *is, gboolean *differs);
/* Whether a schema is what each of the system's models makes.  *why (g_free()): how not; NULL: it
 * is. */
gboolean pgs_align_ground_judge_models(const PgsAlignGround *ground, PgsSnapshot *is, char **why,
                                       GError **error);

#endif
