#ifndef PGS_SEED_LOAD_H
#define PGS_SEED_LOAD_H

#include "seed/seed.h"

/*
 * A sample that is being loaded: what the loaders of the formats share.  Functions return FALSE
 * when the load ends there: then failure or fatal is set.
 */
typedef struct {
    PgsConnection *connection;
    const PgsSample *sample;
    PgsSeedFailure *failure;   /* the data or the server refuses */
    GError *fatal;             /* the run cannot go on */
    struct _PgsTarget *target; /* of CSV and JSON: the table (seed/target.h) */
    struct _PgsPut *put; /* … and the rows on their way to it (seed/put.h); NULL: none yet */
    char *note;          /* what is odd about the data so far, as pgs_seed_load() has it */
    GHashTable *members; /* of JSON: char *, the members that some document has */
    guint n_documents;
} PgsSeedLoad;

/* A file of the sample, as UTF-8 without its byte order mark.  Clear with pgs_seed_file_clear(). */
typedef struct {
    const char *path; /* borrowed */
    char *bytes;      /* as they were read, NUL-terminated */
    const char *text; /* in bytes */
    gsize length;
} PgsSeedFile;

void pgs_seed_file_clear(PgsSeedFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSeedFile, pgs_seed_file_clear)

gboolean pgs_seed_load_sql(PgsSeedLoad *load, const PgsSeedFile *file);
gboolean pgs_seed_load_csv(PgsSeedLoad *load, const PgsSeedFile *file);
gboolean pgs_seed_load_json(PgsSeedLoad *load, const PgsSeedFile *file);

/* States what is wrong with the data.  path NULL: the sample's pattern.  Always FALSE. */
gboolean pgs_seed_fail(PgsSeedLoad *load, const char *path, guint line, guint column,
                       const char *hint, const char *format, ...) G_GNUC_PRINTF(6, 7);
/* The same at a byte offset of the file. */
gboolean pgs_seed_fail_at(PgsSeedLoad *load, const PgsSeedFile *file, gsize offset,
                          const char *hint, const char *format, ...) G_GNUC_PRINTF(5, 6);
/*
 * States what the server refused; takes failure over.  where: in front of its words ("document 2"),
 * or NULL; hint NULL: the server's own.  statement: copied, or NULL.  A server that has no room is
 * fatal, and no fault of the data's.  Always FALSE.
 */
gboolean pgs_seed_refuse(PgsSeedLoad *load, const PgsSeedFile *file, guint line, guint column,
                         const char *where, const char *hint, const char *statement,
                         PgsFailure *failure);

/* Runs BEGIN, COMMIT and the like; file: the one that is told of when it is refused. */
gboolean pgs_seed_control(PgsSeedLoad *load, const PgsSeedFile *file, const char *command);

#endif
