/* Covers harness/ledger/database.c, pg/refusal.c, pg/url_words.c: whose first connection is tried
 * again, and whose is not. */
#include "apply_fixture.h"

#include "pg/refusal.h"
#include "server/server.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    RETRIES = 2,
};

/* ---- somebody who listens ---- */

typedef struct {
    char *link, *folder; /* the link is made when the first wait is told, once */
    guint told;
    GString *said;
} Ears;

static void
hear(const char *text, gpointer data)
{
    Ears *ears = data;
    if (ears->told++ == 0 && ears->folder != NULL)
        assert_int_equal(symlink(ears->folder, ears->link), 0);
    g_string_append(ears->said, text);
}

static void
ears_clear(Ears *ears)
{
    g_free(ears->link);
    g_free(ears->folder);
    g_string_free(ears->said, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ears, ears_clear)

static PgsDatabase *
open_it(const char *url, PgsEnvironment *environment, Ears *ears, GError **error)
{
    g_free(environment->url);
    environment->url = g_strdup(url);
    environment->retries = RETRIES;
    return pgs_database_open(environment, hear, ears, NULL, error);
}

/* ---- a server that starts meanwhile ---- */

static char *
socket_folder(const Books *books)
{
    PQconninfoOption *all = PQconninfoParse(pgs_server_conninfo(books->server), NULL);
    char *found = NULL;
    for (const PQconninfoOption *option = all; option->keyword != NULL; option++) {
        if (strcmp(option->keyword, "host") == 0)
            found = g_strdup(option->val);
    }
    PQconninfoFree(all);
    return found;
}

static void
test_starts_meanwhile(void **state)
{
    Books *books = *state;
    g_auto(Ears) ears = {.said = g_string_new(NULL)};
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    g_autoptr(GError) error = NULL;
    ears.folder = socket_folder(books);
    ears.link = g_build_filename(books->folder, "socket", NULL);
    if (ears.folder == NULL || *ears.folder != '/')
        skip();
    g_autofree char *at = pgs_conninfo_with(pgs_server_conninfo(books->server), "host", ears.link);
    g_autofree char *url = pgs_conninfo_with(at, "dbname", books->database);
    g_autoptr(PgsDatabase) target = open_it(url, environment, &ears, &error);
    if (target == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(ears.told, 1);
    assert_non_null(strstr(ears.said->str, "cannot connect, and tries again in "));
    assert_string_equal(target->database, books->database);
}

/* ---- a server that refuses ---- */

typedef struct {
    const char *sqlstate;
    int listener;
    gint attempts; /* atomic */
} Refuser;

static gpointer
refuse_all(gpointer data)
{
    Refuser *refuser = data;
    int taken;
    while ((taken = accept(refuser->listener, NULL, NULL)) >= 0) {
        char packet[1024];
        GByteArray *answer = g_byte_array_new();
        g_autofree char *fields =
            g_strdup_printf("SFATAL|VFATAL|C%s|Mnot now|Fpostmaster.c|L7|Rx||", refuser->sqlstate);
        guint32 length = g_htonl((guint32)strlen(fields) + 4);
        (void)!read(taken, packet, sizeof packet);
        g_byte_array_append(answer, (const guint8 *)"E", 1);
        g_byte_array_append(answer, (const guint8 *)&length, 4);
        g_byte_array_append(answer, (const guint8 *)g_strdelimit(fields, "|", '\0'),
                            (guint)(g_ntohl(length) - 4));
        g_atomic_int_inc(&refuser->attempts);
        (void)!write(taken, answer->data, answer->len);
        g_byte_array_unref(answer);
        close(taken);
    }
    return NULL;
}

static int
listen_in(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_autofree char *path = g_build_filename(folder, ".s.PGSQL.5432", NULL);
    unlink(path);
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    return listener;
}

static void
test_refused(void **state)
{
    Books *books = *state;
    static const struct {
        const char *sqlstate;
        gint attempts;
    } rows[] = {
        {"57P03", 1 + RETRIES}, /* the database system is starting up */
        {"53300", 1 + RETRIES}, /* too many clients already */
        {"57P01", 1 + RETRIES}, {"28P01", 1}, {"28000", 1},
        {"3D000", 1},           {"08P01", 1}, {"42501", 1},
    };
    g_autofree char *url =
        g_strdup_printf("host=%s port=5432 user=u password=secret dbname=d", books->folder);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Ears) ears = {.said = g_string_new(NULL)};
        g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
        g_autoptr(GError) error = NULL;
        Refuser refuser = {.sqlstate = rows[i].sqlstate, .listener = listen_in(books->folder)};
        GThread *thread = g_thread_new("refuser", refuse_all, &refuser);
        assert_null(open_it(url, environment, &ears, &error));
        shutdown(refuser.listener, SHUT_RDWR);
        g_thread_join(thread);
        close(refuser.listener);
        if (refuser.attempts != rows[i].attempts || (gint)ears.told != rows[i].attempts - 1)
            fail_msg("%s: %d attempts, %u told: %s", rows[i].sqlstate, refuser.attempts, ears.told,
                     error->message);
        assert_true(g_str_has_suffix(error->message, "FATAL:  not now"));
        assert_null(strstr(ears.said->str, "secret"));
    }
}

/* ---- what nobody can wait for ---- */

static void
test_never_again(void **state)
{
    Books *books = *state;
    g_autofree char *no_such =
        pgs_conninfo_with(pgs_server_conninfo(books->server), "dbname", "no_such_database");
    const struct {
        const char *url, *words;
    } rows[] = {
        {no_such, "no_such_database"},
        {"postgresql://u:secret@h:pp/d", "port"},
        {"postgresql://u:secret@h/d?schema=public", "\"schema\", which libpq does not know"},
        {"postgresql://u:secret@h/d?sslmode=disable&search_path=a", "options=-csearch_path%3DNAME"},
        {"postgres://u:secret@h/d?x-migrations-table=foo", "ledger: [TABLE]"},
        {"postgres://u:secret@h/d?pgbouncer=true", "Leave it out"},
        {"postgres://u:se/c?secret=x@h/d", "cannot be understood"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Ears) ears = {.said = g_string_new(NULL)};
        g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
        g_autoptr(GError) error = NULL;
        assert_null(open_it(rows[i].url, environment, &ears, &error));
        assert_int_equal(ears.told, 0);
        if (strstr(error->message, rows[i].words) == NULL ||
            strstr(error->message, "secret") != NULL)
            fail_msg("%s", error->message);
    }
}

/* ---- libpq's words ---- */

static void
test_words(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *verbose, *plain, *sqlstate;
    } rows[] = {
        {"", "", ""},
        {"could not connect: refused\n\tIs it there?\n",
         "could not connect: refused\n\tIs it there?\n", ""},
        {"a failed: FATAL:  28P01: no\nLOCATION:  auth_failed, auth.c:326\n",
         "a failed: FATAL:  no\n", "28P01"},
        {"FATAL:  57P03: x\nDETAIL:  y\nLOCATION:  f, a.c:1\nb failed: FATAL:  53300: z\n",
         "FATAL:  x\nDETAIL:  y\nb failed: FATAL:  z\n", "53300"},
        {"FATAL:  28P01", "FATAL:  28P01", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char sqlstate[6];
        g_autofree char *words = g_strdup(rows[i].verbose);
        pgs_refusal_to_plain(words, sqlstate);
        assert_string_equal(words, rows[i].plain);
        assert_string_equal(sqlstate, rows[i].sqlstate);
    }
}

/* ---- what can be written ---- */

/* Its session can only read, and libpq asks it whether it can write. */
static void
test_reader_of_what_can_be_written(void **state)
{
    Books *books = *state;
    g_auto(Ears) ears = {.said = g_string_new(NULL)};
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *at =
        pgs_conninfo_with(pgs_server_conninfo(books->server), "dbname", books->database);
    g_autofree char *url = pgs_conninfo_with(at, "target_session_attrs", "read-write");
    g_autoptr(PgsDatabase) target = open_it(url, environment, &ears, &error);
    g_autoptr(PgsConnection) reader = target != NULL ? pgs_database_reader(target, &error) : NULL;
    if (reader == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(ears.told, 0);
    g_autofree char *value = NULL;
    assert_true(pgs_connection_value(reader, "SHOW transaction_read_only", &value, NULL));
    assert_string_equal(value, PQlibVersion() >= 140000 ? "on" : "off");
}

/* A count of all rows may take as long as a migration may. */
static void
test_row_reader(void **state)
{
    Books *books = *state;
    g_auto(Ears) ears = {.said = g_string_new(NULL)};
    g_autoptr(PgsEnvironment) environment = pgs_environment_new(NULL);
    g_autoptr(GError) error = NULL;
    environment->statement_timeout = 2 * 60 * 60 * 1000;
    g_autofree char *url =
        pgs_conninfo_with(pgs_server_conninfo(books->server), "dbname", books->database);
    g_autoptr(PgsDatabase) target = open_it(url, environment, &ears, &error);
    g_autoptr(PgsConnection) reader =
        target != NULL ? pgs_database_row_reader(target, &error) : NULL;
    if (reader == NULL)
        fail_msg("%s", error->message);
    g_autofree char *limit = NULL;
    g_autofree char *read_only = NULL;
    assert_true(pgs_connection_value(reader, "SHOW statement_timeout", &limit, NULL));
    assert_true(pgs_connection_value(reader, "SHOW transaction_read_only", &read_only, NULL));
    assert_string_equal(limit, "2h");
    assert_string_equal(read_only, "on");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_starts_meanwhile), BOOKS_TEST(test_reader_of_what_can_be_written),
        BOOKS_TEST(test_refused),          BOOKS_TEST(test_never_again),
        BOOKS_TEST(test_row_reader),       cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
