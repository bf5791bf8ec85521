/* Covers harness/service/problem.c, problem_class.c, pool_settings.c, pool_url.c. */
#include "own_server.h"

#include "service/pool_settings.h"

#include <string.h>

/* One of every class of appendix A, and what is told apart within a class. */
static void
test_classes(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *sqlstate;
        PgsProblemClass problem_class;
    } rows[] = {
        {"02000", PGS_PROBLEM_NOT_FOUND},   {"P0002", PGS_PROBLEM_NOT_FOUND},
        {"03000", PGS_PROBLEM_USAGE},       {"08006", PGS_PROBLEM_UNAVAILABLE},
        {"08001", PGS_PROBLEM_UNAVAILABLE}, {"08P01", PGS_PROBLEM_INTERNAL},
        {"09000", PGS_PROBLEM_INTERNAL},    {"0A000", PGS_PROBLEM_USAGE},
        {"0B000", PGS_PROBLEM_USAGE},       {"0F001", PGS_PROBLEM_USAGE},
        {"0L000", PGS_PROBLEM_DENIED},      {"0P000", PGS_PROBLEM_USAGE},
        {"0Z002", PGS_PROBLEM_USAGE},       {"10608", PGS_PROBLEM_INVALID},
        {"20000", PGS_PROBLEM_INVALID},     {"21000", PGS_PROBLEM_USAGE},
        {"22001", PGS_PROBLEM_INVALID},     {"22P02", PGS_PROBLEM_INVALID},
        {"23502", PGS_PROBLEM_CONFLICT},    {"23503", PGS_PROBLEM_CONFLICT},
        {"23505", PGS_PROBLEM_CONFLICT},    {"23514", PGS_PROBLEM_CONFLICT},
        {"23P01", PGS_PROBLEM_CONFLICT},    {"24000", PGS_PROBLEM_USAGE},
        {"25001", PGS_PROBLEM_USAGE},       {"25P02", PGS_PROBLEM_USAGE},
        {"25P03", PGS_PROBLEM_TIMEOUT},     {"25P04", PGS_PROBLEM_TIMEOUT},
        {"25006", PGS_PROBLEM_UNAVAILABLE}, {"26000", PGS_PROBLEM_USAGE},
        {"27000", PGS_PROBLEM_CONFLICT},    {"28P01", PGS_PROBLEM_DENIED},
        {"28000", PGS_PROBLEM_DENIED},      {"2BP01", PGS_PROBLEM_USAGE},
        {"2D000", PGS_PROBLEM_USAGE},       {"2F005", PGS_PROBLEM_INTERNAL},
        {"34000", PGS_PROBLEM_USAGE},       {"38001", PGS_PROBLEM_INTERNAL},
        {"39P01", PGS_PROBLEM_INTERNAL},    {"3B001", PGS_PROBLEM_USAGE},
        {"3D000", PGS_PROBLEM_USAGE},       {"3F000", PGS_PROBLEM_USAGE},
        {"40001", PGS_PROBLEM_RETRY},       {"40P01", PGS_PROBLEM_RETRY},
        {"40003", PGS_PROBLEM_UNAVAILABLE}, {"42501", PGS_PROBLEM_DENIED},
        {"42P01", PGS_PROBLEM_USAGE},       {"42601", PGS_PROBLEM_USAGE},
        {"44000", PGS_PROBLEM_CONFLICT},    {"53100", PGS_PROBLEM_UNAVAILABLE},
        {"53300", PGS_PROBLEM_UNAVAILABLE}, {"54000", PGS_PROBLEM_USAGE},
        {"55000", PGS_PROBLEM_USAGE},       {"55006", PGS_PROBLEM_UNAVAILABLE},
        {"55P03", PGS_PROBLEM_TIMEOUT},     {"57014", PGS_PROBLEM_TIMEOUT},
        {"57P01", PGS_PROBLEM_UNAVAILABLE}, {"57P02", PGS_PROBLEM_UNAVAILABLE},
        {"57P03", PGS_PROBLEM_UNAVAILABLE}, {"57P05", PGS_PROBLEM_UNAVAILABLE},
        {"58030", PGS_PROBLEM_UNAVAILABLE}, {"58P01", PGS_PROBLEM_INTERNAL},
        {"72000", PGS_PROBLEM_RETRY},       {"F0000", PGS_PROBLEM_INTERNAL},
        {"HV000", PGS_PROBLEM_INTERNAL},    {"P0001", PGS_PROBLEM_INVALID},
        {"P0003", PGS_PROBLEM_USAGE},       {"P0004", PGS_PROBLEM_INTERNAL},
        {"XX001", PGS_PROBLEM_INTERNAL},    {"ZZ999", PGS_PROBLEM_INTERNAL},
        {"", PGS_PROBLEM_INTERNAL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (pgs_problem_classify(rows[i].sqlstate, NULL) != rows[i].problem_class)
            fail_msg("%s is %s", rows[i].sqlstate,
                     pgs_problem_class_name(pgs_problem_classify(rows[i].sqlstate, NULL)));
    }
    assert_int_equal(pgs_problem_classify(NULL, NULL), PGS_PROBLEM_INTERNAL);
    assert_int_equal(pgs_problem_classify("57014", "canceling statement due to user request"),
                     PGS_PROBLEM_CANCELLED);
    assert_int_equal(pgs_problem_classify("57014", "canceling statement due to statement timeout"),
                     PGS_PROBLEM_TIMEOUT);
    assert_string_equal(pgs_problem_class_name(PGS_PROBLEM_NOT_FOUND), "not found");
    assert_string_equal(pgs_problem_class_name((PgsProblemClass)99), "internal");
    pgs_problem_free(NULL);
}

/* Whatever is wrong with it, no piece of a password is shown. */
static void
test_unreadable_urls(G_GNUC_UNUSED void **state)
{
    static const char *const urls[] = {
        "postgresql://user:sec@ret@host/db",
        "postgresql://user:sec/ret@host/db",
        "postgresql://user:5/ret@host/db",
        "postgresql://user:secret@host/db?nothing=secret",
        "postgresql+asyncpg://user:secret@host/db",
        "password=sec ret host=h",
        "mysql://user:secret@host/db",
        "secret",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        PgsProblem *problem = NULL;
        if (pgs_pool_new(&(PgsPoolOptions){.url = urls[i]}, &problem) != NULL)
            fail_msg("%s is taken", urls[i]);
        assert_non_null(problem);
        const char *message = pgs_problem_message(problem);
        if (strstr(message, "sec") != NULL || strstr(message, "ret") != NULL)
            fail_msg("%s", message);
        assert_string_not_equal(pgs_problem_hint(problem), "");
        assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    }
}

/* Another driver's parameters are named, unless they might be a piece of a password. */
static void
test_foreign_parameters(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *url, *named, *hint;
    } rows[] = {
        {"postgres://u:secret@h/d?search_path=public", "\"search_path\"", "options=-csearch_path"},
        {"postgres://h/d?sslmode=disable&schema=s&pool=5", "\"schema\"", "options=-csearch_path"},
        {"postgres:///d?x-migrations-table=ret", "\"x-migrations-table\"", "Leave it out"},
        {"postgresql://h:5432/?pgbouncer=true", "\"pgbouncer\"", "Leave it out"},
        {"postgres://u:se/c?ret=x@h/d", "cannot be understood", "%3F"},
        {"postgres://u:se/c?ret=x", "cannot be understood", "%3F"},
        {"postgres://h/d?sec%41=1", "cannot be understood", "%3F"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PgsProblem *problem = NULL;
        assert_null(pgs_pool_new(&(PgsPoolOptions){.url = rows[i].url}, &problem));
        const char *message = pgs_problem_message(problem);
        if (strstr(message, rows[i].named) == NULL || strstr(message, "sec") != NULL ||
            strstr(message, "ret") != NULL)
            fail_msg("%s: %s", rows[i].url, message);
        assert_non_null(strstr(pgs_problem_hint(problem), rows[i].hint));
        assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    }
}

static void
test_no_url(G_GNUC_UNUSED void **state)
{
    PgsProblem *problem = NULL;
    g_unsetenv("DATABASE_URL");
    assert_null(pgs_pool_new(NULL, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    assert_null(pgs_pool_new(NULL, NULL));
    assert_null(pgs_pool_new(&(PgsPoolOptions){.url = "dbname=x", .size = -1}, NULL));
    g_setenv("DATABASE_URL", "postgresql:///app", TRUE);
    PgsPool *pool = pgs_pool_new(NULL, NULL);
    assert_non_null(pool);
    pgs_pool_free(pool);
    g_unsetenv("DATABASE_URL");
}

static const char *
setting(const PgsPoolSettings *settings, const char *keyword)
{
    for (gsize i = 0; settings->keywords[i] != NULL; i++) {
        if (strcmp(settings->keywords[i], keyword) == 0)
            return settings->values[i];
    }
    return NULL;
}

static void
test_settings(G_GNUC_UNUSED void **state)
{
    PgsPoolSettings settings;
    const PgsPoolOptions options = {
        .url = "postgresql://a,b:1,c:2/app?options=-c%20geqo%3Doff&connect_timeout=7",
        .name = "shop",
        .statement_timeout = 250,
    };
    assert_true(pgs_pool_settings_read(&settings, &options, NULL));
    assert_string_equal(setting(&settings, "options"), "-c geqo=off -c statement_timeout=250");
    assert_string_equal(setting(&settings, "application_name"), "shop");
    assert_int_equal(settings.connect_timeout, 7000);
    pgs_pool_settings_rotate(&settings);
    assert_string_equal(setting(&settings, "host"), "b,c,a");
    assert_string_equal(setting(&settings, "port"), "1,2,");
    pgs_pool_settings_clear(&settings);
}

static void
test_one_host_is_not_turned_around(G_GNUC_UNUSED void **state)
{
    PgsPoolSettings settings;
    g_setenv("PGOPTIONS", "-c jit=off", TRUE);
    assert_true(pgs_pool_settings_read(
        &settings, &(PgsPoolOptions){.url = "host=a", .statement_timeout = -1}, NULL));
    g_unsetenv("PGOPTIONS");
    assert_string_equal(setting(&settings, "options"), "-c jit=off");
    assert_int_equal(pgs_pool_settings_hosts(&settings), 1);
    pgs_pool_settings_rotate(&settings);
    pgs_pool_settings_clear(&settings);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_unreadable_urls),
        cmocka_unit_test(test_foreign_parameters),
        cmocka_unit_test(test_no_url),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_one_host_is_not_turned_around),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
