#include "pg/url_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int
pgs_url_is_url(const char *text)
{
    return strncmp(text, "postgresql://", 13) == 0 || strncmp(text, "postgres://", 11) == 0;
}

const char *
pgs_url_value(const PQconninfoOption *parsed, const char *keyword)
{
    for (; parsed->keyword != NULL; parsed++) {
        if (strcmp(parsed->keyword, keyword) == 0)
            return parsed->val;
    }
    return NULL;
}

int
pgs_url_is_plausible(const PQconninfoOption *parsed, const char *url)
{
    const char *host = pgs_url_value(parsed, "host");
    const char *port = pgs_url_value(parsed, "port");
    const char *database = pgs_url_value(parsed, "dbname");
    if (host != NULL && strchr(host, '@') != NULL)
        return 0;
    for (; port != NULL && *port != '\0'; port++) {
        if (!isdigit((unsigned char)*port) && *port != ',' && *port != ' ')
            return 0;
    }
    /* A database's own @ can be written as %40. */
    return !pgs_url_is_url(url) || database == NULL || strchr(database, '@') == NULL ||
           strstr(url, "%40") != NULL;
}

static int
is_named(const char *name, size_t length, const char *known)
{
    return strlen(known) == length && strncmp(known, name, length) == 0;
}

/* Whether it is one of the parameters that libpq takes in a connection string. */
static int
is_parameter(const char *name, size_t length)
{
    PQconninfoOption *known = PQconndefaults();
    int found = 0;
    for (const PQconninfoOption *at = known; at != NULL && at->keyword != NULL; at++)
        found |= is_named(name, length, at->keyword);
    PQconninfoFree(known);
    /* libpq takes it for sslmode=require. */
    return found || is_named(name, length, "ssl");
}

/* What is before the "?" is a URL of its own. */
static int
is_whole(const char *url, const char *query)
{
    char *before = strndup(url, (size_t)(query - url));
    PQconninfoOption *parsed = before != NULL ? PQconninfoParse(before, NULL) : NULL;
    int whole = parsed != NULL && pgs_url_is_plausible(parsed, before);
    PQconninfoFree(parsed);
    free(before);
    return whole;
}

const char *
pgs_url_foreign_parameter(const char *url, size_t *length)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *query = pgs_url_is_url(url) ? strchr(url, '?') : NULL;
    if (query == NULL || strchr(query, '@') != NULL || !is_whole(url, query))
        return NULL;
    for (const char *at = query; at != NULL; at = strchr(at, '&')) {
        *length = strspn(++at, letters);
        if (*length > 0 && at[*length] == '=' && !is_parameter(at, *length))
            return at;
    }
    return NULL;
}

const char *
pgs_url_parameter_advice(const char *name, size_t length)
{
    /* Prisma's; lib/pq's, pgx's and dbmate's; golang-migrate's, database/postgres/README.md. */
    static const struct {
        const char *name, *advice;
    } rows[] = {
        {"schema", "Write options=-csearch_path%3DNAME instead."},
        {"search_path", "Write options=-csearch_path%3DNAME instead."},
        {"x-migrations-table", "Leave it out; for pgstair migrate, pgstair.yaml names the table: "
                               "ledger: [TABLE]."},
        {"x-migrations-table-quoted", "Leave it out; for pgstair migrate, pgstair.yaml names the "
                                      "table: ledger: [SCHEMA.TABLE]."},
        {"x-statement-timeout", "Write options=-cstatement_timeout%3DMILLISECONDS instead."},
        {"statement_timeout", "Write options=-cstatement_timeout%3DMILLISECONDS instead."},
        {"socket", "Write host=FOLDER instead, the folder that the socket is in."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (is_named(name, length, rows[i].name))
            return rows[i].advice;
    }
    return "Leave it out: it is of another driver's.";
}
