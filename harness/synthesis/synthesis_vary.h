#ifndef PGS_SYNTHESIS_SYNTHESIS_VARY_H
#define PGS_SYNTHESIS_SYNTHESIS_VARY_H

#include "synthesis/synthesis_try.h"

/* Drafts to be tried in place of one that was refused, as the refusal suggests. */
typedef struct {
    PgsBuild *build;
    const PgsDraft *draft; /* that was refused */
    const PgsTry *try;     /* why */
    /* The row that the refusal is about: draft itself, or one of its companions. */
    const PgsDraft *target;
    gint companion;    /* its place in draft->companions; -1: draft itself */
    guint n;           /* the number of draft in its series */
    GPtrArray *drafts; /* PgsDraft: what there is to try, the most promising first */
    GArray *shifts;    /* guint, one for each: by how much the series were moved on for it, or 0;
                          PGS_REDRAFTED: the recipe was changed, and gave it */
    PgsDraft
        *other; /* one that refers to rows of its own, whose values may be in drafts; or NULL */
} PgsVariation;

#define PGS_REDRAFTED G_MAXUINT

/* How far from what was refused; each is worth trying when those before it were of no use. */
typedef enum {
    PGS_STAGE_NEAR, /* the columns of the rule that refused it */
    PGS_STAGE_WIDE, /* and those that other rules tie to them; new rows for it to refer to */
    PGS_STAGE_ANY,  /* any column */
    PGS_STAGE_PAIR, /* any two, where it is not one of the row's own rules that refuses it */
} PgsVariationStage;
#define PGS_N_STAGES (PGS_STAGE_PAIR + 1)

/* draft and try must last as long as it.  pgs_variation_clear() */
void pgs_variation_init(PgsVariation *variation, PgsBuild *build, const PgsDraft *draft,
                        const PgsTry *try);
void pgs_variation_clear(PgsVariation *variation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsVariation, pgs_variation_clear)

/* Fills drafts anew. */
gboolean pgs_variation_fill(PgsVariation *variation, PgsVariationStage stage, GError **error);
/* Whether the refusal is about nothing but what was wished for. */
gboolean pgs_variation_is_wished(const PgsVariation *variation);

/* What the parts of it share. */
gboolean pgs_variation_is_free(const PgsVariation *variation, const PgsColumn *column);
/* A copy of the draft, and the row in it that is to be changed. */
PgsDraft *pgs_variation_copy(const PgsVariation *variation, PgsDraft **target);
/* draft is taken over. */
void pgs_variation_add(PgsVariation *variation, PgsDraft *draft, guint shift);
/* What the recipe gives now, after it was changed. */
gboolean pgs_variation_redraft(PgsVariation *variation, GError **error);
/* Other values for a column: PgsValue; g_array_unref(). */
GArray *pgs_variation_values(PgsVariation *variation, const PgsColumn *column, GError **error);
/* The key or exclusion rules that the refusal is about: const PgsRule *; all when it is not known
   which. */
GPtrArray *pgs_variation_keys(const PgsVariation *variation);
gboolean pgs_variation_keyed(PgsVariation *variation, PgsVariationStage stage, GError **error);
gboolean pgs_variation_checked(PgsVariation *variation, PgsVariationStage stage, GError **error);

#endif
