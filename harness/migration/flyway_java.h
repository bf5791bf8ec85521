#ifndef PGS_MIGRATION_FLYWAY_JAVA_H
#define PGS_MIGRATION_FLYWAY_JAVA_H

#include "migration/flyway_config.h"

/*
 * Notes the migrations that are no SQL (V2__x.java, V3__y.sh), in the folder and where Maven and
 * Gradle keep the classes that belong to it; those alone that a new database gets: with a version
 * above the one and not above the other (keys of flyway_name.h, or NULL).
 */
void pgs_flyway_note_code(const PgsFolder *folder, const PgsFlywayConfig *config, const char *above,
                          const char *target, PgsHistory *history);

#endif
