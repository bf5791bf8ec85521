#include "operate/script_alembic.h"

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "migration/alembic_project.h"
#include "operate/backup.h"
#include "operate/script_guard.h"
#include "operate/script_text.h"

#include <string.h>

enum {
    LIMIT_MS = 5 * 60 * 1000,
};

/*
 * "alembic", with three things as they are online: the configuration has the URL, as pgstair's
 * driver and most env.py files have it; strings are written as SQL has them since PostgreSQL 9.1:
 * SQLAlchemy asks the server whether a backslash has to be doubled in them
 * (PGDialect.initialize()), and offline believes so (the guard sees to it that it has not); and a
 * per cent sign stays one: it is doubled for the driver (IdentifierPreparer._double_percents),
 * which is not there offline.
 */
static const char program[] =
    "import os\n"
    "from alembic import config\n"
    "from sqlalchemy.dialects.postgresql.base import PGDialect\n"
    "from sqlalchemy.sql.compiler import IdentifierPreparer\n"
    "PGDialect._backslash_escapes = False\n"
    "init = IdentifierPreparer.__init__\n"
    "def init_offline(self, *arguments, **named):\n"
    "    init(self, *arguments, **named)\n"
    "    self._double_percents = False\n"
    "IdentifierPreparer.__init__ = init_offline\n"
    "run = config.CommandLine.run_cmd\n"
    "def run_cmd(self, cfg, options):\n"
    "    cfg.set_main_option('sqlalchemy.url', os.environ['DATABASE_URL'].replace('%', '%%'))\n"
    "    return run(self, cfg, options)\n"
    "config.CommandLine.run_cmd = run_cmd\n"
    "config.main(prog='alembic')\n";

/* What stands where env.py asks for a database: offline, Alembic takes only the dialect from it. */
static char *
placeholder(const char *text, const char *url)
{
    g_autoptr(GString) expanded = g_string_new(text);
    g_string_replace(expanded, "{url}", url, 0);
    g_string_replace(expanded, "{host}", "offline", 0);
    g_string_replace(expanded, "{port}", "5432", 0);
    g_string_replace(expanded, "{user}", "offline", 0);
    g_string_replace(expanded, "{password}", "", 0);
    g_string_replace(expanded, "{database}", "offline", 0);
    return g_string_free(g_steal_pointer(&expanded), FALSE);
}

static void
set_environment(PgsProcess *process, const PgsToolSettings *settings, const char *url)
{
    pgs_process_set_env(process, "DATABASE_URL", url);
    pgs_process_set_env(process, "PYTHONIOENCODING", "utf-8");
    for (char **variable = settings->url_variables; variable != NULL && *variable != NULL;
         variable++)
        pgs_process_set_env(process, *variable, url);
    for (char **pair = settings->environment; pair != NULL && *pair != NULL; pair++) {
        g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);
        g_autofree char *value = placeholder(parts[1], url);
        pgs_process_set_env(process, parts[0], value);
    }
}

static const char *
id_of(const PgsHistory *history, gint index)
{
    return index < 0
               ? "base"
               : ((const PgsRevision *)g_ptr_array_index(history->revisions, (guint)index))->id;
}

static PgsProcess *
new_alembic(const PgsHistory *history, gint from, gint to)
{
    const PgsAlembicProject *project = history->alembic;
    const PgsToolSettings *settings = history->settings;
    const char *scheme = settings->url_scheme != NULL ? settings->url_scheme : project->scheme;
    g_autofree char *url = g_strdup_printf("%s://offline@offline:5432/offline",
                                           scheme != NULL ? scheme : "postgresql");
    PgsProcess *process = pgs_process_new(project->python.path);
    set_environment(process, settings, url);
    pgs_process_set_directory(process, project->root);
    pgs_process_add_many(process, "-c", program, NULL);
    if (project->config != NULL)
        pgs_process_add_many(process, "-c", project->config, NULL);
    if (project->section != NULL)
        pgs_process_add_many(process, "-n", project->section, NULL);
    for (char **argument = settings->alembic.arguments; argument != NULL && *argument != NULL;
         argument++) {
        g_autofree char *value = placeholder(*argument, url);
        pgs_process_add_many(process, "-x", value, NULL);
    }
    gboolean to_head = to == (gint)history->revisions->len - 1 && to > from;
    const char *end = to_head ? "heads" : id_of(history, to);
    pgs_process_add(process, to >= from ? "upgrade" : "downgrade");
    pgs_process_add_printf(process, "%s:%s", id_of(history, from), end);
    pgs_process_add(process, "--sql");
    return process;
}

/* The revision whose file is the last in what Python says of the failure; NULL: none is. */
static const PgsRevision *
find_failed(const PgsHistory *history, const char *said)
{
    const PgsRevision *found = NULL;
    const char *last = NULL;
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        const PgsStep *step = revision->up != NULL ? revision->up : revision->down;
        if (step == NULL)
            continue;
        g_autofree char *name = g_path_get_basename(step->path);
        const char *at = g_strrstr(said, name);
        if (at != NULL && (last == NULL || at > last)) {
            last = at;
            found = revision;
        }
    }
    return found;
}

static const char *
last_line(char *said)
{
    g_strchomp(said);
    const char *newline = strrchr(said, '\n');
    return newline != NULL ? newline + 1 : said;
}

static gboolean
refuse(const PgsHistory *history, const PgsProcessResult *result, GError **error)
{
    const PgsRevision *revision = find_failed(history, result->errors);
    g_autofree char *said = pgs_text_visible(result->errors, -1);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "a revision that reads the database runs only online (\"pgstair migrate "
                  "upgrade\"); where it need not, context.is_offline_mode() tells it",
                  "Alembic cannot write %s as SQL: %s",
                  revision != NULL ? revision->label : history->folder, last_line(said));
    return FALSE;
}

/* Those right below which nothing of the run lies: what alembic_version holds at from. */
static GPtrArray *
heads_at(const PgsHistory *history, gint from)
{
    GPtrArray *heads = g_ptr_array_new();
    for (gint i = 0; i <= from; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)i);
        gboolean is_below = FALSE;
        for (gint k = i + 1; k <= from && !is_below; k++) {
            const PgsRevision *above = g_ptr_array_index(history->revisions, (guint)k);
            is_below =
                above->parents != NULL
                    ? g_strv_contains((const char *const *)above->parents, revision->id) ||
                          (above->depends != NULL &&
                           g_strv_contains((const char *const *)above->depends, revision->id))
                    : k == i + 1;
        }
        if (!is_below)
            g_ptr_array_add(heads, revision->id);
    }
    return heads;
}

gboolean
pgs_script_alembic_append(GString *script, const PgsHistory *history, gint from, gint to,
                          GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsProcess) process = new_alembic(history, from, to);
    pgs_process_set_timeout(process, LIMIT_MS);
    pgs_process_set_cancellable(process, cancellable);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run(process, &result, error))
        return FALSE;
    if (result.exit_status != 0)
        return refuse(history, &result, error);
    /* Its own UPDATE of the table changes no row where the database stands elsewhere, and goes on.
     */
    if (strstr(result.output, "alembic_version") != NULL) {
        g_autoptr(GPtrArray) heads = heads_at(history, from);
        g_string_append(script, "\n-- the books\n");
        const PgsScriptBooks books = {
            .table = "alembic_version",
            .versions = heads,
            .at = id_of(history, from),
        };
        pgs_script_guard_append_column(script, &books, "version_num");
        g_string_append_c(script, '\n');
    }
    return pgs_script_text_append(script, result.output, result.output_length, PGS_SCRIPT_SPLIT,
                                  NULL, error);
}
