#include "cli/main.h"

int
main(int argc, char **argv)
{
    return pgs_main(argc, argv);
}
