#ifndef PGS_LEDGER_LEDGER_H
#define PGS_LEDGER_LEDGER_H

#include "migration/history.h"
#include "pg/connection.h"

/*
 * A migration tool's own books in a database: its version table, in the tool's own shape, read and
 * written so that the tool can go on where pgstair stopped and the other way round.  Nothing above
 * this module knows how a tool keeps them.
 */

#define PGS_LEDGER_ERROR (pgs_ledger_error_quark())
GQuark pgs_ledger_error_quark(void);
typedef enum {
    PGS_LEDGER_ERROR_UNSUPPORTED, /* pgstair cannot write this tool's books; the hint names the
                                     tool's own command */
    PGS_LEDGER_ERROR_SHAPE,       /* the table there has not the shape that the tool gives it */
    PGS_LEDGER_ERROR_DIRTY,       /* a revision was begun and not finished: a person has to look */
    PGS_LEDGER_ERROR_FOLDER,      /* books and folder disagree: a version that has no file */
    PGS_LEDGER_ERROR_LOCKED,      /* another run has the lock and kept it for too long */
    PGS_LEDGER_ERROR_LOST,        /* the connection was lost, and what it did cannot be known */
    PGS_LEDGER_ERROR_READ_ONLY,   /* a standby, or default_transaction_read_only */
} PgsLedgerError;

/* A line of the books. */
typedef struct {
    char *version;     /* as the books have it */
    char *name;        /* "" where they have none */
    char *applied_at;  /* "2026-11-22 10:04:05+00", UTC; NULL: the books do not say */
    char *who;         /* who applied it, or NULL */
    gint revision;     /* its index in the history; -1: the folder has none of that version */
    gint beyond;       /* of one without a file: how many of the folder come before it in the tool's
                          order; 0: not known */
    gboolean is_dirty; /* begun and not finished, or failed, as the tool itself marks it */
    gboolean is_missed; /* the folder has none of that version, and the tool runs nothing until it
                           has */
    char *changed;      /* the books' checksum is not the file's: a sentence; or NULL */
} PgsLedgerEntry;

/* What the books say now. */
typedef struct {
    gboolean exists;    /* the table is there */
    GPtrArray *entries; /* PgsLedgerEntry, in the order of application as far as it is known */
    gboolean *applied;  /* one for each revision of the history */
    guint n_revisions;
    gint dirty;           /* index in entries of the first dirty one; -1: none */
    gint dirty_down;      /* the revision whose downgrade may be what that one is about, where the
                             books do not say the direction; -1: none */
    gboolean is_one_line; /* all that the books have is where the database stands */
    gboolean tells_begun; /* whatever is begun is dirty in the books, until it is done or settled */
} PgsLedgerState;

/* "create_users (0007)" or the version alone, for people; g_free(). */
char *pgs_ledger_entry_title(const PgsLedgerEntry *entry);

PgsLedgerState *pgs_ledger_state_new(const PgsHistory *history);
void pgs_ledger_state_free(PgsLedgerState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLedgerState, pgs_ledger_state_free)
/* Adds a line (strings are copied) and, when revision is one of the folder's, marks it applied. */
PgsLedgerEntry *pgs_ledger_state_add(PgsLedgerState *state, const char *version, const char *name,
                                     const char *applied_at, gint revision);
/* The highest revision below and with which all are applied (repeatable ones aside); -1: base. */
gint pgs_ledger_state_at(const PgsLedgerState *state, const PgsHistory *history);
/* The highest that is applied at all; -1: none. */
gint pgs_ledger_state_top(const PgsLedgerState *state);

typedef struct _PgsLedger PgsLedger;

/*
 * Where the books' own statements stand when a revision is run, as the tool does it.  In a script
 * of psql (offline) they stand at the same places.
 */
typedef enum {
    PGS_LEDGER_WITHIN, /* record in the step's own transaction where it has one, else behind it */
    PGS_LEDGER_AROUND, /* begin before it and record behind it, each committed by itself */
    PGS_LEDGER_BEHIND, /* record behind it, committed by itself, even when it has a transaction */
} PgsLedgerPlace;

/* What a tool does with a revision that is not applied and lies below one that is. */
typedef enum {
    PGS_LEDGER_HOLES_REFUSED, /* it runs nothing before that is settled */
    PGS_LEDGER_HOLES_APPLIED, /* it runs it, as any other that is pending */
    PGS_LEDGER_HOLES_PASSED,  /* it goes by the highest version alone, and never runs it */
} PgsLedgerHoles;

/* What a tool does when the books have a version that the folder has no file of. */
typedef enum {
    PGS_LEDGER_UNKNOWN_IGNORED, /* it goes on; or its read() says itself which is_missed */
    PGS_LEDGER_UNKNOWN_LAST,    /* it goes on when all of the folder was applied before that one */
    PGS_LEDGER_UNKNOWN_REFUSED, /* it runs nothing */
} PgsLedgerUnknown;

/* Which schema the books are in, where none is said. */
typedef enum {
    PGS_LEDGER_ON_PATH,           /* the first of search_path that has the table, else the current
                                     one: the tool does not qualify the name */
    PGS_LEDGER_CURRENT,           /* current_schema(), whatever others hold */
    PGS_LEDGER_CURRENT_OR_PUBLIC, /* likewise; public when there is none */
} PgsLedgerSchema;

/* A column that the kind's statements need. */
typedef struct {
    const char *name;
    const char *types; /* pg_type.typname, those that fit, blanks between them */
} PgsLedgerColumn;

/* What is to be written of one revision. */
typedef struct {
    gint revision; /* its index */
    gboolean up;
    gint64 duration;  /* microseconds that its texts took; 0: not known yet */
    gboolean is_mark; /* nothing is run: a stamp, or a word about what was left unfinished */
} PgsLedgerEvent;

/*
 * One tool's: a row in the table in ledger.c; its functions in ledger_<tool>.c.  SQL that they
 * return is g_free()d by the caller, complete (no parameters: values are quoted with
 * pgs_text_literal()), one or more statements ended by ";" and a newline, and the same offline.
 * Those that are committed by themselves (AROUND) bring their own BEGIN and COMMIT where they need
 * them.
 */
typedef struct {
    const char *format; /* the reader's name */
    const char
        *table; /* "schema_migrations"; where the project says another: ledger: of pgstair.yaml */
    const char *schema; /* NULL: the session's current one, as the tool does */
    PgsLedgerPlace place;
    PgsLedgerHoles holes;
    /* How many of the folder's revisions come before a version that it has no file of; NULL: the
     * tool does not go by that. */
    gint (*beyond)(const PgsLedger *ledger, const char *version);
    /* A revision that the tool runs whatever is applied above it; NULL: none is. */
    gboolean (*is_free)(const PgsRevision *revision);
    /* The kind's own state, for what must be computed of the files (checksums, sqitch's ids); free
     * with close.  Both NULL: it has none.  Called last: it may pgs_ledger_rename() the table. */
    gpointer (*open)(PgsLedger *ledger, GError **error);
    void (*close)(gpointer data);
    char *(*create)(const PgsLedger *ledger); /* makes the table unless it is there */
    /* Fills state; the table is there. */
    gboolean (*read)(const PgsLedger *ledger, PgsConnection *connection, PgsLedgerState *state,
                     GError **error);
    char *(*begin)(const PgsLedger *ledger, const PgsLedgerEvent *event); /* of AROUND; else NULL */
    char *(*record)(const PgsLedger *ledger, const PgsLedgerEvent *event);
    /* Each may be NULL, or return it.  In front of a revision and of any mark: fails where the tool
     * would refuse the revision before it runs anything of it. */
    char *(*guard)(const PgsLedger *ledger, const PgsLedgerEvent *event);
    /* What the tool notes of a revision that has failed, committed by itself. */
    char *(*fail)(const PgsLedger *ledger, const PgsLedgerEvent *event);
    /* The tool's own advisory lock: its key as SQL takes it in pg_try_advisory_lock(), "3141592" or
     * "1, 2"; NULL when the tool takes none.  database: that it works on. */
    char *(*lock_key)(const PgsLedger *ledger, const char *database);
    /* A lock of the tool's that is a row: inserts it and returns it, or no row when it is there. */
    char *(*hold)(const PgsLedger *ledger);
    /* Settles a revision that stayed dirty as applied or as not applied; NULL: record does it. */
    char *(*settle)(const PgsLedger *ledger, gint revision, gboolean applied);
    PgsLedgerSchema where;
    const PgsLedgerColumn *columns; /* ended by a row without a name; NULL: not checked */
    PgsLedgerUnknown unknown;
    gboolean refuses_edited; /* it runs nothing when an applied file is not what was applied */
    /* Of a database without its table: the version up to which the tool would take all for applied,
     * since there is something already; NULL without error: it runs all.  g_free(). */
    char *(*baseline)(const PgsLedger *ledger, PgsConnection *connection, GError **error);
    /* What the tool writes of the revision that the database is at (-1: base) though there is
     * nothing to run.  lag: a query of one text, what that is, or NULL: nothing; catch_up: the
     * statement, which does nothing a second time.  Each may return NULL. */
    char *(*lag)(const PgsLedger *ledger, gint at);
    char *(*catch_up)(const PgsLedger *ledger, gint at);
    /* Another key under which the tool may be found, held as well as lock_key's; or NULL. */
    char *(*lock_key_too)(const PgsLedger *ledger, const char *database);
} PgsLedgerKind;

struct _PgsLedger {
    const PgsLedgerKind *kind;
    const PgsHistory *history; /* borrowed */
    char *schema;              /* NULL: the session's current one */
    gboolean is_said;  /* its schema: by ledger: of pgstair.yaml, or by the tool's own file */
    gboolean is_found; /* nobody said the schema: search_path does */
    char *table;       /* as it is called, unquoted */
    char *name;        /* quoted, with its schema when that is said: for statements */
    /* The kind's, unless the tool's own configuration says otherwise: open() reads it. */
    PgsLedgerHoles holes;
    PgsLedgerUnknown unknown;
    gboolean refuses_edited;
    gpointer data; /* the kind's own */
};

/* Of a history, which must outlive it.  PGS_LEDGER_ERROR_UNSUPPORTED where pgstair does not know
 * the tool's books. Not for histories that a tool runs itself (history->driver): its books are its
 * own. */
PgsLedger *pgs_ledger_new(const PgsHistory *history, GError **error);
void pgs_ledger_free(PgsLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLedger, pgs_ledger_free)
/*
 * Settles in which schema the books are, as the tool would find them from this session, and names
 * it in all statements from then on: a migration that sets search_path does not lose them, and the
 * tool's lock is the right one (its key may be made of the schema's name).  Call it once, before
 * lock and run; offline there is nobody to ask.
 */
gboolean pgs_ledger_locate(PgsLedger *ledger, PgsConnection *connection, GError **error);
/* The caller's; NULL with error.  No table: a state whose exists is FALSE. */
PgsLedgerState *pgs_ledger_read(const PgsLedger *ledger, PgsConnection *connection, GError **error);
/* Where the tool's search_path has no books yet, but another schema has a table of that name and
 * shape, with lines: its quoted name, g_free().  NULL without error: there is none. */
char *pgs_ledger_elsewhere(const PgsLedger *ledger, PgsConnection *connection, GError **error);
/* The whole table of kinds, ended by a row whose format is NULL (for docs and tests). */
const PgsLedgerKind *const *pgs_ledger_kinds(void);

/* The kinds, ended by NULL in that table. */
extern const PgsLedgerKind pgs_ledger_golang_migrate;
extern const PgsLedgerKind pgs_ledger_dbmate;
extern const PgsLedgerKind pgs_ledger_goose;
extern const PgsLedgerKind pgs_ledger_diesel;
extern const PgsLedgerKind pgs_ledger_sqlx;
extern const PgsLedgerKind pgs_ledger_node_pg_migrate;
extern const PgsLedgerKind pgs_ledger_sqitch;
extern const PgsLedgerKind pgs_ledger_sql_migrate;
extern const PgsLedgerKind pgs_ledger_flyway;
extern const PgsLedgerKind pgs_ledger_postgrator;
extern const PgsLedgerKind pgs_ledger_maragudk;
extern const PgsLedgerKind pgs_ledger_refinery;
extern const PgsLedgerKind pgs_ledger_prisma;
extern const PgsLedgerKind pgs_ledger_yoyo;
extern const PgsLedgerKind pgs_ledger_plain; /* pgstair's own table: plain pairs and patterns: */

#endif
