#include "cli/options.h"

#include "base/error.h"
#include "base/text.h"
#include "config/scalar.h"
#include "project/exercise_case.h"
#include "project/plan_query.h"
#include "server/spec.h"

#include <string.h>

G_DEFINE_QUARK(pgs_cli_error, pgs_cli_error)

typedef enum {
    KIND_FLAG,     /* gboolean */
    KIND_STRING,   /* char * */
    KIND_LIST,     /* char **: given several times, or words with commas between */
    KIND_WORDS,    /* char **: given several times; commas are the words' own */
    KIND_TEXTS,    /* char **: given several times, each taken whole */
    KIND_DURATION, /* guint, milliseconds */
    KIND_LIMIT,    /* likewise, or "none": PGS_SCALAR_NO_LIMIT */
    KIND_NUMBER,   /* guint, from 1 to maximum */
} Kind;

typedef struct {
    const char *name;
    char letter;          /* or 0 */
    const char *argument; /* its placeholder; NULL for a flag */
    Kind kind;
    gsize offset; /* in PgsSettings */
    guint commands;
    const char *environment; /* the variable that stands in for it, or NULL */
    const char *help;
    guint maximum, minimum; /* of a number; minimum 0: 1 */
    gboolean has_zero;      /* of a number: 0 is one as well, PGS_SETTINGS_ZERO */
} Option;

#define AT(field) offsetof(PgsSettings, field)
#define JUDGING (PGS_COMMAND_VERIFY | PGS_COMMAND_REPORT)
/* What works on a database that is somebody's. */
#define LIVE (PGS_COMMAND_MIGRATE | PGS_COMMAND_READY | PGS_COMMAND_HEALTH)
#define CLIMBING (PGS_COMMAND_VERIFY | PGS_COMMAND_SNAPSHOT | PGS_COMMAND_DIFF | PGS_COMMAND_SHELL)

static const Option options[] = {
    {"config", 0, "FILE", KIND_STRING, AT(config), CLIMBING | LIVE, NULL,
     "the project's file, when it is not the pgstair.yaml in the folder; arguments are then names "
     "of its systems (none: all)"},
    {"no-config", 0, NULL, KIND_FLAG, AT(no_config), CLIMBING | LIVE, NULL,
     "take a folder as it is, whatever its pgstair.yaml says"},
    {"system", 0, "NAMES", KIND_LIST, AT(system), CLIMBING | LIVE, "PGSTAIR_SYSTEM",
     "only these systems of the project's file"},
    {"format", 0, "NAME", KIND_STRING, AT(format),
     CLIMBING | PGS_COMMAND_INIT | PGS_COMMAND_MIGRATE | PGS_COMMAND_HEALTH, "PGSTAIR_FORMAT",
     "the migration tool whose rules the folder follows, when its own signs leave that open: "
     "\"pgstair help formats\" lists them"},
    {"server", 0, "SPEC", KIND_WORDS, AT(server),
     CLIMBING | PGS_COMMAND_SERVER | PGS_COMMAND_INIT | PGS_COMMAND_MIGRATE, "PGSTAIR_SERVER",
     "the throwaway server: auto, local (this machine's newest PostgreSQL), local:15 (that major "
     "version), docker:15, podman:15, docker=IMAGE, or a server that is there (postgresql://…). "
     "verify takes several, given one by one or as docker:13..18 (those that are to be had) or "
     "docker:13,15,17 (all of them must be)"},
    {"set", 0, "NAME=VALUE", KIND_TEXTS, AT(set),
     CLIMBING | PGS_COMMAND_INIT | PGS_COMMAND_SERVER | PGS_COMMAND_MIGRATE, NULL,
     "a setting of the throwaway server, as in postgresql.conf; may be given several times, and "
     "wins over settings: in pgstair.yaml"},
    {"floor", 0, "REV", KIND_STRING, AT(floor), PGS_COMMAND_VERIFY, "PGSTAIR_FLOOR",
     "no downgrade goes below this revision: it and those before it are irreversible on purpose"},
    {"since", 0, "REV", KIND_STRING, AT(since), PGS_COMMAND_VERIFY, "PGSTAIR_SINCE",
     "verify only what comes above this revision: it and those below it are applied once, and not "
     "judged"},
    {"since-git", 0, "BASE", KIND_STRING, AT(since_git), PGS_COMMAND_VERIFY, "PGSTAIR_SINCE_GIT",
     "the same above what a git branch or commit has (origin/main), as a merge request adds it; "
     "also finds merged migrations that were changed, and versions that collide"},
    {"at", 0, "REV", KIND_STRING, AT(at), PGS_COMMAND_SNAPSHOT | PGS_COMMAND_SHELL, NULL,
     "climb to this revision rather than to head; \"base\" is the empty database"},
    {"only", 0, "CHECKS", KIND_LIST, AT(only), PGS_COMMAND_VERIFY, "PGSTAIR_ONLY",
     "make only these checks: ids or groups (cycle, stairway.down), commas between"},
    {"skip", 0, "CHECKS", KIND_LIST, AT(skip), PGS_COMMAND_VERIFY, "PGSTAIR_SKIP",
     "leave these checks out"},
    {"tolerate", 0, "NAMES", KIND_LIST, AT(tolerate),
     PGS_COMMAND_VERIFY | PGS_COMMAND_DIFF | PGS_COMMAND_MIGRATE, "PGSTAIR_TOLERATE",
     "accept differences of these kinds, and count them: \"pgstair help tolerances\" lists them"},
    {"strict", 0, NULL, KIND_FLAG, AT(strict),
     PGS_COMMAND_VERIFY | PGS_COMMAND_DIFF | PGS_COMMAND_MIGRATE, NULL,
     "a difference in order or white space only is a failure too"},
    {"live", 0, "URL", KIND_STRING, AT(live), PGS_COMMAND_VERIFY, NULL,
     "a database that must have the same schema as head; it is only read. \"$NAME\" takes the URL "
     "from the environment"},
    {"seed", 0, "NUMBER", KIND_NUMBER, AT(seed), PGS_COMMAND_VERIFY, "PGSTAIR_SEED",
     "what the rows follow from that rules are exercised on and plans are made on: the same number "
     "gives the same rows (default: exercise.seed of pgstair.yaml, or 20)",
     PGS_EXERCISE_MAX_SEED},
    {"rows", 0, "NUMBER", KIND_NUMBER, AT(rows), PGS_COMMAND_VERIFY, "PGSTAIR_ROWS",
     "how many rows each table gets that a plan is made for (default: plans.rows of pgstair.yaml, "
     "or 10000)",
     PGS_PLAN_MAX_ROWS},
    {"fail-on", 0, "warning", KIND_STRING, AT(fail_on), JUDGING, "PGSTAIR_FAIL_ON",
     "exit with 1 for warnings too"},
    {"require-all", 0, NULL, KIND_FLAG, AT(require_all), JUDGING, NULL,
     "exit with 1 for each requirement, too, that is due and not proven"},
    {"coverage", 0, "FILE", KIND_LIST, AT(coverage), PGS_COMMAND_REPORT, NULL,
     "read test coverage (Cobertura XML), for requirements that ask for it; the lines that several "
     "files reach are added up"},
    {"statement-timeout", 0, "TIME", KIND_LIMIT, AT(statement_timeout),
     CLIMBING | PGS_COMMAND_INIT | PGS_COMMAND_MIGRATE, "PGSTAIR_STATEMENT_TIMEOUT",
     "the limit for each statement of a migration, as 500ms, 30s or 10min, or none (default: "
     "10min; migrate: 1h)"},
    {"start-timeout", 0, "TIME", KIND_DURATION, AT(start_timeout),
     CLIMBING | PGS_COMMAND_INIT | PGS_COMMAND_SERVER | PGS_COMMAND_MIGRATE,
     "PGSTAIR_START_TIMEOUT",
     "the limit for the start of a throwaway server, as 30s or 2min (default: 30s)"},
    {"record", 0, "FILE", KIND_STRING, AT(record), JUDGING, NULL,
     "write the run record, XML by reports/record.rng"},
    {"junit", 0, "FILE", KIND_STRING, AT(junit), JUDGING, NULL, "write JUnit XML for a CI system"},
    {"report", 0, "FORMAT=FILE", KIND_LIST, AT(report), JUDGING, NULL,
     "write another report: one of \"pgstair help reports\", or the path of an XSLT stylesheet "
     "(reports/README.md)"},
    {"html", 0, "FILE", KIND_STRING, AT(html), JUDGING, NULL,
     "write one self-contained page for people: verdict, stairway, findings, schema, requirements"},
    {"markdown", 0, "FILE", KIND_STRING, AT(markdown), JUDGING, NULL,
     "write Markdown for a merge request's comment, within what forges accept (--markdown-limit)"},
    {"markdown-limit", 0, "BYTES", KIND_NUMBER, AT(markdown_limit), JUDGING,
     "PGSTAIR_MARKDOWN_LIMIT",
     "how long the Markdown may become: the least important is left out, and counted (default: "
     "64000, for GitHub; 32000 for Bitbucket, 1000000 for a step summary of GitHub's)",
     16 * 1024 * 1024, 1000},
    {"compliance", 0, "FILE", KIND_STRING, AT(compliance), JUDGING, NULL,
     "write the report that signs a phase off (HTML, for print): what was verified, by which "
     "evidence, with the record's digest; verify wants --record with it"},
    {"format", 0, "NAME", KIND_STRING, AT(render), PGS_COMMAND_REPORT, NULL,
     "print the records as this, rather than the summary: one of \"pgstair help reports\", or the "
     "path of an XSLT stylesheet; --output names a file for it"},
    {"check", 0, "FILE", KIND_STRING, AT(check), PGS_COMMAND_REPORT, NULL,
     "confirm that this compliance report was made of the records given, and that their migrations "
     "are the ones in the folders now"},
    {"shard", 0, "I/N", KIND_STRING, AT(shard), PGS_COMMAND_VERIFY, "PGSTAIR_SHARD",
     "do the I-th of N parts of the work, each of about the same length; \"pgstair report\" makes "
     "one record of all parts' records"},
    {"durations", 0, "FILE", KIND_LIST, AT(durations), PGS_COMMAND_VERIFY, "PGSTAIR_DURATIONS",
     "the record of an earlier run, by whose times --shard weighs the work; the same for all "
     "parts"},
    {"output", 'o', "FILE", KIND_STRING, AT(output),
     PGS_COMMAND_SNAPSHOT | PGS_COMMAND_INIT | PGS_COMMAND_REPORT | PGS_COMMAND_MIGRATE, NULL,
     "write to this file rather than to standard output (init: rather than to the folder's "
     "pgstair.yaml; - is standard output)"},
    {"force", 0, NULL, KIND_FLAG, AT(force), PGS_COMMAND_INIT | PGS_COMMAND_MIGRATE, NULL,
     "init: replace a file that is there already; migrate align: go on though rows break rules to "
     "come"},
    {"no-expect", 0, NULL, KIND_FLAG, AT(no_expect), PGS_COMMAND_INIT, NULL,
     "write no expectations: nothing is climbed, and no server is needed"},
    {"keep", 0, NULL, KIND_FLAG, AT(keep), PGS_COMMAND_VERIFY | PGS_COMMAND_SHELL, NULL,
     "leave the server running, and say how to get in and how to clean up"},
    {"kept", 0, NULL, KIND_FLAG, AT(kept), PGS_COMMAND_SERVER, NULL,
     "sweep: remove what --keep has left on a server, too"},
    {"shared", 0, "FILE", KIND_STRING, AT(shared), PGS_COMMAND_SERVER, NULL,
     "the file that tells suites of the server; it is written for this user alone"},
    {"watch", 0, "PID", KIND_STRING, AT(watch), PGS_COMMAND_SERVER, NULL,
     "end the server, too, when that process ends; \"parent\": the one that runs pgstair"},
    {"url", 0, "URL", KIND_STRING, AT(url), LIVE, "PGSTAIR_URL",
     "the database to work on: postgresql://…, \"host=… dbname=…\", or \"$NAME\" for what the "
     "environment holds (default: the environment's of pgstair.yaml, else $DATABASE_URL)"},
    {"environment", 'e', "NAME", KIND_STRING, AT(environment), LIVE, "PGSTAIR_ENVIRONMENT",
     "one of environments: in pgstair.yaml: its URL and settings"},
    {"folder", 0, "FOLDER", KIND_STRING, AT(folder), PGS_COMMAND_MIGRATE | PGS_COMMAND_HEALTH, NULL,
     "the folder of migrations, or a repository's root (default: the working folder)"},
    {"yes", 'y', NULL, KIND_FLAG, AT(yes), PGS_COMMAND_MIGRATE, NULL,
     "answer yes to what would be asked: data that a downgrade throws away, a protected database"},
    {"dry-run", 0, NULL, KIND_FLAG, AT(dry_run), PGS_COMMAND_MIGRATE, NULL,
     "say what would be done, and change nothing"},
    {"no-backup", 0, NULL, KIND_FLAG, AT(no_backup), PGS_COMMAND_MIGRATE, NULL,
     "make no backup before the database is changed"},
    {"out-of-order", 0, NULL, KIND_FLAG, AT(out_of_order), PGS_COMMAND_MIGRATE, NULL,
     "run, too, what is not applied below a revision that is, where the tool itself would not"},
    {"backup-folder", 0, "FOLDER", KIND_STRING, AT(backup_folder), PGS_COMMAND_MIGRATE,
     "PGSTAIR_BACKUP_FOLDER",
     "where backups are made (default: pgstair-backups in the working folder)"},
    {"verify-first", 0, NULL, KIND_FLAG, AT(verify_first), PGS_COMMAND_MIGRATE, NULL,
     "verify what is to be run on a throwaway server with the database's own schema, before the "
     "database is touched"},
    {"lock-timeout", 0, "TIME", KIND_LIMIT, AT(lock_timeout), PGS_COMMAND_MIGRATE,
     "PGSTAIR_LOCK_TIMEOUT",
     "how long a statement of a migration waits for a lock on a table before it is given up and "
     "tried again, or none (default: 5s)"},
    {"lock-wait", 0, "TIME", KIND_DURATION, AT(lock_wait), PGS_COMMAND_MIGRATE, "PGSTAIR_LOCK_WAIT",
     "how long to wait for another run of migrations on the same database (default: 1min)"},
    {"retries", 0, "NUMBER", KIND_NUMBER, AT(retries), PGS_COMMAND_MIGRATE, "PGSTAIR_RETRIES",
     "how often what failed for a lock or a lost connection is tried again (default: 5; 0: never)",
     1000, .has_zero = TRUE},
    {"from-diff", 0, "MODEL", KIND_STRING, AT(from_diff), PGS_COMMAND_MIGRATE, NULL,
     "new: fill the revision with the difference between head and this: a file of SQL, a folder of "
     "migrations, or a database's URL"},
    {"of", 0, "DATABASE", KIND_STRING, AT(of), PGS_COMMAND_MIGRATE, NULL,
     "restore: the database that the backup is of, when it is another than the one that it is to "
     "replace"},
    {"timeout", 0, "TIME", KIND_DURATION, AT(timeout), PGS_COMMAND_READY | PGS_COMMAND_HEALTH,
     "PGSTAIR_TIMEOUT", "how long the database may take to answer (default: 3s)"},
    {"json", 0, NULL, KIND_FLAG, AT(json), PGS_COMMAND_MIGRATE, NULL,
     "print status, check or history as JSON"},
    {"quiet", 'q', NULL, KIND_FLAG, AT(quiet), PGS_COMMAND_ALL, NULL,
     "print no progress, and nothing at all when everything passed"},
    {"verbose", 'v', NULL, KIND_FLAG, AT(verbose), PGS_COMMAND_ALL, NULL,
     "print every finding, with its evidence"},
    {"help", 'h', NULL, KIND_FLAG, AT(help), PGS_COMMAND_ALL, NULL, "print this help"},
};

void
pgs_settings_clear(PgsSettings *settings)
{
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        gpointer field = G_STRUCT_MEMBER_P(settings, options[i].offset);
        if (options[i].kind == KIND_STRING)
            g_clear_pointer((char **)field, g_free);
        else if (options[i].kind == KIND_LIST || options[i].kind == KIND_WORDS ||
                 options[i].kind == KIND_TEXTS)
            g_clear_pointer((char ***)field, g_strfreev);
    }
    g_clear_pointer(&settings->arguments, g_strfreev);
    g_clear_pointer(&settings->given, g_strfreev);
}

static gboolean
take_number(const Option *option, const char *value, const char *from, guint *number,
            GError **error)
{
    guint minimum = option->has_zero ? 0 : MAX(option->minimum, 1);
    if (pgs_scalar_number(value, minimum, option->maximum, number)) {
        *number = *number == 0 ? PGS_SETTINGS_ZERO : *number;
        return TRUE;
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, NULL,
                  "%s: \"%s\" is no whole number from %u to %u", from, value, minimum,
                  option->maximum);
    return FALSE;
}

static gboolean
take_duration(const Option *option, const char *value, const char *from, guint *milliseconds,
              GError **error)
{
    gboolean has_none = option->kind == KIND_LIMIT;
    if (has_none ? pgs_scalar_limit(value, milliseconds) : pgs_scalar_duration(value, milliseconds))
        return TRUE;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  has_none ? "write it as 500ms, 30s or 10min, or none"
                           : "write it as 500ms, 30s or 10min",
                  "%s: \"%s\" is no duration", from, value);
    return FALSE;
}

/* Takes one value for an option; from says where it stood ("--floor", "PGSTAIR_FLOOR"). */
static gboolean
take_value(PgsSettings *settings, const Option *option, const char *value, const char *from,
           GError **error)
{
    gpointer field = G_STRUCT_MEMBER_P(settings, option->offset);
    if (option->kind == KIND_STRING) {
        g_free(*(char **)field);
        *(char **)field = g_strdup(value);
    } else if (option->kind == KIND_LIST || option->kind == KIND_WORDS) {
        const char *separator = option->kind == KIND_LIST ? "," : "\n";
        g_auto(GStrv) words = g_strsplit(value, separator, -1);
        g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
        if (*(char ***)field != NULL)
            g_strv_builder_addv(builder, *(const char ***)field);
        for (char **word = words; *word != NULL; word++) {
            if (*g_strstrip(*word) != '\0')
                g_strv_builder_add(builder, *word);
        }
        g_strfreev(*(char ***)field);
        *(char ***)field = g_strv_builder_end(builder);
    } else if (option->kind == KIND_TEXTS) {
        g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
        if (*(char ***)field != NULL)
            g_strv_builder_addv(builder, *(const char ***)field);
        g_strv_builder_add(builder, value);
        g_strfreev(*(char ***)field);
        *(char ***)field = g_strv_builder_end(builder);
    } else if (option->kind == KIND_NUMBER) {
        return take_number(option, value, from, field, error);
    } else {
        return take_duration(option, value, from, field, error);
    }
    return TRUE;
}

/* One name may mean different things to different commands. */
static const Option *
find_option(const char *name, gsize length, PgsCommandBit command)
{
    const Option *found = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        if (strlen(options[i].name) != length || strncmp(options[i].name, name, length) != 0)
            continue;
        if (options[i].commands & command)
            return &options[i];
        found = &options[i];
    }
    return found;
}

static const Option *
find_letter(char letter)
{
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        if (options[i].letter == letter)
            return &options[i];
    }
    return NULL;
}

static void
set_unknown(const char *argument, PgsCommandBit command, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        if (options[i].commands & command) {
            g_autofree char *name = g_strconcat("--", options[i].name, NULL);
            g_strv_builder_add(builder, name);
        }
    }
    g_auto(GStrv) names = g_strv_builder_end(builder);
    const char *nearest = pgs_text_nearest(argument, (const char *const *)names);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean %s?", nearest)
                                            : g_strdup("--help lists the options");
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint, "there is no option %s here",
                  argument);
}

/* Takes the option at *index, and its value, which may be the next argument; its name is added to
 * given. */
static gboolean
take_option(PgsSettings *settings, PgsCommandBit command, int argc, char **argv, int *index,
            GStrvBuilder *given, GError **error)
{
    char *argument = argv[*index];
    gboolean is_long = argument[1] == '-';
    char *value = is_long ? strchr(argument, '=') : NULL;
    gsize length = value != NULL ? (gsize)(value - argument) : strlen(argument);
    const Option *option =
        is_long ? find_option(argument + 2, length - 2, command) : find_letter(argument[1]);
    if (!is_long && argument[2] != '\0')
        value = argument + 1; /* -oFILE */
    if (option == NULL || !(option->commands & command) ||
        (!is_long && option->kind == KIND_FLAG && value != NULL)) {
        g_autofree char *name = g_strndup(argument, length);
        set_unknown(name, command, error);
        return FALSE;
    }
    g_strv_builder_add(given, option->name);
    if (option->kind == KIND_FLAG) {
        if (value != NULL) {
            pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, NULL, "--%s takes no value",
                          option->name);
            return FALSE;
        }
        G_STRUCT_MEMBER(gboolean, settings, option->offset) = TRUE;
        return TRUE;
    }
    if (value != NULL) {
        value++;
    } else if (++*index < argc) {
        value = argv[*index];
    } else {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, NULL, "--%s needs a value: %s",
                      option->name, option->argument);
        return FALSE;
    }
    g_autofree char *from = g_strconcat("--", option->name, NULL);
    return take_value(settings, option, value, from, error);
}

static gboolean
is_given(const PgsSettings *settings, const Option *option)
{
    gconstpointer field = G_STRUCT_MEMBER_P(settings, option->offset);
    if (option->kind == KIND_FLAG)
        return *(const gboolean *)field;
    if (option->kind == KIND_DURATION || option->kind == KIND_LIMIT || option->kind == KIND_NUMBER)
        return *(const guint *)field != 0;
    return *(char *const *)field != NULL;
}

static gboolean
take_environment(PgsSettings *settings, PgsCommandBit command, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const Option *option = &options[i];
        if (option->environment == NULL || !(option->commands & command) ||
            is_given(settings, option))
            continue;
        const char *value = g_getenv(option->environment);
        if (value != NULL && *value != '\0' &&
            !take_value(settings, option, value, option->environment, error))
            return FALSE;
    }
    return TRUE;
}

/* "-" is standard input or output, and "-1" a number of steps. */
static gboolean
is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !g_ascii_isdigit(word[1]);
}

gboolean
pgs_settings_parse(PgsSettings *settings, PgsCommandBit command, int argc, char **argv,
                   GError **error)
{
    g_auto(PgsSettings) parsed = {0};
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    g_autoptr(GStrvBuilder) given = g_strv_builder_new();
    gboolean only_arguments = FALSE;
    for (int i = 0; i < argc; i++) {
        if (only_arguments || !is_option(argv[i])) {
            g_strv_builder_add(arguments, argv[i]);
        } else if (strcmp(argv[i], "--") == 0) {
            only_arguments = TRUE;
        } else if (!take_option(&parsed, command, argc, argv, &i, given, error)) {
            return FALSE;
        }
    }
    if (!take_environment(&parsed, command, error))
        return FALSE;
    parsed.arguments = g_strv_builder_end(arguments);
    parsed.given = g_strv_builder_end(given);
    *settings = parsed;
    parsed = (PgsSettings){0};
    return TRUE;
}

gboolean
pgs_settings_one_server(const PgsSettings *settings, char **server, GError **error)
{
    *server = NULL;
    if (settings->server == NULL)
        return TRUE;
    g_autoptr(GPtrArray) specs =
        pgs_server_spec_expand((const char *const *)settings->server, error);
    if (specs == NULL)
        return FALSE;
    const PgsServerSpec *first = g_ptr_array_index(specs, 0);
    if (specs->len > 1) {
        g_autofree char *shown = pgs_server_spec_show(first->spec);
        g_autofree char *hint = g_strdup_printf("give one of them: --server %s", shown);
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint,
                      "--server names %u servers, and this command runs on one", specs->len);
        return FALSE;
    }
    *server = g_strdup(first->spec);
    return TRUE;
}

char *
pgs_options_wrap(const char *text, guint indent, guint width)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    guint column = indent;
    for (char **word = words; *word != NULL; word++) {
        guint length = (guint)g_utf8_strlen(*word, -1);
        if (column > indent && column + 1 + length > width) {
            g_string_append_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, *word);
        column += length;
    }
    return g_string_free(out, FALSE);
}

void
pgs_options_append_paragraphs(GString *out, const char *text, guint width)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        g_autofree char *wrapped = pgs_options_wrap(*paragraph, 0, width);
        g_string_append_printf(out, "%s\n\n", wrapped);
    }
}

void
pgs_options_append_examples(GString *out, const char *examples)
{
    if (examples == NULL)
        return;
    g_auto(GStrv) lines = g_strsplit(examples, "\n", -1);
    g_string_append(out, "\nExamples:\n");
    for (char **line = lines; *line != NULL; line++)
        g_string_append_printf(out, "  %s\n", *line);
}

/* "-o, --output=FILE" */
static char *
spell(const Option *option)
{
    GString *out = g_string_new(NULL);
    if (option->letter != 0)
        g_string_append_printf(out, "-%c, ", option->letter);
    g_string_append_printf(out, "--%s", option->name);
    if (option->argument != NULL)
        g_string_append_printf(out, "=%s", option->argument);
    return g_string_free(out, FALSE);
}

gboolean
pgs_options_has_word(const char *words, const char *name)
{
    g_auto(GStrv) all = g_strsplit(words, " ", -1);
    return g_strv_contains((const char *const *)all, name);
}

char *
pgs_options_help(PgsCommandBit command, const char *names, guint width)
{
    const guint indent = 28;
    GString *out = g_string_new("Options:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const Option *option = &options[i];
        if (!(option->commands & command) ||
            (names != NULL && !pgs_options_has_word(names, option->name)))
            continue;
        g_autofree char *name = spell(option);
        g_autofree char *text = option->environment != NULL
                                    ? g_strdup_printf("%s [$%s]", option->help, option->environment)
                                    : g_strdup(option->help);
        g_autofree char *wrapped = pgs_options_wrap(text, indent, width);
        g_string_append_printf(out, "  %-*s", (int)indent - 2, name);
        if (strlen(name) + 3 > indent)
            g_string_append_printf(out, "\n%*s", (int)indent, "");
        g_string_append_printf(out, "%s\n", wrapped);
    }
    return g_string_free(out, FALSE);
}

char *
pgs_options_markdown(PgsCommandBit command)
{
    GString *out = g_string_new("| option | environment | meaning |\n|---|---|---|\n");
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const Option *option = &options[i];
        if (!(option->commands & command))
            continue;
        g_autofree char *name = spell(option);
        g_autofree char *environment = option->environment != NULL
                                           ? g_strdup_printf("`%s`", option->environment)
                                           : g_strdup("");
        g_string_append_printf(out, "| `%s` | %s | %s |\n", name, environment, option->help);
    }
    return g_string_free(out, FALSE);
}

gboolean
pgs_option_at(guint index, PgsOption *option)
{
    if (index >= G_N_ELEMENTS(options))
        return FALSE;
    const Option *row = &options[index];
    *option = (PgsOption){row->name,     row->letter,      row->argument, row->kind == KIND_LIST,
                          row->commands, row->environment, row->help};
    return TRUE;
}
