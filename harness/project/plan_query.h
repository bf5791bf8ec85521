#ifndef PGS_PROJECT_PLAN_QUERY_H
#define PGS_PROJECT_PLAN_QUERY_H

#include "project/place.h"

/* The most that --rows, "rows:" and "tables:" take. */
#define PGS_PLAN_MAX_ROWS 100000000u

/* What pgstair.yaml says under "plans:": queries, and the indexes that must serve them.  Data only.
 */

typedef enum {
    PGS_PARAMETER_TEXT,   /* text; NULL: SQL NULL */
    PGS_PARAMETER_SQL,    /* text: a query of one value, asked of the rows that were made */
    PGS_PARAMETER_RARE,   /* text: "users.email": the value that fewest rows have */
    PGS_PARAMETER_COMMON, /* likewise: that most have */
    PGS_PARAMETER_MIDDLE, /* likewise: the median */
} PgsParameterKind;

typedef struct {
    PgsParameterKind kind;
    char *text;
    PgsPlace place;
} PgsPlanParameter;

typedef struct {
    char *title;           /* never NULL: the name, or the query's beginning */
    char *sql;             /* one statement */
    GPtrArray *parameters; /* PgsPlanParameter; empty and the query has some: they are inferred */
    char **indexes;        /* each of which must serve it; empty: an index, whichever, must serve
                              each table that it filters; never NULL */
    char **tables;         /* on which, when indexes is empty; never NULL */
    gboolean servable_is_enough; /* "verdict: servable": another index may win */
    gboolean generic;            /* the generic plan must be served too */
    gboolean analyze;
    char **requirements; /* never NULL */
    PgsPlace place;
} PgsPlanQuery;

typedef struct {
    char *name, *value;
} PgsPlanSetting;

typedef struct {
    char *table;
    guint rows;
    PgsPlace place;
} PgsPlanRows;

typedef struct {
    guint rows;          /* 0: not said */
    GPtrArray *of_table; /* PgsPlanRows */
    GPtrArray *settings; /* PgsPlanSetting: the planner's, as production has them */
    GPtrArray *fill;     /* PgsSqlText (system.h): run once the rows are there */
    gboolean derive;     /* each index's own queries too */
    gboolean derive_is_said;
    gboolean is_said; /* "plans:" is there */
    gboolean analyze;
    char **requirements; /* of all; never NULL */
    GPtrArray *queries;  /* PgsPlanQuery */
    PgsPlace place;
} PgsPlanFacts;

PgsPlanFacts *pgs_plan_facts_new(void);
void pgs_plan_facts_free(PgsPlanFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPlanFacts, pgs_plan_facts_free)
PgsPlanQuery *pgs_plan_query_new(void);
void pgs_plan_query_free(PgsPlanQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPlanQuery, pgs_plan_query_free)
/* One without more than its text, and a title made of it. */
PgsPlanQuery *pgs_plan_query_of(const char *sql);
/* Appends a parameter that is this text; NULL: SQL NULL. */
void pgs_plan_query_add_text(PgsPlanQuery *query, const char *text);
/* Its title, when it has none: made of the text. */
void pgs_plan_query_set_title(PgsPlanQuery *query);
/* A query of a text, as pgstair.yaml has it; name stands for a file in messages. */
PgsPlanQuery *pgs_plan_query_parse(const char *name, const char *text, GError **error);

#endif
