#ifndef PGS_PLAN_DERIVE_INQUIRY_H
#define PGS_PLAN_DERIVE_INQUIRY_H

#include "plan/derive_operators.h"
#include "plan/parameter.h"

/*
 * What a query asks of a table's rows, made condition by condition, each with a value that the rows
 * have which fulfil those before it.
 */
typedef struct {
    PgsConnection *connection; /* borrowed */
    char *from;                /* "public.users", "ONLY public.users" */
    GString *where;            /* "status = $1 AND (a > 0)"; empty: all rows */
    GString *literal;          /* the same with the values written in */
    GPtrArray *values;         /* char *, for $1, $2, … */
} PgsInquiry;

/* condition: as it stands, without parameters, or NULL. */
PgsInquiry *pgs_inquiry_new(PgsConnection *connection, const char *from, const char *condition);
void pgs_inquiry_free(PgsInquiry *inquiry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsInquiry, pgs_inquiry_free)

/* AND expression operator value; the value is taken over. */
void pgs_inquiry_add(PgsInquiry *inquiry, const char *expression, const PgsOperator *oper,
                     char *value);
/* How many rows fulfil it; G_MININT64 with error as pgs_connection_query(). */
gint64 pgs_inquiry_count(const PgsInquiry *inquiry, GError **error);
/* SELECT expression AS v FROM … of the rows that fulfil it and for which it is not NULL: in
 * parentheses, as a relation for parameter.h; g_free(). */
char *pgs_inquiry_values(const PgsInquiry *inquiry, const char *expression);
/* Of an expression, among the rows that fulfil it; *value NULL: there is none. */
gboolean pgs_inquiry_pick(const PgsInquiry *inquiry, const char *expression, PgsPick pick,
                          char **value, GError **error);

/* The count of rows of "ONLY public.users", or those that fulfil a condition. */
gint64 pgs_inquiry_count_rows(PgsConnection *connection, const char *from, const char *condition,
                              GError **error);

#endif
