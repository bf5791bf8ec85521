#ifndef PGS_CHECK_EXPECT_WORDS_H
#define PGS_CHECK_EXPECT_WORDS_H

#include "check/expect_find.h"

/* What findings of expectations say.  All strings: g_free(). */

/* What the case is, as the expectation names it: "column public.vbus.name". */
char *pgs_expect_title(const PgsExpectation *expectation);
/* What it is about: "kind identity"; object NULL: as the expectation names it. */
char *pgs_expect_object(const PgsExpectation *expectation, const PgsObject *object);

/* All that was compared: "character varying(255) not null", as wanted or as it is. */
char *pgs_expect_describe(const GPtrArray *comparisons, gboolean actual);
/* What an expectation says of an object that is not there, in its own spelling. */
char *pgs_expect_describe_said(const PgsExpectation *expectation);
/* What is wrong, in one line: "type: text, expected character varying(255); …". */
char *pgs_expect_message(const GPtrArray *comparisons);
/* Values of several lines that differ, in full; NULL: there are none. */
char *pgs_expect_detail(const GPtrArray *comparisons);
/* A query that shows it, and the catalog's letters where there are some; NULL: none is known. */
char *pgs_expect_fact(const PgsObject *object, const GPtrArray *comparisons);

#endif
