#ifndef PGS_MIGRATION_HISTORY_H
#define PGS_MIGRATION_HISTORY_H

#include "project/system.h"
#include "sql/script.h"

#include <gio/gio.h>

/*
 * A folder of migrations as one ordered list of revisions.  A reader per format (reader.h) makes
 * it; nothing above this module knows a format.
 */

#define PGS_MIGRATION_ERROR (pgs_migration_error_quark())
GQuark pgs_migration_error_quark(void);
typedef enum {
    PGS_MIGRATION_ERROR_FOLDER,    /* not there, not a folder, not readable, too large */
    PGS_MIGRATION_ERROR_FORMAT,    /* no known format fits, or --format names none */
    PGS_MIGRATION_ERROR_AMBIGUOUS, /* several fit and the verdict depends on which */
    PGS_MIGRATION_ERROR_DUPLICATE, /* two files with one version */
    PGS_MIGRATION_ERROR_REVISION,  /* no such revision (--floor, --at) */
    PGS_MIGRATION_ERROR_TOOL,      /* the project's own tool could not be asked (no Python, env.py
                                      fails, a command exits with an error) */
} PgsMigrationError;

/* How a format's own tool sends a file (formats.md). */
typedef enum {
    PGS_SEND_WHOLE,      /* the whole file in one simple-query message */
    PGS_SEND_STATEMENTS, /* split first, then one statement after the other; COPY data is fed */
    PGS_SEND_PSQL,       /* by psql itself, for its own commands in it (driver/psql_step.h) */
    PGS_SEND_TOOL, /* not by pgstair: the tool runs it (driver/driver.h); text is for people */
} PgsSendRule;

/* What runs a history's steps. */
typedef enum {
    PGS_DRIVER_SQL,      /* pgstair sends their texts as the tool would (runner.h) */
    PGS_DRIVER_ALEMBIC,  /* Alembic does, in the project's own Python (driver/alembic.h) */
    PGS_DRIVER_COMMANDS, /* commands that the project names (driver/commands.h) */
} PgsDriverKind;

/*
 * What a format's own tool does beyond its two rules, in the words in which it says so.  Static;
 * NULL: nothing special.
 */
typedef struct {
    const char *name;           /* for messages: "diesel" */
    const char *refuses_empty;  /* it refuses a text without a statement */
    const char *refuses_commit; /* it refuses its own COMMIT when the text has ended the transaction
                                   that the tool began */
    const char *refuses_open;   /* it refuses a transaction that is open behind a text which it does
                                   not wrap */
    const char *refuses_copy;   /* it does not feed COPY … FROM STDIN */
    gboolean
        passes_copy_out;   /* though it does so, what COPY … TO STDOUT sends it takes and drops */
    const char *savepoint; /* it sends this in front of each statement in a transaction that it
                              began; the server refuses it where the text has ended that */
    const char *alone;     /* how a statement that cannot run in a transaction is run with it */
    gboolean own_session;  /* it runs each text in a session of its own */
    gboolean begins_anew;  /* its driver begins a transaction in front of any statement that is in
                              none, as JDBC does without autocommit: also behind the text's own
                              COMMIT */
} PgsTool;

/* One direction of one revision: a text and the rules for running it. */
typedef struct _PgsStep PgsStep;
struct _PgsStep {
    char *path;   /* for people: the folder as it was given, and the file within it */
    GBytes *text; /* the bytes as they lie in the file */
    guint line;   /* of the text's first line in the file, from 1 (formats with several sections a
                     file) */
    PgsSendRule send;
    gboolean transaction;  /* the tool wraps it in BEGIN and COMMIT of its own */
    char *transaction_why; /* what decided that: "metadata.toml: run_in_transaction = false", or
                              NULL: the tool's rule */
    const PgsTool *tool;   /* static, never NULL */
    char *before;    /* SQL that the tool sends in front of the text, in its transaction (Flyway
                        sets role and search_path anew); or NULL */
    char *condition; /* a query whose first value is 't' when the text is to be run (Liquibase's
                        preconditions), behind before; or NULL */
    gboolean needs_condition; /* else it fails, rather than being passed over */
    guint n_idle;             /* how often tool->savepoint comes again behind the last statement */
    char *after;              /* likewise behind it: the tool's bookkeeping; or NULL */
    char **variables;         /* "name=value", psql's, of a PGS_SEND_PSQL step; or NULL */

    /* From the text, made when the history is read. */
    PgsScript *script;                 /* NULL when it cannot be split; then: */
    GError *script_error;              /* why */
    PgsPosition script_error_position; /* and where, in the text */

    GArray *lines; /* guint: the file's line of each line of the text, of a tool that leaves lines
                      out; NULL: they follow one another (pgs_step_file_line()) */
    PgsStatementFlags flags; /* of a text that script cannot tell of; or-ed to script's */
    PgsStep *next; /* another text of the same direction, run behind this one by rules of its own
                      (several sections in a file, changesets); owned; or NULL */
};

typedef struct {
    char *id;        /* as the tool names the version: "20240102030405", "0007" */
    char *name;      /* the rest of its name: "create_users"; "" when it has none */
    char *label;     /* for people: id and name as the files spell them: "0007_create_users" */
    PgsStep *up;     /* NULL: a down without an up, where the tool allows one */
    PgsStep *down;   /* NULL: there is no way down */
    PgsStep *verify; /* a script that has to succeed once the upgrade has run (sqitch); or NULL */
    gboolean is_reworked; /* a later revision stands in its place (sqitch): its verify script holds
                             until then */
    gboolean
        repeatable;   /* the tool runs it again and again (Flyway's R__, runAlways): a second run
                         must change nothing; it has no down, and is passed over on the way down */
    gboolean is_hook; /* a repeatable one that runs behind each run that has applied something, and
                         is in no books (yoyo's post-apply) */
    /* In a graph of revisions: the ids of those right below it, and of those that it depends on
     * beyond them (Alembic's depends_on); NULL-terminated.  NULL: just the one before it. */
    char **parents;
    char **depends;
    char **words; /* "name=value": what the project's commands are told of it, beside its id; or
                     NULL */
} PgsRevision;

/* The texts of a direction: pgs_step_all_flags() or-s what script and flags say of each. */
PgsStatementFlags pgs_step_all_flags(const PgsStep *step);

/* What is to be said about the folder itself, short of an error. */
typedef enum {
    PGS_NOTE_INFO,
    PGS_NOTE_WARNING,
} PgsNoteLevel;

typedef struct {
    PgsNoteLevel level;
    const char *check; /* the id of the check that reports it: "folder.unmatched", … ; static */
    char *path;        /* the file, or NULL */
    char *message;
} PgsNote;

/* The files of a folder (reader.h). */
typedef struct _PgsFolder PgsFolder;

/* A file that a history was made of, as it was when it was read. */
typedef struct {
    char *path;   /* as PgsStep has it */
    char *sha256; /* 64 hexadecimal digits */
    guint64 size; /* bytes */
} PgsHistoryFile;

typedef struct {
    char *folder;         /* as it was given */
    const char *format;   /* the reader's name: "golang-migrate"; static */
    char *reason;         /* why this format: "go.mod names github.com/golang-migrate/migrate/v4" */
    GPtrArray *revisions; /* PgsRevision, base first */
    GPtrArray *notes;     /* PgsNote */
    GPtrArray *files;     /* PgsHistoryFile: all that were read for it, migrations or not; none of a
                             history that was read like another */
    const char *const *ledger; /* names of the tool's bookkeeping relations beyond the general list,
                                  and of schemas that hold nothing else, with a point behind
                                  ("registry."); static, may be NULL */
    const char *prepare;       /* SQL with which the tool makes those relations before its first
                                  migration, for migrations that refer to them; static, may be NULL */
    PgsDriverKind driver;
    gboolean forward_only; /* the tool knows no way down: nobody misses one */
    gboolean is_batch;     /* the tool runs all that is to be run in one transaction */
    char **heads; /* of a graph: the ids of the revisions above which there is none; NULL: a list */
    char *root;   /* the folder that the tool is run in (alembic.ini's, the commands'); or NULL */
    struct _PgsAlembicProject
        *alembic;                    /* where and how Alembic is run (alembic_project.h); or NULL */
    const PgsToolSettings *settings; /* never NULL; borrowed of the system, or the history's own */
    PgsToolSettings *own_settings;   /* or NULL */
    char *session; /* SQL with which each of the tool's sessions begins (search_path); or NULL */
    char *own_prepare; /* prepare and ledger when the reader made them; or NULL */
    char **own_ledger;
    char **books_schemas; /* those that books_table, or ledger: of pgstair.yaml, name; or NULL */
    char *books_table;    /* as the tool's own file names it (books_table.h); or NULL */
    GCancellable *cancellable; /* borrowed while it is read; or NULL */
} PgsHistory;

/*
 * Reads folder.  format: a reader's name, or NULL to recognise it.  Errors say file and what to do.
 * Free with pgs_history_free().
 */
PgsHistory *pgs_history_read(const char *folder, const char *format, GError **error);
/* The same of a system, with what its pgstair.yaml says of its tool; the system must outlive it.
 * It may run the project's own tool to have its revisions listed; cancellable may be NULL. */
PgsHistory *pgs_history_read_system(const PgsSystem *system, GCancellable *cancellable,
                                    GError **error);
/* Another folder's files by the rules of a history, which must outlive it. */
PgsHistory *pgs_history_read_like(PgsFolder *files, const PgsHistory *history, GError **error);
/* When it was found below the folder that was given: a sentence that says where; else NULL.  Free
 * with g_free(). */
char *pgs_history_say_found(const PgsHistory *history, const char *folder);
void pgs_history_free(PgsHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsHistory, pgs_history_free)

/* A reader's: the tool's configuration, which lies elsewhere, was read too.  Once for each. */
void pgs_history_note_file(PgsHistory *history, const char *path);

/*
 * The index of a revision given by its id (leading zeros may be left out), name or label; "base":
 * -1, "head": the last. FALSE with PGS_MIGRATION_ERROR_REVISION, naming the nearest, when there is
 * none.
 */
gboolean pgs_history_find(const PgsHistory *history, const char *revision, gint *index,
                          GError **error);

/* All flags of all statements, up and down. */
PgsStatementFlags pgs_history_flags(const PgsHistory *history);

#endif
