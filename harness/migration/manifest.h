#ifndef PGS_MIGRATION_MANIFEST_H
#define PGS_MIGRATION_MANIFEST_H

#include "migration/reader.h"

/*
 * What is read of TOML files: lines "key = value" and [section]s, with comments.  No more: the keys
 * in question are one-line ones in every such file, and a TOML library would be a dependency for
 * two of them.
 */
typedef enum {
    PGS_TOML_FOUND,
    PGS_TOML_ABSENT,
    PGS_TOML_BROKEN, /* a line that is neither */
} PgsTomlAnswer;

/* The value of a key in front of the first section, as it is written.  *value: g_free(). */
PgsTomlAnswer pgs_toml_value(const char *text, const char *key, char **value);

/*
 * The readers (const PgsReader *) that a project's manifest names (go.mod, Cargo.toml,
 * package.json, pom.xml, …), among those whose names fit the folder: the nearest manifest that
 * names any, in the folder or above it, up to the repository's root.  *reason (g_free()) says
 * which, of the first.
 */
GPtrArray *pgs_manifest_readers(const PgsFolder *folder, char **reason);
/* The tool without a reader that one names, and why (g_free()); NULL: none. */
const char *pgs_manifest_foreign(const PgsFolder *folder, char **reason);

#endif
