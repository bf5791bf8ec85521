#ifndef PGS_SERVER_SUPERVISOR_PROTOCOL_H
#define PGS_SERVER_SUPERVISOR_PROTOCOL_H

/* clang-format off */
/*
 * What pgstair and its supervisor say to each other over a stream socket, which the supervisor
 * finds as descriptor 3.
 *
 * A message is its length (uint32_t, this machine's byte order) and then that many bytes: fields,
 * each ended by NUL.  The first field of a request is its name.  Requests are answered in their
 * order, each by one message, whose first field is "ok", followed by the values below, or "error",
 * followed by a text for a person.
 *
 *  hello  VERSION
 *      The version spoken; refused when it is another.
 *  folder SCOPE PARENT UID GID
 *      Makes PARENT/pgstair-<user>-XXXXXX, mode 0700, owned by UID and GID; answer: its path.
 *  spawn  SCOPE UID GID LOG DATA ARG...
 *      Starts the program ARG... in /, its output appended to the file LOG; DATA: its data folder,
 *      or ""; answer: its pid.
 *  signal PID NUMBER
 *      Sends a signal to a process that was spawned; none when it has ended already.
 *  status PID
 *      Answer: "running", or "ended" and its exit status (128 + the signal that ended it).
 *  undo   SCOPE INPUT ARG...
 *      An errand: when the scope ends, or the supervisor is killed, the program ARG... runs, with
 *      INPUT as its standard input, at most ten seconds long; answer: the errand's number, and the
 *      pid of the process that waits to do it.
 *  forget NUMBER
 *      The errand is not run.
 *  end    SCOPE
 *      Asks the scope's processes to end and runs its errands at the same time, then removes its
 *      folders; answered when that is done.  An error: an errand's own words, say.
 *  keep   SCOPE
 *      It outlives the channel, until its processes have ended or the supervisor is told to
 *      (SIGTERM); its errands are run then.
 *  sweep  PARENT...
 *      Removes what dead supervisors left in these folders; answered at once, done when there is
 *      time.
 *  chore  ARG...
 *      Runs a program in the background, which is killed when the channel is closed.
 *
 * A scope is a number that pgstair chooses, from 1 on: all that belongs to one server.  When the
 * channel is closed, by whatever, every scope that is not kept is ended.
 */
/* clang-format on */
#define PGS_SUPERVISOR_VERSION "2"

enum {
    PGS_SUPERVISOR_FD = 3,
    PGS_SUPERVISOR_MESSAGE_MAX = 1 << 20, /* bytes */
};

/* Run folders are named PREFIX<uid>-XXXXXX, and hold this file, locked by the supervisor (flock)
 * for as long as it lives. */
#define PGS_RUN_FOLDER_PREFIX "pgstair-"
#define PGS_RUN_FOLDER_OWNER "owner"

#endif
