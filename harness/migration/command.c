#include "migration/command.h"

#include "base/text.h"

#include <string.h>

/* Absolute, since the folder may be relative to another one than the process runs in. */
static char *
join(const char *folder, const char *program)
{
    g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
    return g_canonicalize_filename(program, absolute);
}

PgsProcess *
pgs_command_process(const PgsToolSettings *settings, const char *program)
{
    const char *folder = settings->commands.folder;
    gboolean is_path = strchr(program, '/') != NULL && !g_path_is_absolute(program);
    g_autofree char *path = is_path && folder != NULL ? join(folder, program) : g_strdup(program);
    PgsProcess *process = pgs_process_new(path);
    if (folder != NULL)
        pgs_process_set_directory(process, folder);
    pgs_process_set_timeout(process, settings->timeout);
    /* Plain output, and nothing left beside the project's sources. */
    pgs_process_set_env(process, "NO_COLOR", "1");
    pgs_process_set_env(process, "FORCE_COLOR", NULL);
    pgs_process_set_env(process, "PYTHONDONTWRITEBYTECODE", "1");
    return process;
}

char *
pgs_command_plain(const char *output, gsize length)
{
    static const char colours[] = "\x1b\\[[0-9;?]*[A-Za-z]|\r(?=\n)";
    g_autofree char *valid = g_utf8_make_valid(output, (gssize)length);
    g_autoptr(GRegex) regex = g_regex_new(colours, 0, 0, NULL);
    g_autofree char *plain = g_regex_replace_literal(regex, valid, -1, 0, "", 0, NULL);
    return pgs_text_visible(plain, -1);
}

char *
pgs_command_tail(const PgsProcessResult *result, guint lines)
{
    g_autofree char *output = pgs_command_plain(result->output, result->output_length);
    g_autofree char *errors = pgs_command_plain(result->errors, result->errors_length);
    g_strchomp(output);
    g_strchomp(errors);
    g_autofree char *all =
        g_strconcat(output, *output != '\0' && *errors != '\0' ? "\n" : "", errors, NULL);
    const char *start = all + strlen(all);
    while (start > all) {
        if (start[-1] == '\n' && lines-- <= 1)
            break;
        start--;
    }
    return g_strdup(start);
}
