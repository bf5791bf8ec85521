#ifndef PGS_CHECK_REPRODUCTION_H
#define PGS_CHECK_REPRODUCTION_H

#include "migration/history.h"
#include "project/system.h"

/*
 * How a person sees again what became of a revision's step: a database that stands at the revision
 * before it, and the step.  at: where it begins, -1: base; to: where it leads.  Free with g_free();
 * NULL: there is nothing to type.
 */
char *pgs_reproduction_of_step(const PgsSystem *system, const PgsHistory *history, gint at,
                               gint to);

#endif
