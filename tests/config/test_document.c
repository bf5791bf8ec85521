/* Covers harness/config/document.c, harness/config/node.c and harness/config/syntax.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "config/document.h"

#include <string.h>
#include <sys/stat.h>

static PgsDocument *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    PgsDocument *document = pgs_document_parse("a.yaml", text, strlen(text), &error);
    if (document == NULL)
        fail_msg("%s", error->message);
    return document;
}

/* The message of what must fail. */
static char *
refuse_bytes(const char *text, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsDocument) document = pgs_document_parse("a.yaml", text, length, &error);
    assert_null(document);
    assert_int_equal(error->domain, PGS_CONFIG_ERROR);
    return g_strdup(error->message);
}

static void
assert_refused(const char *text, const char *expected)
{
    g_autofree char *message = refuse_bytes(text, strlen(text));
    if (!g_str_has_prefix(message, expected))
        fail_msg("expected: %s\nfound:    %s", expected, message);
}

static void
test_tree_and_places(void **state)
{
    (void)state;
    g_autoptr(PgsDocument) document =
        parse("# comment\na: 1\nçé: [x, 'y z', {k: v}]\nb:\n  - - 001\n");
    const PgsNode *root = pgs_document_root(document);
    assert_int_equal(root->type, PGS_NODE_MAPPING);
    assert_int_equal(root->keys->len, 3);
    assert_string_equal(root->place.file, "a.yaml");
    assert_int_equal(root->place.line, 2);
    assert_string_equal(pgs_node_get(root, "a")->text, "1");
    assert_null(pgs_node_get(root, "c"));

    const PgsNode *list = pgs_node_get(root, "çé");
    assert_int_equal(list->type, PGS_NODE_LIST);
    assert_int_equal(pgs_node_count(list), 3);
    assert_int_equal(pgs_node_at(list, 1)->place.line, 3);
    /* Characters, not bytes. */
    assert_int_equal(pgs_node_at(list, 1)->place.column, 9);
    assert_true(pgs_node_at(list, 0)->is_plain);
    assert_false(pgs_node_at(list, 1)->is_plain);
    const PgsNode *inner = pgs_node_at(pgs_node_at(pgs_node_get(root, "b"), 0), 0);
    assert_string_equal(inner->text, "001");
    assert_int_equal(pgs_node_key_at(root, 2)->place.line, 4);
}

static void
test_words(void **state)
{
    (void)state;
    g_autoptr(PgsDocument) document = parse(
        "- ~\n- null\n- NULL\n-\n- 'null'\n- ''\n- no\n- Off\n- on\n- TRUE\n- 'yes'\n- n\n- nO\n"
        "- !!str null\n");
    static const struct {
        gboolean is_null;
        int flag;
    } expected[] = {{TRUE, -1},  {TRUE, -1},  {TRUE, -1},  {TRUE, -1}, {FALSE, -1},
                    {FALSE, -1}, {FALSE, 0},  {FALSE, 0},  {FALSE, 1}, {FALSE, 1},
                    {FALSE, -1}, {FALSE, -1}, {FALSE, -1}, {FALSE, -1}};
    const PgsNode *list = pgs_document_root(document);
    assert_int_equal(pgs_node_count(list), G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        assert_int_equal(pgs_node_is_null(pgs_node_at(list, i)), expected[i].is_null);
        assert_int_equal(pgs_node_flag(pgs_node_at(list, i)), expected[i].flag);
    }
}

static void
test_line_ends_and_bom(void **state)
{
    (void)state;
    g_autoptr(PgsDocument) document = parse("\xef\xbb\xbf"
                                            "a: 1\r\nb:\r\n  - c\r\n");
    const PgsNode *root = pgs_document_root(document);
    assert_int_equal(pgs_node_key_at(root, 0)->place.column, 1);
    assert_string_equal(pgs_node_key_at(root, 0)->text, "a");
    assert_string_equal(pgs_node_get(root, "a")->text, "1");
    const PgsNode *item = pgs_node_at(pgs_node_get(root, "b"), 0);
    assert_string_equal(item->text, "c");
    assert_int_equal(item->place.line, 3);
    assert_int_equal(item->place.column, 5);
}

static void
test_aliases_and_merge(void **state)
{
    (void)state;
    g_autoptr(PgsDocument) document = parse("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\n"
                                            "d: {<<: [{p: 5}, *x], r: 4}\n");
    const PgsNode *root = pgs_document_root(document);
    assert_ptr_equal(pgs_node_get(root, "a"), pgs_node_get(root, "b"));
    const PgsNode *merged = pgs_node_get(root, "c");
    assert_int_equal(merged->keys->len, 2);
    assert_string_equal(pgs_node_get(merged, "p")->text, "1");
    assert_string_equal(pgs_node_get(merged, "q")->text, "3");
    assert_string_equal(pgs_node_get(pgs_node_get(root, "d"), "p")->text, "5");
    assert_string_equal(pgs_node_get(pgs_node_get(root, "d"), "q")->text, "2");
}

static void
test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "a.yaml:1:1: the file is empty"},
        {"# only this\n", "a.yaml:1:1: the file is empty"},
        {"---\n", "a.yaml:1:1: the file is empty"},
        {"~", "a.yaml:1:1: the file is empty"},
        {"a: 1\nb: 2\n a: 3\n", "a.yaml:3:3: a \": \" stands where no key can be"},
        {"a: 1\nb: 2\na: 3\n",
         "a.yaml:3:1: the key \"a\" is here twice: first at a.yaml:1:1\nHINT: "},
        {"a: 1\n'a': 3\n", "a.yaml:2:1: the key \"a\" is here twice"},
        {"a: {b: 1, c: 2, b: 3}\n", "a.yaml:1:17: the key \"b\" is here twice"},
        {"a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins"},
        {"a: 1\n...\n---\n", "a.yaml:3:1: a second document begins"},
        {"a:\n\tb: 1\n", "a.yaml:2:1: a tab stands in the indentation"},
        {"a:\n  - b\n\t- c\n", "a.yaml:3:1: a tab stands in the indentation"},
        {"a: @b\n", "a.yaml:1:4: a value cannot begin with this character"},
        {"a: [b, , c]\n", "a.yaml:1:8: a value was expected here"},
        {"a: b: c\n", "a.yaml:1:5: a \": \" stands where no key can be"},
        {"a: \"b\nc: d\n", "a.yaml:3:1: the file ends inside of a quoted text"},
        {"a: [b, c\nd: e\n", "a.yaml:2:2: a list in brackets is not closed before this"},
        {"a: {b: c\n", "a.yaml:2:1: a mapping in braces is not closed before this"},
        {"a: 'b' c\n", "a.yaml:1:8: a key was expected here"},
        {"a: \"\\q\"\n", "a.yaml:1:5: this escape is not known in double quotes"},
        {"a: \"x\\0y\"\n", "a.yaml:1:4: the text has a NUL character"},
        {"a: !ruby/object x\n", "a.yaml:1:4: the tag \"!ruby/object\" is not known here"},
        {"a: !!int 1\n", "a.yaml:1:4: the tag \"tag:yaml.org,2002:int\" is not known here"},
        {"a: *b\n", "a.yaml:1:4: there is no anchor \"b\" before this"},
        {"a: &x [1, *x]\n", "a.yaml:1:11: \"*x\" holds itself: its anchor is in line 1"},
        {"a: &x\n  b:\n    - c: *x\n", "a.yaml:3:10: \"*x\" holds itself"},
        {"a: &x {<<: *x}\n", "a.yaml:1:12: \"*x\" holds itself"},
        {"a: {<<: 1}\n", "a.yaml:1:9: \"<<\" cannot merge text"},
        {"? [a]\n: b\n", "a.yaml:1:3: a key is text, not a list"},
        {"? {a: b}\n: b\n", "a.yaml:1:3: a key is text, not a mapping"},
        {"'': b\n", "a.yaml:1:1: a key is empty"},
        {"\xff\xfe"
         "a",
         "a.yaml:1:1: a byte order mark says that the file is UTF-16"},
        {"a: b\nc: \xe9t\xe9\n", "a.yaml:2:4: the byte 0xE9 is not UTF-8"},
        {"a: b\nc: \x07\n", "a.yaml:2:4: the character U+0007 cannot stand in YAML"},
        {"a: \xef\xbb\xbf\n", "a.yaml:1:4: the character U+FEFF cannot stand in YAML"},
        {"a: \xed\xa0\x80\n", "a.yaml:1:4: the byte 0xED is not UTF-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_refused(cases[i].text, cases[i].message);
    g_autofree char *nul = refuse_bytes("a: b\nc\0: d\n", 11);
    assert_true(g_str_has_prefix(nul, "a.yaml:2:2: there is a NUL byte"));
}

static char *
repeat(const char *text, guint n)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < n; i++)
        g_string_append(all, text);
    return g_string_free(all, FALSE);
}

static void
test_depth(void **state)
{
    (void)state;
    g_autofree char *deep = repeat("[", PGS_DOCUMENT_MAX_DEPTH);
    g_autofree char *close = repeat("]", PGS_DOCUMENT_MAX_DEPTH);
    g_autofree char *good = g_strconcat(deep, close, NULL);
    g_autoptr(PgsDocument) document = parse(good);
    assert_non_null(document);
    g_autofree char *bomb = repeat("[", 100000);
    assert_refused(bomb, "a.yaml:1:52: this is nested more than 50 levels deep");
    g_autofree char *maps = repeat("{a: ", 100000);
    assert_refused(maps, "a.yaml:1:202: this is nested more than 50 levels deep");
    g_autofree char *items = repeat("- ", 100000);
    assert_refused(items, "a.yaml:1:103: this is nested more than 50 levels deep");
}

/* Billion laughs: each line holds the one before it ten times. */
static void
test_alias_bomb(void **state)
{
    (void)state;
    g_autoptr(GString) bomb = g_string_new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (guint i = 1; i < 10; i++) {
        g_autofree char *alias = g_strdup_printf("*a%u, ", i - 1);
        g_autofree char *ten = repeat(alias, 10);
        g_string_append_printf(bomb, "a%u: &a%u [%s]\n", i, i, ten);
    }
    assert_refused(bomb->str, "a.yaml:6:20: this comes to more than 250000 values");
    /* The same through merge keys: they hold the nodes, too. */
    g_autoptr(GString) merges = g_string_new("a0: &a0 {");
    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(merges, "k%u: 1, ", i);
    g_string_append(merges, "}\nb:\n");
    for (guint i = 0; i < 1000; i++)
        g_string_append(merges, "- {<<: *a0}\n");
    g_autofree char *message = refuse_bytes(merges->str, merges->len);
    assert_non_null(strstr(message, "more than 250000 values"));
}

/* ---- Files ---- */

static char *
refuse_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsDocument) document = pgs_document_read(path, &error);
    assert_null(document);
    assert_true(g_error_matches(error, PGS_CONFIG_ERROR, PGS_CONFIG_ERROR_READ));
    /* Where it is said begins with the file's name. */
    assert_true(g_str_has_prefix(error->message, path));
    return g_strdup(error->message + strlen(path));
}

static void
write_spaces(const char *path, gsize length)
{
    g_autofree char *text = g_malloc(length);
    memset(text, '\n', length);
    memcpy(text, "a: b", 4);
    assert_true(g_file_set_contents(path, text, (gssize)length, NULL));
}

static void
test_files(void **state)
{
    (void)state;
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.yaml", NULL);
    g_autofree char *missing = refuse_file(path);
    assert_string_equal(missing, ": No such file or directory");
    g_autofree char *is_folder = refuse_file(folder);
    assert_string_equal(is_folder, ": this is a folder\nHINT: name the file in it");

    write_spaces(path, 10 * 1024 * 1024);
    g_autofree char *large = refuse_file(path);
    assert_true(g_str_has_prefix(large, ":1:1: the file has 10.0\xc2\xa0MiB, and the limit is"));
    write_spaces(path, PGS_DOCUMENT_MAX_BYTES + 1);
    g_autofree char *larger = refuse_file(path);
    assert_non_null(strstr(larger, "the limit is 1 MiB"));
    write_spaces(path, PGS_DOCUMENT_MAX_BYTES);
    g_autoptr(PgsDocument) document = pgs_document_read(path, NULL);
    assert_non_null(document);

    assert_true(g_file_set_contents(path, "", 0, NULL));
    g_autofree char *empty = refuse_file(path);
    assert_true(g_str_has_prefix(empty, ":1:1: the file is empty"));
    g_autofree char *pipe_path = g_build_filename(folder, "pipe", NULL);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    g_autofree char *pipe = refuse_file(pipe_path);
    assert_true(g_str_has_prefix(pipe, ": this is not a regular file"));
    assert_true(pgs_fs_remove_tree(folder, NULL));
}

/* Endless files that the system says have no length. */
static void
test_device(void **state)
{
    (void)state;
    g_autofree char *zero = refuse_file("/dev/zero");
    assert_true(g_str_has_prefix(zero, ": this is not a regular file"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree_and_places),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_line_ends_and_bom),
        cmocka_unit_test(test_aliases_and_merge),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_alias_bomb),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
