#include "check/propose.h"

#include "check/propose_schema.h"
#include "check/propose_yaml.h"

#include <string.h>

#define SYSTEM_INDENT 2
#define KEY_INDENT 4
#define BLOCK_INDENT 6

static const char head_text[] =
    "What \"pgstair verify\" holds these migrations to. \"pgstair init\" wrote it from what they "
    "make\n"
    "today, right or wrong: read it, correct it by what the schema should be, and trim what "
    "nobody\n"
    "needs to be told about. docs/configuration.md says all that can stand here.";

static const char expect_text[] =
    "The schema at head. What is described is described whole: what is left out of it has to be\n"
    "as in a plain object, and \"any\" leaves it open. \"exact: true\", here or in a table, makes\n"
    "whatever is not listed a finding. \"requirements: [ID]\" beside anything says what it "
    "proves.\n"
    "A list of such blocks holds at several revisions (\"at: 0007\"), \"absent:\" is what must not "
    "exist:\n"
    "  absent: {tables: [old_users], columns: [users.legacy_id]}";

/* What can be asked as well, and was not found.  The examples are YAML once the # is gone. */
static const struct {
    const char *key, *text, *example;
} further[] = {
    {"seed", "Sample data: it must load, twice with the same result, and survive every step.",
     "seed:\n"
     "  - {sql: seeds/sample.sql}\n"
     "  - {csv: seeds/users.csv, table: users, key: [id]}"},
    {"model", "What head must be the same schema as: a file, or what an ORM makes.",
     "model:\n"
     "  - {sql: schema.sql}\n"
     "  - {command: [python3, create_all.py], timeout: 60s}"},
    {"requirements",
     "What the schema is required to do; \"--require-all\" asks for a proof of each.",
     "requirements: requirements.yaml"},
    {"prepare", "What the migrations presuppose, run by the superuser in the empty database.",
     "prepare:\n"
     "  - CREATE EXTENSION IF NOT EXISTS pgcrypto\n"
     "  - CREATE ROLE app_reader"},
    {"owner", "An ordinary role that migrations run as: what needs a superuser is found.",
     "owner: app_owner"},
    {"start", "A dump (pg_dump --format=plain) that the first migration finds.",
     "start: legacy.sql"},
    {"live", "A database that must be the same as head. It is only read.", "live: $PRODUCTION_URL"},
    {"tolerate", "Differences that do not matter here (\"pgstair help tolerances\").",
     "tolerate: [comments]"},
    {"accept", "Findings that the team lives with, and until when.",
     "accept:\n"
     "  - check: stairway.down\n"
     "    revision: 0007_create_users\n"
     "    reason: irreversible, agreed with the team\n"
     "    until: 2030-01-31"},
};

static void
add_pair(GString *out, guint indent, const char *key, const char *value)
{
    if (value != NULL)
        pgs_yaml_add_text(out, indent, key, value);
}

static void
write_samples(GString *out, const PgsSystem *found)
{
    static const char *const keys[] = {"sql", "csv", "json"};
    if (found->samples->len == 0)
        return;
    g_string_append_c(out, '\n');
    pgs_yaml_add_comment(out, KEY_INDENT, further[0].text);
    pgs_yaml_add_key(out, KEY_INDENT, "seed");
    for (guint i = 0; i < found->samples->len; i++) {
        const PgsSample *sample = found->samples->pdata[i];
        GString *flow = pgs_yaml_flow_new();
        pgs_yaml_flow_text(flow, keys[sample->format], sample->pattern);
        if (sample->table != NULL)
            pgs_yaml_flow_text(flow, "table", sample->table);
        if (!sample->idempotent)
            pgs_yaml_flow_raw(flow, "idempotent", "false");
        g_autofree char *item = pgs_yaml_flow_end(flow);
        g_string_append_printf(out, "%*s- %s\n", BLOCK_INDENT, "", item);
    }
}

static void
write_models(GString *out, const PgsSystem *found)
{
    if (found->models->len == 0)
        return;
    g_string_append_c(out, '\n');
    pgs_yaml_add_comment(out, KEY_INDENT, further[1].text);
    pgs_yaml_add_key(out, KEY_INDENT, "model");
    for (guint i = 0; i < found->models->len; i++) {
        const PgsModel *model = found->models->pdata[i];
        GString *flow = pgs_yaml_flow_new();
        pgs_yaml_flow_text(flow, "sql", model->sql);
        g_autofree char *item = pgs_yaml_flow_end(flow);
        g_string_append_printf(out, "%*s- %s\n", BLOCK_INDENT, "", item);
    }
}

static gboolean
is_found(const PgsSystem *found, const char *key)
{
    return (strcmp(key, "seed") == 0 && found->samples->len > 0) ||
           (strcmp(key, "model") == 0 && found->models->len > 0) ||
           (strcmp(key, "requirements") == 0 && found->requirements != NULL) ||
           (strcmp(key, "tolerate") == 0 && found->tolerances->len > 0);
}

static void
write_further(GString *out, const PgsSystem *found)
{
    g_string_append_c(out, '\n');
    pgs_yaml_add_comment(out, KEY_INDENT, "What else can be asked:");
    for (gsize i = 0; i < G_N_ELEMENTS(further); i++) {
        if (is_found(found, further[i].key))
            continue;
        pgs_yaml_add_comment(out, KEY_INDENT, "");
        pgs_yaml_add_comment(out, KEY_INDENT, further[i].text);
        pgs_yaml_add_comment(out, KEY_INDENT, further[i].example);
    }
}

static void
write_basics(GString *out, const PgsSystem *found)
{
    add_pair(out, KEY_INDENT, "migrations", found->folder);
    add_pair(out, KEY_INDENT, "format", found->format);
    if (strcmp(found->server, "auto") != 0)
        add_pair(out, KEY_INDENT, "server", found->server);
    if (found->floor != NULL)
        pgs_yaml_add_comment(out, KEY_INDENT,
                             "It, or one before it, has no downgrade: none is asked of these.");
    add_pair(out, KEY_INDENT, "floor", found->floor);
    if (found->requirements != NULL)
        add_pair(out, KEY_INDENT, "requirements", found->requirements->path);
}

char *
pgs_propose_project(const PgsSystem *found, const PgsSnapshot *head, const char *const *notes)
{
    GString *out = g_string_new(NULL);
    pgs_yaml_add_comment(out, 0, head_text);
    for (const char *const *note = notes; note != NULL && *note != NULL; note++) {
        pgs_yaml_add_comment(out, 0, "");
        pgs_yaml_add_comment(out, 0, *note);
    }
    g_string_append(out, "version: 1\n");
    pgs_yaml_add_key(out, 0, "systems");
    pgs_yaml_add_key(out, SYSTEM_INDENT, found->name);
    write_basics(out, found);
    write_samples(out, found);
    write_models(out, found);
    write_further(out, found);
    if (head != NULL) {
        g_string_append_c(out, '\n');
        pgs_yaml_add_comment(out, KEY_INDENT, expect_text);
        pgs_yaml_add_key(out, KEY_INDENT, "expect");
        pgs_yaml_add_raw(out, BLOCK_INDENT, "at", "head");
        pgs_propose_schema(out, BLOCK_INDENT, head);
    }
    return g_string_free(out, FALSE);
}
