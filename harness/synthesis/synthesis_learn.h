#ifndef PGS_SYNTHESIS_SYNTHESIS_LEARN_H
#define PGS_SYNTHESIS_SYNTHESIS_LEARN_H

#include "synthesis/synthesis_vary.h"

/*
 * Makes the recipe give rows like one that was accepted.  first: what it gave before the search.
 * shift: of the accepted draft in its variation.  FALSE: error is set.
 */
gboolean pgs_recipe_learn(PgsVariation *variation, const PgsDraft *first, const PgsDraft *accepted,
                          guint shift, GError **error);
/* Asks the server once which values the domains of the relation's columns take. */
gboolean pgs_recipe_settle(PgsBuild *build, GError **error);

#endif
