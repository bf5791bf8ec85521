#ifndef PGS_SUITE_JOURNAL_H
#define PGS_SUITE_JOURNAL_H

#include "check/sink.h"
#include "pgstair/pgstair.h"
#include "server/server.h"

/*
 * What a suite has to tell: the record, and the case that is open.  A case's findings go to the
 * record when it ends, with one of its own (suite.case) that says how it went.
 */
typedef struct _PgsJournal PgsJournal;

/* name: the suite's.  system, history: borrowed, must outlive it.  Free with pgs_journal_free(). */
PgsJournal *pgs_journal_new(const char *name, const PgsSystem *system, const PgsHistory *history);
void pgs_journal_free(PgsJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsJournal, pgs_journal_free)

/* The facts that need a server, once there is one. */
void pgs_journal_note_server(PgsJournal *journal, const PgsServer *server);

/*
 * Begins a case; one that is still open ended early.  requirements: ids with blanks or commas
 * between, or NULL.  FALSE with PGS_SUITE_ERROR_REQUIREMENT when the system has no such: the case
 * is open, and will fail.
 */
gboolean pgs_journal_begin(PgsJournal *journal, const char *title, const char *requirements,
                           GError **error);
/* The open case by other words.  The same errors, and PGS_SUITE_ERROR_STATE. */
gboolean pgs_journal_rename(PgsJournal *journal, const char *title, const char *requirements,
                            GError **error);
/* Of the findings that follow; NULL: the case's own again.  The same errors. */
gboolean pgs_journal_require(PgsJournal *journal, const char *requirements, GError **error);
/* FALSE with error: something in the case failed, or none is open. */
gboolean pgs_journal_end(PgsJournal *journal, GError **error);
gboolean pgs_journal_skip(PgsJournal *journal, const char *reason, GError **error);
/* Where the open case stands; an assertion's own place is told instead, once there was one. */
void pgs_journal_note_place(PgsJournal *journal, PgsWhere where);
/* The open case, if there is one, does not come to its end. */
void pgs_journal_end_early(PgsJournal *journal);
/* A test begins: those cases that follow are its own. */
void pgs_journal_begin_test(PgsJournal *journal);
/* The open case fails, whatever its findings say; when none is open, those of the test that were
 * closed already do: a finding more has the requirements of all of them. */
void pgs_journal_fail(PgsJournal *journal, const char *message);
guint pgs_journal_n_failed(const PgsJournal *journal);

/* Why the last call failed: told with a case that ends early.  Copied. */
void pgs_journal_note_error(PgsJournal *journal, const char *text);

/* A finding of the open case, with title in front of which the case's is put, its requirements and
 * place; not in the journal yet. */
PgsFinding *pgs_journal_finding(const PgsJournal *journal, const char *check, PgsWhere where,
                                const char *title);
/* The same for one that a check has made. */
void pgs_journal_adopt(const PgsJournal *journal, PgsFinding *finding, PgsWhere where);
/* Takes it over.  Whether it holds (anything but failed and error). */
gboolean pgs_journal_add(PgsJournal *journal, PgsFinding *finding);
/* A finding without a case: the suite itself could not do something. */
void pgs_journal_add_error(PgsJournal *journal, const char *check, const char *title,
                           const char *message);

/* The suite ends before its tests did: an error, of all requirements that were named in it. */
void pgs_journal_abandon(PgsJournal *journal, const char *reason);
/*
 * Writes a record of a suite that has not come to its end, in place of what an older run has left:
 * it stands should this process die.
 */
gboolean pgs_journal_announce(const PgsJournal *journal, const char *record, const char *junit,
                              GError **error);
/* Ends what is open and writes the record and the JUnit report; NULL: not asked for. */
gboolean pgs_journal_write(PgsJournal *journal, const char *record, const char *junit,
                           GError **error);

#endif
