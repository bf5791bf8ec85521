#ifndef PGS_PLAN_DERIVE_INDEX_H
#define PGS_PLAN_DERIVE_INDEX_H

#include "plan/derive.h"
#include "plan/derive_inquiry.h"

typedef struct {
    gint64 rows;
    gint64 n_parts, fewest; /* partitions that hold any, and the rows of the smallest of them */
    char *part;             /* that one: "public.runs_2024" */
} PgsRowCount;

/* What is derived for one index, for the files of derive*.c. */
typedef struct {
    PgsConnection *connection;
    const PgsIndexes *indexes;
    const PgsOperators *operators;
    GHashTable *counts; /* "public.users" → PgsRowCount * */

    const PgsIndex *index;
    char *from;       /* "public.users", "ONLY public.users" */
    gint64 rows;      /* of the table */
    gint64 n_parts;   /* partitions of it that hold any */
    gint64 fewest;    /* rows of the smallest of them, or of the table */
    gint64 n_indexed; /* of those the ones that fulfil its predicate */
    char *aside;      /* a condition: no row that another index is made for, by its predicate; or
                         NULL */
    GPtrArray *questions; /* PgsQuestion; the caller's */
    guint n_before;       /* of them: those of indexes before */
    char *reason;         /* why there is none: the first one that was found; or NULL */
} PgsDeriving;

/* A query whose rows are more than that share is no fair one: a sequential scan may be cheaper.
 * Rare values (volume/distribution.h) are well below: whether one is asked for must not be chance.
 */
#define PGS_DERIVE_MOST 0.08

/* The key as a query has it: with the index's collation where that is not its own; g_free(). */
char *pgs_derive_key_sql(const PgsIndexKey *key);
/* "workflow_runs.status", "users (tenant_id, lower(email))": the first n keys; g_free(). */
char *pgs_derive_keys_title(const PgsIndex *index, guint n);
/* "range of runs.started", "equality on users (lower(email))": key i alone; g_free(). */
char *pgs_derive_key_title(const char *what, const PgsIndex *index, guint i);
/* Why there is no question, unless one was given before; for a person. */
void pgs_derive_say(PgsDeriving *deriving, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Takes the title over.  tail: what follows the conditions (" ORDER BY …"), or "". */
void pgs_derive_add(PgsDeriving *deriving, PgsQuestionKind kind, const PgsInquiry *inquiry,
                    const char *tail, char *title);
/* Whether the query's rows are few enough; if not, that is said, of what ("its predicate").  FALSE
 * with error as pgs_connection_query(). */
gboolean pgs_derive_is_fair(PgsDeriving *deriving, const PgsInquiry *inquiry, const char *what,
                            gboolean *fair, GError **error);
/* pgs_derive_add() when it is.  The title is taken over. */
gboolean pgs_derive_add_fair(PgsDeriving *deriving, PgsQuestionKind kind, const PgsInquiry *inquiry,
                             char *title, const char *what, GError **error);
/* An inquiry for the index's own rows: its predicate, if it has one. */
PgsInquiry *pgs_derive_inquiry(const PgsDeriving *deriving);
/* A value of the key, of rows that fulfil condition (SQL; or NULL); where there is one, such as no
 * other index's predicate is made for.  *value NULL: there is none. */
gboolean pgs_derive_pick(const PgsDeriving *deriving, const char *condition, const char *key_sql,
                         PgsPick pick, char **value, GError **error);

/* How many rows have the same values of keys (char *, SQL) on average, of those that fulfil
 * condition (or NULL) and where none is NULL; 0: there are none. */
gboolean pgs_derive_mean(const PgsDeriving *deriving, const GPtrArray *keys, const char *condition,
                         double *mean, GError **error);

/* ---- by method; FALSE with error as pgs_connection_query() ---- */

gboolean pgs_derive_btree(PgsDeriving *deriving, GError **error);  /* and hash */
gboolean pgs_derive_search(PgsDeriving *deriving, GError **error); /* GIN, GiST, SP-GiST, … */
gboolean pgs_derive_brin(PgsDeriving *deriving, GError **error);
/* A narrow range of key i, where its type is one that people ask ranges of. */
gboolean pgs_derive_range(PgsDeriving *deriving, guint i, GError **error);
/* The look-ups of children that it is the best one for. */
gboolean pgs_derive_references(PgsDeriving *deriving, GError **error);

/* ---- rivals ---- */

/* Another index that is as good for what only the leading key restricts or sorts; or NULL. */
const PgsIndex *pgs_rival_for_leading(const PgsDeriving *deriving, gboolean is_equality);
/* Another one that finds the rows of its predicate as well; or NULL. */
const PgsIndex *pgs_rival_for_predicate(const PgsDeriving *deriving);
/* Another one that gives the order of the second key without the leading one; or NULL. */
const PgsIndex *pgs_rival_for_rest(const PgsDeriving *deriving);
/* Another one whose leading key the predicate is about, before the own leading key: which of the
 * two is taken is chance; or NULL. */
const PgsIndex *pgs_rival_by_predicate(const PgsDeriving *deriving);
/* Another one that gives the order of all keys, and more; or NULL. */
const PgsIndex *pgs_rival_for_order(const PgsDeriving *deriving);
/* Another one that is as good for equality on all keys from first on; *rival NULL: none. */
gboolean pgs_rival_for_all(const PgsDeriving *deriving, guint first, const PgsIndex **rival,
                           GError **error);
/* *aside: of the deriving: see there. */
gboolean pgs_rival_aside(const PgsDeriving *deriving, char **aside, GError **error);

#endif
