#ifndef PGS_CHECK_EXPECT_VALUE_H
#define PGS_CHECK_EXPECT_VALUE_H

#include "check/expect_lookup.h"
#include "check/expect_rows.h"
#include "check/expect_spell.h"
#include "project/expectation.h"

/* One attribute's value, as it is wanted and as it is, in a form that can be compared. */

/* What it takes to understand an expectation; all of it borrowed but schema. */
typedef struct {
    const PgsExpectation *expectation;
    const PgsLookup *lookup;
    PgsSpeller *speller;
    const PgsObject *relation; /* that the expectation names; NULL: none named, or none there */
    char *schema;              /* plain: where names without one are looked for first */
} PgsExpectScope;

void pgs_expect_scope_init(PgsExpectScope *scope, const PgsExpectation *expectation,
                           const PgsLookup *lookup, PgsSpeller *speller);
void pgs_expect_scope_clear(PgsExpectScope *scope);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsExpectScope, pgs_expect_scope_clear)

/*
 * What text, in the user's spelling, wants of the object's attribute.  NULL: not to have it.
 * *refusal: the server does not understand it, and the text is returned as it is.  Meaningless
 * while the speller is waiting.  g_free().
 */
char *pgs_expect_wanted(const PgsExpectScope *scope, const PgsObject *object,
                        const PgsExpectRow *row, const char *text, const PgsSpelling **refusal);
/* The snapshot's value in the same form; text is not NULL.  NULL: as good as none.  g_free(). */
char *pgs_expect_actual(const PgsExpectScope *scope, const PgsObject *object,
                        const PgsExpectRow *row, const char *text);

/* A foreign key's rule as people may write it ("r", "set null") as the snapshot has it.  g_free().
 */
char *pgs_expect_rule_word(const char *text);
/* pg_constraint's letter for a rule; '?' when it is none. */
char pgs_expect_rule_letter(const char *word);

#endif
