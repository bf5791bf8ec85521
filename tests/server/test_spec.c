/* Covers harness/server/spec.c. */
#include "cmocka_all.h"

#include "server/server.h"
#include "server/spec.h"

#include <string.h>

/* "docker:13? docker:15": a question mark behind what is optional. */
static char *
expand(const char *const *words, GError **error)
{
    g_autoptr(GPtrArray) specs = pgs_server_spec_expand(words, error);
    if (specs == NULL)
        return NULL;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < specs->len; i++) {
        const PgsServerSpec *spec = specs->pdata[i];
        g_string_append_printf(text, "%s%s%s", i > 0 ? " " : "", spec->spec,
                               spec->is_optional ? "?" : "");
    }
    return g_string_free(text, FALSE);
}

static void
test_words_become_servers(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *words[4];
        const char *expected;
    } cases[] = {
        {{NULL}, "auto"},
        {{"auto"}, "auto"},
        {{"local"}, "local"},
        {{"docker:15"}, "docker:15"},
        {{" docker:15 "}, "docker:15"},
        {{"docker:13..15"}, "docker:13? docker:14? docker:15?"},
        {{"docker:9..11"}, "docker:9? docker:10? docker:11?"},
        {{"docker:15..15"}, "docker:15?"},
        {{"docker:13,15,17"}, "docker:13 docker:15 docker:17"},
        {{"local:13,15..17"}, "local:13 local:15? local:16? local:17?"},
        {{"podman:13", "local:15"}, "podman:13 local:15"},
        /* None twice; what is named has to be there, whichever comes first. */
        {{"docker:13..15", "docker:14"}, "docker:13? docker:14 docker:15?"},
        {{"docker:14", "docker:13..15"}, "docker:14 docker:13? docker:15?"},
        {{"docker:15,15", "docker:15"}, "docker:15"},
        /* Commas, colons and dots that are no list's. */
        {{"docker=reg:5000/pg:1,2"}, "docker=reg:5000/pg:1,2"},
        {{"docker=pg:13..15"}, "docker=pg:13..15"},
        {{"postgresql://a:1,b:2/d"}, "postgresql://a:1,b:2/d"},
        {{"host=a,b port=1,2"}, "host=a,b port=1,2"},
        {{"docker:15-alpine"}, "docker:15-alpine"},
        {{"postgresql://docker:1,local:2/d"}, "postgresql://docker:1,local:2/d"},
        {{"host=docker,local port=1,2"}, "host=docker,local port=1,2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = expand(cases[i].words, &error);
        if (text == NULL)
            fail_msg("%s: %s", cases[i].expected, error->message);
        assert_string_equal(text, cases[i].expected);
    }
}

static void
test_servers_know_their_range(G_GNUC_UNUSED void **state)
{
    g_autoptr(GPtrArray) specs = pgs_server_spec_expand(
        (const char *const[]){"docker:13", "docker:13..14", "docker:15,14..15", NULL}, NULL);
    static const char *const ranges[] = {"docker:13..14", "docker:13..14", "docker:14..15"};
    assert_int_equal(specs->len, G_N_ELEMENTS(ranges));
    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++)
        assert_string_equal(((PgsServerSpec *)specs->pdata[i])->range, ranges[i]);
}

static void
test_slips_are_told(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *word, *message;
    } cases[] = {
        {"", "without a name"},
        {" ", "without a name"},
        {"docker:18..13", "write docker:13..18"},
        {"docker:13..", "both sides"},
        {"docker:..18", "both sides"},
        {"docker:13...18", "both sides"},
        {"docker:a..b", "both sides"},
        {"docker:1..99", "too large"},
        {"docker:0..3", "both sides"},
        {"docker:99999999999999999999..5", "both sides"},
        {"docker:13,,15", "missing in the list"},
        {"docker:13,", "missing in the list"},
        {"docker:,", "missing in the list"},
        {"15", "docker:15, or local:15"},
        {"13..18", "docker:13..18"},
        {"13,15", "docker:13,15"},
        {"local:15,docker:15", "as in --server local:15 --server docker:15;"},
        {"local:13,15, docker:13..15,17", "--server local:13,15 --server docker:13..15,17;"},
        {"local,docker", "--server local --server docker;"},
        {"docker:15,auto", "a list is of one kind"},
        {"docker=pg:15,podman=pg:15", "--server docker=pg:15 --server podman=pg:15;"},
        {"local:15,postgresql://u:SECRET@h/d", "--server postgresql://u:***@h/d;"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = expand((const char *const[]){cases[i].word, NULL}, &error);
        if (text != NULL)
            fail_msg("\"%s\" was taken: %s", cases[i].word, text);
        assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_SPEC));
        if (strstr(error->message, cases[i].message) == NULL)
            fail_msg("\"%s\" is not in: %s", cases[i].message, error->message);
    }
}

static void
test_the_first_is_for_one(G_GNUC_UNUSED void **state)
{
    g_autofree char *range =
        pgs_server_spec_first((const char *const[]){"docker:13..18", "local", NULL}, NULL);
    g_autofree char *none = pgs_server_spec_first(NULL, NULL);
    assert_string_equal(range, "docker:13");
    assert_string_equal(none, "auto");
    assert_null(pgs_server_spec_first((const char *const[]){"docker:5..1", NULL}, NULL));
}

static void
test_secrets_are_hidden(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *spec, *shown;
    } cases[] = {
        {"auto", "auto"},
        {"docker:15", "docker:15"},
        {"docker=reg/pg@sha256:0123", "docker=reg/pg@sha256:0123"},
        {"$PRODUCTION_URL", "$PRODUCTION_URL"},
        {"postgresql://u@h/d", "postgresql://u@h/d"},
        {"postgresql://u:SECRET@h:5433/d?sslmode=require",
         "postgresql://u:***@h:5433/d?sslmode=require"},
        {"postgres://u:SEC%40RET@h/d", "postgres://u:***@h/d"},
        {"postgresql://u:SECRET@h1:1,h2:2/d", "postgresql://u:***@h1:1,h2:2/d"},
        {"postgresql://u:***@h/d", "postgresql://u:***@h/d"},
        {"host=h user=u", "host=h user=u"},
        {"not a server", "not a server"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *shown = pgs_server_spec_show(cases[i].spec);
        assert_string_equal(shown, cases[i].shown);
    }
    assert_null(pgs_server_spec_show(NULL));
    /* Wherever a secret stands, and whether libpq can read it or not. */
    static const char *const hiding[] = {
        "postgresql://h/d?user=u&password=SECRET",
        "postgresql://u:SECRET@h/d?sslpassword=SECRET",
        "host=h password=SECRET",
        "host=h password='SEC RET' user=u sslpassword=SECRET",
        "password = SECRET",
        "postgresql://u:SECRET@h/d?nonsense=1",
        "postgresql://u:SECRET@[h/d",
        "postgresql//u:SECRET@h/d",
        "host=h pasword=SECRET password=SECRET",
        "PASSWORD=SECRET",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(hiding); i++) {
        g_autofree char *shown = pgs_server_spec_show(hiding[i]);
        if (strstr(shown, "SECRET") != NULL || strstr(shown, "SEC RET") != NULL)
            fail_msg("\"%s\" is shown as \"%s\"", hiding[i], shown);
        assert_non_null(strstr(shown, "***"));
    }
}

static void
test_errors_hide_secrets(G_GNUC_UNUSED void **state)
{
    g_autoptr(GError) error = NULL;
    assert_null(expand((const char *const[]){"docker:5..1", "password=SECRET", NULL}, &error));
    assert_null(strstr(error->message, "SECRET"));
}

static void
test_names_are_short(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *spec, *brief, *full;
    } cases[] = {
        {"docker:15", "docker:15", "docker:15"},
        {"docker=reg/pg:15", "docker=reg/pg:15", "docker=reg/pg:15"},
        {"postgresql://u:SECRET@h:5433/d", "h:5433", "h:5433/d"},
        {"host=/run/pg port=5434 dbname=x password=SECRET", "/run/pg:5434", "/run/pg:5434/x"},
        {"postgresql://h", "h", "h"},
        {"postgresql:///d", "postgresql:///d", "postgresql:///d"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *brief = pgs_server_spec_name(cases[i].spec, FALSE);
        g_autofree char *full = pgs_server_spec_name(cases[i].spec, TRUE);
        assert_string_equal(brief, cases[i].brief);
        assert_string_equal(full, cases[i].full);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_become_servers),
        cmocka_unit_test(test_servers_know_their_range),
        cmocka_unit_test(test_slips_are_told),
        cmocka_unit_test(test_the_first_is_for_one),
        cmocka_unit_test(test_secrets_are_hidden),
        cmocka_unit_test(test_errors_hide_secrets),
        cmocka_unit_test(test_names_are_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
