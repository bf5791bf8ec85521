# Compiler flags of every target, with a reason beside each warning flag.
add_library(pgs_flags INTERFACE)
target_compile_definitions(pgs_flags INTERFACE
  _GNU_SOURCE                              # pidfd_open, pipe2, copy_file_range
  G_LOG_DOMAIN="pgstair"
  PGS_VERSION="${PROJECT_VERSION}"
  GLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_74
  GLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_74)
target_compile_options(pgs_flags INTERFACE
  -Wall -Wextra
  -Wshadow                                 # an inner variable that hides an outer one is a bug in waiting
  -Wstrict-prototypes -Wmissing-prototypes # a function without a header is static
  -Wpointer-arith                          # void pointers have no size
  -Wformat=2                               # format strings are literals
  -Wvla                                    # the stack has a limit
  -Wundef                                  # a mistyped macro in #if is not 0
  -Wwrite-strings                          # literals are const
  -Wno-missing-field-initializers)         # tables of data leave the rest zero on purpose
if(PGS_WERROR)
  target_compile_options(pgs_flags INTERFACE -Werror)
endif()
if(PGS_SANITIZE)
  target_compile_options(pgs_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer
                         -fno-sanitize-recover=undefined)
  target_link_options(pgs_flags INTERFACE -fsanitize=address,undefined)
endif()
if(PGS_COVERAGE)
  target_compile_options(pgs_flags INTERFACE --coverage -O0)
  target_link_options(pgs_flags INTERFACE --coverage)
endif()
