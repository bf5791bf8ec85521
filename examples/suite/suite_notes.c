#include <pgstair/cmocka.h>

static void
notes_go_with_their_author(void **state)
{
    PGS_CASE(state, "NOTES-01");
    pgs_assert_foreign_key("notes", "author_id", "authors (id)", "CASCADE", NULL);
    pgs_assert_affected(1, "INSERT INTO notes (author_id, body) SELECT id, 'first' FROM authors");
    pgs_assert_affected(1, "DELETE FROM authors WHERE email = 'ada@example.org'");
    pgs_assert_result("0", "SELECT count(*) FROM notes");
}

static void
a_note_says_something(void **state)
{
    PGS_CASE(state, "NOTES-02");
    pgs_assert_column("notes", "body", "text", PGS_NO, "");
    pgs_assert_refused("23514", "ck_notes_body",
                       "INSERT INTO notes (author_id, body) SELECT id, '  ' FROM authors");
}

static void
the_way_down_leaves_nothing(void **state)
{
    PGS_CASE(state, NULL);
    pgs_assert_migrated("base");
    pgs_assert_absent("table", "notes");
    pgs_assert_migrated("head");
    pgs_assert_drift(0, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test(notes_go_with_their_author),
        pgs_test(a_note_says_something),
        pgs_test_alone(the_way_down_leaves_nothing),
    };
    return pgs_run_suite("notes", tests, NULL);
}
