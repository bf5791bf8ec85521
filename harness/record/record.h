#ifndef PGS_RECORD_RECORD_H
#define PGS_RECORD_RECORD_H

#include <glib.h>

/*
 * The run record: what was verified, with what, and every finding.  Checks fill it, reports read
 * it; it is written once as XML (record_xml.h).  A finding is data, not an error.  Nothing is
 * locked: one thread fills a record.
 */

typedef enum {
    PGS_STATUS_PASSED,
    PGS_STATUS_FAILED,
    PGS_STATUS_ERROR,   /* it could not be judged, because of something that it did not ask about */
    PGS_STATUS_SKIPPED, /* always with a reason in message */
    PGS_STATUS_WARNING,
    PGS_STATUS_INFO,
} PgsStatus;
/* "passed", "failed", …; static. */
const char *pgs_status_name(PgsStatus status);
/* FALSE, and *status untouched, when no status has that name. */
gboolean pgs_status_parse(const char *name, PgsStatus *status);

typedef struct {
    const char *check; /* the check's id, "stairway.down"; interned */
    PgsStatus status;
    char *system;   /* the system's name; never NULL */
    char *revision; /* the revision's label, or NULL */
    char *object;   /* the database object it is about, or NULL */
    char *title;    /* one line that names the case: "0007_create_users down restores 0006" */
    char *message;  /* one line that says what is wrong, or why it was skipped; NULL when passed */
    char *detail;   /* more lines: a diff, the server's words; or NULL */
    char *expected, *actual; /* or NULL */
    char *sql;               /* the statement that showed it, or NULL */
    char *file;              /* or NULL */
    guint line, column;      /* from 1; 0: none */
    char *hint;              /* what to do, or NULL */
    char *reproduce;         /* a few lines that show it again, or NULL */
    GPtrArray *requirements; /* char *, or NULL */
    gint64 duration;         /* microseconds */
} PgsFinding;

/* A new finding with these set (copied), all else empty. */
PgsFinding *pgs_finding_new(const char *check, PgsStatus status, const char *system,
                            const char *revision, const char *title);
void pgs_finding_free(PgsFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFinding, pgs_finding_free)

/* A system that the run verified. */
typedef struct {
    char *name;
    char *folder;
    char *format; /* "golang-migrate" */
    char *format_reason;
    guint n_revisions;
    char *server; /* pgs_server_description() */
    char *server_version;
    gint64 duration;       /* microseconds */
    guint n_tolerated;     /* differences that a tolerance covered */
    guint n_cosmetic;      /* differences in order or white space only */
    GPtrArray *tolerances; /* char *: the names that were switched on */
} PgsRecordSystem;

typedef struct {
    char *version; /* pgstair's */
    char *command; /* the command line, quoted for a shell */
    char *host;    /* "Linux 6.1 x86_64" */
    GDateTime *started;
    gint64 duration;          /* microseconds */
    GPtrArray *systems;       /* PgsRecordSystem */
    GPtrArray *findings;      /* PgsFinding, in the order in which they were made */
    gboolean fail_on_warning; /* --fail-on warning: warnings count as failures in every report */
} PgsRecord;

/* command: copied.  Version, host and the start (now, UTC) are filled in. */
PgsRecord *pgs_record_new(const char *command);
void pgs_record_free(PgsRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRecord, pgs_record_free)

/* Makes a system and adds it; belongs to the record. */
PgsRecordSystem *pgs_record_add_system(PgsRecord *record, const char *name, const char *folder);
/* Takes the finding over; returns it. */
PgsFinding *pgs_record_add(PgsRecord *record, PgsFinding *finding);

typedef struct {
    guint total;
    guint by_status[PGS_STATUS_INFO + 1];
} PgsRecordCounts;
/* system NULL: of all. */
PgsRecordCounts pgs_record_counts(const PgsRecord *record, const char *system);
/* FAILED or ERROR findings, or (warnings) WARNING ones too. */
gboolean pgs_record_has_failed(const PgsRecord *record, gboolean warnings);

#endif
