#ifndef PGS_OPERATE_BACKUP_CONTAINER_H
#define PGS_OPERATE_BACKUP_CONTAINER_H

#include "operate/backup_tools.h"

/*
 * The container of this machine's engine in which the target's server runs, and its programs; NULL
 * without error: none is.  A container counts when one of its ports leads to the address that the
 * target is reached by, and the server that answers inside is the very same (its system identifier
 * and the moment of its start).
 */
PgsBackupTools *pgs_backup_container_find(const PgsDatabase *target, GError **error);

#endif
