/* Covers harness/server/image.c. */
#include "server/engine_helper.h"

#include "server/image.h"

static void
asserts_candidates(const char *kind, char separator, const char *argument, const char *image,
                   const char *expected, int expected_major)
{
    g_autoptr(GError) error = NULL;
    PgsServerRequest request = {
        .separator = separator, .argument = (char *)argument, .image = (char *)image};
    int major = -1;
    g_auto(GStrv) names = pgs_image_list_candidates(kind, &request, &major, &error);
    g_autofree char *list = names != NULL ? g_strjoinv(" ", names) : g_strdup("refused");
    assert_string_equal(list, expected);
    assert_int_equal(major, expected_major);
    if (names == NULL)
        assert_int_equal(error->code, PGS_SERVER_ERROR_SPEC);
}

static void
test_candidates(void **state)
{
    (void)state;
    asserts_candidates("docker", ':', "15", NULL, "localhost/pgstair-postgres:15 postgres:15", 15);
    asserts_candidates("podman", ':', "15", NULL,
                       "localhost/pgstair-postgres:15 docker.io/library/postgres:15", 15);
    asserts_candidates("docker", ':', "15.4", NULL, "postgres:15.4", 15);
    asserts_candidates("docker", ':', "15-alpine", NULL, "postgres:15-alpine", 15);
    asserts_candidates("docker", ':', "19beta1", NULL, "postgres:19beta1", 19);
    asserts_candidates("docker", '=', "a/b:c", NULL, "a/b:c", 0);
    asserts_candidates("docker", ':', "15", "a/b:{major}-3.4", "a/b:15-3.4", 15);
    asserts_candidates("docker", ':', "15", "a/b", "a/b", 15);
    asserts_candidates("docker", '=', "c", "a/b", "c", 0);
    asserts_candidates("docker", 0, NULL, "a/b", "a/b", 0);
    asserts_candidates("docker", 0, NULL, NULL,
                       "localhost/pgstair-postgres:18 localhost/pgstair-postgres:17 "
                       "localhost/pgstair-postgres:16 localhost/pgstair-postgres:15 "
                       "localhost/pgstair-postgres:14 localhost/pgstair-postgres:13 postgres:18",
                       0);
    asserts_candidates("docker", ':', "", NULL, "refused", 0);
    asserts_candidates("docker", ':', "12", NULL, "refused", 0);
    asserts_candidates("docker", ':', "latest", NULL, "refused", 0);
    asserts_candidates("docker", ':', "15;x", NULL, "refused", 0);
    asserts_candidates("docker", '=', "--privileged", NULL, "refused", 0);
    asserts_candidates("docker", '=', "", NULL, "refused", 0);
}

#define IMAGE(tags, config)                                                                        \
    "{\"Id\": \"sha256:1\", \"RepoTags\": " tags ", \"Config\": {" config "}}"

static PgsImage *
parse(const char *json, const char *name)
{
    const char *names[] = {name, NULL};
    return pgs_image_parse(json, names);
}

/* What a registry knows it by; one that was built here it does not know. */
static void
test_digest(void **state)
{
    (void)state;
    static const char pulled[] =
        "[{\"Id\": \"sha256:1\", \"RepoTags\": [\"postgres:15\"], \"RepoDigests\": "
        "[\"postgres@sha256:2\", \"mirror/postgres@sha256:2\"], \"Config\": {}}]";
    static const char built[] = "[{\"Id\": \"sha256:1\", \"RepoTags\": [\"postgres:15\"], "
                                "\"RepoDigests\": [], \"Config\": {}}]";
    g_autoptr(PgsImage) one = parse(pulled, "postgres:15");
    g_autoptr(PgsImage) other = parse(built, "postgres:15");
    assert_string_equal(one->digest, "postgres@sha256:2");
    assert_string_equal(one->id, "sha256:1");
    assert_null(other->digest);
}

static void
test_official(void **state)
{
    (void)state;
    g_autoptr(PgsImage) image =
        parse("[" IMAGE("[\"postgres:15\"]",
                        "\"Env\": [\"PG_MAJOR=15\", \"PGDATA=/var/lib/postgresql/data\"], "
                        "\"Volumes\": {\"/var/lib/postgresql/data\": {}}, "
                        "\"Entrypoint\": [\"docker-entrypoint.sh\"], \"Cmd\": [\"postgres\"]") "]",
              "postgres:15");
    assert_string_equal(image->name, "postgres:15");
    assert_string_equal(image->data, "/var/lib/postgresql/data");
    assert_string_equal(image->mount, "/var/lib/postgresql/data");
    assert_string_equal(image->user, "");
    assert_string_equal(image->entrypoint[0], "docker-entrypoint.sh");
    assert_string_equal(image->command[0], "postgres");
    assert_int_equal(image->major, 15);
}

/* From 18 on the volume is further up. */
static void
test_volume_above(void **state)
{
    (void)state;
    g_autoptr(PgsImage) image =
        parse("[" IMAGE("[\"postgres:18\"]",
                        "\"Env\": [\"PGDATA=/var/lib/postgresql/18/docker\"], "
                        "\"Volumes\": {\"/var/lib/post\": {}, \"/var/lib/postgresql/\": {}}") "]",
              "postgres:18");
    assert_string_equal(image->data, "/var/lib/postgresql/18/docker");
    assert_string_equal(image->mount, "/var/lib/postgresql");
    assert_null(image->command[0]);
}

static void
test_without_volume(void **state)
{
    (void)state;
    g_autoptr(PgsImage) image =
        parse("[" IMAGE("null", "\"Env\": null, \"User\": \"999\", \"Volumes\": null") "]", "x");
    assert_string_equal(image->data, "/var/lib/postgresql/data");
    assert_string_equal(image->mount, "/var/lib/postgresql/data");
    assert_string_equal(image->user, "999");
}

/* The first of the candidates that is there, in whatever order the engine tells of them. */
static void
test_prefers(void **state)
{
    (void)state;
    static const char json[] = "[" IMAGE("[\"docker.io/library/postgres:15\"]", "") ", " IMAGE(
        "[\"other:1\", \"localhost/own:15\"]", "\"User\": \"own\"") "]";
    const char *const both[] = {"localhost/own:15", "postgres:15", NULL};
    const char *const second[] = {"localhost/gone:15", "postgres:15", NULL};
    const char *const none[] = {"localhost/gone:15", "postgres:16", NULL};
    g_autoptr(PgsImage) first = pgs_image_parse(json, both);
    g_autoptr(PgsImage) other = pgs_image_parse(json, second);
    assert_string_equal(first->name, "localhost/own:15");
    assert_string_equal(first->user, "own");
    assert_string_equal(other->name, "postgres:15");
    assert_null(pgs_image_parse(json, none));
}

static void
test_nonsense(void **state)
{
    (void)state;
    assert_null(parse("", "x"));
    assert_null(parse("[]", "x"));
    assert_null(parse("{\"a\": 1}", "x"));
}

static void
test_finds(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = pgs_engine_open(test_engine_name(), &error);
    PgsServerRequest request = {.separator = ':', .argument = (char *)"15"};
    int major = 0;
    g_autoptr(PgsImage) image = pgs_image_find(engine, &request, &major, NULL, &error);
    if (image == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(image->name, TEST_IMAGE);
    assert_int_equal(image->major, 15);
    g_auto(GStrv) all = pgs_image_list(engine, &error);
    assert_true(g_strv_contains((const char *const *)all, TEST_IMAGE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_candidates),     cmocka_unit_test(test_official),
        cmocka_unit_test(test_digest),         cmocka_unit_test(test_volume_above),
        cmocka_unit_test(test_without_volume), cmocka_unit_test(test_prefers),
        cmocka_unit_test(test_nonsense),       cmocka_unit_test(test_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
