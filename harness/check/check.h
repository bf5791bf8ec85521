#ifndef PGS_CHECK_CHECK_H
#define PGS_CHECK_CHECK_H

#include "record/record.h"

#include <glib.h>

/* The checks as rows of a table: what each is called, why it matters and how to mend what it finds.
 */

#define PGS_CHECK_ERROR (pgs_check_error_quark())
GQuark pgs_check_error_quark(void);
typedef enum {
    PGS_CHECK_ERROR_UNKNOWN, /* no check or group of that name */
} PgsCheckError;

/* What a check's findings are about, where a run has several servers. */
typedef enum {
    PGS_CHECK_SCOPE_SERVER, /* a server's: each has its own */
    PGS_CHECK_SCOPE_FOLDER, /* the same on all: told once */
    PGS_CHECK_SCOPE_ACROSS, /* how the servers differ; made only where there are several */
} PgsCheckScope;

typedef struct {
    const char *id;     /* "stairway.down": the group, a dot, the name */
    const char *title;  /* one line */
    PgsStatus severity; /* of what it finds: PGS_STATUS_FAILED, _WARNING or _INFO */
    const char *needs;  /* what it has to have, for people */
    const char *what;   /* what it does; paragraphs */
    const char *why;    /* why that matters */
    const char *mend;   /* how to mend what it finds */
    PgsCheckScope scope;
    /* What it catches: a few lines of SQL or of what else it reads, the file's name in a comment
     * where there are several; broken, then, behind a comment, mended. */
    const char *example;
} PgsCheck;

/* The table's rows from 0, in the order of a run; NULL behind the last. */
const PgsCheck *pgs_check_at(guint index);
/* NULL when there is none. */
const PgsCheck *pgs_check_find(const char *id);

/* Whether word is the check's id, or its group ("cycle" names "cycle.up"). */
gboolean pgs_check_is_named(const char *word, const char *id);
/* Error with the nearest name when word is no check and no group. */
gboolean pgs_check_name_validate(const char *word, GError **error);

/* Which checks a run makes. */
typedef struct {
    char **only; /* ids and groups, NULL-terminated; NULL: all */
    char **skip; /* likewise; NULL: none */
} PgsCheckSelection;

/* Error with the nearest name when one of the words is no check and no group. */
gboolean pgs_check_selection_validate(const PgsCheckSelection *selection, GError **error);
gboolean pgs_check_selection_has(const PgsCheckSelection *selection, const char *id);
/* Whether it has any check of the group ("cycle"). */
gboolean pgs_check_selection_has_group(const PgsCheckSelection *selection, const char *group);
/* The group's first check that it has, static; or NULL. */
const char *pgs_check_selection_first(const PgsCheckSelection *selection, const char *group);

#endif
