#include "operate/health.h"

#include "base/embedded.h"
#include "base/json_number.h"
#include "operate/health_books.h"
#include "service/pool_answer.h"
#include "service/pool_clock.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

enum {
    N_PINGS = 5,
    PING_LIMIT_MS = 3000,
};

/* How a column's text becomes a member. */
typedef enum {
    KIND_TEXT,
    KIND_NUMBER,
    KIND_FLAG,
} Kind;

typedef struct {
    const char *member, *column;
    Kind kind;
} Field;

static const Field server_fields[] = {
    {"version", "version", KIND_TEXT},
    {"started_at", "started_at", KIND_TEXT},
};
static const Field connection_fields[] = {
    {"in_use", "connections", KIND_NUMBER},
    {"max", "max_connections", KIND_NUMBER},
};
static const Field recovery_fields[] = {
    {"in_recovery", "in_recovery", KIND_FLAG},
    {"paused", "paused", KIND_FLAG},
};
static const Field standby_fields[] = {
    {"receiver", "receiver", KIND_TEXT},
    {"lag_bytes", "lag_bytes", KIND_NUMBER},
    {"lag_seconds", "lag_seconds", KIND_NUMBER},
};
static const Field replica_fields[] = {
    {"name", "name", KIND_TEXT},
    {"address", "address", KIND_TEXT},
    {"state", "state", KIND_TEXT},
    {"sync", "sync", KIND_TEXT},
    {"lag_bytes", "lag_bytes", KIND_NUMBER},
    {"lag_seconds", "lag_seconds", KIND_NUMBER},
};

static void
add_field(JsonBuilder *json, const Field *field, const PGresult *result, int row)
{
    int column = PQfnumber(result, field->column);
    json_builder_set_member_name(json, field->member);
    if (column < 0 || PQgetisnull(result, row, column)) {
        json_builder_add_null_value(json);
        return;
    }
    const char *value = PQgetvalue(result, row, column);
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    if (field->kind == KIND_TEXT)
        json_builder_add_string_value(json, valid);
    else if (field->kind == KIND_FLAG)
        json_builder_add_boolean_value(json, *value == 't');
    else if (strchr(value, '.') != NULL)
        json_builder_add_double_value(json, g_ascii_strtod(value, NULL));
    else
        json_builder_add_int_value(json, g_ascii_strtoll(value, NULL, 10));
}

static void
add_fields(JsonBuilder *json, const Field *fields, gsize n, const PGresult *result, int row)
{
    for (gsize i = 0; i < n; i++)
        add_field(json, &fields[i], result, row);
}

#define ADD_FIELDS(json, fields, result, row)                                                      \
    add_fields(json, fields, G_N_ELEMENTS(fields), result, row)

static int
compare_times(const void *one, const void *other)
{
    gint64 a = *(const gint64 *)one, b = *(const gint64 *)other;
    return (a > b) - (a < b);
}

/* The median of several round trips: the first may have to connect. */
static void
add_latency(JsonBuilder *json, PgsPool *pool)
{
    gint64 times[N_PINGS];
    PGconn *connection = pgs_pool_acquire(pool, NULL);
    gboolean answers = connection != NULL;
    for (int i = 0; i < N_PINGS && answers; i++) {
        gint64 start = g_get_monotonic_time();
        answers = pgs_answer_done(connection, "SELECT 1",
                                  pgs_clock_after(pgs_clock(), PING_LIMIT_MS), NULL);
        times[i] = g_get_monotonic_time() - start;
    }
    pgs_pool_release(pool, connection);
    json_builder_set_member_name(json, "latency_ms");
    if (!answers) {
        json_builder_add_null_value(json);
        return;
    }
    qsort(times, N_PINGS, sizeof times[0], compare_times);
    json_builder_add_double_value(json, (double)times[N_PINGS / 2] / 1000);
}

static void
add_pool(JsonBuilder *json, PgsPool *pool)
{
    PgsPoolState state;
    pgs_pool_state(pool, &state);
    const struct {
        const char *name;
        long value;
    } rows[] = {
        {"size", state.size},         {"overflow", state.overflow}, {"idle", state.idle},
        {"in_use", state.in_use},     {"waiting", state.waiting},   {"checkouts", state.checkouts},
        {"connects", state.connects}, {"recycled", state.recycled}, {"stale", state.stale},
        {"timeouts", state.timeouts},
    };
    json_builder_set_member_name(json, "pool");
    json_builder_begin_object(json);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        json_builder_set_member_name(json, rows[i].name);
        json_builder_add_int_value(json, rows[i].value);
    }
    json_builder_end_object(json);
}

static void
add_standbys(JsonBuilder *json, PgsPool *pool)
{
    g_autoptr(PGresult) result = pgs_health_ask(
        pool, pgs_embedded_find(pgs_operate_files, "health_standbys.sql"), 0, NULL, NULL);
    json_builder_set_member_name(json, "standbys");
    json_builder_begin_array(json);
    for (int row = 0; result != NULL && row < PQntuples(result); row++) {
        json_builder_begin_object(json);
        ADD_FIELDS(json, replica_fields, result, row);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

/* A standby may have standbys of its own. */
static void
add_replication(JsonBuilder *json, PgsPool *pool, const PGresult *server)
{
    gboolean in_recovery = *PQgetvalue(server, 0, PQfnumber(server, "in_recovery")) == 't';
    json_builder_set_member_name(json, "recovery");
    json_builder_begin_object(json);
    ADD_FIELDS(json, recovery_fields, server, 0);
    json_builder_end_object(json);
    json_builder_set_member_name(json, "replication");
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "role");
    json_builder_add_string_value(json, in_recovery ? "standby" : "primary");
    if (in_recovery)
        ADD_FIELDS(json, standby_fields, server, 0);
    add_standbys(json, pool);
    json_builder_end_object(json);
}

static void
add_facts(JsonBuilder *json, PgsPool *pool, const PGresult *server)
{
    ADD_FIELDS(json, server_fields, server, 0);
    add_latency(json, pool);
    json_builder_set_member_name(json, "connections");
    json_builder_begin_object(json);
    ADD_FIELDS(json, connection_fields, server, 0);
    json_builder_end_object(json);
    add_replication(json, pool, server);
}

static void
add_verdict(JsonBuilder *json, const char *why)
{
    g_autofree char *text = why != NULL ? g_strconcat("error: ", why, NULL) : g_strdup("ok");
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    json_builder_set_member_name(json, "postgres");
    json_builder_add_string_value(json, valid);
}

char *
pgs_health_json(const PgsHealthRequest *request, gboolean *ok)
{
    g_autofree char *why = NULL;
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autoptr(PGresult) server = pgs_health_ask(
        request->pool, pgs_embedded_find(pgs_operate_files, "health_server.sql"), 0, NULL, &why);
    json_builder_begin_object(json);
    add_verdict(json, server != NULL ? NULL : why);
    if (server != NULL) {
        add_facts(json, request->pool, server);
        pgs_health_add_revision(json, request);
    }
    add_pool(json, request->pool);
    json_builder_end_object(json);
    *ok = server != NULL;
    g_autoptr(JsonNode) root = json_builder_get_root(json);
    g_autofree char *text = json_to_string(root, TRUE);
    return pgs_json_shorten(text);
}
