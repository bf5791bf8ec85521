#ifndef PGS_VALUES_PATTERN_WRITE_H
#define PGS_VALUES_PATTERN_WRITE_H

#include "values/pattern_node.h"

/* One text from a pattern: the shortest choice everywhere, but for one piece. */

typedef enum {
    PGS_CHANGE_NONE,
    PGS_CHANGE_CHOOSE,  /* a set's option-th member, an alternation's option-th branch, option times
                         */
    PGS_CHANGE_DROP,    /* the piece is left out once */
    PGS_CHANGE_OUTSIDE, /* once a character that the set has not */
    PGS_CHANGE_INCLUDE, /* what a negative look would forbid */
} PgsChangeKind;

/* How what (?=…) asks for gets into the text. */
typedef enum {
    PGS_LOOK_OVERLAY, /* the characters that follow are chosen by it */
    PGS_LOOK_INSERT,  /* it stands before them */
    PGS_LOOK_IGNORE,
} PgsLookMode;

typedef struct {
    PgsChangeKind kind;
    const PgsPiece *piece;
    guint option;
    PgsLookMode look;
    GRand *random; /* other choices are left to chance; or NULL: they are the shortest */
} PgsChange;

/* NULL: it would be too long, or the change came to nothing.  g_free(). */
char *pgs_pattern_write(const PgsPiece *pattern, PgsChange change);

#endif
