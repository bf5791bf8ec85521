/* Covers harness/check/expect*.c and suites/boardroom.c by planted faults (fault_system.h). */
#include "fault_system.h"

static void
test_planted_faults(void **state)
{
    static const Explanation explanations[] = {
        {NULL},
    };
    plant_in_system(*state, "boardroom", explanations);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted_faults),
    };
    return cmocka_run_group_tests(tests, pgs_fixture_start_server, pgs_fixture_stop_server);
}
