#include "project/server_fields.h"

#include "base/error.h"
#include "project/reading.h"
#include "project/setting.h"

#include <string.h>

/* ---- settings ---- */

static const PgsShape setting_list = {.type = PGS_SHAPE_LIST, .element = &pgs_shape_text};
static const PgsShape *const setting_choices[] = {&pgs_shape_text, &setting_list, NULL};
static const PgsShape setting = {.type = PGS_SHAPE_CHOICE, .choices = setting_choices};

const PgsShape pgs_shape_settings = {
    .type = PGS_SHAPE_MAP,
    .name = "settings",
    .doc =
        "Settings of the server, as in `postgresql.conf`: name → value, or a list of values. They "
        "stand behind pgstair's own, and hold on each server of the run. A local server has them "
        "in "
        "its `postgresql.conf`, one in a container as arguments. On a server that a URL names, "
        "what "
        "a session may set is set in each database that pgstair makes; the others it must have "
        "already, or more of it: `shared_preload_libraries`, `wal_level`, `max_locks_per_"
        "transaction`. What pgstair depends on (files, addresses, TLS, the log, archiving) cannot "
        "be set. `max_connections` is raised to what the run needs.",
    .example = "settings:\n"
               "  shared_preload_libraries: [pg_stat_statements, auto_explain]\n"
               "  pg_stat_statements.track: all\n"
               "  max_locks_per_transaction: 512\n"
               "  work_mem: 64MB\n"
               "  timezone: Europe/Berlin\n",
    .element = &setting,
    .key_name = "setting",
};

/* Puts the place in front of an error. */
static gboolean
at(const PgsNode *node, gboolean ok, GError **error)
{
    if (!ok)
        pgs_error_prefix(error, "%s:%u:%u: ", node->place.file, node->place.line,
                         node->place.column);
    return ok;
}

static gboolean
is_there(const PgsNode *mapping, guint i, const PgsNode **first)
{
    for (guint k = 0; k < i; k++) {
        *first = pgs_node_key_at(mapping, k);
        if (g_ascii_strcasecmp((*first)->text, pgs_node_key_at(mapping, i)->text) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_read_settings(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                  G_GNUC_UNUSED gpointer context, GError **error)
{
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *name = pgs_node_key_at(value, i), *given = pgs_node_value_at(value, i);
        const PgsNode *first;
        if (is_there(value, i, &first))
            return pgs_node_error(name, PGS_CONFIG_ERROR_KEY, error,
                                  "upper and lower case are the same in names of settings",
                                  "the setting %s is there already, in line %u", name->text,
                                  first->place.line);
        g_auto(GStrv) items = pgs_node_texts(given);
        g_autofree char *text =
            given->type == PGS_NODE_LIST ? pgs_setting_join(items) : g_strdup(given->text);
        if (!at(name, pgs_system_add_setting(target, name->text, text, &name->place, error), error))
            return FALSE;
    }
    return TRUE;
}

/* ---- locale ---- */

static const PgsShape locale_name = {
    .type = PGS_SHAPE_TEXT,
    .pattern = "^[A-Za-z0-9][A-Za-z0-9_.@=;-]*$",
    .expected = "a locale such as de_DE.UTF-8",
};
static const char *const provider_words[] = {"libc", "icu", "builtin", NULL};
static const PgsShape provider = {.type = PGS_SHAPE_TEXT, .words = provider_words};
static const PgsField locale_fields[] = {
    {"provider", &provider,
     "Whose locales: `libc` (the operating system's), `icu` (from PostgreSQL 15 on), `builtin` "
     "(from 17 on: `C`, `C.UTF-8`, `PG_UNICODE_FAST`).",
     .standard = "`libc`", .offset = G_STRUCT_OFFSET(PgsSystem, locale_provider)},
    {"locale", &locale_name, "Its name there: `de_DE.UTF-8`, `de-AT`, `C.UTF-8`.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsSystem, locale)},
    {0},
};
static const PgsShape locale = {
    .type = PGS_SHAPE_RECORD,
    .name = "locale",
    .doc = "The locale of the databases that the run makes: how text sorts, and what is a letter. "
           "The encoding is always UTF-8. Short: the name of one of the operating system's.",
    .example = "locale: de_DE.UTF-8\n# or:\nlocale: {provider: icu, locale: de-AT}\n",
    .fields = locale_fields,
};
static const PgsShape *const locale_choices[] = {&locale_name, &locale, NULL};
const PgsShape pgs_shape_locale = {.type = PGS_SHAPE_CHOICE, .choices = locale_choices};

gboolean
pgs_read_locale(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                gpointer context, GError **error)
{
    PgsSystem *system = target;
    g_free(system->locale_place);
    system->locale_place = pgs_setting_place(&value->place);
    if (value->type == PGS_NODE_MAPPING)
        return pgs_fields_read(locale_fields, value, system, context, error);
    g_free(system->locale);
    system->locale = g_strdup(value->text);
    return TRUE;
}

/* ---- image ---- */

const PgsShape pgs_shape_image = {
    .type = PGS_SHAPE_TEXT,
    .pattern = "^[A-Za-z0-9{][A-Za-z0-9{}_.:/@-]*$",
    .expected = "the name of an image such as postgis/postgis:{major}-3.4",
};
