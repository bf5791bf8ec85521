#ifndef PGS_PROJECT_CASE_REFERENCE_H
#define PGS_PROJECT_CASE_REFERENCE_H

#include <glib.h>

/* "$vbu.id": a column of a row that a case has been given. */
typedef struct {
    gsize start, end; /* bytes of the text */
    char *row, *member;
} PgsCaseReference;

void pgs_case_reference_clear(PgsCaseReference *reference);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsCaseReference, pgs_case_reference_clear)

/* Whether name can be one of a given row. */
gboolean pgs_case_name_is_good(const char *name);

/* Whether the whole text is a reference; then *reference, to be cleared. */
gboolean pgs_case_reference_parse(const char *text, PgsCaseReference *reference);

/*
 * The next one in an SQL text at or behind from, outside of quotes and comments; the column in
 * double quotes, when it is no plain name.  FALSE: there is none.
 */
gboolean pgs_case_reference_next(const char *sql, gsize from, PgsCaseReference *reference);

#endif
