#ifndef PGS_OPERATE_ALIGN_H
#define PGS_OPERATE_ALIGN_H

#include "ledger/apply.h"
#include "operate/operate_error.h"
#include "project/system.h"

/*
 * A database that was made without the migrations is brought under them and to head, with its rows:
 * which revision's schema it has is found (every revision's is made on a throwaway server and
 * compared); rows that break a rule to come are looked for first; the books are written; the
 * revisions above are run, each told by what it is about (columns, keys, constraints, indexes, …);
 * last it is held against head and against the models, and each table's rows against those before.
 */
typedef enum {
    PGS_ALIGN_BACKUP,
    PGS_ALIGN_BASELINE, /* which revision it stands at */
    PGS_ALIGN_ROWS,     /* rows that break what comes */
    PGS_ALIGN_COLUMNS,
    PGS_ALIGN_KEYS,
    PGS_ALIGN_CONSTRAINTS,
    PGS_ALIGN_INDEXES,
    PGS_ALIGN_OTHER,
    PGS_ALIGN_REVISION, /* one was run: what it changed, in numbers; or is run again, and why */
    PGS_ALIGN_BOOKS,
    PGS_ALIGN_VERIFY,
    PGS_ALIGN_N_STAGES,
} PgsAlignStage;
/* "columns"; static. */
const char *pgs_align_stage_name(PgsAlignStage stage);
/* A line for a person. */
typedef struct {
    PgsAlignStage stage;
    gboolean is_done; /* it has been done; else it is what is found, or to be done */
    gint revision;    /* that it is about; -1: none */
    gint64 duration;  /* microseconds, of PGS_ALIGN_REVISION that is done */
    const char *text;
} PgsAlignNews;
typedef void (*PgsAlignFunc)(const PgsAlignNews *news, gpointer data);

typedef struct {
    gboolean dry_run; /* nothing is changed */
    gboolean backup;
    gboolean force; /* though rows break a rule to come: the revisions may mend them themselves */
    const char *server; /* the throwaway one's specification; NULL: the system's */
    PgsAlignFunc told;
    /* Asked before anything is changed, when all that is known was told; or NULL. */
    gboolean (*confirm)(gpointer data, GError **error);
    gpointer data;
} PgsAlignOptions;

/* FALSE with error when it could not be done; what was done is said. */
gboolean pgs_align_run(const PgsDatabase *target, const PgsSystem *system,
                       const PgsHistory *history, PgsLedger *ledger, const PgsAlignOptions *options,
                       GError **error);

#endif
