#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/source.h"
#include "cli/terminal.h"
#include "diff/diff.h"
#include "report/writer.h"

#include <stdio.h>
#include <unistd.h>

static gboolean
take_tolerances(const PgsSettings *settings, PgsTolerances *tolerances, GError **error)
{
    for (char **name = settings->tolerate; name != NULL && *name != NULL; name++) {
        if (pgs_tolerances_add(tolerances, *name))
            continue;
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "\"pgstair help tolerances\" lists them",
                      "there is no tolerance called \"%s\"", *name);
        return FALSE;
    }
    return TRUE;
}

static void
print_counts(PgsDiffCounts counts)
{
    if (counts.real + counts.cosmetic + counts.tolerated == 0) {
        puts("the same schema");
        return;
    }
    g_autofree char *real = pgs_text_count(counts.real, "difference", NULL);
    printf("%s", real);
    if (counts.cosmetic > 0)
        printf(", %u in order or white space only", counts.cosmetic);
    if (counts.tolerated > 0)
        printf(", %u tolerated", counts.tolerated);
    putchar('\n');
}

int
pgs_cmd_diff(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    PgsTolerances tolerances = 0;
    if (!take_tolerances(settings, &tolerances, error))
        return PGS_EXIT_USAGE;
    g_auto(PgsSources) sources = {.settings = settings, .cancellable = cancellable};
    g_autoptr(PgsSnapshot) a = pgs_source_snapshot(&sources, settings->arguments[0], error);
    if (a == NULL)
        return PGS_EXIT_ENVIRONMENT;
    g_autoptr(PgsSnapshot) b = pgs_source_snapshot(&sources, settings->arguments[1], error);
    if (b == NULL)
        return PGS_EXIT_ENVIRONMENT;
    g_autoptr(PgsDiff) diff = pgs_diff_new(a, b, tolerances);
    g_autofree char *text = pgs_diff_to_text(diff, pgs_terminal_has_color(STDOUT_FILENO));
    g_autofree char *guarded = pgs_annotations_guard(text);
    fputs(guarded, stdout);
    PgsDiffCounts counts = pgs_diff_counts(diff);
    if (!settings->quiet)
        print_counts(counts);
    return counts.real + (settings->strict ? counts.cosmetic : 0) > 0 ? PGS_EXIT_FAILED
                                                                      : PGS_EXIT_VERIFIED;
}
