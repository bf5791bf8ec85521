#include "cli/command.h"

#include "base/error.h"
#include "cli/terminal.h"
#include "migration/alembic_project.h"
#include "server/doctor.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *word, *color;
} levels[] = {
    [PGS_DOCTOR_OK] = {"ok", "\033[32m"},
    [PGS_DOCTOR_NOTE] = {"note", "\033[33m"},
    [PGS_DOCTOR_PROBLEM] = {"PROBLEM", "\033[31m"},
};

/* The Python that Alembic's revisions of the project here would be run in. */
static void
examine_alembic(GPtrArray *lines, GCancellable *cancellable)
{
    g_autoptr(PgsAlembicProject) project = pgs_alembic_project_find(".", NULL);
    if (project == NULL)
        return;
    g_autoptr(GError) error = NULL;
    g_auto(PgsPython) python = {0};
    PgsDoctorLine *line = g_new0(PgsDoctorLine, 1);
    line->topic = "alembic";
    g_ptr_array_add(lines, line);
    if (pgs_python_find(project->root, NULL, "alembic", cancellable, &python, &error)) {
        line->text = g_strdup_printf("%s (%s)", python.path, python.reason);
        return;
    }
    const char *hint = strstr(error->message, "\nHINT: ");
    line->level = PGS_DOCTOR_NOTE;
    line->text = hint != NULL ? g_strndup(error->message, (gsize)(hint - error->message))
                              : g_strdup(error->message);
    line->hint = hint != NULL ? g_strdup(hint + strlen("\nHINT: ")) : NULL;
}

int
pgs_cmd_doctor(G_GNUC_UNUSED const PgsSettings *settings, GCancellable *cancellable,
               G_GNUC_UNUSED GError **error)
{
    gboolean color = pgs_terminal_has_color(STDOUT_FILENO);
    guint width = pgs_terminal_width(STDOUT_FILENO);
    gboolean is_well = TRUE;
    g_autoptr(GPtrArray) lines = pgs_doctor_examine();
    examine_alembic(lines, cancellable);
    for (guint i = 0; i < lines->len; i++) {
        const PgsDoctorLine *line = g_ptr_array_index(lines, i);
        is_well = is_well && line->level != PGS_DOCTOR_PROBLEM;
        g_autofree char *text = pgs_options_wrap(line->text, 23, width);
        printf("%s%-8s%s%-15s%s\n", color ? levels[line->level].color : "",
               levels[line->level].word, color ? "\033[0m" : "", line->topic, text);
        if (line->hint != NULL) {
            g_autofree char *hint = pgs_options_wrap(line->hint, 29, width);
            printf("%23sHINT: %s\n", "", hint);
        }
    }
    puts(is_well ? "this machine can verify migrations" : "something is missing: see above");
    return is_well ? PGS_EXIT_VERIFIED : PGS_EXIT_ENVIRONMENT;
}
