#ifndef PGS_CLI_MIGRATE_SHOW_H
#define PGS_CLI_MIGRATE_SHOW_H

#include "cli/migrate.h"
#include "operate/migration_plan.h"
#include "operate/standing.h"

/* What the commands of "pgstair migrate" print: plain text, within the terminal's columns. */

/* "Name       text", broken at the width, with further lines below the text. */
void pgs_show_row(GString *out, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Labels with commas between, at most so many (0: all), then how many more there are: g_free(). */
char *pgs_show_labels(const PgsHistory *history, const GArray *revisions, guint most);
/* Which database, by which tool, and where it stands; what a person should know of it. */
void pgs_show_place(GString *out, const PgsMigrate *migrate);
void pgs_show_standing(GString *out, const PgsMigrate *migrate, const PgsStanding *standing);
void pgs_show_pending(GString *out, const PgsMigrate *migrate, const PgsStanding *standing);
void pgs_show_concerns(GString *out, const PgsMigrate *migrate, const PgsStanding *standing);
/* The revisions that are to be run, with what is special about them. */
void pgs_show_plan(GString *out, const PgsHistory *history, const PgsMigrationPlan *plan);
/* On standard output, where no line of it is a command to a CI system; frees it.  Nothing with
 * --quiet. */
void pgs_show_print(const PgsMigrate *migrate, GString *out);
/* The same, with --quiet too. */
void pgs_show_print_always(GString *out);
/* With --dry-run: that nothing was changed. */
void pgs_show_trial(const PgsMigrate *migrate);

#endif
