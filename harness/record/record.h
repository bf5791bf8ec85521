#ifndef PGS_RECORD_RECORD_H
#define PGS_RECORD_RECORD_H

#include "record/origin.h"
#include "record/relation.h"
#include "record/revision.h"

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
    PGS_STATUS_ACCEPTED, /* it failed, and the project's file accepts that; see accepted */
} PgsStatus;
#define PGS_N_STATUSES (PGS_STATUS_ACCEPTED + 1)
/* "passed", "failed", …; static. */
const char *pgs_status_name(PgsStatus status);
/* FALSE, and *status untouched, when no status has that name. */
gboolean pgs_status_parse(const char *name, PgsStatus *status);

/* A plan that a finding rests on. */
typedef struct {
    char *role;                     /* what it was made for: "verdict", "control", … */
    char *title;                    /* one line: "without ix_a: Seq Scan on theses, cost 255.00" */
    char *query;                    /* the statement that was explained */
    GPtrArray *parameters;          /* char *: its values, in order; NULL: SQL NULL; never NULL */
    char *settings;                 /* of the planner's that were not the default; or NULL */
    char *text, *json;              /* as the server printed it; or NULL */
    double cost, rows;              /* estimated, of the whole */
    double actual_rows;             /* < 0: it was not run */
    gint64 shared_hit, shared_read; /* blocks; -1: not known */
} PgsRecordPlan;

typedef struct {
    const char *check; /* the check's id, "stairway.down"; interned */
    PgsStatus status;
    char *system;            /* the system's name; never NULL */
    char *revision;          /* the revision's label, or NULL */
    char *object;            /* the database object it is about, or NULL */
    GPtrArray *more_objects; /* char *: others that are wrong in it too, each of which has to be
                                accepted before it is; not in the XML; or NULL */
    char *title;   /* one line that names the case: "0007_create_users down restores 0006" */
    char *message; /* one line that says what is wrong, or why it was skipped; NULL when passed */
    char *detail;  /* more lines: a diff, the server's words; or NULL */
    char *expected, *actual; /* or NULL */
    char *sql;               /* the statement that showed it, or NULL */
    char *file;              /* or NULL */
    guint line, column;      /* from 1; 0: none */
    char *hint;              /* what to do, or NULL */
    char *reproduce;         /* a few lines that show it again, or NULL */
    char *accepted;          /* "until 2027-01-31: irreversible on purpose", or the reason alone;
                                NULL: not accepted */
    gboolean lowered;        /* it failed, and is a WARNING or INFO only because the project's file
                                lowered its check's severity: it proves no requirement */
    gboolean was_warning;    /* of an ACCEPTED one: it was no more than a warning */
    char *server;            /* the name of the server that it was made on (PgsRecordServer), where
                                there were several; NULL: its system's, or it says nothing of one */
    char *server_version;    /* likewise, that server's version */
    GPtrArray *requirements; /* char *: ids of its system's requirements; or NULL */
    GPtrArray *plans;        /* PgsRecordPlan; or NULL */
    gint64 duration;         /* microseconds */
} PgsFinding;

/* A new finding with these set (copied), all else empty. */
PgsFinding *pgs_finding_new(const char *check, PgsStatus status, const char *system,
                            const char *revision, const char *title);
void pgs_finding_free(PgsFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFinding, pgs_finding_free)

/* "migrations/x.sql:4:1", as much of it as is known; NULL: it names no file.  Free with g_free().
 */
char *pgs_finding_place(const PgsFinding *finding);
/* Adds one more object that it is about; the first is finding->object. */
void pgs_finding_add_object(PgsFinding *finding, const char *object);
/* Makes a plan (both copied; nothing known of the rest) and adds it; belongs to the finding. */
PgsRecordPlan *pgs_finding_add_plan(PgsFinding *finding, const char *role, const char *title);
/* Adds an id, once. */
void pgs_finding_add_requirement(PgsFinding *finding, const char *id);

/* A requirement of a system (project/requirement.h says what the fields mean). */
typedef struct {
    char *id, *text;
    char *phase;               /* or NULL */
    char *deferred;            /* or NULL */
    GPtrArray *needs;          /* char * */
    guint coverage_lines;      /* per cent; 0: not asked */
    GPtrArray *coverage_files; /* char * */
} PgsRecordRequirement;

typedef struct {
    char *id, *title;
    GPtrArray *manual; /* char *: what a person checks and signs */
} PgsRecordPhase;

/* A server that a system was verified on, or was to be. */
typedef struct {
    char *name;        /* what tells it from the others, for people: "docker:15" */
    char *version;     /* "15.18"; NULL: it was not to be had */
    char *description; /* pgs_server_description(); or NULL */
    gint64 start;      /* microseconds that its start took; 0: it was running */
    gint64 duration;   /* microseconds, of the system's verification on it */
} PgsRecordServer;

/* A system that the run verified. */
typedef struct {
    char *name;
    char *folder;
    char *format; /* "golang-migrate" */
    char *format_reason;
    guint n_revisions;
    char *server;            /* pgs_server_description(), of the first */
    char *server_version;    /* "15.18"; of a merged record, each of its runs': "15.18, 17.6" */
    GPtrArray *servers;      /* PgsRecordServer, in the order in which they were used */
    gint64 duration;         /* microseconds */
    guint n_tolerated;       /* differences that a tolerance covered */
    guint n_cosmetic;        /* differences in order or white space only */
    GPtrArray *tolerances;   /* PgsRecordTolerance: those that were switched on */
    GPtrArray *acceptances;  /* PgsRecordAcceptance, in the order of their file */
    GPtrArray *facts;        /* PgsRecordFact: the environment */
    PgsRecordGit *git;       /* or NULL: it lies in none, or git is not there */
    char *config;            /* the project's file, as it was given; or NULL */
    GPtrArray *files;        /* PgsRecordFile that belong to no revision */
    GPtrArray *revisions;    /* PgsRecordRevision, base first */
    GPtrArray *relations;    /* PgsRecordRelation at head, by name; NULL: not known */
    GPtrArray *requirements; /* PgsRecordRequirement, in the order of their file */
    GPtrArray *phases;       /* PgsRecordPhase */
} PgsRecordSystem;

/* Makes one and adds it; belongs to the system. */
PgsRecordServer *pgs_record_system_add_server(PgsRecordSystem *system, const char *name);
/* The server that the finding was made on; NULL: none that is known, or any. */
const PgsRecordServer *pgs_record_system_find_server(const PgsRecordSystem *system,
                                                     const PgsFinding *finding);
PgsRecordRequirement *pgs_record_system_add_requirement(PgsRecordSystem *system, const char *id,
                                                        const char *text);
PgsRecordPhase *pgs_record_system_add_phase(PgsRecordSystem *system, const char *id,
                                            const char *title);

typedef struct {
    char *version; /* pgstair's */
    char *command; /* the command line, quoted for a shell */
    char *host;    /* "Linux 6.1 x86_64" */
    GDateTime *started;
    gint64 duration;          /* microseconds */
    GPtrArray *systems;       /* PgsRecordSystem */
    GPtrArray *findings;      /* PgsFinding, in the order in which they were made */
    gboolean fail_on_warning; /* --fail-on warning: warnings count as failures in every report */
    gboolean require_all;     /* --require-all: so do requirements that are due and not covered;
                                 while parts are missing (shards), they do not */
    GPtrArray *shards;        /* PgsRecordShard: which parts of a split run it has; empty: all of it
                               */
    GPtrArray *sources;       /* PgsRecordSource: the file that holds it (whole), where it was read
                                 from one or written to one; behind it the files that it was merged
                                 of, and those that these list.  Each digest once */
} PgsRecord;

/* command: copied.  Version, host and the start (now, UTC) are filled in. */
PgsRecord *pgs_record_new(const char *command);
void pgs_record_free(PgsRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRecord, pgs_record_free)

/* Makes a system and adds it; belongs to the record. */
PgsRecordSystem *pgs_record_add_system(PgsRecord *record, const char *name, const char *folder);
/* Takes the finding over; returns it. */
PgsFinding *pgs_record_add(PgsRecord *record, PgsFinding *finding);
/* Head was reached: its relations are known, and none so far. */
void pgs_record_system_know_schema(PgsRecordSystem *system);
/* Adds a relation (taken over), which makes them known. */
void pgs_record_system_add_relation(PgsRecordSystem *system, PgsRecordRelation *relation);
/* The revision of that label, or NULL. */
PgsRecordRevision *pgs_record_system_find_revision(const PgsRecordSystem *system,
                                                   const char *label);
/* The system of that name, or NULL. */
PgsRecordSystem *pgs_record_find_system(const PgsRecord *record, const char *name);
/* Whether both are the record of one run: the same start (to the microsecond), command and host. */
gboolean pgs_record_is_same_run(const PgsRecord *a, const PgsRecord *b);
/*
 * What the two say differently of the same thing (a file's content, the commit, the list of
 * revisions, a requirement, an acceptance), a line each: char *, g_ptr_array_unref().  Merging
 * takes the first's word.
 */
GPtrArray *pgs_record_disagreements(const PgsRecord *record, const PgsRecord *other);
/* The same as findings run.same of record, each once: ERROR when the two are of other migrations, a
 * WARNING when they only describe them differently. To be called before they are merged. */
void pgs_record_note_disagreements(PgsRecord *record, const PgsRecord *other);
/*
 * Adds another record's systems and findings to this one: what one run had left to another.  A
 * system that both have is one system; its facts are the first's that has any, its requirements the
 * union.  The start is the earlier one, durations add up (those of the same run do not).  other
 * keeps nothing of its findings.
 *
 * Findings that are equal in every member, duration included, are one finding that came by two
 * ways: they count once.  All others are kept, whatever they have in common: a check that passed in
 * one run and failed in another has failed.  Each gets its run's server and that one's version, so
 * that runs on several can be told apart.  What either run was told to fail on, the merged one
 * does.
 */
void pgs_record_merge(PgsRecord *record, PgsRecord *other);

/*
 * The parts of a split run (PgsRecord.shards) that are not there: "2, 4 of 5"; NULL: none is
 * missing.  Free with g_free().
 */
char *pgs_record_missing_shards(const PgsRecord *record);
/* What keeps the parts from being a whole: "parts 2, 4 of 5 are missing", or that they are of
 * different splits, or of different runs; NULL: nothing does.  Free with g_free(). */
char *pgs_record_shard_trouble(const PgsRecord *record);
/*
 * After all records were merged.  Parts that are all there make the record of the whole: the
 * findings stand in the order in which an undivided run makes them, an acceptance is unused when
 * no part has used it, a system's only server is named by no finding, and shards is empty.
 * Otherwise, or when parts of different splits or the same part twice from different runs came
 * together, a finding run.shards (ERROR) says so. Nothing to do for records that are no parts.
 */
void pgs_record_settle_shards(PgsRecord *record);

/*
 * What tells the finding's server from the others of its system: "docker:15", or its version where
 * it has no name; NULL where there is nothing to tell: one server only, or it is the same on
 * all.  Free with g_free().
 */
char *pgs_record_name_server(const PgsRecord *record, const PgsFinding *finding);

typedef struct {
    guint total;
    guint by_status[PGS_N_STATUSES];
} PgsRecordCounts;
/* system NULL: of all. */
PgsRecordCounts pgs_record_counts(const PgsRecord *record, const char *system);
/* Whether anything was judged: skipped checks, and what is only noted about the folder, the
 * project's file or the run, are no verdict. */
gboolean pgs_record_has_verdict(const PgsRecord *record);
/* FAILED or ERROR findings, or (warnings) WARNING ones too. */
gboolean pgs_record_has_failed(const PgsRecord *record, gboolean warnings);

#endif
