#include "server/locale.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* How many of the server's locales a hint lists. */
#define MANY 12

/* CREATE DATABASE's words for each provider.  PostgreSQL's documentation, "CREATE DATABASE". */
static const struct {
    const char *provider;
    int since; /* version number */
    const char *words;
    char collprovider; /* in pg_collation */
} providers[] = {
    /* The default since 15 is the template's provider, whichever that is. */
    {"libc", 150000, " LOCALE_PROVIDER libc LOCALE ", 'c'},
    {"libc", 0, " LOCALE ", 'c'},
    {"icu", 150000, " LOCALE_PROVIDER icu ICU_LOCALE ", 'i'},
    {"builtin", 170000, " LOCALE_PROVIDER builtin BUILTIN_LOCALE ", 'b'},
};

static const char *
provider_of(const PgsServer *server)
{
    return server->request.locale_provider != NULL ? server->request.locale_provider : "libc";
}

/* The row of providers; their number: there is none for this version. */
static gsize
find_row(const PgsServer *server)
{
    gsize i = 0;
    while (i < G_N_ELEMENTS(providers) &&
           (g_ascii_strcasecmp(providers[i].provider, provider_of(server)) != 0 ||
            server->version_number < providers[i].since))
        i++;
    return i;
}

/* "pgstair.yaml:7:3: locale: "; g_free(). */
static char *
where(const PgsServer *server)
{
    const char *place = server->request.locale_place;
    return place != NULL ? g_strdup_printf("%s: locale: ", place) : g_strdup("locale: ");
}

/* The server's locales of that provider, as its catalog has them; NULL-terminated. */
static char **
list_locales(const PgsServer *server, PgsConnection *connection)
{
    char provider = providers[find_row(server)].collprovider;
    const char *column = provider == 'c'                    ? "collcollate"
                         : server->version_number >= 170000 ? "colllocale"
                                                            : "colliculocale";
    /* Encoding 6 is UTF-8, -1 any. */
    g_autofree char *sql = g_strdup_printf(
        "SELECT DISTINCT c.%s COLLATE pg_catalog.\"C\" FROM pg_catalog.pg_collation AS c "
        "WHERE c.collprovider OPERATOR(pg_catalog.=) '%c' AND c.%s IS NOT NULL "
        "AND c.collencoding OPERATOR(pg_catalog.=) ANY (ARRAY[-1, 6]) ORDER BY 1",
        column, provider, column);
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_autoptr(PGresult) result =
        pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, NULL);
    for (int i = 0; result != NULL && i < PQntuples(result); i++)
        g_strv_builder_add(names, PQgetvalue(result, i, 0));
    return g_strv_builder_end(names);
}

/* "it has C, en_US.utf8; the nearest is en_US.utf8". */
static char *
describe_locales(const char *locale, char **names)
{
    const char *nearest = pgs_text_nearest(locale, (const char *const *)names);
    guint n = g_strv_length(names);
    g_autoptr(GString) text = g_string_new(n > 0 ? "it has " : "it has none");
    for (guint i = 0; i < MIN(n, MANY); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", names[i]);
    if (n > MANY)
        g_string_append_printf(text, " and %u more", n - MANY);
    if (nearest != NULL)
        g_string_append_printf(text, "; the nearest is %s", nearest);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
is_utf8(const char *locale)
{
    const char *encoding = strchr(locale, '.');
    return encoding == NULL || g_ascii_strncasecmp(encoding, ".utf8", 5) == 0 ||
           g_ascii_strncasecmp(encoding, ".utf-8", 6) == 0;
}

/* "de_DE.UTF-8" → "localedef -i de_DE -f UTF-8 de_DE.UTF-8". */
static char *
advise(const PgsServer *server)
{
    const char *locale = server->request.locale;
    if (providers[find_row(server)].collprovider != 'c' || server->kind->is_foreign)
        return g_strdup("");
    if (!is_utf8(locale))
        return g_strdup("; databases are in UTF-8, and so must be their locale");
    if (strcmp(server->kind->name, "local") != 0)
        return g_strdup_printf("; \"ci/images/build %d --engine %s --locale %s\" makes an image "
                               "that has it, and image: can name another one",
                               server->version_number / 10000, server->kind->name, locale);
    g_autofree char *language = g_strndup(locale, strcspn(locale, ".@"));
    return g_strdup_printf("; \"localedef -i %s -f UTF-8 %s\", as root, makes it on this machine",
                           language, locale);
}

/* The server's words for a locale that it cannot have (commands/dbcommands.c, utils/adt/pg_locale
 * and the providers' files; in English, since pgstair's servers have lc_messages=C). */
static gboolean
is_about_locale(const char *message)
{
    /* Its first line: the next ones have our statement. */
    g_autofree char *first = g_strndup(message, strcspn(message, "\n"));
    static const char *const words[] = {"locale", "LC_", "ICU", "collat", "encoding", NULL};
    for (const char *const *word = words; *word != NULL; word++) {
        if (strstr(first, *word) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Takes nothing over; always FALSE. */
static gboolean
fail(const PgsServer *server, PgsConnection *connection, const char *reason, GError **error)
{
    g_autofree char *prefix = where(server);
    g_auto(GStrv) names = list_locales(server, connection);
    g_autofree char *there = describe_locales(server->request.locale, names);
    g_autofree char *advice = advise(server);
    g_autofree char *hint = g_strconcat(there, advice, NULL);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC, hint,
                  "%sthe server cannot make databases of the %s locale \"%s\": %.*s", prefix,
                  provider_of(server), server->request.locale, (int)strcspn(reason, "\n"), reason);
    return FALSE;
}

/* ICU takes any name, and gives the root locale for one that it does not know. */
static gboolean
check_language(const PgsServer *server, PgsConnection *connection, GError **error)
{
    g_auto(GStrv) names = list_locales(server, connection);
    const char *locale = server->request.locale;
    gsize length = strcspn(locale, "-_@");
    static const char *const root[] = {"und", "root", NULL};
    g_autofree char *language = g_ascii_strdown(locale, (gssize)length);
    gboolean known = g_strv_contains(root, language) || names[0] == NULL;
    for (char **name = names; *name != NULL && !known; name++)
        known =
            strcspn(*name, "-_@") == length && g_ascii_strncasecmp(*name, language, length) == 0;
    return known || fail(server, connection, "ICU knows no such language", error);
}

char *
pgs_server_locale_clause(const PgsServer *server, PgsConnection *connection, GError **error)
{
    const char *locale = server->request.locale;
    if (locale == NULL)
        return g_strdup("");
    gsize row = find_row(server);
    if (row == G_N_ELEMENTS(providers)) {
        g_autofree char *prefix = where(server);
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                      "icu is there from PostgreSQL 15 on, builtin from 17 on",
                      "%sdatabases of PostgreSQL %s cannot have the provider %s", prefix,
                      server->version, provider_of(server));
        return NULL;
    }
    if (providers[row].collprovider == 'i' && !check_language(server, connection, error))
        return NULL;
    char *quoted = PQescapeLiteral(pgs_connection_raw(connection), locale, strlen(locale));
    char *clause = g_strconcat(providers[row].words, quoted, NULL);
    PQfreemem(quoted);
    return clause;
}

void
pgs_server_locale_explain(const PgsServer *server, PgsConnection *connection, GError **error)
{
    if (server->request.locale == NULL || error == NULL || *error == NULL ||
        !g_error_matches(*error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT) ||
        !is_about_locale((*error)->message))
        return;
    g_autoptr(GError) cause = *error;
    *error = NULL;
    fail(server, connection, cause->message, error);
}
