#ifndef PGS_OPERATE_ALIGN_STATE_H
#define PGS_OPERATE_ALIGN_STATE_H

#include "operate/align.h"
#include "operate/align_ground.h"
#include "operate/backup.h"

/* One alignment: what align*.c share. */
typedef struct {
    const PgsDatabase *target;
    const PgsHistory *history;
    PgsLedger *ledger;
    const PgsAlignOptions *options;
    PgsAlignGround *ground;
    PgsSnapshot *now; /* the schema before anything was changed */
    gint baseline;
    GHashTable *counts; /* rows of each table before */
    PgsBackup *backup;
    PgsMigrationLock *lock;
} PgsAlign;

/* revision: that it is about; -1: none. */
void pgs_align_tell(const PgsAlign *align, PgsAlignStage stage, gboolean is_done, gint revision,
                    const char *format, ...) G_GNUC_PRINTF(5, 6);
gint pgs_align_head(const PgsAlign *align);
/* index: -1: base. */
const char *pgs_align_label(const PgsAlign *align, gint index);
/* The target's, now. */
PgsSnapshot *pgs_align_read_schema(const PgsAlign *align, GError **error);

/* In align_verify.c: what came of it is held against head, the models and the rows before. */
gboolean pgs_align_verify(const PgsAlign *align, GError **error);

#endif
