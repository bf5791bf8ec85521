#ifndef PGS_MIGRATION_PYTHON_H
#define PGS_MIGRATION_PYTHON_H

#include <gio/gio.h>

/* The Python interpreter that a project's own tools run in. */
typedef struct {
    char *path;   /* of the interpreter */
    char *reason; /* "the .venv beside alembic.ini" */
} PgsPython;

void pgs_python_clear(PgsPython *python);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsPython, pgs_python_clear)

/*
 * Finds the one that has module ("alembic"), for a project in folder (absolute): named
 * (pgstair.yaml's own word; NULL: none), else the virtual environment of the project (.venv, venv,
 * env from folder up to the repository's root, and those that poetry, pipenv and conda keep
 * elsewhere), the one that is activated, or the interpreter that the program of the module's name
 * on PATH runs in.  PGS_MIGRATION_ERROR_TOOL: there is none, with those that were looked at and
 * what to do.
 */
gboolean pgs_python_find(const char *folder, const char *named, const char *module,
                         GCancellable *cancellable, PgsPython *python, GError **error);

#endif
