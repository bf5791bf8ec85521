#ifndef PGSTAIR_CMOCKA_H
#define PGSTAIR_CMOCKA_H

/*
 * libpgstair for cmocka suites:
 *
 *     static void
 *     deleting_a_user_deletes_its_keys(void **state)
 *     {
 *         PGS_CASE(state, "WF-03");
 *         pgs_assert_foreign_key("api_keys", "user_id", "users (id)", "CASCADE", NULL);
 *         pgs_assert_affected(1, "DELETE FROM users WHERE email = 'a@example.org'");
 *         pgs_assert_result("0", "SELECT count(*) FROM api_keys");
 *     }
 *
 *     int
 *     main(void)
 *     {
 *         const struct CMUnitTest tests[] = {
 *             pgs_test(deleting_a_user_deletes_its_keys),
 *         };
 *         const PgsSuiteOptions options = {.system = "workflow"};
 *         return pgs_run_suite("workflow", tests, &options);
 *     }
 *
 * Each test runs in a transaction that is rolled back (pgs_test), or on a fresh clone of the
 * template (pgs_test_alone), so that none sees what another did.  A failed assertion ends its test,
 * as cmocka's own do; those may be used beside these.  A test that ends early, by a signal, abort()
 * or assert() too, is a failed case in the record, with the requirements that it named.  One that
 * calls exit() ends the suite: with a record that says so, and exit status 1.  A process that a
 * test forks off has no part in the suite; it ends when it comes back from the test.
 *
 * All of this is macros and static functions: the library itself does not need cmocka.  Names that
 * end in an underscore, other than pgs_suite_, are for this header alone.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pgstair/pgstair.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <cmocka.h> /* whose functions are C's, which it does not tell a C++ compiler */

/* ---- Tests ---- */

/* A row of the table of tests: runs function(void **state) in a transaction that is rolled back. */
#define pgs_test(function)                                                                         \
    {                                                                                              \
#function, function, pgs_test_setup_, pgs_test_teardown_, NULL                             \
    }
/*
 * The same on a fresh clone of the template, without a transaction: for tests that commit, migrate
 * or use further connections.  It costs a CREATE DATABASE.
 */
#define pgs_test_alone(function)                                                                   \
    {                                                                                              \
#function, function, pgs_test_alone_setup_, pgs_test_teardown_, NULL                       \
    }

/*
 * Opens the suite, runs the tests as one group of cmocka's, closes the suite.  name: of the group,
 * and of the suite when the options name none.  tests: an array of struct CMUnitTest.  options:
 * const PgsSuiteOptions *, or NULL.  For main() to return: the number of tests that failed, at most
 * 125; not 0 either when the suite could not be opened, when an assertion or a case failed without
 * its test (cmocka's own skip() is such a one), or when the record could not be written.  Rows made
 * by cmocka's own macros run too, but see nothing of the suite and are not in its record.
 */
#define pgs_run_suite(name, tests, options)                                                        \
    pgs_run_suite_((name), (tests), sizeof(tests) / sizeof((tests)[0]), (options))

/*
 * The first line of a test: its requirement ids with blanks or commas between, or NULL.  Declares
 * pgs_suite_ (PgsSuite *), which the assertions below use.  The case is titled after the function,
 * underscores as blanks, and ends where the block ends.  Blocks one after the other in a test may
 * have a case each; they do not nest.  A function that a test calls can assert as well when it has
 * a parameter of that name.
 */
#define PGS_CASE(state, requirements)                                                              \
    PgsSuite *pgs_suite_ __attribute__((cleanup(pgs_case_leave_), unused)) =                       \
        pgs_case_enter_((state), __func__, (requirements), __FILE__, __LINE__)

/* The suite of a test that has no case yet. */
static inline PgsSuite *pgs_suite_of(void **state);

/* Other requirements for the assertions that follow in the case; NULL: the case's own again. */
#define pgs_for_requirements(requirements)                                                         \
    pgs_require_(pgs_suite_, pgs_case_requirements(pgs_suite_, (requirements)), __FILE__, __LINE__)

/*
 * Ends the test: it cannot be judged here, for this reason.  The case is told as skipped. (cmocka's
 * own skip() leaves a case that ended early, which is a failed one.)
 */
#define pgs_skip_case(reason)                                                                      \
    do {                                                                                           \
        pgs_case_skip(pgs_suite_, (reason));                                                       \
        _skip(__FILE__, __LINE__);                                                                 \
    } while (0)

/* Ends the test when a call on the suite failed: pgs_assert_done(pgs_suite_reset(pgs_suite_)). */
#define pgs_assert_done(call) pgs_require_(pgs_suite_, (call) ? 1 : 0, __FILE__, __LINE__)

/* ---- Assertions: pgs_expect_… in pgstair.h says what each takes ---- */

#define pgs_assert_project() PGS_ASSERT_(pgs_expect_project(pgs_suite_, PGS_HERE))
#define pgs_assert_table(table) PGS_ASSERT_(pgs_expect_table(pgs_suite_, PGS_HERE, (table)))
#define pgs_assert_absent(kind, name)                                                              \
    PGS_ASSERT_(pgs_expect_absent(pgs_suite_, PGS_HERE, (kind), (name)))
#define pgs_assert_column(table, column, type, nullable, default_sql)                              \
    PGS_ASSERT_(pgs_expect_column(pgs_suite_, PGS_HERE, (table), (column), (type), (nullable),     \
                                  (default_sql)))
#define pgs_assert_primary_key(table, columns)                                                     \
    PGS_ASSERT_(pgs_expect_primary_key(pgs_suite_, PGS_HERE, (table), (columns)))
#define pgs_assert_unique(table, columns)                                                          \
    PGS_ASSERT_(pgs_expect_unique(pgs_suite_, PGS_HERE, (table), (columns)))
#define pgs_assert_foreign_key(table, columns, references, on_delete, on_update)                   \
    PGS_ASSERT_(pgs_expect_foreign_key(pgs_suite_, PGS_HERE, (table), (columns), (references),     \
                                       (on_delete), (on_update)))
#define pgs_assert_check(table, name, expression)                                                  \
    PGS_ASSERT_(pgs_expect_check(pgs_suite_, PGS_HERE, (table), (name), (expression)))
#define pgs_assert_index(table, name, columns, is_unique, predicate)                               \
    PGS_ASSERT_(pgs_expect_index(pgs_suite_, PGS_HERE, (table), (name), (columns), (is_unique),    \
                                 (predicate)))
#define pgs_assert_enum(type, labels)                                                              \
    PGS_ASSERT_(pgs_expect_enum(pgs_suite_, PGS_HERE, (type), (labels)))
#define pgs_assert_refused(sqlstate, constraint, sql)                                              \
    PGS_ASSERT_(pgs_expect_refused(pgs_suite_, PGS_HERE, (sqlstate), (constraint), (sql)))
#define pgs_assert_accepted(sql) PGS_ASSERT_(pgs_expect_accepted(pgs_suite_, PGS_HERE, (sql)))
#define pgs_assert_result(expected, sql)                                                           \
    PGS_ASSERT_(pgs_expect_result(pgs_suite_, PGS_HERE, (expected), (sql)))
#define pgs_assert_affected(rows, sql)                                                             \
    PGS_ASSERT_(pgs_expect_affected(pgs_suite_, PGS_HERE, (rows), (sql)))
#define pgs_assert_exercise(table) PGS_ASSERT_(pgs_expect_exercise(pgs_suite_, PGS_HERE, (table)))
#define pgs_assert_row_accepted(table, row)                                                        \
    PGS_ASSERT_(pgs_expect_row_accepted(pgs_suite_, PGS_HERE, (table), (row)))
#define pgs_assert_row_refused(table, row, constraint)                                             \
    PGS_ASSERT_(pgs_expect_row_refused(pgs_suite_, PGS_HERE, (table), (row), (constraint)))
#define pgs_assert_case(yaml) PGS_ASSERT_(pgs_expect_case(pgs_suite_, PGS_HERE, (yaml)))
#define pgs_assert_index_used(index, sql, parameters)                                              \
    PGS_ASSERT_(pgs_expect_index_used(pgs_suite_, PGS_HERE, (index), (sql), (parameters)))
#define pgs_assert_plan(yaml) PGS_ASSERT_(pgs_expect_plan(pgs_suite_, PGS_HERE, (yaml)))
#define pgs_assert_index_serves(index)                                                             \
    PGS_ASSERT_(pgs_expect_index_serves(pgs_suite_, PGS_HERE, (index)))
#define pgs_assert_true(fact, what)                                                                \
    PGS_ASSERT_(pgs_expect_true(pgs_suite_, PGS_HERE, (fact) ? 1 : 0, (what)))
#define pgs_assert_migrated(revision)                                                              \
    PGS_ASSERT_(pgs_expect_migrated(pgs_suite_, PGS_HERE, (revision)))
#define pgs_assert_migration_refused(revision, sqlstate, file, line, message)                      \
    PGS_ASSERT_(pgs_expect_migration_refused(pgs_suite_, PGS_HERE, (revision), (sqlstate), (file), \
                                             (line), (message)))
#define pgs_assert_drift(drifted, findings)                                                        \
    PGS_ASSERT_(pgs_expect_drift(pgs_suite_, PGS_HERE, (drifted), (findings)))

#ifndef __cplusplus
/* A list of words for pgs_assert_enum() and pgs_assert_drift(): PGS_LIST("build", "sell"). */
#define PGS_LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#endif

/* ---- What the macros above are made of ---- */

#define PGS_ASSERT_(expectation) pgs_require_(pgs_suite_, (expectation), __FILE__, __LINE__)

/* How far the suite's database is from the template. */
typedef enum {
    PGS_DATABASE_FRESH_,       /* nothing has used it */
    PGS_DATABASE_ROLLED_BACK_, /* only what no rollback undoes has changed: sequences */
    PGS_DATABASE_CHANGED_,
} PgsDatabaseState_;

typedef struct {
    PgsSuite *suite;
    PgsDatabaseState_ database;
    long process; /* that runs it */
} PgsRun_;

/* The state of one test. */
typedef struct {
    PgsRun_ *run;
    const char *name;            /* the test function's */
    CMUnitTestFunction function; /* it */
    int alone;
    int entered;           /* it has named its case */
    int returned;          /* it ran to its end */
    int n_failed;          /* cases that had failed before it */
    void (*on_abort)(int); /* what SIGABRT did before it */
} PgsTest_;

/* The suite that runs, for those who are called without a state: exit() and abort(). */
static inline PgsRun_ **
pgs_running_(void)
{
    static PgsRun_ *running;

    return &running;
}

static inline PgsSuite *
pgs_suite_of(void **state)
{
    return ((PgsTest_ *)*state)->run->suite;
}

/* Line by line: cmocka cuts what is printed at once off at 1,024 bytes. */
static inline void
pgs_print_(const char *text)
{
    while (*text != '\0') {
        int length = (int)strcspn(text, "\n");

        print_error("%.*s%s\n", length > 900 ? 900 : length, text, length > 900 ? " ..." : "");
        text += length;
        text += *text == '\n';
    }
}

static inline void
pgs_require_(PgsSuite *suite, int holds, const char *file, int line)
{
    if (!holds) {
        pgs_print_(pgs_suite_error(suite));
        _fail(file, line);
    }
}

/* The setup has begun a case, so that a test without PGS_CASE counts: it only gets its words. */
static inline PgsSuite *
pgs_case_enter_(void **state, const char *function, const char *requirements, const char *file,
                int line)
{
    PgsTest_ *test = (PgsTest_ *)*state;
    PgsSuite *suite = test->run->suite;
    int begun = test->entered ? pgs_case_begin(suite, function, requirements)
                              : pgs_case_rename(suite, function, requirements);

    test->entered = 1;
    pgs_require_(suite, begun && pgs_case_place(suite, pgs_where(file, line)), file, line);
    return suite;
}

/* The end of a block with a case; not reached by a test that jumps out of it. */
static inline void
pgs_case_leave_(PgsSuite **suite)
{
    pgs_case_end(*suite);
}

static inline int
pgs_test_fails_(PgsTest_ *test)
{
    test->run->database = PGS_DATABASE_CHANGED_;
    pgs_print_(pgs_suite_error(test->run->suite));
    return -1;
}

/* A process that a test has forked off and that came back from it: the suite is not its own. */
static inline void
pgs_leave_fork_(const PgsRun_ *run)
{
    if (getpid() != run->process) {
        _Exit(1);
    }
}

static inline int
pgs_test_setup_(void **state)
{
    PgsTest_ *test = (PgsTest_ *)*state;
    PgsRun_ *run = test->run;
    int reset = run->database == PGS_DATABASE_CHANGED_ ||
                (test->alone && run->database != PGS_DATABASE_FRESH_);

    /* A test before this one that did not return is told here. */
    if (!pgs_case_begin(run->suite, test->name, NULL)) {
        return pgs_test_fails_(test);
    }
    test->n_failed = pgs_suite_failures(run->suite);
    if (reset && !pgs_suite_reset(run->suite)) {
        return pgs_test_fails_(test);
    }
    run->database = test->alone ? PGS_DATABASE_CHANGED_ : PGS_DATABASE_ROLLED_BACK_;
    if (!test->alone && !pgs_suite_begin(run->suite)) {
        return pgs_test_fails_(test);
    }
    return 0;
}

static inline int
pgs_test_alone_setup_(void **state)
{
    ((PgsTest_ *)*state)->alone = 1;
    return pgs_test_setup_(state);
}

/* abort() and assert(), which cmocka does not catch as it does a crash. */
static inline void
pgs_test_aborts_(int signal_number)
{
    if (*pgs_running_() && getpid() == (*pgs_running_())->process) {
        print_error("abort(), assert(), or an exception that nobody caught\n");
        _fail("the test", 0);
    }
    signal(signal_number, SIG_DFL); /* abort() goes on, and ends a process that was forked off */
}

/* What runs in the test's place. */
static inline void
pgs_test_run_(void **state)
{
    PgsTest_ *test = (PgsTest_ *)*state;

    test->on_abort = signal(SIGABRT, pgs_test_aborts_);
    test->function(state);
    test->returned = 1;
}

/* Ends the case that no PGS_CASE has ended; a failure that the test itself did not heed is one. */
static inline int
pgs_test_teardown_(void **state)
{
    PgsTest_ *test = (PgsTest_ *)*state;
    PgsSuite *suite = test->run->suite;

    pgs_leave_fork_(test->run);
    signal(SIGABRT, test->on_abort);
    if (!test->alone && !pgs_suite_rollback(suite)) {
        return pgs_test_fails_(test);
    }
    if (test->returned && !test->entered && !pgs_case_end(suite)) {
        return pgs_test_fails_(test);
    }
    if (!test->returned) {
        pgs_case_abandon(suite);
    }
    if (test->returned && pgs_suite_failures(suite) > test->n_failed) {
        print_error("%s: an expectation failed, and the test went on\n", test->name);
        return -1;
    }
    return 0;
}

/* exit() in a test: the rest of the suite is not run, and that must not look like success. */
static inline void
pgs_run_exits_(void)
{
    PgsRun_ *run = *pgs_running_();

    if (!run || getpid() != run->process) {
        return;
    }
    *pgs_running_() = NULL;
    print_error("a test called exit()\n");
    pgs_suite_abandon(run->suite, "a test called exit()");
    fflush(NULL);
    _Exit(1);
}

/* Gives each test its state, which cmocka has no other way to hand to a setup. */
static inline int
pgs_run_tests_(const char *name, const struct CMUnitTest *tests, size_t n_tests, PgsSuite *suite)
{
    static int registered;
    PgsRun_ run = {suite, PGS_DATABASE_FRESH_, getpid()};
    struct CMUnitTest *rows = (struct CMUnitTest *)calloc(n_tests + 1, sizeof *rows);
    PgsTest_ *states = (PgsTest_ *)calloc(n_tests + 1, sizeof *states);
    int failures = 1;

    for (size_t i = 0; rows && states && i < n_tests; i++) {
        rows[i] = tests[i];
        if (tests[i].teardown_func == pgs_test_teardown_) {
            states[i].run = &run;
            states[i].name = tests[i].name;
            states[i].function = tests[i].test_func;
            rows[i].test_func = pgs_test_run_;
            rows[i].initial_state = &states[i];
        }
    }
    if (!registered) {
        registered = atexit(pgs_run_exits_) == 0;
    }
    if (rows && states) {
        *pgs_running_() = &run;
        failures = _cmocka_run_group_tests(name, rows, n_tests, NULL, NULL);
        *pgs_running_() = NULL;
    }
    free(states);
    free(rows);
    return failures;
}

static inline int
pgs_run_suite_(const char *name, const struct CMUnitTest *tests, size_t n_tests,
               const PgsSuiteOptions *options)
{
    PgsSuiteOptions own;
    PgsSuite *suite;
    int failures = 0;

    memset(&own, 0, sizeof own);
    if (options) {
        own = *options;
    }
    if (!own.name) {
        own.name = name;
    }
    suite = pgs_suite_open(&own);
    if (pgs_suite_connection(suite)) {
        failures = pgs_run_tests_(name, tests, n_tests, suite);
    } else {
        pgs_print_(pgs_suite_error(suite));
        failures = 1;
    }
    pgs_case_abandon(suite); /* of a test whose setup failed */
    if (failures == 0 && pgs_suite_failures(suite) > 0) {
        failures = 1;
    }
    if (!pgs_suite_close(suite) && failures == 0) {
        failures = 1;
    }
    return failures < 0 || failures > 125 ? 125 : failures;
}

#ifdef __cplusplus
}
#endif

#endif
