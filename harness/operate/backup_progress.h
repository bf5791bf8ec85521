#ifndef PGS_OPERATE_BACKUP_PROGRESS_H
#define PGS_OPERATE_BACKUP_PROGRESS_H

#include "ledger/database.h"
#include "operate/backup_file.h"

/* Tells how large a backup has become, every now and then, while another process writes it. */
typedef struct _PgsBackupProgress PgsBackupProgress;

/* The target's told is called from a thread of its own until pgs_backup_progress_end(). */
PgsBackupProgress *pgs_backup_progress_start(const PgsDatabase *target, const PgsBackupFile *file);
void pgs_backup_progress_end(PgsBackupProgress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsBackupProgress, pgs_backup_progress_end)

#endif
