#ifndef PGS_RECORD_ORIGIN_H
#define PGS_RECORD_ORIGIN_H

#include <glib.h>

/* Where what was verified comes from, and what the verdict allows: a lead who signs asks for it. */

/* The state of the version control that the folder lies in. */
typedef struct {
    char *commit;     /* the whole hexadecimal name; NULL: there is none yet */
    char *branch;     /* or NULL: detached */
    gboolean clean;   /* nothing in the whole work tree differs from the commit, and nothing lies
                         there that is neither known nor ignored */
    GPtrArray *dirty; /* char *: "M migrations/0007_x.sql", up to 50; never NULL */
    guint n_dirty;    /* of how many */
} PgsRecordGit;

/* One thing that was so during the run: "libpq" is "15.8".  In the order in which they were noted.
 */
typedef struct {
    char *name; /* "seed", "image", "image digest", "setting wal_level", "locale" … */
    char *value;
    char *server; /* the name of the server (PgsRecordServer) that it is of; or NULL */
} PgsRecordFact;

/* A tolerance that was switched on. */
typedef struct {
    char *name;   /* "column-order" */
    char *reason; /* or NULL: none was given */
    char *until;  /* "2027-01-31", the last day; or NULL */
    char *place;  /* "pgstair.yaml:7:3"; or NULL: from the command line */
} PgsRecordTolerance;

/* What the project's file accepts. */
typedef struct {
    char *check;
    char *revision, *object, *title; /* patterns; or NULL: any */
    char *reason;
    char *until; /* or NULL */
    char *place;
    guint used; /* findings that it has covered */
} PgsRecordAcceptance;

/*
 * A record file behind the record.  Files on disk list those that they were merged of (never
 * themselves); in memory the file that holds this very record stands before them.
 */
typedef struct {
    char *path;     /* its name, without folders */
    char *sha256;   /* of its bytes */
    gboolean whole; /* it holds this very record: it was read from it, or written to it, and has not
                       been added to since; else the file is one of several that went into it */
} PgsRecordSource;

/* A part of a run that was split (--shard 2/5). */
typedef struct {
    guint index; /* from 1 */
    guint count;
    char *plan; /* what tells one split from another: a digest of what each part had to do */
} PgsRecordShard;

/* All are copied. */
PgsRecordGit *pgs_record_git_new(const char *commit, const char *branch, gboolean clean);
void pgs_record_git_free(PgsRecordGit *git);
PgsRecordFact *pgs_record_fact_new(const char *name, const char *value, const char *server);
void pgs_record_fact_free(PgsRecordFact *fact);
PgsRecordTolerance *pgs_record_tolerance_new(const char *name);
void pgs_record_tolerance_free(PgsRecordTolerance *tolerance);
PgsRecordAcceptance *pgs_record_acceptance_new(const char *check, const char *reason);
void pgs_record_acceptance_free(PgsRecordAcceptance *acceptance);
PgsRecordSource *pgs_record_source_new(const char *path, const char *sha256);
void pgs_record_source_free(PgsRecordSource *source);
PgsRecordShard *pgs_record_shard_new(guint index, guint count, const char *plan);
void pgs_record_shard_free(PgsRecordShard *shard);

#endif
