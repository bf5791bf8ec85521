#ifndef PGS_CLI_OPTIONS_H
#define PGS_CLI_OPTIONS_H

#include <glib.h>

/*
 * The command line's options, as rows of one table: it parses arguments and environment, and prints
 * help and the reference (docs/options.md).
 */

#define PGS_CLI_ERROR (pgs_cli_error_quark())
GQuark pgs_cli_error_quark(void);
typedef enum {
    PGS_CLI_ERROR_USAGE,
    PGS_CLI_ERROR_MIGRATION, /* a migration failed where a command needs it to succeed */
} PgsCliError;

/* Commands as bits, for the table. */
typedef enum {
    PGS_COMMAND_VERIFY = 1 << 0,
    PGS_COMMAND_SNAPSHOT = 1 << 1,
    PGS_COMMAND_DIFF = 1 << 2,
    PGS_COMMAND_SHELL = 1 << 3,
    PGS_COMMAND_DOCTOR = 1 << 4,
    PGS_COMMAND_EXPLAIN = 1 << 5,
    PGS_COMMAND_HELP = 1 << 6,
    PGS_COMMAND_DOCS = 1 << 7,
    PGS_COMMAND_REPORT = 1 << 8,
    PGS_COMMAND_INIT = 1 << 9,
    PGS_COMMAND_SERVER = 1 << 10,
    PGS_COMMAND_COMPLETION = 1 << 11,
    PGS_COMMAND_MIGRATE = 1 << 12,
    PGS_COMMAND_READY = 1 << 13,
    PGS_COMMAND_HEALTH = 1 << 14,
    PGS_COMMAND_ALL = (1 << 16) - 1,
} PgsCommandBit;

/* What a number of 0 is kept as, since 0 means that none was given. */
#define PGS_SETTINGS_ZERO G_MAXUINT

/* What was given.  Strings are NULL and lists empty (never NULL) when it was not. */
typedef struct {
    char **arguments; /* what is no option */
    char **given;     /* the names of the options on the command line; never NULL once parsed */
    char *config;
    gboolean no_config;
    char **system;
    char *live;
    char *format;
    char **server; /* each word one or several (server/spec.h); NULL: not given */
    char **set;    /* "name=value" */
    char *floor;
    char *since;
    char *since_git;
    char *at;
    char **only;
    char **skip;
    char **tolerate;
    gboolean strict;
    char *fail_on;
    gboolean require_all;
    char **coverage;
    guint statement_timeout; /* milliseconds */
    guint start_timeout;     /* likewise */
    guint seed;              /* 0: not given */
    guint rows;              /* likewise */
    char *record;
    char *junit;
    char **report;
    char *html;
    char *compliance;
    char *markdown;
    guint markdown_limit; /* bytes; 0: not given */
    char *render;         /* report: --format */
    char *check;          /* report: the report that is held against the records */
    char *shard;          /* "2/5" */
    char **durations;
    char *output;
    gboolean keep;
    gboolean kept;
    gboolean force;
    gboolean no_expect;
    char *shared;
    char *watch;
    char *url;         /* of a database that is somebody's */
    char *environment; /* its name in pgstair.yaml */
    char *folder;      /* migrate: of the migrations */
    gboolean yes;
    gboolean dry_run;
    gboolean no_backup;
    gboolean out_of_order;
    char *backup_folder;
    gboolean verify_first;
    guint lock_timeout; /* milliseconds; 0: not given */
    guint lock_wait;    /* likewise */
    guint retries;      /* likewise; PGS_SETTINGS_ZERO: none */
    char *from_diff;    /* a model */
    char *of;           /* restore: the database that the backup is of */
    guint timeout;      /* ready, health: milliseconds; 0: not given */
    gboolean json;
    gboolean quiet;
    gboolean verbose;
    gboolean help;
} PgsSettings;

void pgs_settings_clear(PgsSettings *settings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSettings, pgs_settings_clear)

/*
 * Parses the arguments behind the command's name, then fills in from the environment what was not
 * given.  Error: PGS_CLI_ERROR_USAGE with the nearest option.
 */
gboolean pgs_settings_parse(PgsSettings *settings, PgsCommandBit command, int argc, char **argv,
                            GError **error);

/*
 * The one server of a command that needs just one; *server: NULL when none is given, else the
 * caller's.  Error: PGS_CLI_ERROR_USAGE, or what is wrong with the word.
 */
gboolean pgs_settings_one_server(const PgsSettings *settings, char **server, GError **error);

/* A row of the table, for what is made of it: man pages, completion. */
typedef struct {
    const char *name;
    char letter;          /* or 0 */
    const char *argument; /* its placeholder; NULL for a flag */
    gboolean is_list;     /* commas between values */
    guint commands;
    const char *environment; /* the variable that stands in for it, or NULL */
    const char *help;
} PgsOption;

/* FALSE behind the last row. */
gboolean pgs_option_at(guint index, PgsOption *option);

/* The options of a command, for its help at the given width; names: only these, blanks between;
 * NULL: all.  Free with g_free(). */
char *pgs_options_help(PgsCommandBit command, const char *names, guint width);
/* Whether a name is among words with blanks between. */
gboolean pgs_options_has_word(const char *words, const char *name);
/* The same as a Markdown table.  Free with g_free(). */
char *pgs_options_markdown(PgsCommandBit command);

/* text with its lines broken at width, each further line indented.  Free with g_free(). */
char *pgs_options_wrap(const char *text, guint indent, guint width);
/* Paragraphs with an empty line between them, each broken likewise, and an empty line behind. */
void pgs_options_append_paragraphs(GString *out, const char *text, guint width);
/* The end of a help; examples NULL: nothing. */
void pgs_options_append_examples(GString *out, const char *examples);

#endif
