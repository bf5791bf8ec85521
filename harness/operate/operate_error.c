#include "operate/operate_error.h"

G_DEFINE_QUARK(pgs_operate_error, pgs_operate_error)
