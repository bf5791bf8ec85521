/* Covers harness/exercise/referential_turn.c: keys that lead back to the row which the parent
 * refers to. */
#include "cmocka_all.h"

#include "referential_fixture.h"

typedef struct {
    const char *title, *schema; /* the key is "k" */
    const char *part;           /* what has to be told */
} Turn;

#define CYCLE(back, key)                                                                           \
    "CREATE TABLE doc (id int PRIMARY KEY, main int); CREATE TABLE version (doc int NOT NULL "     \
    "REFERENCES doc " back ", n int NOT NULL, PRIMARY KEY (doc, n)); "                             \
    "ALTER TABLE doc ADD CONSTRAINT k FOREIGN KEY (id, main) REFERENCES version " key "; "

static const Turn turns[] = {
    {"the current one of several", CYCLE("", ""), "+ DELETE of a parent row: refused: 23503 by k"},
    {"looked at when the transaction ends",
     CYCLE("ON DELETE CASCADE", "DEFERRABLE INITIALLY DEFERRED"),
     "+ DELETE of a parent row: refused: 23503 by k"},
    {"the document goes with it", CYCLE("ON DELETE CASCADE", "ON DELETE CASCADE"),
     "+ DELETE of a parent row: its 1 row in public.doc is gone"},
    {"the lie",
     CYCLE("", "") "ALTER TABLE doc DISABLE TRIGGER ALL; ALTER TABLE version DISABLE "
                   "TRIGGER ALL",
     "broken: "},
};

static void
test_turns(void **state)
{
    Fixture *fixture = *state;
    guint n_wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(turns); i++) {
        make_bench(fixture, turns[i].schema);
        g_autofree char *text = exercise(fixture, "k");
        if (strstr(text, turns[i].part) != NULL)
            continue;
        fprintf(stderr, "%s:\n%s\n", turns[i].title, text);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
