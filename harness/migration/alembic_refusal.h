#ifndef PGS_MIGRATION_ALEMBIC_REFUSAL_H
#define PGS_MIGRATION_ALEMBIC_REFUSAL_H

#include "migration/alembic_project.h"
#include "migration/reader.h"

/* Why a folder of Alembic's cannot be read, and what to do; each function of refusal is FALSE. */

/* A file as a person knows it: in the folder as it was given, else whole.  g_free(). */
char *pgs_alembic_shown(const PgsFolder *folder, const char *path);

/* The alembic.ini that lies in the folder (absolute), or above it in its repository, and has no
 * [alembic]; g_free().  NULL: there is none. */
char *pgs_alembic_unsaid_section(const char *folder);
/* No configuration says where the scripts are. */
gboolean pgs_alembic_refuse_project(const PgsFolder *folder, const PgsToolSettings *settings,
                                    GError **error);

/* Flask-Migrate's: it hands Alembic what neither the configuration nor env.py has. */
gboolean pgs_alembic_needs_flask(const PgsAlembicProject *project);
gboolean pgs_alembic_refuse_flask(const PgsFolder *folder, const PgsAlembicProject *project,
                                  GError **error);

/* What Alembic, or a revision's file, says instead of the list: said is of answer. */
gboolean pgs_alembic_refuse_list(const PgsFolder *folder, const PgsAlembicProject *project,
                                 JsonObject *said, JsonObject *answer, GError **error);

#endif
