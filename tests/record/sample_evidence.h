#ifndef PGS_TESTS_RECORD_SAMPLE_EVIDENCE_H
#define PGS_TESTS_RECORD_SAMPLE_EVIDENCE_H

#include "record/sample_schema.h"

/* What the samples have beside their findings: files, revisions, the schema at head, where it all
 * comes from. */

static inline PgsRecordFile *
sample_file(GPtrArray *files, const char *path, const char *role, guint64 size)
{
    g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, path, -1);
    PgsRecordFile *file = pgs_record_file_new(path, role, sha256, size);
    g_ptr_array_add(files, file);
    return file;
}

static inline PgsRecordRevision *
sample_revision(PgsRecordSystem *system, const char *id, const char *label)
{
    PgsRecordRevision *revision = pgs_record_revision_new(id, label);
    g_autofree char *up = g_strdup_printf("%s.up.sql", label);
    g_autofree char *down = g_strdup_printf("%s.down.sql", label);
    sample_file(revision->files, up, "up", 1024 + system->revisions->len);
    sample_file(revision->files, down, "down", 64 + system->revisions->len);
    g_ptr_array_add(system->revisions, revision);
    return revision;
}

static inline void
sample_change(PgsRecordRevision *revision, const char *kind, const char *object,
              const char *attribute, const char *before, const char *after)
{
    pgs_record_revision_add_change(revision,
                                   pgs_record_change_new(kind, object, attribute, before, after));
}

static inline void
sample_fact(PgsRecordSystem *system, const char *name, const char *value, const char *server)
{
    g_ptr_array_add(system->facts, pgs_record_fact_new(name, value, server));
}

static inline void
sample_add_revisions(PgsRecordSystem *system)
{
    PgsRecordRevision *users = sample_revision(system, "1", "001_users_table");
    sample_change(users, "added", "table public.users", NULL, NULL, NULL);
    sample_change(users, "added", "unique constraint public.users.uq_users_email", NULL, NULL,
                  NULL);
    PgsRecordRevision *canvas = sample_revision(system, "2", "002_canvas_tables");
    static const char *const tables[] = {"canvases", "proof_points", "theses", "vbus"};
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *object = g_strdup_printf("table public.%s", tables[i]);
        sample_change(canvas, "added", object, NULL, NULL, NULL);
    }
    sample_change(canvas, "changed", "column public.users.email", "type", "character varying(255)",
                  "character varying(320)");
    sample_change(canvas, "changed", "column public.users.name", "default", "'nobody'::text", NULL);
    sample_change(canvas, "removed", "column public.users.nickname", NULL, NULL, NULL);
}

/* Five tables with all five rules of deletion, one that refers to itself, and a view. */
static inline void
sample_add_schema(PgsRecordSystem *system)
{
    PgsRecordRelation *canvases = sample_table(system, "public.canvases");
    canvases->comment = g_strdup("One canvas for one vbu");
    sample_reference(canvases, "vbu_id", "public.vbus", "CASCADE");
    sample_reference(canvases, "updated_by", "public.users", "SET NULL");
    sample_column(canvases, "lifecycle_lane", "lifecycle_lane", TRUE)->value =
        g_strdup("'build'::lifecycle_lane");
    sample_constraint(canvases, "index", "ix_canvases_vbu_id", "vbu_id",
                      "CREATE UNIQUE INDEX ix_canvases_vbu_id ON public.canvases (vbu_id)")
        ->unique = TRUE;

    PgsRecordRelation *active =
        sample_relation(system, "materialized view", "public.canvases_active");
    sample_column(active, "id", "uuid", FALSE);

    PgsRecordRelation *points = sample_table(system, "public.proof_points");
    sample_reference(points, "canvas_id", "public.canvases", "NO ACTION");
    sample_reference(points, "thesis_id", "public.theses", "CASCADE");
    sample_reference(points, "follows_id", "public.proof_points", "SET DEFAULT");
    PgsRecordColumn *number = sample_column(points, "number", "bigint", TRUE);
    number->identity = TRUE;

    PgsRecordRelation *theses = sample_table(system, "public.theses");
    sample_reference(theses, "canvas_id", "public.canvases", "CASCADE");
    sample_column(theses, "order", "integer", TRUE);
    sample_column(theses, "text", "text", TRUE);
    PgsRecordColumn *words = sample_column(theses, "words", "tsvector", FALSE);
    words->generated = TRUE;
    words->value = g_strdup("to_tsvector('simple'::regconfig, text)");
    sample_constraint(theses, "unique constraint", "uq_theses_canvas_order", "canvas_id,order",
                      "UNIQUE (canvas_id, \"order\")");
    sample_constraint(theses, "check constraint", "ck_theses_text", "text",
                      "CHECK ((length(text) > 0))");

    PgsRecordRelation *part = sample_table(system, "public.theses_2025");
    part->parent = g_strdup("public.theses");

    PgsRecordRelation *users = sample_table(system, "public.users");
    sample_column(users, "email", "character varying(320)", TRUE);
    sample_constraint(users, "unique constraint", "uq_users_email", "email", "UNIQUE (email)");

    PgsRecordRelation *vbus = sample_table(system, "public.vbus");
    sample_reference(vbus, "gm_id", "public.users", "RESTRICT");
    sample_column(vbus, "name", "character varying(255)", TRUE);
}

static inline void
sample_add_facts(PgsRecordSystem *system, const char *server)
{
    sample_fact(system, "pgstair", "0.1.0", NULL);
    sample_fact(system, "libpq", "15.18", NULL);
    sample_fact(system, "seed", "20", NULL);
    sample_fact(system, "image", "postgres:15", server);
    sample_fact(system, "image digest",
                "sha256:0f4f20021a06e0d1ebc6d2b6b4ae1a1b2c3d4e5f60718293a4b5c6d7e8f90123", server);
    sample_fact(system, "setting fsync", "off", server);
    sample_fact(system, "locale", "C.UTF-8", server);
}

static inline void
sample_add_git(PgsRecordSystem *system, gboolean clean)
{
    system->git = pgs_record_git_new("4a7d1ed414474e4033ac29ccb8653d9b1e6b7d2f", "main", clean);
    if (clean)
        return;
    g_ptr_array_add(system->git->dirty, g_strdup(" M migrations/canvas/002_canvas_tables.up.sql"));
    g_ptr_array_add(system->git->dirty, g_strdup("?? migrations/canvas/notes.txt"));
    system->git->n_dirty = 2;
}

static inline PgsRecordAcceptance *
sample_acceptance(PgsRecordSystem *system, const char *check, const char *reason, const char *place)
{
    PgsRecordAcceptance *acceptance = pgs_record_acceptance_new(check, reason);
    acceptance->place = g_strdup(place);
    g_ptr_array_add(system->acceptances, acceptance);
    return acceptance;
}

static inline PgsRecordTolerance *
sample_tolerance(PgsRecordSystem *system, const char *name, const char *reason, const char *until,
                 const char *place)
{
    PgsRecordTolerance *tolerance = pgs_record_tolerance_new(name);
    tolerance->reason = g_strdup(reason);
    tolerance->until = g_strdup(until);
    tolerance->place = g_strdup(place);
    g_ptr_array_add(system->tolerances, tolerance);
    return tolerance;
}

/* Everything, of a run on one server. */
static inline void
sample_add_evidence(PgsRecordSystem *system, gboolean clean)
{
    system->config = g_strdup("migrations/pgstair.yaml");
    sample_add_facts(system, NULL);
    sample_add_git(system, clean);
    sample_file(system->files, "../pgstair.yaml", "project", 2048);
    sample_file(system->files, "../requirements/canvas.yaml", "requirements", 4096);
    sample_add_revisions(system);
    sample_add_schema(system);
}

#endif
