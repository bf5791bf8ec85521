#ifndef PGS_PLAN_PLANNING_STATE_H
#define PGS_PLAN_PLANNING_STATE_H

#include "plan/planning.h"

/* What the parts of a planning share. */
struct _PgsPlanning {
    PgsConnection *connection; /* borrowed */
    const PgsPlanFacts *facts; /* likewise; NULL: nothing is said */
    PgsPlanningOptions options;
    guint64 seed;
    PgsBench *bench;
    PgsIndexes *indexes;
    char *session;  /* "SET LOCAL …; ": what the project says of the planner; or "" */
    char *settings; /* what is in force with it */

    GHashTable *of_table; /* const PgsRelation * → rows */
    GPtrArray *volumes;   /* PgsVolume, one a filling */
    GPtrArray *tables;    /* const PgsVolumeTable *: of all of them */
    GHashTable *filled;   /* const PgsRelation *, a set: those that were asked for */
    gboolean is_sql_run;  /* facts->fill */
    GError *fill_trouble; /* what it was refused with; or NULL */
};

/* A query of sql/ for this server; g_free(). */
char *pgs_planning_sql(const PgsPlanning *planning, const char *file);
/* names: char *, as an array's text form; g_free(). */
char *pgs_planning_array(const GPtrArray *names);

/*
 * A table as pgstair.yaml names it ("users", "app.\"Users\"").  NULL: none, or several; *why
 * (g_free()) says which, and what is near.
 */
const PgsRelation *pgs_planning_find_table(const PgsPlanning *planning, const char *name,
                                           char **why);
/* As a statement names it (planning's search_path), not quoted: as SQL for to_regclass();
 * g_free(). */
char *pgs_planning_spell(PgsPlanning *planning, const char *schema, const char *name);
/* Adds to relations, a set of const PgsRelation *, the tables that are meant, or read by the views
 * that are (names: as pgs_planning_spell()); of a partition its root. */
gboolean pgs_planning_add_behind(PgsPlanning *planning, const GPtrArray *names,
                                 GHashTable *relations, GError **error);
void pgs_planning_add_relation(const PgsRelation *relation, GHashTable *relations);
/* As pgs_planning_fill(), for one index's own queries. */
gboolean pgs_planning_fill_for_index(PgsPlanning *planning, const PgsIndex *index, GError **error);
/* Whether nothing more can be asked of the server; else it is the matter of one query. */
gboolean pgs_planning_is_fatal(const PgsPlanning *planning, const GError *error);

#endif
