#ifndef PGS_TESTS_ENGINE_HELPER_H
#define PGS_TESTS_ENGINE_HELPER_H

#include "server/helper.h"

#include "server/engine.h"

/*
 * For tests with real containers: they are skipped where there is no engine or image, unless
 * PGSTAIR_TEST_REQUIRE_ENGINE says that there must be.  PGSTAIR_TEST_ENGINE: "docker" or "podman".
 */
#define TEST_IMAGE "localhost/pgstair-postgres:15"
#define TEST_OFFICIAL_IMAGE "localhost/pgstair-official:15"

static inline const char *
test_engine_name(void)
{
    const char *name = g_getenv("PGSTAIR_TEST_ENGINE");
    return name != NULL ? name : "docker";
}

/* What the engine's program says; fails the test when it fails.  g_free(). */
static inline char *
test_engine_ask(const char *first, ...)
{
    g_autoptr(PgsProcess) process = pgs_process_new(test_engine_name());
    va_list args;
    va_start(args, first);
    for (const char *word = first; word != NULL; word = va_arg(args, const char *))
        pgs_process_add(process, word);
    va_end(args);
    g_autoptr(GError) error = NULL;
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run_checked(process, &result, &error))
        fail_msg("%s", error->message);
    return g_strstrip(g_steal_pointer(&result.output));
}

static inline gboolean
test_engine_has(const char *noun, const char *name)
{
    g_autoptr(PgsProcess) process = pgs_process_new(test_engine_name());
    pgs_process_add_many(process, noun, "inspect", name, NULL);
    return pgs_process_run_checked(process, NULL, NULL);
}

/* Call it first in a test that needs the image. */
static inline void
test_need_image(const char *image)
{
    g_autofree char *program = g_find_program_in_path(test_engine_name());
    if (program != NULL && test_engine_has("image", image))
        return;
    g_autofree char *reason = g_strdup_printf("%s has no image %s here", test_engine_name(), image);
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_ENGINE"), "1") == 0)
        fail_msg("%s, and PGSTAIR_TEST_REQUIRE_ENGINE is 1", reason);
    fprintf(stderr, "skipped: %s\n", reason);
    skip();
}

/* "docker=IMAGE"; g_free(). */
static inline char *
test_engine_spec(const char *image)
{
    return g_strdup_printf("%s=%s", test_engine_name(), image);
}

static inline void
test_assert_container_goes(const char *name)
{
    if (!TEST_WAIT(!test_engine_has("container", name)))
        fail_msg("the container %s is still there", name);
}

#endif
