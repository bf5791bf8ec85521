#include "cli/migrate_commands.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* What every command knows. */
#define ANYWHERE "config no-config system format folder quiet verbose help"
#define DATABASE "url environment"
/* What starts a throwaway server. */
#define THROWAWAY "server set start-timeout statement-timeout"
#define LIMITS "lock-wait lock-timeout statement-timeout retries"
#define BACKUP "no-backup backup-folder"

static const PgsMigrateCommand commands[] = {
    {"status", "", 0, 0, "say which revision a database is at, and what is pending",
     "Reads the tool's books and changes nothing. Says what a person should know: revisions that "
     "are skipped, marked dirty or unfinished, versions without a file, files that were edited "
     "after they were applied, and who holds the lock.\n\n"
     "Exit codes: 0; 1 when a revision is dirty or unfinished.",
     "json", "pgstair migrate status --url '$DATABASE_URL'\npgstair migrate status -e test --json",
     FALSE, pgs_migrate_status},
    {"check", "", 0, 0, "say whether a database is at head, and has the schema of its revision",
     "Compares the database's whole catalog, read in read-only transactions, with what the "
     "migrations make at the same revision on a throwaway server, and at head with the models of "
     "pgstair.yaml as well. Tolerances and acceptances of pgstair.yaml hold.\n\n"
     "Exit codes: 0 at head and the same; 1 not at head, or they differ.",
     THROWAWAY " tolerate strict json",
     "pgstair migrate check -e production\n"
     "pgstair migrate check --url '$DATABASE_URL' --tolerate column-order",
     FALSE, pgs_migrate_check},
    {"upgrade", "[REV]", 0, 1, "run what is pending, up to REV (default: head)",
     "REV is a revision's id, name or label, or +2: the next two. Shows what will be run, takes "
     "the lock, makes a backup, and runs one revision after the other as the tool would. What "
     "fails for a lock or a lost connection, and left nothing behind, is tried again. A protected "
     "environment asks for the database's name first; --yes answers.\n\n"
     "With nothing pending it says so, and makes no backup.",
     "yes dry-run " BACKUP " verify-first out-of-order " LIMITS " " THROWAWAY " tolerate strict",
     "pgstair migrate upgrade -e test\n"
     "pgstair migrate upgrade 0042 -e production --verify-first\n"
     "pgstair migrate upgrade +1 --url '$DATABASE_URL' --no-backup",
     FALSE, pgs_migrate_upgrade},
    {"downgrade", "REV", 1, 1, "undo what is applied above REV",
     "REV is a revision's id, name or label, \"base\", or -1: the last one. What would be lost is "
     "found on a throwaway server and counted in the database: rows of each table and column. It "
     "asks before anything is lost; --yes answers.",
     "yes dry-run " BACKUP " " LIMITS " " THROWAWAY,
     "pgstair migrate downgrade -1 -e test\n"
     "pgstair migrate downgrade 0041 --url '$DATABASE_URL' --dry-run",
     FALSE, pgs_migrate_downgrade},
    {"history", "", 0, 0, "list the revisions, and when each was applied",
     "All revisions of the folder, the newest last: applied (when, and by whom, where the tool's "
     "books say it), pending, or skipped; and versions in the books that have no file.",
     "json", "pgstair migrate history -e production", FALSE, pgs_migrate_history_command},
    {"sql", "[FROM:TO]", 0, 1, "write a script that psql applies, without a database",
     "FROM and TO are revisions, \"base\" or \"head\"; without FROM it begins at base, without TO "
     "it ends at head; TO below FROM writes downgrades. The tool's books are written by the script "
     "too.",
     "output", "pgstair migrate sql base:head > upgrade.sql\npgstair migrate sql 0042:0041", TRUE,
     pgs_migrate_sql},
    {"new", "DESCRIPTION", 1, 1, "write a new revision's files in the folder's format",
     "Named and laid out as the folder's own tool would, with an upgrade and a downgrade to be "
     "written. --from-diff fills them with the difference between head and a model; what it cannot "
     "write it lists.",
     "from-diff dry-run tolerate strict " THROWAWAY,
     "pgstair migrate new \"add users\"\npgstair migrate new \"as the model\" --from-diff "
     "schema.sql",
     TRUE, pgs_migrate_new},
    {"stamp", "REV", 1, 1, "write into the books that the database is at REV; nothing is run",
     "For a database whose schema is that of REV already. Revisions up to REV are noted as "
     "applied, those above it as not. \"base\" empties the books.",
     "yes dry-run lock-wait retries", "pgstair migrate stamp 0042 -e test", FALSE,
     pgs_migrate_stamp},
    {"resolve", "REV applied|pending", 2, 2,
     "say what became of a revision that is dirty or unfinished",
     "\"pgstair migrate status\" says what of it is seen in the database. Once a person has "
     "finished it by hand it is \"applied\"; once it was undone by hand, \"pending\". Only the "
     "books are written.",
     "yes dry-run lock-wait retries", "pgstair migrate resolve 0042 pending -e production", FALSE,
     pgs_migrate_resolve},
    {"align", "", 0, 0, "bring a database that was made without the migrations under them",
     "Finds which revision's schema it has, looks for rows that break what is to come, writes the "
     "books, runs the revisions above, and holds the result against head and the models, and the "
     "rows of each table against those before.\n\n"
     "It stops before anything is changed when rows break a rule to come. Where a revision on the "
     "way mends them itself, --force goes on.",
     "yes force dry-run " BACKUP " " LIMITS " " THROWAWAY " tolerate strict",
     "pgstair migrate align --url '$LEGACY_URL' --dry-run", FALSE, pgs_migrate_align},
    {"backup", "", 0, 0, "make a backup of the database, and check that it reads back",
     "pg_dump's custom format (of the server's own major version, or the next newer one on this "
     "machine; else the one in the server's container), listed with pg_restore and read to its "
     "end. Upgrade, downgrade and align make one by themselves.\n\n"
     "Other sessions go on meanwhile. Roles and what else belongs to the whole server are not in "
     "it.",
     "backup-folder lock-wait retries", "pgstair migrate backup -e production", FALSE,
     pgs_migrate_backup_command},
    {"restore", "[FILE]", 0, 1, "make the database what a backup has; without FILE list them",
     "Restores it whole into a new database beside it, checks it, and puts it in its place in one "
     "transaction; what was there stays under another name, which is told. Sessions in the "
     "database are ended. Needs a role that may make databases (CREATEDB) and rename this one, and "
     "as much room again.\n\n"
     "Encoding, locale, owner, privileges and settings of the database are those that it has now. "
     "A "
     "backup of a database of another name is refused, unless --of says its name.",
     "of yes dry-run lock-wait retries backup-folder",
     "pgstair migrate restore -e test\n"
     "pgstair migrate restore pgstair-backups/app-20261122T001000Z.dump -e test",
     FALSE, pgs_migrate_restore},
    {0},
};

const PgsMigrateCommand *
pgs_migrate_commands(void)
{
    return commands;
}

static void
refuse_nothing(const char *const *names, GError **error)
{
    g_autofree char *list = g_strjoinv(", ", (char **)names);
    g_autofree char *hint = g_strdup_printf("there are: %s", list);
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint,
                  "\"pgstair migrate\" needs a command");
}

const PgsMigrateCommand *
pgs_migrate_command_find(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(commands)] = {NULL};
    for (gsize i = 0; commands[i].name != NULL; i++) {
        names[i] = commands[i].name;
        if (name != NULL && strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    if (name == NULL) {
        refuse_nothing(names, error);
        return NULL;
    }
    const char *nearest = pgs_text_nearest(name, names);
    g_autofree char *hint = nearest != NULL
                                ? g_strdup_printf("did you mean \"%s\"?", nearest)
                                : g_strdup("\"pgstair help migrate\" lists the commands");
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint,
                  "\"pgstair migrate\" has no command \"%s\"", name);
    return NULL;
}

/* ---- What is given with it ---- */

static gboolean
knows(const PgsMigrateCommand *command, const char *option)
{
    return pgs_options_has_word(ANYWHERE, option) ||
           pgs_options_has_word(command->options, option) ||
           (!command->is_offline && pgs_options_has_word(DATABASE, option));
}

gboolean
pgs_migrate_command_check(const PgsMigrateCommand *command, const PgsSettings *settings,
                          GError **error)
{
    guint n = g_strv_length(settings->arguments) - 1;
    g_autofree char *hint = g_strdup_printf(
        "usage: pgstair migrate %s%s%s [OPTIONS]; \"pgstair help migrate %s\" says "
        "more",
        command->name, *command->arguments != '\0' ? " " : "", command->arguments, command->name);
    if (n < command->min_arguments || n > command->max_arguments) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint, "%s",
                      n < command->min_arguments ? "something is missing on the command line"
                                                 : "there is too much on the command line");
        return FALSE;
    }
    for (char **option = settings->given; *option != NULL; option++) {
        if (knows(command, *option))
            continue;
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint,
                      "\"pgstair migrate %s\" knows no --%s", command->name, *option);
        return FALSE;
    }
    return TRUE;
}

/* ---- Help ---- */

char *
pgs_migrate_command_help(const char *name, guint width, GError **error)
{
    const PgsMigrateCommand *command = pgs_migrate_command_find(name, error);
    if (command == NULL)
        return NULL;
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "Usage: pgstair migrate %s%s%s [OPTIONS]\n\n", command->name,
                           *command->arguments != '\0' ? " " : "", command->arguments);
    g_autofree char *summary =
        g_strdup_printf("%c%s.", g_ascii_toupper(command->summary[0]), command->summary + 1);
    pgs_options_append_paragraphs(out, summary, width);
    pgs_options_append_paragraphs(out, command->description, width);
    g_autofree char *names =
        g_strjoin(" ", command->is_offline ? "" : DATABASE, command->options, ANYWHERE, NULL);
    g_autofree char *options = pgs_options_help(PGS_COMMAND_MIGRATE, names, width);
    g_string_append(out, options);
    pgs_options_append_examples(out, command->examples);
    return g_string_free(out, FALSE);
}

char *
pgs_migrate_command_list(guint width)
{
    GString *out = g_string_new("Commands:\n");
    for (const PgsMigrateCommand *row = commands; row->name != NULL; row++) {
        g_autofree char *wrapped = pgs_options_wrap(row->summary, 14, width);
        g_string_append_printf(out, "  %-12s%s\n", row->name, wrapped);
    }
    return g_string_free(out, FALSE);
}
