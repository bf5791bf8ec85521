#include "operate/restore_place.h"

#include "base/embedded.h"
#include "base/error.h"
#include "cycle/ground.h"
#include "driver/login.h"
#include "operate/backup.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

enum {
    MAX_NAME = 63, /* NAMEDATALEN - 1 */
    SWAP_PAUSE_US = 100 * 1000,
};

/* The server itself waits five seconds for those who are still in it, each time. */
#define SWAP_LIMIT_US (15 * G_USEC_PER_SEC)

static PGresult *
ask(PgsConnection *connection, PgsShape shape, const char *file, const char *database,
    GError **error)
{
    return pgs_connection_query(connection, shape, pgs_embedded_find(pgs_operate_files, file), 1,
                                &database, NULL, error);
}

/* A statement with one name or text in it, and (other not NULL) another. */
static gboolean
run(PgsConnection *connection, const char *format, const char *name, const char *other,
    GError **error)
{
    g_autofree char *first = pgs_connection_quote(connection, name);
    g_autofree char *second = other != NULL ? pgs_connection_quote(connection, other) : NULL;
    g_auto(GStrv) parts = g_strsplit(format, "%s", -1);
    GString *sql = g_string_new(parts[0]);
    if (parts[0] != NULL && parts[1] != NULL) {
        g_string_append(sql, first);
        g_string_append(sql, parts[1]);
        if (parts[2] != NULL && second != NULL)
            g_string_append_printf(sql, "%s%s", second, parts[2]);
    }
    g_autofree char *text = g_string_free(sql, FALSE);
    return pgs_connection_run(connection, text, error);
}

static gboolean
set_comment(PgsConnection *connection, const char *database, const char *comment, GError **error)
{
    g_autofree char *name = pgs_connection_quote(connection, database);
    char *literal = comment != NULL
                        ? PQescapeLiteral(pgs_connection_raw(connection), comment, strlen(comment))
                        : NULL;
    g_autofree char *sql =
        g_strdup_printf("COMMENT ON DATABASE %s IS %s", name, literal != NULL ? literal : "NULL");
    PQfreemem(literal);
    return pgs_connection_run(connection, sql, error);
}

/* The same each time, so that what a killed run has left is found by its name alone: between its
 * making and any mark there would be a moment. */
static char *
name_fresh(const char *database)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, database, -1);
    return g_strdup_printf("pgstair_restore_%.16s", digest);
}

/* ---- what stands in the way ---- */

/* A database that is not renamed has to be connected to for it. */
static PgsConnection *
connect_beside(const PgsDatabase *target, GError **error)
{
    static const char *const others[] = {"postgres", "template1"};
    g_autoptr(GError) first = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (strcmp(others[i], target->database) == 0)
            continue;
        PgsConnection *connection = pgs_login(target->server, NULL, others[i], 0,
                                              target->cancellable, first == NULL ? &first : NULL);
        if (connection != NULL)
            return connection;
    }
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE,
                  "let this role connect to the database \"postgres\", or restore by hand as an "
                  "administrator",
                  "a database is replaced from another one of the same server, and none can be "
                  "connected to: %s",
                  first != NULL ? first->message : "there is none");
    return NULL;
}

static gboolean
refuse_rights(const PgsDatabase *target, const char *role, const char *owner, gboolean may_create,
              GError **error)
{
    g_autofree char *hint = g_strdup_printf(
        "connect as an administrator, or by hand: \"createdb --template template0 NEW\" and "
        "\"pg_restore --exit-on-error --dbname NEW FILE\", then rename %s and NEW with ALTER "
        "DATABASE … RENAME TO …; nothing is restored in place: what is not in the backup would "
        "stay",
        target->database);
    if (may_create)
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE, hint,
                      "the role %s may not rename the database %s, which belongs to %s", role,
                      target->database, owner);
    else
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE, hint,
                      "the role %s may not make databases (CREATEDB), and a backup is restored "
                      "into a new one first",
                      role);
    return FALSE;
}

static gboolean
check_rights(PgsRestorePlace *place, GError **error)
{
    const PgsDatabase *target = place->target;
    g_autoptr(PGresult) row =
        ask(place->admin, PGS_SHAPE_ROW, "restore_rights.sql", target->database, error);
    if (row == NULL)
        return FALSE;
    gboolean exists = strcmp(PQgetvalue(row, 0, 0), "t") == 0;
    gboolean may_create = strcmp(PQgetvalue(row, 0, 1), "t") == 0;
    gboolean may_rename = strcmp(PQgetvalue(row, 0, 2), "t") == 0;
    if (!exists) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE, NULL,
                      "there is no database %s on this server any more", target->database);
        return FALSE;
    }
    if (!may_create || !may_rename)
        return refuse_rights(target, PQgetvalue(row, 0, 6), PQgetvalue(row, 0, 7), may_create,
                             error);
    place->slots = PQgetisnull(row, 0, 3) ? NULL : g_strdup(PQgetvalue(row, 0, 3));
    place->comment = PQgetisnull(row, 0, 4) ? NULL : g_strdup(PQgetvalue(row, 0, 4));
    place->connection_limit = atoi(PQgetvalue(row, 0, 5));
    place->is_template = strcmp(PQgetvalue(row, 0, 8), "t") == 0;
    return TRUE;
}

/* It goes with the connection, however this process ends. */
static gboolean
take_lock(PgsRestorePlace *place, GError **error)
{
    g_autoptr(PGresult) row = pgs_connection_query(
        place->admin, PGS_SHAPE_VALUE,
        "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 20261122))", 1,
        (const char *const *)&place->target->database, NULL, error);
    if (row == NULL)
        return FALSE;
    if (strcmp(PQgetvalue(row, 0, 0), "t") == 0)
        return TRUE;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, "wait until it has ended",
                  "another restoration of %s is under way", place->target->place);
    return FALSE;
}

static gboolean
drop_leftovers(const PgsRestorePlace *place, GError **error)
{
    g_autofree char *fresh = name_fresh(place->target->database);
    g_autoptr(PGresult) rows =
        ask(place->admin, PGS_SHAPE_ANY, "restore_leftovers.sql", fresh, error);
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++) {
        const char *name = PQgetvalue(rows, i, 0);
        pgs_database_tell(place->target,
                          "a restoration before this one was broken off: its database %s is "
                          "dropped",
                          name);
        if (!run(place->admin, "DROP DATABASE %s WITH (FORCE)", name, NULL, error))
            return FALSE;
    }
    return rows != NULL;
}

PgsRestorePlace *
pgs_restore_place_open(const PgsDatabase *target, GError **error)
{
    g_autoptr(PgsRestorePlace) place = g_new0(PgsRestorePlace, 1);
    place->target = target;
    place->admin = connect_beside(target, error);
    return place->admin != NULL && check_rights(place, error) && take_lock(place, error) &&
                   drop_leftovers(place, error)
               ? g_steal_pointer(&place)
               : NULL;
}

void
pgs_restore_place_free(PgsRestorePlace *place)
{
    if (place == NULL)
        return;
    if (place->fresh != NULL) {
        /* The connection may be lost, or cancelled: another one without that. */
        g_autoptr(PgsConnection) last =
            pgs_login(place->target->server, NULL,
                      place->admin != NULL ? PQdb(pgs_connection_raw(place->admin)) : "postgres", 0,
                      NULL, NULL);
        if (last != NULL)
            run(last, "DROP DATABASE IF EXISTS %s WITH (FORCE)", place->fresh, NULL, NULL);
    }
    g_clear_pointer(&place->admin, pgs_connection_close);
    g_free(place->fresh);
    g_free(place->comment);
    g_free(place->slots);
    g_free(place);
}

/* ---- the new one ---- */

gboolean
pgs_restore_place_make(PgsRestorePlace *place, GError **error)
{
    g_autofree char *name = name_fresh(place->target->database);
    const char *params[] = {place->target->database, name};
    g_autoptr(PGresult) statement = pgs_connection_query(
        place->admin, PGS_SHAPE_VALUE, pgs_embedded_find(pgs_operate_files, "restore_create.sql"),
        G_N_ELEMENTS(params), params, NULL, error);
    g_autofree char *mark =
        g_strdup_printf("pgstair restores a backup of \"%s\" here", place->target->database);
    if (statement == NULL || !pgs_connection_run(place->admin, PQgetvalue(statement, 0, 0), error))
        return FALSE;
    place->fresh = g_steal_pointer(&name);
    return set_comment(place->admin, place->fresh, mark, error);
}

/* ---- the exchange ---- */

/* "app_before_restore_20261122t001000", cut where it would be too long for a name. */
static char *
name_kept(const char *database)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *end = g_date_time_format(now, "_before_restore_%Y%m%dt%H%M%S");
    gsize room = MAX_NAME - strlen(end);
    gsize length = strlen(database);
    if (length > room) {
        const char *cut = g_utf8_find_prev_char(database, database + room + 1);
        length = cut != NULL ? (gsize)(cut - database) : room;
    }
    return g_strdup_printf("%.*s%s", (int)length, database, end);
}

/* What ALTER DATABASE has set of the old one, its owner, and the privileges on it. */
static gboolean
give_properties(const PgsRestorePlace *place, GError **error)
{
    const PgsStageOptions options = {0};
    g_autofree char *limit =
        g_strdup_printf("ALTER DATABASE %%s CONNECTION LIMIT %d", place->connection_limit);
    return pgs_ground_complete_copy(&options, place->target->server, place->target->database,
                                    place->fresh, place->target->cancellable, error) &&
           (place->connection_limit < 0 || run(place->admin, limit, place->fresh, NULL, error));
}

/* Of the new one, and no longer of the kept one, which nobody could drop. */
static gboolean
exchange_template(const PgsRestorePlace *place, const char *kept, GError **error)
{
    return !place->is_template ||
           (run(place->admin, "ALTER DATABASE %s IS_TEMPLATE true", place->target->database, NULL,
                error) &&
            run(place->admin, "ALTER DATABASE %s IS_TEMPLATE false", kept, NULL, error));
}

/* In one transaction: nobody ever sees a server without a database of that name. */
static gboolean
exchange(const PgsRestorePlace *place, const char *kept, PgsFailure **failure, GError **error)
{
    PgsConnection *admin = place->admin;
    const char *database = place->target->database;
    g_autoptr(PGresult) ended =
        ask(admin, PGS_SHAPE_VALUE, "restore_end_sessions.sql", database, error);
    if (ended == NULL || !pgs_connection_run(admin, "BEGIN", error))
        return FALSE;
    g_autofree char *old = pgs_connection_quote(admin, database);
    g_autofree char *aside = pgs_connection_quote(admin, kept);
    g_autofree char *rename = g_strdup_printf("ALTER DATABASE %s RENAME TO %s", old, aside);
    g_autoptr(PGresult) renamed =
        pgs_connection_query(admin, PGS_SHAPE_NONE, rename, 0, NULL, failure, error);
    if (renamed != NULL &&
        run(admin, "ALTER DATABASE %s RENAME TO %s", place->fresh, database, error) &&
        set_comment(admin, database, place->comment, error) &&
        exchange_template(place, kept, error))
        return pgs_connection_run(admin, "COMMIT", error);
    if (pgs_connection_is_alive(admin))
        pgs_connection_run(admin, "ROLLBACK", NULL);
    return FALSE;
}

static void
set_occupied(const PgsRestorePlace *place, const GError *cause, GError **error)
{
    g_autoptr(PGresult) row =
        ask(place->admin, PGS_SHAPE_VALUE, "restore_sessions.sql", place->target->database, NULL);
    gboolean known = row != NULL && !PQgetisnull(row, 0, 0);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_RESTORE,
                  "stop what connects to it (or finish its prepared transactions), or connect as "
                  "a role that may end sessions (pg_signal_backend)",
                  "%s cannot be put aside while others are in it: %s", place->target->database,
                  known ? PQgetvalue(row, 0, 0) : cause->message);
}

gboolean
pgs_restore_place_swap(PgsRestorePlace *place, char **kept, GError **error)
{
    g_autofree char *name = name_kept(place->target->database);
    if (!give_properties(place, error))
        return FALSE;
    gint64 deadline = g_get_monotonic_time() + SWAP_LIMIT_US;
    for (;;) {
        g_autoptr(PgsFailure) failure = NULL;
        g_autoptr(GError) cause = NULL;
        if (exchange(place, name, &failure, &cause)) {
            g_clear_pointer(&place->fresh, g_free);
            *kept = g_steal_pointer(&name);
            return TRUE;
        }
        /* 55006: somebody is in it; the sessions that were ended may take a moment. */
        gboolean is_occupied = failure != NULL && strcmp(failure->sqlstate, "55006") == 0;
        if (is_occupied && g_get_monotonic_time() < deadline) {
            g_usleep(SWAP_PAUSE_US);
            continue;
        }
        if (is_occupied)
            set_occupied(place, cause, error);
        else
            g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
}
