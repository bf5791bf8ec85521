#include "suite/suite_error.h"

G_DEFINE_QUARK(pgs_suite_error, pgs_suite_error)
