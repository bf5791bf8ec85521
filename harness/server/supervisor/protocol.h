#ifndef PGS_SERVER_SUPERVISOR_PROTOCOL_H
#define PGS_SERVER_SUPERVISOR_PROTOCOL_H

/*
 * What pgstair and its supervisor say to each other over a stream socket, which the supervisor
 * finds as descriptor 3.
 *
 * A message is its length (uint32_t, this machine's byte order) and then that many bytes: fields,
 * each ended by NUL.  The first field of a request is its name.  Requests are answered in their
 * order, each by one message, whose first field is "ok", followed by the values below, or "error",
 * followed by a text for a person.
 *
 *     hello  VERSION                       the version spoken; refused when it is another
 *     folder SCOPE PARENT UID GID          makes PARENT/pgstair-<user>-XXXXXX, mode 0700, owned by
 *                                          UID and GID; answer: its path
 *     spawn  SCOPE UID GID LOG DATA ARG…   starts the program ARG…, in /, its output appended to
 * the file LOG; DATA: its data folder, or ""; answer: its pid signal PID NUMBER sends a signal to a
 * process that was spawned; none when it has ended already status PID answer: "running", or "ended"
 * and its exit status (128 + the signal that ended it) end    SCOPE                         ends
 * the scope's processes, then removes its folders; answered when that is done keep   SCOPE it
 * outlives the channel, until its processes have ended or the supervisor is told to (SIGTERM) sweep
 * PARENT…                       removes what dead supervisors left in these folders; answered at
 * once, done when there is time
 *
 * A scope is a number that pgstair chooses: all that belongs to one server.  When the channel is
 * closed, by whatever, every scope that is not kept is ended.
 */
#define PGS_SUPERVISOR_VERSION "1"

enum {
    PGS_SUPERVISOR_FD = 3,
    PGS_SUPERVISOR_MESSAGE_MAX = 1 << 20, /* bytes */
};

/* Run folders are named PREFIX<uid>-XXXXXX, and hold this file, locked by the supervisor (flock)
 * for as long as it lives. */
#define PGS_RUN_FOLDER_PREFIX "pgstair-"
#define PGS_RUN_FOLDER_OWNER "owner"

#endif
