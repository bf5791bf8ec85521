#include "migration/flyway_name.h"

#include "migration/pairs.h"

#include <string.h>

/* github.com/flyway/flyway, flyway-core/src/main/java/org/flywaydb/core/: internal/resource/
 * ResourceNameParser.java, api/MigrationVersion.java, api/callback/Event.java. */

/* Event.java, without those of one statement (told apart in flyway_callbacks.c).  The longest that
 * fits wins. */
static const char *const events[] = {
    "beforeClean",
    "afterClean",
    "afterCleanError",
    "beforeMigrate",
    "beforeEachMigrate",
    "beforeEachMigrateStatement",
    "afterEachMigrateStatement",
    "afterEachMigrateStatementError",
    "afterEachMigrate",
    "afterEachMigrateError",
    "beforeRepeatables",
    "afterVersioned",
    "afterMigrateApplied",
    "afterMigrate",
    "afterMigrateError",
    "beforeUndo",
    "beforeEachUndo",
    "beforeEachUndoStatement",
    "afterEachUndoStatement",
    "afterEachUndoStatementError",
    "afterEachUndo",
    "afterEachUndoError",
    "afterUndo",
    "afterUndoError",
    "beforeValidate",
    "afterValidate",
    "afterValidateError",
    "beforeBaseline",
    "afterBaseline",
    "afterBaselineError",
    "beforeRepair",
    "afterRepair",
    "afterRepairError",
    "beforeInfo",
    "afterInfo",
    "afterInfoError",
    "afterMigrateOperationFinish",
    "afterInfoOperationFinish",
    "createSchema",
    "beforeCreateSchema",
    "beforeConnect",
    "afterConnect",
};

/* One part of a version, as BigInteger reads it: digits, maybe with a plus. */
static gboolean
append_part(GString *key, const char *part)
{
    const char *digits = part + (*part == '+');
    if (*digits == '\0' || strspn(digits, "0123456789") != strlen(digits))
        return FALSE;
    g_autofree char *number = pgs_pairs_number_key(digits);
    g_string_append(key, number);
    g_string_append_c(key, ' ');
    return TRUE;
}

/* MigrationVersion.tokenize(): parts between dots (SPLIT_REGEX: in front of a digit), without zeros
 * at the end. */
char *
pgs_flyway_version_key(const char *version)
{
    g_autofree char *dotted = g_strdelimit(g_strdup(version), "_", '.');
    g_auto(GStrv) parts = g_strsplit(dotted, ".", -1);
    g_autoptr(GString) key = g_string_new(NULL);
    guint n = g_strv_length(parts);
    while (n > 1 && parts[n - 1][0] != '\0' && strspn(parts[n - 1], "0") == strlen(parts[n - 1]))
        n--;
    if (n == 0)
        return NULL;
    for (guint i = 0; i < n; i++) {
        if (!append_part(key, parts[i]))
            return NULL;
    }
    return g_string_free(g_steal_pointer(&key), FALSE);
}

typedef struct {
    const char *prefix;
    PgsFlywayKind kind;
} Prefix;

static void
try_prefix(const char *stem, const char *prefix, PgsFlywayKind kind, Prefix *best)
{
    if (g_str_has_prefix(stem, prefix) &&
        (best->prefix == NULL || strlen(prefix) > strlen(best->prefix)))
        *best = (Prefix){prefix, kind};
}

/* findPrefix(): the longest. */
static Prefix
find_prefix(const PgsFlywayConfig *config, const char *stem)
{
    Prefix best = {NULL, PGS_FLYWAY_INVALID};
    try_prefix(stem, config->versioned, PGS_FLYWAY_VERSIONED, &best);
    try_prefix(stem, config->repeatable, PGS_FLYWAY_REPEATABLE, &best);
    for (gsize i = 0; i < G_N_ELEMENTS(events); i++)
        try_prefix(stem, events[i], PGS_FLYWAY_CALLBACK, &best);
    try_prefix(stem, config->undo, PGS_FLYWAY_UNDO, &best);
    try_prefix(stem, config->baseline, PGS_FLYWAY_BASELINE, &best);
    return best;
}

/* stripSuffix(): case-insensitive.  NULL: none of them. */
static char *
strip_suffix(const PgsFlywayConfig *config, const char *file)
{
    gsize length = strlen(file);
    for (char **suffix = config->suffixes; *suffix != NULL; suffix++) {
        gsize n = strlen(*suffix);
        if (length > n && g_ascii_strcasecmp(file + length - n, *suffix) == 0)
            return g_strndup(file, length - n);
    }
    return NULL;
}

static void
refuse(PgsFlywayName *name, char *fault)
{
    name->kind = PGS_FLYWAY_INVALID;
    name->fault = fault;
}

static void
check(PgsFlywayName *name, const PgsFlywayConfig *config)
{
    gboolean versioned = name->kind != PGS_FLYWAY_REPEATABLE && name->kind != PGS_FLYWAY_CALLBACK;
    if (!versioned && name->version[0] != '\0')
        refuse(name, g_strdup_printf("it cannot contain a version and should look like this: "
                                     "%s%sdescription.sql",
                                     name->prefix, config->separator));
    else if (versioned && name->version[0] == '\0')
        refuse(name, g_strdup_printf("it must contain a version and should look like this: "
                                     "%s1.2%sdescription.sql",
                                     name->prefix, config->separator));
    if (!versioned || name->fault != NULL)
        return;
    name->key = pgs_flyway_version_key(name->version);
    if (name->key == NULL)
        refuse(name, g_strdup_printf("could not recognise version number %s", name->version));
    g_strdelimit(name->version, "_", '.');
}

void
pgs_flyway_name_parse(PgsFlywayName *name, const PgsFlywayConfig *config, const char *file)
{
    *name = (PgsFlywayName){.kind = PGS_FLYWAY_FOREIGN};
    name->stem = strip_suffix(config, file);
    if (name->stem == NULL)
        return;
    Prefix prefix = find_prefix(config, name->stem);
    if (prefix.prefix == NULL) {
        refuse(name, g_strdup("unrecognised migration name format"));
        return;
    }
    name->kind = prefix.kind;
    name->prefix = g_strdup(prefix.prefix);
    const char *rest = name->stem + strlen(prefix.prefix);
    const char *separator = strstr(rest, config->separator);
    gsize length = separator != NULL ? (gsize)(separator - rest) : strlen(rest);
    name->version = g_strndup(rest, length);
    name->description = g_strdup(separator != NULL ? separator + strlen(config->separator) : "");
    check(name, config);
}

void
pgs_flyway_name_clear(PgsFlywayName *name)
{
    g_free(name->prefix);
    g_free(name->version);
    g_free(name->key);
    g_free(name->description);
    g_free(name->stem);
    g_free(name->fault);
    *name = (PgsFlywayName){.kind = PGS_FLYWAY_FOREIGN};
}
