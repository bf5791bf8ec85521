/* Covers harness/driver/database_url.c, harness/driver/address.c and harness/project/template.c. */
#include "cmocka_all.h"

#include "config/node.h"
#include "driver/address.h"
#include "driver/database_url.h"
#include "driver/driver.h"
#include "project/template.h"
#include "server/kind.h"

#include <string.h>

#define TCP "host=127.0.0.1 port=5433 user=app password='p@ss w/d'"
#define SOCKET "host=/tmp/a,b port=5440 user=app"

static void
test_urls(void **state)
{
    (void)state;
    static const struct {
        const char *conninfo, *scheme, *url; /* url NULL: there is none */
    } cases[] = {
        {TCP, "postgresql", "postgresql://app:p%40ss%20w%2Fd@127.0.0.1:5433/a%20b"},
        {TCP, "ecto", "ecto://app:p%40ss%20w%2Fd@127.0.0.1:5433/a%20b"},
        {TCP, "jdbc:postgresql",
         "jdbc:postgresql://127.0.0.1:5433/a b?user=app&password=p%40ss%20w%2Fd"},
        {SOCKET, "postgresql", "postgresql://app@/a%20b?host=%2Ftmp%2Fa,b&port=5440"},
        {SOCKET, "postgresql+asyncpg",
         "postgresql+asyncpg://app@/a%20b?host=%2Ftmp%2Fa,b&port=5440"},
        {SOCKET, "postgresql+pg8000",
         "postgresql+pg8000://app@/a%20b?unix_sock=%2Ftmp%2Fa,b%2F.s.PGSQL.5440"},
        {SOCKET, "jdbc:postgresql", NULL},
        {"host=::1 user=app", "postgresql", "postgresql://app@[::1]:5432/a%20b"},
        {"host=db user=app sslmode=require", "postgresql",
         "postgresql://app@db:5432/a%20b?sslmode=require"},
        {"host=db user=app sslmode=require", "postgresql+asyncpg",
         "postgresql+asyncpg://app@db:5432/a%20b?ssl=require"},
        {"host=db user=app sslmode=require", "postgresql+pg8000",
         "postgresql+pg8000://app@db:5432/a%20b"},
        {"host=db user=app sslmode=prefer", "postgresql", "postgresql://app@db:5432/a%20b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *url = pgs_database_url(cases[i].conninfo, "a b", cases[i].scheme);
        if (g_strcmp0(url, cases[i].url) != 0)
            fail_msg("%s as %s: %s, not %s", cases[i].conninfo, cases[i].scheme, url, cases[i].url);
    }
}

static void
test_words(void **state)
{
    (void)state;
    g_autoptr(PgsServer) server = pgs_server_new_attached(&pgs_server_kind_local);
    server->conninfo = g_strdup(TCP);
    server->description = g_strdup("a server");
    PgsAddress address = {server, "owner", "lane", "postgresql+psycopg"};
    g_autoptr(GError) error = NULL;
    g_autofree char *text = pgs_address_expand(
        &address, "{host}|{port}|{user}|{password}|{database}|{url}|{{url}}|{|{a b}|}|{}", &error);
    assert_null(error);
    assert_string_equal(text, "127.0.0.1|5433|owner|p@ss w/d|lane|"
                              "postgresql+psycopg://owner:p%40ss%20w%2Fd@127.0.0.1:5433/lane|"
                              "{url}|{|{a b}|}|{}");
    assert_null(pgs_address_expand(&address, "{ulr}", &error));
    assert_true(g_error_matches(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START));
    assert_non_null(strstr(error->message, "there is no word {ulr}\nHINT: did you mean {url}?"));
}

/* A driver that cannot reach the server says so, rather than being told nonsense. */
static void
test_no_socket(void **state)
{
    (void)state;
    g_autoptr(PgsServer) server = pgs_server_new_attached(&pgs_server_kind_local);
    server->conninfo = g_strdup(SOCKET);
    server->description = g_strdup("a server");
    PgsAddress address = {server, NULL, "lane", "jdbc:postgresql"};
    g_autoptr(GError) error = NULL;
    assert_null(pgs_address_expand(&address, "-url={url}", &error));
    assert_non_null(strstr(error->message, "knows no sockets"));
    assert_non_null(strstr(error->message, "HINT: "));
    g_clear_error(&error);
    g_autofree char *host = pgs_address_expand(&address, "{host}", &error);
    assert_string_equal(host, "/tmp/a,b");
}

static void
test_environment(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = pgs_server_new_attached(&pgs_server_kind_local);
    server->conninfo = g_strdup(TCP);
    g_autoptr(PgsToolSettings) settings = pgs_tool_settings_new();
    g_strfreev(settings->environment);
    settings->environment = g_strsplit("MODE=test|DSN=host={host} dbname={database}", "|", -1);
    g_strfreev(settings->url_variables);
    settings->url_variables = g_strsplit("A_URL B_URL", " ", -1);
    settings->url_scheme = g_strdup("postgres");
    PgsAddress address = {server, NULL, "lane", settings->url_scheme};
    g_autoptr(PgsProcess) process = pgs_process_new("env");
    assert_true(pgs_address_set_environment(&address, settings, process, &error));
    g_auto(PgsProcessResult) result = {0};
    assert_true(pgs_process_run_checked(process, &result, &error));
    static const char *const lines[] = {
        "A_URL=postgres://app:p%40ss%20w%2Fd@127.0.0.1:5433/lane\n",
        "B_URL=postgres://app:p%40ss%20w%2Fd@127.0.0.1:5433/lane\n",
        "DATABASE_URL=postgres://app:p%40ss%20w%2Fd@127.0.0.1:5433/lane\n",
        "PGHOST=127.0.0.1\n",
        "MODE=test\n",
        "DSN=host=127.0.0.1 dbname=lane\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (strstr(result.output, lines[i]) == NULL)
            fail_msg("no %sin %s", lines[i], result.output);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_no_socket),
        cmocka_unit_test(test_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
