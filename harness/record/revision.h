#ifndef PGS_RECORD_REVISION_H
#define PGS_RECORD_REVISION_H

#include <glib.h>

/* A system's revisions as the record has them: their files' digests, and what each upgrade has
 * changed in the catalog. */

/* A file that the verdict rests on, as it was when it was read. */
typedef struct {
    char *path;   /* as it is seen from the system's folder, "/" between: "0001_a.sql",
                     "../seeds/a.csv"; as it was given where the two have nothing in common */
    char *role;   /* "up", "down", "up down" (both in one file), "verify"; of a system: "project",
                     "requirements", "seed", "model", "prepare", "tool" … */
    char *sha256; /* 64 hexadecimal digits, lower case */
    guint64 size; /* bytes */
} PgsRecordFile;

/* What an upgrade did to one object of the catalog. */
typedef struct {
    char *kind;           /* "added", "removed", "changed" */
    char *object;         /* "column public.users.email", as findings name objects */
    char *attribute;      /* of what is "changed": "type"; else NULL */
    char *before, *after; /* values of the attribute; of what was removed (before) or added (after):
                             what it is, in a line close to SQL; NULL: it is not there */
} PgsRecordChange;

typedef struct {
    char *id;    /* as the tool names it */
    char *label; /* as findings name it (PgsFinding.revision) */
    gboolean repeatable;
    gboolean given;       /* it was there already (--since): not judged */
    GPtrArray *files;     /* PgsRecordFile */
    GPtrArray *changes;   /* PgsRecordChange; NULL: not known (it was not reached, or the stairway
                             was not climbed) */
    guint n_changes_left; /* more changes than are kept */
} PgsRecordRevision;

/* All are copied. */
PgsRecordFile *pgs_record_file_new(const char *path, const char *role, const char *sha256,
                                   guint64 size);
void pgs_record_file_free(PgsRecordFile *file);
PgsRecordChange *pgs_record_change_new(const char *kind, const char *object, const char *attribute,
                                       const char *before, const char *after);
void pgs_record_change_free(PgsRecordChange *change);
PgsRecordRevision *pgs_record_revision_new(const char *id, const char *label);
void pgs_record_revision_free(PgsRecordRevision *revision);
/* It was reached: its changes are known, and none so far. */
void pgs_record_revision_know_changes(PgsRecordRevision *revision);
/* Adds a change (taken over), which makes them known. */
void pgs_record_revision_add_change(PgsRecordRevision *revision, PgsRecordChange *change);

#endif
