#include "ledger/ledger.h"

#include "base/error.h"
#include "base/text.h"
#include "ledger/ledger_place.h"
#include "ledger/ledger_rows.h"

#include <string.h>

G_DEFINE_QUARK(pgs_ledger_error, pgs_ledger_error)

static const PgsLedgerKind *const kinds[] = {
    &pgs_ledger_golang_migrate, &pgs_ledger_dbmate,
    &pgs_ledger_goose,          &pgs_ledger_diesel,
    &pgs_ledger_sqlx,           &pgs_ledger_node_pg_migrate,
    &pgs_ledger_sqitch,         &pgs_ledger_sql_migrate,
    &pgs_ledger_flyway,         &pgs_ledger_postgrator,
    &pgs_ledger_maragudk,       &pgs_ledger_refinery,
    &pgs_ledger_prisma,         &pgs_ledger_yoyo,
    &pgs_ledger_plain,          NULL,
};

const PgsLedgerKind *const *
pgs_ledger_kinds(void)
{
    return kinds;
}

/* ---- states ---- */

static void
entry_free(gpointer data)
{
    PgsLedgerEntry *entry = data;
    g_free(entry->version);
    g_free(entry->name);
    g_free(entry->applied_at);
    g_free(entry->who);
    g_free(entry->changed);
    g_free(entry);
}

char *
pgs_ledger_entry_title(const PgsLedgerEntry *entry)
{
    g_autofree char *version = pgs_text_plain(entry->version);
    g_autofree char *name = pgs_text_plain(entry->name);
    if (*name == '\0' || *version == '\0')
        return g_strconcat(name, version, NULL);
    return g_strdup_printf("%s (%s)", name, version);
}

PgsLedgerState *
pgs_ledger_state_new(const PgsHistory *history)
{
    PgsLedgerState *state = g_new0(PgsLedgerState, 1);
    state->entries = g_ptr_array_new_with_free_func(entry_free);
    state->n_revisions = history->revisions->len;
    state->applied = g_new0(gboolean, MAX(state->n_revisions, 1));
    state->dirty = -1;
    state->dirty_down = -1;
    return state;
}

void
pgs_ledger_state_free(PgsLedgerState *state)
{
    if (state == NULL)
        return;
    g_ptr_array_unref(state->entries);
    g_free(state->applied);
    g_free(state);
}

PgsLedgerEntry *
pgs_ledger_state_add(PgsLedgerState *state, const char *version, const char *name,
                     const char *applied_at, gint revision)
{
    PgsLedgerEntry *entry = g_new0(PgsLedgerEntry, 1);
    entry->version = g_strdup(version);
    entry->name = g_strdup(name != NULL ? name : "");
    entry->applied_at = g_strdup(applied_at);
    entry->revision = revision;
    g_ptr_array_add(state->entries, entry);
    if (revision >= 0 && (guint)revision < state->n_revisions)
        state->applied[revision] = TRUE;
    return entry;
}

gint
pgs_ledger_state_at(const PgsLedgerState *state, const PgsHistory *history)
{
    gint at = -1;
    for (guint i = 0; i < state->n_revisions; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (!revision->repeatable && !state->applied[i])
            break;
        if (state->applied[i])
            at = (gint)i;
    }
    return at;
}

gint
pgs_ledger_state_top(const PgsLedgerState *state)
{
    for (guint i = state->n_revisions; i > 0; i--) {
        if (state->applied[i - 1])
            return (gint)i - 1;
    }
    return -1;
}

/* ---- ledgers ---- */

/* Formats whose books are another's, or the tool's own command for those that pgstair does not
 * write. */
static const struct {
    const char *format;
    const PgsLedgerKind *kind;
    const char *hint;
} others[] = {
    {"patterns", &pgs_ledger_plain, NULL},
    {"atlas", NULL, "run these migrations with Atlas itself: atlas migrate apply"},
    {"liquibase", NULL, "run these migrations with Liquibase itself: liquibase update"},
};

static const PgsLedgerKind *
find_kind(const char *format, const char **hint)
{
    *hint = "run these migrations with the tool itself";
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (strcmp(others[i].format, format) == 0) {
            *hint = others[i].hint;
            return others[i].kind;
        }
    }
    for (const PgsLedgerKind *const *kind = kinds; *kind != NULL; kind++) {
        if (strcmp((*kind)->format, format) == 0)
            return *kind;
    }
    return NULL;
}

static gboolean
is_silent(const PgsLedger *ledger)
{
    char **names = ledger->history->settings->ledger;
    return names == NULL || *names == NULL;
}

/* ledger: of pgstair.yaml: its first, unless the tool's usual table is among them. */
static const char *
find_table(const PgsLedger *ledger)
{
    char **names = ledger->history->settings->ledger;
    if (is_silent(ledger) || g_strv_contains((const char *const *)names, ledger->kind->table))
        return NULL;
    return *names;
}

gboolean
pgs_ledger_is_named(const PgsLedger *ledger)
{
    return find_table(ledger) != NULL;
}

static void
name_table(PgsLedger *ledger)
{
    const PgsHistory *history = ledger->history;
    const char *said = is_silent(ledger) ? history->books_table : find_table(ledger);
    g_autofree char *schema = NULL;
    g_autofree char *table = NULL;
    if (said != NULL)
        pgs_tool_settings_parse_table(said, &schema, &table);
    ledger->is_said = schema != NULL;
    pgs_ledger_rename(ledger, schema != NULL ? schema : ledger->kind->schema,
                      table != NULL ? table : ledger->kind->table);
}

PgsLedger *
pgs_ledger_new(const PgsHistory *history, GError **error)
{
    const char *hint;
    const PgsLedgerKind *kind = find_kind(history->format, &hint);
    if (kind == NULL || kind->read == NULL) {
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED, hint,
                      "pgstair does not write the books of %s", history->format);
        return NULL;
    }
    g_autoptr(PgsLedger) ledger = g_new0(PgsLedger, 1);
    ledger->kind = kind;
    ledger->history = history;
    ledger->holes = kind->holes;
    ledger->unknown = kind->unknown;
    ledger->refuses_edited = kind->refuses_edited;
    name_table(ledger);
    if (kind->open == NULL)
        return g_steal_pointer(&ledger);
    GError *local = NULL;
    ledger->data = kind->open(ledger, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return NULL;
    }
    return g_steal_pointer(&ledger);
}

void
pgs_ledger_free(PgsLedger *ledger)
{
    if (ledger == NULL)
        return;
    if (ledger->kind->close != NULL)
        ledger->kind->close(ledger->data);
    g_free(ledger->schema);
    g_free(ledger->table);
    g_free(ledger->name);
    g_free(ledger);
}

gboolean
pgs_ledger_locate(PgsLedger *ledger, PgsConnection *connection, GError **error)
{
    g_auto(PgsLedgerSite) site = {0};
    if (ledger->schema != NULL)
        return TRUE;
    if (!pgs_ledger_site_find(ledger, connection, &site, error))
        return FALSE;
    if (site.schema == NULL) {
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_SHAPE,
                      "set search_path of the role or the database, or name the table with its "
                      "schema (ledger: in pgstair.yaml)",
                      "there is no schema for the books of %s: search_path names none that exists",
                      ledger->kind->format);
        return FALSE;
    }
    g_autofree char *table = g_strdup(ledger->table);
    pgs_ledger_rename(ledger, site.schema, table);
    ledger->is_found = TRUE;
    return TRUE;
}

static void
find_dirty(PgsLedgerState *state)
{
    for (guint i = 0; i < state->entries->len && state->dirty < 0; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        if (entry->is_dirty)
            state->dirty = (gint)i;
    }
}

/* Whether the lines before n name all that the folder has. */
static gboolean
has_all_before(const PgsLedger *ledger, const PgsLedgerState *state, guint n)
{
    g_autofree gboolean *is_named = g_new0(gboolean, state->n_revisions + 1);
    for (guint i = 0; i < n; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        if (entry->revision >= 0)
            is_named[entry->revision] = TRUE;
    }
    for (guint i = 0; i < state->n_revisions; i++) {
        const PgsRevision *revision = pgs_ledger_revision(ledger, (gint)i);
        if (!is_named[i] && !revision->repeatable && !revision->is_hook)
            return FALSE;
    }
    return TRUE;
}

static void
find_beyond(const PgsLedger *ledger, PgsLedgerState *state)
{
    for (guint i = 0; i < state->entries->len && ledger->kind->beyond != NULL; i++) {
        PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        if (entry->revision < 0)
            entry->beyond = ledger->kind->beyond(ledger, entry->version);
    }
}

static void
find_missed(const PgsLedger *ledger, PgsLedgerState *state)
{
    PgsLedgerUnknown unknown = ledger->unknown;
    for (guint i = 0; i < state->entries->len && unknown != PGS_LEDGER_UNKNOWN_IGNORED; i++) {
        PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        entry->is_missed = entry->revision < 0 && (unknown == PGS_LEDGER_UNKNOWN_REFUSED ||
                                                   !has_all_before(ledger, state, i));
    }
}

PgsLedgerState *
pgs_ledger_read(const PgsLedger *ledger, PgsConnection *connection, GError **error)
{
    g_autoptr(PgsLedgerState) state = pgs_ledger_state_new(ledger->history);
    g_auto(PgsLedgerSite) site = {0};
    if (!pgs_ledger_site_find(ledger, connection, &site, error))
        return NULL;
    if (site.relation == NULL)
        return g_steal_pointer(&state);
    if (!pgs_ledger_site_check(ledger, connection, &site, error))
        return NULL;
    g_autofree char *schema = pgs_text_identifier(site.schema);
    g_autofree char *table = pgs_text_identifier(ledger->table);
    g_autofree char *name = g_strconcat(schema, ".", table, NULL);
    PgsLedger located = *ledger;
    located.schema = site.schema;
    located.name = name;
    state->exists = TRUE;
    state->tells_begun = ledger->kind->place == PGS_LEDGER_AROUND;
    if (!ledger->kind->read(&located, connection, state, error))
        return NULL;
    find_dirty(state);
    find_beyond(ledger, state);
    find_missed(ledger, state);
    return g_steal_pointer(&state);
}
