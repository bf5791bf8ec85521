#include "operate/script_guard.h"

#include "base/embedded.h"
#include "base/text.h"
#include "ledger/ledger_rows.h"
#include "ledger/sqitch_books.h"
#include "operate/script_text.h"

#include <string.h>

/* How the books spell a revision. */
typedef enum {
    AS_ID,     /* as the folder does */
    AS_UNIQUE, /* likewise, but with its name where others have the same id */
    AS_NAME,   /* its name alone */
    AS_NUMBER, /* without leading zeros */
    AS_LABEL,  /* with its name */
    AS_FILE,   /* the name of its file */
} Spelling;

extern const PgsEmbedded pgs_operate_files[];

/* A lock's key that is made of names which only the database has: their CRC-32 by a salt. */
typedef struct {
    const char *names; /* an expression: an array of bytea, one for each key */
    const char *salt, *mask;
} Hash;

/* How books are asked which revisions they have; %s: the table. */
typedef struct {
    const char *format;
    Spelling spelling;
    gboolean only_last; /* they have the last one only */
    const char *query;
    const Hash *hash; /* NULL: the kind itself knows its key */
} Guard;

#define BYTES(text) "pg_catalog.convert_to(" text ", 'UTF8')"
#define MIGRATE_NAMES(prefix)                                                                      \
    BYTES("place")                                                                                 \
    " || '\\x00' || " BYTES("name") " || '\\x00' || " BYTES(prefix                                 \
                                                            " || pg_catalog.current_database()")

/* As ledger_golang_migrate.c and ledger_sqlx.c have it. */
static const Hash golang_migrate_hash = {
    "ARRAY[" MIGRATE_NAMES("'/'") ", " MIGRATE_NAMES("''") "]",
    "1486364155",
    "4294967295",
};
static const Hash sqlx_hash = {"ARRAY[" BYTES("pg_catalog.current_database()") "]", "1026731422",
                               "-1"};

static const Guard guards[] = {
    {"golang-migrate", AS_NUMBER, TRUE,
     "SELECT version::text || CASE WHEN dirty THEN ' (dirty)' ELSE '' END FROM %s",
     &golang_migrate_hash},
    {"dbmate", AS_ID, FALSE, "SELECT version::text FROM %s"},
    {"goose", AS_NUMBER, FALSE,
     "SELECT version_id::text FROM (SELECT DISTINCT ON (version_id) version_id, is_applied FROM %s "
     "ORDER BY version_id, id DESC) AS g WHERE is_applied AND version_id > 0"},
    {"diesel", AS_ID, FALSE, "SELECT version::text FROM %s"},
    {"sqlx", AS_NUMBER, FALSE,
     "SELECT version::text || CASE WHEN success THEN '' ELSE ' (dirty)' END FROM %s", &sqlx_hash},
    {"node-pg-migrate", AS_LABEL, FALSE, "SELECT name::text FROM %s"},
    {"sql-migrate", AS_FILE, FALSE, "SELECT id::text FROM %s"},
    {"postgrator", AS_NUMBER, TRUE, "SELECT max(version)::text FROM %s HAVING max(version) > 0"},
    {"refinery", AS_NUMBER, FALSE, "SELECT version::text FROM %s"},
    {"maragudk", AS_LABEL, TRUE, "SELECT version::text FROM %s WHERE version <> ''"},
    {"prisma", AS_LABEL, FALSE,
     "SELECT migration_name::text || CASE WHEN finished_at IS NULL THEN ' (dirty)' ELSE '' END "
     "FROM %s WHERE rolled_back_at IS NULL"},
    {"plain", AS_UNIQUE, FALSE, "SELECT version::text FROM %s"},
    {"sqitch", AS_NAME, FALSE, "SELECT change::text FROM %s"},
    /* The last line of a version counts: an undo leaves it, and adds one. */
    {"flyway", AS_LABEL, FALSE,
     "SELECT pg_catalog.regexp_replace(pg_catalog.regexp_replace(script, '^.*/', ''), "
     "'[.][^.]*$', '') || CASE WHEN success THEN '' ELSE ' (failed)' END FROM (SELECT DISTINCT ON "
     "(version) script, success, type FROM %s WHERE version IS NOT NULL ORDER BY version, "
     "installed_rank DESC) AS f WHERE type NOT LIKE 'UNDO%' AND type NOT IN ('DELETE', 'SCHEMA', "
     "'BASELINE')"},
    {"yoyo", AS_LABEL, FALSE, "SELECT migration_id::text FROM %s"},
};

static const Guard *
find_guard(const char *format)
{
    for (gsize i = 0; i < G_N_ELEMENTS(guards); i++) {
        if (strcmp(guards[i].format, format) == 0)
            return &guards[i];
    }
    return NULL;
}

static gboolean
is_unique(const PgsHistory *history, const char *id)
{
    guint n = 0;
    for (guint i = 0; i < history->revisions->len; i++)
        n += strcmp(((const PgsRevision *)g_ptr_array_index(history->revisions, i))->id, id) == 0;
    return n == 1;
}

static char *
spell(const PgsHistory *history, const PgsRevision *revision, Spelling spelling)
{
    const char *id = revision->id;
    switch (spelling) {
    case AS_NUMBER:
        id += strspn(id, "0");
        return g_strdup(*id != '\0' ? id : "0");
    case AS_LABEL:
        return g_strdup(revision->label);
    case AS_NAME:
        return g_strdup(revision->name);
    case AS_UNIQUE:
        return g_strdup(is_unique(history, id) ? id : revision->label);
    case AS_FILE:
        return revision->up != NULL ? g_path_get_basename(revision->up->path)
                                    : g_strdup(revision->label);
    case AS_ID:
    default:
        return g_strdup(id);
    }
}

static gint
compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A dollar quote that does not occur in text; g_free(). */
static char *
dollar_quote(const char *text)
{
    for (guint i = 0;; i++) {
        char *quote = i == 0 ? g_strdup("$pgstair$") : g_strdup_printf("$pgstair%u$", i);
        if (strstr(text, quote) == NULL)
            return quote;
        g_free(quote);
    }
}

static char *
array_of(const GPtrArray *versions)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy((GPtrArray *)versions, NULL, NULL);
    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, compare_text);
    GString *array = g_string_new("ARRAY[");
    for (guint i = 0; i < sorted->len; i++) {
        g_autofree char *quoted = pgs_text_literal(g_ptr_array_index(sorted, i));
        g_string_append_printf(array, "%s%s", i > 0 ? ", " : "", quoted);
    }
    g_string_append(array, "]::pg_catalog.text[]");
    return g_string_free(array, FALSE);
}

/* ---- where the books are ---- */

void
pgs_script_ledger_init(PgsScriptLedger *located, const PgsLedger *ledger)
{
    located->ledger = *ledger;
    located->ledger.schema = g_strdup(ledger->schema != NULL ? ledger->schema : PGS_SCRIPT_SCHEMA);
    g_autofree char *schema = pgs_text_identifier(located->ledger.schema);
    g_autofree char *table = pgs_text_identifier(ledger->table);
    located->ledger.name = g_strconcat(schema, ".", table, NULL);
}

void
pgs_script_ledger_clear(PgsScriptLedger *located)
{
    g_clear_pointer(&located->ledger.schema, g_free);
    g_clear_pointer(&located->ledger.name, g_free);
}

/* ---- the block ---- */

typedef struct {
    const char *name;
    char *value; /* g_free() */
} Filling;

/* template with a value for each @name@; what the values have is not looked at. */
static char *
fill(const char *template, const Filling *fillings, gsize n)
{
    g_auto(GStrv) parts = g_strsplit(template, "@", -1);
    GString *filled = g_string_new(parts[0]);
    for (guint i = 1; parts[i] != NULL && parts[i + 1] != NULL; i += 2) {
        for (gsize k = 0; k < n; k++) {
            if (strcmp(fillings[k].name, parts[i]) == 0)
                g_string_append(filled, fillings[k].value);
        }
        g_string_append(filled, parts[i + 1]);
    }
    return g_string_free(filled, FALSE);
}

static char *
literal(const char *text)
{
    return text != NULL ? pgs_text_literal(text) : g_strdup("NULL");
}

/* query: of the books, their schema PGS_SCRIPT_SCHEMA where schema is NULL. */
static void
append_block(GString *script, const PgsScriptBooks *books, const char *query, const char *keys,
             const Hash *hash)
{
    static const Hash none = {"NULL", "1", "-1"};
    hash = hash != NULL ? hash : &none;
    g_autofree char *all = g_strdup_printf(
        "SELECT pg_catalog.array_agg(v::pg_catalog.text COLLATE \"C\" ORDER BY v COLLATE \"C\") "
        "FROM (%s) AS books (v)",
        query);
    const Filling fillings[] = {
        {"on_path", g_strdup(books->where == PGS_LEDGER_ON_PATH ? "true" : "false")},
        {"otherwise", literal(books->where == PGS_LEDGER_CURRENT_OR_PUBLIC ? "public" : NULL)},
        {"schema", literal(books->schema)},
        {"table", literal(books->table)},
        {"hashed", g_strdup(hash->names)},
        {"salt", g_strdup(hash->salt)},
        {"mask", g_strdup(hash->mask)},
        {"keys", g_strdup(keys)},
        {"placeholder", pgs_text_literal("\"" PGS_SCRIPT_SCHEMA "\"")},
        {"query", pgs_text_literal(all)},
        {"at", literal(books->at)},
        {"expected", array_of(books->versions)},
    };
    g_autofree char *block = fill(pgs_embedded_find(pgs_operate_files, "script_guard.sql"),
                                  fillings, G_N_ELEMENTS(fillings));
    for (gsize i = 0; i < G_N_ELEMENTS(fillings); i++)
        g_free(fillings[i].value);
    g_autofree char *quote = dollar_quote(block);
    g_string_append_printf(script, "DO %s\n%s%s;\n", quote, block, quote);
    if (books->schema == NULL)
        g_string_append(
            script,
            "SELECT pg_catalog.current_setting('pgstair.schema') AS " PGS_SCRIPT_SCHEMA_VARIABLE
            " \\gset\n");
}

/* Sqitch's registry may hold the changes of several projects. */
static char *
project_condition(const PgsLedger *ledger)
{
    if (strcmp(ledger->kind->format, "sqitch") != 0)
        return g_strdup("");
    const PgsSqitchBooks *books = ledger->data;
    g_autofree char *project = pgs_text_literal(books->plan->project);
    return g_strdup_printf(" WHERE project = %s", project);
}

/* Those of the tool that need no database to be known. */
static char *
list_keys(const PgsLedger *ledger, const Hash *hash)
{
    char *(*const functions[])(const PgsLedger *, const char *) = {ledger->kind->lock_key,
                                                                   ledger->kind->lock_key_too};
    GString *keys = g_string_new(NULL);
    for (gsize i = 0; hash == NULL && i < G_N_ELEMENTS(functions); i++) {
        g_autofree char *key = functions[i] != NULL ? functions[i](ledger, "") : NULL;
        if (key != NULL)
            g_string_append_printf(keys, "%s%s", keys->len > 0 ? ", " : "", key);
    }
    return g_string_free(keys, FALSE);
}

static GPtrArray *
versions_until(const PgsHistory *history, gint from, const Guard *guard)
{
    GPtrArray *versions = g_ptr_array_new_with_free_func(g_free);
    for (gint i = guard->only_last ? MAX(from, 0) : 0; i <= from; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)i);
        if (!revision->repeatable)
            g_ptr_array_add(versions, spell(history, revision, guard->spelling));
    }
    return versions;
}

gboolean
pgs_script_guard_append(GString *script, const PgsLedger *ledger, gint from)
{
    const Guard *guard = find_guard(ledger->kind->format);
    if (guard == NULL)
        return FALSE;
    const PgsHistory *history = ledger->history;
    g_autoptr(GPtrArray) versions = versions_until(history, from, guard);
    g_auto(PgsScriptLedger) located = {0};
    pgs_script_ledger_init(&located, ledger);
    g_auto(GStrv) parts = g_strsplit(guard->query, "%s", 2);
    g_autofree char *only = project_condition(ledger);
    g_autofree char *query = g_strconcat(parts[0], located.ledger.name, parts[1], only, NULL);
    g_autofree char *keys = list_keys(ledger, guard->hash);
    const PgsScriptBooks books = {
        .schema = ledger->schema,
        .table = ledger->table,
        .where = ledger->kind->where,
        .versions = versions,
        .at =
            from < 0
                ? "base"
                : ((const PgsRevision *)g_ptr_array_index(history->revisions, (guint)from))->label,
    };
    append_block(script, &books, query, keys, guard->hash);
    return TRUE;
}

void
pgs_script_guard_append_column(GString *script, const PgsScriptBooks *books, const char *column)
{
    g_autofree char *schema =
        pgs_text_identifier(books->schema != NULL ? books->schema : PGS_SCRIPT_SCHEMA);
    g_autofree char *table = pgs_text_identifier(books->table);
    g_autofree char *query = g_strdup_printf("SELECT %s::text FROM %s.%s", column, schema, table);
    append_block(script, books, query, "", NULL);
}
