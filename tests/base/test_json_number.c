/* Covers harness/base/json_number.c. */
#include "cmocka_all.h"

#include "base/json_number.h"

#include <glib.h>

static void
test_shorten(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *given, *expected;
    } cases[] = {
        {"0.029000000000000001", "0.029"},
        {"[1, -2, 0.10000000000000001,-1.5]", "[1, -2, 0.1,-1.5]"},
        {"{\"a 0.029000000000000001\" : 2.0}", "{\"a 0.029000000000000001\" : 2.0}"},
        {"{\"\\\"0.029000000000000001\" : true}", "{\"\\\"0.029000000000000001\" : true}"},
        {"1.0000000000000001e-10", "1e-10"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"9007199254740993", "9007199254740993"},
        {"0.33333333333333331", "0.3333333333333333"},
        {"null", "null"},
        {"\"unended", "\"unended"},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = pgs_json_shorten(cases[i].given);
        assert_string_equal(found, cases[i].expected);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shorten)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
