#include "server/conninfo.h"

#include "base/error.h"
#include "base/text.h"
#include "pg/url_words.h"
#include "server/server.h"

#include <string.h>

#define HINT_WRITE                                                                                   \
    "write postgresql://USER@HOST:PORT/DATABASE, or url:\"host=… user=…\"; in a URL's password " \
    "%40 "                                                                                           \
    "is an @, %2F a /, %25 a %; or leave the password to PGPASSWORD, ~/.pgpass or a variable "       \
    "that "                                                                                          \
    "holds the whole, url:$NAME"

typedef PQconninfoOption ConninfoOptions;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConninfoOptions, PQconninfoFree)

static const PQconninfoOption *
find_option(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0)
            return options;
    }
    return NULL;
}

/* NULL: none, or empty. */
static const char *
find_value(const PQconninfoOption *options, const char *keyword)
{
    const PQconninfoOption *option = find_option(options, keyword);
    return option != NULL && option->val != NULL && *option->val != '\0' ? option->val : NULL;
}

/* libpq's message with all that it quotes left out, except names of its own options. */
static char *
without_quotes(const char *message)
{
    g_autoptr(ConninfoOptions) known = PQconndefaults();
    g_auto(GStrv) pieces = g_strsplit(message, "\"", -1);
    GString *out = g_string_new(NULL);
    guint n = g_strv_length(pieces);
    for (guint i = 0; i < n; i++) {
        /* Every second piece stands between quotes; a quote in the text itself upsets the count,
         * so that with an odd number of them nothing after the first is kept. */
        if (i % 2 == 0)
            g_string_append(out, n % 2 == 1 || i == 0 ? pieces[i] : "");
        else if (known != NULL && find_option(known, pieces[i]) != NULL)
            g_string_append_printf(out, "\"%s\"", pieces[i]);
        else
            g_string_append(out, "\"…\"");
    }
    return g_strchomp(g_string_free(out, FALSE));
}

static gboolean
set_unclear(GError **error, const char *reason)
{
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC, HINT_WRITE,
                  "the server's connection string cannot be understood: %s", reason);
    return FALSE;
}

/* Of another driver's, whose URL it was. */
static gboolean
set_foreign(const char *name, gsize length, GError **error)
{
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                  pgs_url_parameter_advice(name, length),
                  "the connection string has the parameter \"%.*s\", which libpq does not know",
                  (int)length, name);
    return FALSE;
}

static gboolean
set_not_parsed(const char *text, const char *message, GError **error)
{
    gsize length = 0;
    const char *foreign = pgs_url_foreign_parameter(text, &length);
    if (foreign != NULL)
        return set_foreign(foreign, length, error);
    g_autofree char *reason = without_quotes(message != NULL ? message : "out of memory");
    return set_unclear(error, reason);
}

static gboolean
is_list_of_ports(const char *text)
{
    return strspn(text, "0123456789, ") == strlen(text);
}

void
pgs_conninfo_append(GString *out, const char *keyword, const char *value)
{
    if (out->len > 0)
        g_string_append_c(out, ' ');
    g_string_append_printf(out, "%s='", keyword);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *value);
    }
    g_string_append_c(out, '\'');
}

static gboolean
check_sense(const PQconninfoOption *options, GError **error)
{
    const char *host = find_value(options, "host");
    const char *port = find_value(options, "port");
    if (port != NULL && !is_list_of_ports(port))
        return set_unclear(error, "what stands where the port should be is no number");
    if (host != NULL && *host != '/' && *host != '@' && strpbrk(host, "@ ") != NULL)
        return set_unclear(error, "what stands where the host should be is no host's name");
    return TRUE;
}

/* What stands between the two: SQLAlchemy's drivers, Django's kinds. */
static gboolean
is_url(const char *text)
{
    static const char jdbc[] = "jdbc:", scheme[] = "postg";
    if (g_str_has_prefix(text, jdbc))
        text += strlen(jdbc);
    gsize n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+_-.");
    return g_str_has_prefix(text, scheme) && g_str_has_prefix(text + n, "://");
}

gboolean
pgs_conninfo_is_one(const char *text)
{
    if (is_url(text))
        return TRUE;
    g_autoptr(ConninfoOptions) options =
        strchr(text, '=') != NULL ? PQconninfoParse(text, NULL) : NULL;
    return options != NULL &&
           (find_value(options, "dbname") != NULL || find_value(options, "service") != NULL);
}

char *
pgs_conninfo_expand(const char *text, GError **error)
{
    if (*text != '$')
        return g_strdup(text);
    const char *value = text[1] != '\0' ? g_getenv(text + 1) : NULL;
    if (value != NULL && *value != '\0')
        return g_strdup(value);
    if (text[1] == '\0')
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                      "'$DATABASE_URL', in quotes that keep the shell from reading it",
                      "\"$\" names no environment variable that holds the database's URL");
    else
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC,
                      "it is to hold a URL, postgresql://USER@HOST/DATABASE, or \"host=… "
                      "dbname=…\"",
                      "the database's URL is to be in the environment as %s, and there is none",
                      text);
    return NULL;
}

char *
pgs_conninfo_read(const char *text, char **database, gboolean *has_service, GError **error)
{
    char *message = NULL;
    g_autoptr(ConninfoOptions) options = PQconninfoParse(text, &message);
    if (options == NULL) {
        set_not_parsed(text, message, error);
        PQfreemem(message);
        return NULL;
    }
    if (!check_sense(options, error))
        return NULL;
    *database = g_strdup(find_value(options, "dbname"));
    *has_service = find_value(options, "service") != NULL;
    GString *out = g_string_new(NULL);
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        const char *value = option->val;
        if (value == NULL && strcmp(option->keyword, "options") == 0)
            value = g_getenv("PGOPTIONS");
        if (value != NULL)
            pgs_conninfo_append(out, option->keyword, value);
    }
    return g_string_free(out, FALSE);
}

/* Whoever else opens the file may be in another folder. */
static gboolean
names_file(const char *keyword, const char *value)
{
    static const char *const files[] = {"passfile", "sslcert",   "sslkey",        "sslrootcert",
                                        "sslcrl",   "sslcrldir", "sslkeylogfile", NULL};
    /* "system": the machine's own certificates; "engine:key" in sslkey. */
    return g_strv_contains(files, keyword) && strcmp(value, "system") != 0 &&
           strchr(value, ':') == NULL;
}

/* Said by what the connection itself says, below; or what nobody is to inherit. */
static gboolean
is_left_out(const char *keyword)
{
    static const char *const others[] = {"dbname",
                                         "application_name",
                                         "fallback_application_name",
                                         "service",
                                         "servicefile",
                                         "host",
                                         "hostaddr",
                                         "port",
                                         "password",
                                         "passfile",
                                         "user",
                                         "client_encoding",
                                         "replication",
                                         "options",
                                         NULL};
    return g_strv_contains(others, keyword);
}

/*
 * Values that are libpq's built-in ones are left out, unless the environment has others: a program
 * with an older libpq does not know every name.
 */
static gboolean
is_needed(const PQconninfoOption *option)
{
    if (option->val == NULL || *option->val == '\0' || is_left_out(option->keyword))
        return FALSE;
    return g_strcmp0(option->val, option->compiled) != 0 ||
           (option->envvar != NULL && g_getenv(option->envvar) != NULL);
}

static void
append_place(GString *out, PGconn *raw)
{
    const char *host = PQhost(raw);
    const char *address = PQhostaddr(raw);
    if (host != NULL && *host != '\0')
        pgs_conninfo_append(out, "host", host);
    /* One name may stand for several servers, but the databases are on this one. */
    gboolean is_socket = host != NULL && (*host == '/' || *host == '@');
    if (!is_socket && address != NULL && *address != '\0')
        pgs_conninfo_append(out, "hostaddr", address);
    pgs_conninfo_append(out, "port", PQport(raw));
    pgs_conninfo_append(out, "user", PQuser(raw));
    const char *password = PQpass(raw);
    if (password != NULL && *password != '\0')
        pgs_conninfo_append(out, "password", password);
}

char *
pgs_conninfo_complete(PGconn *raw, const char *text)
{
    GString *out = g_string_new(NULL);
    g_autoptr(ConninfoOptions) options = PQconninfo(raw);
    append_place(out, raw);
    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL;
         option++) {
        if (!is_needed(option))
            continue;
        if (names_file(option->keyword, option->val)) {
            g_autofree char *path = g_canonicalize_filename(option->val, NULL);
            pgs_conninfo_append(out, option->keyword, path);
        } else {
            pgs_conninfo_append(out, option->keyword, option->val);
        }
    }
    /* The connection's own hold what pgs_connection_open() has added. */
    g_autoptr(ConninfoOptions) given = PQconninfoParse(text, NULL);
    const char *session = given != NULL ? find_value(given, "options") : NULL;
    if (session != NULL)
        pgs_conninfo_append(out, "options", session);
    return g_string_free(out, FALSE);
}

char *
pgs_conninfo_with(const char *conninfo, const char *keyword, const char *value)
{
    GString *out = g_string_new(conninfo);
    pgs_conninfo_append(out, keyword, value);
    return g_string_free(out, FALSE);
}

char *
pgs_conninfo_describe(PGconn *raw)
{
    const char *host = PQhost(raw);
    const char *address = PQhostaddr(raw);
    if (host == NULL || *host == '\0')
        host = address != NULL ? address : "";
    g_autofree char *visible_host = pgs_text_visible(host, -1);
    g_autofree char *visible_user = pgs_text_visible(PQuser(raw), -1);
    return g_strdup_printf("%s:%s as %s", visible_host, PQport(raw), visible_user);
}
