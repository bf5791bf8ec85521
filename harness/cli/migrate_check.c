#include "base/error.h"
#include "cli/migrate_json.h"
#include "cli/migrate_show.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "operate/audit.h"
#include "report/json_text.h"

/* check: is the database at head, and does it have the schema of its revision? */

static gboolean
audit(const PgsMigrate *migrate, const PgsStanding *standing, PgsRecord *record, GError **error)
{
    PgsAudit asked = {
        .target = migrate->target,
        .system = migrate->system,
        .history = migrate->history,
        .standing = standing,
        .note = migrate->settings->quiet ? NULL : pgs_terminal_note,
        .cancellable = migrate->cancellable,
    };
    return pgs_audit_run(&asked, record, error);
}

/* ---- JSON ---- */

static void
put_drift(JsonBuilder *builder, const PgsRecord *record)
{
    pgs_json_open_array(builder, "drift");
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(record->findings, i);
        if (finding->status == PGS_STATUS_PASSED || finding->status == PGS_STATUS_SKIPPED)
            continue;
        pgs_json_open_object(builder, NULL);
        pgs_json_put_text(builder, "status", pgs_status_name(finding->status));
        pgs_json_put_text(builder, "check", finding->check);
        pgs_json_put_text(builder, "object", finding->object);
        pgs_json_put_text(builder, "message", finding->message);
        pgs_json_put_text(builder, "detail", finding->detail);
        pgs_json_put_text(builder, "expected", finding->expected);
        pgs_json_put_text(builder, "actual", finding->actual);
        pgs_json_put_text(builder, "accepted", finding->accepted);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
print_json(const PgsMigrate *migrate, const PgsStanding *standing, const PgsRecord *record,
           gboolean ok)
{
    JsonBuilder *builder = json_builder_new();
    pgs_json_open_object(builder, NULL);
    pgs_json_put_flag(builder, "ok", ok);
    pgs_json_put_flag(builder, "at_head", pgs_standing_is_head(standing));
    put_drift(builder, record);
    pgs_migrate_json_standing(builder, migrate, standing);
    json_builder_end_object(builder);
    pgs_migrate_json_print(builder);
}

/* ---- Text ---- */

static void
print_text(const PgsMigrate *migrate, const PgsStanding *standing, const PgsRecord *record,
           gboolean ok)
{
    GString *out = g_string_new(NULL);
    if (migrate->settings->quiet && ok) {
        g_string_free(out, TRUE);
        return;
    }
    gboolean same = !pgs_record_has_failed(record, FALSE);
    pgs_show_place(out, migrate);
    pgs_show_standing(out, migrate, standing);
    pgs_show_pending(out, migrate, standing);
    pgs_show_concerns(out, migrate, standing);
    pgs_show_row(out, "At head", "%s", pgs_standing_is_head(standing) ? "yes" : "no");
    pgs_show_row(out, "Drift", "%s",
                 same ? "none: the schema is that of its revision"
                      : "the schema is not what it should be, as is shown here");
    pgs_show_print_always(out);
    if (!same)
        pgs_cli_print_summary(migrate->settings, record);
}

int
pgs_migrate_check(PgsMigrate *migrate, GError **error)
{
    g_autoptr(PgsStanding) standing = pgs_migrate_standing(migrate, error);
    g_autoptr(PgsRecord) record = pgs_record_new("pgstair migrate check");
    /* What it should have cannot be told where nobody knows which revision it is at. */
    if (standing == NULL ||
        (standing->is_elsewhere && !pgs_standing_is_clear(standing, migrate->history, error)) ||
        !audit(migrate, standing, record, error))
        return PGS_EXIT_ENVIRONMENT;
    g_autoptr(GError) obstacle = NULL;
    gboolean ok = pgs_standing_is_head(standing) && !pgs_record_has_failed(record, FALSE) &&
                  pgs_standing_is_clear(standing, migrate->history, &obstacle);
    if (migrate->settings->json)
        print_json(migrate, standing, record, ok);
    else
        print_text(migrate, standing, record, ok);
    return ok ? PGS_EXIT_VERIFIED : PGS_EXIT_FAILED;
}
