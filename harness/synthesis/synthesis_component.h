#ifndef PGS_SYNTHESIS_SYNTHESIS_COMPONENT_H
#define PGS_SYNTHESIS_SYNTHESIS_COMPONENT_H

#include "synthesis/synthesis_vary.h"

/* What is evaluated at once: columns that rules tie together, and the rules on them. */
typedef struct {
    PgsVariation *variation;
    gboolean is_wide;    /* with all that other rules tie to the first one */
    GPtrArray *columns;  /* const PgsColumn *: those that may vary */
    GPtrArray *rules;    /* const PgsRule * */
    GHashTable *choices; /* PgsColumn * → GArray */
    PgsRule *bounds;     /* what the partitions take, as a rule; or NULL */
} PgsComponent;

/* Those that a refusal is about; no columns: none is known.  FALSE: error is set. */
gboolean pgs_component_init(PgsComponent *component, PgsVariation *variation, gboolean is_wide,
                            GError **error);
void pgs_component_clear(PgsComponent *component);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsComponent, pgs_component_clear)
/* The columns that a rule is about; in place of a generated one, what it is made of.
   g_ptr_array_unref(). */
GPtrArray *pgs_component_rule_columns(const PgsRelation *relation, const PgsRule *rule);

#endif
