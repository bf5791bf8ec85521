# One static library a layer: pgs_<layer>.  A layer links to those that it may include and to nothing else, so a
# call up the arrows does not even link.

# pgs_layer(<name> DEPENDS <layers…> [LIBRARIES …] [INCLUDES …] [EMBED <files…>] [EMBED_GLOB <patterns…>])
# Sources: harness/<name>/*.c.  Embedded files become the table pgs_<name>_files.
function(pgs_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;INCLUDES;EMBED;EMBED_GLOB" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/harness/${name}/*.c")
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  set(embedded)
  foreach(file IN LISTS ARG_EMBED)
    list(APPEND embedded "${CMAKE_SOURCE_DIR}/${file}")
  endforeach()
  foreach(pattern IN LISTS ARG_EMBED_GLOB)
    file(GLOB files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${pattern}")
    list(APPEND embedded ${files})
  endforeach()
  if(embedded)
    list(SORT embedded)
    pgs_embed("${CMAKE_BINARY_DIR}/embedded/${name}.c" "pgs_${name}_files" ${embedded})
    list(APPEND sources "${CMAKE_BINARY_DIR}/embedded/${name}.c")
  endif()
  set(links ${ARG_LIBRARIES})
  foreach(layer IN LISTS ARG_DEPENDS)
    list(APPEND links "pgs_${layer}")
  endforeach()
  if(sources)
    add_library(pgs_${name} STATIC ${sources})
    target_include_directories(pgs_${name} PUBLIC "${CMAKE_SOURCE_DIR}/harness"
                               "${CMAKE_SOURCE_DIR}/harness/include" PRIVATE ${ARG_INCLUDES})
    target_link_libraries(pgs_${name} PUBLIC pgs_flags ${links})
  else()
    add_library(pgs_${name} INTERFACE)
    target_link_libraries(pgs_${name} INTERFACE pgs_flags ${links})
  endif()
  set_property(GLOBAL APPEND PROPERTY PGS_LAYERS ${name})
endfunction()

# libpgstair, static and shared, of every layer but the command line's.  What is installed: the shared
# library, which exports the public functions only, for CMake (find_package(pgstair): targets
# pgstair::pgstair, pgstair::cmocka) and pkg-config (pgstair, pgstair-cmocka); and the static one.
function(pgs_library)
  get_property(layers GLOBAL PROPERTY PGS_LAYERS)
  list(REMOVE_ITEM layers cli)
  foreach(kind IN ITEMS SHARED STATIC)
    string(TOLOWER ${kind} suffix)
    add_library(pgstair_${suffix} ${kind})
    set_target_properties(pgstair_${suffix} PROPERTIES OUTPUT_NAME pgstair LINKER_LANGUAGE C
                          VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
    foreach(layer IN LISTS layers)
      get_target_property(type pgs_${layer} TYPE)
      if(NOT type STREQUAL "INTERFACE_LIBRARY")
        target_sources(pgstair_${suffix} PRIVATE $<TARGET_OBJECTS:pgs_${layer}>)
      endif()
    endforeach()
    target_include_directories(pgstair_${suffix} INTERFACE
                               $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/harness/include>)
    target_link_libraries(pgstair_${suffix} PUBLIC PkgConfig::LIBPQ)
    target_link_libraries(pgstair_${suffix} PRIVATE PkgConfig::GLIB PkgConfig::LIBXML
                          PkgConfig::LIBXSLT PkgConfig::GRAPHVIZ PkgConfig::JSON PkgConfig::YAML
                          ${PG_QUERY_LIBRARY} m $<BUILD_INTERFACE:pgs_flags>)
  endforeach()
  set_target_properties(pgstair_shared PROPERTIES
    EXPORT_NAME pgstair
    LINK_OPTIONS "-Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/libpgstair.map"
    LINK_DEPENDS "${CMAKE_SOURCE_DIR}/cmake/libpgstair.map")
  # As users of the installed library name it.
  add_library(pgstair::pgstair ALIAS pgstair_shared)
  pgs_install_library()
endfunction()

function(pgs_install_library)
  include(CMakePackageConfigHelpers)
  set(package "${CMAKE_INSTALL_LIBDIR}/cmake/pgstair")
  install(TARGETS pgstair_shared EXPORT pgstair INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(TARGETS pgstair_static)
  install(EXPORT pgstair NAMESPACE pgstair:: FILE pgstairTargets.cmake DESTINATION "${package}")
  configure_package_config_file(cmake/pgstairConfig.cmake.in
    "${CMAKE_BINARY_DIR}/package/pgstairConfig.cmake" INSTALL_DESTINATION "${package}")
  write_basic_package_version_file("${CMAKE_BINARY_DIR}/package/pgstairConfigVersion.cmake"
                                   COMPATIBILITY SameMinorVersion)
  install(FILES "${CMAKE_BINARY_DIR}/package/pgstairConfig.cmake"
                "${CMAKE_BINARY_DIR}/package/pgstairConfigVersion.cmake" DESTINATION "${package}")
  # The .pc files find their prefix from where they lie, so that a moved installation works too.
  file(RELATIVE_PATH PGS_PREFIX_FROM_PC "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
  string(REGEX REPLACE "/$" "" PGS_PREFIX_FROM_PC "${PGS_PREFIX_FROM_PC}")
  foreach(name IN ITEMS pgstair pgstair-cmocka)
    configure_file(cmake/${name}.pc.in "${CMAKE_BINARY_DIR}/package/${name}.pc" @ONLY)
    install(FILES "${CMAKE_BINARY_DIR}/package/${name}.pc"
            DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  endforeach()
  install(DIRECTORY harness/include/pgstair TYPE INCLUDE)
endfunction()

function(pgs_program)
  add_executable(pgstair harness/cli/main.c)
  target_link_libraries(pgstair PRIVATE pgs_cli)
  install(TARGETS pgstair)
endfunction()

# The supervisor: a program of its own, plain POSIX C, found beside the program that starts it, in
# the installed libexec folder or where PGSTAIR_SUPERVISOR says.
function(pgs_supervisor)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/harness/server/supervisor/*.c")
  add_executable(pgstair-supervisor ${sources})
  target_include_directories(pgstair-supervisor PRIVATE "${CMAKE_SOURCE_DIR}/harness")
  target_link_libraries(pgstair-supervisor PRIVATE pgs_flags)
  install(TARGETS pgstair-supervisor DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/pgstair")
  file(RELATIVE_PATH from_libdir "${CMAKE_INSTALL_FULL_LIBDIR}"
       "${CMAKE_INSTALL_FULL_LIBEXECDIR}/pgstair")
  file(RELATIVE_PATH from_bindir "${CMAKE_INSTALL_FULL_BINDIR}"
       "${CMAKE_INSTALL_FULL_LIBEXECDIR}/pgstair")
  target_compile_definitions(pgs_server PRIVATE
    PGS_LIBEXECDIR_FROM_LIBDIR="${from_libdir}"
    PGS_LIBEXECDIR_FROM_BINDIR="${from_bindir}"
    PGS_LIBEXECDIR="${CMAKE_INSTALL_FULL_LIBEXECDIR}/pgstair"
    PGS_BUILD_DIR="${CMAKE_BINARY_DIR}")
  add_dependencies(pgs_server pgstair-supervisor)
endfunction()

# The janitor: what the supervisor runs for what is no process and no folder (a container, a
# database).  Found as the supervisor is, or where PGSTAIR_JANITOR says.
function(pgs_janitor)
  add_executable(pgstair-janitor harness/server/janitor/main.c)
  target_link_libraries(pgstair-janitor PRIVATE pgs_server)
  install(TARGETS pgstair-janitor DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/pgstair")
  add_dependencies(pgstair pgstair-janitor)
endfunction()
