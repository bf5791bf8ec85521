#ifndef PGS_MIGRATION_READER_H
#define PGS_MIGRATION_READER_H

#include "migration/history.h"

/* The files of a migrations folder, listed once; what readers look at. */
typedef struct {
    char *name;   /* relative to the folder: "001_x.up.sql", "2024_x/up.sql" */
    char *path;   /* the folder as it was given, and name */
    GBytes *text; /* NULL until pgs_folder_text() asks for it */
} PgsFolderFile;

typedef struct {
    char *path;         /* as it was given */
    char *real;         /* absolute, without symbolic links */
    GPtrArray *files;   /* PgsFolderFile, by name: its own, and those of the folders right below */
    GPtrArray *folders; /* char *, by name: the folders right below that hold anything, without
                           hidden ones */
} PgsFolder;

/*
 * Lists a folder.  Symbolic links are followed, but not to a folder that holds this one.  Errors:
 * PGS_MIGRATION_ERROR_FOLDER.  Free with pgs_folder_free().
 */
PgsFolder *pgs_folder_open(const char *path, GError **error);
void pgs_folder_free(PgsFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFolder, pgs_folder_free)

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
    /* Fills history->revisions and ->notes. */
    gboolean (*read)(const PgsFolder *folder, PgsHistory *history, GError **error);
    const char *const *ledger; /* as in PgsHistory */
    const char *prepare;       /* likewise */
} PgsReader;

/* The table, ended by a row whose name is NULL. */
const PgsReader *pgs_reader_table(void);
/* The reader with that name, or NULL. */
const PgsReader *pgs_reader_find(const char *name);

#endif
