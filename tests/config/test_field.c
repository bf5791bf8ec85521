/* Covers harness/config/field.c and harness/config/scalar.c. */
#include "cmocka_all.h"

#include "config/document.h"
#include "config/field.h"
#include "config/scalar.h"

#include <string.h>

/* ---- A table of every shape ---- */

typedef struct {
    char *text, *word, *pattern, *day;
    gboolean flag;
    guint number, duration;
    char **list, **texts;
    GString *order; /* keys, as read_custom() is called for them */
} Target;

static gboolean
read_custom(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
            GError **error)
{
    if (strcmp(value->text, "bad") == 0)
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error, NULL, "bad in %s",
                              (const char *)context);
    g_string_append_printf(((Target *)target)->order, "%s=%s;", field->detail, value->text);
    return TRUE;
}

static const char *const words[] = {"set null", "cascade", "c", NULL};
static const PgsShape text = {.type = PGS_SHAPE_TEXT};
static const PgsShape nothing = {.type = PGS_SHAPE_NOTHING};
static const PgsShape word = {.type = PGS_SHAPE_TEXT, .words = words};
static const PgsShape pattern = {
    .type = PGS_SHAPE_TEXT, .pattern = "^[a-z]+$", .expected = "a b c"};
static const PgsShape flag = {.type = PGS_SHAPE_FLAG};
static const PgsShape number = {.type = PGS_SHAPE_NUMBER, .minimum = 1, .maximum = 100};
static const PgsShape duration = {.type = PGS_SHAPE_DURATION};
static const PgsShape day = {.type = PGS_SHAPE_DATE};
static const PgsShape list = {.type = PGS_SHAPE_LIST, .element = &text, .minimum = 1};
static const PgsShape *const text_choices[] = {&text, &list, NULL};
static const PgsShape texts = {.type = PGS_SHAPE_CHOICE, .choices = text_choices};
static const PgsShape *const nothing_choices[] = {&nothing, &flag, &texts, NULL};
static const PgsShape maybe = {.type = PGS_SHAPE_CHOICE, .choices = nothing_choices};
static const PgsShape map = {.type = PGS_SHAPE_MAP, .element = &number, .key_name = "name"};

static const PgsField inner_fields[] = {
    {"a", &text, "The a.", .read = read_custom, .detail = "inner"},
    {"b", &text, "The b.", .read = read_custom, .detail = "inner"},
    {0},
};
static const char *const one_of[] = {"a", "b", NULL};
static const PgsShape inner = {.type = PGS_SHAPE_RECORD, .fields = inner_fields, .one_of = one_of};
static const PgsShape inners = {.type = PGS_SHAPE_LIST, .element = &inner};

static const PgsField fields[] = {
    {"text", &text, "A text.", .required = TRUE, .offset = G_STRUCT_OFFSET(Target, text)},
    {"word", &word, "A word.", .offset = G_STRUCT_OFFSET(Target, word)},
    {"pattern", &pattern, "A pattern.", .offset = G_STRUCT_OFFSET(Target, pattern)},
    {"flag", &flag, "A flag.", .offset = G_STRUCT_OFFSET(Target, flag)},
    {"number", &number, "A number.", .offset = G_STRUCT_OFFSET(Target, number)},
    {"duration", &duration, "A duration.", .offset = G_STRUCT_OFFSET(Target, duration)},
    {"day", &day, "A day.", .offset = G_STRUCT_OFFSET(Target, day)},
    {"list", &list, "A list.", .offset = G_STRUCT_OFFSET(Target, list)},
    {"texts", &texts, "Texts.", .offset = G_STRUCT_OFFSET(Target, texts)},
    {"late", &text, "Late.", .read = read_custom, .detail = "late"},
    {"early", &text, "Early.", .early = TRUE, .read = read_custom, .detail = "early"},
    {"map", &map, "A map.", .offset = G_STRUCT_OFFSET(Target, list)},
    {"maybe", &maybe, "Perhaps.", .offset = G_STRUCT_OFFSET(Target, list)},
    {"inner", &inner, "Inside.", .offset = G_STRUCT_OFFSET(Target, list)},
    {"inners", &inners, "Inside.", .offset = G_STRUCT_OFFSET(Target, list)},
    {0},
};
static const PgsShape record = {.type = PGS_SHAPE_RECORD, .fields = fields};

static void
target_clear(Target *target)
{
    g_free(target->text);
    g_free(target->word);
    g_free(target->pattern);
    g_free(target->day);
    g_strfreev(target->list);
    g_strfreev(target->texts);
    if (target->order != NULL)
        g_string_free(target->order, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Target, target_clear)

static PgsDocument *
parse(const char *yaml)
{
    PgsDocument *document = pgs_document_parse("f", yaml, strlen(yaml), NULL);
    assert_non_null(document);
    return document;
}

static void
test_reading(void **state)
{
    (void)state;
    g_autoptr(PgsDocument) document =
        parse("late: x\ntext: 001\nword: CASCADE\npattern: abc\nflag: yes\nnumber: 42\n"
              "duration: 1.5 min\nday: 2028-02-29\nlist: [no, 1.50, \"\"]\ntexts: alone\n"
              "early: y\n");
    g_auto(Target) target = {.text = g_strdup("before"), .order = g_string_new(NULL)};
    const PgsNode *root = pgs_document_root(document);
    assert_true(pgs_shape_check(&record, root, NULL));
    assert_true(pgs_fields_read(fields, root, &target, NULL, NULL));
    assert_string_equal(target.text, "001");
    assert_string_equal(target.word, "CASCADE");
    assert_string_equal(target.pattern, "abc");
    assert_int_equal(target.flag, TRUE);
    assert_int_equal(target.number, 42);
    assert_int_equal(target.duration, 90000);
    assert_string_equal(target.day, "2028-02-29");
    assert_string_equal(target.list[0], "no");
    assert_string_equal(target.list[1], "1.50");
    assert_string_equal(target.list[2], "");
    assert_null(target.list[3]);
    assert_string_equal(target.texts[0], "alone");
    assert_null(target.texts[1]);
    assert_string_equal(target.order->str, "early=y;late=x;");
}

static void
test_custom_error(void **state)
{
    (void)state;
    g_autoptr(PgsDocument) document = parse("text: x\nlate: bad\n");
    g_auto(Target) target = {.order = g_string_new(NULL)};
    g_autoptr(GError) error = NULL;
    const PgsNode *root = pgs_document_root(document);
    assert_false(pgs_fields_read(fields, root, &target, (gpointer) "here", &error));
    assert_string_equal(error->message, "f:2:7: bad in here");
}

static void
test_checking(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *message; /* NULL: it is right */
    } cases[] = {
        {"text: x", NULL},
        {"text: true", NULL},
        {"[a]", "f:1:1: expected a mapping, found a list"},
        {"x", "f:1:1: expected a mapping, found text"},
        {"word: c", "f:1:1: the key \"text\" is missing here\nHINT: A text."},
        {"text: [a]", "f:1:7: expected text, found a list\nHINT: A text."},
        {"text: {a: b}", "f:1:7: expected text, found a mapping\nHINT: A text."},
        {"text:", "f:1:6: expected text, found nothing\nHINT: A text."},
        {"text: null", "f:1:7: expected text, found nothing\nHINT: a word that stands for nothing "
                       "in YAML needs quotes to be text"},
        {"text: 'null'", NULL},
        {"text: x\nwrod: c", "f:2:1: there is no key \"wrod\" here\nHINT: did you mean \"word\"?"},
        {"text: x\nqqqqqqqqq: c", "f:2:1: there is no key \"qqqqqqqqq\" here\nHINT: there are: "
                                  "text, word, pattern, "},
        {"text: x\nword: SET NULL", NULL},
        {"text: x\nword: cascad", "f:2:7: expected set null, cascade or c, found \"cascad\"\nHINT: "
                                  "did you mean \"cascade\"?"},
        {"text: x\nword: Cascade", "f:2:7: expected set null, cascade or c, found \"Cascade\"\n"
                                   "HINT: did you mean \"cascade\"?"},
        {"text: x\npattern: A1", "f:2:10: expected a b c, found \"A1\""},
        {"text: x\npattern: \"a\\n\"", "f:2:10: expected a b c, found \"a\n\""},
        {"text: x\nflag: maybe", "f:2:7: expected true or false, found text\nHINT: A flag."},
        {"text: x\nflag: 'true'",
         "f:2:7: expected true or false, found text\nHINT: without quotes"},
        {"text: x\nnumber: 0", "f:2:9: expected a whole number from 1 to 100, found \"0\""},
        {"text: x\nnumber: 101", "f:2:9: expected a whole number from 1 to 100, found \"101\""},
        {"text: x\nnumber: 1.5", "f:2:9: expected a whole number from 1 to 100, found \"1.5\""},
        {"text: x\nnumber: -1", "f:2:9: expected a whole number from 1 to 100, found \"-1\""},
        {"text: x\nduration: fast", "f:2:11: expected a duration such as 500ms, 30s, 10min or 2h, "
                                    "found \"fast\""},
        {"text: x\nday: 2027-02-29", "f:2:6: expected a day such as 2027-01-31, found "
                                     "\"2027-02-29\""},
        {"text: x\nlist: a", "f:2:7: expected a list, found text\nHINT: A list."},
        {"text: x\nlist: []", "f:2:7: the list is empty"},
        {"text: x\nlist: [a, [b]]", "f:2:11: expected text, found a list"},
        {"text: x\ntexts: {a: b}", "f:2:8: expected text or a list, found a mapping"},
        {"text: x\nmap: {a: 1, b: x}", "f:2:16: expected a whole number from 1 to 100, found "
                                       "\"x\""},
        {"text: x\nmap: [1]", "f:2:6: expected a mapping, found a list"},
        {"text: x\nmaybe: ~", NULL},
        {"text: x\nmaybe: {}", "f:2:8: expected nothing, true or false, text or a list, found a "
                               "mapping"},
        {"text: x\ninner: {a: 1}", NULL},
        {"text: x\ninner: {}", "f:2:8: one key is missing here: a or b"},
        {"text: x\ninner: {b: 1, a: 2}", "f:2:12: \"a\" and \"b\" cannot stand together"},
        {"text: x\ninners: [{a: 1}, {c: 1}]", "f:2:19: there is no key \"c\" here"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsDocument) document = parse(cases[i].yaml);
        g_autoptr(GError) error = NULL;
        gboolean is_right = pgs_shape_check(&record, pgs_document_root(document), &error);
        const char *message = is_right ? "right" : error->message;
        if (!g_str_has_prefix(message, cases[i].message != NULL ? cases[i].message : "right"))
            fail_msg("%s\nexpected: %s\nfound:    %s", cases[i].yaml, cases[i].message, message);
    }
}

static void
test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        guint milliseconds; /* 0: it is none */
    } cases[] = {
        {"500ms", 500},
        {"1ms", 1},
        {"30s", 30000},
        {"30 s", 30000},
        {"30", 30000},
        {"1.5", 1500},
        {"10min", 600000},
        {"2h", 7200000},
        {"0.001s", 1},
        {"596h", 2145600000},
        {"597h", 0},
        {"0", 0},
        {"0.4ms", 0},
        {"", 0},
        {"s", 0},
        {"-1s", 0},
        {"1 min 2 s", 0},
        {"1e3", 0},
        {"0x10", 0},
        {"nan", 0},
        {"1.s", 0},
        {".5s", 0},
        {"5S", 0},
        {"30s\n", 0},
        {"99999999999999999999999999h", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint found = 0;
        assert_int_equal(pgs_scalar_duration(cases[i].text, &found), cases[i].milliseconds != 0);
        assert_int_equal(found, cases[i].milliseconds);
    }
}

static void
test_dates(void **state)
{
    (void)state;
    static const char *const good[] = {"2027-01-31", "2028-02-29", "1999-12-31", NULL};
    static const char *const bad[] = {
        "2027-02-29", "2027-13-01", "2027-00-10",  "2027-1-31",           "27-01-31",
        "2027-01-32", "2027/01/31", "2027-01-31 ", "2027-01-31T00:00:00", "0000-01-01",
        "tomorrow",   "",           NULL};
    for (const char *const *date = good; *date != NULL; date++)
        assert_true(pgs_scalar_is_date(*date));
    for (const char *const *date = bad; *date != NULL; date++)
        assert_false(pgs_scalar_is_date(*date));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),  cmocka_unit_test(test_custom_error),
        cmocka_unit_test(test_checking), cmocka_unit_test(test_durations),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
