#include "snapshot/query.h"

#include "base/embedded.h"
#include "snapshot/kinds.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_snapshot_files[];

/* -------------------------------------------------------------------------- the catalogs -- */

/* CATALOG() in src/include/catalog/pg_*.h: fixed for all versions. */
static const struct {
    const char *name;
    guint32 oid;
} catalogs[] = {
    {"pg_aggregate", 2600},
    {"pg_am", 2601},
    {"pg_amop", 2602},
    {"pg_amproc", 2603},
    {"pg_attrdef", 2604},
    {"pg_attribute", 1249},
    {"pg_auth_members", 1261},
    {"pg_authid", 1260},
    {"pg_cast", 2605},
    {"pg_class", 1259},
    {"pg_collation", 3456},
    {"pg_constraint", 2606},
    {"pg_conversion", 2607},
    {"pg_database", 1262},
    {"pg_db_role_setting", 2964},
    {"pg_default_acl", 826},
    {"pg_depend", 2608},
    {"pg_description", 2609},
    {"pg_enum", 3501},
    {"pg_event_trigger", 3466},
    {"pg_extension", 3079},
    {"pg_foreign_data_wrapper", 2328},
    {"pg_foreign_server", 1417},
    {"pg_foreign_table", 3118},
    {"pg_index", 2610},
    {"pg_inherits", 2611},
    {"pg_init_privs", 3394},
    {"pg_language", 2612},
    {"pg_largeobject_metadata", 2995},
    {"pg_namespace", 2615},
    {"pg_opclass", 2616},
    {"pg_operator", 2617},
    {"pg_opfamily", 2753},
    {"pg_parameter_acl", 6243},
    {"pg_partitioned_table", 3350},
    {"pg_policy", 3256},
    {"pg_proc", 1255},
    {"pg_publication", 6104},
    {"pg_publication_namespace", 6237},
    {"pg_publication_rel", 6106},
    {"pg_range", 3541},
    {"pg_rewrite", 2618},
    {"pg_seclabel", 3596},
    {"pg_sequence", 2224},
    {"pg_shdescription", 2396},
    {"pg_shseclabel", 3592},
    {"pg_statistic_ext", 3381},
    {"pg_subscription", 6100},
    {"pg_tablespace", 1213},
    {"pg_transform", 3576},
    {"pg_trigger", 2620},
    {"pg_ts_config", 3602},
    {"pg_ts_config_map", 3603},
    {"pg_ts_dict", 3600},
    {"pg_ts_parser", 3601},
    {"pg_ts_template", 3764},
    {"pg_type", 1247},
    {"pg_user_mapping", 1418},
};

guint32
pgs_query_catalog_oid(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(catalogs); i++) {
        if (strcmp(catalogs[i].name, name) == 0)
            return catalogs[i].oid;
    }
    return 0;
}

/* -------------------------------------------------------------------------- the fragments -- */

/* For whom a text is made. */
typedef struct {
    int major;
    gboolean scoped;
} Target;

typedef enum {
    FRAGMENT_END,     /* "end" */
    FRAGMENT_SCOPE,   /* "scope: text" */
    FRAGMENT_VERSION, /* ">=14" */
    FRAGMENT_TEXT,    /* ">=14: text" */
    FRAGMENT_INCLUDE, /* "include: _name(arguments)" */
} FragmentType;

/* A comment that changes the query. */
typedef struct {
    FragmentType type;
    gboolean holds;   /* of FRAGMENT_VERSION and FRAGMENT_TEXT */
    const char *text; /* the text, or the name and arguments; not NUL-terminated */
    gsize length;
} Fragment;

static const char *append_expanded(GString *out, const char *text, const Target *target,
                                   guint depth);

/* ">=14" and "<16", all of which must hold.  Returns what follows them, NULL: no such thing. */
static const char *
parse_versions(const char *text, const char *end, int major, gboolean *holds)
{
    *holds = TRUE;
    const char *at = text;
    while (at < end && (*at == '>' || *at == '<')) {
        gboolean from = *at == '>';
        at += from ? strlen(">=") : strlen("<");
        char *rest;
        long version = strtol(at, &rest, 10);
        if (rest == at)
            return NULL;
        *holds = *holds && (major >= version) == from;
        at = rest + strspn(rest, " ");
    }
    return at > text ? at : NULL;
}

static gboolean
take_prefix(Fragment *fragment, const char *prefix, FragmentType type)
{
    gsize length = strlen(prefix);
    if (fragment->length < length || memcmp(fragment->text, prefix, length) != 0)
        return FALSE;
    fragment->type = type;
    fragment->text += length;
    fragment->length -= length;
    return TRUE;
}

/* What a comment's text is.  The files are part of the program, and all tried by its tests. */
static Fragment
parse_fragment(const char *text, gsize length, const Target *target)
{
    Fragment fragment = {.text = text, .length = length};
    if (take_prefix(&fragment, "scope:", FRAGMENT_SCOPE) ||
        take_prefix(&fragment, "include: ", FRAGMENT_INCLUDE))
        return fragment;
    if (length == strlen("end") && memcmp(text, "end", length) == 0) {
        fragment.type = FRAGMENT_END;
        return fragment;
    }
    const char *end = text + length;
    const char *rest = parse_versions(text, end, target->major, &fragment.holds);
    if (rest == NULL || (rest < end && *rest != ':'))
        g_error("catalog query: not a fragment: /*%.*s*/", (int)length, text);
    fragment.type = rest < end ? FRAGMENT_TEXT : FRAGMENT_VERSION;
    fragment.text = rest < end ? rest + 1 : rest;
    fragment.length = (gsize)(end - fragment.text);
    return fragment;
}

/* A file that is included, without its first comments. */
static const char *
included_text(const char *file)
{
    const char *text = pgs_embedded_find(pgs_snapshot_files, file);
    if (text == NULL)
        g_error("catalog query: no file %s", file);
    while (g_str_has_prefix(text, "--"))
        text = strchr(text, '\n') + 1;
    return text;
}

static char *
directive(const char *text, const char *name)
{
    g_autofree char *mark = g_strdup_printf("-- %s: ", name);
    GString *values = NULL;
    for (const char *line = text; g_str_has_prefix(line, "--"); line = strchr(line, '\n') + 1) {
        if (!g_str_has_prefix(line, mark))
            continue;
        const char *value = line + strlen(mark);
        if (values == NULL)
            values = g_string_new(NULL);
        else
            g_string_append_c(values, ' ');
        g_string_append_len(values, value, (gssize)strcspn(value, "\n"));
    }
    return values != NULL ? g_string_free(values, FALSE) : NULL;
}

/* "_name(a; b)": appends the file with its arguments put in. */
static void
append_included(GString *out, const Fragment *fragment, const Target *target)
{
    g_autofree char *call = g_strndup(fragment->text, fragment->length);
    char *open = strchr(call, '(');
    char *close = strrchr(call, ')');
    if (open == NULL || close == NULL)
        g_error("catalog query: include: %s", call);
    *open = *close = '\0';
    g_autofree char *file = g_strconcat(call, ".sql", NULL);
    g_autofree char *arguments =
        directive(pgs_embedded_find(pgs_snapshot_files, file), "arguments");
    g_auto(GStrv) names = g_strsplit(arguments, " ", -1);
    g_auto(GStrv) values = g_strsplit(open + 1, ";", -1);
    if (g_strv_length(names) != g_strv_length(values))
        g_error("catalog query: %s has %s as its arguments", file, arguments);
    g_autoptr(GString) text = g_string_new(included_text(file));
    for (guint i = 0; names[i] != NULL; i++) {
        g_autofree char *mark = g_strdup_printf("{%s}", names[i]);
        g_string_replace(text, mark, g_strstrip(values[i]), 0);
    }
    append_expanded(out, text->str, target, 0);
}

/* Appends what stands before the end of a block, or drops it.  Returns what follows. */
static const char *
append_block(GString *out, const char *text, gboolean keep, const Target *target, guint depth)
{
    gsize length = out->len;
    text = append_expanded(out, text, target, depth + 1);
    if (!keep)
        g_string_truncate(out, length);
    return text;
}

/*
 * Appends text with its fragments worked out; depth: how many blocks it is in.  Returns what
 * follows the end of the innermost block, or the end of the text.
 */
static const char *
append_expanded(GString *out, const char *text, const Target *target, guint depth)
{
    const char *comment;
    while ((comment = strstr(text, "/*")) != NULL) {
        g_string_append_len(out, text, comment - text);
        const char *body = comment + strlen("/*");
        const char *end = strstr(body, "*/");
        if (end == NULL)
            g_error("catalog query: a comment without an end: %s", comment);
        Fragment fragment = parse_fragment(body, (gsize)(end - body), target);
        text = end + strlen("*/");
        switch (fragment.type) {
        case FRAGMENT_END:
            if (depth == 0)
                g_error("catalog query: an end without a beginning before: %s", text);
            return text;
        case FRAGMENT_SCOPE:
            if (target->scoped)
                g_string_append_len(out, fragment.text, (gssize)fragment.length);
            break;
        case FRAGMENT_TEXT:
            if (fragment.holds)
                g_string_append_len(out, fragment.text, (gssize)fragment.length);
            break;
        case FRAGMENT_VERSION:
            text = append_block(out, text, fragment.holds, target, depth);
            break;
        case FRAGMENT_INCLUDE:
            text = append_block(out, text, FALSE, target, depth);
            append_included(out, &fragment, target);
            break;
        }
    }
    if (depth > 0)
        g_error("catalog query: the end is missing before: %s", text);
    g_string_append(out, text);
    return text + strlen(text);
}

static char *
expand(const char *text, const Target *target)
{
    GString *out = g_string_new(NULL);
    append_expanded(out, text, target, 0);
    return g_string_free(out, FALSE);
}

char *
pgs_query_expand(const char *text, int server_version)
{
    return expand(text, &(Target){.major = server_version / 10000});
}

char *
pgs_query_choose(const char *text, gboolean is_superuser)
{
    static const char others[] = "-- others: ";
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *chosen = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++) {
        gboolean is_theirs = g_str_has_prefix(*line, others);
        if (is_superuser ? is_theirs : g_str_has_suffix(*line, "-- superusers"))
            continue;
        g_string_append_printf(chosen, "%s\n", *line + (is_theirs ? strlen(others) : 0));
    }
    return g_string_free(chosen, FALSE);
}

/* ---------------------------------------------------------------------------- the queries -- */

void
pgs_catalog_query_free(PgsCatalogQuery *query)
{
    if (query == NULL)
        return;
    g_free(query->whole);
    g_free(query->scoped);
    g_array_unref(query->catalogs);
    g_free(query);
}

/* A directive that must be there. */
static char *
needed_directive(const PgsEmbedded *file, const char *name)
{
    char *value = directive(file->text, name);
    if (value == NULL)
        g_error("catalog query: %s has no \"-- %s:\"", file->name, name);
    return value;
}

static guint32
needed_catalog(const PgsEmbedded *file, const char *name)
{
    guint32 oid = pgs_query_catalog_oid(name);
    if (oid == 0)
        g_error("catalog query: %s names %s, which is no catalog", file->name, name);
    return oid;
}

static gboolean
serves(const PgsEmbedded *file, int major)
{
    g_autofree char *from = directive(file->text, "from");
    g_autofree char *until = directive(file->text, "until");
    return (from == NULL || major >= atoi(from)) && (until == NULL || major <= atoi(until));
}

static gboolean
says_yes(const PgsEmbedded *file, const char *name)
{
    g_autofree char *value = directive(file->text, name);
    return g_strcmp0(value, "yes") == 0;
}

static PgsCatalogQuery *
query_new(const PgsEmbedded *file, int major)
{
    PgsCatalogQuery *query = g_new0(PgsCatalogQuery, 1);
    g_autofree char *name = g_strndup(file->name, strlen(file->name) - strlen(".sql"));
    g_autofree char *scope = needed_directive(file, "scope");
    g_autofree char *fed_by = needed_directive(file, "catalogs");
    query->name = g_intern_string(name);
    query->cluster = says_yes(file, "cluster");
    query->initdb = says_yes(file, "initdb");
    if (strcmp(scope, "none") != 0)
        query->scope = needed_catalog(file, strcmp(scope, "relation") == 0 ? "pg_class" : scope);
    query->whole = expand(file->text, &(Target){major, FALSE});
    if (query->scope != PGS_QUERY_SCOPE_NONE)
        query->scoped = expand(file->text, &(Target){major, TRUE});
    query->catalogs = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_auto(GStrv) names = g_strsplit(fed_by, " ", -1);
    for (guint i = 0; names[i] != NULL; i++) {
        guint32 oid = needed_catalog(file, names[i]);
        g_array_append_val(query->catalogs, oid);
    }
    return query;
}

GPtrArray *
pgs_catalog_queries(int server_version, gboolean cluster)
{
    GPtrArray *queries = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_catalog_query_free);
    int major = server_version / 10000;
    for (const PgsEmbedded *file = pgs_snapshot_files; file->name != NULL; file++) {
        if (*file->name == '_' || !serves(file, major) || (says_yes(file, "cluster") && !cluster))
            continue;
        g_ptr_array_add(queries, query_new(file, major));
    }
    return queries;
}

gboolean
pgs_query_reads_any(const PgsCatalogQuery *query, GHashTable *classes)
{
    for (guint i = 0; i < query->catalogs->len; i++) {
        gpointer oid = GUINT_TO_POINTER(g_array_index(query->catalogs, guint32, i));
        if (g_hash_table_contains(classes, oid))
            return TRUE;
    }
    return FALSE;
}

/* ------------------------------------------------------------------------------- the rows -- */

enum { COLUMN_ANCHOR, COLUMN_KIND, COLUMN_IDENTITY, COLUMN_PARENT, COLUMN_ATTRIBUTES };

/* "not_null" → "not-null" */
static const char *
attribute_name(const char *column)
{
    g_autofree char *name = g_strdelimit(g_strdup(column), "_", '-');
    return g_intern_string(name);
}

gboolean
pgs_query_rows(const PGresult *result, PgsQueryRowFunc row, gpointer data)
{
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQnfields(result) < COLUMN_ATTRIBUTES)
        return FALSE;
    guint n = (guint)PQnfields(result) - COLUMN_ATTRIBUTES;
    g_autofree const char **names = g_new(const char *, n);
    g_autofree const char **values = g_new(const char *, n);
    g_autofree gsize *lengths = g_new(gsize, n);
    for (guint i = 0; i < n; i++)
        names[i] = attribute_name(PQfname(result, (int)i + COLUMN_ATTRIBUTES));
    const char *kind = NULL; /* of the row before: most often the same */
    guint rank = 0;
    for (int i = 0; i < PQntuples(result); i++) {
        if (kind == NULL || strcmp(kind, PQgetvalue(result, i, COLUMN_KIND)) != 0) {
            kind = g_intern_string(PQgetvalue(result, i, COLUMN_KIND));
            rank = pgs_kind_rank(kind);
        }
        for (guint j = 0; j < n; j++) {
            int column = (int)j + COLUMN_ATTRIBUTES;
            values[j] = PQgetisnull(result, i, column) ? NULL : PQgetvalue(result, i, column);
            lengths[j] = (gsize)PQgetlength(result, i, column);
        }
        const char *parent =
            PQgetisnull(result, i, COLUMN_PARENT) ? NULL : PQgetvalue(result, i, COLUMN_PARENT);
        PgsObject *object = pgs_object_new_interned(
            kind, rank, PQgetvalue(result, i, COLUMN_IDENTITY), parent, names, values, lengths, n);
        row((guint32)strtoul(PQgetvalue(result, i, COLUMN_ANCHOR), NULL, 10), object, data);
    }
    return TRUE;
}
