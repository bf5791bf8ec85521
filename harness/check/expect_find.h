#ifndef PGS_CHECK_EXPECT_FIND_H
#define PGS_CHECK_EXPECT_FIND_H

#include "check/expect_compare.h"

/* Which objects an expectation may be about. */

typedef struct {
    GPtrArray *objects;         /* const PgsObject * */
    gboolean are_named;         /* by the expectation's name; else by where they belong */
    const PgsSpelling *refusal; /* of a type in a function's signature; or NULL */
} PgsExpectSubjects;

void pgs_expect_find(const PgsExpectScope *scope, PgsExpectSubjects *subjects);
void pgs_expect_subjects_clear(PgsExpectSubjects *subjects);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsExpectSubjects, pgs_expect_subjects_clear)

/*
 * The kinds in a snapshot that an expectation's kind stands for, NULL-terminated: of "unique rule"
 * and "constraint" several, else itself.  Static or the expectation's; own is used for the answer.
 */
const char *const *pgs_expect_kinds(const char *kind, const char *own[2]);

/*
 * The attribute by which an unnamed object of that kind is known ("columns"); NULL: a relation has
 * but one of them.
 */
const char *pgs_expect_identifying(const char *kind);

/* "public.vbus.name", from what the expectation says; of unnamed ones the table.  g_free(). */
char *pgs_expect_identity(const PgsExpectation *expectation);

#endif
