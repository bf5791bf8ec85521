#include "driver/database_url.h"

#include <libpq-fe.h>
#include <string.h>

typedef struct {
    char *host, *port, *user, *password, *sslmode;
    gboolean is_socket; /* or several servers: no driver takes them for a host's name */
} Address;

char *
pgs_conninfo_value(const char *conninfo, const char *keyword)
{
    char *value = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (strcmp(option->keyword, keyword) == 0)
            value = g_strdup(option->val);
    }
    PQconninfoFree(options);
    return value != NULL ? value : g_strdup("");
}

static char *
escaped(const char *conninfo, const char *keyword)
{
    g_autofree char *value = pgs_conninfo_value(conninfo, keyword);
    return g_uri_escape_string(value, NULL, FALSE);
}

static Address
address_of(const char *conninfo)
{
    Address address = {
        .host = pgs_conninfo_value(conninfo, "host"),
        .port = pgs_conninfo_value(conninfo, "port"),
        .user = escaped(conninfo, "user"),
        .password = escaped(conninfo, "password"),
        .sslmode = pgs_conninfo_value(conninfo, "sslmode"),
    };
    address.is_socket =
        *address.host == '/' || *address.host == '\0' || strchr(address.host, ',') != NULL;
    return address;
}

static void
address_clear(Address *address)
{
    g_free(address->host);
    g_free(address->port);
    g_free(address->user);
    g_free(address->password);
    g_free(address->sslmode);
}

/* "host:5432", with the brackets of IPv6. */
static char *
host_and_port(const Address *address)
{
    gboolean is_v6 = strchr(address->host, ':') != NULL;
    return g_strdup_printf("%s%s%s:%s", is_v6 ? "[" : "", address->host, is_v6 ? "]" : "",
                           *address->port != '\0' ? address->port : "5432");
}

/* org.postgresql's: no sockets. */
static char *
make_jdbc(const char *scheme, const Address *address, const char *database)
{
    if (*address->host == '/' || *address->host == '\0')
        return NULL;
    g_autofree char *place = host_and_port(address);
    return g_strdup_printf("%s://%s/%s?user=%s&password=%s", scheme, place, database, address->user,
                           address->password);
}

/* Where a socket is, as the driver behind "+" wants it told; NULL behind no "+": as libpq. */
static char *
socket_query(const char *driver, const Address *address)
{
    g_autofree char *place = g_uri_escape_string(address->host, ",", FALSE);
    /* SQLAlchemy's pg8000 dialect has no host that is a folder. */
    if (g_strcmp0(driver, "pg8000") == 0)
        return g_strdup_printf("?unix_sock=%s%%2F.s.PGSQL.%s", place,
                               *address->port != '\0' ? address->port : "5432");
    return g_strdup_printf("?host=%s&port=%s", place, address->port);
}

static char *
tls_query(const char *driver, const Address *address)
{
    gboolean is_needed = g_str_has_prefix(address->sslmode, "require") ||
                         g_str_has_prefix(address->sslmode, "verify");
    if (!is_needed || g_strcmp0(driver, "pg8000") == 0)
        return g_strdup("");
    /* asyncpg.connect() knows ssl alone. */
    return g_strdup_printf("?%s=%s", g_strcmp0(driver, "asyncpg") == 0 ? "ssl" : "sslmode",
                           address->sslmode);
}

char *
pgs_database_url(const char *conninfo, const char *database, const char *scheme)
{
    g_auto(GStrv) parts = g_strsplit(scheme, "+", 2);
    const char *driver = parts[0] != NULL ? parts[1] : NULL;
    Address address = address_of(conninfo);
    char *url;
    if (g_str_has_prefix(scheme, "jdbc:")) {
        url = make_jdbc(scheme, &address, database);
    } else {
        g_autofree char *path = g_uri_escape_string(database, NULL, FALSE);
        g_autofree char *place = address.is_socket ? g_strdup("") : host_and_port(&address);
        g_autofree char *query =
            address.is_socket ? socket_query(driver, &address) : tls_query(driver, &address);
        url = g_strdup_printf("%s://%s%s%s@%s/%s%s", scheme, address.user,
                              *address.password != '\0' ? ":" : "", address.password, place, path,
                              query);
    }
    address_clear(&address);
    return url;
}
