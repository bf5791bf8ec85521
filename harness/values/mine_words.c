#include "values/mine_walk.h"

#include <string.h>

/* ---- operators ---- */

/* Those that give a truth wherever they stand; << and >> may shift bits. */
static const char *const conditions[] = {
    "=",   "<>",   "!=", "<", ">",  "<=", ">=", "~",  "~*", "!~", "!~*", "~~",  "~~*",
    "!~~", "!~~*", "^@", "?", "?|", "?&", "@>", "<@", "@?", "@@", "&&",  "-|-", "~=",
};

static const struct {
    const char *operator;
    PgsPatternSyntax syntax;
} patterns[] = {
    {"~", PGS_PATTERN_REGEX},   {"~*", PGS_PATTERN_REGEX},  {"!~", PGS_PATTERN_REGEX},
    {"!~*", PGS_PATTERN_REGEX}, {"~~", PGS_PATTERN_LIKE},   {"~~*", PGS_PATTERN_LIKE},
    {"!~~", PGS_PATTERN_LIKE},  {"!~~*", PGS_PATTERN_LIKE},
};

static const char *const commuted[][2] = {
    {"<", ">"},   {">", "<"},   {"<=", ">="}, {">=", "<="}, {"@>", "<@"},
    {"<@", "@>"}, {"<<", ">>"}, {">>", "<<"}, {"&<", "&>"}, {"&>", "&<"},
};

static gboolean
is_among(const char *word, const char *const *words, gsize n)
{
    for (gsize i = 0; word != NULL && i < n; i++) {
        if (g_str_equal(word, words[i]))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_is_condition(const PgsNode *node)
{
    switch (node->kind) {
    case PGS_NODE_AND:
    case PGS_NODE_OR:
    case PGS_NODE_NOT:
    case PGS_NODE_NULL_TEST:
    case PGS_NODE_BOOLEAN_TEST:
    case PGS_NODE_DISTINCT:
    case PGS_NODE_ANY:
    case PGS_NODE_ALL:
        return TRUE;
    case PGS_NODE_OPERATOR:
        return node->arguments->len == 2 &&
               is_among(node->name, conditions, G_N_ELEMENTS(conditions));
    default:
        return FALSE;
    }
}

gboolean
pgs_operator_pattern(const char *operator, PgsPatternSyntax * syntax)
{
    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        if (g_strcmp0(operator, patterns[i].operator) != 0)
            continue;
        *syntax = patterns[i].syntax;
        return TRUE;
    }
    return FALSE;
}

const char *
pgs_operator_commuted(const char *operator)
{
    for (gsize i = 0; i < G_N_ELEMENTS(commuted); i++) {
        if (g_strcmp0(operator, commuted[i][0]) == 0)
            return commuted[i][1];
    }
    return operator;
}

/* ---- functions ---- */

static const struct {
    const char *function;
    guint position;
    PgsPatternSyntax syntax;
} pattern_functions[] = {
    {"regexp_like", 1, PGS_PATTERN_REGEX},    {"regexp_match", 1, PGS_PATTERN_REGEX},
    {"regexp_matches", 1, PGS_PATTERN_REGEX}, {"regexp_replace", 1, PGS_PATTERN_REGEX},
    {"regexp_count", 1, PGS_PATTERN_REGEX},   {"regexp_instr", 1, PGS_PATTERN_REGEX},
    {"regexp_substr", 1, PGS_PATTERN_REGEX},  {"regexp_split_to_array", 1, PGS_PATTERN_REGEX},
    {"substring", 1, PGS_PATTERN_REGEX},
};

static const struct {
    const char *function, *operator;
} operator_functions[] = {
    {"starts_with", "^@"},       {"jsonb_exists", "?"},    {"jsonb_exists_any", "?|"},
    {"jsonb_exists_all", "?&"},  {"jsonb_contains", "@>"}, {"jsonb_contained", "<@"},
    {"jsonb_path_exists", "@?"}, {"json_exists", "@?"},    {"jsonb_path_match", "@@"},
    {"array_contains", "@>"},    {"texteq", "="},          {"textlike", "~~"},
    {"textregexeq", "~"},
};

/* Immutable ones of pg_catalog that rules are usually made of, and a few that only look at how the
 * session prints things. */
static const char *const known_functions[] = {
    /* texts */
    "ascii",
    "bit_length",
    "btrim",
    "char_length",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "convert_from",
    "convert_to",
    "decode",
    "encode",
    "initcap",
    "is_normalized",
    "left",
    "length",
    "like_escape",
    "lower",
    "lpad",
    "ltrim",
    "md5",
    "normalize",
    "nullif",
    "octet_length",
    "overlay",
    "position",
    "quote_ident",
    "quote_literal",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "regexp_match",
    "regexp_matches",
    "regexp_replace",
    "regexp_split_to_array",
    "regexp_substr",
    "repeat",
    "replace",
    "reverse",
    "right",
    "rpad",
    "rtrim",
    "sha256",
    "sha512",
    "similar_escape",
    "similar_to_escape",
    "split_part",
    "starts_with",
    "string_to_array",
    "strpos",
    "substr",
    "substring",
    "textlike",
    "texteq",
    "textregexeq",
    "to_hex",
    "translate",
    "upper",
    "bpcharlike",
    "bpchareq",
    /* numbers */
    "abs",
    "ceil",
    "ceiling",
    "div",
    "exp",
    "factorial",
    "floor",
    "gcd",
    "lcm",
    "ln",
    "log",
    "log10",
    "min_scale",
    "mod",
    "numeric",
    "power",
    "round",
    "scale",
    "sign",
    "sqrt",
    "trim_scale",
    "trunc",
    "width_bucket",
    "int4",
    "int8",
    "float8",
    /* dates and times */
    "date",
    "date_bin",
    "date_part",
    "date_trunc",
    "extract",
    "isfinite",
    "justify_days",
    "justify_hours",
    "justify_interval",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamp",
    "timezone",
    /* arrays and rows */
    "array_append",
    "array_cat",
    "array_contains",
    "array_length",
    "array_lower",
    "array_ndims",
    "array_position",
    "array_positions",
    "array_prepend",
    "array_remove",
    "array_replace",
    "array_to_string",
    "array_upper",
    "cardinality",
    "num_nonnulls",
    "num_nulls",
    "trim_array",
    /* JSON and XML */
    "json_array_length",
    "json_extract_path",
    "json_extract_path_text",
    "json_typeof",
    "jsonb_array_length",
    "jsonb_contained",
    "jsonb_contains",
    "jsonb_exists",
    "jsonb_exists_all",
    "jsonb_exists_any",
    "jsonb_extract_path",
    "jsonb_extract_path_text",
    "jsonb_path_exists",
    "jsonb_path_match",
    "jsonb_path_query_first",
    "jsonb_strip_nulls",
    "jsonb_typeof",
    "to_json",
    "to_jsonb",
    "xml_is_well_formed",
    "xpath",
    "xpath_exists",
    /* ranges */
    "isempty",
    "lower_inc",
    "lower_inf",
    "range_merge",
    "upper_inc",
    "upper_inf",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
    /* addresses, bits, shapes */
    "abbrev",
    "area",
    "bit_count",
    "broadcast",
    "center",
    "diameter",
    "family",
    "get_bit",
    "get_byte",
    "height",
    "host",
    "hostmask",
    "inet_same_family",
    "masklen",
    "netmask",
    "network",
    "npoints",
    "point",
    "radius",
    "width",
};

/* A function of PostgreSQL's own is printed without its schema; one of the user's may be too, but
 * only when the search path has it, which is empty here. */
gboolean
pgs_function_is_known(const PgsNode *node)
{
    return node->schema == NULL &&
           is_among(node->name, known_functions, G_N_ELEMENTS(known_functions));
}

gboolean
pgs_function_pattern(const PgsNode *node, guint *position, PgsPatternSyntax *syntax)
{
    for (gsize i = 0; node->schema == NULL && i < G_N_ELEMENTS(pattern_functions); i++) {
        if (g_strcmp0(node->name, pattern_functions[i].function) != 0 ||
            node->arguments->len <= pattern_functions[i].position)
            continue;
        *position = pattern_functions[i].position;
        *syntax = pattern_functions[i].syntax;
        const PgsNode *pattern = pgs_node_strip(g_ptr_array_index(node->arguments, *position));
        return pattern->kind == PGS_NODE_CONSTANT && pattern->constant == PGS_CONSTANT_STRING;
    }
    return FALSE;
}

const char *
pgs_function_operator(const PgsNode *node)
{
    for (gsize i = 0; node->schema == NULL && i < G_N_ELEMENTS(operator_functions); i++) {
        if (g_strcmp0(node->name, operator_functions[i].function) == 0 && node->arguments->len == 2)
            return operator_functions[i].operator;
    }
    return NULL;
}

gboolean
pgs_node_is_stateless(const PgsNode *node)
{
    switch (node->kind) {
    case PGS_NODE_FUNCTION:
        return pgs_function_is_known(node);
    case PGS_NODE_OPERATOR:
    case PGS_NODE_ANY:
    case PGS_NODE_ALL:
        return node->schema == NULL || g_str_equal(node->schema, "pg_catalog");
    case PGS_NODE_CAST: /* regclass and its like look into the catalog */
        return node->name != NULL && !g_str_has_prefix(node->name, "reg");
    case PGS_NODE_OTHER:
        return FALSE;
    default:
        return TRUE;
    }
}
