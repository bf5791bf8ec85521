#ifndef PGS_CHECK_EXPECT_SPELL_H
#define PGS_CHECK_EXPECT_SPELL_H

#include "pg/connection.h"

/*
 * Lets the server spell fragments of SQL ("varchar(255)", "length(trim(name)) > 0") as its catalog
 * has them.  Questions are gathered, each once, and answered all together: whoever asks goes over
 * his work again when there are answers.
 */
typedef struct _PgsSpeller PgsSpeller;

/* What a fragment is. */
typedef enum {
    PGS_SPELL_TYPE,         /* of a column: "varchar(255)" */
    PGS_SPELL_COLLATION,    /* the collation that such a fragment says; none: no text */
    PGS_SPELL_SIGNATURE,    /* a type among a function's arguments or results */
    PGS_SPELL_DEFAULT,      /* extra: the column's type */
    PGS_SPELL_DOMAIN_CHECK, /* extra: the domain's type */
    PGS_SPELL_CHECK,
    PGS_SPELL_GENERATED, /* extra: the column's type */
    PGS_SPELL_KEYS,      /* of an index, with commas between; extra: its method */
    PGS_SPELL_PREDICATE, /* of an index */
    PGS_SPELL_WHEN,      /* of a trigger */
    PGS_SPELL_POLICY,    /* USING or WITH CHECK */
    PGS_SPELL_VIEW,      /* a query */
} PgsSpell;

typedef struct {
    char *text;   /* NULL: it says nothing (DEFAULT NULL), or was refused */
    char *code;   /* the SQLSTATE of the refusal; NULL: it was understood */
    char *reason; /* the server's words */
} PgsSpelling;

PgsSpeller *pgs_speller_new(void);
void pgs_speller_free(PgsSpeller *speller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSpeller, pgs_speller_free)

/*
 * The server's spelling; belongs to the speller.  NULL: not known yet, and noted down as a
 * question.  schema: a plain name, where the fragment's names are looked for first; relation: the
 * table that it speaks of, as a snapshot names it, or NULL; extra as above, or NULL.
 */
const PgsSpelling *pgs_speller_spell(PgsSpeller *speller, PgsSpell sort, const char *schema,
                                     const char *relation, const char *fragment, const char *extra);
/* Whether there are questions without an answer. */
gboolean pgs_speller_is_waiting(const PgsSpeller *speller);
/*
 * Answers them, in a transaction of its own or in a savepoint of the one that is open; nothing of
 * it stays.  An answer may be a refusal.  FALSE with error only when the connection is lost or
 * cancelled.
 */
gboolean pgs_speller_answer(PgsSpeller *speller, PgsConnection *connection, GError **error);

#endif
