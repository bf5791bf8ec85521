# Run by pgs_embed() at build time.
set(text "/* Made by cmake/embed.cmake; do not edit. */\n#include \"base/embedded.h\"\n\n")
string(APPEND text "extern const PgsEmbedded ${SYMBOL}[];\n")
string(APPEND text "const PgsEmbedded ${SYMBOL}[] = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
  # A server converts a query whole, its comments too, and a database's encoding may lack the rest.
  if(name MATCHES "\\.sql$" AND bytes MATCHES "\\\\x[89a-f]")
    message(FATAL_ERROR "${file}: SQL that is sent to servers has to be ASCII")
  endif()
  # A line of the table a hundred bytes: compilers limit a literal's length, not that of joined ones.
  string(REGEX REPLACE "(................................................................................................................................)" "\\1\"\n        \"" bytes "${bytes}")
  string(APPEND text "    {\"${name}\",\n        \"${bytes}\"},\n")
endforeach()
string(APPEND text "    {0},\n};\n")
file(WRITE "${OUTPUT}" "${text}")
