#include "values/generator_types.h"

#include <string.h>

#define EDGES(...) ((const char *const[]){__VA_ARGS__, NULL})

#define NUMBER_EDGES EDGES("0", "1", "-1")
#define JSON_EDGES                                                                                 \
    EDGES("{}", "[]", "null", "true", "false", "0", "1", "-1", "\"\"", "\" \"", "\"a\"", "[1]",    \
          "[\"a\"]", "[{}]", "{\"a\": null}")
#define TEXT_FAMILY &pgs_family_text
#define DATE_EDGES(TIME)                                                                           \
    EDGES("1900-01-01" TIME, "1970-01-01" TIME, "2000-02-29" TIME, "2100-01-01" TIME, "infinity",  \
          "-infinity")

/* Times from ten o'clock on, by minutes, ascend until midnight. */
#define MINUTES_LEFT (14 * 60)
#define INTEGER(NAME, MIN, MAX)                                                                    \
    {                                                                                              \
        .name = NAME, .family = &pgs_family_integer, .min = MIN, .max = MAX, .step = "1",          \
        .ascends = TRUE, .edges = NUMBER_EDGES                                                     \
    }
/* The number itself, from 1. */
#define COUNTED(NAME, TEMPLATE)                                                                    \
    {                                                                                              \
        .name = NAME, .family = &pgs_family_pattern, .template = TEMPLATE, .first = 1              \
    }
#define LIST(NAME, ...)                                                                            \
    {                                                                                              \
        .name = NAME, .family = &pgs_family_list, .edges = EDGES(__VA_ARGS__)                      \
    }
#define ISN(NAME, BEGIN)                                                                           \
    {                                                                                              \
        .name = NAME, .extension = "isn", .family = &pgs_family_isn, .template = BEGIN             \
    }

static const PgsScalar scalars[] = {
    INTEGER("int2", G_MININT16, G_MAXINT16),
    INTEGER("int4", G_MININT32, G_MAXINT32),
    INTEGER("int8", G_MININT64, G_MAXINT64),
    {.name = "numeric", .family = &pgs_family_numeric, .step = "1", .ascends = TRUE},
    {.name = "float4",
     .family = &pgs_family_float,
     .max = 1 << 24,
     .step = "1",
     .ascends = TRUE,
     .edges = EDGES("0", "1", "-1", "0.5", "1e30", "-1e30", "Infinity", "-Infinity", "NaN")},
    {.name = "float8",
     .family = &pgs_family_float,
     .max = G_MAXINT64,
     .step = "1",
     .ascends = TRUE,
     .edges = EDGES("0", "1", "-1", "0.5", "1e300", "-1e300", "Infinity", "-Infinity", "NaN")},
    {.name = "money",
     .family = &pgs_family_money,
     .max = G_MAXINT64,
     .step = "'1'::pg_catalog.money",
     .ascends = TRUE,
     .edges = NUMBER_EDGES},

    {.name = "text", .family = TEXT_FAMILY},
    {.name = "varchar", .family = TEXT_FAMILY},
    {.name = "bpchar", .family = TEXT_FAMILY},
    {.name = "char", .family = TEXT_FAMILY, .limit = 1},
    {.name = "name", .family = TEXT_FAMILY, .limit = 63},
    {.name = "refcursor", .family = TEXT_FAMILY},
    {.name = "citext", .extension = "citext", .family = TEXT_FAMILY},

    {.name = "bool", .family = &pgs_family_bool, .edges = EDGES("true", "false")},
    {.name = "bytea", .family = &pgs_family_bytes, .edges = EDGES("", "\\x00", "\\xff")},
    {.name = "bit", .family = &pgs_family_bits},
    {.name = "varbit", .family = &pgs_family_bits, .first = 1},
    {.name = "uuid",
     .family = &pgs_family_uuid,
     .template = "00000000-0000-4000-8000-0000@@@@",
     .first = 1,
     .edges =
         EDGES("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")},

    {.name = "date",
     .family = &pgs_family_date,
     .step = "1",
     .ascends = TRUE,
     .edges = DATE_EDGES("")},
    {.name = "timestamp",
     .family = &pgs_family_timestamp,
     .step = "INTERVAL '1 second'",
     .ascends = TRUE,
     .edges = DATE_EDGES(" 00:00:00")},
    {.name = "timestamptz",
     .family = &pgs_family_timestamp,
     .step = "INTERVAL '1 second'",
     .ascends = TRUE,
     .first = 1,
     .edges = DATE_EDGES(" 00:00:00+00")},
    {.name = "time",
     .family = &pgs_family_time,
     .step = "INTERVAL '1 second'",
     .edges = EDGES("00:00:00", "12:00:00", "23:59:59", "24:00:00")},
    {.name = "timetz",
     .family = &pgs_family_time,
     .ascends = TRUE,
     .max = MINUTES_LEFT,
     .step = "INTERVAL '1 second'",
     .first = 1,
     .edges = EDGES("00:00:00+00", "12:00:00+00", "23:59:59+00", "24:00:00+00")},
    {.name = "interval",
     .family = &pgs_family_interval,
     .ascends = TRUE,
     .edges = EDGES("0", "-1 day", "1 second", "1 mon", "1 year", "100 years", "-100 years")},

    {.name = "json", .family = &pgs_family_json, .edges = JSON_EDGES},
    {.name = "jsonb", .family = &pgs_family_json, .edges = JSON_EDGES},
    {.name = "jsonpath",
     .family = &pgs_family_pattern,
     .template = "$.\"a#\"",
     .first = 1,
     .edges = EDGES("$", "strict $", "$[*] ? (@ > 1)")},
    {.name = "xml",
     .family = &pgs_family_pattern,
     .template = "<a>#</a>",
     .first = 1,
     .edges = EDGES("<a/>", "<b/>", "a", "")},

    {.name = "inet",
     .family = &pgs_family_address,
     .template = "10.#.#.#",
     .radix = 256,
     .first = 1,
     .edges = EDGES("0.0.0.0/0", "127.0.0.1", "192.168.0.1/24", "255.255.255.255", "8.8.8.8",
                    "::", "::1", "2001:db8::1/64")},
    {.name = "cidr",
     .family = &pgs_family_address,
     .template = "10.#.#.#/32",
     .radix = 256,
     .first = 1,
     .edges =
         EDGES("0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/24", "8.8.8.8/32", "::/0", "2001:db8::/64")},
    {.name = "macaddr",
     .family = &pgs_family_pattern,
     .template = "08:00:2b:@:@:@",
     .first = 1,
     .edges = EDGES("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff")},
    {.name = "macaddr8",
     .family = &pgs_family_pattern,
     .template = "08:00:2b:ff:fe:@:@:@",
     .first = 1,
     .edges = EDGES("00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:ff")},

    /* Boxes and circles are compared by their areas. */
    {.name = "point",
     .family = &pgs_family_pattern,
     .template = "(#,1)",
     .first = 1,
     .edges = EDGES("(0,0)", "(-1,-1)", "(1000,1000)")},
    COUNTED("line", "{#,-1,1}"),
    COUNTED("lseg", "[(0,0),(#,1)]"),
    {.name = "box",
     .family = &pgs_family_pattern,
     .template = "(#,1),(0,0)",
     .first = 1,
     .edges = EDGES("(0,0),(0,0)", "(1000,1000),(-1000,-1000)"),
     .delimiter = ';'},
    {.name = "path", .family = &pgs_family_path, .edges = EDGES("((0,0),(1,0),(0,1))")},
    COUNTED("polygon", "((0,0),(#,0),(0,1))"),
    {.name = "circle",
     .family = &pgs_family_pattern,
     .template = "<(0,0),#>",
     .first = 1,
     .edges = EDGES("<(0,0),0>")},

    {.name = "tsvector",
     .family = &pgs_family_pattern,
     .template = "a#",
     .first = 1,
     .edges = EDGES("", "'a':1A 'b':2")},
    {.name = "tsquery",
     .family = &pgs_family_pattern,
     .template = "a#",
     .first = 1,
     .edges = EDGES("!a", "a & b", "a <-> b")},

    {.name = "pg_lsn",
     .family = &pgs_family_pattern,
     .template = "0/@@@@",
     .first = 1,
     .edges = EDGES("0/0", "FFFFFFFF/FFFFFFFF")},
    COUNTED("txid_snapshot", "1:#:"),
    COUNTED("pg_snapshot", "1:#:"),
    COUNTED("xid", "#"),
    COUNTED("xid8", "#"),
    COUNTED("cid", "#"),
    {.name = "tid", .family = &pgs_family_pattern, .template = "(#,1)", .first = 1},
    {.name = "oid",
     .family = &pgs_family_integer,
     .min = 0,
     .max = G_MAXUINT32,
     .step = "1",
     .edges = EDGES("0")},
    COUNTED("oidvector", "# 1"),
    {.name = "int2vector",
     .family = &pgs_family_pattern,
     .template = "# 1",
     .radix = G_MAXINT16,
     .first = 1},
    LIST("regclass", "pg_class", "pg_type", "pg_proc", "pg_attribute", "pg_index", "pg_namespace",
         "pg_operator", "pg_constraint", "pg_trigger", "pg_database"),
    LIST("regtype", "integer", "text", "boolean", "bigint", "smallint", "date", "numeric", "uuid",
         "json", "bytea"),
    LIST("regproc", "now", "clock_timestamp", "pg_backend_pid", "pg_postmaster_start_time",
         "statement_timestamp", "txid_current", "pi", "version", "inet_client_addr"),
    LIST("regprocedure", "now()", "length(text)", "lower(text)", "upper(text)", "pi()", "random()",
         "version()", "md5(text)"),
    LIST("regoper", "pg_catalog.||/", "pg_catalog.|/", "pg_catalog.^@"),
    LIST("regoperator", "+(integer,integer)", "-(integer,integer)", "*(integer,integer)",
         "/(integer,integer)", "=(integer,integer)", "=(text,text)"),
    LIST("regnamespace", "pg_catalog", "public", "information_schema", "pg_toast"),
    LIST("regrole", "pg_monitor", "pg_read_all_settings", "pg_read_all_stats",
         "pg_stat_scan_tables", "pg_signal_backend"),
    LIST("regcollation", "\"C\"", "\"POSIX\"", "\"default\""),
    LIST("regconfig", "simple", "english", "german", "french", "spanish", "italian", "russian"),
    LIST("regdictionary", "simple", "english_stem", "german_stem", "french_stem", "spanish_stem"),
    LIST("regdatabase", "template1", "template0", "postgres"),
    LIST("aclitem", "pg_monitor=r/pg_monitor", "pg_monitor=a/pg_monitor", "pg_monitor=w/pg_monitor",
         "pg_monitor=d/pg_monitor", "pg_monitor=x/pg_monitor", "pg_monitor=t/pg_monitor",
         "=r/pg_monitor", "=a/pg_monitor", "=w/pg_monitor"),

    {.name = "hstore",
     .extension = "hstore",
     .family = &pgs_family_pattern,
     .template = "\"a\"=>\"#\"",
     .first = 1,
     .edges = EDGES("", "a=>NULL", "a=>1, b=>2")},
    {.name = "ltree",
     .extension = "ltree",
     .family = &pgs_family_pattern,
     .template = "a#",
     .first = 1,
     .edges = EDGES("", "a", "a.b", "a.b.c")},
    {.name = "lquery",
     .extension = "ltree",
     .family = &pgs_family_pattern,
     .template = "a#",
     .first = 1,
     .edges = EDGES("*", "a.*")},
    {.name = "ltxtquery",
     .extension = "ltree",
     .family = &pgs_family_pattern,
     .template = "a#",
     .first = 1},
    {.name = "cube",
     .extension = "cube",
     .family = &pgs_family_pattern,
     .template = "(#)",
     .first = 1,
     .edges = EDGES("(0)", "(0,0,0)", "(0,0),(1,1)")},
    /* On the equator, ten degrees from one to the next: the domain asks for the earth's radius. */
    {.name = "earth",
     .extension = "earthdistance",
     .family = &pgs_family_list,
     .edges = EDGES("(6378168.0000, 0.0000, 0)", "(6281269.2964, 1107557.2501, 0)",
                    "(5993517.4037, 2181461.9335, 0)", "(5523655.5176, 3189084.0000, 0)",
                    "(4885960.1537, 4099807.3629, 0)", "(4099807.3629, 4885960.1537, 0)",
                    "(3189084.0000, 5523655.5176, 0)", "(2181461.9335, 5993517.4037, 0)",
                    "(1107557.2501, 6281269.2964, 0)", "(0.0000, 6378168.0000, 0)",
                    "(-1107557.2501, 6281269.2964, 0)", "(-2181461.9335, 5993517.4037, 0)")},
    {.name = "seg",
     .extension = "seg",
     .family = &pgs_family_pattern,
     .template = "#",
     .first = 1,
     .edges = EDGES("0", "1 .. 2", "1 ..", "-1")},
    {.name = "query_int",
     .extension = "intarray",
     .family = &pgs_family_pattern,
     .template = "#",
     .first = 1,
     .edges = EDGES("1&2", "!1")},
    ISN("ean13", "200"),
    ISN("isbn13", "978"),
    ISN("isbn", "978"),
    ISN("ismn13", "9790"),
    ISN("ismn", "9790"),
    ISN("issn13", "977"),
    ISN("issn", "977"),
    ISN("upc", "00"),

    {.name = "vector", .extension = "vector", .family = &pgs_family_vector},
    {.name = "halfvec", .extension = "vector", .family = &pgs_family_vector},
    {.name = "sparsevec", .extension = "vector", .family = &pgs_family_vector, .first = 1},
    {.name = "geometry", .extension = "postgis", .family = &pgs_family_geometry, .delimiter = ':'},
    {.name = "geography", .extension = "postgis", .family = &pgs_family_geometry, .delimiter = ':'},
    {.name = "spheroid",
     .extension = "postgis",
     .family = &pgs_family_pattern,
     .template = "SPHEROID[\"a#\",6378137,298.257222101]",
     .first = 1},
    /* An empty raster: scale 1 and -1, so many columns, one line. */
    {.name = "raster",
     .extension = "postgis_raster",
     .family = &pgs_family_pattern,
     .template = "0100000000"
                 "000000000000F03F"
                 "000000000000F0BF"
                 "0000000000000000"
                 "0000000000000000"
                 "0000000000000000"
                 "0000000000000000"
                 "00000000"
                 "@00"
                 "0100",
     .first = 1},
    {.name = "box2d",
     .extension = "postgis",
     .family = &pgs_family_pattern,
     .template = "BOX(0 0,# 1)",
     .first = 1},
    {.name = "box3d",
     .extension = "postgis",
     .family = &pgs_family_pattern,
     .template = "BOX3D(0 0 0,# 1 1)",
     .first = 1},
};

const PgsScalar *
pgs_scalar_find(const PgsType *type)
{
    gboolean is_own = g_str_equal(type->schema, "pg_catalog");
    for (gsize i = 0; i < G_N_ELEMENTS(scalars); i++) {
        const PgsScalar *scalar = &scalars[i];
        gboolean is_home =
            scalar->extension == NULL ? is_own : g_strcmp0(scalar->extension, type->extension) == 0;
        if (is_home && g_str_equal(scalar->name, type->name))
            return scalar;
    }
    return NULL;
}
