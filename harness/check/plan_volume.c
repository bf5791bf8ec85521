#include "check/plan_volume.h"

#include "base/text.h"
#include "project/system.h"

#include <string.h>

/* ---- tables ---- */

static void
describe_table(GString *text, const PgsVolumeTable *table)
{
    g_autofree char *rows = pgs_text_count((guint64)table->rows, "row", NULL);
    g_string_append_printf(text, "%s%s: %s", text->len > 0 ? "\n" : "", table->relation->identity,
                           rows);
    if (table->before > 0)
        g_string_append_printf(text, ", %" G_GINT64_FORMAT " of them there before", table->before);
    if (!table->is_asked)
        g_string_append(text, ", since others refer to it");
    if (table->reason != NULL)
        g_string_append_printf(text, "\n  fewer than %" G_GINT64_FORMAT ": %s", table->wanted,
                               table->reason);
    for (guint i = 0; i < table->notes->len; i++)
        g_string_append_printf(text, "\n  note: %s", (const char *)table->notes->pdata[i]);
}

static void
add_statement(GString *text, const PgsVolumeTable *table)
{
    if (table->sql != NULL)
        g_string_append_printf(text, "%s%s\n", table->sql,
                               g_str_has_suffix(table->sql, ";") ? "" : ";");
}

/* ---- what became of it ---- */

/* What a finding of plan.index says of its index. */
static const struct {
    const char *word;
    guint statuses; /* bits */
} outcomes[] = {
    {"chosen", 1 << PGS_STATUS_PASSED},
    {"servable", 1 << PGS_STATUS_INFO | 1 << PGS_STATUS_WARNING},
    {"useless", 1 << PGS_STATUS_FAILED},
    {"not judged", 1 << PGS_STATUS_SKIPPED | 1 << PGS_STATUS_ERROR},
};

static guint
count(const GPtrArray *findings, const char *check, guint statuses)
{
    guint n = 0;
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        n += strcmp(finding->check, check) == 0 && (statuses & 1u << finding->status) != 0;
    }
    return n;
}

/* "5 of 6 queries served; 14 indexes chosen, 3 servable"; g_free(). */
static char *
tally(const GPtrArray *findings)
{
    GString *text = g_string_new(NULL);
    guint queries = count(findings, "plan.query", G_MAXUINT);
    if (queries > 0)
        g_string_append_printf(text, "%u of %u queries served",
                               count(findings, "plan.query", 1 << PGS_STATUS_PASSED), queries);
    const char *before = queries > 0 ? "; indexes: " : "indexes: ";
    for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        guint n = count(findings, "plan.index", outcomes[i].statuses);
        if (n == 0)
            continue;
        g_string_append_printf(text, "%s%u %s", before, n, outcomes[i].word);
        before = ", ";
    }
    return g_string_free(text, FALSE);
}

/* ---- the whole ---- */

/* For psql. */
static void
add_fill(GString *text, const GPtrArray *fill)
{
    for (guint i = 0; fill != NULL && i < fill->len; i++) {
        const PgsSqlText *sql = g_ptr_array_index(fill, i);
        if (sql->path != NULL)
            g_string_append_printf(text, "\\i %s\n", sql->path);
        else
            g_string_append_printf(text, "%s;\n", sql->text);
    }
}

static void
describe_tables(PgsFinding *finding, const GPtrArray *tables, const GPtrArray *fill, GString *text)
{
    g_autoptr(GString) statements = g_string_new(NULL);
    for (guint i = 0; i < tables->len; i++) {
        const PgsVolumeTable *table = g_ptr_array_index(tables, i);
        describe_table(text, table);
        add_statement(statements, table);
        finding->duration += table->duration;
    }
    add_fill(statements, fill);
    if (statements->len > 0)
        finding->reproduce = g_strconcat(statements->str, "VACUUM (ANALYZE);", NULL);
}

/* "80000 rows in 8 tables, seed 20; 1 has fewer than were wanted"; g_free(). */
static char *
count_rows(const GPtrArray *tables, guint64 seed)
{
    guint64 rows = 0;
    guint n_short = 0;
    for (guint i = 0; i < tables->len; i++) {
        const PgsVolumeTable *table = g_ptr_array_index(tables, i);
        rows += (guint64)table->rows;
        n_short += table->reason != NULL;
    }
    g_autofree char *n_rows = pgs_text_count(rows, "row", NULL);
    g_autofree char *n_tables = pgs_text_count(tables->len, "table", NULL);
    g_autofree char *fewer =
        n_short > 0 ? g_strdup_printf("; %u with fewer than were wanted", n_short) : g_strdup("");
    return g_strdup_printf("%s in %s, seed %" G_GUINT64_FORMAT "%s", n_rows, n_tables, seed, fewer);
}

PgsFinding *
pgs_plan_volume_finding(const PgsPlanContext *context, const GPtrArray *findings)
{
    PgsFinding *finding = pgs_finding_new("plan.volume", PGS_STATUS_INFO, context->system,
                                          context->revision, PGS_PLAN_VOLUME_TITLE);
    const GPtrArray *tables = context->tables;
    GString *text = g_string_new(NULL);
    describe_tables(finding, tables, context->fill, text);
    if (context->settings != NULL)
        g_string_append_printf(text, "%splanner settings in force:\n%s", text->len > 0 ? "\n" : "",
                               context->settings);
    finding->detail = g_string_free(text, FALSE);
    finding->message = count_rows(tables, context->seed);
    finding->actual = tally(findings);
    return finding;
}
