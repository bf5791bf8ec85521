#include "server/admission.h"

#include "base/error.h"
#include "base/text.h"
#include "pg/connection.h"

#include <string.h>

enum {
    STATEMENT_TIMEOUT_MS = 60 * 1000,
};

/* Keeps two runs that share a server from letting in at once: "pgs" and "iden". */
#define LOCK "SELECT pg_catalog.pg_advisory_lock(7366515, 1768187246)"

static PgsConnection *
open_admin(PgsServer *server, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsConnection) admin =
        pgs_connection_open(pgs_server_conninfo(server), pgs_server_maintenance_database(server),
                            STATEMENT_TIMEOUT_MS, cancellable, error);
    return admin != NULL && pgs_connection_run(admin, LOCK, error) ? g_steal_pointer(&admin) : NULL;
}

/* ---------------------------------------------------------------------------- pg_ident.conf -- */

/* The line that lets in as the role whoever may log in as the superuser: as it stands for that one,
 * with the role in quotes in its place.  NULL: there is none, as from PostgreSQL 16 on, where it
 * stands for all. */
static char *
make_line(const char *ident, const char *role)
{
    static const char superuser[] = " postgres";
    g_auto(GStrv) lines = g_strsplit(ident, "\n", -1);
    g_autofree char *quoted = pgs_text_identifier(role);
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "pgstair ") && g_str_has_suffix(*line, superuser))
            return g_strdup_printf("%.*s %s", (int)(strlen(*line) - strlen(superuser)), *line,
                                   quoted);
    }
    return NULL;
}

/* Writes text as the server's pg_ident.conf.  The format with no quotes that could come into play.
 */
static gboolean
write_ident(PgsConnection *admin, const char *text, GError **error)
{
    g_autofree char *path = NULL;
    if (!pgs_connection_value(admin, "SELECT pg_catalog.current_setting('ident_file')", &path,
                              error))
        return FALSE;
    PGconn *raw = pgs_connection_raw(admin);
    char *lines = PQescapeLiteral(raw, text, strlen(text));
    char *file = PQescapeLiteral(raw, path, strlen(path));
    g_autofree char *sql = g_strdup_printf(
        "COPY (SELECT line FROM pg_catalog.regexp_split_to_table(%s, E'\\n') AS line) TO %s "
        "(FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')",
        lines, file);
    PQfreemem(lines);
    PQfreemem(file);
    return pgs_connection_run(admin, sql, error);
}

gboolean
pgs_admission_by_ident(PgsServer *server, const char *role, GCancellable *cancellable,
                       GError **error)
{
    g_autoptr(PgsConnection) admin = open_admin(server, cancellable, error);
    g_autofree char *ident = NULL;
    if (admin == NULL ||
        !pgs_connection_value(
            admin, "SELECT pg_catalog.pg_read_file(pg_catalog.current_setting('ident_file'))",
            &ident, error))
        return FALSE;
    g_strchomp(ident);
    g_autofree char *line = make_line(ident, role);
    if (line == NULL || strstr(ident, line) != NULL)
        return TRUE;
    g_autofree char *text = g_strdup_printf("%s\n%s", ident, line);
    return write_ident(admin, text, error) &&
           pgs_connection_run(admin, "SELECT pg_catalog.pg_reload_conf()", error);
}

/* --------------------------------------------------------------------------------- password -- */

enum {
    SHA_BYTES = 32,
    ITERATIONS = 4096, /* SCRAM_DEFAULT_ITERATIONS */
};

static void
hmac(const guint8 *key, gsize key_length, const void *data, gsize length, guint8 *out)
{
    gsize size = SHA_BYTES;
    GHmac *digest = g_hmac_new(G_CHECKSUM_SHA256, key, key_length);
    g_hmac_update(digest, data, (gssize)length);
    g_hmac_get_digest(digest, out, &size);
    g_hmac_unref(digest);
}

/* PBKDF2 with one block (RFC 5802, "Hi"). */
static void
salt_password(const char *password, const char *salt, guint8 *out)
{
    const guint8 *key = (const guint8 *)password;
    gsize key_length = strlen(password);
    guint8 block[SHA_BYTES];
    g_autoptr(GByteArray) first = g_byte_array_new();
    g_byte_array_append(first, (const guint8 *)salt, (guint)strlen(salt));
    g_byte_array_append(first, (const guint8 *)"\0\0\0\1", 4);
    hmac(key, key_length, first->data, first->len, block);
    memcpy(out, block, SHA_BYTES);
    for (guint i = 1; i < ITERATIONS; i++) {
        hmac(key, key_length, block, SHA_BYTES, block);
        for (guint j = 0; j < SHA_BYTES; j++)
            out[j] ^= block[j];
    }
}

/* What PostgreSQL keeps of a password (RFC 5803).  Free with g_free(). */
static char *
make_verifier(const char *password, const char *salt)
{
    guint8 salted[SHA_BYTES], client[SHA_BYTES], stored[SHA_BYTES], server[SHA_BYTES];
    gsize size = SHA_BYTES;
    salt_password(password, salt, salted);
    hmac(salted, SHA_BYTES, "Client Key", strlen("Client Key"), client);
    hmac(salted, SHA_BYTES, "Server Key", strlen("Server Key"), server);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, client, SHA_BYTES);
    g_checksum_get_digest(sum, stored, &size);
    g_autofree char *salt_text = g_base64_encode((const guint8 *)salt, strlen(salt));
    g_autofree char *stored_text = g_base64_encode(stored, SHA_BYTES);
    g_autofree char *server_text = g_base64_encode(server, SHA_BYTES);
    return g_strdup_printf("SCRAM-SHA-256$%d:%s$%s:%s", (int)ITERATIONS, salt_text, stored_text,
                           server_text);
}

/* What the migrations, or nobody, gave the role before. */
static const char *
choose_salt(const char *present)
{
    g_autofree char *nothing = g_base64_encode((const guint8 *)PGS_ADMISSION_SALT_NOTHING,
                                               strlen(PGS_ADMISSION_SALT_NOTHING));
    return present == NULL || strstr(present, nothing) != NULL ? PGS_ADMISSION_SALT_NOTHING
                                                               : PGS_ADMISSION_SALT_ANOTHER;
}

/* The server's own password, out of its connection string.  NULL: it asks for none.  g_free(). */
static char *
find_password(const PgsServer *server)
{
    PQconninfoOption *options = PQconninfoParse(pgs_server_conninfo(server), NULL);
    char *password = NULL;
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (strcmp(option->keyword, "password") == 0)
            password = g_strdup(option->val);
    }
    PQconninfoFree(options);
    return password;
}

/* Not logged, should it fail: it is as good as the password to whoever speaks SCRAM. */
static gboolean
set_verifier(PgsConnection *admin, const char *role, const char *verifier, GError **error)
{
    PGconn *raw = pgs_connection_raw(admin);
    char *quoted = PQescapeIdentifier(raw, role, strlen(role));
    g_autofree char *sql = g_strdup_printf("ALTER ROLE %s PASSWORD '%s'", quoted, verifier);
    PQfreemem(quoted);
    g_autoptr(GError) cause = NULL;
    if (pgs_connection_run(admin, "SET log_statement = none; SET log_min_error_statement = panic",
                           &cause) &&
        pgs_connection_run(admin, sql, &cause))
        return TRUE;
    char *statement = strstr(cause->message, "\nSTATEMENT:");
    if (statement != NULL)
        *statement = '\0';
    g_propagate_prefixed_error(error, g_steal_pointer(&cause),
                               "the role \"%s\" could not be let in: ", role);
    return FALSE;
}

gboolean
pgs_admission_by_password(PgsServer *server, const char *role, GCancellable *cancellable,
                          GError **error)
{
    g_autofree char *password = find_password(server);
    if (password == NULL) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "the server refuses the role \"%s\", and has no password to give it", role);
        return FALSE;
    }
    g_autoptr(PgsConnection) admin = open_admin(server, cancellable, error);
    if (admin == NULL)
        return FALSE;
    g_autoptr(PGresult) result = pgs_connection_query(
        admin, PGS_SHAPE_ANY,
        "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname OPERATOR(pg_catalog.=) $1", 1,
        &role, NULL, error);
    if (result == NULL)
        return FALSE;
    gboolean known = PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
    g_autofree char *verifier =
        make_verifier(password, choose_salt(known ? PQgetvalue(result, 0, 0) : NULL));
    /* The verifier of a role that has it already would only be written again. */
    return (known && strcmp(PQgetvalue(result, 0, 0), verifier) == 0) ||
           set_verifier(admin, role, verifier, error);
}
