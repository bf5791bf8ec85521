#ifndef PGS_TESTS_LEDGER_APPLY_CHILD_H
#define PGS_TESTS_LEDGER_APPLY_CHILD_H

/* A test program that starts itself as "PROGRAM upgrade URL FOLDER FORMAT": what "pgstair migrate
 * upgrade" does beneath its words, in a process that can be killed. */

#include "ledger/apply.h"
#include "ledger/unfinished.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum {
    CHILD_DONE = 0,
    CHILD_FAILED = 1,
    CHILD_STOPPED = 3, /* the lock was not had, or lost; something is unfinished */
    CHILD_DIRTY = 4,
};

static inline int
child_fail(const GError *error)
{
    fprintf(stderr, "child: %s\n", error->message);
    return g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_DIRTY) ? CHILD_DIRTY
                                                                            : CHILD_STOPPED;
}

static inline int
child_climb(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger, GError **error)
{
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(target, ledger, error);
    g_autoptr(PgsLedgerState) state =
        lock != NULL ? pgs_apply_read(target, history, ledger, error) : NULL;
    if (state == NULL)
        return -1;
    g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(gint));
    for (gint i = 0; i < (gint)state->n_revisions; i++) {
        if (!state->applied[i])
            g_array_append_val(pending, i);
    }
    PgsApplyRun run = {
        .up = TRUE,
        .revisions = (const gint *)(gconstpointer)pending->data,
        .n_revisions = pending->len,
        .lock = lock,
    };
    guint done;
    g_autoptr(PgsOutcome) outcome = pgs_apply_run(target, history, ledger, &run, &done, error);
    if (outcome == NULL)
        return -1;
    if (!outcome->succeeded)
        fprintf(stderr, "child: %s:%u: %s\n", outcome->path, outcome->line,
                outcome->failure->message);
    return outcome->succeeded ? CHILD_DONE : CHILD_FAILED;
}

static inline int
child_main(char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    environment->url = g_strdup(argv[2]);
    environment->lock_wait = 60000;
    g_autoptr(PgsDatabase) target = pgs_database_open(environment, NULL, NULL, NULL, &error);
    g_autoptr(PgsHistory) history =
        target != NULL ? pgs_history_read(argv[3], argv[4], &error) : NULL;
    g_autoptr(PgsLedger) ledger = history != NULL ? pgs_ledger_new(history, &error) : NULL;
    g_autoptr(PgsConnection) reader = ledger != NULL ? pgs_database_reader(target, &error) : NULL;
    if (reader == NULL || !pgs_ledger_locate(ledger, reader, &error))
        return child_fail(error);
    g_clear_pointer(&reader, pgs_connection_close);
    int code = child_climb(target, history, ledger, &error);
    return code < 0 ? child_fail(error) : code;
}

static inline GPid
child_start(const char *url, const char *folder, const char *format)
{
    /* Not the link itself, behind which valgrind hides. */
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    assert_non_null(program);
    const char *argv[] = {program, "upgrade", url, folder, format, NULL};
    g_autoptr(GError) error = NULL;
    GPid pid;
    if (!g_spawn_async(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                       &error))
        fail_msg("%s", error->message);
    return pid;
}

/* Its exit code; -1: it was killed. */
static inline int
child_wait(GPid pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    g_spawn_close_pid(pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
