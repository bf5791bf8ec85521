#include "cli/completion.h"

/*
 * readline replaces only what lies behind the last of COMP_WORDBREAKS in the word, so that replies
 * with a colon ("docker:15") lose what is in front of it; files are left to readline itself, which
 * knows how to quote them.
 */
static const char head[] =
    "# bash completion for pgstair.  Made by \"pgstair completion bash\"; do not edit.\n"
    "# shellcheck shell=bash\n"
    "\n"
    "# _pgstair_reply KIND WORD WORDS: those of WORDS that WORD begins, or the last of its list.\n"
    "_pgstair_reply() {\n"
    "    local head='' word=$2 colon=''\n"
    "    [[ $1 != files ]] || return 0\n"
    "    [[ $1 != pairs || $word != *=* ]] || return 0\n"
    "    compopt +o default +o bashdefault 2>/dev/null\n"
    "    [[ $1 != pairs ]] || compopt -o nospace 2>/dev/null\n"
    "    if [[ $1 == list ]]; then\n"
    "        head=${word%\"${word##*,}\"}\n"
    "        word=${word##*,}\n"
    "    fi\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"$head\" -W \"$3\" -- \"$word\")\n"
    "    if [[ $COMP_WORDBREAKS == *:* ]]; then\n"
    "        colon=${2%\"${2##*:}\"}\n"
    "        COMPREPLY=(\"${COMPREPLY[@]#\"$colon\"}\")\n"
    "    fi\n"
    "}\n"
    "\n"
    "_pgstair() {\n"
    "    local line=${COMP_LINE:0:COMP_POINT} word='' command='' option='' options='' kind='' "
    "known=''\n"
    "    local -a words=()\n"
    "    COMPREPLY=()\n"
    "    word=${line##*[[:space:]]}\n"
    "    read -ra words <<<\"${line%\"$word\"}\"\n"
    "    command=${words[1]:-}\n"
    "    if [[ $word == --*=* ]]; then\n"
    "        option=${word%%=*}\n"
    "        word=${word#*=}\n"
    "    elif [[ ${#words[@]} -gt 2 && ${words[-1]} == -* && ${words[-1]} != *=* ]]; then\n"
    "        option=${words[-1]}\n"
    "    fi\n";

static const char tail[] = "    if [[ -n $kind ]]; then\n"
                           "        _pgstair_reply \"$kind\" \"$word\" \"$known\"\n"
                           "    elif [[ $word == -* && -z ${word##--*=*} ]]; then\n"
                           "        return 0\n"
                           "    elif [[ $word == -* ]]; then\n"
                           "        _pgstair_reply words \"$word\" \"$options\"\n"
                           "    fi\n"
                           "}\n"
                           "\n"
                           "complete -o bashdefault -o default -F _pgstair pgstair\n";

static const char *const kinds[] = {
    [PGS_COMPLETION_NOTHING] = "nothing", [PGS_COMPLETION_FILES] = "files",
    [PGS_COMPLETION_WORDS] = "words",     [PGS_COMPLETION_LIST] = "list",
    [PGS_COMPLETION_PAIRS] = "pairs",
};

/* "kind=words known='a b'": names and ids have no quotes in them. */
static void
append_known(GString *out, const PgsCompletion *completion)
{
    g_autofree char *words = pgs_completion_join(completion);
    const char *suffix = completion->kind == PGS_COMPLETION_PAIRS && *words != '\0' ? "=" : "";
    g_autofree char *joined = completion->kind == PGS_COMPLETION_PAIRS
                                  ? g_strjoinv("= ", completion->words)
                                  : g_steal_pointer(&words);
    g_string_append_printf(out, "kind=%s known='%s%s'", kinds[completion->kind], joined, suffix);
}

static void
append_option(GString *out, const PgsOption *option, PgsCommandBit command)
{
    g_auto(PgsCompletion) completion = {0};
    pgs_completion_of_option(&completion, option, command);
    g_string_append(out, "        ");
    if (option->letter != 0)
        g_string_append_printf(out, "-%c | ", option->letter);
    g_string_append_printf(out, "--%s) ", option->name);
    append_known(out, &completion);
    g_string_append(out, " ;;\n");
}

static void
append_command(GString *out, const PgsCommand *command)
{
    g_auto(PgsCompletion) completion = {0};
    PgsOption option;
    g_string_append_printf(out, "    %s)\n        options='", command->name);
    const char *blank = "";
    for (guint i = 0; pgs_option_at(i, &option); i++) {
        if (!(option.commands & command->bit))
            continue;
        g_string_append_printf(out, "%s--%s", blank, option.name);
        blank = " ";
    }
    g_string_append(out, "'\n        case $option in\n");
    for (guint i = 0; pgs_option_at(i, &option); i++) {
        if ((option.commands & command->bit) && option.argument != NULL)
            append_option(out, &option, command->bit);
    }
    pgs_completion_of_arguments(&completion, command);
    g_string_append(out, "        *) [[ $word == -* ]] || ");
    append_known(out, &completion);
    g_string_append(out, " ;;\n        esac\n        ;;\n");
}

char *
pgs_completion_bash(void)
{
    GString *out = g_string_new(head);
    g_string_append(out, "    if [[ ${#words[@]} -lt 2 ]]; then\n        _pgstair_reply words "
                         "\"$word\" '");
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (!command->is_hidden)
            g_string_append_printf(out, "%s ", command->name);
    }
    g_string_append(out, "--help --version'\n        return 0\n    fi\n    case $command in\n");
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        if (!command->is_hidden)
            append_command(out, command);
    }
    g_string_append(out, "    *) return 0 ;;\n    esac\n");
    g_string_append(out, tail);
    return g_string_free(out, FALSE);
}
