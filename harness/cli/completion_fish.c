#include "cli/completion.h"

static const char head[] =
    "# fish completion for pgstair.  Made by \"pgstair completion fish\"; do not edit.\n"
    "\n"
    "function __pgstair_command\n"
    "    set -l words (commandline -opc)\n"
    "    if test (count $words) -lt 2\n"
    "        test \"$argv\" = ''\n"
    "    else\n"
    "        test \"$words[2]\" = \"$argv\"\n"
    "    end\n"
    "end\n"
    "\n"
    "complete -c pgstair -f\n";

/* 'text', by fish's rules for single quotes. */
static void
append_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '\'');
}

/* What may follow: -F files too, -x nothing but these. */
static void
append_values(GString *out, const PgsCompletion *completion, gboolean is_option)
{
    g_autofree char *words = pgs_completion_join(completion);
    if (completion->kind == PGS_COMPLETION_FILES) {
        g_string_append(out, is_option ? " -r -F" : " -F");
    } else if (completion->kind == PGS_COMPLETION_NOTHING) {
        g_string_append(out, is_option ? " -x" : "");
    } else if (completion->kind == PGS_COMPLETION_PAIRS) {
        g_autofree char *pairs = g_strjoinv("= ", completion->words);
        g_string_append_printf(out, " -r -F -a '%s='", pairs);
    } else if (completion->kind == PGS_COMPLETION_LIST) {
        g_string_append_printf(out, " -x -a '(__fish_append , %s)'", words);
    } else {
        g_string_append_printf(out, "%s -a '%s'", is_option ? " -x" : "", words);
    }
}

static void
append_option(GString *out, const PgsOption *option, const PgsCommand *command)
{
    g_auto(PgsCompletion) completion = {0};
    g_autofree char *brief = pgs_completion_brief(option->help);
    pgs_completion_of_option(&completion, option, command->bit);
    g_string_append_printf(out, "complete -c pgstair -n '__pgstair_command %s' -l %s",
                           command->name, option->name);
    if (option->letter != 0)
        g_string_append_printf(out, " -s %c", option->letter);
    if (option->argument != NULL)
        append_values(out, &completion, TRUE);
    g_string_append(out, " -d ");
    append_quoted(out, brief);
    g_string_append_c(out, '\n');
}

static void
append_command(GString *out, const PgsCommand *command)
{
    g_auto(PgsCompletion) completion = {0};
    PgsOption option;
    g_string_append_printf(out, "\ncomplete -c pgstair -n __pgstair_command -a %s -d ",
                           command->name);
    append_quoted(out, command->summary);
    g_string_append_c(out, '\n');
    pgs_completion_of_arguments(&completion, command);
    if (completion.kind != PGS_COMPLETION_NOTHING) {
        g_string_append_printf(out, "complete -c pgstair -n '__pgstair_command %s'", command->name);
        append_values(out, &completion, FALSE);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; pgs_option_at(i, &option); i++) {
        if (option.commands & command->bit)
            append_option(out, &option, command);
    }
}

char *
pgs_completion_fish(void)
{
    GString *out = g_string_new(head);
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (!command->is_hidden)
            append_command(out, command);
    }
    return g_string_free(out, FALSE);
}
