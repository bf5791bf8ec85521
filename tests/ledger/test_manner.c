/* harness/ledger/manner.c */
#include "cmocka_all.h"

#include "ledger/manner.h"
#include "migration/step.h"

#include <string.h>

static PgsStep *
step_of(const char *text, PgsSendRule send, gboolean transaction)
{
    static const PgsTool tool = {.name = "tool"};
    return pgs_step_new_text("f.sql", text, strlen(text), 1, NULL, send, transaction, NULL, &tool);
}

static void
test_manners(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        PgsSendRule send;
        gboolean transaction;
        PgsManner manner;
    } cases[] = {
        {"CREATE TABLE a (x int); CREATE TABLE b (x int)", PGS_SEND_WHOLE, FALSE,
         PGS_MANNER_JOINED},
        {"", PGS_SEND_WHOLE, FALSE, PGS_MANNER_JOINED},
        {"BEGIN; CREATE TABLE a (x int); COMMIT", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"CREATE INDEX CONCURRENTLY i ON a (x)", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"VACUUM", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"SELECT 1; PREPARE TRANSACTION 'p'", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"CALL p()", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"DO $$ BEGIN COMMIT; END $$", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"DO $$ BEGIN PERFORM 1; END $$", PGS_SEND_WHOLE, FALSE, PGS_MANNER_JOINED},
        {"DO $$ BEGIN Rollback; END $$", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"DO $$ BEGIN CALL p(); END $$", PGS_SEND_WHOLE, FALSE, PGS_MANNER_MARKED},
        {"DO LANGUAGE plperl $$ eval 'spi_com' . 'mit()'; $$", PGS_SEND_WHOLE, FALSE,
         PGS_MANNER_MARKED},
        {"SELECT 1; DO $$ BEGIN PERFORM 1; END $$", PGS_SEND_WHOLE, FALSE, PGS_MANNER_JOINED},
        {"CREATE TABLE a (x int)", PGS_SEND_STATEMENTS, TRUE, PGS_MANNER_WITHIN},
        {"CREATE TABLE a (x int); COMMIT; SELECT 1", PGS_SEND_STATEMENTS, TRUE, PGS_MANNER_MARKED},
        {"CREATE TABLE a (x int); SELECT 1", PGS_SEND_STATEMENTS, FALSE, PGS_MANNER_MARKED},
        {"BEGIN; SELECT 1; COMMIT", PGS_SEND_PSQL, FALSE, PGS_MANNER_MARKED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsStep) step = step_of(cases[i].text, cases[i].send, cases[i].transaction);
        if (pgs_manner_of(step) != cases[i].manner)
            fail_msg("%s: %d", cases[i].text, pgs_manner_of(step));
    }
}

static void
test_several_texts(void **state)
{
    (void)state;
    PgsStep *step = step_of("SELECT 1", PGS_SEND_STATEMENTS, TRUE);
    pgs_step_append(&step, step_of("SELECT 2", PGS_SEND_STATEMENTS, TRUE));
    assert_int_equal(pgs_manner_of(step), PGS_MANNER_MARKED);
    pgs_step_free(step);
}

/* What stays after so many statements have succeeded and the next one has failed. */
static void
test_left(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        PgsSendRule send;
        guint done;
        PgsLeft left;
    } cases[] = {
        {"SELECT 1; SELECT 2", PGS_SEND_STATEMENTS, 0, PGS_LEFT_NOTHING},
        {"SELECT 1; PREPARE TRANSACTION 'p'; SELECT 2", PGS_SEND_WHOLE, 2, PGS_LEFT_SOMETHING},
        {"SELECT 1; SELECT 2", PGS_SEND_STATEMENTS, 1, PGS_LEFT_SOMETHING},
        {"BEGIN; SELECT 1; COMMIT; SELECT 2", PGS_SEND_STATEMENTS, 2, PGS_LEFT_NOTHING},
        {"BEGIN; SELECT 1; COMMIT; SELECT 2", PGS_SEND_STATEMENTS, 3, PGS_LEFT_SOMETHING},
        {"SELECT 1; BEGIN; SELECT 1; COMMIT", PGS_SEND_WHOLE, 2, PGS_LEFT_NOTHING},
        {"SELECT 1; BEGIN; SELECT 1; COMMIT", PGS_SEND_STATEMENTS, 2, PGS_LEFT_SOMETHING},
        {"BEGIN; SELECT 1; COMMIT; SELECT 2", PGS_SEND_WHOLE, 3, PGS_LEFT_SOMETHING},
        {"CREATE INDEX CONCURRENTLY i ON a (x)", PGS_SEND_STATEMENTS, 0, PGS_LEFT_VISIBLE},
        {"DROP INDEX CONCURRENTLY i", PGS_SEND_WHOLE, 0, PGS_LEFT_VISIBLE},
        {"VACUUM", PGS_SEND_WHOLE, 0, PGS_LEFT_NOTHING},
        {"CALL p()", PGS_SEND_WHOLE, 0, PGS_LEFT_SOMETHING},
        {"DO $$ BEGIN RAISE 'no'; END $$", PGS_SEND_STATEMENTS, 0, PGS_LEFT_NOTHING},
        {"DO $$ BEGIN COMMIT; RAISE 'no'; END $$", PGS_SEND_STATEMENTS, 0, PGS_LEFT_SOMETHING},
        {"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", PGS_SEND_STATEMENTS, 0,
         PGS_LEFT_SOMETHING},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsStep) step = step_of(cases[i].text, cases[i].send, FALSE);
        g_autoptr(PgsOutcome) outcome = pgs_outcome_new();
        outcome->succeeded = FALSE;
        outcome->n_statements = cases[i].done;
        outcome->failure = pgs_failure_new_printf("55P03", NULL, "it waits");
        PgsLeft left = pgs_manner_left(step, outcome, TRUE);
        if (left != cases[i].left)
            fail_msg("%s, %u: %d", cases[i].text, cases[i].done, left);
        assert_int_equal(pgs_manner_left(step, outcome, FALSE), PGS_LEFT_SOMETHING);
        outcome->connection_lost = TRUE;
        assert_int_equal(pgs_manner_left(step, outcome, TRUE), PGS_LEFT_SOMETHING);
    }
}

/* psql says the line in which it stopped. */
static void
test_left_by_psql(void **state)
{
    (void)state;
    g_autoptr(PgsStep) step =
        step_of("BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n", PGS_SEND_PSQL, FALSE);
    static const struct {
        guint line;
        PgsLeft left;
    } cases[] = {{1, PGS_LEFT_NOTHING},
                 {2, PGS_LEFT_NOTHING},
                 {3, PGS_LEFT_NOTHING},
                 {4, PGS_LEFT_SOMETHING},
                 {0, PGS_LEFT_SOMETHING}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsOutcome) outcome = pgs_outcome_new();
        outcome->succeeded = FALSE;
        outcome->path = g_strdup("f.sql");
        outcome->line = cases[i].line;
        outcome->failure = pgs_failure_new_printf("22012", NULL, "division by zero");
        if (pgs_manner_left(step, outcome, TRUE) != cases[i].left)
            fail_msg("line %u", cases[i].line);
    }
}

static void
test_passing(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        gboolean is_lost, is_passing;
    } cases[] = {
        {"55P03", FALSE, TRUE},  {"40P01", FALSE, TRUE}, {"40001", FALSE, TRUE},
        {"57P01", TRUE, TRUE},   {"", TRUE, TRUE},       {"08006", TRUE, TRUE},
        {"57014", FALSE, FALSE}, {"57014", TRUE, FALSE}, {"22012", FALSE, FALSE},
        {"42P01", TRUE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsOutcome) outcome = pgs_outcome_new();
        outcome->connection_lost = cases[i].is_lost;
        outcome->failure = pgs_failure_new_printf(cases[i].sqlstate, NULL, "no");
        if (pgs_manner_is_passing(outcome) != cases[i].is_passing)
            fail_msg("%s", cases[i].sqlstate);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manners), cmocka_unit_test(test_several_texts),
        cmocka_unit_test(test_left),    cmocka_unit_test(test_left_by_psql),
        cmocka_unit_test(test_passing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
