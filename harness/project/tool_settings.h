#ifndef PGS_PROJECT_TOOL_SETTINGS_H
#define PGS_PROJECT_TOOL_SETTINGS_H

#include "config/place.h"

#include <glib.h>

/*
 * How the project's own migration tool is called, where its folder does not tell.  Texts of
 * commands, arguments and environment may hold {url}, {host}, {port}, {user}, {password},
 * {database}: of the database that it is to work on (driver/words.h).
 */

/* What is said of revisions without a downgrade. */
typedef enum {
    PGS_DOWNS_USUAL,    /* a failure where other revisions have one, unless the tool knows none */
    PGS_DOWNS_REQUIRED, /* each has to have one */
    PGS_DOWNS_OPTIONAL, /* nothing */
} PgsDownPolicy;

/* Alembic's own command line: -c, -n, -x (its documentation, "Working with Branches", "Running
 * multiple …"). */
typedef struct {
    char *python;       /* the interpreter; NULL: found (migration/python.h) */
    char *config;       /* alembic.ini; NULL: found from the folder up */
    char *section;      /* -n; NULL: "alembic" */
    char **arguments;   /* -x, each "name=value"; never NULL */
    gboolean all_heads; /* as "alembic upgrade heads": several are no error */
} PgsAlembicSettings;

/*
 * Command lines for any other tool.  Revisions are lines that list prints, or files, base first;
 * match says what of a line or path is the revision.
 */
typedef struct {
    char **list;  /* prints the revisions, one a line; it gets no database; NULL: */
    char *files;  /* a glob pattern, relative to folder */
    char *match;  /* a regular expression; others are passed over; NULL: the line, the file's name.
                     Its named groups are words; "revision": the id; "series": up and down concern
                     revisions of the same series only; "file": the revision's file */
    char **up;    /* goes up to {revision}; NULL: the project has no commands */
    char **down;  /* goes down to {revision}, that is, undoes {undo} last; NULL: the tool knows no
                     way down */
    char **probe; /* reads the database and changes nothing, to see where the tool goes; or NULL */
    char *folder; /* that they are run in */
    char *base;   /* what {revision} is for base ("zero"); NULL: "base" */
    gboolean one_by_one; /* up runs just {revision}, and down undoes just {undo} */
} PgsCommandSettings;

/* A plain folder, described by patterns (docs/formats.md); {version} and {name} in them. */
typedef struct {
    char *up;   /* "{version}_{name}.up.sql", "V{version}/forward.sql"; NULL: not said */
    char *down; /* or NULL */
    gboolean no_transaction; /* texts are sent as they are; else each in a transaction */
    gboolean whole;          /* each text in one message; else one statement after the other */
    gboolean by_name;        /* ordered by the file's name; else by version as a number */
} PgsPatternSettings;

typedef struct {
    char **environment;   /* "NAME=value", of the tool's processes; never NULL */
    char **url_variables; /* environment variables that get the database's URL, beside DATABASE_URL;
                             never NULL */
    char *url_scheme;     /* "postgresql+asyncpg"; NULL: what the project's own URL has, or suits */
    guint timeout;        /* milliseconds for one run of the tool */
    PgsAlembicSettings alembic;
    PgsCommandSettings commands;
    PgsPatternSettings patterns;
    char **placeholders; /* "name=value": Flyway's placeholders, Liquibase's parameters, goose's and
                            other tools' variables; never NULL */
    PgsDownPolicy downs;
    char **ledger;  /* relations in which the tool keeps its books, beyond those known; or NULL */
    char *git_base; /* what is merged already: a git revision; NULL: not said */
} PgsToolSettings;

PgsToolSettings *pgs_tool_settings_new(void);
void pgs_tool_settings_free(PgsToolSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsToolSettings, pgs_tool_settings_free)
/*
 * A name of ledger: "table" or "schema.table", each may be in double quotes, as in SQL.  *schema:
 * NULL when none is said.
 */
void pgs_tool_settings_parse_table(const char *text, char **schema, char **table);

#endif
