/* Covers harness/config/schema.c and harness/config/reference.c: what they make of a small table.
 */
#include "cmocka_all.h"

#include "config/reference.h"
#include "config/scalar.h"
#include "config/schema.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const char *const words[] = {"set null", "c", NULL};
static const PgsShape text = {.type = PGS_SHAPE_TEXT};
static const PgsShape nothing = {.type = PGS_SHAPE_NOTHING};
static const PgsShape word = {.type = PGS_SHAPE_TEXT, .words = words};
static const PgsShape word_or_pattern = {
    .type = PGS_SHAPE_TEXT, .words = words, .pattern = "^x+$", .expected = "some x"};
static const PgsShape pattern = {.type = PGS_SHAPE_TEXT, .pattern = "^a|b$", .expected = "a or b"};
static const PgsShape flag = {.type = PGS_SHAPE_FLAG};
static const PgsShape number = {.type = PGS_SHAPE_NUMBER, .minimum = 1, .maximum = 9};
static const PgsShape duration = {.type = PGS_SHAPE_DURATION};
static const PgsShape day = {.type = PGS_SHAPE_DATE};
static const PgsShape list = {.type = PGS_SHAPE_LIST, .element = &text, .minimum = 1};
static const PgsShape *const choices[] = {&nothing, &text, &list, NULL};
static const PgsShape choice = {.type = PGS_SHAPE_CHOICE, .choices = choices};
static const PgsShape map = {.type = PGS_SHAPE_MAP, .element = &choice, .key_name = "name"};

static const PgsField inner_fields[] = {
    {"a", &text, "The a | b."},
    {"b", &duration, "The b.", .standard = "`1s`"},
    {0},
};
static const char *const one_of[] = {"a", "b", NULL};
static const PgsShape inner = {.type = PGS_SHAPE_RECORD,
                               .name = "inner part",
                               .doc = "What is inside.",
                               .example = "inner: {a: 1}\n",
                               .fields = inner_fields,
                               .one_of = one_of};

static const PgsField fields[] = {
    {"text", &text, "A text.", .required = TRUE},
    {"word", &word, "A word."},
    {"pattern", &pattern, "A pattern."},
    {"either", &word_or_pattern, "Either."},
    {"flag", &flag, "A flag.", .standard = "`false`"},
    {"number", &number, "A number."},
    {"day", &day, "A day."},
    {"map", &map, "A map."},
    {"inner", &inner, "A part."},
    {0},
};
static const PgsShape root = {
    .type = PGS_SHAPE_RECORD, .name = "root", .doc = "All of it.", .fields = fields};

/* Whether the schema of the root holds, at path ("properties.text.type"), this JSON. */
static void
assert_at(const char *path, const char *expected)
{
    g_autofree char *schema = pgs_schema_make(&root, "a.yaml");
    g_autoptr(JsonNode) node = json_from_string(schema, NULL);
    assert_non_null(node);
    g_auto(GStrv) members = g_strsplit(path, ".", -1);
    JsonNode *at = node;
    for (char **member = members; *member != NULL; member++) {
        at = json_object_get_member(json_node_get_object(at), *member);
        if (at == NULL)
            fail_msg("%s: there is no %s", path, *member);
    }
    g_autofree char *found = json_to_string(at, FALSE);
    assert_string_equal(found, expected);
}

static void
test_schema(void **state)
{
    (void)state;
    assert_at("$schema", "\"http://json-schema.org/draft-07/schema#\"");
    assert_at("title", "\"a.yaml\"");
    assert_at("description", "\"All of it.\"");
    assert_at("required", "[\"text\"]");
    assert_at("additionalProperties", "false");
    assert_at("properties.text",
              "{\"description\":\"A text.\",\"type\":[\"string\",\"number\",\"boolean\"]}");
    assert_at("properties.word.enum", "[\"set null\",\"SET NULL\",\"c\",\"C\"]");
    assert_at("properties.pattern.pattern", "\"^a|b$\"");
    assert_at("properties.either.anyOf",
              "[{\"enum\":[\"set null\",\"SET NULL\",\"c\",\"C\"]},{\"pattern\":\"^x+$\"}]");
    assert_at("properties.flag",
              "{\"description\":\"A flag. Default: `false`.\",\"type\":\"boolean\"}");
    assert_at("properties.number",
              "{\"description\":\"A number.\",\"type\":\"integer\",\"minimum\":1,\"maximum\":9}");
    assert_at("properties.day.format", "\"date\"");
    assert_at("properties.map.additionalProperties.anyOf",
              "[{\"type\":\"null\"},{\"type\":[\"string\",\"number\",\"boolean\"]},"
              "{\"type\":\"array\",\"items\":{\"type\":[\"string\",\"number\",\"boolean\"]},"
              "\"minItems\":1}]");
    assert_at("properties.inner",
              "{\"description\":\"A part.\",\"allOf\":[{\"$ref\":\"#/definitions/inner-part\"}]}");
    assert_at("definitions.inner-part.oneOf", "[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]");
    assert_at("definitions.inner-part.properties.b.type", "[\"string\",\"number\"]");
}

static void
test_reference(void **state)
{
    (void)state;
    static const char tail[] = "\n## root\n\nAll of it.\n\n"
                               "| key | value | meaning | default |\n|---|---|---|---|\n"
                               "| `text` | text | A text. | required |\n"
                               "| `word` | `set null`, `c` | A word. |  |\n"
                               "| `pattern` | text | A pattern. |  |\n"
                               "| `either` | `set null`, `c` | Either. |  |\n"
                               "| `flag` | true or false | A flag. | `false` |\n"
                               "| `number` | number, 1 to 9 | A number. |  |\n"
                               "| `day` | day | A day. |  |\n"
                               "| `map` | name → (nothing or text or list of text) | A map. |  |\n"
                               "| `inner` | [inner part](#inner-part) | A part. |  |\n"
                               "\n## inner part\n\nWhat is inside.\n\n"
                               "```yaml\ninner: {a: 1}\n```\n\n"
                               "| key | value | meaning | default |\n|---|---|---|---|\n"
                               "| `a` | text | The a \\| b. |  |\n"
                               "| `b` | duration | The b. | `1s` |\n";
    g_autofree char *page = pgs_reference_make(&root);
    const char *found = strstr(page, "\n## ");
    assert_non_null(found);
    assert_string_equal(found, tail);
}

/* What the schema says of durations is what the reader takes. */
static void
test_duration_pattern(void **state)
{
    (void)state;
    static const char *const texts[] = {"1s", "30", "5 min", "1.5h", "s", "1 s ", "-1", "1d", NULL};
    for (const char *const *one = texts; *one != NULL; one++) {
        guint milliseconds;
        assert_int_equal(pgs_scalar_duration(*one, &milliseconds),
                         g_regex_match_simple(PGS_SCALAR_DURATION_PATTERN, *one, 0, 0));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_duration_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
