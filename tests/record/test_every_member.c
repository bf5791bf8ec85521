/* Covers harness/record/record_xml*.c: each member of each structure of a record is written and
 * read back.  A member that is new in a header has to come into the tables here. */
#include "cmocka_all.h"

#include "record/record_xml.h"

#include <glib/gstdio.h>
#include <string.h>

typedef enum {
    TEXT,
    INTERNED, /* a text that belongs to nobody */
    FLAG,
    COUNT,  /* guint */
    STATUS, /* PgsStatus */
    TIME,   /* gint64 */
    SIZE,   /* guint64 */
    FIGURE, /* double */
    TEXTS,  /* GPtrArray of char * */
    ROW,    /* a structure of its own */
    ROWS,   /* GPtrArray of structures */
    ASIDE,  /* said elsewhere, or not in the XML */
} Kind;

typedef struct _Structure Structure;

typedef struct {
    const char *name;
    Kind kind;
    gsize offset, size;
    const Structure *rows;
    const char *value; /* of a text that cannot be just anything */
} Member;

struct _Structure {
    const char *name;
    gsize size;
    const Member *members; /* until a name is NULL; in the order of the header */
};

#define M(type, member, ...)                                                                       \
    {                                                                                              \
#member, .offset = G_STRUCT_OFFSET(type, member), .size = sizeof(((type *)0)->member),     \
                 .kind = __VA_ARGS__                                                               \
    }
#define STRUCTURE(variable, type, table)                                                           \
    static const Structure variable = {#type, sizeof(type), table}

static const Member plan_members[] = {
    M(PgsRecordPlan, role, TEXT),
    M(PgsRecordPlan, title, TEXT),
    M(PgsRecordPlan, query, TEXT),
    M(PgsRecordPlan, parameters, TEXTS),
    M(PgsRecordPlan, settings, TEXT),
    M(PgsRecordPlan, text, TEXT),
    M(PgsRecordPlan, json, TEXT),
    M(PgsRecordPlan, cost, FIGURE),
    M(PgsRecordPlan, rows, FIGURE),
    M(PgsRecordPlan, actual_rows, FIGURE),
    M(PgsRecordPlan, shared_hit, TIME),
    M(PgsRecordPlan, shared_read, TIME),
    {0},
};
STRUCTURE(plan, PgsRecordPlan, plan_members);

static const Member finding_members[] = {
    M(PgsFinding, check, INTERNED),     M(PgsFinding, status, STATUS),
    M(PgsFinding, system, TEXT),        M(PgsFinding, revision, TEXT),
    M(PgsFinding, object, TEXT),        M(PgsFinding, more_objects, ASIDE),
    M(PgsFinding, title, TEXT),         M(PgsFinding, message, TEXT),
    M(PgsFinding, detail, TEXT),        M(PgsFinding, expected, TEXT),
    M(PgsFinding, actual, TEXT),        M(PgsFinding, sql, TEXT),
    M(PgsFinding, file, TEXT),          M(PgsFinding, line, COUNT),
    M(PgsFinding, column, COUNT),       M(PgsFinding, hint, TEXT),
    M(PgsFinding, reproduce, TEXT),     M(PgsFinding, accepted, TEXT),
    M(PgsFinding, lowered, FLAG),       M(PgsFinding, was_warning, FLAG),
    M(PgsFinding, server, TEXT),        M(PgsFinding, server_version, TEXT),
    M(PgsFinding, requirements, TEXTS), M(PgsFinding, plans, ROWS, .rows = &plan),
    M(PgsFinding, duration, TIME),      {0},
};
STRUCTURE(finding, PgsFinding, finding_members);

static const Member requirement_members[] = {
    M(PgsRecordRequirement, id, TEXT),
    M(PgsRecordRequirement, text, TEXT),
    M(PgsRecordRequirement, phase, TEXT),
    M(PgsRecordRequirement, deferred, TEXT),
    M(PgsRecordRequirement, needs, TEXTS),
    M(PgsRecordRequirement, coverage_lines, COUNT),
    M(PgsRecordRequirement, coverage_files, TEXTS),
    {0},
};
STRUCTURE(requirement, PgsRecordRequirement, requirement_members);

static const Member phase_members[] = {
    M(PgsRecordPhase, id, TEXT),
    M(PgsRecordPhase, title, TEXT),
    M(PgsRecordPhase, manual, TEXTS),
    {0},
};
STRUCTURE(phase, PgsRecordPhase, phase_members);

static const Member server_members[] = {
    M(PgsRecordServer, name, TEXT),        M(PgsRecordServer, version, TEXT),
    M(PgsRecordServer, description, TEXT), M(PgsRecordServer, start, TIME),
    M(PgsRecordServer, duration, TIME),    {0},
};
STRUCTURE(server, PgsRecordServer, server_members);

static const Member tolerance_members[] = {
    M(PgsRecordTolerance, name, TEXT),
    M(PgsRecordTolerance, reason, TEXT),
    M(PgsRecordTolerance, until, TEXT),
    M(PgsRecordTolerance, place, TEXT),
    {0},
};
STRUCTURE(tolerance, PgsRecordTolerance, tolerance_members);

static const Member acceptance_members[] = {
    M(PgsRecordAcceptance, check, TEXT),
    M(PgsRecordAcceptance, revision, TEXT),
    M(PgsRecordAcceptance, object, TEXT),
    M(PgsRecordAcceptance, title, TEXT),
    M(PgsRecordAcceptance, reason, TEXT),
    M(PgsRecordAcceptance, until, TEXT),
    M(PgsRecordAcceptance, place, TEXT),
    M(PgsRecordAcceptance, used, COUNT),
    {0},
};
STRUCTURE(acceptance, PgsRecordAcceptance, acceptance_members);

static const Member fact_members[] = {
    M(PgsRecordFact, name, TEXT),
    M(PgsRecordFact, value, TEXT),
    M(PgsRecordFact, server, TEXT),
    {0},
};
STRUCTURE(fact, PgsRecordFact, fact_members);

static const Member git_members[] = {
    M(PgsRecordGit, commit, TEXT), M(PgsRecordGit, branch, TEXT),   M(PgsRecordGit, clean, FLAG),
    M(PgsRecordGit, dirty, TEXTS), M(PgsRecordGit, n_dirty, COUNT), {0},
};
STRUCTURE(git, PgsRecordGit, git_members);

#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static const Member file_members[] = {
    M(PgsRecordFile, path, TEXT),
    M(PgsRecordFile, role, TEXT),
    M(PgsRecordFile, sha256, TEXT, .value = DIGEST),
    M(PgsRecordFile, size, SIZE),
    {0},
};
STRUCTURE(file, PgsRecordFile, file_members);

static const Member change_members[] = {
    M(PgsRecordChange, kind, TEXT, .value = "changed"),
    M(PgsRecordChange, object, TEXT),
    M(PgsRecordChange, attribute, TEXT),
    M(PgsRecordChange, before, TEXT),
    M(PgsRecordChange, after, TEXT),
    {0},
};
STRUCTURE(change, PgsRecordChange, change_members);

static const Member revision_members[] = {
    M(PgsRecordRevision, id, TEXT),
    M(PgsRecordRevision, label, TEXT),
    M(PgsRecordRevision, repeatable, FLAG),
    M(PgsRecordRevision, given, FLAG),
    M(PgsRecordRevision, files, ROWS, .rows = &file),
    M(PgsRecordRevision, changes, ROWS, .rows = &change),
    M(PgsRecordRevision, n_changes_left, COUNT),
    {0},
};
STRUCTURE(revision, PgsRecordRevision, revision_members);

static const Member column_members[] = {
    M(PgsRecordColumn, name, TEXT),
    M(PgsRecordColumn, type, TEXT),
    M(PgsRecordColumn, value, TEXT),
    M(PgsRecordColumn, not_null, FLAG),
    M(PgsRecordColumn, generated, FLAG),
    M(PgsRecordColumn, identity, FLAG),
    {0},
};
STRUCTURE(column, PgsRecordColumn, column_members);

static const Member constraint_members[] = {
    M(PgsRecordConstraint, kind, TEXT),
    M(PgsRecordConstraint, name, TEXT),
    M(PgsRecordConstraint, object, TEXT),
    M(PgsRecordConstraint, definition, TEXT),
    M(PgsRecordConstraint, columns, TEXTS),
    M(PgsRecordConstraint, references, TEXT),
    M(PgsRecordConstraint, referenced, TEXTS),
    M(PgsRecordConstraint, on_delete, TEXT),
    M(PgsRecordConstraint, on_update, TEXT),
    M(PgsRecordConstraint, unique, FLAG),
    {0},
};
STRUCTURE(constraint, PgsRecordConstraint, constraint_members);

static const Member relation_members[] = {
    M(PgsRecordRelation, kind, TEXT),
    M(PgsRecordRelation, name, TEXT),
    M(PgsRecordRelation, object, TEXT),
    M(PgsRecordRelation, parent, TEXT),
    M(PgsRecordRelation, comment, TEXT),
    M(PgsRecordRelation, columns, ROWS, .rows = &column),
    M(PgsRecordRelation, constraints, ROWS, .rows = &constraint),
    {0},
};
STRUCTURE(relation, PgsRecordRelation, relation_members);

static const Member system_members[] = {
    M(PgsRecordSystem, name, TEXT),
    M(PgsRecordSystem, folder, TEXT),
    M(PgsRecordSystem, format, TEXT),
    M(PgsRecordSystem, format_reason, TEXT),
    M(PgsRecordSystem, n_revisions, COUNT),
    M(PgsRecordSystem, server, TEXT),
    M(PgsRecordSystem, server_version, TEXT),
    M(PgsRecordSystem, servers, ROWS, .rows = &server),
    M(PgsRecordSystem, duration, TIME),
    M(PgsRecordSystem, n_tolerated, COUNT),
    M(PgsRecordSystem, n_cosmetic, COUNT),
    M(PgsRecordSystem, tolerances, ROWS, .rows = &tolerance),
    M(PgsRecordSystem, acceptances, ROWS, .rows = &acceptance),
    M(PgsRecordSystem, facts, ROWS, .rows = &fact),
    M(PgsRecordSystem, git, ROW, .rows = &git),
    M(PgsRecordSystem, config, TEXT),
    M(PgsRecordSystem, files, ROWS, .rows = &file),
    M(PgsRecordSystem, revisions, ROWS, .rows = &revision),
    M(PgsRecordSystem, relations, ROWS, .rows = &relation),
    M(PgsRecordSystem, requirements, ROWS, .rows = &requirement),
    M(PgsRecordSystem, phases, ROWS, .rows = &phase),
    {0},
};
STRUCTURE(system_structure, PgsRecordSystem, system_members);

static const Member shard_members[] = {
    M(PgsRecordShard, index, COUNT),
    M(PgsRecordShard, count, COUNT),
    M(PgsRecordShard, plan, TEXT),
    {0},
};
STRUCTURE(shard, PgsRecordShard, shard_members);

static const Member source_members[] = {
    M(PgsRecordSource, path, TEXT),
    M(PgsRecordSource, sha256, TEXT, .value = DIGEST),
    M(PgsRecordSource, whole, ASIDE),
    {0},
};
STRUCTURE(source, PgsRecordSource, source_members);

static const Member record_members[] = {
    M(PgsRecord, version, TEXT),
    M(PgsRecord, command, TEXT),
    M(PgsRecord, host, TEXT),
    M(PgsRecord, started, ASIDE),
    M(PgsRecord, duration, TIME),
    M(PgsRecord, systems, ROWS, .rows = &system_structure),
    M(PgsRecord, findings, ROWS, .rows = &finding),
    M(PgsRecord, fail_on_warning, FLAG),
    M(PgsRecord, require_all, FLAG),
    M(PgsRecord, shards, ROWS, .rows = &shard),
    M(PgsRecord, sources, ROWS, .rows = &source),
    {0},
};
STRUCTURE(record_structure, PgsRecord, record_members);

static const Structure *const structures[] = {
    &plan,
    &finding,
    &requirement,
    &phase,
    &server,
    &tolerance,
    &acceptance,
    &fact,
    &git,
    &file,
    &change,
    &revision,
    &column,
    &constraint,
    &relation,
    &shard,
    &source,
    &system_structure,
    &record_structure,
};

/* ---- the tables ---- */

/* Nothing lies between the members but what alignment asks for. */
static void
test_the_tables_are_complete(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(structures); i++) {
        const Structure *structure = structures[i];
        gsize end = 0;
        for (const Member *member = structure->members; member->name != NULL; member++) {
            gsize gap = member->offset - end;
            if (member->offset < end || gap >= sizeof(gpointer) || (gap > 0 && member->size < 8))
                fail_msg("%s: what stands before %s is not in the table", structure->name,
                         member->name);
            end = member->offset + member->size;
        }
        if (structure->size - end >= sizeof(gpointer))
            fail_msg("%s: its last members are not in the table", structure->name);
    }
}

/* ---- filling ---- */

/* Each value is another one. */
static guint counter;

static void fill(gpointer data, const Structure *structure);

static char *
make_text(const Member *member)
{
    return member->value != NULL ? g_strdup(member->value)
                                 : g_strdup_printf("%s <%u> & é\n", member->name, counter);
}

static void
fill_texts(GPtrArray **texts, const Member *member)
{
    if (*texts == NULL)
        *texts = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(*texts, make_text(member));
    counter++;
    g_ptr_array_add(*texts, make_text(member));
}

static void
fill_member(gpointer data, const Member *member)
{
    gpointer at = G_STRUCT_MEMBER_P(data, member->offset);
    counter++;
    switch (member->kind) {
    case TEXT:
        g_free(*(char **)at);
        *(char **)at = make_text(member);
        break;
    case INTERNED:
        *(const char **)at = g_intern_static_string("group.check");
        break;
    case FLAG:
        *(gboolean *)at = TRUE;
        break;
    case COUNT:
        *(guint *)at = counter;
        break;
    case STATUS:
        *(PgsStatus *)at = PGS_STATUS_ACCEPTED;
        break;
    case TIME:
    case SIZE:
        *(gint64 *)at = G_GINT64_CONSTANT(5000000000) + counter;
        break;
    case FIGURE:
        *(double *)at = counter + 0.25;
        break;
    case TEXTS:
        fill_texts(at, member);
        break;
    case ROW:
        fill(*(gpointer *)at, member->rows);
        break;
    case ROWS:
        for (guint i = 0; i < (*(GPtrArray **)at)->len; i++)
            fill((*(GPtrArray **)at)->pdata[i], member->rows);
        break;
    case ASIDE:
        break;
    }
}

static void
fill(gpointer data, const Structure *structure)
{
    for (const Member *member = structure->members; member->name != NULL; member++)
        fill_member(data, member);
}

static PgsRecordRelation *
empty_relation(void)
{
    PgsRecordRelation *empty = pgs_record_relation_new(NULL, NULL, NULL);
    g_ptr_array_add(empty->columns, pgs_record_column_new(NULL, NULL));
    g_ptr_array_add(empty->constraints, pgs_record_constraint_new(NULL, NULL, NULL));
    return empty;
}

static PgsRecordRevision *
empty_revision(void)
{
    PgsRecordRevision *empty = pgs_record_revision_new(NULL, NULL);
    g_ptr_array_add(empty->files, pgs_record_file_new(NULL, NULL, NULL, 0));
    pgs_record_revision_add_change(empty, pgs_record_change_new(NULL, NULL, NULL, NULL, NULL));
    return empty;
}

/* Two of everything, without a value. */
static PgsRecord *
make_frame(void)
{
    PgsRecord *record = pgs_record_new(NULL);
    g_ptr_array_add(record->sources, pgs_record_source_new(NULL, NULL));
    for (guint i = 0; i < 2; i++) {
        PgsRecordSystem *system = pgs_record_add_system(record, NULL, NULL);
        system->git = pgs_record_git_new(NULL, NULL, FALSE);
        g_ptr_array_add(record->shards, pgs_record_shard_new(0, 0, NULL));
        PgsFinding *empty =
            pgs_record_add(record, pgs_finding_new("x", PGS_STATUS_INFO, NULL, NULL, NULL));
        for (guint k = 0; k < 2; k++) {
            pgs_record_system_add_server(system, NULL);
            pgs_record_system_add_requirement(system, NULL, NULL);
            pgs_record_system_add_phase(system, NULL, NULL);
            g_ptr_array_add(system->tolerances, pgs_record_tolerance_new(NULL));
            g_ptr_array_add(system->acceptances, pgs_record_acceptance_new(NULL, NULL));
            g_ptr_array_add(system->facts, pgs_record_fact_new(NULL, NULL, NULL));
            g_ptr_array_add(system->files, pgs_record_file_new(NULL, NULL, NULL, 0));
            g_ptr_array_add(system->revisions, empty_revision());
            pgs_record_system_add_relation(system, empty_relation());
            pgs_finding_add_plan(empty, NULL, NULL);
        }
    }
    return record;
}

/* ---- comparing ---- */

static void compare(gconstpointer a, gconstpointer b, const Structure *structure);

static void
compare_texts(const GPtrArray *a, const GPtrArray *b, const char *name)
{
    if (a == NULL || b == NULL || a->len == 0 || a->len != b->len)
        fail_msg("%s: lost", name);
    for (guint i = 0; i < a->len; i++)
        assert_string_equal(a->pdata[i], b->pdata[i]);
}

static void
compare_rows(const GPtrArray *a, const GPtrArray *b, const Member *member)
{
    if (a == NULL || b == NULL || a->len == 0 || a->len != b->len)
        fail_msg("%s: lost", member->name);
    for (guint i = 0; i < a->len; i++)
        compare(a->pdata[i], b->pdata[i], member->rows);
}

static void
compare_member(gconstpointer first, gconstpointer second, const Member *member, const char *owner)
{
    gconstpointer a = G_STRUCT_MEMBER_P(first, member->offset);
    gconstpointer b = G_STRUCT_MEMBER_P(second, member->offset);
    gboolean same = TRUE;
    switch (member->kind) {
    case TEXT:
        same = *(char *const *)a != NULL && g_strcmp0(*(char *const *)a, *(char *const *)b) == 0;
        break;
    case TEXTS:
        compare_texts(*(GPtrArray *const *)a, *(GPtrArray *const *)b, member->name);
        break;
    case ROW:
        compare(*(gpointer const *)a, *(gpointer const *)b, member->rows);
        break;
    case ROWS:
        compare_rows(*(GPtrArray *const *)a, *(GPtrArray *const *)b, member);
        break;
    case ASIDE:
        break;
    default:
        same = memcmp(a, b, member->size) == 0;
    }
    if (!same)
        fail_msg("%s: %s is not what was written", owner, member->name);
}

static void
compare(gconstpointer a, gconstpointer b, const Structure *structure)
{
    if (a == NULL || b == NULL)
        fail_msg("%s: lost", structure->name);
    for (const Member *member = structure->members; member->name != NULL; member++)
        compare_member(a, b, member, structure->name);
}

static void
test_every_member_comes_back(G_GNUC_UNUSED void **state)
{
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-member-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "all.xml", NULL);
    g_autoptr(PgsRecord) record = make_frame();
    fill(record, &record_structure);
    g_autoptr(GError) error = NULL;
    if (!pgs_record_write(record, path, &error))
        fail_msg("%s", error->message);
    g_autoptr(PgsRecord) read = pgs_record_read(path, &error);
    if (read == NULL)
        fail_msg("%s", error->message);
    compare(record, read, &record_structure);
    assert_true(g_date_time_equal(record->started, read->started));
    g_remove(path);
    g_rmdir(folder);
}

/* What is not known stays unknown, and none stays none. */
static void
test_none_is_not_unknown(G_GNUC_UNUSED void **state)
{
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-member-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "none.xml", NULL);
    g_autoptr(PgsRecord) record = pgs_record_new("x");
    PgsRecordSystem *known = pgs_record_add_system(record, "known", "a");
    pgs_record_system_know_schema(known);
    g_ptr_array_add(known->revisions, pgs_record_revision_new("1", "1_a"));
    pgs_record_revision_know_changes(known->revisions->pdata[0]);
    PgsRecordSystem *unknown = pgs_record_add_system(record, "unknown", "b");
    g_ptr_array_add(unknown->revisions, pgs_record_revision_new("1", "1_a"));
    assert_true(pgs_record_write(record, path, NULL));
    g_autoptr(PgsRecord) read = pgs_record_read(path, NULL);
    assert_non_null(read);
    known = read->systems->pdata[0];
    unknown = read->systems->pdata[1];
    assert_int_equal(known->relations->len, 0);
    assert_int_equal(((PgsRecordRevision *)known->revisions->pdata[0])->changes->len, 0);
    assert_null(unknown->relations);
    assert_null(unknown->git);
    assert_null(((PgsRecordRevision *)unknown->revisions->pdata[0])->changes);
    g_remove(path);
    g_rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tables_are_complete),
        cmocka_unit_test(test_every_member_comes_back),
        cmocka_unit_test(test_none_is_not_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
