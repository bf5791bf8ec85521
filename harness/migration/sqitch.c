#include "base/error.h"
#include "base/text.h"
#include "migration/formats.h"
#include "migration/pairs.h"
#include "migration/sqitch_plan.h"
#include "migration/sqitch_script.h"

#include <string.h>

/* Sqitch 1.3 (sqitch.org), App::Sqitch: Target.pm says where things are, Plan.pm and
 * Plan/Change.pm what they are called, Engine.pm and Engine/pg.pm what is done with them. */

gboolean
pgs_sqitch_recognise(const PgsFolder *folder, char **reason)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSqitchProject) project = pgs_sqitch_project_find(folder, NULL, &error);
    if (project == NULL && error == NULL)
        return FALSE;
    *reason = g_strdup_printf("there is %s", project != NULL ? project->sign : "sqitch.conf");
    return TRUE;
}

gboolean
pgs_sqitch_fits(const PgsFolder *folder)
{
    return pgs_folder_find(folder, "sqitch.plan") != NULL ||
           pgs_folder_find(folder, "sqitch.conf") != NULL;
}

/* A change's script: "a/b@tag.sql" in dir. */
static char *
script_path(const PgsSqitchProject *project, const char *dir, const PgsSqitchChange *change,
            const char *tag)
{
    g_autofree char *file = g_strconcat(change->name, tag != NULL ? "@" : "",
                                        tag != NULL ? tag : "", ".", project->extension, NULL);
    return strcmp(dir, ".") == 0 ? g_steal_pointer(&file) : g_build_filename(dir, file, NULL);
}

/* Plan/Change.pm, _path_segments: of a reworked change, the first tag with which there is a deploy
 * script, or just the first.  NULL: it is not reworked. */
static const char *
script_tag(PgsSqitchProject *project, const PgsSqitchChange *change)
{
    for (guint i = 0; i < change->rework_tags->len; i++) {
        const char *tag = g_ptr_array_index(change->rework_tags, i);
        g_autofree char *path =
            script_path(project, project->reworked_dirs[PGS_SQITCH_DEPLOY], change, tag);
        if (pgs_sqitch_project_file(project, path) != NULL)
            return tag;
    }
    return change->rework_tags->len > 0 ? g_ptr_array_index(change->rework_tags, 0) : NULL;
}

/* ---- revisions ---- */

typedef struct {
    PgsSqitchProject *project;
    PgsSqitchPlan *plan;
    char *plan_shown;
    PgsHistory *history;
    GHashTable *used; /* paths of scripts, from the root */
} Reading;

static gboolean
make_step(Reading *reading, const PgsSqitchChange *change, PgsSqitchScript script, PgsStep **step,
          GError **error)
{
    PgsSqitchProject *project = reading->project;
    const char *tag = script_tag(project, change);
    const char *dir = tag != NULL ? project->reworked_dirs[script] : project->dirs[script];
    char *path = script_path(project, dir, change, tag);
    g_hash_table_add(reading->used, path);
    GError *local = NULL;
    *step = pgs_sqitch_script_step(project, path, script, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    /* Without a revert script there is no way down; of a verify script Sqitch just says that it is
     * not there (Engine.pm, verify_change()). */
    if (*step == NULL && script == PGS_SQITCH_DEPLOY)
        *step = pgs_sqitch_script_missing(project, path, reading->plan_shown, change->line);
    return TRUE;
}

static gboolean
add_revision(Reading *reading, const PgsSqitchChange *change, GError **error)
{
    const char *tag = script_tag(reading->project, change);
    PgsRevision *revision = g_new0(PgsRevision, 1);
    revision->id = g_strconcat(change->name, tag != NULL ? "@" : NULL, tag, NULL);
    revision->label = g_strdup(revision->id);
    revision->name = g_strdup(change->name);
    revision->is_reworked = tag != NULL;
    g_ptr_array_add(reading->history->revisions, revision);
    PgsStep **const steps[PGS_SQITCH_N_SCRIPTS] = {
        [PGS_SQITCH_DEPLOY] = &revision->up,
        [PGS_SQITCH_REVERT] = &revision->down,
        [PGS_SQITCH_VERIFY] = &revision->verify,
    };
    for (gsize i = 0; i < PGS_SQITCH_N_SCRIPTS; i++) {
        if (!make_step(reading, change, (PgsSqitchScript)i, steps[i], error))
            return FALSE;
    }
    return TRUE;
}

/* App/Sqitch/Engine/pg.sql, without its comments: migrations refer to it (they grant on it, they
 * revoke). */
static const char registry_sql[] =
    "CREATE SCHEMA IF NOT EXISTS %1$s;"
    "CREATE TABLE %1$s.releases (version real PRIMARY KEY, installed_at timestamptz NOT NULL "
    "DEFAULT "
    "clock_timestamp(), installer_name text NOT NULL, installer_email text NOT NULL);"
    "CREATE TABLE %1$s.projects (project text PRIMARY KEY, uri text UNIQUE, created_at timestamptz "
    "NOT NULL DEFAULT clock_timestamp(), creator_name text NOT NULL, creator_email text NOT NULL);"
    "CREATE TABLE %1$s.changes (change_id text PRIMARY KEY, script_hash text, change text NOT "
    "NULL, "
    "project text NOT NULL REFERENCES %1$s.projects ON UPDATE CASCADE, note text NOT NULL DEFAULT "
    "'', committed_at timestamptz NOT NULL DEFAULT clock_timestamp(), committer_name text NOT "
    "NULL, "
    "committer_email text NOT NULL, planned_at timestamptz NOT NULL, planner_name text NOT NULL, "
    "planner_email text NOT NULL, UNIQUE (project, script_hash));"
    "CREATE TABLE %1$s.tags (tag_id text PRIMARY KEY, tag text NOT NULL, project text NOT NULL "
    "REFERENCES %1$s.projects ON UPDATE CASCADE, change_id text NOT NULL REFERENCES %1$s.changes "
    "ON "
    "UPDATE CASCADE, note text NOT NULL DEFAULT '', committed_at timestamptz NOT NULL DEFAULT "
    "clock_timestamp(), committer_name text NOT NULL, committer_email text NOT NULL, planned_at "
    "timestamptz NOT NULL, planner_name text NOT NULL, planner_email text NOT NULL, UNIQUE "
    "(project, tag));"
    "CREATE TABLE %1$s.dependencies (change_id text NOT NULL REFERENCES %1$s.changes ON UPDATE "
    "CASCADE ON DELETE CASCADE, type text NOT NULL, dependency text NOT NULL, dependency_id text "
    "REFERENCES %1$s.changes ON UPDATE CASCADE, PRIMARY KEY (change_id, dependency));"
    "CREATE TABLE %1$s.events (event text NOT NULL, change_id text NOT NULL, change text NOT NULL, "
    "project text NOT NULL REFERENCES %1$s.projects ON UPDATE CASCADE, note text NOT NULL DEFAULT "
    "'', requires text[] NOT NULL DEFAULT '{}', conflicts text[] NOT NULL DEFAULT '{}', tags "
    "text[] "
    "NOT NULL DEFAULT '{}', committed_at timestamptz NOT NULL DEFAULT clock_timestamp(), "
    "committer_name text NOT NULL, committer_email text NOT NULL, planned_at timestamptz NOT NULL, "
    "planner_name text NOT NULL, planner_email text NOT NULL, PRIMARY KEY (change_id, "
    "committed_at));";

static void
prepare_registry(PgsHistory *history, const char *registry)
{
    g_autofree char *quoted = pgs_text_identifier(registry);
    GString *sql = g_string_new(registry_sql);
    g_string_replace(sql, "%1$s", quoted, 0);
    history->own_prepare = g_string_free(sql, FALSE);
    history->prepare = history->own_prepare;
}

/* A registry of another name is no part of what the migrations make, either. */
static void
note_registry(PgsHistory *history, const char *registry)
{
    if (strcmp(registry, "sqitch") == 0)
        return;
    history->own_ledger = g_new0(char *, 2);
    history->own_ledger[0] = g_strconcat(registry, ".", NULL);
    history->ledger = (const char *const *)history->own_ledger;
}

/* ---- notes ---- */

/* On an empty database Sqitch deploys nothing that needs another project's change ("Missing
 * required change"): what it does for such a one has to be prepared. */
static void
note_external(Reading *reading, const PgsSqitchChange *change)
{
    for (guint i = 0; i < change->depends->len; i++) {
        const PgsSqitchDepend *depend = g_ptr_array_index(change->depends, i);
        if (depend->conflicts || !pgs_sqitch_plan_is_external(reading->plan, depend))
            continue;
        pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.external", reading->plan_shown,
                         "line %u: %s requires %s, which is no change of this project: what it "
                         "makes has to be there by prepare: in pgstair.yaml",
                         change->line, change->name, depend->text);
    }
}

/* Scripts in the project's folders of which the plan knows nothing. */
static void
note_unplanned(Reading *reading, const PgsFolder *folder)
{
    const PgsSqitchProject *project = reading->project;
    g_autofree char *extension = g_strconcat(".", project->extension, NULL);
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_autofree char *path = g_build_filename(folder->real, file->name, NULL);
        const char *relative = path + strlen(project->root) + 1;
        if (!g_str_has_prefix(path, project->root) || !g_str_has_suffix(relative, extension) ||
            g_hash_table_contains(reading->used, relative))
            continue;
        for (gsize j = 0; j < PGS_SQITCH_N_SCRIPTS; j++) {
            g_autofree char *dir = g_strconcat(project->dirs[j], "/", NULL);
            if (g_str_has_prefix(relative, dir))
                pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.unmatched", file->path,
                                 "the plan has no change with this script");
        }
    }
}

static gboolean
read_changes(Reading *reading, const PgsFolder *folder, GError **error)
{
    if (!pgs_sqitch_plan_check(reading->plan, error))
        return FALSE;
    for (guint i = 0; i < reading->plan->changes->len; i++) {
        const PgsSqitchChange *change = g_ptr_array_index(reading->plan->changes, i);
        if (!add_revision(reading, change, error))
            return FALSE;
        note_external(reading, change);
    }
    note_unplanned(reading, folder);
    return TRUE;
}

gboolean
pgs_sqitch_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    GError *local = NULL;
    g_autoptr(PgsSqitchProject) project =
        pgs_sqitch_project_find(folder, history->settings->placeholders, &local);
    if (project == NULL && local == NULL)
        pgs_error_set(&local, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "name the folder that Sqitch is run in",
                      "%s: there is no sqitch.conf or sqitch.plan, here or above", folder->path);
    if (project == NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    g_autofree char *shown = pgs_sqitch_project_shown(project, project->plan);
    g_autoptr(PgsSqitchPlan) plan = pgs_sqitch_project_read_plan(project, error);
    if (plan == NULL)
        return FALSE;
    history->root = g_strdup(project->root);
    g_autofree char *conf = pgs_sqitch_project_shown(project, "sqitch.conf");
    pgs_history_note_file(history, conf);
    pgs_history_note_file(history, shown);
    prepare_registry(history, project->registry);
    note_registry(history, project->registry);
    if (project->engine_note != NULL)
        pgs_history_note(history, PGS_NOTE_INFO, "folder.format", NULL, "%s", project->engine_note);
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reading reading = {project, plan, shown, history, used};
    return read_changes(&reading, folder, error);
}
