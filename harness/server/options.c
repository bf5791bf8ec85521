#include "server/options.h"

/* Milliseconds for a statement of pgstair's own, such as reading a large catalog. */
#define OWN_STATEMENT_TIMEOUT_MS (60 * 1000)

PgsServerOptions
pgs_system_server_options(const PgsSystem *system, const char *spec)
{
    return (PgsServerOptions){
        .spec = spec != NULL ? spec : system->server,
        .image = system->image,
        .settings = (const char *const *)system->settings,
        .setting_places = (const char *const *)system->setting_places,
        .locale = system->locale,
        .locale_provider = system->locale_provider,
        .locale_place = system->locale_place,
        .start_timeout = system->start_timeout,
        .statement_timeout = OWN_STATEMENT_TIMEOUT_MS,
    };
}

char *
pgs_server_options_key(const PgsServerOptions *options)
{
    GString *key = g_string_new(NULL);
    const char *const texts[] = {options->spec, options->image, options->locale,
                                 options->locale_provider};
    /* None of them has a line break. */
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_string_append_printf(key, "%s\n", texts[i] != NULL ? texts[i] : "");
    for (const char *const *s = options->settings; s != NULL && *s != NULL; s++)
        g_string_append_printf(key, "%s\n", *s);
    return g_string_free(key, FALSE);
}
