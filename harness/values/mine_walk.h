#ifndef PGS_VALUES_MINE_WALK_H
#define PGS_VALUES_MINE_WALK_H

#include "values/mine.h"

/* What the files of mine.h share. */

/* A walk over one expression. */
typedef struct {
    const PgsInventory *inventory;
    PgsMined *mined;
    GPtrArray *chain;    /* PgsSayingStep on the way to where the walk is, outermost first */
    GHashTable *covered; /* PgsNode: columns that are in a saying */
    guint level;         /* how many functions' bodies it is in */
} PgsWalk;

/* A column within an operand. */
typedef struct {
    const PgsNode *node;
    GPtrArray *steps; /* PgsSayingStep, from the column outwards */
} PgsSubject;

void pgs_subject_free(gpointer subject);
gboolean pgs_node_is_name(const PgsNode *node);
gboolean pgs_node_has_column(const PgsNode *node);

/* What is said of subjects (PgsSubject). */
void pgs_say_constant(PgsWalk *walk, const GPtrArray *subjects, const char *operator,
                      const PgsNode * constant, gboolean in_list);
void pgs_say_text(PgsWalk *walk, const GPtrArray *subjects, const char *operator,
                  const char * text);
void pgs_say_pattern(PgsWalk *walk, const GPtrArray *subjects, const char *operator,
                     PgsPatternSyntax syntax, const char *pattern);
void pgs_say_columns(PgsWalk *walk, const GPtrArray *subjects, const char *operator,
                     const GPtrArray * others);
void pgs_say_plainly(PgsWalk *walk, const GPtrArray *subjects, PgsSayingKind kind);

/* All that a condition says. */
void pgs_mine_condition(PgsWalk *walk, const PgsNode *node);
/* The columns in an operand, appended to subjects; conditions within it are mined. */
void pgs_mine_subjects(PgsWalk *walk, const PgsNode *node, GPtrArray *subjects);
/* Likewise, behind a step that has only a name. */
void pgs_mine_named(PgsWalk *walk, const PgsNode *node, const char *name, GPtrArray *subjects);
/* What a function of the schema's own says of its arguments. */
void pgs_mine_function_body(PgsWalk *walk, const PgsNode *node);

PgsMined *pgs_mined_new(void);
/* A copy of a constant. */
PgsNode *pgs_node_new_constant(const PgsNode *constant);

/* ARRAY['a', 'b'::text], and its text form; g_free(). */
gboolean pgs_is_constant_array(const PgsNode *node);
char *pgs_array_literal_join(const PgsNode *array);

/* Adds what a condition says.  level: how many functions' bodies it is in. */
void pgs_mine_tree(const PgsInventory *inventory, const PgsNode *node, guint level,
                   PgsMined *mined);
/* pgs_mine_body() at that level. */
PgsMined *pgs_mine_code(const PgsInventory *inventory, const char *body, guint level);

/* ---- what operators and functions of PostgreSQL's own are ---- */

/* Whether the node is a truth by its own form: a comparison, AND, a test. */
gboolean pgs_is_condition(const PgsNode *node);
/* Whether the operator takes a pattern on its right, and of which syntax. */
gboolean pgs_operator_pattern(const char *operator, PgsPatternSyntax * syntax);
/* ">" for "<"; the operator itself when it has no other. */
const char *pgs_operator_commuted(const char *operator);
/* Whether the function takes a constant pattern, and at which position. */
gboolean pgs_function_pattern(const PgsNode *node, guint *position, PgsPatternSyntax *syntax);
/* The operator that the function is another name of: "^@" of starts_with(); or NULL. */
const char *pgs_function_operator(const PgsNode *node);
/* Whether it is one of PostgreSQL's own that looks at nothing but its arguments. */
gboolean pgs_function_is_known(const PgsNode *node);
/* Whether this node, for its own part, looks at nothing but what is below it. */
gboolean pgs_node_is_stateless(const PgsNode *node);

#endif
