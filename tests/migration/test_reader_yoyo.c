/* Covers harness/migration/yoyo.c, yoyo_file.c and yoyo_split.c. */
#include "migration/steps.h"
#include "migration/tree.h"

#include "migration/yoyo_split.h"

#include <unistd.h>

static char *
read_steps(const char *root, const char *format, char **reason, char **notes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(root, format, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(history->format, "yoyo");
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_autofree char *up = describe_step(revision->up);
        g_autofree char *down = describe_step(revision->down);
        g_string_append_printf(text, "%s%s %s %s\n", revision->repeatable ? "*" : "", revision->id,
                               up, down);
        assert_true(revision->up->tool->own_session);
    }
    *reason = g_strdup(history->reason);
    *notes = describe_notes(history);
    return g_string_free(text, FALSE);
}

static void
assert_steps(const char *root, const char *format, const char *reason, const char *wanted,
             const char *notes)
{
    g_autofree char *why = NULL;
    g_autofree char *said = NULL;
    g_autofree char *found = read_steps(root, format, &why, &said);
    assert_string_equal(found, wanted);
    assert_string_equal(why, reason);
    assert_string_equal(said, notes);
}

static void
test_good(void **state)
{
    (void)state;
    char *root = tree_new();
    const char *const files[] = {
        "a.sql",
        "-- depends: c  b\n-- transactional: true\n-- note\nSELECT 1;\n-- here\nSELECT 2;",
        "a.rollback.sql",
        "-- transactional: false\nSELECT 3;",
        "b.sql",
        "\n\nSELECT 4; -- behind\n  -- too\n\nSELECT 5",
        "c.sql",
        "-- depends: d\nSELECT 6;",
        "d.sql",
        "-- Transactional: false\n-- transactional: False\nVACUUM;",
        "d.rollback.sql",
        "SELECT 7;",
        "e.rollback.sql",
        "SELECT 8;",
        "empty.sql",
        "-- nothing\n",
        "post-apply.sql",
        "SELECT 9;",
        "post-apply.rollback.sql",
        "SELECT 10;",
        "_tmp_yoyonewx.sql",
        "SELECT 11;",
        "readme.txt",
        "",
        NULL,
    };
    tree_write_all(root, files);
    /* b, then d, which frees c, which frees a. */
    assert_steps(root, NULL, "files are named <name>.rollback.sql",
                 "b tx [3: SELECT 4; -- behind\n  -- too | 6: SELECT 5] -\n"
                 "d no tx [3: VACUUM;] no tx [1: SELECT 7;]\n"
                 "c tx [2: SELECT 6;] -\n"
                 "a tx [4: SELECT 1; | 6: SELECT 2;] tx [2: SELECT 3;]\n"
                 "empty tx [] -\n"
                 "*post-apply tx [1: SELECT 9;] -\n",
                 "W folder.orphan-down e.rollback.sql\n");
    tree_free(root);
}

static void
test_statements(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"SELECT 1; -- c\n-- d\nSELECT 2;", "tx [1: SELECT 1; -- c\n-- d | 3: SELECT 2;]"},
        {"SELECT 1;\n-- d\n", "refused 2: can't execute an empty query"},
        {"SELECT 1;\n;\n", "refused 2: can't execute an empty query"},
        /* Behind what ends the transaction the savepoint fails first. */
        {"SELECT 1;\nCOMMIT;\n;\n", "tx [1: SELECT 1; | 2: COMMIT;]"},
        {"-- transactional: false\nSELECT 1;\n;\n",
         "no tx [2: SELECT 1;] refused 3: can't execute an empty query"},
        {"BEGIN;\nSELECT 1;\nCOMMIT;\n", "tx [1: BEGIN; | 2: SELECT 1; | 3: COMMIT;]"},
        {"SELECT '\\'; SELECT 2; SELECT 'x';", "tx [1: SELECT '\\'; SELECT 2; SELECT 'x';]"},
        {"-- comment\r\n\r\nSELECT 1;\r\nSELECT 2;\r\n", "tx [3: SELECT 1; | 4: SELECT 2;]"},
        {"-- comment\rSELECT '\r\n';\r", "tx [2: SELECT '\n';]"},
        {"\xc2\xa0--\xc2\xa0transactional: False\n\xc2\xa0\nVACUUM;", "no tx [3: VACUUM;]"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *root = tree_new();
        g_autofree char *wanted = g_strdup_printf("1 %s -\n", cases[i].wanted);
        tree_write(root, "1.sql", cases[i].text);
        assert_steps(root, "yoyo", "it was asked for", wanted, "");
        tree_free(root);
    }
}

/* zip_longest() of statements and rollback statements: steps that have nothing for the way up. */
static void
test_idle_steps(void **state)
{
    (void)state;
    static const struct {
        const char *up, *down;
        guint n_idle;
    } cases[] = {
        {"SELECT 1;", "SELECT 1;\nSELECT 2;\nSELECT 3;", 2},
        {"SELECT 1;\nSELECT 2;", "SELECT 1;", 0},
        {"SELECT 1;\nCOMMIT;\n;", "SELECT 1;", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *root = tree_new();
        tree_write(root, "1.sql", cases[i].up);
        tree_write(root, "1.rollback.sql", cases[i].down);
        g_autoptr(PgsHistory) history = pgs_history_read(root, "yoyo", NULL);
        assert_non_null(history);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
        assert_int_equal(revision->up->n_idle, cases[i].n_idle);
        assert_int_equal(revision->down->n_idle, 0);
        tree_free(root);
    }
}

/* yoyo.ini says where they are: from its own folder, and from theirs. */
static void
test_sources(void **state)
{
    (void)state;
    char *root = tree_new();
    const char *const files[] = {
        "yoyo.ini",
        "[DEFAULT]\nsources: %(here)s/db/one\tdb/two\nbatch_mode = on\n",
        "db/one/2.sql",
        "SELECT 1;",
        "db/two/1.sql",
        "-- depends: 2\nSELECT 2;",
        "db/two/below/3.sql",
        "SELECT 3;",
        NULL,
    };
    tree_write_all(root, files);
    assert_steps(root, NULL, "there is yoyo.ini", "2 tx [1: SELECT 1;] -\n1 tx [2: SELECT 2;] -\n",
                 "");
    g_autofree char *one = g_build_filename(root, "db/one", NULL);
    assert_steps(one, NULL, "there is ../../yoyo.ini", "2 tx [1: SELECT 1;] -\n", "");
    tree_free(root);
}

static void
test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *says;
        PgsMigrationError code;
    } cases[] = {
        {"2.py", "", "2.py: a migration in Python", PGS_MIGRATION_ERROR_FORMAT},
        {"2.sql", "\n-- depends: 3", "2.sql:2: it depends on 3", PGS_MIGRATION_ERROR_FOLDER},
        {"1.sql", "-- depends: 2", "1.sql:1: circular dependencies among these migrations: 1, 2",
         PGS_MIGRATION_ERROR_FOLDER},
        {"2.sql", "-- transactional: off", "2.sql:1: yoyo does not know",
         PGS_MIGRATION_ERROR_FOLDER},
        {"2.sql", "-- transactional: true\n-- transactional: true",
         "\"-- transactional: true true\"", PGS_MIGRATION_ERROR_FOLDER},
        {"2.sql", "SELECT '\xe9';", "2.sql:1: no valid UTF-8", PGS_MIGRATION_ERROR_FOLDER},
        {"yoyo.ini", "[DEFAULT]\nsources = . nowhere\n", "nowhere", PGS_MIGRATION_ERROR_FOLDER},
        {"yoyo.ini", "[DEFAULT]\nsources = . more\n", "are both the migration 2",
         PGS_MIGRATION_ERROR_DUPLICATE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *root = tree_new();
        tree_write(root, "1.sql", "SELECT 1;");
        tree_write(root, "2.sql", "-- depends: 1\nSELECT 1;");
        tree_write(root, "more/2.sql", "SELECT 1;");
        tree_write(root, cases[i].name, cases[i].text);
        assert_unreadable(root, "yoyo", cases[i].code, cases[i].says, NULL);
        tree_free(root);
    }
}

/* As sqlparse 0.4.2 has them. */
static void
test_split(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted; /* statements, with | between them */
    } cases[] = {
        {"", ""},
        {" \n ", ""},
        {"a;b", "a;|b"},
        {"a;;b;", "a;|;|b;"},
        {"a; /* c; */ b;", "a;|/* c; */ b;"},
        {"a /* c; b", "a /* c;|b"},
        {"a '' ';' b; 'c''d;' \";\"", "a '' ';' b;|'c''d;' \";\""},
        {"$$;$$; $a$;$A$; x$$;$$", "$$;$$;|$a$;$A$;|x$$;|$$"},
        {"(a; b); c", "(a; b);|c"},
        {"CREATE TABLE a (b int); BEGIN; c; END; d", "CREATE TABLE a (b int);|BEGIN;|c;|END;|d"},
        {"create or replace function f() begin a; case b; end; c; end; d",
         "create or replace function f() begin a; case b; end; c; end;|d"},
        {"CREATE FUNCTION f() BEGIN IF a; END IF; FOR b; END LOOP; c; END; d",
         "CREATE FUNCTION f() BEGIN IF a; END IF; FOR b; END LOOP; c; END; d"},
        {"CREATE f DECLARE a; BEGIN b; END; c", "CREATE f DECLARE a; BEGIN b; END; c"},
        {"a # b; c\nd; e", "a # b; c\nd;|e"},
        {"a.begin; [;]; x[1;2]", "a.begin;|[;];|x[1;|2]"},
        {"a; --+ hint\nb", "a;|--+ hint\nb"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) cuts = pgs_yoyo_split(cases[i].text, strlen(cases[i].text));
        GString *found = g_string_new(NULL);
        for (guint j = 0; j < cuts->len; j++) {
            const PgsCut *cut = &g_array_index(cuts, PgsCut, j);
            g_string_append(found, j > 0 ? "|" : "");
            g_string_append_len(found, cases[i].text + cut->start, (gssize)(cut->end - cut->start));
        }
        if (strcmp(found->str, cases[i].wanted) != 0)
            fail_msg("%s: %s", cases[i].text, found->str);
        g_string_free(found, TRUE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),    cmocka_unit_test(test_statements),
        cmocka_unit_test(test_sources), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_split),   cmocka_unit_test(test_idle_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
