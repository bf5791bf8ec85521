#ifndef PGS_CLI_MIGRATE_JSON_H
#define PGS_CLI_MIGRATE_JSON_H

#include "cli/migrate.h"
#include "operate/standing.h"

#include <json-glib/json-glib.h>

/* What --json prints (docs/migrate.md names the members). */

/* The members that status, check and history have in common, into the object that is open. */
void pgs_migrate_json_standing(JsonBuilder *builder, const PgsMigrate *migrate,
                               const PgsStanding *standing);
/* A line of the books: its members. */
void pgs_migrate_json_entry(JsonBuilder *builder, const PgsLedgerEntry *entry);
/* Prints the whole, and frees the builder. */
void pgs_migrate_json_print(JsonBuilder *builder);

#endif
