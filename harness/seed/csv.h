#ifndef PGS_SEED_CSV_H
#define PGS_SEED_CSV_H

#include <glib.h>

/*
 * Comma-separated values as RFC 4180 has them, with any one-character delimiter and LF or CRLF at
 * a line's end: a field may be quoted, and then hold delimiters, quotes (doubled) and newlines.
 */

typedef struct {
    char *text;
    gboolean is_quoted;
} PgsCsvField;

typedef struct {
    const char *text; /* borrowed, valid UTF-8 without NUL */
    gsize length;
    const char *delimiter; /* one character; borrowed */
    gsize at;              /* the next record begins here */
    guint line;            /* its line, from 1 */
} PgsCsv;

void pgs_csv_init(PgsCsv *csv, const char *text, gsize length, const char *delimiter);

/*
 * Reads the next record into fields (of PgsCsvField, emptied first; pgs_csv_fields_new()) and
 * *line, where it begins.  Lines with nothing in them are passed over.  FALSE at the end, and when
 * *fault says what is wrong at the line *line (static).
 */
gboolean pgs_csv_next(PgsCsv *csv, GArray *fields, guint *line, const char **fault);
/* g_array_unref() */
GArray *pgs_csv_fields_new(void);

#endif
