#include "operate/backup_tools.h"

#include "base/error.h"
#include "base/text.h"
#include "driver/login.h"
#include "operate/backup_container.h"
#include "operate/operate_error.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

enum {
    VERSION_TIMEOUT_MS = 10 * 1000,
    WORDS_MAX = 2000, /* characters of what a program has said */
};

/* Where packages put each version's client programs, which may be there without a server's. */
static const char *const places[] = {
    "/usr/lib/postgresql/*/bin/pg_dump",          /* Debian */
    "/usr/pgsql-*/bin/pg_dump",                   /* Red Hat */
    "/usr/libexec/postgresql*/pg_dump",           /* Alpine */
    "/opt/homebrew/opt/postgresql@*/bin/pg_dump", /* Homebrew */
    "/opt/homebrew/opt/libpq/bin/pg_dump",        /* likewise */
    "/usr/local/opt/postgresql@*/bin/pg_dump",    /* likewise */
    "/usr/local/opt/libpq/bin/pg_dump",           /* likewise */
    "/usr/local/pgsql/bin/pg_dump",               /* the source's own default folder */
};

void
pgs_backup_tools_free(PgsBackupTools *tools)
{
    if (tools == NULL)
        return;
    g_free(tools->dump);
    g_free(tools->restore);
    g_free(tools->label);
    g_free(tools->engine);
    g_free(tools->container);
    g_free(tools->port);
    g_free(tools);
}

/* ---- those of this machine ---- */

gboolean
pgs_backup_tools_ask_version(PgsBackupTools *tools, PgsProcess *process)
{
    static const char words[] = "pg_dump (PostgreSQL) ";
    g_auto(PgsProcessResult) result = {0};
    pgs_process_add(process, "--version");
    pgs_process_set_timeout(process, VERSION_TIMEOUT_MS);
    if (!pgs_process_run_checked(process, &result, NULL) || !g_str_has_prefix(result.output, words))
        return FALSE;
    /* "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" */
    const char *version = result.output + strlen(words);
    tools->major = atoi(version);
    tools->label = g_strndup(result.output, strlen(words) + strcspn(version, " \n"));
    return TRUE;
}

/* What it is called, and what lies where, can be anything: it is asked.  NULL: it is none. */
static PgsBackupTools *
ask_program(const char *dump)
{
    g_autoptr(PgsProcess) process = pgs_process_new(dump);
    g_autoptr(PgsBackupTools) tools = g_new0(PgsBackupTools, 1);
    if (!pgs_backup_tools_ask_version(tools, process))
        return NULL;
    tools->dump = g_strdup(dump);
    g_autofree char *folder = g_path_get_dirname(dump);
    tools->restore = g_build_filename(folder, "pg_restore", NULL);
    if (!g_file_test(tools->restore, G_FILE_TEST_IS_EXECUTABLE))
        g_clear_pointer(&tools->restore, g_free);
    return g_steal_pointer(&tools);
}

static void
add_candidate(GPtrArray *all, const char *dump)
{
    PgsBackupTools *tools = ask_program(dump);
    if (tools != NULL && tools->restore != NULL)
        g_ptr_array_add(all, tools);
    else
        pgs_backup_tools_free(tools);
}

/* PgsBackupTools, those in PATH first. */
static GPtrArray *
find_all(void)
{
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_backup_tools_free);
    g_autofree char *in_path = g_find_program_in_path("pg_dump");
    if (in_path != NULL)
        add_candidate(all, in_path);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        glob_t found = {0};
        if (glob(places[i], 0, NULL, &found) == 0) {
            for (gsize k = 0; k < found.gl_pathc; k++)
                add_candidate(all, found.gl_pathv[k]);
        }
        globfree(&found);
    }
    return all;
}

/* The oldest that is not older than major. */
static PgsBackupTools *
choose(GPtrArray *all, int major)
{
    gint best = -1;
    for (guint i = 0; i < all->len; i++) {
        const PgsBackupTools *tools = all->pdata[i];
        const PgsBackupTools *other = best >= 0 ? all->pdata[best] : NULL;
        if (tools->major >= major && (other == NULL || tools->major < other->major))
            best = (gint)i;
    }
    return best >= 0 ? g_ptr_array_steal_index(all, (guint)best) : NULL;
}

static PgsBackupTools *
choose_newest(GPtrArray *all)
{
    int newest = 0;
    for (guint i = 0; i < all->len; i++)
        newest = MAX(newest, ((const PgsBackupTools *)all->pdata[i])->major);
    return choose(all, newest);
}

/* What PGSTAIR_PG_DUMP names; NULL without error: nothing. */
static PgsBackupTools *
find_named(GError **error)
{
    const char *named = g_getenv("PGSTAIR_PG_DUMP");
    if (named == NULL || *named == '\0')
        return NULL;
    PgsBackupTools *tools = ask_program(named);
    if (tools != NULL && tools->restore != NULL)
        return tools;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_PROGRAM,
                  "it has to be the path of PostgreSQL's own pg_dump, with pg_restore beside it",
                  "PGSTAIR_PG_DUMP names \"%s\", which is of no use%s", named,
                  tools != NULL ? ": there is no pg_restore beside it" : "");
    pgs_backup_tools_free(tools);
    return NULL;
}

static void
set_missing(const PgsDatabase *target, GPtrArray *all, GError **error)
{
    int major = pgs_server_version_number(target->server) / 10000;
    g_autoptr(PgsBackupTools) newest = choose_newest(all);
    g_autofree char *hint = g_strdup_printf(
        "install version %d's client programs (Debian: apt-get install postgresql-client-%d, from "
        "apt.postgresql.org where the system's own are older), or name its pg_dump with "
        "PGSTAIR_PG_DUMP=PATH, or make the backup yourself and say --no-backup",
        major, major);
    if (newest == NULL)
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_PROGRAM, hint,
                      "there is no pg_dump on this machine, and no backup can be made without");
    else
        pgs_error_set(
            error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_PROGRAM, hint,
            "the server is PostgreSQL %s, and this machine's newest pg_dump is of version "
            "%d (%s), which refuses a newer server",
            pgs_server_version(target->server), newest->major, newest->dump);
}

PgsBackupTools *
pgs_backup_tools_find_inside(const PgsDatabase *target, GError **error)
{
    g_autoptr(GError) cause = NULL;
    PgsBackupTools *inside = pgs_backup_container_find(target, &cause);
    if (inside != NULL)
        return inside;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_PROGRAM, NULL,
                  "the server runs in no container of this machine%s%s", cause != NULL ? ": " : "",
                  cause != NULL ? cause->message : "");
    return NULL;
}

PgsBackupTools *
pgs_backup_tools_find(const PgsDatabase *target, GError **error)
{
    g_autoptr(GError) local = NULL;
    PgsBackupTools *named = find_named(&local);
    if (named != NULL || local != NULL) {
        if (local != NULL)
            g_propagate_error(error, g_steal_pointer(&local));
        return named;
    }
    g_autoptr(GPtrArray) all = find_all();
    PgsBackupTools *tools = choose(all, pgs_server_version_number(target->server) / 10000);
    if (tools == NULL)
        tools = pgs_backup_container_find(target, NULL);
    if (tools == NULL)
        set_missing(target, all, error);
    return tools;
}

/* ---- commands ---- */

/* Variables of libpq's that mean something inside the container too. */
static const char *const passed[] = {"PGUSER", "PGPASSWORD", "PGDATABASE", "PGOPTIONS"};

/* The engine's own program takes their values from its environment: a command line is for all to
 * see.  Inside, the server is on the loopback, at its own port. */
static PgsProcess *
new_inside(const PgsBackupTools *tools, const char *program)
{
    PgsProcess *process = pgs_process_new(tools->engine);
    pgs_process_add_many(process, "exec", "--interactive", "--env=LC_ALL=C",
                         "--env=PGHOST=127.0.0.1", NULL);
    pgs_process_add_printf(process, "--env=PGPORT=%s", tools->port);
    for (gsize i = 0; i < G_N_ELEMENTS(passed); i++)
        pgs_process_add_printf(process, "--env=%s", passed[i]);
    pgs_process_add_many(process, tools->container, program, NULL);
    return process;
}

/* Empty where the conninfo has none: the engine's program would leave the variable as it is
 * outside. */
static void
fill_passed(PgsProcess *process)
{
    for (gsize i = 0; i < G_N_ELEMENTS(passed); i++) {
        if (g_environ_getenv((char **)pgs_process_environment(process), passed[i]) == NULL)
            pgs_process_set_env(process, passed[i], "");
    }
}

PgsProcess *
pgs_backup_tools_command(const PgsBackupTools *tools, const char *program,
                         const PgsDatabase *target, const char *database)
{
    gboolean inside = tools->container != NULL;
    PgsProcess *process = inside ? new_inside(tools, program) : pgs_process_new(program);
    pgs_login_set_environment(process, target->server, NULL, database);
    if (inside)
        fill_passed(process);
    pgs_process_set_env(process, "DATABASE_URL", NULL);
    pgs_process_set_env(process, "JDBC_DATABASE_URL", NULL);
    pgs_process_set_env(process, "LC_ALL", "C");
    pgs_process_set_env(process, "LANGUAGE", NULL);
    pgs_process_set_env(process, "PGAPPNAME", "pgstair migrate");
    pgs_process_set_timeout(process, target->environment->backup_timeout);
    pgs_process_set_cancellable(process, target->cancellable);
    pgs_process_add(process, "--no-password");
    return process;
}

PgsProcess *
pgs_backup_tools_reader(const PgsBackupTools *tools, GCancellable *cancellable)
{
    PgsProcess *process = pgs_process_new(tools->engine != NULL ? tools->engine : tools->restore);
    if (tools->engine != NULL)
        pgs_process_add_many(process, "exec", "--interactive", "--env=LC_ALL=C", tools->container,
                             tools->restore, NULL);
    pgs_process_set_env(process, "LC_ALL", "C");
    pgs_process_set_env(process, "LANGUAGE", NULL);
    pgs_process_set_cancellable(process, cancellable);
    return process;
}

char *
pgs_backup_tools_words(const PgsDatabase *target, const char *errors)
{
    g_autofree char *hidden =
        target != NULL ? pgs_login_hide_password(target->server, errors) : g_strdup(errors);
    g_autofree char *visible = pgs_text_visible(g_strstrip(hidden), -1);
    return pgs_text_ellipsize(visible, WORDS_MAX);
}
