#ifndef PGS_PROJECT_PLACE_H
#define PGS_PROJECT_PLACE_H

#include "config/place.h"

#endif
