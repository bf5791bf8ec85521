#include "service/pool_slot.h"

#include "service/pool_answer.h"
#include "service/pool_clock.h"

#include <poll.h>

/* A connection that was used just now is not asked. */
#define TRUSTED_MS 1000
/* How long a server may take to say that it is there, and to roll back. */
#define PING_MS 5000
#define CLEAN_MS 2000

long
pgs_pool_slot_patience(long deadline)
{
    long now = pgs_clock(), usual = pgs_clock_after(now, PING_MS),
         half = now + (deadline - now) / 2;
    return usual < half ? usual : half;
}

/* Something to read on an idle connection: a farewell, or the end. */
static int
has_news(const PGconn *connection)
{
    return pgs_answer_wait(connection, POLLIN, pgs_clock()) != 0;
}

PgsPoolSlotFitness
pgs_pool_slot_check(const PgsPoolSlot *slot, long recycle, long deadline)
{
    long now = pgs_clock();
    if (PQstatus(slot->connection) != CONNECTION_OK)
        return PGS_SLOT_DEAD;
    if (recycle >= 0 && now - slot->connected_at >= recycle)
        return PGS_SLOT_OLD;
    if (now - slot->idle_since < TRUSTED_MS && !has_news(slot->connection))
        return PGS_SLOT_FIT;
    long limit = pgs_pool_slot_patience(deadline);
    return pgs_answer_done(slot->connection, "", limit, NULL) ? PGS_SLOT_FIT : PGS_SLOT_DEAD;
}

static void
ignore_result(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

static void
ignore_text(void *data, const char *text)
{
    (void)data;
    (void)text;
}

void
pgs_pool_slot_forget(PGconn *connection)
{
    PQsetNoticeReceiver(connection, ignore_result, NULL);
    PQsetNoticeProcessor(connection, ignore_text, NULL);
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    PQsetErrorContextVisibility(connection, PQSHOW_CONTEXT_ERRORS);
    PQuntrace(connection);
}

int
pgs_pool_slot_clean(PGconn *connection)
{
    long deadline = pgs_clock_after(pgs_clock(), CLEAN_MS);
    pgs_pool_slot_forget(connection);
    PGTransactionStatusType status = PQtransactionStatus(connection);
    if (PQpipelineStatus(connection) != PQ_PIPELINE_OFF)
        return 0;
    if ((status == PQTRANS_INTRANS || status == PQTRANS_INERROR) &&
        !pgs_answer_done(connection, "ROLLBACK", deadline, NULL))
        return 0;
    if (PQtransactionStatus(connection) != PQTRANS_IDLE)
        return 0;
    return pgs_answer_done(connection, "DISCARD ALL", deadline, NULL);
}
