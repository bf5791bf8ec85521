#include "check/expect_rows.h"

#include <string.h>

#define ALWAYS PGS_ASKED_ALWAYS
#define ANY PGS_ASKED_WITH_ANY

/* A constraint that may wait. */
#define DEFERRABLE_ROWS                                                                            \
    {"deferrable", NULL, PGS_FACT_FLAG, "deferrable", "not deferrable", ANY, NULL},                \
    {                                                                                              \
        "initially-deferred", NULL, PGS_FACT_FLAG, "initially deferred", "initially immediate",    \
            ANY, NULL                                                                              \
    }
/* A constraint that rows may break. */
#define VALIDATED_ROWS                                                                             \
    {"not-valid", "validity", PGS_FACT_FLAG, "NOT VALID", "validated", ALWAYS, NULL},              \
    {                                                                                              \
        "not-enforced", "enforcement", PGS_FACT_FLAG, "NOT ENFORCED", "enforced", ALWAYS, NULL     \
    }
/* An index that is of no use, or of less. */
#define SOUND_INDEX_ROWS                                                                           \
    {"invalid", "validity", PGS_FACT_FLAG, "INVALID", "valid", ALWAYS, NULL},                      \
    {                                                                                              \
        "not-ready", "readiness", PGS_FACT_FLAG, "not ready", "ready", ALWAYS, NULL                \
    }
#define NULLS_ROW                                                                                  \
    {                                                                                              \
        "nulls-not-distinct", "nulls", PGS_FACT_FLAG, "nulls not distinct", "nulls distinct", ANY, \
            NULL                                                                                   \
    }
#define COMMENT_ROW                                                                                \
    {                                                                                              \
        "comment", NULL, PGS_FACT_TEXT, "comment \"%s\"", NULL, NULL, NULL                         \
    }

#define INCLUDE_ROW                                                                                \
    {                                                                                              \
        "include", "included columns", PGS_FACT_NAMES, "include (%s)", NULL, ANY, NULL             \
    }
/* Triggers by which the server keeps a constraint. */
#define TRIGGERS_ROW                                                                               \
    {                                                                                              \
        "triggers", "its triggers", PGS_FACT_WORD, "%s", "enabled", ALWAYS, NULL                   \
    }
#define OPTIONS_ROW(asked)                                                                         \
    {                                                                                              \
        "options", NULL, PGS_FACT_OPTIONS, "with (%s)", NULL, asked, NULL                          \
    }

static const PgsExpectRow column[] = {
    {"type", NULL, PGS_FACT_TYPE, "%s", NULL, NULL, NULL},
    {"collation", NULL, PGS_FACT_IDENTIFIER, "collate %s", "the type's collation", "type", NULL},
    {"not-null", "nullability", PGS_FACT_FLAG, "not null", "null", ANY, NULL},
    {"default", NULL, PGS_FACT_DEFAULT, "default %s", NULL, ANY, NULL},
    {"identity", NULL, PGS_FACT_WORD, "generated %s as identity", NULL, ANY, NULL},
    {"generated", "generation", PGS_FACT_GENERATED, "generated always as %s", "not generated", ANY,
     NULL},
    OPTIONS_ROW(ANY),
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow primary_key[] = {
    {"columns", NULL, PGS_FACT_NAMES, "primary key (%s)", NULL, NULL, NULL},
    INCLUDE_ROW,
    DEFERRABLE_ROWS,
    SOUND_INDEX_ROWS,
    TRIGGERS_ROW,
    OPTIONS_ROW(ANY),
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow unique[] = {
    {"columns", NULL, PGS_FACT_NAMES, "unique (%s)", NULL, NULL, NULL},
    {"predicate", NULL, PGS_FACT_PREDICATE, "where %s", NULL, ALWAYS, NULL},
    /* Of a rule that is an index they say nothing that it does not say itself. */
    {"unique", NULL, PGS_FACT_FLAG, "unique", "not unique", NULL, NULL},
    {"method", NULL, PGS_FACT_WORD, "using %s", NULL, NULL, NULL},
    INCLUDE_ROW,
    NULLS_ROW,
    DEFERRABLE_ROWS,
    SOUND_INDEX_ROWS,
    TRIGGERS_ROW,
    OPTIONS_ROW(ANY),
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow foreign_key[] = {
    {"columns", NULL, PGS_FACT_NAMES, "foreign key (%s)", NULL, NULL, NULL},
    {"references", NULL, PGS_FACT_REFERENCES, "references %s", NULL, NULL, NULL},
    {"on-delete", "on delete", PGS_FACT_RULE, "on delete %s", NULL, ANY, "NO ACTION"},
    {"on-update", "on update", PGS_FACT_RULE, "on update %s", NULL, ANY, "NO ACTION"},
    {"match", NULL, PGS_FACT_WORD, "match %s", "match SIMPLE", ANY, NULL},
    DEFERRABLE_ROWS,
    VALIDATED_ROWS,
    TRIGGERS_ROW,
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow check[] = {
    {"expression", NULL, PGS_FACT_CHECK, "check %s", NULL, NULL, NULL},
    {"columns", NULL, PGS_FACT_NAMES, "over %s", NULL, NULL, NULL},
    {"no-inherit", "inheritance", PGS_FACT_FLAG, "no inherit", "inherited by children", ANY, NULL},
    VALIDATED_ROWS,
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow exclusion[] = {
    {"columns", NULL, PGS_FACT_TEXT, "exclude (%s)", NULL, NULL, NULL},
    {"method", NULL, PGS_FACT_WORD, "using %s", NULL, NULL, NULL},
    {"predicate", NULL, PGS_FACT_PREDICATE, "where %s", NULL, ANY, NULL},
    INCLUDE_ROW,
    DEFERRABLE_ROWS,
    SOUND_INDEX_ROWS,
    TRIGGERS_ROW,
    OPTIONS_ROW(ANY),
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow index_rows[] = {
    {"unique", "uniqueness", PGS_FACT_FLAG, "unique", "not unique", ANY, NULL},
    {"method", NULL, PGS_FACT_WORD, "using %s", NULL, ANY, "btree"},
    {"columns", NULL, PGS_FACT_KEYS, "(%s)", NULL, NULL, NULL},
    INCLUDE_ROW,
    {"predicate", NULL, PGS_FACT_PREDICATE, "where %s", NULL, ANY, NULL},
    NULLS_ROW,
    SOUND_INDEX_ROWS,
    OPTIONS_ROW(ANY),
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow enum_type[] = {
    {"labels", NULL, PGS_FACT_LIST, "%s", NULL, NULL, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow trigger[] = {
    {"timing", NULL, PGS_FACT_WORD, "%s", NULL, NULL, NULL},
    {"events", NULL, PGS_FACT_EVENTS, "%s", NULL, NULL, NULL},
    {"columns", NULL, PGS_FACT_NAMES, "of %s", "of any column", ANY, NULL},
    {"for-each", "level", PGS_FACT_WORD, "for each %s", NULL, ANY, "STATEMENT"},
    {"when", "condition", PGS_FACT_WHEN, "when %s", NULL, ANY, NULL},
    {"function", NULL, PGS_FACT_FUNCTION, "execute %s", NULL, NULL, NULL},
    {"arguments", NULL, PGS_FACT_LIST, "with %s", NULL, ANY, NULL},
    {"from", NULL, PGS_FACT_RELATION, "from %s", NULL, ANY, NULL},
    {"old-table", "old table", PGS_FACT_NAMES, "old table as %s", NULL, ANY, NULL},
    {"new-table", "new table", PGS_FACT_NAMES, "new table as %s", NULL, ANY, NULL},
    {"constraint", NULL, PGS_FACT_FLAG, "constraint trigger", "no constraint trigger", ANY, NULL},
    DEFERRABLE_ROWS,
    {"state", NULL, PGS_FACT_WORD, "%s", "enabled", ALWAYS, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow function[] = {
    {"returns", NULL, PGS_FACT_RESULT, "returns %s", NULL, NULL, NULL},
    {"language", NULL, PGS_FACT_WORD, "language %s", NULL, NULL, NULL},
    {"volatility", NULL, PGS_FACT_WORD, "%s", "VOLATILE", ANY, NULL},
    {"strict", NULL, PGS_FACT_FLAG, "strict", "called on null input", ANY, NULL},
    {"security-definer", "security", PGS_FACT_FLAG, "security definer", "security invoker", ANY,
     NULL},
    {"settings", NULL, PGS_FACT_TEXT, "set %s", NULL, ANY, NULL},
    {"parallel", "parallel safety", PGS_FACT_WORD, "parallel %s", "parallel UNSAFE", ANY, NULL},
    {"leakproof", NULL, PGS_FACT_FLAG, "leakproof", "not leakproof", ANY, NULL},
    {"arguments", NULL, PGS_FACT_TEXT, "with %s", NULL, NULL, NULL},
    {"body", NULL, PGS_FACT_BODY, "as %s", NULL, NULL, NULL},
    {"library", NULL, PGS_FACT_TEXT, "in %s", NULL, NULL, NULL},
    COMMENT_ROW,
    {0},
};
/* A plain table is permanent, ordinary, open to who may read it, and kept as tables are. */
static const PgsExpectRow table[] = {
    {"persistence", NULL, PGS_FACT_WORD, "%s", "logged", ALWAYS, NULL},
    {"row-security", "row security", PGS_FACT_FLAG, "row security", NULL, ALWAYS, NULL},
    {"force-row-security", "forced row security", PGS_FACT_FLAG, "forced row security", NULL,
     ALWAYS, NULL},
    {"partition-by", "partitioning", PGS_FACT_PARTITION, "partition by %s", "not partitioned",
     ALWAYS, NULL},
    {"partition-of", "parent", PGS_FACT_RELATION, "partition of %s", NULL, ALWAYS, NULL},
    {"bound", NULL, PGS_FACT_PARTITION, "%s", NULL, "partition-of", NULL},
    {"inherits", "parents", PGS_FACT_RELATIONS, "inherits %s", NULL, ALWAYS, NULL},
    {"of-type", "type", PGS_FACT_TYPE, "of %s", NULL, ALWAYS, NULL},
    {"access-method", "access method", PGS_FACT_WORD, "using %s", "using heap", ALWAYS, NULL},
    {"detach-pending", "detachment", PGS_FACT_FLAG, "detach pending", "not being detached", ALWAYS,
     NULL},
    OPTIONS_ROW(ALWAYS),
    {"server", NULL, PGS_FACT_TEXT, "server %s", NULL, NULL, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow view[] = {
    {"definition", NULL, PGS_FACT_VIEW, "as %s", NULL, NULL, NULL},
    {"not-populated", "population", PGS_FACT_FLAG, "not populated", "populated", ANY, NULL},
    OPTIONS_ROW(ANY),
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow policy[] = {
    {"command", NULL, PGS_FACT_WORD, "for %s", NULL, ANY, "ALL"},
    {"restrictive", NULL, PGS_FACT_FLAG, "restrictive", "permissive", ANY, NULL},
    {"roles", NULL, PGS_FACT_WORD, "to %s", NULL, ANY, "PUBLIC"},
    {"using", NULL, PGS_FACT_POLICY, "using %s", NULL, ANY, NULL},
    {"with-check", NULL, PGS_FACT_POLICY, "with check %s", NULL, ANY, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow domain[] = {
    {"type", NULL, PGS_FACT_TYPE, "%s", NULL, NULL, NULL},
    {"not-null", "nullability", PGS_FACT_FLAG, "not null", "null", ANY, NULL},
    {"default", NULL, PGS_FACT_DEFAULT, "default %s", NULL, ANY, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow domain_constraint[] = {
    {"expression", NULL, PGS_FACT_DOMAIN_CHECK, "check %s", NULL, NULL, NULL},
    VALIDATED_ROWS,
    COMMENT_ROW,
    {0},
};
/* What else a sequence has hangs together: a type has its bounds, a direction its start. */
static const PgsExpectRow sequence[] = {
    {"type", NULL, PGS_FACT_TYPE, "%s", NULL, NULL, NULL},
    {"start", NULL, PGS_FACT_TEXT, "start %s", NULL, NULL, NULL},
    {"increment", NULL, PGS_FACT_TEXT, "increment %s", NULL, ANY, "1"},
    {"minimum", NULL, PGS_FACT_TEXT, "minimum %s", NULL, NULL, NULL},
    {"maximum", NULL, PGS_FACT_TEXT, "maximum %s", NULL, NULL, NULL},
    {"cycle", NULL, PGS_FACT_FLAG, "cycle", "no cycle", ANY, NULL},
    {"owned-by", "owner column", PGS_FACT_TEXT, "owned by %s", "owned by none", ANY, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow of_composite[] = {
    {"type", NULL, PGS_FACT_TYPE, "%s", NULL, NULL, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow schema[] = {
    {"version", NULL, PGS_FACT_TEXT, "version %s", NULL, NULL, NULL},
    {"schema", NULL, PGS_FACT_NAMES, "in schema %s", NULL, NULL, NULL},
    COMMENT_ROW,
    {0},
};
static const PgsExpectRow other[] = {
    {0},
};

static const struct {
    const char *kind;
    const PgsExpectRow *rows;
    const char *check;
} kinds[] = {
    {"table", table, "expect.table"},
    {"foreign table", table, "expect.table"},
    {"column", column, "expect.column"},
    {"primary key", primary_key, "expect.primary-key"},
    {"unique constraint", unique, "expect.unique"},
    {"unique rule", unique, "expect.unique"},
    {"foreign key", foreign_key, "expect.foreign-key"},
    {"check constraint", check, "expect.check"},
    {"exclusion constraint", exclusion, "expect.object"},
    {"index", index_rows, "expect.index"},
    {"enum type", enum_type, "expect.enum"},
    {"trigger", trigger, "expect.trigger"},
    {"function", function, "expect.object"},
    {"procedure", function, "expect.object"},
    {"view", view, "expect.object"},
    {"materialized view", view, "expect.object"},
    {"policy", policy, "expect.object"},
    {"domain", domain, "expect.object"},
    {"domain constraint", domain_constraint, "expect.object"},
    {"sequence", sequence, "expect.object"},
    {"attribute", of_composite, "expect.object"},
    {"schema", schema, "expect.object"},
    {"extension", schema, "expect.object"},
};

const PgsExpectRow *
pgs_expect_rows(const char *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].rows;
    }
    return other;
}

const PgsExpectRow *
pgs_expect_row(const char *kind, const char *attribute)
{
    for (const PgsExpectRow *row = pgs_expect_rows(kind); row->attribute != NULL; row++) {
        if (strcmp(row->attribute, attribute) == 0)
            return row;
    }
    return NULL;
}

/* Whose it is, what is said of it, how it is kept and tuned, and what follows from other objects.
 */
static const char *const unasked[] = {
    "arguments",
    "attached-to",
    "attribute-order",
    "cache",
    "clustered",
    "column-order",
    "comment",
    "compression",
    "cost",
    "extension-needed",
    "foreign-options",
    "index-comment",
    "inherited",
    "inherited-from",
    "local",
    "multirange-type",
    "owner",
    "privileges",
    "replica-identity",
    "rows",
    "statistics-target",
    "storage",
    "support",
    "tablespace",
    "transform",
    NULL,
};

gboolean
pgs_expect_is_unasked(const char *attribute)
{
    return g_strv_contains(unasked, attribute);
}

const char *
pgs_expect_check_id(const char *kind, gboolean absent)
{
    if (absent)
        return "expect.absent";
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].check;
    }
    return "expect.object";
}
