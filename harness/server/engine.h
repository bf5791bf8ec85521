#ifndef PGS_SERVER_ENGINE_H
#define PGS_SERVER_ENGINE_H

#include "base/process.h"
#include "server/engine_words.h"

/*
 * A container engine, talked to through its own command line program (docs/decisions/0013):
 * "docker" or "podman".  That program knows contexts, DOCKER_HOST, TLS and credentials.
 */
typedef struct _PgsEngine PgsEngine;

/* Finds the program; asks it nothing.  PGS_SERVER_ERROR_NOT_FOUND, with a hint.  Free with
 * pgs_engine_free(). */
PgsEngine *pgs_engine_open(const char *name, GError **error);
void pgs_engine_free(PgsEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsEngine, pgs_engine_free)

/* "docker" */
const char *pgs_engine_name(const PgsEngine *engine);
/* Its absolute path; belongs to the engine. */
const char *pgs_engine_program(const PgsEngine *engine);
/* Whether it is podman, be it by the name "docker" (Debian's package podman-docker). */
gboolean pgs_engine_is_podman(const PgsEngine *engine);

/* The engine's version, "20.10.24"; g_free().  NULL with error: none answers. */
char *pgs_engine_ask_version(const PgsEngine *engine, GError **error);
/* Whether one does, asked once and briefly. */
gboolean pgs_engine_answers(const PgsEngine *engine, GError **error);

/* A command of it, to add arguments to; free with pgs_process_free(). */
PgsProcess *pgs_engine_command(const PgsEngine *engine, const char *verb);
/*
 * Runs the command.  What the engine says when it fails becomes an error that tells what is wrong
 * and a hint what to do: no engine answers, no permission, no such image, no port, no space.
 * *output (may be NULL): g_free().
 */
gboolean pgs_engine_run(const PgsEngine *engine, PgsProcess *command, char **output,
                        GError **error);

/* Runs the command; TRUE whenever it ended by itself, whatever its exit status. */
gboolean pgs_engine_try(const PgsEngine *engine, PgsProcess *command, PgsProcessResult *result,
                        GError **error);
/* Sets *error to what the engine's words mean; subject: what they are about (an image), or NULL. */
void pgs_engine_set_error(const PgsEngine *engine, PgsEngineTask task, const char *subject,
                          const char *words, GError **error);

/*
 * The address of the engine's machine: "127.0.0.1" when it is this one.  A container's port is
 * published there.  NULL with PGS_SERVER_ERROR_NOT_FOUND: it is reached by a way (ssh) that a
 * container's port is not.  g_free().
 */
char *pgs_engine_find_address(const PgsEngine *engine, GError **error);

/* A container that some pgstair made. */
typedef struct {
    char *name; /* "pgstair-0-3f2a9c01" */
    char *image;
    char *state;   /* "running", "created", "exited" */
    char *created; /* as the engine says it */
    char *owner;   /* its label: what liveness.h makes of it says whether its run lives */
} PgsEngineContainer;

void pgs_engine_container_free(PgsEngineContainer *container);

/* Labels of every container; the engine's lists are filtered by them. */
#define PGS_ENGINE_LABEL_OWNER "org.pgstair.owner"

/* Elements are PgsEngineContainer; g_ptr_array_unref(). */
GPtrArray *pgs_engine_list(const PgsEngine *engine, GError **error);

/* The command that removes the container with its volumes, once; g_strfreev(). */
char **pgs_engine_removal(const PgsEngine *engine, const char *container);

/*
 * Removes the container with its volumes, whatever it does; TRUE as well when there is none;
 * returns when it is gone.  may_come: its making may still be under way in the engine, so that its
 * absence is only believed after a while.
 */
gboolean pgs_engine_remove(const PgsEngine *engine, const char *container, gboolean may_come,
                           GError **error);

#endif
