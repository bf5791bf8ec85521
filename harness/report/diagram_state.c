#include "report/diagram_state.h"

static const struct {
    const char *name, *symbol;
} state_rows[] = {
    [PGS_RULE_UNTRIED] = {"untried", "?"},     [PGS_RULE_SKIPPED] = {"skipped", "–"},
    [PGS_RULE_EXERCISED] = {"exercised", "✓"}, [PGS_RULE_ACCEPTED] = {"accepted", "~"},
    [PGS_RULE_FAILED] = {"failed", "✗"},
};
G_STATIC_ASSERT(G_N_ELEMENTS(state_rows) == PGS_N_RULE_STATES);

const char *
pgs_rule_state_name(PgsRuleState state)
{
    return state_rows[state].name;
}

const char *
pgs_rule_state_symbol(PgsRuleState state)
{
    return state_rows[state].symbol;
}

struct _PgsRuleStates {
    GHashTable *systems; /* name to GHashTable: object to PgsRuleState; keys are the record's */
};

/* A warning or a note of a check that only warns says nothing of the rule. */
static PgsRuleState
state_of(const PgsFinding *finding)
{
    switch (finding->status) {
    case PGS_STATUS_PASSED:
        return PGS_RULE_EXERCISED;
    case PGS_STATUS_FAILED:
    case PGS_STATUS_ERROR:
        return PGS_RULE_FAILED;
    case PGS_STATUS_SKIPPED:
        return PGS_RULE_SKIPPED;
    case PGS_STATUS_ACCEPTED:
        return PGS_RULE_ACCEPTED;
    case PGS_STATUS_WARNING:
    case PGS_STATUS_INFO:
        return finding->lowered ? PGS_RULE_FAILED : PGS_RULE_UNTRIED;
    }
    return PGS_RULE_UNTRIED;
}

static void
note(PgsRuleStates *states, const PgsFinding *finding)
{
    GHashTable *objects = g_hash_table_lookup(states->systems, finding->system);
    if (objects == NULL) {
        objects = g_hash_table_new(g_str_hash, g_str_equal);
        g_hash_table_insert(states->systems, finding->system, objects);
    }
    PgsRuleState known = GPOINTER_TO_UINT(g_hash_table_lookup(objects, finding->object));
    PgsRuleState state = state_of(finding);
    if (state > known)
        g_hash_table_insert(objects, finding->object, GUINT_TO_POINTER(state));
}

PgsRuleStates *
pgs_rule_states_new(const PgsRecord *record)
{
    PgsRuleStates *states = g_new0(PgsRuleStates, 1);
    states->systems =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_hash_table_unref);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->object != NULL && g_str_has_prefix(finding->check, "exercise."))
            note(states, finding);
    }
    return states;
}

void
pgs_rule_states_free(PgsRuleStates *states)
{
    if (states == NULL)
        return;
    g_hash_table_unref(states->systems);
    g_free(states);
}

PgsRuleState
pgs_rule_states_find(const PgsRuleStates *states, const char *system, const char *object)
{
    GHashTable *objects = g_hash_table_lookup(states->systems, system);
    return objects != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(objects, object))
                           : PGS_RULE_UNTRIED;
}
