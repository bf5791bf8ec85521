#ifndef PGS_MIGRATION_HISTORY_H
#define PGS_MIGRATION_HISTORY_H

#include "sql/script.h"

#include <glib.h>

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
} PgsMigrationError;

/* How a format's own tool sends a file (formats.md). */
typedef enum {
    PGS_SEND_WHOLE,      /* the whole file in one simple-query message */
    PGS_SEND_STATEMENTS, /* split first, then one statement after the other; COPY data is fed */
} PgsSendRule;

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
    const char *alone; /* how a statement that cannot run in a transaction is run with it */
} PgsTool;

/* One direction of one revision: a text and the rules for running it. */
typedef struct {
    char *path;   /* for people: the folder as it was given, and the file within it */
    GBytes *text; /* the bytes as they lie in the file */
    guint line;   /* of the text's first line in the file, from 1 (formats with several sections a
                     file) */
    PgsSendRule send;
    gboolean transaction;  /* the tool wraps it in BEGIN and COMMIT of its own */
    char *transaction_why; /* what decided that: "metadata.toml: run_in_transaction = false", or
                              NULL: the tool's rule */
    const PgsTool *tool;   /* static, never NULL */

    /* From the text, made when the history is read. */
    PgsScript *script;                 /* NULL when it cannot be split; then: */
    GError *script_error;              /* why */
    PgsPosition script_error_position; /* and where, in the text */
} PgsStep;

typedef struct {
    char *id;      /* as the tool names the version: "20240102030405", "0007" */
    char *name;    /* the rest of its name: "create_users"; "" when it has none */
    char *label;   /* for people: id and name as the files spell them: "0007_create_users" */
    PgsStep *up;   /* NULL: a down without an up, where the tool allows one */
    PgsStep *down; /* NULL: there is no way down */
} PgsRevision;

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

typedef struct {
    char *folder;         /* as it was given */
    const char *format;   /* the reader's name: "golang-migrate"; static */
    char *reason;         /* why this format: "go.mod names github.com/golang-migrate/migrate/v4" */
    GPtrArray *revisions; /* PgsRevision, base first */
    GPtrArray *notes;     /* PgsNote */
    const char *const *ledger; /* names of the tool's bookkeeping relations beyond the general list;
                                  static, may be NULL */
    const char *prepare;       /* SQL with which the tool makes those relations before its first
                                  migration, for migrations that refer to them; static, may be NULL */
} PgsHistory;

/*
 * Reads folder.  format: a reader's name, or NULL to recognise it.  Errors say file and what to do.
 * Free with pgs_history_free().
 */
PgsHistory *pgs_history_read(const char *folder, const char *format, GError **error);
void pgs_history_free(PgsHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsHistory, pgs_history_free)

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
