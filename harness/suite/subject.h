#ifndef PGS_SUITE_SUBJECT_H
#define PGS_SUITE_SUBJECT_H

#include "migration/history.h"
#include "pgstair/pgstair.h"
#include "project/project.h"

/* What a suite is about: its options, with all that they leave to the environment and to
 * pgstair.yaml filled in. */
typedef struct {
    char *name;
    PgsProject *project;
    const PgsSystem *system; /* of the project */
    PgsHistory *history;
    gint at; /* the index of the revision that the template is migrated to; -1: base */
    gboolean has_samples;
    guint statement_timeout; /* milliseconds, of a test's statements */
    guint64 seed;            /* of made-up rows; 0: not said */
    guint rows;              /* of each table that a plan is made for; 0: not said */
    char *record, *junit;    /* where they go; or NULL */
    char *server;            /* a specification that the suite itself asks for; NULL: none */
    char *shared;            /* the file that tells of a shared server; NULL: none */
} PgsSubject;

/*
 * options may be NULL.  Errors: PGS_SUITE_ERROR_CONFIG, PGS_PROJECT_ERROR, PGS_MIGRATION_ERROR;
 * what is known by then (name, record, junit) is set all the same.
 */
gboolean pgs_subject_read(PgsSubject *subject, const PgsSuiteOptions *options, GError **error);
void pgs_subject_clear(PgsSubject *subject);

/* The samples (PgsSample, borrowed) that are loaded at the revision with that index. */
GPtrArray *pgs_subject_samples_at(const PgsSubject *subject, gint revision);
/* Whether what it makes belongs to the whole cluster: in the migrations, or in what precedes them.
 */
gboolean pgs_subject_migrates_cluster(const PgsSubject *subject);
gboolean pgs_subject_prepares_cluster(const PgsSubject *subject);
/* A text that differs whenever the template would: of all files that go into it.  g_free(). */
char *pgs_subject_fingerprint(const PgsSubject *subject);
/* "0007_create_users", "base"; belongs to the history. */
const char *pgs_subject_label(const PgsSubject *subject, gint revision);

#endif
