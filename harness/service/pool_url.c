#include "service/pool_url.h"

#include "pg/url_words.h"
#include "service/problem.h"

#include <string.h>

/* libpq's own words would repeat pieces of the string, which may be pieces of a password. */
static void
set_unreadable(PgsProblem **problem, const char *url)
{
    const char *colon = strstr(url, "://");
    const char *plus = strchr(url, '+');
    const char *hint = pgs_url_is_url(url)
                           ? "Characters like @ : / ? # % in a user's name or password are "
                             "written as %40 %3A %2F %3F %23 %25."
                           : "It is postgresql://user@host:5432/database, or words like "
                             "host=localhost dbname=app.";
    if (colon != NULL && plus != NULL && plus < colon)
        hint = "It is a URL of SQLAlchemy's: leave out the driver, from \"+\" to \":\".";
    pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", hint,
                    "the connection string cannot be understood");
}

static void
set_foreign(PgsProblem **problem, const char *name, size_t length)
{
    pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", pgs_url_parameter_advice(name, length),
                    "the connection string has the parameter \"%.*s\", which libpq does not know",
                    (int)length, name);
}

PQconninfoOption *
pgs_pool_url_parse(const char *url, PgsProblem **problem)
{
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    if (parsed != NULL && pgs_url_is_plausible(parsed, url))
        return parsed;
    PQconninfoFree(parsed);
    size_t length = 0;
    const char *name = pgs_url_foreign_parameter(url, &length);
    if (name != NULL)
        set_foreign(problem, name, length);
    else
        set_unreadable(problem, url);
    return NULL;
}
