#ifndef PGS_PG_URL_WORDS_H
#define PGS_PG_URL_WORDS_H

#include <libpq-fe.h>
#include <stddef.h>

/*
 * What connection strings say beside libpq's own words, none of which may be told: they may be
 * pieces of a password.  Without GLib, as pg/refusal.h is.
 */

/* postgresql://…, no "keyword=value …". */
int pgs_url_is_url(const char *text);
/* What a parsed one says; or NULL. */
const char *pgs_url_value(const PQconninfoOption *parsed, const char *keyword);
/* Whether it can be meant so.  A password with a bare @, / or ? in it is not: pieces of it end up
 * as host, port or database, and would be shown. */
int pgs_url_is_plausible(const PQconninfoOption *parsed, const char *url);

/* The first parameter of a URL that another driver understands and libpq does not; or NULL.  Only
 * where it cannot be a piece of a password: what is before the "?" is a whole URL, and no @ comes
 * behind it. */
const char *pgs_url_foreign_parameter(const char *url, size_t *length);
/* What to write instead of it, a sentence. */
const char *pgs_url_parameter_advice(const char *name, size_t length);

#endif
