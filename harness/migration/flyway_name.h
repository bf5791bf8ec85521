#ifndef PGS_MIGRATION_FLYWAY_NAME_H
#define PGS_MIGRATION_FLYWAY_NAME_H

#include "migration/flyway_config.h"

typedef enum {
    PGS_FLYWAY_FOREIGN, /* Flyway does not look at it */
    PGS_FLYWAY_INVALID, /* it looks like one of its files, and is none */
    PGS_FLYWAY_VERSIONED,
    PGS_FLYWAY_UNDO,
    PGS_FLYWAY_BASELINE,
    PGS_FLYWAY_REPEATABLE,
    PGS_FLYWAY_CALLBACK,
} PgsFlywayKind;

/* What a file's name says. */
typedef struct {
    PgsFlywayKind kind;
    char *prefix;      /* "V"; of a callback its event: "beforeMigrate" */
    char *version;     /* "1.1" for V1_1__x.sql; "" when it has none */
    char *key;         /* in byte order the order of versions, equal for equal ones */
    char *description; /* "add_users"; maybe "" */
    char *stem;        /* the name without its suffix */
    char *fault;       /* why it is invalid, as Flyway says it */
} PgsFlywayName;

/* file: without its folder. */
void pgs_flyway_name_parse(PgsFlywayName *name, const PgsFlywayConfig *config, const char *file);
void pgs_flyway_name_clear(PgsFlywayName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsFlywayName, pgs_flyway_name_clear)

/* The key of a version as it is written in a name or as a target; NULL: it is none. */
char *pgs_flyway_version_key(const char *version);

#endif
