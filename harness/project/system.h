#ifndef PGS_PROJECT_SYSTEM_H
#define PGS_PROJECT_SYSTEM_H

#include "project/environment.h"
#include "project/exercise_case.h"
#include "project/expectation.h"
#include "project/plan_query.h"
#include "project/requirement.h"
#include "project/sample.h"
#include "project/tool_settings.h"

/* SQL that is run as it is: a file, or text that stands in pgstair.yaml. */
typedef struct {
    char *path; /* or NULL: */
    char *text;
    PgsPlace place;
} PgsSqlText;

/* What migrations' head has to be the same as. */
typedef struct {
    char *name;          /* for people: the file's name, the command's words */
    char *sql;           /* a file that makes the schema in an empty database; or NULL: */
    char **command;      /* argv of a program that fills the empty database that DATABASE_URL (and
                            PGHOST, PGDATABASE, …) names; run in folder; NULL-terminated */
    char *folder;        /* where the command is run */
    guint timeout;       /* milliseconds, of the command */
    char **ignore;       /* identities of objects (with their parts) that are not compared; never
                            NULL */
    char **requirements; /* never NULL */
    PgsPlace place;
} PgsModel;

/* A finding that a team has accepted, for a time. */
typedef struct {
    char *check;    /* an id or a group */
    char *revision; /* NULL: any; as the finding has it, or the revision's id */
    char *object;   /* NULL: any; a glob pattern over "kind identity" */
    char *title;    /* NULL: any; a glob pattern */
    char *reason;   /* never NULL */
    char *until;    /* the last day on which it holds, "2027-01-31"; NULL: without end */
    PgsPlace place;
} PgsAcceptance;

/* Differences of a kind that do not fail, for a time. */
typedef struct {
    char *name;   /* diff/diff.h */
    char *reason; /* NULL: none was given */
    char *until;  /* the last day on which it holds, "2027-01-31"; NULL: without end */
    PgsPlace place;
} PgsTolerance;

/* A check's severity, changed for this system. */
typedef struct {
    char *check;    /* an id or a group */
    char *severity; /* "failed", "warning", "info" */
    PgsPlace place;
} PgsSeverity;

/* One system under verification: a folder of migrations and what is asked of it. */
typedef struct {
    char *name;              /* for people, reports and databases */
    char *folder;            /* relative to the working folder, or absolute */
    char *format;            /* a reader's name, or NULL: recognise it */
    char *floor;             /* a revision that no downgrade goes below, or NULL */
    PgsToolSettings *tool;   /* never NULL */
    char *since;             /* a revision that is there already: only what is above it is verified;
                                or NULL.  "git:BASE": what is in that git revision */
    char *server;            /* the one that it runs on now: "auto", "local:15", … */
    char **servers;          /* what is asked for, each word one or several (server/spec.h):
                                "docker:13..18"; NULL-terminated; never NULL, empty: "auto" */
    char *image;             /* of a server in a container, "{major}" in it: the version of server;
                                NULL: the one for that version */
    char **settings;         /* of the server, "name=value" (setting.h), NULL-terminated; never
                                NULL */
    char **setting_places;   /* as settings: "pgstair.yaml:7:3", or "": from the command line */
    char *locale;            /* of the databases that are made, or NULL: the server's own */
    char *locale_provider;   /* "libc", "icu", "builtin", or NULL: libc */
    char *locale_place;      /* or NULL */
    GPtrArray *tolerances;   /* PgsTolerance, in the order of the file */
    gboolean strict;         /* a difference in order or white space only is a failure too */
    guint statement_timeout; /* milliseconds for each statement of a migration */
    guint start_timeout;     /* milliseconds for the start of a server; 0: the usual */

    GPtrArray *prepare; /* PgsSqlText: run by the superuser in each new database (roles once a
                           server), before the first migration */
    char *owner;        /* the role that migrations run as; made when prepare has not; NULL: the
                           superuser */
    char *start; /* a dump (SQL) that the run starts from rather than from nothing, or NULL */
    gboolean start_is_since;  /* it is of a database that stands at since: that is not applied */
    gboolean start_has_books; /* and has the tool's books in it */

    GPtrArray *expectations;    /* PgsExpectations */
    GPtrArray *samples;         /* PgsSample, in the order of the file */
    GPtrArray *models;          /* PgsModel */
    PgsExerciseFacts *exercise; /* never NULL */
    PgsPlanFacts *plans;        /* never NULL */
    char *live; /* a database URL that must be the same as head, read only; "$NAME": from the
                   environment; NULL: none */
    GPtrArray *environments;       /* PgsEnvironment, in the order of the file */
    PgsRequirements *requirements; /* or NULL */
    GPtrArray *accepted;           /* PgsAcceptance */
    GPtrArray *severities;         /* PgsSeverity */
    char **only, **skip;           /* checks; NULL: not said */
    PgsPlace place;                /* of its entry in pgstair.yaml */
} PgsSystem;

/* With defaults, and a name made of the folder's.  Free with pgs_system_free(). */
PgsSystem *pgs_system_new(const char *folder);
void pgs_system_free(PgsSystem *system);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSystem, pgs_system_free)

PgsSqlText *pgs_sql_text_new(const char *path, const char *text);
void pgs_sql_text_free(PgsSqlText *sql);
PgsModel *pgs_model_new(void);
void pgs_model_free(PgsModel *model);
void pgs_acceptance_free(PgsAcceptance *acceptance);
/* Makes one and adds it; belongs to the system. */
PgsTolerance *pgs_system_add_tolerance(PgsSystem *system, const char *name);
void pgs_tolerance_free(PgsTolerance *tolerance);
void pgs_severity_free(PgsSeverity *severity);

#endif
