/* Covers harness/values/: pattern.c and pattern_*.c. */
#include "cmocka_all.h"

#include "pg/connection.h"
#include "server_fixture.h"
#include "values/pattern.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    PgsConnection *connection;
} Fixture;

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autoptr(GError) error = NULL;
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server), "postgres",
                                              60 * 1000, NULL, &error);
    if (fixture->connection == NULL)
        fprintf(stderr, "%s\n", error->message);
    *state = fixture;
    return fixture->connection != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->connection, pgs_connection_close);
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

/* Patterns of which each example matches. */
static const char *const regexes[] = {
    "foo",
    "^foo$",
    "^$",
    "",
    "^a*$",
    "^a+$",
    "^a?b$",
    "^a{3}$",
    "^a{2,}$",
    "^a{2,4}$",
    "^a{0,255}$",
    "^a+?b*?$",
    "^[a-z]+$",
    "^[^a-z]+$",
    "^[^@ ]+@[^@ ]+$",
    "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$",
    "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$",
    "^.+@.+\\..+$",
    "^(active|inactive|deleted)$",
    "^(?:a|bb|ccc)+$",
    "active|inactive",
    "^a|b$",
    "^(a|b|)$",
    "^\\d{4}-\\d{2}-\\d{2}$",
    "^\\+[1-9]\\d{1,14}$",
    "^#[0-9a-fA-F]{6}$",
    "^#([0-9a-f]{3}){1,2}$",
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    "^[A-Z]{2}$",
    "^[A-Z]{3}[0-9]{3}$",
    "^\\w+$",
    "^\\W\\S\\s\\D$",
    "^[\\d]+$",
    "^[\\w.-]+$",
    "^[[:alpha:]][[:alnum:]_]*$",
    "^[^[:space:]]+$",
    "^[[:upper:]][[:lower:]]+[[:punct:]]$",
    "^[[:digit:][:blank:]]+$",
    "^[[:xdigit:]]{8}$",
    "^[[.-.]a]$",
    "^[[=a=]b]$",
    "^[]a]+$",
    "^[^]a]+$",
    "^[a-]+$",
    "^[-a]+$",
    "^[+--]$",
    "^[.*+?]$",
    "^\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\\\\\^\\$$",
    "^a\\tb\\n$",
    "^\\u00e9\\x41$",
    "^é[à-ü]ß$",
    "^a{,3}$",
    "^{a}$",
    "^a{$",
    "^(\\w+)-\\1$",
    "^((a)(b))\\1\\2\\3$",
    "^(a|b)\\1$",
    "^foo(?!bar)[x-z]$",
    "(?<!a)b",
    "\\mfoo\\M",
    "[[:<:]]foo[[:>:]]",
    "\\yfoo\\y",
    "\\Afoo\\Z",
    "(?i)^abc$",
    "(?x) ^ a b # a comment\n c $",
    "^a(?#a comment)b$",
    "***=a.b*c",
    "***:^a.c$",
    "***:(?i)^abc$",
    "(?q)a(b",
    "(?e)^a+$",
    "^https?://[^/ ]+(/[^ ]*)?$",
    "^(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$",
    "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?$",
    "^((a{2}){3}){2}$",
    "^(((((a+)b*)+)c*)+)d*$",
    "^.{1,255}$",
    "^.{10}$",
    "^(a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z){2}$",
    "^[[:alpha:]]+ [[:alpha:]]+$",
    "\\S",
    "^\\s*\\S.*$",
    "^.*\\S$",
    "[a-z]",
};

/* Of these at least half do: what a look asks for is only guessed at. */
static const char *const looks[] = {
    "^(?=a)((?=a))*a$",
    "^(?=.*[A-Z])(?=.*[0-9]).{8,}$",
    "^(?=.{3,20}$)[a-z]+(-[a-z]+)*$",
    "^(?=[a-z])\\w{2}$",
    "^foo(?=bar)bar$",
    "(?<=a)b",
    "^(?!.*[.][.])[a-z.]+x$",
};

static const char *const likes[] = {
    "abc",   "a%",    "%a",     "%a%",   "a_c",  "___", "",     "%",
    "a\\%b", "a\\_b", "a\\\\b", "%@%.%", "a.c*", "é_",  "\\a(",
};

static const char *const similars[] = {
    "abc",  "(ab|cd)%",     "[a-z]{2}_", "a+b*c?", "%(b|d)%",
    "a.c",  "[^0-9]+",      "a{2,3}",    "a\\%b",  "(a|b|c)",
    "_{3}", "[[:alpha:]]+", "",          "a|bb",   "[0-9]{3}-[0-9]{4}",
};

/* What cannot be parsed, or is no pattern: no texts, and nothing worse. */
static const char *const broken[] = {
    "(",
    ")",
    "a)",
    "(a",
    "[a",
    "[",
    "[]",
    "[z-a]",
    "a**",
    "*a",
    "+",
    "a{2}{3}",
    "a{3,2}",
    "a{256}",
    "a{1,300}",
    "\\",
    "[[:nothing:]]",
    "[[.ab.]]",
    "(?z",
    "(?b)a\\(b\\)",
    "(?<a)",
    "\xff",
    "a{1",
    "^*a",
    "(?=a)*b",
    "\\m+",
};

/* The operator and its right side for each syntax. */
static const char *const conditions[] = {
    [PGS_PATTERN_REGEX] = "t ~ $2",
    [PGS_PATTERN_LIKE] = "t LIKE $2",
    [PGS_PATTERN_SIMILAR] = "t SIMILAR TO $2",
};

#define LIMIT 40

/* How many of the texts match; the first that does not, g_free(), or NULL. */
static guint
count_matches(const Fixture *fixture, PgsPatternSyntax syntax, const char *pattern,
              const GPtrArray *texts, char **exception)
{
    g_autoptr(GString) array = g_string_new("{");
    for (guint i = 0; i < texts->len; i++) {
        g_string_append(array, i > 0 ? ",\"" : "\"");
        for (const char *p = g_ptr_array_index(texts, i); *p != '\0'; p++) {
            if (*p == '"' || *p == '\\')
                g_string_append_c(array, '\\');
            g_string_append_c(array, *p);
        }
        g_string_append_c(array, '"');
    }
    g_string_append_c(array, '}');
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FILTER (WHERE %1$s), min(t) FILTER (WHERE NOT %1$s) "
                        "FROM unnest($1::text[]) AS t",
                        conditions[syntax]);
    const char *const params[] = {array->str, pattern};
    g_autoptr(GError) error = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(fixture->connection, PGS_SHAPE_ROW, sql, 2, params, NULL, &error);
    if (result == NULL)
        fail_msg("%s: %s", pattern, error->message);
    *exception = PQgetisnull(result, 0, 1) ? NULL : g_strdup(PQgetvalue(result, 0, 1));
    return (guint)strtoul(PQgetvalue(result, 0, 0), NULL, 10);
}

/* Nothing is near a pattern that matches every text. */
static gboolean
matches_all(PgsPatternSyntax syntax, const char *pattern)
{
    return strcmp(pattern, syntax == PGS_PATTERN_REGEX ? "" : "%") == 0;
}

/* share: how much of the examples has to match, 1 of so many. */
static guint
check_pattern(const Fixture *fixture, PgsPatternSyntax syntax, const char *pattern, guint share)
{
    guint n_failures = 0;
    g_autofree char *exception = NULL, *ignored = NULL;
    g_autoptr(GPtrArray) examples = pgs_pattern_examples(syntax, pattern, 20, LIMIT);
    guint n_matches = count_matches(fixture, syntax, pattern, examples, &exception);
    if (examples->len == 0 || examples->len > LIMIT || n_matches * share < examples->len) {
        fprintf(stderr, "%s: %u of %u match, not '%s'\n", pattern, n_matches, examples->len,
                exception);
        n_failures++;
    }
    g_autoptr(GPtrArray) misses = pgs_pattern_near_misses(syntax, pattern, 20, LIMIT);
    n_matches = count_matches(fixture, syntax, pattern, misses, &ignored);
    if ((n_matches == misses->len && !matches_all(syntax, pattern)) || misses->len > LIMIT) {
        fprintf(stderr, "%s: each of %u near misses matches\n", pattern, misses->len);
        n_failures++;
    }
    return n_failures;
}

static void
test_examples(void **state)
{
    const Fixture *fixture = *state;
    guint n_failures = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(regexes); i++)
        n_failures += check_pattern(fixture, PGS_PATTERN_REGEX, regexes[i], 1);
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++)
        n_failures += check_pattern(fixture, PGS_PATTERN_REGEX, looks[i], 2);
    for (gsize i = 0; i < G_N_ELEMENTS(likes); i++)
        n_failures += check_pattern(fixture, PGS_PATTERN_LIKE, likes[i], 1);
    for (gsize i = 0; i < G_N_ELEMENTS(similars); i++)
        n_failures += check_pattern(fixture, PGS_PATTERN_SIMILAR, similars[i], 1);
    assert_int_equal(n_failures, 0);
}

static void
test_broken(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GPtrArray) examples =
            pgs_pattern_examples(PGS_PATTERN_REGEX, broken[i], 20, LIMIT);
        g_autoptr(GPtrArray) misses =
            pgs_pattern_near_misses(PGS_PATTERN_REGEX, broken[i], 20, LIMIT);
        if (examples->len > 0 || misses->len > 0)
            fail_msg("%s: %s", broken[i],
                     (const char *)g_ptr_array_index(examples->len > 0 ? examples : misses, 0));
    }
}

/* What must be among the examples, and among the near misses. */
static const struct {
    PgsPatternSyntax syntax;
    const char *pattern, *example, *miss;
} edges[] = {
    {PGS_PATTERN_REGEX, "^[a-f]{2,4}$", "aa", "a"},
    {PGS_PATTERN_REGEX, "^[a-f]{2,4}$", "aaaa", "aaaaa"},
    {PGS_PATTERN_REGEX, "^[b-f]{2,4}$", "ff", "gb"},
    {PGS_PATTERN_REGEX, "^[b-f]{2,4}$", "bb", "ab"},
    {PGS_PATTERN_REGEX, "^(red|green)$", "green", ""},
    {PGS_PATTERN_REGEX, "^(red|green)$", "red", " red"},
    {PGS_PATTERN_REGEX, "^(red|green)$", "red", "RED"},
    {PGS_PATTERN_REGEX, "^(red|green)$", "red", "rd"},
    {PGS_PATTERN_REGEX, "\\d", "x 1", ""},
    {PGS_PATTERN_REGEX, "^(?!admin)[a-z]{3,10}$", "aaa", "admin"},
    {PGS_PATTERN_REGEX, "^a(b{2})?$", "abb", "ab"},
    {PGS_PATTERN_REGEX, "^a(b|c{2})?$", "acc", "ac"},
    {PGS_PATTERN_REGEX, "^(?=.*[A-Z]).{8,10}$", "Aaaaaaaa", "aaaaaaaa"},
    {PGS_PATTERN_LIKE, "a%", "a", ""},
    {PGS_PATTERN_LIKE, "a%", "aa", "xa"},
    {PGS_PATTERN_LIKE, "a\\%", "a%", "a"},
    {PGS_PATTERN_SIMILAR, "(a|b)_", "ba", "a"},
};

static void
test_edges(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(edges); i++) {
        g_autoptr(GPtrArray) examples =
            pgs_pattern_examples(edges[i].syntax, edges[i].pattern, 20, LIMIT);
        g_autoptr(GPtrArray) misses =
            pgs_pattern_near_misses(edges[i].syntax, edges[i].pattern, 20, LIMIT);
        if (!g_ptr_array_find_with_equal_func(examples, edges[i].example, g_str_equal, NULL))
            fail_msg("%s: %s is not among the examples", edges[i].pattern, edges[i].example);
        if (!g_ptr_array_find_with_equal_func(misses, edges[i].miss, g_str_equal, NULL))
            fail_msg("%s: %s is not among the near misses", edges[i].pattern, edges[i].miss);
    }
}

static char *
join(GPtrArray *texts)
{
    GString *joined = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(joined, "%s\n", (const char *)g_ptr_array_index(texts, i));
    g_ptr_array_unref(texts);
    return g_string_free(joined, FALSE);
}

/* The same for the same seed, each once, no more than asked for, and none of a huge pattern late.
 */
static void
test_bounds(void **state)
{
    (void)state;
    const char *pattern = "^[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,5}$";
    g_autofree char *first = join(pgs_pattern_examples(PGS_PATTERN_REGEX, pattern, 1, LIMIT));
    g_autofree char *again = join(pgs_pattern_examples(PGS_PATTERN_REGEX, pattern, 1, LIMIT));
    g_autofree char *other = join(pgs_pattern_examples(PGS_PATTERN_REGEX, pattern, 2, LIMIT));
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    g_autoptr(GPtrArray) few = pgs_pattern_examples(PGS_PATTERN_REGEX, pattern, 1, 5);
    assert_int_equal(few->len, 5);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) many = pgs_pattern_examples(PGS_PATTERN_REGEX, pattern, 1, 300);
    for (guint i = 0; i < many->len; i++)
        assert_true(g_hash_table_add(seen, g_ptr_array_index(many, i)));
    gint64 begin = g_get_monotonic_time();
    static const char *const huge[] = {
        "^((((((a{9}|b){9}|c){9}|d){9}|e){9}|f){9}|g){9}$",
        "^(((((((((a+)+)+)+)+)+)+)+)+)+$",
        "^((((((((()*)*)*)*)*)*)*)*)*$",
        "^(((((){255}){255}){255}){255}){255}$",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(huge); i++) {
        g_free(join(pgs_pattern_examples(PGS_PATTERN_REGEX, huge[i], 1, LIMIT)));
        g_free(join(pgs_pattern_near_misses(PGS_PATTERN_REGEX, huge[i], 1, LIMIT)));
    }
    /* What a look asks for is not repeated without end. */
    g_autofree char *looking =
        join(pgs_pattern_examples(PGS_PATTERN_REGEX, "^(?=b)((?=b))*[ab]$", 1, 1));
    assert_string_equal(looking, "b\n");
    g_autofree char *nested =
        join(pgs_pattern_examples(PGS_PATTERN_REGEX, "((((((((((a))))))))))", 1, LIMIT));
    assert_string_not_equal(nested, "");
    g_autofree char *open = g_strnfill(60, '('), *close = g_strnfill(60, ')');
    g_autofree char *closed = g_strconcat(open, "a", close, NULL);
    g_autofree char *too_deep = join(pgs_pattern_examples(PGS_PATTERN_REGEX, closed, 1, LIMIT));
    assert_string_equal(too_deep, "");
    g_autofree char *deep = g_strnfill(3000, '(');
    g_free(join(pgs_pattern_examples(PGS_PATTERN_REGEX, deep, 1, LIMIT)));
    g_autofree char *wide = g_strnfill(3000, 'a');
    g_free(join(pgs_pattern_examples(PGS_PATTERN_REGEX, wide, 1, LIMIT)));
    g_free(join(pgs_pattern_near_misses(PGS_PATTERN_LIKE, wide, 1, LIMIT)));
    assert_true(g_get_monotonic_time() - begin < 10 * (gint64)G_USEC_PER_SEC);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
