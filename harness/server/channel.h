#ifndef PGS_SERVER_CHANNEL_H
#define PGS_SERVER_CHANNEL_H

#include <glib.h>

/*
 * The line to the supervisor: finds its program, starts it, asks and gets answers.  One per
 * process, shared; see server/supervisor/protocol.h for what is said.
 */
typedef struct _PgsChannel PgsChannel;

/* This process's channel, opened when there is none or the last one broke. */
PgsChannel *pgs_channel_get(GError **error);
/*
 * Before the first channel is opened: its supervisor ends everything, what is kept included, when
 * that process ends.  0: none.
 */
void pgs_channel_watch(int pid);
/* When the last is let go of, it is closed, and the supervisor ends what is not kept. */
void pgs_channel_unref(PgsChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsChannel, pgs_channel_unref)

/* A number that no other server on this channel has. */
guint pgs_channel_next_scope(PgsChannel *channel);
/* TRUE the first time that it is asked for this name in this process. */
gboolean pgs_channel_should_sweep(const char *name);
int pgs_channel_supervisor(const PgsChannel *channel);
/* From now on the supervisor is not waited for when the channel is closed. */
void pgs_channel_stays(PgsChannel *channel);
/* FALSE in a child that this process forked: what was made is its parent's. */
gboolean pgs_channel_is_ours(const PgsChannel *channel);
/* FALSE: the supervisor is gone, or does not answer. */
gboolean pgs_channel_is_alive(PgsChannel *channel);

/*
 * Sends a request and waits for its answer: the values after "ok", NULL-terminated (g_strfreev());
 * NULL with PGS_SERVER_ERROR_START when the supervisor says no, or nothing.
 */
char **pgs_channel_ask(PgsChannel *channel, const char *const *request, GError **error);

#endif
