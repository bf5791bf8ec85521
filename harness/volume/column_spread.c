#include "volume/column_spread.h"

#include "volume/column_fill.h"
#include "volume/distribution.h"

#include <string.h>

/* The fixed instants between which times lie: never the clock, so that the same seed gives the
   same.  Two years before mid-2024. */
#define FIRST_DAY "2022-07-01"
#define LAST_DAY "2024-06-30"
#define DAYS 730

#define WORDS                                                                                      \
    "'{amber,birch,cedar,delta,ember,fjord,grove,harbour,indigo,juniper,kettle,lantern,meadow,"    \
    "north,orchid,pebble,quartz,river,spruce,timber,umber,valley,willow,yarrow,anchor,basalt,"     \
    "copper,dune,elm,flint,garnet,hazel}'::pg_catalog.text[]"

/* A scalar type. */
typedef struct {
    const char *name, *extension;
    const char *sql; /* pgs_spread_expand() */
    gint64 limit;    /* 0: none */
    gint64 usual;
} Row;

static const Row rows[] = {
    {"int2", NULL, "$k", G_MAXINT16, 0},
    {"int4", NULL, "$k", G_MAXINT32, 0},
    {"int8", NULL, "$k", 0, 0},
    {"oid", NULL, "$k", G_MAXUINT32, 0},
    /* Halves are exact. */
    {"float4", NULL, "$k::pg_catalog.float8 * 0.5", 1 << 24, 0},
    {"float8", NULL, "$k::pg_catalog.float8 * 0.5", 0, 0},
    {"money", NULL, "CAST($k AS pg_catalog.numeric) / 100", 0, 0},
    {"uuid", NULL, "$x || pg_catalog.lpad(pg_catalog.to_hex($k), 16, '0')", 0, 0},
    {"bytea", NULL, "pg_catalog.int8send($k)", 0, 0},
    {"time", NULL, "'00:00'::pg_catalog.time + ($k * 59 % 86400) * '1 second'::pg_catalog.interval",
     86400, 1440},
    {"timetz", NULL,
     "'00:00+00'::pg_catalog.timetz + ($k * 59 % 86400) * '1 second'::pg_catalog.interval", 86400,
     1440},
    {"interval", NULL, "$k * '1 minute'::pg_catalog.interval", 0, 0},
    {"json", NULL,
     "'{\"id\": ' || $t || ', \"kind\": \"' || $w || '\", \"label\": \"' || $v || '\"}'", 0, 0},
    {"jsonb", NULL,
     "'{\"id\": ' || $t || ', \"kind\": \"' || $w || '\", \"label\": \"' || $v || '\"}'", 0, 0},
    {"jsonpath", NULL, "'$$.\"a' || $t || '\"'", 0, 0},
    {"xml", NULL, "'<a>' || $t || '</a>'", 0, 0},
    {"inet", NULL, "'10.0.0.0'::pg_catalog.inet + $k", 1 << 24, 0},
    {"cidr", NULL, "'10.0.0.0'::pg_catalog.inet + $k", 1 << 24, 0},
    {"macaddr", NULL, "'08002b' || pg_catalog.lpad(pg_catalog.to_hex($k), 6, '0')", 1 << 24, 0},
    {"macaddr8", NULL, "'08002bfffe' || pg_catalog.lpad(pg_catalog.to_hex($k), 6, '0')", 1 << 24,
     0},
    {"point", NULL, "'(' || $t || ',' || ($h & 1023)::pg_catalog.text || ')'", 0, 0},
    {"line", NULL, "'{' || $t || ',-1,1}'", 0, 0},
    {"lseg", NULL, "'[(0,0),(' || $t || ',1)]'", 0, 0},
    {"box", NULL, "'(' || ($k + 1)::pg_catalog.text || ',1),(' || $t || ',0)'", 0, 0},
    {"path", NULL, "'((0,0),(' || $t || ',0),(0,1))'", 0, 0},
    {"polygon", NULL, "'((0,0),(' || $t || ',0),(0,1))'", 0, 0},
    {"circle", NULL, "'<(' || $t || ',0),' || $t || '>'", 0, 0},
    {"tsvector", NULL,
     "pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, $w || ' ' || $v || ' n' ||"
     " $t)",
     0, 0},
    {"tsquery", NULL, "'n' || $t", 0, 0},
    {"pg_lsn", NULL, "'0/' || pg_catalog.to_hex($k)", G_MAXUINT32, 0},
    {"txid_snapshot", NULL, "'1:' || $t || ':'", 0, 0},
    {"pg_snapshot", NULL, "'1:' || $t || ':'", 0, 0},
    {"xid", NULL, "$t", G_MAXUINT32, 0},
    {"xid8", NULL, "$t", 0, 0},
    {"cid", NULL, "$t", G_MAXUINT32, 0},
    {"tid", NULL, "'(' || $t || ',1)'", G_MAXUINT32, 0},
    {"oidvector", NULL, "$t || ' 1'", G_MAXUINT32, 0},
    {"int2vector", NULL, "$t || ' 1'", G_MAXINT16, 0},
    {"hstore", "hstore", "'\"id\"=>\"' || $t || '\",\"kind\"=>\"' || $w || '\"'", 0, 0},
    {"ltree", "ltree", "'top.' || $w || '.n' || $t", 0, 0},
    {"lquery", "ltree", "'a' || $t", 0, 0},
    {"ltxtquery", "ltree", "'a' || $t", 0, 0},
    {"cube", "cube", "'(' || $t || ')'", 0, 0},
    {"seg", "seg", "$t", 1 << 20, 0},
    {"query_int", "intarray", "$t", G_MAXINT32, 0},
};

void
pgs_spread_value_clear(PgsSpreadValue *value)
{
    g_clear_pointer(&value->sql, g_free);
}

/* ---- templates ---- */

static char *
hash_of(const PgsSpread *spread, const char *what)
{
    g_autofree char *stream = g_strdup_printf("%s %s", spread->stream, what);
    return pgs_distribution_hash(pgs_bench_seed(spread->bench), stream, spread->value);
}

static void
append_word(GString *sql, const PgsSpread *spread, const char *stream)
{
    g_autofree char *hash = hash_of(spread, stream);
    g_string_append_printf(sql, "(" WORDS ")[1 + (%s & 31)]", hash);
}

static void
append_place(GString *sql, const PgsSpread *spread, char place)
{
    g_autofree char *text = NULL;
    g_autofree char *stream = g_strdup_printf("%s unit", spread->stream);
    switch (place) {
    case 'k':
        g_string_append(sql, spread->value);
        return;
    case 't':
        g_string_append_printf(sql, "(%s)::pg_catalog.text", spread->value);
        return;
    case 'h':
        text = hash_of(spread, "hash");
        g_string_append(sql, text);
        return;
    case 'x':
        text = hash_of(spread, "hash");
        g_string_append_printf(sql, "pg_catalog.lpad(pg_catalog.to_hex(%s), 16, '0')", text);
        return;
    case 'y':
        text = hash_of(spread, "second hash");
        g_string_append_printf(sql, "pg_catalog.lpad(pg_catalog.to_hex(%s), 16, '0')", text);
        return;
    case 'w':
        append_word(sql, spread, "word");
        return;
    case 'v':
        append_word(sql, spread, "second word");
        return;
    case 'i':
        g_string_append(sql, spread->row);
        return;
    case 'n':
        g_string_append_printf(sql, "%" G_GINT64_FORMAT, MAX(spread->rows, 1));
        return;
    case 'u':
        text = pgs_fill_unit(pgs_bench_seed(spread->bench), stream, spread->row);
        g_string_append(sql, text);
        return;
    default:
        g_string_append_c(sql, place);
    }
}

char *
pgs_spread_expand(const PgsSpread *spread, const char *template)
{
    GString *sql = g_string_new(NULL);
    for (const char *p = template; *p != '\0'; p++) {
        if (*p == '$' && p[1] != '\0')
            append_place(sql, spread, *++p);
        else
            g_string_append_c(sql, *p);
    }
    return g_string_free(sql, FALSE);
}

gboolean
pgs_spread_name_has(const char *name, const char *words)
{
    if (name == NULL)
        return FALSE;
    g_autofree char *lower = g_ascii_strdown(name, -1);
    g_auto(GStrv) parts = g_strsplit_set(lower, "_- .", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        g_autofree char *word = g_strdup_printf(" %s ", parts[i]);
        if (*parts[i] != '\0' && strstr(words, word) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* ---- numbers ---- */

static gint64
power_of_ten(int n)
{
    gint64 power = 1;
    for (int i = 0; i < n; i++)
        power *= 10;
    return power;
}

/*
 * numeric(p, s) holds p digits, s of them behind the point (docs, 8.1.2; numeric.c: the modifier
 * holds p in its upper half, s as 11 bits with a sign in its lower).  Two places are enough where
 * there is room for more digits in front of them.
 */
static gboolean
spread_numeric(const PgsSpread *spread, PgsSpreadValue *value)
{
    int precision = 30, scale = 2;
    if (spread->typmod >= 4) {
        gint32 bits = (spread->typmod - 4) & 0x7ff;
        precision = ((spread->typmod - 4) >> 16) & 0xffff;
        scale = (bits ^ 1024) - 1024;
        if (scale > 2 && precision - scale >= 3)
            scale = 2;
    }
    int digits = MIN(scale == 2 ? precision : MIN(precision, 18), 18);
    value->limit = digits < 18 ? power_of_ten(digits) - 1 : G_MAXINT64;
    if (scale > 0 && scale < 18)
        value->sql =
            g_strdup_printf("CAST(%s AS pg_catalog.numeric) * 1e-%d", spread->value, scale);
    else
        value->sql =
            g_strdup_printf("CAST(%s AS pg_catalog.numeric) * 1e%d", spread->value, -scale);
    return TRUE;
}

static gboolean
spread_bits(const PgsSpread *spread, PgsSpreadValue *value)
{
    gboolean is_fixed = g_str_equal(spread->type->name, "bit");
    int length = spread->typmod > 0 ? spread->typmod : (is_fixed ? 1 : 32);
    int width = MIN(length, 62);
    value->limit = (G_GINT64_CONSTANT(1) << width);
    value->sql = is_fixed ? g_strdup_printf("CAST(%s AS pg_catalog.bit(%d))", spread->value, length)
                          : g_strdup_printf("CAST(CAST(%s AS pg_catalog.bit(%d)) AS"
                                            " pg_catalog.varbit)",
                                            spread->value, width);
    return TRUE;
}

/* ---- times ---- */

/* By its column's name: a time of a lower rank is not after one of a higher. */
static guint
rank_time(const char *name)
{
    static const char *const ranks[] = {
        " created inserted started starts start begin begins began from since opened received"
        " ordered registered joined submitted requested valid scheduled queued ",
        " deleted archived removed expired expires cancelled canceled revoked retired until ",
    };
    if (pgs_spread_name_has(name, ranks[0]))
        return 0;
    return pgs_spread_name_has(name, ranks[1]) ? 2 : 1;
}

/* Rows come in the order of their times, more or less; seconds, so that timestamp(0) holds them. */
static gboolean
spread_timestamp(const PgsSpread *spread, PgsSpreadValue *value)
{
    static const struct {
        gint64 least, more; /* seconds */
    } jitter[] = {{0, 3600}, {7200, 20 * 86400}, {21 * 86400, 20 * 86400}};
    gint64 step = G_GINT64_CONSTANT(1000000) * DAYS * 86400 / MAX(spread->rows, 1);
    const char *zone = g_str_equal(spread->type->name, "timestamptz") ? "+00" : "";
    guint rank = rank_time(spread->name);
    step = step > 1000000 ? step / 1000000 * 1000000 : MAX(step, 1);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_printf(sql,
                    "'" FIRST_DAY " 00:00:00%s'::pg_catalog.%s + %s * %" G_GINT64_FORMAT
                    " * '1 microsecond'::pg_catalog.interval",
                    zone, spread->type->name, spread->is_distinct ? "$k" : "$i", step);
    if (!spread->is_distinct)
        g_string_append_printf(sql,
                               " + (%" G_GINT64_FORMAT " + pg_catalog.floor($u * %" G_GINT64_FORMAT
                               ")) * '1 second'::pg_catalog.interval",
                               jitter[rank].least, jitter[rank].more);
    value->sql = pgs_spread_expand(spread, sql->str);
    value->limit = G_MAXINT64;
    return TRUE;
}

static gboolean
spread_date(const PgsSpread *spread, PgsSpreadValue *value)
{
    static const int later[] = {0, 1, 22};
    value->limit = spread->is_distinct ? 36500 : DAYS;
    value->usual = DAYS;
    g_autofree char *template =
        spread->is_distinct
            ? g_strdup("'" LAST_DAY "'::pg_catalog.date - ($k)::pg_catalog.int4")
            : g_strdup_printf("'" FIRST_DAY "'::pg_catalog.date + (($i - 1) %% $n * " G_STRINGIFY(
                                  DAYS) " / $n + %d + pg_catalog.floor($u * %d)::pg_catalog.int8)"
                                        "::pg_catalog.int4",
                              later[rank_time(spread->name)], rank_time(spread->name) > 0 ? 20 : 1);
    value->sql = pgs_spread_expand(spread, template);
    return TRUE;
}

/* ---- all ---- */

static gboolean
spread_char(const PgsSpread *spread, PgsSpreadValue *value)
{
    return pgs_spread_text(spread, 1, value);
}

static gboolean
spread_name(const PgsSpread *spread, PgsSpreadValue *value)
{
    return pgs_spread_text(spread, 63, value);
}

/* varchar(n) and char(n) have n + 4 as their modifier; char alone is char(1). */
static gboolean
spread_text(const PgsSpread *spread, PgsSpreadValue *value)
{
    return pgs_spread_text(spread, spread->typmod > 4 ? (guint)spread->typmod - 4 : 0, value);
}

static const struct {
    const char *name, *extension;
    gboolean (*spread)(const PgsSpread *spread, PgsSpreadValue *value);
} special[] = {
    {"numeric", NULL, spread_numeric},
    {"bit", NULL, spread_bits},
    {"varbit", NULL, spread_bits},
    {"timestamp", NULL, spread_timestamp},
    {"timestamptz", NULL, spread_timestamp},
    {"date", NULL, spread_date},
    {"char", NULL, spread_char},
    {"name", NULL, spread_name},
    {"text", NULL, spread_text},
    {"varchar", NULL, spread_text},
    {"bpchar", NULL, spread_text},
    {"refcursor", NULL, spread_text},
    {"citext", "citext", spread_text},
};

static gboolean
is_it(const PgsType *type, const char *name, const char *extension)
{
    if (!g_str_equal(type->name, name))
        return FALSE;
    return extension == NULL ? g_str_equal(type->schema, "pg_catalog")
                             : g_strcmp0(type->extension, extension) == 0;
}

gboolean
pgs_spread_value(const PgsSpread *spread, PgsSpreadValue *value)
{
    *value = (PgsSpreadValue){.limit = G_MAXINT64};
    if (pgs_spread_compound(spread, value))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(special); i++) {
        if (is_it(spread->type, special[i].name, special[i].extension))
            return special[i].spread(spread, value);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!is_it(spread->type, rows[i].name, rows[i].extension))
            continue;
        value->sql = pgs_spread_expand(spread, rows[i].sql);
        value->limit = rows[i].limit > 0 ? rows[i].limit : G_MAXINT64;
        value->usual = rows[i].usual;
        return TRUE;
    }
    return FALSE;
}
