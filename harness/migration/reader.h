#ifndef PGS_MIGRATION_READER_H
#define PGS_MIGRATION_READER_H

#include "migration/history.h"

/* The files of a migrations folder, listed once; what readers look at. */
typedef struct {
    char *name;   /* relative to the folder: "001_x.up.sql", "2024_x/up.sql" */
    char *path;   /* the folder as it was given, and name */
    GBytes *text; /* NULL until pgs_folder_text() asks for it */
    gsize *room;  /* the folder's */
} PgsFolderFile;

struct _PgsFolder {
    char *path;         /* as it was given */
    char *real;         /* absolute, without symbolic links */
    GPtrArray *files;   /* PgsFolderFile, by name: its own, and those of the folders right below */
    GPtrArray *folders; /* char *, by name: the folders right below that hold anything, without
                           hidden ones */
    gboolean is_deep;   /* pgs_folder_deepen() has been here */
    gsize room;         /* bytes that may still be read of its files */
};

/*
 * Lists a folder.  Symbolic links are followed, but not to a folder that holds this one.  Errors:
 * PGS_MIGRATION_ERROR_FOLDER.  Free with pgs_folder_free().
 */
PgsFolder *pgs_folder_open(const char *path, GError **error);
void pgs_folder_free(PgsFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFolder, pgs_folder_free)

/* Lists what lies deeper than two levels, too; the order stays that of the names. */
gboolean pgs_folder_deepen(PgsFolder *folder, GError **error);

/*
 * A folder whose files lie elsewhere than on the disk (in a git commit): like is what it stands
 * for, and stays empty until its files are added; length bytes of text are copied.  In the end
 * pgs_folder_settle().  Errors: PGS_MIGRATION_ERROR_FOLDER, too much of it.
 */
PgsFolder *pgs_folder_new_bare(const PgsFolder *like);
gboolean pgs_folder_add_text(PgsFolder *folder, const char *name, const char *text, gsize length,
                             GError **error);
void pgs_folder_settle(PgsFolder *folder);

/* The text of a file of the tool's or the project's (go.mod, flyway.conf) that is no migration:
 * NULL when there is none, when it is no regular file (one would wait for a pipe), or larger than a
 * megabyte.  folder "": name is the whole path.  Free with g_free(). */
char *pgs_file_text_beside(const char *folder, const char *name);

/* One that was made for no folder's list. */
void pgs_folder_file_free(gpointer file);
/* The file's bytes, read at the first call; belongs to the file.  NULL with error. */
GBytes *pgs_folder_text(PgsFolderFile *file, GError **error);
/* The file with that relative name, or NULL. */
PgsFolderFile *pgs_folder_find(const PgsFolder *folder, const char *name);
/* Whether it lies in the folder itself. */
gboolean pgs_folder_is_top(const PgsFolderFile *file);

/* One format.  reader.c holds the table of all of them, in the order in which signs decide. */
typedef struct {
    const char *name;    /* for --format */
    const char *title;   /* "golang-migrate" as a person writes it, with its home */
    const char *summary; /* files, order and transaction rule in one line, for help and docs */
    /* Whether the folder bears this format's own signs; *reason (g_free()) says which.  NULL: the
     * format has none. */
    gboolean (*recognise)(const PgsFolder *folder, char **reason);
    /* Whether files there have names as this format gives them, sign or no sign. */
    gboolean (*fits)(const PgsFolder *folder);
    /* Fills history->revisions and ->notes (a graph's ->heads, a tool's ->root and ->driver too).
     * history->settings is there, and cancellable when the run has one. */
    gboolean (*read)(const PgsFolder *folder, PgsHistory *history, GError **error);
    const char *const *ledger; /* as in PgsHistory */
    const char *prepare;       /* likewise */
    gboolean forward_only;     /* likewise */
    gboolean is_batch;         /* likewise */
    gboolean is_deep; /* read() gets the folder with all files below, at any depth (recognise() and
                         fits() see two levels) */
} PgsReader;

/* The table, ended by a row whose name is NULL. */
const PgsReader *pgs_reader_table(void);
/* The reader with that name, or NULL. */
const PgsReader *pgs_reader_find(const char *name);

#endif
