#ifndef PGS_CLI_PASSES_H
#define PGS_CLI_PASSES_H

#include "check/verify.h"
#include "cli/split.h"
#include "cli/terminal.h"

/*
 * A run over systems and their servers: one pass for each server, over all systems that ask for it,
 * into a record of its own; then all in one record.  With one server a system there is one pass.
 */
typedef struct {
    const GPtrArray *systems; /* PgsSystem, borrowed */
    PgsVerifyOptions options;
    PgsRecord *record;     /* of the whole run, borrowed */
    PgsProgress *progress; /* borrowed */
    const PgsSplit *split; /* borrowed; NULL: all is to be done */
    gboolean verbose;
    GPtrArray *specs;    /* by system: GPtrArray of PgsServerSpec */
    GPtrArray *heads;    /* by system: GPtrArray of PgsVersionHead */
    GPtrArray *broken;   /* const PgsSystem *: not to be verified on any server */
    gboolean several;    /* a system has several servers */
    GHashTable *names;   /* specification → what the server is called in the record */
    GHashTable *taken;   /* char *: what any of them is called */
    GHashTable *missing; /* specification and image → GError: what is not to be had, asked once */
    GHashTable *deaf;    /* "docker" → GError: an engine that does not answer, asked once */
    GHashTable *heard;   /* "docker": a kind of which a server has started in this run */
    GString *kept;       /* how to reach what was kept */
    GError *first;       /* the first error that did not end the run; or NULL */
} PgsPasses;

/* What the systems ask for.  Error: a server that cannot be understood. */
gboolean pgs_passes_begin(PgsPasses *passes, const GPtrArray *systems,
                          const PgsVerifyOptions *options, PgsRecord *record, GError **error);
void pgs_passes_clear(PgsPasses *passes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsPasses, pgs_passes_clear)

/* FALSE when the run ends at once: it was cancelled, or there was but one thing to verify. */
gboolean pgs_passes_run(PgsPasses *passes, GError **error);

/* A finding that says that a system could not be verified, and why.  where: the server or range; or
 * NULL. */
PgsFinding *pgs_passes_new_incomplete(const PgsSystem *system, const char *where,
                                      const GError *error);

#endif
