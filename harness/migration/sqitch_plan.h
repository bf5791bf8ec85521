#ifndef PGS_MIGRATION_SQITCH_PLAN_H
#define PGS_MIGRATION_SQITCH_PLAN_H

#include <glib.h>

/* A sqitch.plan: its changes in order, checked as Sqitch checks them before it deploys any. */

/* Another change that one requires, or conflicts with. */
typedef struct {
    char *text; /* as the plan has it: "!project:change@tag" */
    gboolean conflicts;
    char *project; /* NULL: not said */
    char *change;  /* NULL: only a tag, or an id */
    char *tag;     /* without its @; or NULL */
    char *id;      /* forty hexadecimal digits; or NULL */
} PgsSqitchDepend;

/* Who planned a change or a tag, when, and what for: part of its id (ledger/sqitch_ids.h). */
typedef struct {
    char *moment; /* "2024-01-31T10:00:00Z" */
    char *planner_name;
    char *planner_email;
    char *note; /* "": none */
} PgsSqitchPlanned;

typedef struct {
    char *name;
    guint line; /* in the plan */
    PgsSqitchPlanned planned;
    GPtrArray *depends;      /* PgsSqitchDepend */
    GPtrArray *tags;         /* char *, without @ */
    GPtrArray *tags_planned; /* PgsSqitchPlanned, of each of them */
    GPtrArray *rework_tags;  /* char *: of a change that a later one of the same name reworks, those
                                that may be in its scripts' names, in the order in which Sqitch looks
                                for them; else empty */
} PgsSqitchChange;

typedef struct {
    char *path;
    char *project;
    char *uri;          /* %uri; NULL: it is not said */
    GPtrArray *changes; /* PgsSqitchChange, in the plan's order */
} PgsSqitchPlan;

/* path: for errors, PGS_MIGRATION_ERROR, which name the plan's line.  Free with
 * pgs_sqitch_plan_free(). */
PgsSqitchPlan *pgs_sqitch_plan_parse(const char *path, const char *text, gsize length,
                                     GError **error);
void pgs_sqitch_plan_free(PgsSqitchPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSqitchPlan, pgs_sqitch_plan_free)

/*
 * What "sqitch deploy" asks of all changes before the first: what they require is deployed before
 * them, and what they conflict with is not.  Those of other projects are left to the caller.
 */
gboolean pgs_sqitch_plan_check(const PgsSqitchPlan *plan, GError **error);

/* Whether it is a change of another project (or of an id that only Sqitch's registry knows). */
gboolean pgs_sqitch_plan_is_external(const PgsSqitchPlan *plan, const PgsSqitchDepend *depend);

/* App::Sqitch::Plan, find(): the index of the change that a dependency of this project is about;
 * -1: there is none. */
gint pgs_sqitch_plan_find(const PgsSqitchPlan *plan, const PgsSqitchDepend *depend);

#endif
