# pgs_embed(<output.c> <symbol> <files…>): C source with a table of the files' names and texts,
# "const PgsEmbedded <symbol>[]" (base/embedded.h), ended by a row whose name is NULL.
set(PGS_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed.cmake")
function(pgs_embed output symbol)
  set(files ${ARGN})
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DSYMBOL=${symbol}" "-DFILES=${files}"
            -P "${PGS_EMBED_SCRIPT}"
    DEPENDS ${files} "${PGS_EMBED_SCRIPT}"
    VERBATIM)
endfunction()
