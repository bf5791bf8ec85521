#include "cli/command.h"

#include "base/error.h"
#include "cli/terminal.h"
#include "server/doctor.h"

#include <stdio.h>
#include <unistd.h>

static const struct {
    const char *word, *color;
} levels[] = {
    [PGS_DOCTOR_OK] = {"ok", "\033[32m"},
    [PGS_DOCTOR_NOTE] = {"note", "\033[33m"},
    [PGS_DOCTOR_PROBLEM] = {"PROBLEM", "\033[31m"},
};

int
pgs_cmd_doctor(G_GNUC_UNUSED const PgsSettings *settings, G_GNUC_UNUSED GCancellable *cancellable,
               G_GNUC_UNUSED GError **error)
{
    gboolean color = pgs_terminal_has_color(STDOUT_FILENO);
    guint width = pgs_terminal_width(STDOUT_FILENO);
    gboolean is_well = TRUE;
    g_autoptr(GPtrArray) lines = pgs_doctor_examine();
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
