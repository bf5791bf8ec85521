#include "cli/command.h"

#include "base/error.h"
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *shell;
    char *(*script)(void);
} shells[] = {
    {"bash", pgs_completion_bash}, {"zsh", pgs_completion_zsh}, {"fish", pgs_completion_fish}};

int
pgs_cmd_completion(const PgsSettings *settings, G_GNUC_UNUSED GCancellable *cancellable,
                   GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shells); i++) {
        if (strcmp(shells[i].shell, settings->arguments[0]) == 0) {
            g_autofree char *script = shells[i].script();
            fputs(script, stdout);
            return PGS_EXIT_VERIFIED;
        }
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, "there are: bash, zsh, fish",
                  "there is no completion for \"%s\"", settings->arguments[0]);
    return PGS_EXIT_USAGE;
}
