#ifndef PGS_OPERATE_DDL_PLAN_H
#define PGS_OPERATE_DDL_PLAN_H

#include "diff/diff.h"
#include "operate/ddl_side.h"

/* Statements that lead from one schema to another, in an order that is right for most; who runs
 * them puts off those that the server refuses until others have run (ddl_run.h). */

/* The order: what stands in the way first, what others are made of before them, what loses data
 * last. */
typedef enum {
    PGS_DDL_DROP_KEY, /* foreign keys */
    PGS_DDL_DROP_PART,
    PGS_DDL_DROP_VIEW,
    PGS_DDL_DROP_INDEX,
    PGS_DDL_DROP_DEFAULT,
    PGS_DDL_DROP_SEQUENCE, /* whose name an identity column's takes */
    PGS_DDL_DROP_FUNCTION, /* that is made again */
    PGS_DDL_SCHEMA,
    PGS_DDL_EXTENSION,
    PGS_DDL_TYPE,
    PGS_DDL_SEQUENCE,
    PGS_DDL_FUNCTION,
    PGS_DDL_TABLE,
    PGS_DDL_PARTITION,
    PGS_DDL_COLUMN,
    PGS_DDL_ALTER,
    PGS_DDL_DEFAULT,
    PGS_DDL_OWNED,
    PGS_DDL_CONSTRAINT,
    PGS_DDL_INDEX,
    PGS_DDL_FOREIGN_KEY,
    PGS_DDL_VIEW,
    PGS_DDL_TRIGGER,
    PGS_DDL_WORD, /* comments, owners, privileges */
    PGS_DDL_LOSE_COLUMN,
    PGS_DDL_LOSE_TABLE,
    PGS_DDL_LOSE_FUNCTION,
    PGS_DDL_LOSE_SEQUENCE,
    PGS_DDL_LOSE_TYPE,
    PGS_DDL_LOSE_EXTENSION,
    PGS_DDL_LOSE_SCHEMA,
} PgsDdlRank;

typedef struct {
    PgsDdlRank rank;
    guint number;  /* in the order in which they were added: within a rank */
    char *what;    /* "column public.t.c" */
    char *sql;     /* without a semicolon at its end */
    char *remark;  /* to be read before it is run, or NULL */
    char *refusal; /* what the server said, when it was run; or NULL */
} PgsDdlStatement;

typedef struct {
    const PgsDdlSide *from, *to;
    const char *role;      /* who runs them, and so owns what they make */
    GPtrArray *statements; /* PgsDdlStatement */
    GHashTable *dropped;   /* keys of what is dropped of from … */
    GHashTable *made;      /* … and made of to: sets */
} PgsDdlPlan;

PgsDdlPlan *pgs_ddl_plan_new(const PgsDdlSide *from, const PgsDdlSide *to, const char *role);
void pgs_ddl_plan_free(PgsDdlPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDdlPlan, pgs_ddl_plan_free)

/* Adds what the diff of the two sides asks for, and puts all in order. */
void pgs_ddl_plan_fill(PgsDdlPlan *plan, const PgsDiff *diff);

/* ---- for the files that fill it ---- */

/* sql is taken over; remark is copied, or NULL. */
void pgs_ddl_plan_add(PgsDdlPlan *plan, PgsDdlRank rank, const PgsObject *object,
                      const char *remark, char *sql);

/* Makes an object of plan->to with its parts and words; nothing when it is made already. */
void pgs_ddl_create(PgsDdlPlan *plan, const PgsObject *object);
/* Drops one of plan->from; again: it, or another of its name, is made anew. */
void pgs_ddl_drop(PgsDdlPlan *plan, const PgsObject *object, gboolean again);
/* A column's default goes, or comes (column: of plan->to; nothing when it has none): once each. */
void pgs_ddl_drop_default(PgsDdlPlan *plan, const PgsObject *column);
void pgs_ddl_set_default(PgsDdlPlan *plan, const PgsObject *column);
/* A sequence of plan->from goes before an identity column makes one of its name. */
void pgs_ddl_drop_sequence(PgsDdlPlan *plan, const PgsObject *sequence);
/* A new sequence of plan->to goes on behind the values that its column has already. */
void pgs_ddl_go_on_counting(PgsDdlPlan *plan, const PgsObject *column, const PgsObject *sequence);
/* One attribute; FALSE: no statement can change it. */
gboolean pgs_ddl_alter(PgsDdlPlan *plan, const PgsDifference *difference);
gboolean pgs_ddl_alter_labels(PgsDdlPlan *plan, const PgsDifference *difference);
gboolean pgs_ddl_alter_domain(PgsDdlPlan *plan, const PgsDifference *difference);
gboolean pgs_ddl_alter_attribute_type(PgsDdlPlan *plan, const PgsDifference *difference);
/* A NOT NULL as a constraint of its own (from PostgreSQL 18 on): what a new column says of it, what
 * a new or changed one needs. */
void pgs_ddl_append_not_null(GString *sql, const PgsDdlSide *side, const PgsObject *column);
void pgs_ddl_create_not_null(PgsDdlPlan *plan, const PgsObject *constraint);
gboolean pgs_ddl_alter_not_null(PgsDdlPlan *plan, const PgsDifference *difference);
/* Whether its constraint is said by itself, or by the table above: not by SET NOT NULL. */
gboolean pgs_ddl_not_null_is_said(const PgsDdlSide *side, const PgsObject *column);
/* Drops it with all that depends on it, and makes what of that is in plan->to. */
void pgs_ddl_remake(PgsDdlPlan *plan, const PgsObject *before);
/* Likewise those dependents alone that stand in the way of a change of a column's type. */
void pgs_ddl_remake_dependents(PgsDdlPlan *plan, const PgsObject *before);

/* Comment, owner, privileges of a new object. */
void pgs_ddl_words(PgsDdlPlan *plan, const PgsObject *object);
/* One of those three; before or after NULL.  FALSE: it cannot be said. */
gboolean pgs_ddl_word(PgsDdlPlan *plan, const PgsObject *object, const char *attribute,
                      const char *before, const char *after);

/* What follows COMMENT ON and, for what has no parent, DROP, ALTER, GRANT … ON: "TABLE"; NULL: the
 * kind is not written. */
const char *pgs_ddl_noun(const char *kind);
/* The name of a part within its parent. */
const char *pgs_ddl_part_name(const PgsObject *object);
/* An attribute, or what stands for it where there is none. */
const char *pgs_ddl_value(const PgsObject *object, const char *attribute, const char *otherwise);
/* A column of a table, as it stands in CREATE TABLE.  g_free(). */
char *pgs_ddl_column(const PgsDdlSide *side, const PgsObject *column, gboolean with_default);
/* "INCREMENT BY 1 …" of a sequence; "" when all is as usual for its type.  g_free(). */
char *pgs_ddl_sequence_options(const PgsObject *sequence, const char *column);
/* Adds what a column has beyond its definition (storage, statistics, options). */
void pgs_ddl_column_extras(PgsDdlPlan *plan, const PgsObject *column);
/* The parenthesis behind WITH or SET, "(fillfactor='70')"; names_only: RESET's.  g_free(). */
char *pgs_ddl_options(const char *options, gboolean names_only);
/* Whether the parent's own statement makes it: inherited, attached, a view's column. */
gboolean pgs_ddl_comes_with_parent(const PgsDdlSide *side, const PgsObject *object);

#endif
