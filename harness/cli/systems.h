#ifndef PGS_CLI_SYSTEMS_H
#define PGS_CLI_SYSTEMS_H

#include "cli/options.h"
#include "project/project.h"

/* The systems that a command line names: folders as they are, or what a pgstair.yaml says. */
typedef struct {
    GPtrArray *systems; /* PgsSystem, in the order of the arguments; borrowed from: */
    GPtrArray *projects;
    GPtrArray *bare; /* folders without a pgstair.yaml */
} PgsSystems;

void pgs_systems_clear(PgsSystems *systems);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSystems, pgs_systems_clear)

/*
 * Each argument is a folder (with --no-config, or without a pgstair.yaml in it: as it is; otherwise
 * every system of that file) or a configuration file; with --config FILE the name of a system of
 * that file, none: all.  Without arguments: the working folder's pgstair.yaml.  --system chooses
 * among them.  What the options say of a system wins over the file.
 */
gboolean pgs_systems_resolve(const PgsSettings *settings, PgsSystems *systems, GError **error);

/* The one system that a folder stands for. */
gboolean pgs_systems_resolve_one(const PgsSettings *settings, const char *folder,
                                 PgsSystems *systems, GError **error);

/* Adds what --set says.  PGS_CONFIG_ERROR. */
gboolean pgs_systems_apply_set(PgsSystem *system, const PgsSettings *settings, GError **error);

#endif
