#ifndef PGS_MIGRATION_SQITCH_PROJECT_H
#define PGS_MIGRATION_SQITCH_PROJECT_H

#include "migration/reader.h"
#include "migration/sqitch_plan.h"

typedef enum {
    PGS_SQITCH_DEPLOY,
    PGS_SQITCH_REVERT,
    PGS_SQITCH_VERIFY,
    PGS_SQITCH_N_SCRIPTS,
} PgsSqitchScript;

/* Where a Sqitch project has its plan and its scripts, as its sqitch.conf says. */
typedef struct {
    char *root;  /* that Sqitch is run in, absolute */
    char *shown; /* the same for people: as the folder was given */
    char *sign;  /* what makes it one: "sqitch.conf", "../sqitch.plan" */
    char *plan;  /* from root, as all that follow */
    char *dirs[PGS_SQITCH_N_SCRIPTS];
    char *reworked_dirs[PGS_SQITCH_N_SCRIPTS];
    char *extension;
    char *registry;                         /* the schema of Sqitch's own tables */
    char *target;                           /* the chosen target, "" when there is none */
    char **variables[PGS_SQITCH_N_SCRIPTS]; /* "name=value" for psql */
    char *engine_note;       /* why another engine than core.engine was taken; or NULL */
    const PgsFolder *folder; /* that was given: what lies in it is read there, … */
    GPtrArray *outside;      /* … other files of the project, PgsFolderFile, here */
    gsize room;              /* bytes that may be read of those */
} PgsSqitchProject;

/*
 * The project that folder belongs to: its root, its folder of scripts or one of deploy scripts.
 * NULL without error: there is none; with
 * error: its sqitch.conf cannot be read, or is not about PostgreSQL.  placeholders: "name=value",
 * as deploy's --set.
 */
PgsSqitchProject *pgs_sqitch_project_find(const PgsFolder *folder, char *const *placeholders,
                                          GError **error);
void pgs_sqitch_project_free(PgsSqitchProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSqitchProject, pgs_sqitch_project_free)

/* The file with that path from the root; NULL: there is none.  Belongs to the project. */
PgsFolderFile *pgs_sqitch_project_file(PgsSqitchProject *project, const char *relative);
/* A path from the root, for people.  g_free(). */
char *pgs_sqitch_project_shown(const PgsSqitchProject *project, const char *relative);
PgsSqitchPlan *pgs_sqitch_project_read_plan(PgsSqitchProject *project, GError **error);

#endif
