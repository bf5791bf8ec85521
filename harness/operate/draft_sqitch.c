#include "base/error.h"
#include "base/text.h"
#include "migration/sqitch_project.h"
#include "operate/draft_format.h"

#include <string.h>

/*
 * A change of Sqitch: a line of the plan, and three scripts in the form of its own templates
 * (App::Sqitch 1.3: etc/templates/deploy/pg.tmpl, revert, verify; App::Sqitch::Plan::Line).
 */

/* App::Sqitch, user_name and user_email: what the environment says, or the account. */
static char *
planner(void)
{
    const char *name = g_getenv("SQITCH_FULLNAME");
    const char *email = g_getenv("SQITCH_EMAIL");
    if (name == NULL || *name == '\0')
        name = g_get_real_name();
    if (name == NULL || *name == '\0' || strcmp(name, "Unknown") == 0)
        name = g_get_user_name();
    g_autofree char *made = g_strdup_printf("%s@%s", g_get_user_name(), g_get_host_name());
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s <%s>", name, email != NULL && *email != '\0' ? email : made);
    for (gsize i = 0; i < text->len; i++) {
        if (g_ascii_iscntrl(text->str[i]))
            text->str[i] = ' ';
    }
    return g_string_free(text, FALSE);
}

/* The change before it is required: what follows is made of what was there. */
static char *
plan_line_of(const PgsDraftRequest *request, const char *name)
{
    const PgsRevision *last = pgs_draft_last_revision(request->history);
    g_autofree char *time = g_date_time_format(request->now, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree char *who = planner();
    g_autofree char *plain = pgs_text_plain(request->description);
    g_autofree char *words = pgs_text_fold_space(plain);
    g_autofree char *needs =
        last != NULL ? g_strdup_printf(" [%s]", last->name[0] != '\0' ? last->name : last->id)
                     : g_strdup("");
    return g_strdup_printf("%s%s %s %s # %s", name, needs, time, who, words);
}

static void
add_script(GPtrArray *files, const PgsSqitchProject *project, PgsSqitchScript script,
           const char *name, const char *title, const char *body)
{
    PgsDraftFile *file = g_new0(PgsDraftFile, 1);
    g_autofree char *relative =
        g_strdup_printf("%s/%s.%s", project->dirs[script], name, project->extension);
    file->path = pgs_sqitch_project_shown(project, relative);
    file->text = g_strdup_printf("-- %s pg:%s\n\nBEGIN;\n\n%s\n%s;\n", title, name, body,
                                 script == PGS_SQITCH_VERIFY ? "ROLLBACK" : "COMMIT");
    g_ptr_array_add(files, file);
}

GPtrArray *
pgs_draft_sqitch_files(const PgsDraftRequest *request, char **plan, char **plan_line,
                       GError **error)
{
    g_autofree char *name = pgs_draft_slug(request->description, '_', TRUE, error);
    g_autoptr(PgsFolder) folder =
        name != NULL ? pgs_folder_open(request->history->folder, error) : NULL;
    if (folder == NULL || !pgs_folder_deepen(folder, error))
        return NULL;
    g_autoptr(PgsSqitchProject) project =
        pgs_sqitch_project_find(folder, request->history->settings->placeholders, error);
    if (project == NULL)
        return NULL;
    g_autofree char *up = pgs_draft_section(request, TRUE, NULL);
    g_autofree char *down = pgs_draft_section(request, FALSE, NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(pgs_draft_file_free);
    add_script(files, project, PGS_SQITCH_DEPLOY, name, "Deploy", up);
    add_script(files, project, PGS_SQITCH_REVERT, name, "Revert", down);
    add_script(files, project, PGS_SQITCH_VERIFY, name, "Verify",
               "-- what fails unless the change is there belongs here\n");
    *plan = pgs_sqitch_project_shown(project, project->plan);
    *plan_line = plan_line_of(request, name);
    return g_steal_pointer(&files);
}
