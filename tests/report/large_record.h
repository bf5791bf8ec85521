#ifndef PGS_TESTS_REPORT_LARGE_RECORD_H
#define PGS_TESTS_REPORT_LARGE_RECORD_H

#include "record/sample.h"

/*
 * A record as large as a big project's, for tests and benchmarks of the reports.  Nothing in it is
 * left to chance.  PGSTAIR_LARGE_RECORD=FILE test_report_large_record writes one.
 */

#define LARGE_TABLES 150

static inline char *
large_table_name(guint table)
{
    static const char *const words[] = {"orders", "items",    "people", "places", "prices",
                                        "events", "payments", "notes",  "files",  "stock"};
    return g_strdup_printf("%s.%s_%03u", table % 5 == 4 ? "archive" : "public",
                           words[table % G_N_ELEMENTS(words)], table);
}

/* Each refers to up to three before it, by every rule in turn; a few to themselves. */
static inline void
large_add_references(PgsRecordRelation *relation, guint table)
{
    static const char *const rules[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL",
                                        "SET DEFAULT"};
    for (guint i = 0; i < table % 4 && table > 0; i++) {
        g_autofree char *other =
            large_table_name((table * 7 + i * 13) % (table + (table % 10 == 0)));
        g_autofree char *column = g_strdup_printf("ref_%u_id", i);
        sample_reference(relation, column, other, rules[(table + i) % G_N_ELEMENTS(rules)]);
    }
}

static inline void
large_add_schema(PgsRecordSystem *system)
{
    for (guint table = 0; table < LARGE_TABLES; table++) {
        g_autofree char *name = large_table_name(table);
        PgsRecordRelation *relation = sample_table(system, name);
        large_add_references(relation, table);
        for (guint i = 0; i < 4 + table % 9; i++) {
            g_autofree char *column = g_strdup_printf("column_%u", i);
            sample_column(relation, column, i % 2 == 0 ? "text" : "timestamp with time zone",
                          i % 3 == 0);
        }
        g_autofree char *index = g_strdup_printf("ix_%s_column_0", strchr(name, '.') + 1);
        sample_constraint(relation, "index", index, "column_0",
                          "CREATE INDEX … USING btree (column_0)");
    }
}

static inline char *
large_label(guint revision)
{
    static const char *const words[] = {"add_orders",  "drop_old_prices", "rename_people",
                                        "index_notes", "split_events",    "widen_email"};
    return g_strdup_printf("%05u_%s", revision + 1, words[revision % G_N_ELEMENTS(words)]);
}

static inline void
large_add_revisions(PgsRecordSystem *system, guint n_revisions)
{
    for (guint i = 0; i < n_revisions; i++) {
        g_autofree char *label = large_label(i);
        g_autofree char *id = g_strdup_printf("%05u", i + 1);
        g_autofree char *table = large_table_name(i % LARGE_TABLES);
        g_autofree char *added = g_strdup_printf("column %s.column_%u", table, i);
        PgsRecordRevision *revision = sample_revision(system, id, label);
        sample_change(revision, "added", added, NULL, NULL, NULL);
        if (i % 3 == 0)
            sample_change(revision, "changed", added, "type", "integer", "bigint");
    }
}

/* Up, down and again of each revision, then checks of the schema until there are as many. */
static inline PgsFinding *
large_add_finding(PgsRecord *record, guint i, guint n_revisions)
{
    static const char *const rungs[] = {"stairway.up", "stairway.down", "stairway.again"};
    static const char *const checks[] = {"exercise.not-null", "exercise.foreign-key",
                                         "expect.column", "redundancy.index"};
    if (i < n_revisions * G_N_ELEMENTS(rungs)) {
        const char *check = rungs[i % G_N_ELEMENTS(rungs)];
        g_autofree char *label = large_label(i / (guint)G_N_ELEMENTS(rungs));
        g_autofree char *title = g_strdup_printf("%s %s", check + strlen("stairway."), label);
        return sample_finding(record, check, PGS_STATUS_PASSED, label, title);
    }
    const char *check = checks[i % G_N_ELEMENTS(checks)];
    g_autofree char *table = large_table_name(i % LARGE_TABLES);
    g_autofree char *title = g_strdup_printf("%s.column_%u", table, i / LARGE_TABLES);
    PgsFinding *finding = sample_finding(record, check, PGS_STATUS_PASSED, NULL, title);
    finding->object = g_strdup_printf("column %s", title);
    return finding;
}

/* What a reader looks for: one finding of fifty is none that passed. */
static inline void
large_spoil(PgsFinding *finding, guint i)
{
    static const PgsStatus statuses[] = {PGS_STATUS_FAILED, PGS_STATUS_WARNING, PGS_STATUS_SKIPPED,
                                         PGS_STATUS_ERROR, PGS_STATUS_ACCEPTED};
    if (i % 50 != 7)
        return;
    finding->status = statuses[i / 50 % G_N_ELEMENTS(statuses)];
    finding->message = g_strdup_printf("it does not do what was expected of number %u", i);
    finding->expected = g_strdup("type: bigint");
    finding->actual = g_strdup("type: integer");
    finding->hint = g_strdup("complete the downgrade: it has to undo all that the upgrade did");
    finding->file = g_strdup_printf("%05u_change.down.sql", i);
    finding->line = i % 90 + 1;
    finding->sql = g_strdup("ALTER TABLE orders\n    ALTER COLUMN amount TYPE integer");
    finding->detail = g_strdup("+ column public.orders.amount: integer\n"
                               "- column public.orders.amount: bigint\n");
    if (finding->status == PGS_STATUS_ACCEPTED)
        finding->accepted = g_strdup("until 2027-01-31: agreed with operations");
}

/* n_findings: at least three times n_revisions for whole stairways. */
static inline PgsRecord *
pgs_large_record_new(guint n_revisions, guint n_findings)
{
    PgsRecord *record = sample_record("pgstair verify migrations/large --record large.xml");
    PgsRecordSystem *system = sample_system(record, "canvas", n_revisions);
    PgsRecordServer *server = pgs_record_system_add_server(system, "local:15");
    server->version = g_strdup("15.18");
    server->description = g_strdup("PostgreSQL 15.18, local, data in memory");
    system->duration = server->duration = 47 * G_USEC_PER_SEC;
    sample_add_facts(system, NULL);
    sample_add_git(system, TRUE);
    large_add_revisions(system, n_revisions);
    large_add_schema(system);
    for (guint i = 0; i < 60; i++) {
        g_autofree char *id = g_strdup_printf("LARGE-%02u", i + 1);
        sample_requirement(system, id, i < 30 ? "1" : "2", "it does what the specification says");
    }
    pgs_record_system_add_phase(system, "1", "core tables");
    pgs_record_system_add_phase(system, "2", "plans and drift");
    for (guint i = 0; i < n_findings; i++) {
        PgsFinding *finding = large_add_finding(record, i, n_revisions);
        large_spoil(finding, i);
        if (i % 10 == 0) {
            g_autofree char *id = g_strdup_printf("LARGE-%02u", i / 10 % 60 + 1);
            pgs_finding_add_requirement(finding, id);
        }
    }
    record->duration = 48 * G_USEC_PER_SEC;
    return record;
}

#endif
