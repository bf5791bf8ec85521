#include "snapshot/kinds.h"

#include <string.h>

static const PgsKind kinds[] = {
    {"database", "pg_database"},
    {"parameter", "pg_parameter_acl"},
    {"role", "pg_authid"},
    {"role membership", "pg_auth_members"},
    {"tablespace", "pg_tablespace"},
    {"schema", "pg_namespace"},
    {"extension", "pg_extension"},
    {"language", "pg_language"},
    {"access method", "pg_am"},
    {"collation", "pg_collation"},
    {"conversion", "pg_conversion"},
    {"type", "pg_type"},
    {"enum type", "pg_type"},
    {"domain", "pg_type"},
    {"domain constraint", "pg_constraint", TRUE},
    {"range type", "pg_type"},
    {"composite type", "pg_class"},
    {"attribute", "pg_attribute", TRUE},
    {"function", "pg_proc"},
    {"procedure", "pg_proc"},
    {"aggregate", "pg_proc"},
    {"window function", "pg_proc"},
    {"cast", "pg_cast"},
    {"transform", "pg_transform"},
    {"operator", "pg_operator"},
    {"operator family", "pg_opfamily"},
    {"operator class", "pg_opclass"},
    {"text search parser", "pg_ts_parser"},
    {"text search template", "pg_ts_template"},
    {"text search dictionary", "pg_ts_dict"},
    {"text search configuration", "pg_ts_config"},
    {"foreign data wrapper", "pg_foreign_data_wrapper"},
    {"server", "pg_foreign_server"},
    {"user mapping", "pg_user_mapping"},
    {"sequence", "pg_class"},
    {"table", "pg_class"},
    {"foreign table", "pg_class"},
    {"view", "pg_class"},
    {"materialized view", "pg_class"},
    {"column", "pg_attribute", TRUE},
    {"not-null constraint", "pg_constraint", TRUE},
    {"check constraint", "pg_constraint", TRUE},
    {"primary key", "pg_constraint", TRUE},
    {"unique constraint", "pg_constraint", TRUE},
    {"exclusion constraint", "pg_constraint", TRUE},
    {"foreign key", "pg_constraint", TRUE},
    {"index", "pg_class"},
    {"statistics", "pg_statistic_ext"},
    {"rule", "pg_rewrite", TRUE},
    {"policy", "pg_policy", TRUE},
    {"trigger", "pg_trigger", TRUE},
    {"event trigger", "pg_event_trigger"},
    {"publication", "pg_publication"},
    {"subscription", "pg_subscription"},
    {"default privileges", "pg_default_acl"},
    {"system privileges", "pg_init_privs"},
    {"security label", "pg_seclabel"},
    {"large objects", "pg_largeobject_metadata"},
    {0},
};

const PgsKind *
pgs_kind_table(void)
{
    return kinds;
}

const PgsKind *
pgs_kind_find(const char *kind)
{
    for (const PgsKind *row = kinds; row->kind != NULL; row++) {
        if (strcmp(row->kind, kind) == 0)
            return row;
    }
    return NULL;
}

guint
pgs_kind_rank(const char *kind)
{
    const PgsKind *row = pgs_kind_find(kind);
    return row != NULL ? (guint)(row - kinds) : G_N_ELEMENTS(kinds) - 1;
}

const PgsKind *
pgs_kind_at_start(const char *line, gsize length)
{
    const PgsKind *longest = NULL;
    gsize longest_length = 0;
    for (const PgsKind *row = kinds; row->kind != NULL; row++) {
        gsize n = strlen(row->kind);
        if (n > longest_length && n < length && line[n] == ' ' && memcmp(line, row->kind, n) == 0) {
            longest = row;
            longest_length = n;
        }
    }
    return longest;
}
