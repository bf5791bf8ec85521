/* Covers harness/report/extension.c, stylesheet.c and rendering.c. */
#include "cmocka_all.h"

#include "pgstair/version.h"
#include "record/sample.h"
#include "report/extension.h"
#include "report/report.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *folder;
    GThread *threads[4];
} Fixture;

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("pgstair-test-extension-XXXXXX", NULL);
    *state = fixture;
    return fixture->folder != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    GDir *folder = g_dir_open(fixture->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
        g_remove(path);
    }
    g_dir_close(folder);
    int status = g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return status;
}

static char *
write_file(const Fixture *fixture, const char *name, const char *text)
{
    char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

/* What a stylesheet with these templates makes of a record; NULL: it fails, with that error. */
static char *
apply(const Fixture *fixture, const PgsRecord *record, const char *templates, GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
        "xmlns:pgs='" PGS_REPORT_NAMESPACE "' exclude-result-prefixes='pgs'>"
        "%s</xsl:stylesheet>",
        templates);
    g_autofree char *path = write_file(fixture, "my.xsl", text);
    return pgs_report_render(record, path, NULL, error);
}

static void
assert_value(const Fixture *fixture, const PgsRecord *record, const char *xpath,
             const char *expected)
{
    g_autofree char *templates = g_strdup_printf(
        "<xsl:output method='text'/><xsl:template match='/'><xsl:value-of select=\"%s\"/>"
        "</xsl:template>",
        xpath);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = apply(fixture, record, templates, &error);
    if (text == NULL)
        fail_msg("%s: %s", xpath, error->message);
    assert_string_equal(text, expected);
}

static void
test_values(void **state)
{
    static const char *const rows[][2] = {
        {"function-available('pgs:embedded')", "true"},
        {"pgs:embedded('no-such.css')", ""},
        {"contains(pgs:embedded('junit.xsl'), 'xsl:stylesheet')", "true"},
        {"pgs:version()", PGS_VERSION},
        /* printf abc | openssl dgst -sha256 -binary | base64 */
        {"pgs:sha256('abc')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
        {"pgs:sha256('')", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
        {"pgs:slug('users')", "users"},
        {"pgs:slug('public.users')", "public_2eusers"},
        {"pgs:slug('7')", "_37"},
        {"pgs:slug('')", "_"},
        {"pgs:slug('a b') = pgs:slug('a_b')", "false"},
        {"pgs:slug('_2e') = pgs:slug('.')", "false"},
        {"count(pgs:diagram(//system))", "1"},
        {"count(pgs:diagram(//finding))", "0"},
        {"count(pgs:diagram(/..))", "0"},
        {"name(pgs:diagram(//system))", "div"},
        {"count(pgs:diagram(//system)//*[local-name() = 'svg'])", "1"},
        {"pgs:state(//system, 'foreign key public.canvases.none')", "untried"},
        {"pgs:state(/.., 'x')", "untried"},
    };
    g_autoptr(PgsRecord) record = sample_passing();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_value(*state, record, rows[i][0], rows[i][1]);
}

static void
test_slugs_are_names_of_their_own(G_GNUC_UNUSED void **state)
{
    g_autofree char *long_text = g_strnfill(10000, 'a');
    g_autofree char *other = g_strconcat(long_text, "b", NULL);
    g_autofree char *slug = pgs_extension_slug(long_text);
    g_autofree char *other_slug = pgs_extension_slug(other);
    assert_true(strlen(slug) <= 64);
    assert_string_not_equal(slug, other_slug);
}

/* Each system of several has its own. */
static void
test_a_diagram_is_its_systems(void **state)
{
    g_autoptr(PgsRecord) record = sample_passing();
    PgsRecordSystem *other = sample_system(record, "other", 1);
    sample_table(other, "public.alone");
    sample_system(record, "without", 1);
    assert_value(*state, record,
                 "count(pgs:diagram(//system[2])//*[local-name() = 'rect' and "
                 "@class = 'box'])",
                 "1");
    assert_value(*state, record, "contains(pgs:diagram(//system[2]), 'alone')", "true");
    assert_value(*state, record, "contains(pgs:diagram(//system[1]), 'alone')", "false");
    assert_value(*state, record, "count(pgs:diagram(//system[3]))", "0");
}

static void
test_copies_and_variables_live_on(void **state)
{
    g_autoptr(PgsRecord) record = sample_passing();
    g_autoptr(GError) error = NULL;
    g_autofree char *text = apply(*state, record,
                                  "<xsl:variable name='global' select='pgs:diagram(//system)'/>"
                                  "<xsl:template name='inner'><xsl:param name='node'/>"
                                  "<xsl:variable name='local' select='pgs:diagram(//system)'/>"
                                  "<xsl:copy-of select='$node'/><xsl:copy-of select='$local'/>"
                                  "</xsl:template>"
                                  "<xsl:template match='/'><out><xsl:copy-of select='$global'/>"
                                  "<xsl:call-template name='inner'><xsl:with-param name='node' "
                                  "select='$global'/></xsl:call-template></out></xsl:template>",
                                  &error);
    assert_non_null(text);
    guint n = 0;
    for (const char *at = text; (at = strstr(at, "<svg xmlns=\"http://www.w3.org/2000/svg\""));
         at++)
        n++;
    assert_int_equal(n, 3);
}

static void
test_wrong_arguments_are_told(void **state)
{
    static const char *const rows[] = {
        "pgs:embedded()", "pgs:sha256('a', 'b')",  "pgs:slug()",
        "pgs:diagram()",  "pgs:diagram('canvas')", "pgs:state(//system)",
        "pgs:version(1)", "pgs:nothing()",         "pgs:state('x', 'y')",
    };
    g_autoptr(PgsRecord) record = sample_passing();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *templates = g_strdup_printf(
            "<xsl:template match='/'><x><xsl:value-of select=\"%s\"/></x></xsl:template>", rows[i]);
        g_autoptr(GError) error = NULL;
        g_autofree char *text = apply(*state, record, templates, &error);
        if (text != NULL)
            fail_msg("%s gives %s", rows[i], text);
        assert_true(g_error_matches(error, PGS_REPORT_ERROR, PGS_REPORT_ERROR_STYLESHEET));
        if (strstr(error->message, "XPath error") == NULL)
            fail_msg("%s", error->message);
    }
}

/* ---- what a stylesheet includes ---- */

static void
test_a_users_stylesheet_builds_on_a_built_in_one(void **state)
{
    g_autoptr(PgsRecord) record = sample_passing();
    g_autoptr(GError) error = NULL;
    g_autofree char *text = apply(*state, record,
                                  "<xsl:import href='pgstair:/junit.xsl'/>"
                                  "<xsl:template match='/'><mine><xsl:apply-imports/></mine>"
                                  "</xsl:template>",
                                  &error);
    if (text == NULL)
        fail_msg("%s", error->message);
    const char *mine = strstr(text, "<mine>");
    assert_non_null(mine);
    assert_non_null(strstr(mine, "<testsuites"));
}

static void
test_a_users_stylesheet_includes_its_own_files(void **state)
{
    g_autoptr(PgsRecord) record = sample_passing();
    g_autoptr(GError) error = NULL;
    g_autofree char *other =
        write_file(*state, "junit.xsl",
                   "<xsl:stylesheet version='1.0' "
                   "xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
                   "<xsl:template match='/'><own/></xsl:template></xsl:stylesheet>");
    g_autofree char *text = apply(*state, record, "<xsl:include href='junit.xsl'/>", &error);
    if (text == NULL)
        fail_msg("%s", error->message);
    assert_non_null(strstr(text, "<own/>"));
}

static void
test_what_cannot_be_included_is_told(void **state)
{
    static const char *const rows[] = {"pgstair:/none.xsl", "none.xsl",
                                       "http://127.0.0.1:9/none.xsl"};
    g_autoptr(PgsRecord) record = sample_passing();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *templates = g_strdup_printf("<xsl:include href='%s'/>", rows[i]);
        g_autoptr(GError) error = NULL;
        g_autofree char *text = apply(*state, record, templates, &error);
        assert_null(text);
        gboolean is_remote = g_str_has_prefix(rows[i], "http");
        if (strstr(error->message, "none.xsl") == NULL ||
            (is_remote && strstr(error->message, "network entity") == NULL))
            fail_msg("%s", error->message);
    }
}

static void
test_reading_stays_as_it_was(void **state)
{
    g_autoptr(PgsRecord) record = sample_passing();
    g_autofree char *other = write_file(*state, "words.xml", "<words>hello</words>");
    assert_value(*state, record, "document('words.xml')/words", "hello");
    g_autoptr(GError) error = NULL;
    g_autofree char *text =
        apply(*state, record,
              "<xsl:template match='/'><x><xsl:value-of "
              "select=\"count(document('http://127.0.0.1:9/x.xml'))\"/></x></xsl:template>",
              &error);
    assert_null(text);
    assert_non_null(strstr(error->message, "refused"));
}

/* ---- threads ---- */

static gpointer
render_many(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *path = g_build_filename(fixture->folder, "my.xsl", NULL);
    for (guint i = 0; i < 8; i++) {
        g_autoptr(PgsRecord) record = sample_passing();
        g_autoptr(GError) error = NULL;
        g_autofree char *text = pgs_report_render(record, path, NULL, &error);
        g_autofree char *junit = pgs_report_render(record, "junit", NULL, &error);
        if (text == NULL || junit == NULL || strstr(text, "<svg") == NULL)
            return NULL;
    }
    return data;
}

static void
test_threads_do_not_meet(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsRecord) record = sample_passing();
    g_autofree char *text = apply(fixture, record,
                                  "<xsl:import href='pgstair:/junit.xsl'/>"
                                  "<xsl:template match='/'><x><xsl:copy-of "
                                  "select='pgs:diagram(//system)'/></x></xsl:template>",
                                  NULL);
    assert_non_null(text);
    for (gsize i = 0; i < G_N_ELEMENTS(fixture->threads); i++)
        fixture->threads[i] = g_thread_new("report", render_many, fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(fixture->threads); i++)
        assert_ptr_equal(g_thread_join(fixture->threads[i]), fixture);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test(test_slugs_are_names_of_their_own),
        cmocka_unit_test_setup_teardown(test_a_diagram_is_its_systems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copies_and_variables_live_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_arguments_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_users_stylesheet_builds_on_a_built_in_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_users_stylesheet_includes_its_own_files, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_included_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reading_stays_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_threads_do_not_meet, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
