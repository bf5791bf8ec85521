#ifndef PGS_MIGRATION_SQITCH_CONFIG_H
#define PGS_MIGRATION_SQITCH_CONFIG_H

#include <glib.h>

/* A sqitch.conf, as Config::GitLike reads it. */
typedef struct _PgsSqitchConfig PgsSqitchConfig;

/* path: for errors, PGS_MIGRATION_ERROR_FOLDER.  Free with pgs_sqitch_config_free(). */
PgsSqitchConfig *pgs_sqitch_config_parse(const char *path, const char *text, GError **error);
/* One that says nothing. */
PgsSqitchConfig *pgs_sqitch_config_new(void);
void pgs_sqitch_config_free(PgsSqitchConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSqitchConfig, pgs_sqitch_config_free)

/* The last value of a key in a section ("engine.pg", "target.test"); NULL: it is not said, or
 * empty, which Sqitch takes for the same. */
const char *pgs_sqitch_config_get(const PgsSqitchConfig *config, const char *section,
                                  const char *key);
gboolean pgs_sqitch_config_has_section(const PgsSqitchConfig *config, const char *section);
/* The names of the sections "prefix.…", without the prefix, each once: g_ptr_array_unref(). */
GPtrArray *pgs_sqitch_config_subsections(const PgsSqitchConfig *config, const char *prefix);
/* Puts the section's keys and values into values (char * to char *, both its own). */
void pgs_sqitch_config_collect(const PgsSqitchConfig *config, const char *section,
                               GHashTable *values);

#endif
