#include "cli/completion.h"

#include <string.h>

static const char head[] =
    "#compdef pgstair\n"
    "# zsh completion for pgstair.  Made by \"pgstair completion zsh\"; do not edit.\n"
    "\n"
    "# One of the words, \"=\", and a file.\n"
    "_pgstair_pairs() {\n"
    "    if compset -P '*='; then\n"
    "        _files\n"
    "    else\n"
    "        compadd -S = - \"$@\"\n"
    "    fi\n"
    "}\n"
    "\n"
    "_pgstair() {\n"
    "    local curcontext=$curcontext command\n"
    "    local -a commands\n"
    "    commands=(\n";

/* text for the inside of single quotes, with a backslash in front of each of the characters. */
static void
append_escaped(GString *out, const char *text, const char *characters)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            g_string_append(out, "'\\''");
        else if (strchr(characters, *text) != NULL)
            g_string_append_printf(out, "\\%c", *text);
        else
            g_string_append_c(out, *text);
    }
}

/* An action of _arguments. */
static void
append_action(GString *out, const PgsCompletion *completion)
{
    static const char *const forms[] = {
        [PGS_COMPLETION_NOTHING] = " ",
        [PGS_COMPLETION_FILES] = "_files",
        [PGS_COMPLETION_WORDS] = "{compadd - %s}",
        [PGS_COMPLETION_LIST] = "{_sequence compadd - %s}",
        [PGS_COMPLETION_PAIRS] = "{_pgstair_pairs %s}",
    };
    g_auto(GStrv) parts = g_strsplit(forms[completion->kind], "%s", 2);
    g_string_append(out, parts[0]);
    if (parts[1] == NULL)
        return;
    g_autofree char *words = pgs_completion_join(completion);
    append_escaped(out, words, ":");
    g_string_append(out, parts[1]);
}

static void
append_spec(GString *out, const char *spelling, const PgsOption *option,
            const PgsCompletion *completion)
{
    g_autofree char *brief = pgs_completion_brief(option->help);
    g_string_append_printf(out, " \\\n            '*%s[", spelling);
    append_escaped(out, brief, "[]\\");
    g_string_append_c(out, ']');
    if (option->argument != NULL) {
        g_string_append_c(out, ':');
        append_escaped(out, option->argument, ":");
        g_string_append_c(out, ':');
        append_action(out, completion);
    }
    g_string_append_c(out, '\'');
}

static void
append_option(GString *out, const PgsOption *option, PgsCommandBit command)
{
    g_auto(PgsCompletion) completion = {0};
    pgs_completion_of_option(&completion, option, command);
    const char *mark = option->argument != NULL ? "=" : "";
    g_autofree char *name = g_strdup_printf("--%s%s", option->name, mark);
    append_spec(out, name, option, &completion);
    if (option->letter != 0) {
        g_autofree char *letter =
            g_strdup_printf("-%c%s", option->letter, option->argument != NULL ? "+" : "");
        append_spec(out, letter, option, &completion);
    }
}

static void
append_command(GString *out, const PgsCommand *command)
{
    g_auto(PgsCompletion) completion = {0};
    PgsOption option;
    g_string_append_printf(out, "    %s)\n        _arguments -s -S", command->name);
    for (guint i = 0; pgs_option_at(i, &option); i++) {
        if (option.commands & command->bit)
            append_option(out, &option, command->bit);
    }
    pgs_completion_of_arguments(&completion, command);
    if (command->max_arguments > 0) {
        g_string_append(out, " \\\n            '*:argument:");
        append_action(out, &completion);
        g_string_append_c(out, '\'');
    }
    g_string_append(out, "\n        ;;\n");
}

char *
pgs_completion_zsh(void)
{
    GString *out = g_string_new(head);
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (command->is_hidden)
            continue;
        g_string_append_printf(out, "        '%s:", command->name);
        append_escaped(out, command->summary, "\\");
        g_string_append(out, "'\n");
    }
    g_string_append(out, "    )\n"
                         "    if ((CURRENT == 2)); then\n"
                         "        _describe command commands\n"
                         "        return\n"
                         "    fi\n"
                         "    command=$words[2]\n"
                         "    shift words\n"
                         "    ((CURRENT--))\n"
                         "    case $command in\n");
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (!command->is_hidden)
            append_command(out, command);
    }
    /* Autoloaded from $fpath the file is the function; sourced, it says what it completes. */
    g_string_append(out, "    esac\n"
                         "}\n"
                         "\n"
                         "if [[ $funcstack[1] == _pgstair ]]; then\n"
                         "    _pgstair \"$@\"\n"
                         "else\n"
                         "    compdef _pgstair pgstair\n"
                         "fi\n");
    return g_string_free(out, FALSE);
}
