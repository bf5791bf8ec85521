#ifndef PGS_SQL_SCRIPT_H
#define PGS_SQL_SCRIPT_H

#include <glib.h>

/*
 * A text of SQL, split into statements over the token stream of PostgreSQL's own scanner
 * (libpg_query's pg_query_scan) with psql's rules: parentheses, BEGIN ATOMIC bodies, COPY data,
 * dollar quotes.  design.md, "Dependencies", says why not libpg_query's own splitters.
 */
typedef struct _PgsScript PgsScript;

#define PGS_SQL_ERROR (pgs_sql_error_quark())
GQuark pgs_sql_error_quark(void);
typedef enum {
    PGS_SQL_ERROR_ENCODING,     /* no valid UTF-8, or a NUL byte */
    PGS_SQL_ERROR_UNTERMINATED, /* a quote, dollar quote, comment or COPY block is not closed */
    PGS_SQL_ERROR_META_COMMAND, /* a psql meta-command (\d, \connect, …) */
    PGS_SQL_ERROR_LEXICAL,      /* anything else that the scanner refuses */
    PGS_SQL_ERROR_MARK,         /* a migration tool's own marks in the text are wrong */
} PgsSqlError;

/* What a statement is, as far as running a migration needs to know. */
typedef enum {
    PGS_STATEMENT_BEGIN = 1 << 0,    /* BEGIN, START TRANSACTION */
    PGS_STATEMENT_COMMIT = 1 << 1,   /* COMMIT, END, PREPARE TRANSACTION (not COMMIT PREPARED) */
    PGS_STATEMENT_ROLLBACK = 1 << 2, /* ROLLBACK, ABORT (not TO SAVEPOINT) */
    /* Refused inside a transaction block (PreventInTransactionBlock in PostgreSQL's sources):
     * CREATE/DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY and of a schema, database or system,
     * VACUUM, CREATE/DROP DATABASE, CREATE/DROP TABLESPACE, ALTER SYSTEM, ALTER DATABASE … SET
     * TABLESPACE, ALTER TABLE … DETACH PARTITION … CONCURRENTLY, CLUSTER of everything,
     * CREATE/DROP/ALTER SUBSCRIPTION where it makes a slot, DISCARD ALL, COMMIT/ROLLBACK PREPARED.
     */
    PGS_STATEMENT_NO_TRANSACTION = 1 << 3,
    PGS_STATEMENT_COPY_IN = 1 << 4, /* COPY … FROM STDIN */
    /* It makes, changes or drops what belongs to the cluster rather than to the database: roles,
     * role memberships, tablespaces, databases, server settings.  Also when the text of a DO block,
     * of a function (a later statement may call it) or a string in it holds such a statement. */
    PGS_STATEMENT_CLUSTER = 1 << 5,
    /* Data may be lost: DROP TABLE/COLUMN/SCHEMA, TRUNCATE, DELETE.  Not used for verdicts. */
    PGS_STATEMENT_DESTROYS = 1 << 6,
} PgsStatementFlags;

typedef struct {
    gsize start;  /* byte offset of its first token */
    gsize end;    /* offset behind its last byte, the semicolon not included */
    guint line;   /* of start, from 1 */
    guint column; /* of start, from 1, in characters */
    PgsStatementFlags flags;
    const char *tag; /* "CREATE TABLE", "ALTER TABLE", "DO", …: its leading key words in upper case;
                        interned */
    gsize data_start,
        data_end; /* of a COPY … FROM STDIN with inline data: the data lines, without the \. */
} PgsStatement;

typedef struct {
    guint line, column; /* from 1 */
    gsize offset;
} PgsPosition;

/*
 * Splits text.  The script keeps its own copy.  A byte order mark at the very beginning is no
 * part of any statement.  On an error *position, when not NULL, says where; the message says what,
 * without a place. allow_copy_data: data lines follow a COPY … FROM STDIN, up to a line that is \.
 * alone (psql's way); when FALSE they are not looked for.  Free with pgs_script_free().
 */
PgsScript *pgs_script_new(const char *text, gsize length, gboolean allow_copy_data,
                          PgsPosition *position, GError **error);
/*
 * The same of a text as psql reads it, a dump above all: with COPY data, and past the lines
 * \restrict and \unrestrict, which pg_dump writes around a dump since August 2025 and on which
 * nothing depends.  They become blanks in text itself (NUL-terminated), so that what follows keeps
 * its line and column.
 */
PgsScript *pgs_script_new_psql(char *text, gsize length, PgsPosition *position, GError **error);
/* A piece of a text that a tool sends as one message, as the tool's own splitter cuts it. */
typedef struct {
    gsize start, end;           /* byte offsets; end: behind its last byte */
    gsize data_start, data_end; /* of a COPY … FROM STDIN whose data the tool feeds, as in
                                   PgsStatement; both 0: none */
} PgsCut;
/*
 * The same of a text that a tool has split by rules of its own (goose, sql-migrate, …): one
 * statement for each PgsCut of cuts, with the flags of all SQL statements in it and the tag of the
 * first; where the scanner cannot tell, without flags and with the tag "".  It begins with the
 * first token, whatever comments the cut has in front of it.  Never an error but
 * PGS_SQL_ERROR_ENCODING.
 */
PgsScript *pgs_script_new_cut(const char *text, gsize length, const GArray *cuts,
                              PgsPosition *position, GError **error);
/*
 * The SQL statement with that number, from 0, in a piece of such a text; the piece itself when it
 * has none with it or the scanner cannot tell.
 */
const PgsStatement *pgs_script_part(const PgsScript *script, const PgsStatement *piece, guint n);
void pgs_script_free(PgsScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsScript, pgs_script_free)

guint pgs_script_n_statements(const PgsScript *script);
/* Belongs to the script. */
const PgsStatement *pgs_script_statement(const PgsScript *script, guint index);
/* All its statements' flags, or-ed. */
PgsStatementFlags pgs_script_flags(const PgsScript *script);
/* The statement that holds the byte offset, or the next one behind it; NULL behind the last. */
const PgsStatement *pgs_script_statement_at(const PgsScript *script, gsize offset);
/* A copy of the statement's text.  Free with g_free(). */
char *pgs_script_statement_text(const PgsScript *script, const PgsStatement *statement);
const char *pgs_script_text(const PgsScript *script, gsize *length);

/*
 * The line of the file, from 1, on which line n of a function body or DO block lies ("PL/pgSQL
 * function inline_code_block line 3" in a server's CONTEXT): the body is the statement's first
 * dollar-quoted string, or else the plain string behind AS, or else its first.  0: it has none.
 */
guint pgs_script_body_line(const PgsScript *script, const PgsStatement *statement, guint n);

/*
 * The last statement in front of before (NULL: of all) that creates a function or procedure with
 * this name, without its schema, folded and unquoted as the server says it; NULL: none.
 */
const PgsStatement *pgs_script_function(const PgsScript *script, const char *name,
                                        const PgsStatement *before);

#endif
