#include "cli/command.h"

#include "base/text.h"
#include "cli/migrate_commands.h"
#include "pgstair/version.h"

#include <string.h>

static const PgsCommand commands[] = {
    {"verify", PGS_COMMAND_VERIFY, "[FOLDER…]", 0, G_MAXUINT, FALSE,
     "climb a folder's migrations up, down and up again, and prove every step",
     "Starts a throwaway PostgreSQL and runs the whole cycle on it: base to head, back to base, to "
     "head again; then the stairway: each revision up, down and up. The whole catalog is compared "
     "at each step, so that what a downgrade forgets is named. At head rows are made up, and every "
     "rule (keys, CHECKs, NOT NULLs, …) is proven by what the server does with them.\n\n"
     "A pgstair.yaml in the folder adds what the schema should be: expectations, sample data, "
     "cases for such rows, models, "
     "requirements (\"pgstair init FOLDER\" writes one; docs/configuration.md is its reference). "
     "Without FOLDER: the working folder's pgstair.yaml.\n\n"
     "FOLDER may be a repository's root: the migrations are then found by the configuration of the "
     "tool that is in use, or because just one folder below has any. --since and --since-git "
     "verify only what a merge request adds.\n\n"
     "Exit codes: 0 verified, 1 something failed, 2 usage, a folder that cannot be read, or checks "
     "that left nothing to verify, 3 the "
     "machine lacks something, 130 or 143 interrupted.",
     "pgstair verify db/migrations\n"
     "pgstair verify . --since-git origin/main\n"
     "pgstair verify --config pgstair.yaml shop --require-all\n"
     "pgstair verify db/migrations --server docker:13..18 --junit junit.xml\n"
     "pgstair verify db/migrations --floor 0042 --junit junit.xml\n"
     "pgstair verify db/migrations --only stairway.down --tolerate column-order",
     pgs_cmd_verify},
    {"init", PGS_COMMAND_INIT, "FOLDER", 1, 1, FALSE,
     "write a pgstair.yaml for a folder of migrations, with expectations of all that it makes",
     "Recognises the folder's format, climbs it to head on a throwaway server, and writes "
     "FOLDER/pgstair.yaml: an expectation for every table, column, key, check, index, enum type, "
     "trigger and whatever else is there, ready to be trimmed, with the sample data, model and "
     "requirements that lie near and work. Comments say what else can be asked.\n\n"
     "What it writes holds today's schema, right or wrong: read it against what the schema should "
     "be.",
     "pgstair init db/migrations\n"
     "pgstair init db/migrations --output - --no-expect",
     pgs_cmd_init},
    {"report", PGS_COMMAND_REPORT, "RECORD…", 1, G_MAXUINT, FALSE,
     "merge run records, judge the requirements, and write reports from them",
     "RECORD is a file that verify or a test suite wrote; - is standard input. Several are merged: "
     "the program's and the suites', the shards of a run, runs on several versions of the server. "
     "A finding that is the same in two records to the microsecond counts once, as when a record "
     "is given twice; all others are kept. Of a run in shards all parts have to be there.\n\n"
     "Each requirement is proven, failed, or not covered. --require-all makes every requirement "
     "that is due and not proven a failure.\n\n"
     "--format prints one report on standard output, rather than the summary; the other options "
     "write files. --compliance is for whoever signs a phase off, and --check confirms such a "
     "report: that it was made of these records and says nothing else, and that their migrations "
     "are the ones in the folders now. It is run where verify was run: in the repository's root "
     "(docs/signing.md).\n\n"
     "Exit codes: 0 verified (--check: confirmed), 1 something failed (--check: not confirmed), 2 "
     "usage, a record that cannot be read, or records with nothing in them that was verified, 3 a "
     "report that cannot be written.",
     "pgstair report build/records/*.xml --require-all\n"
     "pgstair report program.xml suites.xml --record all.xml --junit junit.xml\n"
     "pgstair report all.xml --coverage coverage.xml --require-all\n"
     "pgstair report all.xml --format markdown\n"
     "pgstair report part-*.xml --record all.xml --compliance report.html\n"
     "pgstair report --check report.html all.xml",
     pgs_cmd_report},
    {"snapshot", PGS_COMMAND_SNAPSHOT, "SOURCE", 1, 1, FALSE,
     "print a schema's whole catalog as text fit for git",
     "SOURCE is a folder of migrations (climbed to head, or --at a revision, on a throwaway "
     "server), a database URL (read only), or a snapshot file.",
     "pgstair snapshot db/migrations > schema.snapshot\n"
     "pgstair snapshot postgresql://localhost/app",
     pgs_cmd_snapshot},
    {"diff", PGS_COMMAND_DIFF, "A B", 2, 2, FALSE, "say how two schemas differ, object by object",
     "Each side is a folder of migrations, a snapshot file, or a database URL (read only). Exit "
     "code 0: the same schema, 1: they differ, 2: a side cannot be read or climbed.",
     "pgstair diff db/migrations schema.snapshot\n"
     "pgstair diff postgresql://localhost/app db/migrations",
     pgs_cmd_diff},
    {"shell", PGS_COMMAND_SHELL, "FOLDER", 1, 1, FALSE,
     "open psql on a throwaway database at a revision",
     "Climbs the folder's migrations to head (or --at a revision) on a throwaway server and opens "
     "psql there. All is gone when psql ends. With --keep no psql is opened: the server stays, and "
     "the output says how to get in and how to remove it.",
     "pgstair shell db/migrations --at 0041\n"
     "pgstair shell db/migrations --at 0041 < query.sql",
     pgs_cmd_shell},
    {"migrate", PGS_COMMAND_MIGRATE, "COMMAND [ARGUMENTS]", 0, 3, FALSE,
     "run migrations on a real database, as their own tool would: with a lock, a backup, and a way "
     "back",
     "Works on a database that is somebody's (--url, or environments: of pgstair.yaml) with the "
     "same readers and the same runner as verify. The books are those of the folder's own tool, in "
     "its own shape, so that either can go on where the other stopped.\n\n"
     "\"pgstair migrate COMMAND --help\" says more about each; docs/migrate.md is the guide.\n\n"
     "Exit codes: 0 done, at head, no drift; 1 a migration failed, the database is not at head, "
     "has drifted, or is in a state that a person has to look at; 2 usage, configuration, a folder "
     "that cannot be read, an answer that was not given; 3 no connection, no pg_dump, the lock was "
     "not to be had.",
     "pgstair migrate status --url '$DATABASE_URL'\n"
     "pgstair migrate upgrade -e production --verify-first\n"
     "pgstair migrate downgrade 0041\n"
     "pgstair migrate sql base:head > upgrade.sql\n"
     "pgstair migrate new \"add users\"",
     pgs_cmd_migrate, pgs_migrate_command_help, pgs_migrate_command_list, TRUE},
    {"ready", PGS_COMMAND_READY, "", 0, 0, FALSE,
     "say whether a database answers, for a readiness probe",
     "Asks SELECT 1 and prints {\"postgres\": \"ok\"}, or {\"postgres\": \"error: …\"}.\n\n"
     "Exit codes: 0 it answers, 2 usage, 3 it does not.",
     "pgstair ready --url '$DATABASE_URL'", pgs_cmd_ready},
    {"health", PGS_COMMAND_HEALTH, "", 0, 0, FALSE,
     "say how a database is: version, latency, pool, revision, recovery, replication lag",
     "Prints one JSON object.\n\nExit codes: 0 it answers, 2 usage, 3 it does not.",
     "pgstair health -e production", pgs_cmd_health},
    {"server", PGS_COMMAND_SERVER, "start|stop|status|list|sweep [FILE|NAME…]", 1, G_MAXUINT, FALSE,
     "start or stop a throwaway server that several test suites share; list and remove what "
     "killed runs have left",
     "\"start --shared FILE\" starts a server that outlives the command, and writes to FILE how to "
     "reach it; suites use it when PGSTAIR_SHARED_SERVER names that file. \"stop FILE\" ends it "
     "and "
     "returns when all that it made is gone. \"status FILE\" says whether it runs: exit code 3 "
     "when "
     "it does not.\n\n"
     "With --watch the server ends, too, when another process does, by whatever: ctest's, a CI "
     "job's.\n\n"
     "\"list\" shows what runs have made and is still there: this machine's servers and "
     "containers; "
     "with --server, a server's databases. Each is live, left behind, kept (--keep), not marked "
     "(it "
     "is only named like pgstair's, and never touched) or not known (its run is another "
     "machine's). "
     "\"sweep\" removes what is left behind and says what it removed; with NAMEs just those, kept "
     "ones too. What lives stays. Every run does the same in the background when it starts.\n\n"
     "Exit codes: 3 when a server does not answer, or something cannot be removed.",
     "pgstair server start --shared build/server --watch parent\n"
     "PGSTAIR_SHARED_SERVER=build/server build/suite_canvas\n"
     "pgstair server stop build/server\n"
     "pgstair server list --server 'url:$CI_DATABASE_URL'\n"
     "pgstair server sweep --server docker",
     pgs_cmd_server},
    {"doctor", PGS_COMMAND_DOCTOR, "", 0, 0, FALSE,
     "say what this machine offers, and what to install for what is missing",
     "Looks at what pgstair needs: PostgreSQL's binaries, an account to run them, room for data, "
     "the template cache, psql. Exit code 3 when something is missing that verify needs.",
     NULL, pgs_cmd_doctor},
    {"explain", PGS_COMMAND_EXPLAIN, "[CHECK]", 0, 1, FALSE,
     "say what a check does, why it matters and how to mend what it finds",
     "Without CHECK: lists all checks.", "pgstair explain stairway.down", pgs_cmd_explain},
    {"help", PGS_COMMAND_HELP, "[COMMAND]", 0, 2, FALSE,
     "print this help, or that of a command, or of \"tolerances\", \"formats\" or "
     "\"reports\"",
     "Prints the help of a command, the list of tolerances, of the formats of migrations, or of "
     "reports.",
     "pgstair help verify\npgstair help reports", pgs_cmd_help},
    {"completion", PGS_COMMAND_COMPLETION, "bash|zsh|fish", 1, 1, FALSE,
     "print a script that completes commands, options and their values in a shell",
     "Prints the script for that shell: it completes commands, the options of each, and the values "
     "that are known: checks, tolerances, formats, reports, servers.",
     "source <(pgstair completion bash)     # in ~/.bashrc\n"
     "source <(pgstair completion zsh)      # in ~/.zshrc, behind compinit\n"
     "pgstair completion fish > ~/.config/fish/completions/pgstair.fish",
     pgs_cmd_completion},
    {"docs", PGS_COMMAND_DOCS, "PAGE [COMMAND]", 1, 2, TRUE,
     "print a page of the reference as Markdown, or a man page",
     "Writes a page to standard output: options, checks, configuration, record, schema, "
     "requirements-schema; \"man\" is the program's man page, \"man COMMAND\" that of a command, "
     "\"man pgstair.yaml\" that of the file.",
     NULL, pgs_cmd_docs},
    {0},
};

const PgsCommand *
pgs_command_table(void)
{
    return commands;
}

const PgsCommand *
pgs_command_find(const char *name)
{
    for (const PgsCommand *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

char *
pgs_command_help(const PgsCommand *command, guint width)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "Usage: pgstair %s%s%s [OPTIONS]\n\n", command->name,
                           *command->arguments != '\0' ? " " : "", command->arguments);
    pgs_options_append_paragraphs(out, command->description, width);
    g_autofree char *list = command->list != NULL ? command->list(width) : NULL;
    if (list != NULL)
        g_string_append_printf(out, "%s\n", list);
    g_autofree char *options = pgs_options_help(command->bit, NULL, width);
    g_string_append(out, options);
    pgs_options_append_examples(out, command->examples);
    return g_string_free(out, FALSE);
}

char *
pgs_command_overview(guint width)
{
    GString *out = g_string_new(NULL);
    g_autofree char *what = g_strdup_printf(
        "pgstair %s climbs your PostgreSQL migrations: up, down, and up again, on a throwaway "
        "server, and proves every step.",
        pgs_version());
    pgs_options_append_paragraphs(out, what, width);
    g_string_append(out, "Usage: pgstair COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n");
    for (const PgsCommand *command = commands; command->name != NULL; command++) {
        if (command->is_hidden)
            continue;
        g_autofree char *wrapped = pgs_options_wrap(command->summary, 14, width);
        g_string_append_printf(out, "  %-12s%s\n", command->name, wrapped);
    }
    g_string_append(out, "\n\"pgstair help COMMAND\" says more about each. To begin with:\n"
                         "  pgstair doctor\n  pgstair verify path/to/migrations\n");
    return g_string_free(out, FALSE);
}
