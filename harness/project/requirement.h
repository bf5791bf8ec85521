#ifndef PGS_PROJECT_REQUIREMENT_H
#define PGS_PROJECT_REQUIREMENT_H

#include "project/place.h"

/* What a system is required to do, and what proves it. */

typedef struct {
    char *id; /* "WF-01" */
    char *text;
    char *phase; /* the id of its phase; NULL: none */
    /*
     * Findings of these checks serve it, beside those that name it: check ids or groups, each with
     * an optional "@revision".  NULL-terminated, never NULL.
     */
    char **checks;
    /*
     * It is proven only when each of these (check ids or groups) has at least one passed finding
     * that serves it, and none that failed.  NULL-terminated, never NULL; empty: any passed finding
     * will do.
     */
    char **needs;
    char *deferred;       /* why it is not proven yet (a later phase); then --require-all lets it be
                             uncovered; NULL: it is due */
    guint coverage_lines; /* per cent of lines that tests must reach; 0: not asked */
    char **coverage_files; /* glob patterns, relative to the project's root; never NULL */
    PgsPlace place;
} PgsRequirement;

typedef struct {
    char *id; /* "1" */
    char *title;
    char **manual; /* what a person checks and signs; never NULL */
    PgsPlace place;
} PgsPhase;

typedef struct {
    char *path;        /* of the file */
    GPtrArray *phases; /* PgsPhase */
    GPtrArray *items;  /* PgsRequirement, in the order of the file */
} PgsRequirements;

PgsRequirements *pgs_requirements_new(const char *path);
void pgs_requirements_free(PgsRequirements *requirements);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRequirements, pgs_requirements_free)
/* NULL when there is none. */
const PgsRequirement *pgs_requirements_find(const PgsRequirements *requirements, const char *id);

#endif
