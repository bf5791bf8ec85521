#ifndef PGS_MIGRATION_FLYWAY_SCRIPT_H
#define PGS_MIGRATION_FLYWAY_SCRIPT_H

#include "migration/flyway_config.h"
#include "migration/step.h"

/* What Flyway does with one file. */
typedef struct {
    const PgsFlywayConfig *config;
    const PgsFolder *folder; /* that the file is in */
    PgsFolderFile *file;
    gboolean is_resolved; /* its placeholders are replaced before anything runs (repeatables, for
                             their checksum), so that a wrong one stops all */
    gboolean is_skipped;  /* set: its .conf has it not executed */
    gboolean is_alone;    /* set: it is not run in a transaction */
} PgsFlywayScript;

/*
 * The file as Flyway sends it: decoded, placeholders replaced, split; with what its .conf says.
 * What Flyway refuses only when it comes to that file is the step's own error.  NULL with error
 * where it refuses the folder.
 */
PgsStep *pgs_flyway_script_step(PgsFlywayScript *script, GError **error);

#endif
