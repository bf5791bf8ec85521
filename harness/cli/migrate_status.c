#include "base/error.h"
#include "cli/migrate_json.h"
#include "cli/migrate_show.h"
#include "report/json_text.h"

static void
print_json(const PgsMigrate *migrate, const PgsStanding *standing)
{
    JsonBuilder *builder = json_builder_new();
    pgs_json_open_object(builder, NULL);
    pgs_migrate_json_standing(builder, migrate, standing);
    json_builder_end_object(builder);
    pgs_migrate_json_print(builder);
}

int
pgs_migrate_status(PgsMigrate *migrate, GError **error)
{
    g_autoptr(PgsStanding) standing = pgs_migrate_standing(migrate, error);
    if (standing == NULL)
        return PGS_EXIT_ENVIRONMENT;
    if (migrate->settings->json) {
        print_json(migrate, standing);
    } else {
        GString *out = g_string_new(NULL);
        pgs_show_place(out, migrate);
        pgs_show_standing(out, migrate, standing);
        pgs_show_pending(out, migrate, standing);
        pgs_show_concerns(out, migrate, standing);
        pgs_show_print_always(out);
    }
    gboolean is_broken = (standing->unfinished != NULL || standing->state->dirty >= 0) &&
                         !pgs_standing_is_running(standing);
    return is_broken ? PGS_EXIT_FAILED : PGS_EXIT_VERIFIED;
}
