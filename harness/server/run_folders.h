#ifndef PGS_SERVER_RUN_FOLDERS_H
#define PGS_SERVER_RUN_FOLDERS_H

#include <glib.h>

/* The folders of runs on this machine, as the supervisor makes and judges them
 * (supervisor/owner.c): of this user; of all users for root. */
typedef struct {
    char *path;
    int pid;          /* of its supervisor; 0: it does not say */
    gint64 made;      /* Unix time */
    gboolean is_left; /* its supervisor is gone */
} PgsRunFolder;

void pgs_run_folder_free(PgsRunFolder *folder);

/* Elements are PgsRunFolder; g_ptr_array_unref(). */
GPtrArray *pgs_run_folders_list(void);

/*
 * Has a supervisor sweep, as at the start of a run, and waits until the folder, which is left, is
 * gone.  What belongs to a folder (a server that outlived its supervisor) goes first.
 */
gboolean pgs_run_folders_sweep(const PgsRunFolder *folder, GError **error);

#endif
