#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <unistd.h>

/* Columns that the ids take: the longest one and two blanks. */
#define ID_WIDTH 30

static void
list_checks(guint width)
{
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        g_autofree char *title = pgs_options_wrap(check->title, ID_WIDTH, width);
        printf("%-*s%s\n", ID_WIDTH, check->id, title);
    }
    puts("\n\"pgstair explain CHECK\" says more about one.");
}

/* As it stands: SQL has its own lines. */
static void
print_example(const char *example)
{
    g_auto(GStrv) lines = g_strsplit(example, "\n", -1);
    puts("\nExample");
    for (char **line = lines; *line != NULL && (**line != '\0' || line[1] != NULL); line++)
        printf(**line != '\0' ? "  %s\n" : "%s\n", *line);
}

static void
explain(const PgsCheck *check, guint width)
{
    const struct {
        const char *name, *text;
    } parts[] = {{"What it does", check->what},
                 {"Why it matters", check->why},
                 {"How to mend", check->mend},
                 {"What it needs", check->needs},
                 {"What it reports", pgs_status_name(check->severity)}};
    printf("%s: %s\n", check->id, check->title);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *text = pgs_options_wrap(parts[i].text, 2, width);
        printf("\n%s\n  %s\n", parts[i].name, text);
    }
    if (check->example != NULL)
        print_example(check->example);
}

int
pgs_cmd_explain(const PgsSettings *settings, G_GNUC_UNUSED GCancellable *cancellable,
                GError **error)
{
    const char *id = settings->arguments[0];
    if (id == NULL) {
        list_checks(pgs_terminal_width(STDOUT_FILENO));
        return PGS_EXIT_VERIFIED;
    }
    PgsCheckSelection selection = {.only = (char *[]){(char *)id, NULL}};
    if (!pgs_check_selection_validate(&selection, error))
        return PGS_EXIT_USAGE;
    guint n = 0;
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (!pgs_check_selection_has(&selection, check->id))
            continue;
        if (n++ > 0)
            puts("");
        explain(check, pgs_terminal_width(STDOUT_FILENO));
    }
    return PGS_EXIT_VERIFIED;
}
