
#include "base/error.h"
#include "base/text.h"
#include "cli/migrate_show.h"
#include "operate/backup.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/* What a person is asked before a database is changed, and the backup that is made then. */

/* A line of standard input; NULL: it ended, or the run was interrupted. */
static char *
read_line(GCancellable *cancellable)
{
    g_autoptr(GString) line = g_string_new(NULL);
    struct pollfd files[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = cancellable != NULL ? g_cancellable_get_fd(cancellable) : -1, .events = POLLIN},
    };
    for (;;) {
        char c;
        if (poll(files, G_N_ELEMENTS(files), -1) < 0 && errno != EINTR)
            return NULL;
        if (g_cancellable_is_cancelled(cancellable))
            return NULL;
        if (files[0].revents == 0)
            continue;
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return NULL;
        if (c == '\n')
            return g_string_free(g_steal_pointer(&line), FALSE);
        g_string_append_c(line, c);
    }
}

static gboolean
refuse_unasked(const char *question, GError **error)
{
    g_autofree char *folded = pgs_text_fold_space(question);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_REFUSED,
                  "--yes answers it where nobody can be asked",
                  "nobody is there to be asked, and nothing was changed: %s", folded);
    return FALSE;
}

static gboolean
refuse_answer(GError **error)
{
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_REFUSED, NULL, "nothing was changed");
    return FALSE;
}

static char *
ask(const PgsMigrate *migrate, const char *question, const char *choices)
{
    g_autofree char *plain = pgs_text_plain(question);
    fflush(stdout);
    /* What was typed before the question is no answer to it. */
    tcflush(STDIN_FILENO, TCIFLUSH);
    fprintf(stderr, "%s%s ", plain, choices);
    fflush(stderr);
    char *answer = read_line(migrate->cancellable);
    if (answer == NULL)
        fputc('\n', stderr);
    return answer != NULL ? g_strstrip(answer) : NULL;
}

gboolean
pgs_migrate_confirm(const PgsMigrate *migrate, const char *question, GError **error)
{
    if (migrate->settings->yes)
        return TRUE;
    if (!isatty(STDIN_FILENO))
        return refuse_unasked(question, error);
    g_autofree char *answer = ask(migrate, question, " [y/N]");
    if (answer != NULL &&
        (g_ascii_strcasecmp(answer, "y") == 0 || g_ascii_strcasecmp(answer, "yes") == 0))
        return TRUE;
    return refuse_answer(error);
}

gboolean
pgs_migrate_confirm_change(const PgsMigrate *migrate, const char *what, GError **error)
{
    const PgsEnvironment *environment = migrate->environment;
    if (!environment->is_protected || migrate->settings->yes)
        return TRUE;
    g_autofree char *question =
        g_strdup_printf("%s is protected; to %s, type its database's name:",
                        environment->name != NULL ? environment->name : "this environment", what);
    if (!isatty(STDIN_FILENO))
        return refuse_unasked(question, error);
    g_autofree char *answer = ask(migrate, question, "");
    if (g_strcmp0(answer, migrate->target->database) == 0)
        return TRUE;
    return refuse_answer(error);
}

gboolean
pgs_migrate_open_books(const PgsMigrate *migrate, PgsMigrationLock **lock, GError **error)
{
    *lock = NULL;
    if (migrate->settings->dry_run)
        return TRUE;
    if (!pgs_migrate_confirm_change(migrate, "write into its books", error))
        return FALSE;
    *lock = pgs_migration_lock_take(migrate->target, migrate->ledger, error);
    return *lock != NULL;
}

/* ---- The backup ---- */

gboolean
pgs_migrate_confirm_no_backup(const PgsMigrate *migrate, GError **error)
{
    return !migrate->environment->is_protected || !migrate->settings->no_backup ||
           pgs_migrate_confirm(
               migrate, "this database is protected, and --no-backup leaves no way back: go on?",
               error);
}

static void
say_backup(const PgsBackup *backup)
{
    g_autofree char *size = g_format_size(backup->size);
    g_autofree char *time = pgs_text_duration(backup->duration);
    g_autofree char *path = pgs_text_plain(backup->path);
    printf("Backup     %s\n           %s, %s; to go back: pgstair migrate restore FILE\n\n", path,
           size, time);
    fflush(stdout);
}

static gboolean
do_without_backup(const PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_confirm_no_backup(migrate, error))
        return FALSE;
    GString *out = g_string_new(NULL);
    pgs_show_row(out, "Backup", "none is made (%s)",
                 migrate->settings->no_backup ? "--no-backup" : "backup: no");
    g_string_append_c(out, '\n');
    pgs_show_print(migrate, out);
    return TRUE;
}

gboolean
pgs_migrate_backup(const PgsMigrate *migrate, const char *why, GError **error)
{
    if (migrate->target->is_own)
        return TRUE;
    if (!migrate->environment->backup)
        return do_without_backup(migrate, error);
    g_autoptr(PgsBackup) backup = pgs_backup_make(migrate->target, why, error);
    if (backup == NULL)
        return FALSE;
    if (!migrate->settings->quiet)
        say_backup(backup);
    return TRUE;
}
