#ifndef PGS_CHECK_EXPECT_NAME_H
#define PGS_CHECK_EXPECT_NAME_H

#include <glib.h>

/* Names and lists as people write them (order, Mixed Case) and as SQL does ("order"). */

/* A name without its quotes when it is a quoted identifier, else as it stands.  g_free(). */
char *pgs_expect_name_plain(const char *name);
/* The same for the first length bytes. */
char *pgs_expect_name_plain_n(const char *name, gsize length);

/*
 * Splits "public.theses.\"order\"" at its dots, outside quotes and parentheses, into at most most
 * plain names (0: as many as there are); the last keeps what is left.  g_strfreev().
 */
char **pgs_expect_name_split(const char *name, guint most);

/* Whether it is one identifier, quoted or not, and nothing else. */
gboolean pgs_expect_name_is_identifier(const char *text);
/* The name as SQL needs it where no key word is known: with quotes unless it is plainly simple. */
char *pgs_expect_name_quote(const char *plain);

/*
 * Splits "a, lower(b), 'x, y'" at commas outside quotes, parentheses and brackets, white space
 * around each taken away.  NULL: an empty list.  g_strfreev().
 */
char **pgs_expect_list_split(const char *list);
/* The same, each item a plain name.  g_strfreev(). */
char **pgs_expect_list_names(const char *list);

#endif
