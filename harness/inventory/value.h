#ifndef PGS_INVENTORY_VALUE_H
#define PGS_INVENTORY_VALUE_H

#include <glib.h>

/* A value for a column, as a statement gives it.  Passed by value; its text belongs to the bench's
 * pool (bench.h) and lives as long as that. */
typedef enum {
    PGS_VALUE_DEFAULT,    /* the column is left out: its default, or NULL */
    PGS_VALUE_NULL,       /* NULL, said */
    PGS_VALUE_TEXT,       /* the type's text form, given as a literal of no type, so that the
                             column's own input function and length limit apply */
    PGS_VALUE_EXPRESSION, /* an SQL expression: repeat('x', 100001) */
} PgsValueKind;

typedef struct {
    PgsValueKind kind;
    const char *text; /* NULL for DEFAULT and NULL */
} PgsValue;

gboolean pgs_value_equal(PgsValue a, PgsValue b);
/* Appended to values (PgsValue), unless it is there. */
void pgs_value_add_once(GArray *values, PgsValue value);
/* As it stands in a statement; appended. */
void pgs_value_append(GString *sql, PgsValue value);
/* For a person, cut when long: "NULL", "6", "'a b'"; g_free(). */
char *pgs_value_describe(PgsValue value);

#endif
