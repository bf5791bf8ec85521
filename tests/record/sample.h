#ifndef PGS_TESTS_RECORD_SAMPLE_H
#define PGS_TESTS_RECORD_SAMPLE_H

#include "record/sample_evidence.h"

/*
 * Records for the tests of record/ and report/, and for reports/samples/: every member is fixed, so
 * that what is made of them is the same on every machine.
 */

static inline PgsRecord *
sample_record(const char *command)
{
    PgsRecord *record = pgs_record_new(command);
    g_free(record->version);
    record->version = g_strdup("0.1.0");
    g_free(record->host);
    record->host = g_strdup("Linux 6.1.0 x86_64");
    g_date_time_unref(record->started);
    g_autoptr(GDateTime) start = g_date_time_new_utc(2025, 3, 14, 9, 26, 53.0);
    record->started = g_date_time_add(start, 589793);
    return record;
}

static inline PgsRecordSystem *
sample_system(PgsRecord *record, const char *name, guint n_revisions)
{
    g_autofree char *folder = g_strdup_printf("migrations/%s", name);
    PgsRecordSystem *system = pgs_record_add_system(record, name, folder);
    system->format = g_strdup("golang-migrate");
    system->format_reason = g_strdup("go.mod names github.com/golang-migrate/migrate/v4");
    system->n_revisions = n_revisions;
    system->server = g_strdup("PostgreSQL 15.18, local, data in memory");
    system->server_version = g_strdup("15.18");
    system->duration = 203500;
    return system;
}

static inline PgsFinding *
sample_finding(PgsRecord *record, const char *check, PgsStatus status, const char *revision,
               const char *title)
{
    PgsFinding *finding =
        pgs_record_add(record, pgs_finding_new(check, status, "canvas", revision, title));
    finding->duration = 1250 + 7 * (gint64)record->findings->len;
    return finding;
}

static inline void
sample_cycle(PgsRecord *record)
{
    sample_finding(record, "cycle.up", PGS_STATUS_PASSED, NULL, "base to head");
    sample_finding(record, "cycle.down", PGS_STATUS_PASSED, NULL, "head to base");
    sample_finding(record, "cycle.again", PGS_STATUS_PASSED, NULL, "base to head again");
    sample_finding(record, "cycle.same", PGS_STATUS_PASSED, NULL,
                   "the second way up gives the schema of the first");
    sample_finding(record, "stairway.up", PGS_STATUS_PASSED, "001_users_table",
                   "001_users_table up");
    sample_finding(record, "stairway.down", PGS_STATUS_PASSED, "001_users_table",
                   "001_users_table down restores base");
    sample_finding(record, "stairway.up", PGS_STATUS_PASSED, "002_canvas_tables",
                   "002_canvas_tables up");
}

static inline PgsRecord *
sample_passing(void)
{
    PgsRecord *record = sample_record("pgstair verify migrations/canvas");
    sample_add_evidence(sample_system(record, "canvas", 2), TRUE);
    sample_cycle(record);
    PgsFinding *down =
        sample_finding(record, "stairway.down", PGS_STATUS_PASSED, "002_canvas_tables",
                       "002_canvas_tables down restores 001_users_table");
    pgs_finding_add_requirement(down, "CANVAS-01");
    pgs_finding_add_requirement(down, "CANVAS-10");
    PgsFinding *format = sample_finding(record, "folder.format", PGS_STATUS_INFO, NULL,
                                        "the folder's format is recognised");
    format->message =
        g_strdup("golang-migrate, since go.mod names github.com/golang-migrate/migrate/v4");
    record->duration = 412345;
    return record;
}

/* One finding of each status, with every member set somewhere. */
static inline PgsRecord *
sample_failing(void)
{
    PgsRecord *record = sample_record(
        "pgstair verify migrations/canvas --tolerate column-order --record 'r 1.xml'");
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    sample_tolerance(system, "column-order", NULL, NULL, NULL);
    sample_tolerance(system, "owners", "production's owner differs", "2027-01-31",
                     "migrations/pgstair.yaml:7:3");
    sample_add_evidence(system, FALSE);
    system->n_tolerated = 1;
    system->n_cosmetic = 2;
    sample_cycle(record);

    PgsFinding *left =
        sample_finding(record, "stairway.down", PGS_STATUS_FAILED, "002_canvas_tables",
                       "002_canvas_tables down restores 001_users_table");
    left->message = g_strdup("the downgrade does not restore the schema before it: 3 leftovers");
    left->detail = g_strdup(
        "+ enum type public.currently_testing_type: 'thesis', 'proof_point'\n"
        "+ enum type public.lifecycle_lane: 'build', 'sell', 'milk', 'reframe'\n"
        "+ enum type public.proof_point_status: 'not_started', 'in_progress', 'observe…\n");
    left->file = g_strdup("migrations/canvas/002_canvas_tables.down.sql");
    left->object = g_strdup("public.lifecycle_lane");
    left->hint = g_strdup("add DROP TYPE public.lifecycle_lane; and its like to the downgrade");
    left->reproduce = g_strdup("pgstair verify migrations/canvas --only stairway\n"
                               "pgstair shell migrations/canvas --at 001_users_table");
    pgs_finding_add_requirement(left, "CANVAS-10");
    pgs_finding_add_requirement(left, "CANVAS-03");

    PgsFinding *again = sample_finding(record, "stairway.again", PGS_STATUS_FAILED,
                                       "002_canvas_tables", "002_canvas_tables up again");
    again->message = g_strdup("the second upgrade fails");
    again->detail = g_strdup("ERROR:  type \"lifecycle_lane\" already exists\n"
                             "SQLSTATE 42710 (duplicate_object)");
    again->expected = g_strdup("the upgrade succeeds, as it did the first time");
    again->actual = g_strdup("type \"lifecycle_lane\" already exists");
    again->sql = g_strdup("CREATE TYPE lifecycle_lane AS ENUM\n    ('build', 'sell', 'milk', "
                          "'reframe')");
    again->file = g_strdup("migrations/canvas/002_canvas_tables.up.sql");
    again->line = 4;
    again->column = 1;
    again->hint = g_strdup("the downgrade must drop the type that the upgrade makes");

    PgsFinding *error = sample_finding(record, "drift.model", PGS_STATUS_ERROR, NULL,
                                       "head and models/canvas.sql are the same schema");
    error->message = g_strdup("the model cannot be loaded");
    error->detail = g_strdup("ERROR:  relation \"users\" does not exist\nLINE 3: … REFERENCES "
                             "users (id)");
    error->file = g_strdup("models/canvas.sql");
    error->line = 3;
    error->column = 31;

    PgsFinding *skipped = sample_finding(record, "plan.index", PGS_STATUS_SKIPPED, NULL,
                                         "each query is served by its index");
    skipped->message = g_strdup("no queries are given for this system");
    skipped->hint = g_strdup("list them under plans: in pgstair.yaml");

    PgsFinding *warning = sample_finding(record, "index.duplicate", PGS_STATUS_WARNING,
                                         "002_canvas_tables", "no two indexes are the same");
    warning->object = g_strdup("public.uq_canvases_vbu_id");
    warning->message = g_strdup("the same as the index of constraint canvases_vbu_id_key");
    warning->hint = g_strdup("keep one of the two");

    PgsFinding *info = sample_finding(record, "folder.unmatched", PGS_STATUS_INFO, NULL,
                                      "every file in the folder belongs to a revision");
    info->message = g_strdup("README.md is no migration");
    info->file = g_strdup("migrations/canvas/README.md");
    record->duration = 398007;
    return record;
}

static inline PgsRecordRequirement *
sample_requirement(PgsRecordSystem *system, const char *id, const char *phase, const char *text)
{
    PgsRecordRequirement *requirement = pgs_record_system_add_requirement(system, id, text);
    requirement->phase = g_strdup(phase);
    return requirement;
}

static inline PgsFinding *
sample_serving(PgsRecord *record, const char *check, PgsStatus status, const char *title,
               const char *requirement)
{
    PgsFinding *finding = sample_finding(record, check, status, NULL, title);
    pgs_finding_add_requirement(finding, requirement);
    return finding;
}

/* The requirements of sample_requirements(), and what is asked of them. */
static inline void
sample_add_requirements(PgsRecordSystem *system)
{
    PgsRecordPhase *first = pgs_record_system_add_phase(system, "1", "core tables");
    g_ptr_array_add(first->manual, g_strdup("read the downgrade of 0007 aloud"));
    g_ptr_array_add(first->manual, g_strdup("look at the canvas in the application"));
    pgs_record_system_add_phase(system, "2", "plans and drift");

    sample_requirement(system, "CANVAS-01", "1",
                       "upgrade to head creates all tables; every column has its type");
    sample_requirement(system, "CANVAS-02", "1", "deleting a canvas deletes its proof points");
    sample_requirement(system, "CANVAS-03", "1", "lifecycle_lane has its four labels in order");
    sample_requirement(system, "CANVAS-04", "1", "each downgrade restores what was there before");
    PgsRecordRequirement *seed =
        sample_requirement(system, "CANVAS-05", "2", "sample data loads twice, with the same rows");
    g_ptr_array_add(seed->needs, g_strdup("data"));
    g_ptr_array_add(seed->needs, g_strdup("suite"));
    sample_requirement(system, "CANVAS-06", "2", "no redundant index is left");
    sample_requirement(system, "CANVAS-07", "2", "models/canvas.sql is the same schema as head");
    static const char *const deferred[] = {"CANVAS-08", "CANVAS-09"};
    for (gsize i = 0; i < G_N_ELEMENTS(deferred); i++)
        sample_requirement(system, deferred[i], "2", "filtered queries use an index")->deferred =
            g_strdup("plans come with a later issue");
    PgsRecordRequirement *coverage =
        sample_requirement(system, "CANVAS-10", "2", "the suite runs four lines of five");
    coverage->coverage_lines = 80;
    g_ptr_array_add(coverage->coverage_files, g_strdup("suites/canvas/*.c"));
}

/* What sample_requirements() accepts and tolerates. */
static inline void
sample_add_agreements(PgsRecordSystem *system)
{
    sample_tolerance(system, "column-order", "the tool adds columns at the end", NULL,
                     "migrations/pgstair.yaml:7:3");
    PgsRecordAcceptance *down = sample_acceptance(
        system, "stairway.down", "irreversible on purpose", "migrations/pgstair.yaml:12:5");
    down->revision = g_strdup("0007");
    down->until = g_strdup("2027-01-31");
    down->used = 1;
    PgsRecordAcceptance *twin =
        sample_acceptance(system, "redundancy.index", "the specification asks for both",
                          "migrations/pgstair.yaml:16:5");
    twin->object = g_strdup("index public.ix_canvases_*");
    twin->title = g_strdup("*has a twin");
    twin->used = 1;
    sample_acceptance(system, "drift", "the model follows later", "migrations/pgstair.yaml:19:5");
}

/* What was tried of the foreign keys at head: all but two. */
static inline void
sample_exercise(PgsRecord *record)
{
    static const struct {
        const char *key;
        PgsStatus status;
        const char *message;
    } rows[] = {
        {"canvases.fk_canvases_vbu_id", PGS_STATUS_PASSED, NULL},
        {"proof_points.fk_proof_points_thesis_id", PGS_STATUS_PASSED, NULL},
        {"vbus.fk_vbus_gm_id", PGS_STATUS_PASSED, NULL},
        {"canvases.fk_canvases_updated_by", PGS_STATUS_FAILED,
         "deleting the row of users leaves updated_by as it is"},
        {"proof_points.fk_proof_points_follows_id", PGS_STATUS_SKIPPED,
         "no row could be made that refers to itself"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PgsFinding *finding =
            sample_finding(record, "exercise.foreign-key", rows[i].status, NULL, rows[i].key);
        finding->object = g_strdup_printf("foreign key public.%s", rows[i].key);
        finding->message = g_strdup(rows[i].message);
    }
}

/* Each state of a requirement, and all that a record can say of them. */
static inline PgsRecord *
sample_requirements(void)
{
    PgsRecord *record = sample_record("pgstair verify canvas --record canvas.xml");
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    sample_add_evidence(system, TRUE);
    sample_add_agreements(system);
    sample_add_requirements(system);
    sample_cycle(record);
    sample_serving(record, "expect.column", PGS_STATUS_PASSED, "canvases.id", "CANVAS-01");
    sample_serving(record, "expect.column", PGS_STATUS_PASSED, "canvases.name", "CANVAS-01");
    sample_serving(record, "suite.table", PGS_STATUS_PASSED, "test_tables", "CANVAS-01");
    PgsFinding *rule = sample_serving(record, "expect.foreign-key", PGS_STATUS_FAILED,
                                      "proof_points.canvas_id → canvases (id)", "CANVAS-02");
    rule->object = g_strdup("foreign key public.proof_points.fk_canvas");
    rule->message = g_strdup("on delete is not as expected");
    rule->expected = g_strdup("on-delete: CASCADE");
    rule->actual = g_strdup("on-delete: NO ACTION");
    sample_serving(record, "expect.enum", PGS_STATUS_PASSED, "lifecycle_lane", "CANVAS-03");
    PgsFinding *lowered = sample_serving(record, "expect.comment", PGS_STATUS_WARNING,
                                         "lifecycle_lane's comment", "CANVAS-03");
    lowered->lowered = TRUE;
    lowered->message = g_strdup("there is no comment");
    PgsFinding *accepted = sample_serving(record, "stairway.down", PGS_STATUS_ACCEPTED,
                                          "0007_words down restores 0006_lanes", "CANVAS-04");
    accepted->revision = g_strdup("0007_words");
    accepted->message = g_strdup("there is no downgrade");
    accepted->accepted = g_strdup("until 2027-01-31: irreversible on purpose");
    accepted->server_version = g_strdup("15.18");
    sample_serving(record, "data.idempotent", PGS_STATUS_PASSED, "sample.sql twice", "CANVAS-05");
    sample_serving(record, "redundancy.index", PGS_STATUS_WARNING, "no index twice", "CANVAS-06")
        ->message = g_strdup("ix_canvases_id covers nothing that canvases_pkey does not");
    PgsFinding *warning = sample_serving(record, "redundancy.index", PGS_STATUS_ACCEPTED,
                                         "ix_canvases_id has a twin", "CANVAS-06");
    warning->accepted = g_strdup("the specification asks for both");
    warning->was_warning = TRUE;
    sample_serving(record, "drift.model", PGS_STATUS_SKIPPED, "models/canvas.sql", "CANVAS-07")
        ->message = g_strdup("--skip drift");
    sample_exercise(record);
    record->duration = 398007;
    return record;
}

/* The second of three parts of a run (--shard 2/3): rungs alone, and of what revisions change only
 * that. */
static inline PgsRecord *
sample_shard(void)
{
    PgsRecord *record = sample_record("pgstair verify migrations/canvas --shard 2/3");
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    g_ptr_array_add(record->shards, pgs_record_shard_new(2, 3, "b7e23ec29af22b0b4e41da31e868d572"));
    sample_add_facts(system, NULL);
    sample_add_git(system, TRUE);
    sample_revision(system, "1", "001_users_table");
    sample_change(sample_revision(system, "2", "002_canvas_tables"), "added",
                  "table public.canvases", NULL, NULL, NULL);
    sample_add_agreements(system);
    sample_add_requirements(system);
    static const char *const checks[] = {"stairway.up", "stairway.down", "stairway.again"};
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        g_autofree char *title = g_strdup_printf("%s 002_canvas_tables", checks[i] + 9);
        PgsFinding *finding =
            sample_finding(record, checks[i], PGS_STATUS_PASSED, "002_canvas_tables", title);
        pgs_finding_add_requirement(finding, "CANVAS-01");
    }
    record->duration = 98007;
    return record;
}

/* revisions times three findings, every fifth revision with a failure. */
static inline PgsRecord *
sample_large(guint revisions)
{
    static const char *const checks[] = {"stairway.up", "stairway.down", "stairway.again"};
    PgsRecord *record = sample_record("pgstair verify migrations/large");
    sample_system(record, "canvas", revisions);
    for (guint i = 0; i < revisions; i++) {
        g_autofree char *revision = g_strdup_printf("%05u_change_number_%u", i + 1, i + 1);
        for (guint c = 0; c < G_N_ELEMENTS(checks); c++) {
            gboolean failed = i % 5 == 0 && c == 1;
            g_autofree char *title = g_strdup_printf("%s %s", revision, checks[c] + 9);
            PgsFinding *finding = sample_finding(
                record, checks[c], failed ? PGS_STATUS_FAILED : PGS_STATUS_PASSED, revision, title);
            if (!failed)
                continue;
            finding->message =
                g_strdup("the downgrade does not restore the schema before it: 1 leftover");
            finding->detail =
                g_strdup_printf("+ enum type public.kind_%u: 'one', 'two', 'three'\n", i + 1);
            finding->file = g_strdup_printf("migrations/large/%s.down.sql", revision);
            finding->hint = g_strdup("add DROP TYPE … to the downgrade");
        }
    }
    record->duration = 48 * G_USEC_PER_SEC;
    return record;
}

/* ---- a run on several servers ---- */

static inline void
sample_add_server(PgsRecordSystem *system, const char *name, const char *version, gint64 duration)
{
    PgsRecordServer *server = pgs_record_system_add_server(system, name);
    server->version = g_strdup(version);
    server->description =
        version != NULL ? g_strdup_printf("PostgreSQL %s, docker, data in memory", version) : NULL;
    server->start = version != NULL ? 215000 : 0;
    server->duration = duration;
}

static inline PgsFinding *
sample_on_server(PgsRecord *record, const PgsRecordSystem *system, guint server, const char *check,
                 PgsStatus status, const char *title)
{
    const PgsRecordServer *row = system->servers->pdata[server];
    PgsFinding *finding =
        pgs_record_add(record, pgs_finding_new(check, status, system->name, NULL, title));
    finding->server = g_strdup(row->name);
    finding->server_version = g_strdup(row->version);
    finding->duration = 2000;
    return finding;
}

/* Two systems on docker:13..15 and docker:18: 14 is not to be had, 18 fails one and broke under the
 * other. */
static inline PgsRecord *
sample_matrix(void)
{
    static const char *const names[] = {"canvas", "boardroom"};
    static const char *const servers[] = {"docker:13", "docker:14", "docker:15", "docker:18"};
    static const char *const versions[] = {"13.22", NULL, "15.18", "18.1"};
    PgsRecord *record = sample_record("pgstair verify --server docker:13..15 --server docker:18");
    for (gsize s = 0; s < G_N_ELEMENTS(names); s++) {
        PgsRecordSystem *system = sample_system(record, names[s], 2);
        g_free(system->server_version);
        system->server_version = g_strdup("13.22, 15.18, 18.1");
        sample_add_revisions(system);
        sample_add_schema(system);
        sample_add_git(system, TRUE);
        for (gsize i = 0; i < G_N_ELEMENTS(servers); i++) {
            gboolean missing = versions[i] == NULL;
            sample_add_server(system, servers[i], versions[i], missing ? 20000 : 1234567 + i);
            if (!missing)
                sample_fact(system, "server version", versions[i], servers[i]);
            PgsStatus status = missing ? PGS_STATUS_SKIPPED : PGS_STATUS_PASSED;
            gboolean broke = s == 1 && i == 3;
            gboolean fails = s == 0 && i == 3;
            if (broke) {
                PgsFinding *error =
                    sample_on_server(record, system, i, "run.completed", PGS_STATUS_ERROR,
                                     "boardroom could be verified");
                error->message = g_strdup("the container has ended with status 137");
                continue;
            }
            PgsFinding *up =
                sample_on_server(record, system, i, missing ? "servers.available" : "cycle.up",
                                 status, missing ? "docker:14 is to be had" : "base to head");
            up->message =
                missing ? g_strdup("docker:14: the image \"postgres:14\" is not here") : NULL;
            up->hint = missing ? g_strdup("make one: ci/images/build 14") : NULL;
            if (missing)
                continue;
            pgs_finding_add_requirement(up, "R-1");
            PgsFinding *down =
                sample_on_server(record, system, i, "cycle.down",
                                 fails ? PGS_STATUS_FAILED : PGS_STATUS_PASSED, "head to base");
            down->message = fails ? g_strdup("the type public.mood is left behind") : NULL;
            pgs_finding_add_requirement(down, "R-2");
        }
    }
    PgsRecordSystem *canvas = record->systems->pdata[0];
    sample_requirement(canvas, "R-1", NULL, "it goes up");
    sample_requirement(canvas, "R-2", NULL, "it goes down");
    sample_requirement(record->systems->pdata[1], "R-1", NULL, "it goes up");
    sample_requirement(record->systems->pdata[1], "R-2", NULL, "it goes down");
    PgsFinding *verdict = sample_finding(record, "servers.verdict", PGS_STATUS_INFO, NULL,
                                         "cycle.down, head to base");
    verdict->message = g_strdup("passes on docker:13 and docker:15; fails on docker:18: the type "
                                "public.mood is left behind");
    PgsFinding *schema =
        sample_finding(record, "servers.schema", PGS_STATUS_WARNING, NULL, "index public.i");
    schema->object = g_strdup("index public.i");
    schema->message = g_strdup("it is on docker:15, and not on docker:13");
    schema->expected = g_strdup("on docker:13:\n(none)");
    schema->actual = g_strdup("on docker:15:\nmethod: btree");
    record->duration = 5 * G_USEC_PER_SEC;
    return record;
}

static inline void
sample_plan(PgsFinding *finding, const char *role, const char *title, const char *text, double cost)
{
    PgsRecordPlan *plan = pgs_finding_add_plan(finding, role, title);
    plan->query = g_strdup("SELECT * FROM theses WHERE canvas_id = $1 AND text <> $2");
    g_ptr_array_add(plan->parameters, g_strdup("0b9c5e1e-0000-4000-8000-000000000001"));
    g_ptr_array_add(plan->parameters, NULL);
    plan->settings = g_strdup("random_page_cost = '1.1'");
    plan->text = g_strdup(text);
    plan->json = g_strdup("[{\"Plan\": {\"Node Type\": \"Seq Scan\"}}]");
    plan->cost = cost;
    plan->rows = 5;
}

/* A query that an index was to serve, and does not; the plans that showed it. */
static inline PgsRecord *
sample_plans(void)
{
    PgsRecord *record = sample_record("pgstair verify migrations/canvas --only plan");
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    /* The stairway is not climbed: what its revisions change is not known. */
    sample_revision(system, "1", "001_users_table")->given = TRUE;
    sample_revision(system, "R", "views")->repeatable = TRUE;
    sample_add_facts(system, NULL);
    PgsFinding *finding =
        sample_finding(record, "plan.query", PGS_STATUS_FAILED, NULL, "theses of a canvas");
    finding->object = g_strdup("index public.ix_theses_canvas_id");
    finding->message = g_strdup("ix_theses_canvas_id cannot serve it: the query casts canvas_id");
    finding->hint = g_strdup("compare it as it is: canvas_id = $1");
    sample_plan(finding, "verdict", "as it is: Seq Scan on theses, cost 255.00",
                "Seq Scan on public.theses  (cost=0.00..255.00 rows=5 width=72)\n"
                "  Filter: ((theses.canvas_id)::text = '0b9c5e1e'::text)\n",
                255);
    sample_plan(finding, "trial", "with an index on (canvas_id::text)",
                "Index Scan using pgs_try on public.theses\n", 8.3);
    PgsRecordPlan *analyzed = g_ptr_array_index(finding->plans, 0);
    analyzed->actual_rows = 4.5;
    analyzed->shared_hit = 130;
    analyzed->shared_read = 0;
    record->duration = 412345;
    return record;
}

#include "record/sample_hostile.h"

#endif
