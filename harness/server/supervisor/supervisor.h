#ifndef PGS_SERVER_SUPERVISOR_SUPERVISOR_H
#define PGS_SERVER_SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The supervisor: holds what must not outlive a run, and undoes it.  Plain POSIX C in one thread,
 * without a library, so that little can go wrong in it.
 */

typedef struct PgsItem PgsItem;
typedef struct PgsErrand PgsErrand;

/* One thing to undo, last made, first undone. */
struct PgsItem {
    PgsItem *next; /* the one made before it */
    const struct PgsItemKind *kind;
    unsigned long scope;
    bool kept;
    bool ending;
    bool is_forced; /* it did not end in time */
    char *path;     /* a folder: itself; a process: its data folder or "" */
    uid_t owner;    /* the account that it belongs to */
    int lock_fd;    /* a folder: its owner file, locked; else -1 */
    pid_t pid;      /* a process, or the one of an errand; else 0 */
    bool running;
    int status;        /* how it ended: exit status, or 128 + signal */
    PgsErrand *errand; /* an errand; else NULL */
};

/*
 * How a kind of thing is undone, in three steps, so that many can end at once.  A kind that has no
 * such step leaves it NULL.
 */
typedef struct PgsItemKind {
    const char *name;
    int patience_ms;              /* for it to end by itself, once it was asked to */
    void (*begin)(PgsItem *item); /* asks it to end; does not wait */
    bool (*has_ended)(const PgsItem *item);
    bool (*repeat)(PgsItem *item);  /* it has ended too early: whether it has been begun anew */
    void (*force)(PgsItem *item);   /* it did not end in time */
    char *(*finish)(PgsItem *item); /* removes what is left; NULL, or what is wrong (free it) */
    void (*release)(PgsItem *item); /* frees what only this kind has */
} PgsItemKind;

extern const PgsItemKind pgs_process_kind;
extern const PgsItemKind pgs_folder_kind;
extern const PgsItemKind pgs_errand_kind;
/* A process that is nobody's server: ended without ado. */
extern const PgsItemKind pgs_chore_kind;

typedef struct {
    pid_t owner;        /* pgstair's process; 0: not told */
    PgsItem *items;     /* newest first */
    int signal_fd;      /* readable when a signal came */
    char **sweep_roots; /* folders to sweep, NULL-terminated; NULL: none */
    size_t sweep_at;    /* the next of them */
    unsigned long last_errand;
} PgsSupervisor;

/* signals.c: SIGCHLD and the signals that end the supervisor, made readable. */
int pgs_signals_open(void);
/* Whether one that ends the supervisor came. */
bool pgs_signals_asked_to_end(void);
/* Takes what signal_fd holds. */
void pgs_signals_drain(int signal_fd);
/* In a child, before exec: as if this program had set nothing. */
void pgs_signals_reset(void);

/* clock.c: monotonic milliseconds. */
long long pgs_clock_ms(void);

/* item.c */
PgsItem *pgs_item_add(PgsSupervisor *supervisor, const PgsItemKind *kind, unsigned long scope,
                      const char *path);
/* Which items are meant. */
typedef enum {
    PGS_ITEMS_ALL,
    PGS_ITEMS_UNKEPT,
    PGS_ITEMS_SCOPE,
} PgsItemChoice;
/*
 * Ends and removes them; scope is for PGS_ITEMS_SCOPE.  Takes at most about two seconds, the time
 * to remove files, and the ten seconds of an errand that hangs.  Returns NULL, or what was wrong,
 * for a person (free it).
 */
char *pgs_items_end(PgsSupervisor *supervisor, PgsItemChoice choice, unsigned long scope);
/* Takes it off the list and frees it; undoes nothing. */
void pgs_item_drop(PgsSupervisor *supervisor, PgsItem *item);
void pgs_strings_free(char **strings);
/* Leaves nothing of a text that may hold a password. */
void pgs_wipe(char *text);
/* From now on the scope's items are kept; false: there is none. */
bool pgs_items_keep(PgsSupervisor *supervisor, unsigned long scope);
/* Ends the kept scopes whose processes have all ended. */
void pgs_items_end_idle(PgsSupervisor *supervisor);

/* errand.c */
/* The item, or NULL with errno; *number is for pgs_errand_forget(). */
PgsItem *pgs_errand_add(PgsSupervisor *supervisor, unsigned long scope, const char *input,
                        char **argv, unsigned long *number);
/* False: there is none. */
bool pgs_errand_forget(PgsSupervisor *supervisor, unsigned long number);

/* child.c */
typedef struct {
    const PgsItemKind *kind; /* process or chore */
    unsigned long scope;
    uid_t uid;
    gid_t gid;
    const char *log;
    const char *data;
    char **argv;
} PgsSpawn;
/* The pid, or -1 with errno. */
pid_t pgs_child_spawn(PgsSupervisor *supervisor, const PgsSpawn *spawn);
PgsItem *pgs_child_find(PgsSupervisor *supervisor, pid_t pid);
/* Takes the status of all that ended; then ends what a dead server left (its backends). */
void pgs_children_reap(PgsSupervisor *supervisor);
/* Ends what servers that have ended left behind, and waits for that, at most that long. */
void pgs_children_end_adopted(PgsSupervisor *supervisor, int milliseconds);
/* Waits for a signal (a child's end, say), at most that long; reaps. */
void pgs_children_wait(PgsSupervisor *supervisor, int milliseconds);
/* Closes all descriptors from this one on. */
void pgs_close_from(int first);

/* folder.c */
/* The item, or NULL with errno. */
PgsItem *pgs_folder_make(PgsSupervisor *supervisor, unsigned long scope, const char *parent,
                         uid_t uid, gid_t gid);
/* Removes a tree and follows no link; true as well when it is not there.  False: errno. */
bool pgs_tree_remove(const char *path);

/* owner.c: the owner file, which tells whether a run folder's supervisor lives. */
/* Makes it in the folder, locked; the descriptor that holds the lock, or -1 with errno. */
int pgs_owner_create(int folder_fd);
/*
 * Whether the supervisor of the run folder is gone.  *lock_fd gets the owner file's descriptor,
 * locked for the caller, or -1 when the folder has none.
 */
bool pgs_owner_is_gone(int folder_fd, int *lock_fd);

/* cluster.c: what a PostgreSQL that died leaves beside its files. */
/* Removes the System V segment that postmaster.pid in the data folder names, when it belongs to
 * owner and nobody uses it. */
void pgs_cluster_remove_segment(const char *data, uid_t owner);
/* Ends the server processes that work in the data folder, of whoever's child; at most a second. */
void pgs_cluster_end_strays(const char *data);

/* sweep.c: removes what dead supervisors left in the folder root. */
void pgs_sweep(const char *root);

#endif
