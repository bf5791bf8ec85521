#ifndef PGS_EXERCISE_RULE_INDEX_H
#define PGS_EXERCISE_RULE_INDEX_H

#include "exercise/rule_rows.h"

/*
 * What rules that an index keeps have in common (PRIMARY KEY, UNIQUE, EXCLUSION): what its keys are
 * made of, a row that it holds, and one more.
 */
typedef struct {
    PgsBench *bench;
    PgsRuleResult *result;
    const PgsRule *rule;
    const PgsRelation *relation;
    GPtrArray *sources; /* const PgsColumn *: that its keys and its predicate are made of, none of
                           them generated */
    GPtrArray *predicate_sources; /* likewise, of its predicate alone */
    GPtrArray
        *wishes; /* GArray of PgsWish: with which a row may be one that it holds; tried in order */
    PgsStored *stored; /* a row that it holds; or NULL */
    PgsDraft *draft;   /* one more that is accepted; or NULL */
} PgsIndexRule;

/* FALSE with error; result is judged where there is no stored row. */
gboolean pgs_index_rule_prepare(PgsIndexRule *index, PgsBench *bench, PgsRuleResult *result,
                                GError **error);
void pgs_index_rule_clear(PgsIndexRule *index);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsIndexRule, pgs_index_rule_clear)

/* Proves the rule, whose rows are prepared. */
typedef gboolean (*PgsIndexRuleFunc)(PgsIndexRule *index, GError **error);
/* A PgsRuleFunc (rules.h) by it: in a transaction that is rolled back. */
gboolean pgs_index_rule_exercise(PgsBench *bench, PgsRuleResult *result, PgsIndexRuleFunc prove,
                                 GError **error);

/* The columns (const PgsColumn *) that its keys are made of, none of them generated;
 * g_ptr_array_unref(). */
GPtrArray *pgs_index_rule_key_sources(const PgsIndexRule *index);
/* Adds to wishes (PgsWish) that the columns of a foreign key refer to a new row. */
gboolean pgs_index_rule_wish_for_parent(const PgsIndexRule *index, const PgsRule *reference,
                                        GArray *wishes, GError **error);
/* The draft with the stored row's values of all that the keys are made of. */
PgsDraft *pgs_index_rule_collide(const PgsIndexRule *index, const PgsDraft *draft,
                                 const PgsStored *stored);
/* Whether it holds the stored row: its predicate is true and, for all keys, none is NULL. */
gboolean pgs_index_rule_holds(const PgsIndexRule *index, const PgsStored *stored,
                              gboolean with_keys, gboolean *holds, GError **error);

/*
 * Leaves out of rows for the proof what proves nothing: rows to be accepted that meet another row
 * than the stored one, rows to be refused that the predicate leaves out.
 */
gboolean pgs_index_rule_sift(const PgsIndexRule *index, GPtrArray *rows, GError **error);

/* "(SELECT a::integer AS a, …)": the draft's values of some columns, for expressions on them.
 * g_free(). */
char *pgs_index_rule_row(const PgsDraft *draft, const GPtrArray *columns);
/* "a = 1, b = 'x'".  g_free(). */
char *pgs_index_rule_describe(const PgsDraft *draft, const GPtrArray *columns);

#endif
