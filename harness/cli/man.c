#include "cli/man.h"

#include "cli/options.h"
#include "pgstair/version.h"

#include <string.h>

#define LINE_WIDTH 76
/* man(7) wants a date, and a build must be the same tomorrow: of the version that they describe. */
#define MANUAL_DATE "2026-11-21"

/* Characters that roff would set as others, or take for its own: groff_char(7). */
static const char *
escape_of(gunichar c)
{
    switch (c) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '"':
        return "\\(dq";
    default:
        return NULL;
    }
}

void
pgs_man_append_escaped(GString *out, const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        const char *escape = escape_of(c);
        if (escape != NULL)
            g_string_append(out, escape);
        else if (c > 0x7e)
            g_string_append_printf(out, "\\[u%04X]", c);
        else
            g_string_append_c(out, (char)c);
    }
}

/* Lines of text; one that begins as a macro does not become one. */
static void
append_lines(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (**line == '.' || **line == '\'')
            g_string_append(out, "\\&");
        pgs_man_append_escaped(out, *line);
        g_string_append_c(out, '\n');
    }
}

static void
append_text(GString *out, const char *text)
{
    g_autofree char *wrapped = pgs_options_wrap(text, 0, LINE_WIDTH);
    append_lines(out, wrapped);
}

static void
append_paragraphs(GString *out, const char *text)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        if (paragraph != paragraphs)
            g_string_append(out, ".PP\n");
        append_text(out, *paragraph);
    }
}

static void
append_examples(GString *out, const char *examples)
{
    if (examples == NULL)
        return;
    g_string_append(out, ".SH EXAMPLES\n.EX\n");
    append_lines(out, examples);
    g_string_append(out, ".EE\n");
}

void
pgs_man_append_title(GString *out, const char *name, int section)
{
    g_autofree char *upper = g_ascii_strup(name, -1);
    g_string_append(out, ".\\\" Made by \"pgstair docs man\"; do not edit.\n.TH ");
    pgs_man_append_escaped(out, upper);
    g_string_append_printf(out,
                           " %d \"" MANUAL_DATE "\" \"pgstair %s\" \"pgstair manual\"\n"
                           ".SH NAME\n",
                           section, pgs_version());
    pgs_man_append_escaped(out, name);
}

static void
append_head(GString *out, const char *name, const char *summary)
{
    pgs_man_append_title(out, name, 1);
    g_string_append(out, " \\- ");
    pgs_man_append_escaped(out, summary);
    g_string_append(out, "\n.SH SYNOPSIS\n.B pgstair");
}

/* ".TP", the option as it is typed, and what it does. */
static void
append_option(GString *out, const PgsOption *option)
{
    g_string_append(out, ".TP\n");
    if (option->letter != 0)
        g_string_append_printf(out, "\\fB\\-%c\\fR, ", option->letter);
    g_string_append(out, "\\fB\\-\\-");
    pgs_man_append_escaped(out, option->name);
    g_string_append(out, "\\fR");
    if (option->argument != NULL) {
        g_string_append(out, "=\\fI");
        pgs_man_append_escaped(out, option->argument);
        g_string_append(out, "\\fR");
    }
    g_string_append_c(out, '\n');
    g_autofree char *sentence = g_strdup_printf("%s.", option->help);
    append_text(out, sentence);
    if (option->environment != NULL)
        g_string_append_printf(out, "Environment: \\fB%s\\fR.\n", option->environment);
}

static void
append_see_also(GString *out, const PgsCommand *but)
{
    const char *comma = "";
    g_string_append(out, ".SH SEE ALSO\n");
    if (but != NULL) {
        g_string_append(out, ".BR pgstair (1)");
        comma = ",\n";
    }
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (command->is_hidden || command == but)
            continue;
        g_string_append_printf(out, "%s.BR pgstair\\-%s (1)", comma, command->name);
        comma = ",\n";
    }
    g_string_append(out, ",\n.BR pgstair.yaml (5)\n");
}

char *
pgs_man_command(const PgsCommand *command)
{
    GString *out = g_string_new(NULL);
    g_autofree char *name = g_strdup_printf("pgstair-%s", command->name);
    append_head(out, name, command->summary);
    g_string_append_printf(out, " %s\n", command->name);
    if (*command->arguments != '\0')
        append_lines(out, command->arguments);
    append_lines(out, "[OPTIONS]");
    g_string_append(out, ".SH DESCRIPTION\n");
    append_paragraphs(out, command->description);
    g_string_append(out, ".SH OPTIONS\n");
    PgsOption option;
    for (guint i = 0; pgs_option_at(i, &option); i++) {
        if (option.commands & command->bit)
            append_option(out, &option);
    }
    append_examples(out, command->examples);
    append_see_also(out, command);
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *term, *text;
} Row;

static const Row statuses[] = {
    {"0", "Verified."},
    {"1", "Something failed (with --fail-on warning: or was warned about)."},
    {"2", "Usage, a folder that cannot be read as migrations, or checks that left nothing to "
          "verify."},
    {"3", "A server that was asked for is not to be had, or broke in the midst of things; a report "
          "cannot be written. \"pgstair doctor\" says what this machine offers."},
    {"130, 143", "Interrupted, after cleaning up."},
};

/* Those that no option stands for. */
static const Row variables[] = {
    {"NO_COLOR", "When set, no colour is printed."},
    {"PGSTAIR_RUNDIR", "The folder for run folders, in place of /dev/shm and TMPDIR."},
    {"PGSTAIR_PG_BINDIR", "The folder of PostgreSQL's binaries, before all others."},
    {"PGSTAIR_ACCOUNT", "As root: the account that a local server runs as."},
    {"PGSTAIR_SUPERVISOR", "The path of pgstair-supervisor, where it does not lie beside pgstair."},
    {"PGSTAIR_CONTAINER_TMPFS",
     "How much memory a container's data may take (512m, 2g), or \"off\"."},
    {"PGSTAIR_NO_ANNOTATIONS",
     "When set, nothing is printed for GitHub's and GitLab's logs in particular."},
};

static void
append_rows(GString *out, const Row *rows, gsize n_rows)
{
    for (gsize i = 0; i < n_rows; i++) {
        g_string_append_printf(out, ".TP\n.B %s\n", rows[i].term);
        append_text(out, rows[i].text);
    }
}

static void
append_environment(GString *out)
{
    g_string_append(out, ".SH ENVIRONMENT\n");
    PgsOption option;
    for (guint i = 0; pgs_option_at(i, &option); i++) {
        if (option.environment == NULL)
            continue;
        g_string_append_printf(out, ".TP\n.B %s\nStands in for \\fB\\-\\-", option.environment);
        pgs_man_append_escaped(out, option.name);
        g_string_append(out, "\\fR.\n");
    }
    append_rows(out, variables, G_N_ELEMENTS(variables));
}

char *
pgs_man_program(void)
{
    GString *out = g_string_new(NULL);
    append_head(out, "pgstair", "climb PostgreSQL migrations up, down and up, and prove each step");
    g_string_append(out, "\n.I COMMAND\n[\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n");
    append_paragraphs(
        out,
        "pgstair climbs your PostgreSQL migrations up, down, and up again, on a throwaway server, "
        "and proves every step: a downgrade must restore the whole catalog as it was, a second "
        "upgrade must make what the first made, and every rule at head does to rows what it says."
        "\n\nNo configuration is needed. A pgstair.yaml in the folder adds what the schema should "
        "be. To begin with: \"pgstair doctor\", then \"pgstair verify path/to/migrations\".");
    g_string_append(out, ".SH COMMANDS\n");
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (command->is_hidden)
            continue;
        g_string_append_printf(out, ".TP\n.BR pgstair\\-%s (1)\n", command->name);
        append_text(out, command->summary);
    }
    g_string_append(out, ".SH EXIT STATUS\n");
    append_rows(out, statuses, G_N_ELEMENTS(statuses));
    append_environment(out);
    g_string_append(out, ".SH FILES\n.TP\n.I pgstair.yaml\n");
    append_text(out, "The project's file, in the folder of migrations, or named by --config. "
                     "pgstair.yaml(5) lists its keys; \"pgstair init FOLDER\" writes one.");
    append_examples(out, "pgstair doctor\n"
                         "pgstair verify db/migrations\n"
                         "pgstair verify db/migrations --record record.xml --html report.html\n"
                         "pgstair report record.xml --format markdown");
    append_see_also(out, NULL);
    return g_string_free(out, FALSE);
}
