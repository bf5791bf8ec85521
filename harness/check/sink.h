#ifndef PGS_CHECK_SINK_H
#define PGS_CHECK_SINK_H

#include "check/check.h"
#include "check/shard.h"
#include "migration/history.h"
#include "project/system.h"

/*
 * Where the findings of one system go: what was chosen gets into the record, with the severity that
 * the project gives it, the requirements that it serves, and accepted when the project says so.
 */
typedef struct {
    const PgsSystem *system;
    const PgsHistory *history;
    const PgsCheckSelection *checks;
    PgsRecord *record;
    PgsRecordSystem *facts;   /* the system in the record */
    const char *today;        /* "2026-11-21": what acceptances are held against */
    const PgsShardPart *part; /* what of the system the run has; NULL: all */
    gboolean across;          /* it takes what several servers differ in, and nothing else */
    GHashTable *used;         /* PgsAcceptance that have matched; made by pgs_sink_init() */
} PgsSink;

/* The rest is the caller's to fill in; free with pgs_sink_clear(). */
void pgs_sink_init(PgsSink *sink, const PgsSystem *system, const PgsHistory *history);
void pgs_sink_clear(PgsSink *sink);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSink, pgs_sink_clear)

/* Takes the finding over. */
void pgs_sink_add(const PgsSink *sink, PgsFinding *finding);
/* The same for each PgsFinding of an array, in order; the array is empty afterwards. */
void pgs_sink_add_all(const PgsSink *sink, GPtrArray *findings);
/* One line for a whole check that has nothing to do. */
void pgs_sink_add_skipped(const PgsSink *sink, const char *check, const char *title,
                          const char *reason);
/* Last: acceptances that matched nothing, or whose day has passed. */
void pgs_sink_finish(const PgsSink *sink);

#endif
