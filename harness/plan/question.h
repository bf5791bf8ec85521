#ifndef PGS_PLAN_QUESTION_H
#define PGS_PLAN_QUESTION_H

#include "inventory/index.h"
#include "plan/explain.h"

/* Where a question comes from. */
typedef enum {
    PGS_QUESTION_DECLARED,  /* the project's */
    PGS_QUESTION_EQUALITY,  /* all keys, or the leading one, = a value */
    PGS_QUESTION_RANGE,     /* the leading key in a narrow range */
    PGS_QUESTION_ORDER,     /* ORDER BY the keys, LIMIT */
    PGS_QUESTION_PREDICATE, /* a partial index: its predicate alone, where few rows fulfil it */
    PGS_QUESTION_SEARCH,    /* an operator of the opclass that is neither: @>, &&, @@, LIKE … */
    PGS_QUESTION_NEAREST,   /* ORDER BY key <-> value LIMIT */
    PGS_QUESTION_REFERENCE, /* the look-up of children that a cascade makes, with a generic plan */
} PgsQuestionKind;
/* "equality", "range", …; static. */
const char *pgs_question_kind_name(PgsQuestionKind kind);

/* A query, and the index that is to serve it. */
typedef struct {
    PgsQuestionKind kind;
    char *title;              /* for a person: "users by lower(email)" */
    const PgsIndex *index;    /* that is to serve it; NULL: any index of relation */
    guint32 relation;         /* OID: the table whose rows are looked for; 0: the index's */
    const PgsRule *reference; /* REFERENCE: the foreign key; else NULL */
    char *sql;
    GPtrArray *parameters; /* char *, NULL for SQL NULL; never NULL */
    gboolean generic;      /* the generic plan is judged as well as the custom one; of REFERENCE
                              that alone */
    gboolean analyze;
} PgsQuestion;

PgsQuestion *pgs_question_new(PgsQuestionKind kind, const PgsIndex *index);
void pgs_question_free(PgsQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsQuestion, pgs_question_free)
/* Borrows. */
PgsQuery pgs_question_query(const PgsQuestion *question);

#endif
