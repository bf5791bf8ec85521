#include "project/system_fields.h"

#include "project/environment_fields.h"
#include "project/exercise_fields.h"
#include "project/expect_block.h"
#include "project/paths.h"
#include "project/plan_fields.h"
#include "project/reading.h"
#include "project/requirement_fields.h"
#include "project/sample_fields.h"
#include "project/server_fields.h"
#include "project/sql_fields.h"
#include "project/tool_fields.h"

#include <string.h>

/* ---- model ---- */

static const PgsField model_fields[] = {
    {"sql", &pgs_shape_text, "A file of SQL that makes the schema in an empty database.",
     .read = pgs_read_path, .offset = G_STRUCT_OFFSET(PgsModel, sql), .detail = "exists"},
    {"command", &pgs_shape_text_list,
     "A program with its arguments, run without a shell, that fills the empty database that "
     "DATABASE_URL (and PGHOST, PGDATABASE, …) names.",
     .offset = G_STRUCT_OFFSET(PgsModel, command)},
    {"name", &pgs_shape_text, "What people call it.", .standard = "the file or command",
     .offset = G_STRUCT_OFFSET(PgsModel, name)},
    {"folder", &pgs_shape_text, "Where the command is run.", .standard = "this file's folder",
     .read = pgs_read_path, .offset = G_STRUCT_OFFSET(PgsModel, folder), .detail = "folder"},
    {"timeout", &pgs_shape_duration, "How long the command may take.", .standard = "`2min`",
     .offset = G_STRUCT_OFFSET(PgsModel, timeout)},
    {"ignore", &pgs_shape_texts,
     "Objects, with their parts, that are not compared: `public.alembic_version`, or "
     "`index public.ix_old`.",
     .offset = G_STRUCT_OFFSET(PgsModel, ignore)},
    PGS_REQUIREMENTS_FIELD(PgsModel),
    {0},
};
static const char *const model_sources[] = {"sql", "command", NULL};
static const PgsShape model = {
    .type = PGS_SHAPE_RECORD,
    .name = "model",
    .doc = "Something that makes the schema without migrations, `sql` or `command`: what it makes "
           "and migrations' head must be the same. Short: the path of an SQL file.",
    .example = "model:\n  - {sql: schema_new.sql, requirements: [BOARD-09]}\n"
               "  - {command: [python3, models.py], timeout: 60s}\n",
    .fields = model_fields,
    .one_of = model_sources,
};
static const PgsShape *const model_choices[] = {&pgs_shape_text, &model, NULL};
static const PgsShape model_or_text = {.type = PGS_SHAPE_CHOICE, .choices = model_choices};
static const PgsShape model_list = {.type = PGS_SHAPE_LIST, .element = &model_or_text};
static const PgsShape *const models_choices[] = {&pgs_shape_text, &model, &model_list, NULL};
static const PgsShape models = {.type = PGS_SHAPE_CHOICE, .choices = models_choices};

static void
set_model_defaults(PgsModel *added, const char *folder)
{
    if (added->folder == NULL)
        added->folder = pgs_path_join(folder, ".");
    if (added->name == NULL)
        added->name =
            added->sql != NULL ? g_path_get_basename(added->sql) : g_strjoinv(" ", added->command);
}

static gboolean
read_model(const PgsNode *item, PgsSystem *system, PgsReading *reading, GError **error)
{
    PgsModel *added = pgs_model_new();
    added->place = item->place;
    g_ptr_array_add(system->models, added);
    gboolean is_read = item->type == PGS_NODE_MAPPING
                           ? pgs_fields_read(model_fields, item, added, reading, error)
                           : pgs_read_path(item, &model_fields[0], added, reading, error);
    if (is_read)
        set_model_defaults(added, reading->folder);
    return is_read;
}

static gboolean
read_models(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
            gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        if (!read_model(pgs_node_at(value, i), target, context, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- accept ---- */

static const PgsShape day = {.type = PGS_SHAPE_DATE};
static const PgsField acceptance_fields[] = {
    {"check", &pgs_shape_text, "The check's id, or its group.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsAcceptance, check)},
    {"revision", &pgs_shape_text, "Only at this revision.",
     .offset = G_STRUCT_OFFSET(PgsAcceptance, revision)},
    {"object", &pgs_shape_text,
     "Only of objects, as `kind identity`, that fit this pattern: `table public.old_*`.",
     .offset = G_STRUCT_OFFSET(PgsAcceptance, object)},
    {"title", &pgs_shape_text, "Only findings whose title fits this pattern.",
     .offset = G_STRUCT_OFFSET(PgsAcceptance, title)},
    {"reason", &pgs_shape_text, "Why it is accepted, and who agreed.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsAcceptance, reason)},
    {"until", &day, "The last day on which it is.", .standard = "without end",
     .offset = G_STRUCT_OFFSET(PgsAcceptance, until)},
    {0},
};
static const PgsShape acceptance = {
    .type = PGS_SHAPE_RECORD,
    .name = "acceptance",
    .doc = "A finding that the team has accepted, for a time.",
    .example = "accept:\n  - check: stairway.down\n    revision: 0007_create_users\n"
               "    reason: irreversible, agreed in the review of 3 May\n    until: 2027-01-31\n",
    .fields = acceptance_fields,
};
static const PgsShape acceptance_list = {.type = PGS_SHAPE_LIST, .element = &acceptance};
static const PgsShape *const acceptance_choices[] = {&acceptance, &acceptance_list, NULL};
static const PgsShape acceptances = {.type = PGS_SHAPE_CHOICE, .choices = acceptance_choices};

static gboolean
read_acceptances(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                 gpointer context, GError **error)
{
    PgsSystem *system = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        PgsAcceptance *added = g_new0(PgsAcceptance, 1);
        added->place = item->place;
        g_ptr_array_add(system->accepted, added);
        if (!pgs_fields_read(acceptance_fields, item, added, context, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- tolerate ---- */

static const PgsField tolerance_fields[] = {
    {"difference", &pgs_shape_text, "Which differences: a name of `--tolerate`.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsTolerance, name)},
    {"reason", &pgs_shape_text, "Why they do not matter, and who agreed.",
     .offset = G_STRUCT_OFFSET(PgsTolerance, reason)},
    {"until", &day, "The last day on which they are tolerated; behind it they fail again.",
     .standard = "without end", .offset = G_STRUCT_OFFSET(PgsTolerance, until)},
    {0},
};
static const PgsShape tolerance = {
    .type = PGS_SHAPE_RECORD,
    .name = "tolerance",
    .doc = "Differences of a kind that the team tolerates, with its reason, which reports show to "
           "whoever signs. Short: the name alone.",
    .example = "tolerate:\n  - comments\n  - difference: column-order\n"
               "    reason: columns are added at the end, agreed in the review of 3 May\n"
               "    until: 2027-01-31\n",
    .fields = tolerance_fields,
};
static const PgsShape *const tolerance_choices[] = {&pgs_shape_text, &tolerance, NULL};
static const PgsShape tolerance_or_text = {.type = PGS_SHAPE_CHOICE, .choices = tolerance_choices};
static const PgsShape tolerance_list = {.type = PGS_SHAPE_LIST, .element = &tolerance_or_text};
static const PgsShape *const tolerances_choices[] = {&pgs_shape_text, &tolerance, &tolerance_list,
                                                     NULL};
static const PgsShape tolerances = {.type = PGS_SHAPE_CHOICE, .choices = tolerances_choices};

static gboolean
read_tolerances(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                gpointer context, GError **error)
{
    PgsSystem *system = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        gboolean is_mapping = item->type == PGS_NODE_MAPPING;
        PgsTolerance *added = pgs_system_add_tolerance(system, is_mapping ? NULL : item->text);
        added->place = item->place;
        if (is_mapping && !pgs_fields_read(tolerance_fields, item, added, context, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- severity ---- */

static const char *const severity_words[] = {"failed", "warning", "info", NULL};
static const PgsShape severity = {.type = PGS_SHAPE_TEXT, .words = severity_words};
static const PgsShape severities = {
    .type = PGS_SHAPE_MAP, .element = &severity, .key_name = "check"};

static gboolean
read_severities(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsSystem *system = target;
    for (guint i = 0; i < value->keys->len; i++) {
        PgsSeverity *added = g_new0(PgsSeverity, 1);
        added->check = g_strdup(pgs_node_key_at(value, i)->text);
        added->severity = g_ascii_strdown(pgs_node_value_at(value, i)->text, -1);
        added->place = pgs_node_key_at(value, i)->place;
        g_ptr_array_add(system->severities, added);
    }
    return TRUE;
}

/* ---- server ---- */

static gboolean
read_servers(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
             G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsSystem *system = target;
    g_strfreev(system->servers);
    system->servers = pgs_node_texts(value);
    g_free(system->server);
    system->server = g_strdup(system->servers[0] != NULL ? system->servers[0] : "auto");
    return TRUE;
}

/* ---- requirements ---- */

static const PgsShape *const requirements_choices[] = {&pgs_shape_text,
                                                       &pgs_shape_requirements_file, NULL};
static const PgsShape requirements = {.type = PGS_SHAPE_CHOICE, .choices = requirements_choices};

static gboolean
read_requirements(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                  gpointer context, GError **error)
{
    PgsSystem *system = target;
    static const PgsField path_field = {.detail = "exists"};
    if (value->type == PGS_NODE_MAPPING) {
        system->requirements = pgs_requirements_read_node(value, value->place.file, error);
        return system->requirements != NULL;
    }
    g_autofree char *path = NULL;
    if (!pgs_read_path(value, &path_field, &path, context, error))
        return FALSE;
    system->requirements = pgs_requirements_read(path, error);
    return system->requirements != NULL;
}

/* ---- The system ---- */

static const PgsField system_fields[] = {
    {"migrations", &pgs_shape_text, "The folder of migrations.", .standard = "this file's folder",
     .read = pgs_read_path, .offset = G_STRUCT_OFFSET(PgsSystem, folder), .detail = "folder"},
    {"format", &pgs_shape_text, "Its format, a name of `--format`.", .standard = "recognised",
     .offset = G_STRUCT_OFFSET(PgsSystem, format)},
    {"alembic", &pgs_shape_alembic, "How the project calls Alembic.", .read = pgs_read_alembic},
    {"commands", &pgs_shape_commands, "The commands of a tool whose files pgstair does not read.",
     .read = pgs_read_commands},
    {"patterns", &pgs_shape_patterns, "A folder of SQL files, described by the names of its files.",
     .read = pgs_read_patterns},
    {"environment", &pgs_shape_environment,
     "Variable → value: the environment of the project's own tool, beside pgstair's own.",
     .read = pgs_read_tool_map, .offset = G_STRUCT_OFFSET(PgsToolSettings, environment),
     .detail = "words"},
    {"url-variable", &pgs_shape_variables,
     "The environment variables that the project's own tool takes the database's URL from; "
     "`DATABASE_URL` and libpq's own (`PGHOST`, …) are set always.",
     .read = pgs_read_tool_value, .offset = G_STRUCT_OFFSET(PgsToolSettings, url_variables)},
    {"url-scheme", &pgs_shape_url_scheme,
     "What that URL begins with: `postgresql+asyncpg`, `jdbc:postgresql`.",
     .standard = "the scheme of the project's own URL, or `postgresql`",
     .read = pgs_read_tool_value, .offset = G_STRUCT_OFFSET(PgsToolSettings, url_scheme)},
    {"tool-timeout", &pgs_shape_duration, "How long one run of the project's own tool may take.",
     .standard = "`10min`", .read = pgs_read_tool_value,
     .offset = G_STRUCT_OFFSET(PgsToolSettings, timeout)},
    {"placeholders", &pgs_shape_placeholders,
     "Name → value: what the tool replaces in its files (Flyway's placeholders, Liquibase's "
     "parameters, the variables of goose and Sqitch).",
     .read = pgs_read_tool_map, .offset = G_STRUCT_OFFSET(PgsToolSettings, placeholders)},
    {"ledger", &pgs_shape_texts,
     "Tables in which the tool keeps its books, which are no part of the schema, where they are "
     "not called as usual. Only `pgstair migrate` writes in them, in the first.",
     .read = pgs_read_tool_value, .offset = G_STRUCT_OFFSET(PgsToolSettings, ledger)},
    {"downs", &pgs_shape_downs,
     "What is said of a revision without a downgrade: it fails where others have one (`usual`), "
     "always (`required`), or never (`optional`).",
     .standard = "`usual`", .read = pgs_read_downs},
    {"git-base", &pgs_shape_text,
     "The git revision that holds what is merged already: a migration there must not be edited.",
     .standard = "what `--since-git` names", .read = pgs_read_tool_value,
     .offset = G_STRUCT_OFFSET(PgsToolSettings, git_base)},
    {"since", &pgs_shape_text,
     "A revision that is taken for granted: it and those below it are applied once, and only what "
     "is above it is verified. `git:BASE`: what is in that git revision.",
     .offset = G_STRUCT_OFFSET(PgsSystem, since)},
    {"server", &pgs_shape_texts,
     "The throwaway server, as `--server` has it: `local:15`; or several, each of which it is "
     "verified on: `docker:13..18`, `[docker:13, docker:17]`. `--server` replaces them all.",
     .standard = "`auto`", .read = read_servers},
    {"image", &pgs_shape_image,
     "The image of a server in a container; `{major}` stands for the version that `--server` "
     "names: with `--server docker:15`, `postgis/postgis:{major}-3.4` is `postgis/postgis:15-3.4`. "
     "Where `--server` names none (`docker`), it is the newest whose image the engine has, or 18. "
     "Other kinds of servers do not use it.",
     .standard = "PostgreSQL's own", .offset = G_STRUCT_OFFSET(PgsSystem, image)},
    {"settings", &pgs_shape_settings, "Settings of the server: name → value, or a list of values.",
     .read = pgs_read_settings},
    {"locale", &pgs_shape_locale, "The locale of the databases that the run makes.",
     .standard = "the server's", .read = pgs_read_locale},
    {"floor", &pgs_shape_text, "The revision that no downgrade goes below.",
     .offset = G_STRUCT_OFFSET(PgsSystem, floor)},
    {"tolerate", &tolerances,
     "Differences that are tolerated: names of `--tolerate`, each alone or with a reason and a "
     "last day.",
     .read = read_tolerances},
    {"strict", &pgs_shape_flag, "A difference in order or white space only is a failure too.",
     .standard = "`false`", .offset = G_STRUCT_OFFSET(PgsSystem, strict)},
    {"statement-timeout", &pgs_shape_duration, "How long each statement of a migration may take.",
     .standard = "`10min`", .offset = G_STRUCT_OFFSET(PgsSystem, statement_timeout)},
    {"start-timeout", &pgs_shape_duration,
     "How long the start of a server may take, a container's first start with an image's own "
     "scripts too.",
     .standard = "`30s`", .offset = G_STRUCT_OFFSET(PgsSystem, start_timeout)},
    {"prepare", &pgs_shape_sql_texts,
     "What migrations presuppose (roles, extensions, schemas): one SQL text, or a list of SQL "
     "texts "
     "and `{file: path}`; run as superuser in each new database before the first migration.",
     .read = pgs_read_sql_texts, .offset = G_STRUCT_OFFSET(PgsSystem, prepare)},
    {"owner", &pgs_shape_text, "The role that migrations run as; made unless `prepare` has.",
     .standard = "the superuser", .offset = G_STRUCT_OFFSET(PgsSystem, owner)},
    {"start", &pgs_shape_text, "A dump, an SQL file, that the run starts from.",
     .standard = "an empty database", .read = pgs_read_path,
     .offset = G_STRUCT_OFFSET(PgsSystem, start), .detail = "exists"},
    {"only", &pgs_shape_texts, "Only these checks or groups.",
     .offset = G_STRUCT_OFFSET(PgsSystem, only)},
    {"skip", &pgs_shape_texts, "Not these.", .offset = G_STRUCT_OFFSET(PgsSystem, skip)},
    {"severity", &severities, "Check or group → `failed`, `warning` or `info`.",
     .read = read_severities},
    {"expect", &pgs_shape_expect, "What the schema should be: a mapping, or a list of them.",
     .read = pgs_read_expect},
    {"seed", &pgs_shape_seed, "Sample data: a path, a mapping, or a list of them.",
     .read = pgs_read_seed},
    {"exercise", &pgs_shape_exercise,
     "How rules are exercised on made-up rows: a seed number, and cases of the project's own.",
     .read = pgs_read_exercise},
    {"plans", &pgs_shape_plans,
     "Queries, and the indexes that must serve them: a list of queries, or a mapping.",
     .read = pgs_read_plans},
    {"model", &models, "What makes the same schema: a path, a mapping, or a list of them.",
     .read = read_models},
    {"live", &pgs_shape_text,
     "The URL of a database that must have the schema of head; read only. `$NAME`: the environment "
     "has it.",
     .offset = G_STRUCT_OFFSET(PgsSystem, live)},
    {"environments", &pgs_shape_environments,
     "Name → the databases that the system is run on (`pgstair migrate`).",
     .read = pgs_read_environments, .offset = G_STRUCT_OFFSET(PgsSystem, environments)},
    {"requirements", &requirements, "A requirements file, or what would be in it.",
     .read = read_requirements},
    {"accept", &acceptances, "Findings that are accepted: a mapping, or a list of them.",
     .read = read_acceptances},
    {0},
};
static const PgsShape system_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "system",
    .doc = "One system: a folder of migrations, and what is asked of it.",
    .fields = system_fields,
};
static const PgsShape *const system_choices[] = {&pgs_shape_nothing, &system_record, NULL};
const PgsShape pgs_shape_system = {.type = PGS_SHAPE_CHOICE, .choices = system_choices};

PgsSystem *
pgs_system_read(const PgsNode *name, const PgsNode *value, const char *folder, GError **error)
{
    g_autofree char *migrations = pgs_path_join(folder, ".");
    g_autoptr(PgsSystem) system = pgs_system_new(migrations);
    g_free(system->name);
    system->name = g_strdup(name->text);
    system->place = name->place;
    if (value->type != PGS_NODE_MAPPING)
        return g_steal_pointer(&system);
    g_autoptr(GPtrArray) claims = g_ptr_array_new();
    PgsReading reading = {.folder = folder, .claims = claims};
    if (!pgs_fields_read(system_fields, value, system, &reading, error))
        return NULL;
    if (system->requirements != NULL &&
        !pgs_requirements_check_ids(system->requirements, claims, error))
        return NULL;
    return g_steal_pointer(&system);
}
