#ifndef PGS_CLI_INIT_FIND_H
#define PGS_CLI_INIT_FIND_H

#include "project/system.h"

/*
 * Looks for what lies near a folder of migrations and may belong to it: sample data (a folder
 * "seeds" or the like, here or above, up to the repository's root), an SQL file of the whole
 * schema, requirements.  Adds it to the system's lists, with paths as this process can open them.
 */
void pgs_init_find(PgsSystem *system);

/* path as it has to stand in a file in folder.  Free with g_free(). */
char *pgs_init_relative(const char *folder, const char *path);

#endif
