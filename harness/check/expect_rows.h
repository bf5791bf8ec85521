#ifndef PGS_CHECK_EXPECT_ROWS_H
#define PGS_CHECK_EXPECT_ROWS_H

#include <glib.h>

/* What can be said of an object, attribute by attribute: as rows of a table. */

/* What sort of thing an attribute's value is; so it is compared. */
typedef enum {
    PGS_FACT_TEXT, /* to the letter */
    PGS_FACT_WORD, /* key words, in either case */
    PGS_FACT_FLAG, /* "true" or nothing */
    PGS_FACT_RULE, /* of a foreign key: a word or pg_constraint's letter */
    PGS_FACT_EVENTS,
    PGS_FACT_NAMES,      /* of columns */
    PGS_FACT_IDENTIFIER, /* one name, that of a schema in front or not */
    PGS_FACT_FUNCTION,
    PGS_FACT_REFERENCES,
    PGS_FACT_LIST,
    PGS_FACT_RELATION,
    PGS_FACT_RELATIONS,
    PGS_FACT_OPTIONS,   /* "fillfactor=70, …" in any order */
    PGS_FACT_PARTITION, /* key or bound of a partition: all but white space and case */
    PGS_FACT_BODY,      /* of a function: all but white space */
    PGS_FACT_RESULT,
    PGS_FACT_TYPE, /* from here on the server's own spelling is compared */
    PGS_FACT_DEFAULT,
    PGS_FACT_GENERATED,
    PGS_FACT_CHECK,
    PGS_FACT_DOMAIN_CHECK,
    PGS_FACT_KEYS,
    PGS_FACT_PREDICATE,
    PGS_FACT_WHEN,
    PGS_FACT_POLICY,
    PGS_FACT_VIEW,
} PgsFactSort;

typedef struct {
    const char *attribute; /* the snapshot's */
    const char *label;     /* for people, in messages; NULL: the attribute's name */
    PgsFactSort sort;
    const char *with;    /* printf format of its one value in a description: "default %s" */
    const char *without; /* the words for not having it: "no default"; NULL: "no <label>" */
    /*
     * What is described is described whole: an attribute of which the expectation says nothing has
     * to be as it is in a plain object of its kind (plain), ALWAYS, or once the expectation says
     * the attribute that is named here ("*": any).  NULL: it has no plain form, or is no matter of
     * what an object does; it is asked when it is said.
     */
    const char *asked_with;
    const char *plain;
} PgsExpectRow;

#define PGS_ASKED_ALWAYS ""
#define PGS_ASKED_WITH_ANY "*"

/* The rows of a kind, in the order of a description, ended by one without attribute; never NULL. */
const PgsExpectRow *pgs_expect_rows(const char *kind);
/* NULL: the table does not know that attribute of that kind; it is compared as text then, and asked
 * whether it is said or not (plain: without it), unless it is one that nobody asks unsaid. */
const PgsExpectRow *pgs_expect_row(const char *kind, const char *attribute);

/* Attributes of any kind that are asked only when they are said: owner, privileges, storage, …. */
gboolean pgs_expect_is_unasked(const char *attribute);

/* The check that judges expectations of a kind: "expect.foreign-key".  Static. */
const char *pgs_expect_check_id(const char *kind, gboolean absent);

#endif
