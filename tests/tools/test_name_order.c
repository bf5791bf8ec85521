/* Covers harness/migration/collate.c: the order of names as node itself has it. */
#include "tools/tool_fixture.h"

#include "migration/collate.h"

enum {
    N_NAMES = 400,
    SEED = 20240101,
};

/* Letters that are often compared, all punctuation of ASCII, a few beyond it. */
static const char *const pieces[] = {
    "a", "b", "A", "B", "z", "0",  "1", "2", "9", "00", "10", "01",   "2024",      "20240101",
    "_", "-", ",", ";", ":", "!",  "?", ".", "'", "\"", "(",  ")",    "[",         "]",
    "{", "}", "@", "*", "/", "\\", "&", "#", "%", "`",  "^",  "+",    "<",         "=",
    ">", "|", "~", "$", " ", "é",  "e", "É", "ö", "o",  "ж",  "init", "add_users",
};

static GPtrArray *
make_names(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
    while (names->len < N_NAMES) {
        GString *name = g_string_new(NULL);
        for (gint n = g_rand_int_range(rand, 1, 6); n > 0; n--)
            g_string_append(name, pieces[g_rand_int_range(rand, 0, (gint32)G_N_ELEMENTS(pieces))]);
        /* And one that differs from it in case alone. */
        g_ptr_array_add(names, g_ascii_strup(name->str, -1));
        g_ptr_array_add(names, g_string_free(name, FALSE));
    }
    return names;
}

/* Each name against the next one: -1, 0 or 1, a line each. */
static const char script[] =
    "const names = require('fs').readFileSync('names', 'utf8').split('\\n');"
    "const options = process.argv[1] === 'bare' ? {usage: 'sort', numeric: true,"
    " sensitivity: 'variant', ignorePunctuation: true} : undefined;"
    "for (let i = 1; i < names.length; i++)"
    " console.log(Math.sign(names[i - 1].localeCompare(names[i], 'en', options)));";

static void
check_order(PgsToolFixture *fixture, const char *mode, PgsCollateFlags flags)
{
    const char *const command[] = {"node", "-e", script, mode, NULL};
    pgs_tool_require("node");
    g_autoptr(GPtrArray) names = make_names();
    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv("\n", (char **)names->pdata);
    pgs_tool_write(fixture, "names", list);
    g_autofree char *output = NULL;
    assert_int_equal(pgs_tool_run(fixture, "postgres", command, NULL, &output), 0);
    g_auto(GStrv) answers = g_strsplit(output, "\n", -1);
    for (guint i = 1; i < N_NAMES; i++) {
        g_autofree char *a = pgs_collate_key(g_ptr_array_index(names, i - 1), flags);
        g_autofree char *b = pgs_collate_key(g_ptr_array_index(names, i), flags);
        int sign = strcmp(a, b);
        sign = (sign > 0) - (sign < 0);
        if (sign != atoi(answers[i - 1]))
            fail_msg("\"%s\" and \"%s\": %d, by node %s", (char *)g_ptr_array_index(names, i - 1),
                     (char *)g_ptr_array_index(names, i), sign, answers[i - 1]);
    }
}

static void
test_plain(void **state)
{
    check_order(*state, "plain", 0);
}

static void
test_bare_and_numeric(void **state)
{
    check_order(*state, "bare", PGS_COLLATE_NUMERIC | PGS_COLLATE_BARE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_plain),
        PGS_TOOL_TEST(test_bare_and_numeric),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}
